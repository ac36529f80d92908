//! What can go wrong between us and the database, in the two words that matter: away, or broken.

use std::time::Duration;

use diesel::result::{DatabaseErrorKind, Error as DieselError};

use super::reason::one_line;

/// A failure of the database. Expected outcomes (a proof that is used up, a name that is taken) are values,
/// never one of these.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Error {
    /// Locked, away, out of space or out of connections: nothing was written, trying again is right.
    #[error("the database is not available now")]
    Unavailable(#[source] Cause),
    /// A newer version of the program has changed the tables: this one would read and write them wrongly.
    #[error(
        "the database was brought up to date by a newer version of this program (migration {migration}): start that \
         version, or restore the backup from before the update"
    )]
    Newer {
        /// The newest migration that was run.
        migration: String,
    },
    /// The database answered something that this program does not expect.
    #[error("the database gave an answer that was not expected")]
    Broken(#[source] Cause),
}

/// What the driver said, reduced to what may be logged: PostgreSQL's details and hints print values, so they
/// are never read.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Cause {
    /// A failed statement: the driver's message, which names tables and columns but no values, in one line; before it
    /// Diesel's name of its kind, where it has one.
    #[error("{0}")]
    Statement(String),
    /// Diesel refused on our side of the wire.
    #[error("{0}")]
    Diesel(&'static str),
    /// Two transactions collided; PostgreSQL undid this one.
    #[error("two transactions collided")]
    Collision,
    /// No connection became free within the time we wait for one.
    #[error("all {connections} connections were in use for too long")]
    Pool {
        /// How many there may be.
        connections: u32,
    },
    /// A row holds what this program never writes.
    #[error("a row in {0} does not read back")]
    Row(&'static str),
    /// A connection could not be made: why, in one line, without a password.
    #[error("no connection could be made: {0}")]
    Connect(String),
    /// The server answers nothing, also over a new connection.
    #[error("the database server was silent for {waited:?}")]
    Silent {
        /// For how long.
        waited: Duration,
    },
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
                let message = one_line(info.message());
                let cause = Cause::Statement(match kind {
                    DatabaseErrorKind::Unknown => message,
                    kind => format!("{kind:?}: {message}"),
                });
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
