//! Typed ids: random (version 4) UUIDs kept as text. None of them belongs to a signer: what stands for a
//! signer is never numbered at all.

use std::fmt;

use uuid::Uuid;

/// The text is not a UUID.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a UUID")]
pub struct NotAnId;

macro_rules! typed_id {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Uuid);

        impl $name {
            /// From a fresh random UUID (see `entropy`).
            #[must_use]
            pub const fn new(uuid: Uuid) -> Self {
                Self(uuid)
            }

            /// Reads the hyphenated text form.
            ///
            /// # Errors
            /// [`NotAnId`] for anything else.
            pub fn parse(text: &str) -> Result<Self, NotAnId> {
                // Malformed text carries nothing worth keeping.
                Uuid::try_parse(text).map(Self).or(Err(NotAnId))
            }

            /// The 16 bytes, as used in log leaves.
            #[must_use]
            pub const fn as_bytes(&self) -> &[u8; 16] {
                self.0.as_bytes()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.hyphenated().fmt(f)
            }
        }
    )*};
}

typed_id! {
    /// A petition.
    PetitionId,
    /// An employer.
    EmployerId,
    /// A contract.
    ContractId,
    /// An organizer's account (admins have one too).
    OrganizerId,
    /// A session of an organizer, as named in the list of sessions; not the secret in the cookie.
    SessionId,
}
