//! The database: one [`Store`] over SQLite or PostgreSQL, one module per noun, and the read models in
//! [`views`], whose structs have no field for an address.
//!
//! All writes go through [`Store::write`], one transaction per action. [`issuer`] and [`collector`] never
//! read each other's tables. Nothing here knows what is inside a sealed column.

use std::{sync::Arc, time::Duration};

use diesel::r2d2::{NopErrorHandler, Pool, PooledConnection};

pub mod collector;
mod connection;
pub mod contracts;
pub mod employers;
mod error;
pub mod issuer;
pub mod leases;
pub mod mail_health;
mod maintenance;
pub mod organizers;
pub mod outbox;
pub mod petitions;
mod schema;
pub mod sealing;
pub mod sessions;
pub mod views;

pub use connection::{DatabaseUrl, DatabaseUrlError, Db};
pub use error::{Cause, Error};
pub use maintenance::BackupError;

/// How long a request waits for a connection before it is told to come back.
const CONNECTION_WAIT: Duration = Duration::from_secs(5);
/// How often a write is tried when PostgreSQL finds that it collided with another.
const WRITE_TRIES: u8 = 4;

/// The database. Cheap to clone.
#[derive(Clone)]
pub struct Store {
    pool: Pool<connection::Manager>,
    url: Arc<DatabaseUrl>,
}

impl Store {
    /// A pool of at most `connections` connections. The database need not answer yet.
    #[must_use]
    pub fn open(url: DatabaseUrl, connections: u32) -> Self {
        let manager = connection::Manager(url.clone());
        let pool = Pool::builder()
            .max_size(connections.max(1))
            .min_idle(Some(0))
            .connection_timeout(CONNECTION_WAIT)
            // The pool's own handler would log whatever the driver says, values included.
            .error_handler(Box::new(NopErrorHandler))
            .build_unchecked(manager);
        Self { pool, url: Arc::new(url) }
    }

    /// Which database this is.
    #[must_use]
    pub fn url(&self) -> &DatabaseUrl {
        &self.url
    }

    fn connection(&self) -> Result<PooledConnection<connection::Manager>, Error> {
        // The pool's error says only that time ran out.
        self.pool.get().or(Err(Error::Unavailable(Cause::Pool)))
    }

    /// Reads: `body` sees one state of the database throughout.
    ///
    /// # Errors
    /// Whatever `body` returns, or [`Error`] when the database is away.
    pub fn read<T, E: From<Error>>(&self, body: impl FnOnce(&mut Db) -> Result<T, E>) -> Result<T, E> {
        let mut db = self.connection()?;
        db.begin_read().map_err(Error::from)?;
        let result = body(&mut db);
        match &result {
            Ok(_) => db.commit().map_err(Error::from)?,
            Err(_) => db.roll_back().map_err(Error::from)?,
        }
        result
    }

    /// Writes: one transaction, committed when `body` returns `Ok`, undone when it returns `Err`. `body` may
    /// run again from its start when PostgreSQL finds that it collided with another transaction, so it must
    /// do nothing that cannot be undone: mail is an outbox row.
    ///
    /// # Errors
    /// Whatever `body` returns, or [`Error`] when the database is away.
    pub fn write<T, E: From<Error> + AsDatabaseError>(
        &self,
        mut body: impl FnMut(&mut Db) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut db = self.connection()?;
        let mut tries = 1;
        loop {
            db.begin_write().map_err(Error::from)?;
            let result = body(&mut db);
            let failed = match result {
                Ok(value) => match db.commit() {
                    Ok(()) => return Ok(value),
                    Err(error) => {
                        // A failed COMMIT on SQLite (full, busy) leaves the transaction open.
                        if db.roll_back().is_err() {
                            tracing::debug!("nothing was left to roll back");
                        }
                        E::from(Error::from(error))
                    }
                },
                Err(error) => {
                    if let Err(rollback) = db.roll_back() {
                        // The connection is dropped by the pool; what matters is the first error.
                        tracing::debug!(kind = ?Error::from(rollback), "a roll-back failed");
                    }
                    error
                }
            };
            if tries < WRITE_TRIES && failed.as_database_error().is_some_and(Error::is_collision) {
                tries += 1;
                continue;
            }
            return Err(failed);
        }
    }
}

/// Lets [`Store::write`] see whether an action failed only because it collided with another.
pub trait AsDatabaseError {
    /// The database's error inside this one, if that is what it is.
    fn as_database_error(&self) -> Option<&Error>;
}

impl AsDatabaseError for Error {
    fn as_database_error(&self) -> Option<&Error> {
        Some(self)
    }
}

/// Inserts unless a row with the same key exists. A unique violation would abort the whole transaction on
/// PostgreSQL, so the insert runs in a savepoint.
fn unless_taken(
    db: &mut Db,
    insert: impl FnOnce(&mut Db) -> Result<usize, diesel::result::Error>,
) -> Result<bool, Error> {
    use diesel::result::{DatabaseErrorKind, Error as DieselError};
    match db.savepoint(insert) {
        Ok(_) => Ok(true),
        Err(DieselError::DatabaseError(DatabaseErrorKind::UniqueViolation, _)) => Ok(false),
        Err(error) => Err(error.into()),
    }
}
