//! What can go wrong between us and the database, in the two words that matter: away, or broken.

use diesel::result::{DatabaseErrorKind, Error as DieselError};

/// A failure of the database. Expected outcomes (a proof that is used up, a name that is taken) are values,
/// never one of these.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Locked, away, out of space or out of connections: nothing was written, trying again is right.
    #[error("the database is not available now")]
    Unavailable(#[source] Cause),
    /// The database answered something that this program does not expect.
    #[error("the database gave an answer that was not expected")]
    Broken(#[source] Cause),
}

/// What the driver said, reduced to what may be logged: PostgreSQL's details and hints print values, so they
/// are never read.
#[derive(Debug, thiserror::Error)]
pub enum Cause {
    /// A failed statement: its kind and the driver's one-line message.
    #[error("{kind}: {message}")]
    Statement {
        /// Diesel's name of the kind.
        kind: String,
        /// The primary message, which names tables and columns but no values.
        message: String,
    },
    /// Diesel refused on our side of the wire.
    #[error("{0}")]
    Diesel(&'static str),
    /// Two transactions collided; PostgreSQL undid this one.
    #[error("two transactions collided")]
    Collision,
    /// No connection within the time we wait for one.
    #[error("no connection could be had in time")]
    Pool,
    /// A row holds what this program never writes.
    #[error("a row in {0} does not read back")]
    Row(&'static str),
    /// A connection could not be made.
    #[error("no connection could be made")]
    Connect,
    /// The migrations could not run.
    #[error("a migration failed: {0}")]
    Migration(String),
}

impl Error {
    /// A row of `table` holds what this program never writes.
    #[must_use]
    pub const fn row(table: &'static str) -> Self {
        Self::Broken(Cause::Row(table))
    }

    /// Whether the transaction only collided with another one, so that running it again is right.
    #[must_use]
    pub fn is_collision(&self) -> bool {
        matches!(self, Self::Unavailable(Cause::Collision))
    }
}

impl From<DieselError> for Error {
    fn from(error: DieselError) -> Self {
        match error {
            DieselError::DatabaseError(DatabaseErrorKind::SerializationFailure, _) => {
                Self::Unavailable(Cause::Collision)
            }
            DieselError::DatabaseError(kind, info) => {
                let transient = matches!(
                    kind,
                    DatabaseErrorKind::ClosedConnection
                        | DatabaseErrorKind::UnableToSendCommand
                        | DatabaseErrorKind::ReadOnlyTransaction
                        // SQLite's "locked", "full" and "I/O error" all come as this kind.
                        | DatabaseErrorKind::Unknown
                );
                let cause =
                    Cause::Statement { kind: format!("{kind:?}"), message: String::from(info.message()) };
                if transient { Self::Unavailable(cause) } else { Self::Broken(cause) }
            }
            DieselError::BrokenTransactionManager
            | DieselError::RollbackErrorOnCommit { .. }
            | DieselError::AlreadyInTransaction
            | DieselError::NotInTransaction => Self::Unavailable(Cause::Diesel("the transaction was lost")),
            DieselError::NotFound => Self::Broken(Cause::Diesel("a row that must exist is missing")),
            DieselError::DeserializationError(_) => {
                Self::Broken(Cause::Diesel("a column does not read back"))
            }
            _ => Self::Broken(Cause::Diesel("the statement was refused before it was sent")),
        }
    }
}
