//! Migrations, backup, and the nightly scrub.

use std::{
    fs::{self, OpenOptions},
    io::{self, ErrorKind},
    os::unix::fs::OpenOptionsExt,
    path::Path,
};

use diesel::{connection::SimpleConnection, prelude::*};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use super::{Cause, DatabaseUrl, Db, Error, Store};

const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");

/// Two nodes that start at once must not migrate at once; a row lock serves both databases alike.
const POSTGRES_LOCK: &str = "CREATE TABLE IF NOT EXISTS migration_lock (id INTEGER NOT NULL PRIMARY KEY); \
     INSERT INTO migration_lock (id) VALUES (1) ON CONFLICT DO NOTHING;";

/// The tables that hold what gets deleted for somebody's sake.
const SCRUBBED: [&str; 10] = [
    "opening",
    "sealed_name",
    "participation",
    "invitation",
    "pending_signature",
    "mail_code",
    "outbox",
    "address_limit",
    "spool",
    "spool_intake",
];

/// A backup could not be made.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// The file is there already and is never overwritten.
    #[error("{0} exists already: name a new file")]
    Exists(String),
    /// Connecting would make an empty database, and the backup would be one of nothing.
    #[error("there is no database at {0}: name the one that the server uses")]
    Nothing(String),
    /// The new file cannot be made.
    #[error("{path} cannot be made")]
    Io {
        /// Which.
        path: String,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// The path cannot be handed to SQLite.
    #[error("the path holds bytes that SQLite does not take")]
    Path,
    /// PostgreSQL has its own tools.
    #[error("this instance uses PostgreSQL: back it up with pg_dump")]
    Postgres,
    /// The database failed.
    #[error(transparent)]
    Database(#[from] Error),
}

impl Store {
    /// Brings the schema up to date, under a lock.
    ///
    /// # Errors
    /// [`Error`] when the database is away or a migration fails.
    pub fn migrate(&self) -> Result<(), Error> {
        let mut db = self.connection()?;
        if let Db::Postgres(connection) = &mut *db {
            // Two nodes can both see that the table is missing; the second then finds it.
            if connection.batch_execute(POSTGRES_LOCK).is_err() {
                connection.batch_execute(POSTGRES_LOCK)?;
            }
        }
        db.begin_write()?;
        let done = match &mut *db {
            Db::Sqlite(connection) => connection.run_pending_migrations(SQLITE).map(|_| ()),
            Db::Postgres(connection) => {
                diesel::sql_query("UPDATE migration_lock SET id = 1").execute(connection)?;
                connection.run_pending_migrations(POSTGRES).map(|_| ())
            }
        };
        match done {
            Ok(()) => Ok(db.commit()?),
            Err(error) => {
                db.roll_back()?;
                Err(Error::Broken(Cause::Migration(error.to_string())))
            }
        }
    }

    /// Whether the database answers and its schema is there.
    ///
    /// # Errors
    /// [`Error`] when it does not.
    pub fn check(&self) -> Result<(), Error> {
        self.read(|db| {
            let _leases: i64 = super::schema::lease::table.count().get_result(db)?;
            Ok(())
        })
    }

    /// Copies the database to a new file, consistently, while it is in use. The secrets folder is not in it.
    ///
    /// # Errors
    /// [`BackupError`] when the file exists, the database does not, or is PostgreSQL.
    pub fn back_up(&self, file: &Path) -> Result<(), BackupError> {
        match self.url() {
            DatabaseUrl::Sqlite(database) if !database.exists() => {
                return Err(BackupError::Nothing(database.display().to_string()));
            }
            DatabaseUrl::Sqlite(_) => {}
            DatabaseUrl::Postgres(_) => return Err(BackupError::Postgres),
        }
        self.check()?;
        let path = file.to_str().ok_or(BackupError::Path)?;
        create_empty(file)?;
        let copied = {
            let mut db = self.connection()?;
            match &mut *db {
                Db::Sqlite(connection) => diesel::sql_query("VACUUM INTO ?")
                    .bind::<diesel::sql_types::Text, _>(path)
                    .execute(connection)
                    .map_err(|error| BackupError::Database(error.into())),
                Db::Postgres(_) => Err(BackupError::Postgres),
            }
        };
        copied.map(drop).inspect_err(|_| {
            // What is left of a copy that failed is none; the first error is the one to tell.
            drop(fs::remove_file(file));
        })
    }

    /// Takes what was deleted out of free pages and out of the write-ahead log, as far as the database lets
    /// a client do so (docs/operations.md says what PostgreSQL's server settings must add).
    ///
    /// # Errors
    /// [`Error`] when the database is away or busy.
    pub fn scrub(&self) -> Result<(), Error> {
        let mut db = self.connection()?;
        match &mut *db {
            Db::Sqlite(connection) => connection
                .batch_execute("PRAGMA wal_checkpoint(TRUNCATE); VACUUM; PRAGMA wal_checkpoint(TRUNCATE);")?,
            Db::Postgres(connection) => {
                for table in SCRUBBED {
                    connection.batch_execute(&format!("VACUUM (FULL) {table}"))?;
                }
            }
        }
        Ok(())
    }
}

/// Makes the file that SQLite copies into, for this user alone from its first byte on. SQLite takes an empty file,
/// and would make its own with the umask's mode.
fn create_empty(file: &Path) -> Result<(), BackupError> {
    let made = OpenOptions::new().write(true).create_new(true).mode(0o600).open(file);
    made.map(drop).map_err(|source| {
        let path = file.display().to_string();
        if source.kind() == ErrorKind::AlreadyExists {
            BackupError::Exists(path)
        } else {
            BackupError::Io { path, source }
        }
    })
}
