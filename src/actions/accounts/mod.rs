//! Accounts of organizers and admins: sign-up, sign-in, passphrases, sessions, roles. Signers have no account.

pub mod organizers;
pub mod passphrases;
pub mod sessions;
