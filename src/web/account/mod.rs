//! Organizers' accounts: sign-up, sign-in, sessions, recovery.

pub mod page;

#[cfg(test)]
pub(crate) mod samples;
