//! The database: one [`Store`] over SQLite or PostgreSQL, one module per noun, and the read models in
//! [`views`], whose structs have no field for an address.
//!
//! All writes go through [`Store::write`], one transaction per action. [`issuer`] and [`collector`] never
//! read each other's tables. Nothing here knows what is inside a sealed column.

mod bounds;
pub mod collector;
mod connection;
pub mod contracts;
pub mod employers;
mod error;
pub mod issuer;
pub mod leases;
pub mod mail_health;
mod maintenance;
mod migrations;
pub mod organizers;
pub mod outbox;
pub mod petitions;
mod pool;
mod postgres_url;
mod reason;
mod schema;
mod scrub;
pub mod sealing;
pub mod search;
mod server_settings;
pub mod sessions;
pub mod views;
mod watch;

use pool::{Lent, Pool};

pub use bounds::Bounds;
pub use connection::{DatabaseUrl, DatabaseUrlError, Db};
pub use error::{Cause, Error};
pub use maintenance::{BackupError, Schema};
pub use scrub::{ScrubBegan, Scrubbed};
pub use server_settings::ServerSetting;

/// How often a write is tried when PostgreSQL finds that it collided with another.
const WRITE_TRIES: u8 = 4;

/// The database. Cheap to clone.
#[derive(Clone)]
pub struct Store {
    pool: Pool,
}

impl Store {
    /// A pool of at most `connections` connections. The database need not answer yet.
    #[must_use]
    pub fn open(url: DatabaseUrl, connections: u32) -> Self {
        Self::open_with(url, connections, Bounds::DEFAULT)
    }

    /// The same, with other bounds than those that people's patience sets.
    #[must_use]
    pub fn open_with(url: DatabaseUrl, connections: u32, bounds: Bounds) -> Self {
        Self { pool: Pool::new(url, connections.max(1), bounds) }
    }

    /// Which database this is.
    #[must_use]
    pub fn url(&self) -> &DatabaseUrl {
        self.pool.url()
    }

    /// A connection on which `begin` was done. One that died while it lay idle (the server was restarted) is replaced:
    /// then nothing was begun on it.
    fn connection(
        &self,
        begin: impl Fn(&mut Db) -> Result<(), diesel::result::Error>,
    ) -> Result<Lent, Error> {
        let mut lent = self.pool.get()?;
        match begin(lent.db()?) {
            Ok(()) => return Ok(lent),
            // Where the server is known to be away, trying again would only take longer to say so.
            Err(error) if !lent.died_idle() || self.pool.is_down() => return Err(error.into()),
            Err(_died) => drop(lent),
        }
        self.pool.give_all_up(None);
        let mut lent = self.pool.get()?;
        begin(lent.db()?)?;
        Ok(lent)
    }

    /// Reads: `body` sees one state of the database throughout.
    ///
    /// # Errors
    /// Whatever `body` returns, or [`Error`] when the database is away.
    pub fn read<T, E: From<Error>>(&self, body: impl FnOnce(&mut Db) -> Result<T, E>) -> Result<T, E> {
        let mut lent = self.connection(Db::begin_read)?;
        let db = lent.db()?;
        let result = body(db);
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
        let mut lent = self.connection(Db::begin_write)?;
        let db = lent.db()?;
        let mut tries = 1;
        loop {
            let result = body(db);
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
                db.begin_write().map_err(Error::from)?;
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
