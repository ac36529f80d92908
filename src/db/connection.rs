//! One connection type for two databases, chosen at start from `DATABASE_URL`.

use std::{
    fmt,
    fs::OpenOptions,
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use diesel::{
    Connection, PgConnection, SqliteConnection,
    connection::{AnsiTransactionManager, SimpleConnection, TransactionManager},
    r2d2::{ManageConnection, R2D2Connection},
    result::Error as DieselError,
};

use super::error::{Cause, Error};

/// A connection to either database. Not named `Connection`: the derive would not compile.
#[derive(diesel::MultiConnection)]
pub enum Db {
    /// The embedded one.
    Sqlite(SqliteConnection),
    /// The one for when a single machine is outgrown.
    Postgres(PgConnection),
}

/// Where the database is. Its `Debug` does not show a PostgreSQL URL, which may hold a password.
#[derive(Clone, PartialEq, Eq)]
pub enum DatabaseUrl {
    /// `sqlite:PATH`
    Sqlite(PathBuf),
    /// `postgres://…` or `postgresql://…`
    Postgres(String),
}

/// `DATABASE_URL` names neither database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("DATABASE_URL must be sqlite:PATH or postgres://USER@HOST/NAME")]
pub struct DatabaseUrlError;

impl DatabaseUrl {
    /// Reads `sqlite:data/undersigned.db` or `postgres://…`.
    ///
    /// # Errors
    /// [`DatabaseUrlError`] for anything else: a mistyped URL must never become a new, empty SQLite file.
    pub fn parse(text: &str) -> Result<Self, DatabaseUrlError> {
        let text = text.trim();
        if let Some(path) = text.strip_prefix("sqlite:") {
            let path = path.strip_prefix("//").unwrap_or(path);
            let memory =
                path.is_empty() || path.starts_with(':') || path.contains('?') || path.contains('\0');
            return if memory { Err(DatabaseUrlError) } else { Ok(Self::Sqlite(PathBuf::from(path))) };
        }
        let postgres = ["postgres://", "postgresql://"].iter().any(|scheme| text.starts_with(scheme));
        if postgres { Ok(Self::Postgres(String::from(text))) } else { Err(DatabaseUrlError) }
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "sqlite:{}", path.display()),
            Self::Postgres(_) => f.write_str("postgres://…"),
        }
    }
}

/// `FULL`: what was acknowledged survives a power cut. `secure_delete`: freed pages are zeroed.
/// `temp_store`: no temporary files beside the database.
const SQLITE_PRAGMAS: &str = "PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
     PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF; PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY;";

/// Nobody waits forever on a lock or a statement.
const POSTGRES_SETTINGS: &str =
    "SET statement_timeout = '30s'; SET lock_timeout = '5s'; SET client_min_messages = 'warning';";

impl Db {
    /// Connects and sets the connection up. Never `Db::establish`: it tries the variants in turn.
    fn connect(url: &DatabaseUrl) -> Result<Self, Error> {
        match url {
            DatabaseUrl::Sqlite(path) => {
                create_private(path)?;
                let path = path.to_str().ok_or(Error::Broken(Cause::Connect))?;
                let mut connection =
                    SqliteConnection::establish(path).or(Err(Error::Unavailable(Cause::Connect)))?;
                connection.batch_execute(SQLITE_PRAGMAS)?;
                Ok(Self::Sqlite(connection))
            }
            DatabaseUrl::Postgres(url) => {
                // The source would repeat the URL's host and user: the reason is left to the operator's own psql.
                let mut connection =
                    PgConnection::establish(url).or(Err(Error::Unavailable(Cause::Connect)))?;
                connection.batch_execute(POSTGRES_SETTINGS)?;
                Ok(Self::Postgres(connection))
            }
        }
    }

    /// Begins a transaction that will write. On SQLite a deferred one would fail at its first write, at once.
    pub(super) fn begin_write(&mut self) -> Result<(), DieselError> {
        match self {
            Self::Sqlite(connection) => {
                AnsiTransactionManager::begin_transaction_sql(connection, "BEGIN IMMEDIATE")
            }
            Self::Postgres(connection) => AnsiTransactionManager::begin_transaction(connection),
        }
    }

    /// Begins a transaction that sees one state of the database throughout.
    pub(super) fn begin_read(&mut self) -> Result<(), DieselError> {
        match self {
            Self::Sqlite(connection) => AnsiTransactionManager::begin_transaction(connection),
            Self::Postgres(connection) => AnsiTransactionManager::begin_transaction_sql(
                connection,
                "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
            ),
        }
    }

    pub(super) fn commit(&mut self) -> Result<(), DieselError> {
        <Self as Connection>::TransactionManager::commit_transaction(self)
    }

    pub(super) fn roll_back(&mut self) -> Result<(), DieselError> {
        <Self as Connection>::TransactionManager::rollback_transaction(self)
    }

    /// Runs `body` in a savepoint: what it wrote is undone when it says `None` or fails.
    pub(super) fn savepoint<T>(
        &mut self,
        body: impl FnOnce(&mut Self) -> Result<T, DieselError>,
    ) -> Result<T, DieselError> {
        #[expect(
            clippy::disallowed_methods,
            reason = "inside a write this is a savepoint, not a transaction"
        )]
        self.transaction(body)
    }
}

/// Makes the database file readable by its owner only, before SQLite would make it with the umask's mode.
fn create_private(path: &Path) -> Result<(), Error> {
    if path.exists() {
        return Ok(());
    }
    match OpenOptions::new().write(true).create_new(true).mode(0o600).open(path) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        Err(_) => Err(Error::Unavailable(Cause::Connect)),
    }
}

/// Makes connections for the pool.
#[derive(Debug)]
pub(super) struct Manager(pub(super) DatabaseUrl);

impl ManageConnection for Manager {
    type Connection = Db;
    type Error = Error;

    fn connect(&self) -> Result<Db, Error> {
        Db::connect(&self.0)
    }

    fn is_valid(&self, db: &mut Db) -> Result<(), Error> {
        Ok(db.ping()?)
    }

    fn has_broken(&self, db: &mut Db) -> bool {
        db.is_broken()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistyped_url_is_refused_rather_than_becoming_an_empty_file() {
        for wrong in ["", "postgres:/x", "postgre://x", "sqlite:", "sqlite::memory:", "data/undersigned.db"] {
            assert_eq!(DatabaseUrl::parse(wrong), Err(DatabaseUrlError), "{wrong}");
        }
        assert_eq!(DatabaseUrl::parse("sqlite:a/b.db"), Ok(DatabaseUrl::Sqlite(PathBuf::from("a/b.db"))));
    }

    #[test]
    fn a_password_in_the_url_is_never_printed() {
        let url = DatabaseUrl::parse("postgres://me:hunter2@db.example/x").unwrap();
        assert!(!format!("{url:?}").contains("hunter2"));
    }
}
