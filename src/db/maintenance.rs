//! Bringing the schema up to date, and backup. The migrations themselves: [`super::migrations`].

use std::{
    fs::{self, OpenOptions},
    io::{self, ErrorKind},
    os::unix::fs::OpenOptionsExt,
    path::Path,
};

use diesel::{connection::SimpleConnection, prelude::*};
use diesel_migrations::MigrationHarness;

use super::{Cause, DatabaseUrl, Db, Error, Store, leases, migrations::Migrations, reason::one_line, search};

/// Two nodes that start at once must not migrate at once; a row lock serves both databases alike.
const POSTGRES_LOCK: &str = "CREATE TABLE IF NOT EXISTS migration_lock (id INTEGER NOT NULL PRIMARY KEY); \
     INSERT INTO migration_lock (id) VALUES (1) ON CONFLICT DO NOTHING;";

/// Where Diesel notes which migrations were run.
const APPLIED: &str = "__diesel_schema_migrations";

/// The lease that nobody wants: its row is written to see whether writing works.
const READINESS: &str = "readiness";

/// How the database's tables stand to this program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Schema {
    /// They are those that it knows.
    Current,
    /// Migrations are to be run first.
    Behind,
    /// A newer version of the program has changed them.
    Newer {
        /// The newest migration that was run.
        migration: String,
    },
}

#[derive(diesel::QueryableByName)]
struct Found {
    #[diesel(sql_type = diesel::sql_types::Text)]
    found: String,
}

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
    /// How the database's tables stand to this program. Changes nothing, so that it can be asked of a full disk.
    ///
    /// # Errors
    /// [`Error`] when the database is away.
    pub fn schema(&self) -> Result<Schema, Error> {
        let applied = self.read(|db| {
            let is_there = match db {
                Db::Sqlite(connection) => diesel::sql_query(format!(
                    "SELECT name AS found FROM sqlite_master WHERE name = '{APPLIED}'"
                ))
                .load::<Found>(connection)?,
                Db::Postgres(connection) => diesel::sql_query(format!(
                    "SELECT '{APPLIED}'::text AS found WHERE to_regclass('{APPLIED}') IS NOT NULL"
                ))
                .load::<Found>(connection)?,
            };
            if is_there.is_empty() {
                return Ok::<_, Error>(Vec::new());
            }
            let query = diesel::sql_query(format!("SELECT version AS found FROM {APPLIED} ORDER BY version"));
            Ok(match db {
                Db::Sqlite(connection) => query.load::<Found>(connection)?,
                Db::Postgres(connection) => query.load::<Found>(connection)?,
            })
        })?;
        let known: Vec<&str> = Migrations::versions().collect();
        let newest = applied.iter().rfind(|row| !known.contains(&row.found.as_str()));
        Ok(match newest {
            Some(row) => Schema::Newer { migration: row.found.clone() },
            None if applied.len() < known.len() => Schema::Behind,
            None => Schema::Current,
        })
    }

    /// Brings the schema up to date, and what is searched by, under a lock. Where nothing is to be done, nothing is written.
    ///
    /// # Errors
    /// [`Error::Newer`] where a newer version of the program has changed it; [`Error`] when the database is away or a
    /// migration fails.
    pub fn migrate(&self) -> Result<(), Error> {
        match self.schema()? {
            Schema::Current if self.read(search::is_current)? => return Ok(()),
            Schema::Newer { migration } => return Err(Error::Newer { migration }),
            Schema::Current | Schema::Behind => {}
        }
        let mut lent = self.connection(Db::ping)?;
        lent.be_patient();
        let db = lent.db()?;
        if let Db::Postgres(connection) = db {
            connection.batch_execute("SET statement_timeout = 0")?;
            // Two nodes can both see that the table is missing; the second then finds it.
            if connection.batch_execute(POSTGRES_LOCK).is_err() {
                connection.batch_execute(POSTGRES_LOCK)?;
            }
        }
        db.begin_write()?;
        let done = match db {
            Db::Sqlite(connection) => connection.run_pending_migrations(Migrations).map(|_| ()),
            Db::Postgres(connection) => {
                diesel::sql_query("UPDATE migration_lock SET id = 1").execute(connection)?;
                connection.run_pending_migrations(Migrations).map(|_| ())
            }
        };
        let done = match done {
            Ok(()) => search::refresh(db).and_then(|()| Ok(db.commit()?)).or_else(|error| {
                db.roll_back()?;
                Err(error)
            }),
            Err(error) => {
                db.roll_back()?;
                Err(Error::Broken(Cause::Migration(one_line(&error.to_string()))))
            }
        };
        lent.set_up_again()?;
        done
    }

    /// Whether the database answers, with the tables that this program knows, and takes what is written.
    ///
    /// # Errors
    /// [`Error`] when it does not.
    pub fn check(&self) -> Result<(), Error> {
        match self.schema()? {
            Schema::Current | Schema::Behind => {}
            Schema::Newer { migration } => return Err(Error::Newer { migration }),
        }
        // Committed: what is undone again never reaches a disk that may be full.
        self.write(|db| {
            let is_there = leases::renew(db, READINESS, READINESS, 0)?;
            if !is_there {
                leases::begin(db, READINESS, READINESS, 0)?;
            }
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
            let mut lent = self.connection(Db::ping)?;
            match lent.db()? {
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
