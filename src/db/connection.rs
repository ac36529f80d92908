//! One connection type for two databases, chosen at start from `DATABASE_URL`.

use std::{
    fmt,
    fs::OpenOptions,
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
    sync::Arc,
};

use diesel::{
    Connection, PgConnection, SqliteConnection,
    connection::{AnsiTransactionManager, SimpleConnection, TransactionManager},
    result::{ConnectionError, Error as DieselError},
};

use super::{
    error::{Cause, Error},
    postgres_url, reason,
    watch::{Call, Calls},
};

/// A connection to either database. Not named `Connection`: the derive would not compile.
#[derive(diesel::MultiConnection)]
pub enum Db {
    /// The embedded one.
    Sqlite(SqliteConnection),
    /// The one for when a single machine is outgrown.
    Postgres(PgConnection),
}

/// What a connection can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Access {
    /// Everything.
    Full,
    /// Read: the disk of a SQLite database is full, so that not even the files for writing can be made.
    ReadOnly,
}

/// A connection that was made.
pub(super) struct Connected {
    pub(super) db: Db,
    pub(super) access: Access,
    /// Watches over it; PostgreSQL only.
    pub(super) call: Option<Arc<Call>>,
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

/// For reading alone: the first statement shows whether that works.
const SQLITE_READING: &str = "PRAGMA query_only = ON; PRAGMA trusted_schema = OFF; PRAGMA temp_store = MEMORY; SELECT count(*) FROM sqlite_master;";

/// What would end a path in SQLite's kind of address.
const PATH_ENDS: &percent_encoding::AsciiSet = &percent_encoding::CONTROLS.add(b'%').add(b'?').add(b'#');

/// Nobody waits forever on a lock or a statement.
const POSTGRES_SETTINGS: &str =
    "SET statement_timeout = '30s'; SET lock_timeout = '5s'; SET client_min_messages = 'warning';";

impl Db {
    /// Connects and sets the connection up. Never `Db::establish`: it tries the variants in turn. `calls` watches over
    /// a PostgreSQL connection, from its first packet on. At most `access` is tried.
    pub(super) fn connect(
        url: &DatabaseUrl,
        calls: Option<&Calls>,
        access: Access,
    ) -> Result<Connected, Error> {
        match url {
            DatabaseUrl::Sqlite(path) => {
                let (connection, access) = match access {
                    Access::Full => open_file(path)?,
                    Access::ReadOnly => (open_to_read(path)?, access),
                };
                Ok(Connected { db: Self::Sqlite(connection), access, call: None })
            }
            DatabaseUrl::Postgres(url) => {
                let call = calls.map(Calls::begin);
                let bounded = postgres_url::bounded(url);
                let connected = PgConnection::establish(&bounded);
                let mut connection = connected.map_err(|error| unreached(&error, url))?;
                if let Some(call) = &call {
                    connection.set_instrumentation(Calls::statements(call));
                }
                if let Some(call) = &call {
                    call.is_over();
                }
                let mut db = Self::Postgres(connection);
                db.set_up()?;
                Ok(Connected { db, access: Access::Full, call })
            }
        }
    }

    /// Sets what holds for every use.
    pub(super) fn set_up(&mut self) -> Result<(), Error> {
        let set = match self {
            Self::Sqlite(connection) => connection.batch_execute(SQLITE_PRAGMAS),
            Self::Postgres(connection) => connection.batch_execute(POSTGRES_SETTINGS),
        };
        Ok(set?)
    }

    /// Asks for nothing, to see whether anybody is there.
    pub(super) fn ping(&mut self) -> Result<(), DieselError> {
        self.batch_execute("SELECT 1")
    }

    /// Whether nothing more can be done with this connection.
    pub(super) fn is_broken(&mut self) -> bool {
        let state = <Self as Connection>::TransactionManager::transaction_manager_status_mut(self);
        // A transaction that nobody ended is as bad as a lost one.
        !matches!(state.transaction_depth(), Ok(None))
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

fn unreached(error: &ConnectionError, url: &str) -> Error {
    let why = reason::of_postgres(&error.to_string(), url);
    Error::Unavailable(Cause::Connect(why))
}

/// Opens a SQLite file, making it if it is not there. Where that fails, and the file holds all that was written, it is
/// opened to read: a full disk must not keep people from reading.
fn open_file(path: &Path) -> Result<(SqliteConnection, Access), Error> {
    create_private(path)?;
    match open_to_write(path) {
        Ok(connection) => Ok((connection, Access::Full)),
        // A write-ahead log with something in it cannot be read without those files: without it the file is older.
        Err(error) if holds_something(&with_ending(path, "-wal")) => Err(error),
        Err(error) => match open_to_read(path) {
            Ok(connection) => Ok((connection, Access::ReadOnly)),
            Err(_also) => Err(error),
        },
    }
}

fn open_to_write(path: &Path) -> Result<SqliteConnection, Error> {
    open_with(path, text_of(path)?, SQLITE_PRAGMAS)
}

/// Without locks and without any other file: nobody else writes, since the folder is locked, or since nobody can.
fn open_to_read(path: &Path) -> Result<SqliteConnection, Error> {
    let encoded = percent_encoding::utf8_percent_encode(text_of(path)?, PATH_ENDS);
    open_with(path, &format!("file:{encoded}?mode=ro&immutable=1"), SQLITE_READING)
}

fn open_with(path: &Path, text: &str, pragmas: &str) -> Result<SqliteConnection, Error> {
    let away = |said: String| Error::Unavailable(Cause::Connect(reason::of_sqlite(path, &said)));
    let mut connection = SqliteConnection::establish(text).map_err(|error| away(error.to_string()))?;
    connection.batch_execute(pragmas).map_err(|error| away(error.to_string()))?;
    Ok(connection)
}

fn text_of(path: &Path) -> Result<&str, Error> {
    let why = || reason::of_sqlite(path, "the path is no text");
    path.to_str().ok_or_else(|| Error::Unavailable(Cause::Connect(why())))
}

fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

fn holds_something(path: &Path) -> bool {
    path.metadata().is_ok_and(|found| found.len() > 0)
}

/// Makes the database file readable by its owner only, before SQLite would make it with the umask's mode.
fn create_private(path: &Path) -> Result<(), Error> {
    match OpenOptions::new().write(true).create_new(true).mode(0o600).open(path) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(Error::Unavailable(Cause::Connect(reason::of_file(path, &error)))),
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
