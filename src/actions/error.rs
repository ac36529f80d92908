//! What can go wrong in any action. Outcomes that people meet (a used proof, a wrong code) are values.

use super::OwnData;
use crate::{
    db::{self, AsDatabaseError},
    domain::ids::PetitionId,
    keys,
};

/// An action failed, and nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database is away, locked or full: trying again is right.
    #[error(transparent)]
    Away(db::Error),
    /// The database answered what was not expected.
    #[error(transparent)]
    Database(db::Error),
    /// The secrets folder.
    #[error(transparent)]
    Keys(#[from] keys::Error),
    /// Something that this program wrote itself does not read back.
    #[error("{0} does not read back")]
    Broken(OwnData),
    /// A log ends before, or beside, what it has published: signing it would be a second history.
    #[error(
        "the log of petition {0} in the database is not the one that was published from it, so nothing is signed: \
         restore a newer backup of the database"
    )]
    Forked(PetitionId),
    /// The key of what waits for its group is not there right now. If it is gone for good, the next start forgets what waits.
    #[error("the key of what waits for petition {0} is missing in the secrets folder")]
    SpoolKeyAway(PetitionId),
    /// Somebody else is doing the same thing right now.
    #[error("another process is busy with this")]
    Busy,
}

impl From<db::Error> for Error {
    fn from(error: db::Error) -> Self {
        match error {
            db::Error::Unavailable(_) => Self::Away(error),
            db::Error::Broken(_) | db::Error::Newer { .. } => Self::Database(error),
        }
    }
}

impl AsDatabaseError for Error {
    fn as_database_error(&self) -> Option<&db::Error> {
        match self {
            Self::Away(error) | Self::Database(error) => Some(error),
            Self::Keys(_) | Self::Broken(_) | Self::Forked(_) | Self::SpoolKeyAway(_) | Self::Busy => None,
        }
    }
}
