//! Organizers' accounts: sign-up, sign-in, sessions, recovery.
//!
//! Whoever guesses learns nothing from answers: an unknown name and a wrong passphrase get the same page after
//! the same work, and both are limited alike ([`crate::web::guessing`]).

use super::Session;
use crate::actions::accounts::sessions::InUse;

pub mod changes;
pub mod overview;
pub mod page;
pub mod recover;
pub mod sessions;
pub mod sign_in;
pub mod sign_up;

#[cfg(test)]
pub(crate) mod samples;

/// The session that a browser came with.
const fn in_use(session: &Session) -> InUse {
    InUse { organizer: session.organizer, id: session.id }
}
