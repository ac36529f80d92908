//! Signing: by the form without script, by token and cast, by invitation; and what a signer does later with the
//! withdrawal code. The only room that uses both [`issuer`](super::issuer) and [`collector`](super::collector).

pub mod casts;
pub mod confirming;
mod form_cast;
pub mod invitations;
pub mod plain_form;
pub(super) mod publishing;
pub mod receipt;
pub mod status;
pub mod tokens;
