//! A fresh database per test: a copy of a once-migrated SQLite file, or a schema of its own on PostgreSQL
//! when `SUITE_DATABASE=postgres` (then `SUITE_POSTGRES_URL` says where). The same tests run on both.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::atomic::{AtomicU32, Ordering},
};

use diesel::{
    Connection as _, PgConnection, RunQueryDsl as _, SqliteConnection, connection::SimpleConnection as _,
};
use sha2::{Digest, Sha256};
use undersigned::db::{Bounds, DatabaseUrl, Store};

/// A database that goes away with the test.
pub struct TestDatabase {
    url: String,
    /// The PostgreSQL server and the schema on it.
    schema: Option<(String, String)>,
}

impl TestDatabase {
    /// A migrated, empty database; SQLite keeps its file in `folder`.
    pub fn fresh(folder: &Path) -> Self {
        if let Some(server) = postgres_server() {
            return Self::schema_on(&server);
        }
        let file = folder.join("test.db");
        fs::copy(template(), &file).expect("the template can be copied");
        Self { url: format!("sqlite:{}", file.display()), schema: None }
    }

    /// A migrated, empty database on this PostgreSQL server.
    pub fn schema_on(server: &str) -> Self {
        static COUNTER: AtomicU32 = AtomicU32::new(0);
        let number = COUNTER.fetch_add(1, Ordering::SeqCst);
        let schema = format!("t{}_{number}", std::process::id());
        run_on(server, &format!("DROP SCHEMA IF EXISTS {schema} CASCADE; CREATE SCHEMA {schema}"));
        let glue = if server.contains('?') { '&' } else { '?' };
        let url = format!("{server}{glue}options=-csearch_path%3D{schema}");
        let database = Self { url, schema: Some((String::from(server), schema)) };
        database.store(1).migrate().expect("the migrations run on PostgreSQL");
        database
    }

    /// As in `DATABASE_URL`.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// A store on it, with a pool of so many connections.
    pub fn store(&self, connections: u32) -> Store {
        self.store_with(connections, Bounds::DEFAULT)
    }

    /// The same, with other bounds than those that people's patience sets.
    pub fn store_with(&self, connections: u32, bounds: Bounds) -> Store {
        Store::open_with(DatabaseUrl::parse(&self.url).expect("a database URL"), connections, bounds)
    }

    /// From now on it is reached over another address, at which somebody stands before the server.
    pub fn reach_through(&mut self, address: std::net::SocketAddr) {
        let (before, rest) = self.url.split_once('@').expect("a user");
        let (_, rest) = rest.split_once('/').expect("a database's name");
        self.url = format!("{before}@{address}/{rest}");
    }

    /// Every row of every table as text, binary columns in hexadecimal. PostgreSQL only: SQLite's file can be
    /// read as it is.
    pub fn postgres_dump(&self) -> Option<String> {
        let (_, schema) = self.schema.as_ref()?;
        let mut connection = PgConnection::establish(&self.url).expect("the PostgreSQL server answers");
        let tables: Vec<Line> = diesel::sql_query(format!(
            "SELECT table_name::text AS line FROM information_schema.tables WHERE table_schema = '{schema}'"
        ))
        .load(&mut connection)
        .expect("the tables");
        let mut dump = String::new();
        for table in tables {
            let rows: Vec<Line> = diesel::sql_query(format!("SELECT t::text AS line FROM {} t", table.line))
                .load(&mut connection)
                .expect("the rows");
            for row in rows {
                dump.push_str(&row.line);
                dump.push('\n');
            }
        }
        Some(dump)
    }

    /// Runs statements as they are.
    pub fn run(&self, statements: &str) {
        if self.schema.is_some() {
            return run_on(&self.url, statements);
        }
        let mut connection =
            SqliteConnection::establish(self.url.trim_start_matches("sqlite:")).expect("the file");
        connection
            .batch_execute(&format!("PRAGMA busy_timeout = 5000; {statements}"))
            .expect("the statement runs");
    }

    /// Bytes, as statements spell them.
    pub fn blob(&self, bytes: &[u8]) -> String {
        let hex = bytes.iter().fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"));
        if self.schema.is_some() { format!("'\\x{hex}'") } else { format!("x'{hex}'") }
    }

    /// Whether it is on PostgreSQL.
    pub fn is_postgres(&self) -> bool {
        self.schema.is_some()
    }

    /// Runs statements of the test's own, each in a transaction of its own.
    pub fn execute(&self, statements: &[String]) {
        let mut connection = self.connect();
        for statement in statements {
            match &mut connection {
                Own::Sqlite(connection) => connection.batch_execute(statement),
                Own::Postgres(connection) => connection.batch_execute(statement),
            }
            .expect("the statement runs");
        }
    }

    /// The rows of a table in the order in which they are stored, one column of them in hexadecimal, and where the
    /// database itself says that each lies: `ctid` and `xmin` on PostgreSQL, nothing on SQLite.
    pub fn stored_rows(&self, table: &str, column: &str) -> Vec<StoredRow> {
        match self.connect() {
            Own::Sqlite(mut connection) => {
                let query = format!("SELECT lower(hex({column})) AS value, '' AS ctid, '' AS xmin FROM {table}");
                diesel::sql_query(query).load(&mut connection)
            }
            Own::Postgres(mut connection) => {
                let query = format!(
                    "SELECT encode({column}, 'hex') AS value, ctid::text AS ctid, xmin::text AS xmin FROM {table}"
                );
                diesel::sql_query(query).load(&mut connection)
            }
        }
        .expect("the rows")
    }

    /// Where PostgreSQL's write-ahead log ends now, as the name of its segment.
    pub fn wal_segment(&self) -> Option<String> {
        let Own::Postgres(mut connection) = self.connect() else { return None };
        // What others wrote before is in an older segment.
        connection.batch_execute("SELECT pg_switch_wal()").expect("a new segment");
        let query = "SELECT pg_walfile_name(pg_current_wal_insert_lsn()) AS line";
        let found: Vec<Line> = diesel::sql_query(query).load(&mut connection).expect("a segment");
        found.into_iter().next().map(|line| line.line)
    }

    /// PostgreSQL's write-ahead log from a segment on, and its data files of these tables, as they lie on the disk.
    pub fn postgres_files(&self, from: &str, tables: &[&str]) -> Vec<(String, Vec<u8>)> {
        let Own::Postgres(mut connection) = self.connect() else { return Vec::new() };
        connection.batch_execute("CHECKPOINT").expect("a checkpoint");
        let names = format!(
            "SELECT name::text AS line FROM pg_ls_waldir() WHERE name >= '{from}' AND name <= pg_walfile_name(pg_current_wal_insert_lsn()) ORDER BY name"
        );
        let names: Vec<Line> = diesel::sql_query(names).load(&mut connection).expect("the segments");
        let mut wal = Vec::new();
        for Line { line: name } in names {
            wal.extend(read_binary(&mut connection, &format!("'pg_wal/{name}'")));
        }
        let mut files = vec![(String::from("pg_wal"), wal)];
        for table in tables {
            let bytes = read_binary(&mut connection, &format!("pg_relation_filepath('{table}')"));
            files.push((format!("data file of {table}"), bytes));
        }
        files
    }

    fn connect(&self) -> Own {
        if self.schema.is_some() {
            Own::Postgres(PgConnection::establish(&self.url).expect("the PostgreSQL server answers"))
        } else {
            let file = self.url.trim_start_matches("sqlite:");
            Own::Sqlite(SqliteConnection::establish(file).expect("the file"))
        }
    }

    /// A dump under way: it has begun to read everything, and holds what it must, until the guard is dropped.
    pub fn dump_under_way(&self) -> Lock {
        if self.schema.is_some() {
            return self.reading("opening, sealed_name, participation, spool");
        }
        let file = self.url.trim_start_matches("sqlite:");
        let mut connection = SqliteConnection::establish(file).expect("the file");
        connection.batch_execute("BEGIN; SELECT count(*) FROM opening").expect("it reads");
        Lock { _postgres: None, _sqlite: Some(connection) }
    }

    /// Somebody sees the database as it is now, until the guard is dropped, and locks nothing that is deleted from.
    pub fn old_snapshot(&self) -> Lock {
        if self.schema.is_none() {
            return self.dump_under_way();
        }
        let mut connection = PgConnection::establish(&self.url).expect("the PostgreSQL server answers");
        connection
            .batch_execute("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM petition")
            .expect("it reads");
        Lock { _postgres: Some(connection), _sqlite: None }
    }

    /// What lies on the disk now: SQLite's file with its write-ahead log, or PostgreSQL's data files of these tables.
    pub fn files(&self, tables: &[&str]) -> Vec<(String, Vec<u8>)> {
        if self.schema.is_some() {
            let Own::Postgres(mut connection) = self.connect() else { return Vec::new() };
            connection.batch_execute("CHECKPOINT").expect("a checkpoint");
            return tables
                .iter()
                .map(|table| {
                    let path = format!("pg_relation_filepath('{table}')");
                    (format!("data file of {table}"), read_binary(&mut connection, &path))
                })
                .collect();
        }
        let file = self.url.trim_start_matches("sqlite:");
        ["", "-wal"]
            .iter()
            .filter_map(|ending| Some((format!("{file}{ending}"), fs::read(format!("{file}{ending}")).ok()?)))
            .collect()
    }

    /// Somebody reads these tables, until the guard is dropped. PostgreSQL only.
    pub fn reading(&self, tables: &str) -> Lock {
        let mut connection = PgConnection::establish(&self.url).expect("the PostgreSQL server answers");
        connection
            .batch_execute(&format!("BEGIN; LOCK TABLE {tables} IN ACCESS SHARE MODE"))
            .expect("the lock");
        Lock { _postgres: Some(connection), _sqlite: None }
    }

    /// The file in which a table lies: another one after it was rewritten. PostgreSQL only.
    pub fn file_of(&self, table: &str) -> String {
        let Own::Postgres(mut connection) = self.connect() else { return String::new() };
        let query = format!("SELECT pg_relation_filepath('{table}') AS line");
        let found: Vec<Line> = diesel::sql_query(query).load(&mut connection).expect("a file");
        found.into_iter().next().expect("a file").line
    }

    /// Holds locks that keep everybody from writing anything, until the guard is dropped.
    pub fn lock_all(&self) -> Lock {
        if self.schema.is_none() {
            return self.lock();
        }
        let mut connection = PgConnection::establish(&self.url).expect("the PostgreSQL server answers");
        connection.batch_execute("BEGIN; LOCK TABLE lease IN SHARE MODE").expect("the lock");
        Lock { _postgres: Some(connection), _sqlite: None }
    }

    /// Holds the lock that every write needs, until the guard is dropped.
    pub fn lock(&self) -> Lock {
        if self.schema.is_some() {
            let mut connection = PgConnection::establish(&self.url).expect("the PostgreSQL server answers");
            connection
                .batch_execute("BEGIN; LOCK TABLE pending_signature, outbox IN ACCESS EXCLUSIVE MODE")
                .expect("the lock");
            return Lock { _postgres: Some(connection), _sqlite: None };
        }
        let file = self.url.trim_start_matches("sqlite:");
        let mut connection = SqliteConnection::establish(file).expect("the file");
        connection.batch_execute("BEGIN IMMEDIATE").expect("the lock");
        Lock { _postgres: None, _sqlite: Some(connection) }
    }
}

/// The test's own connection.
enum Own {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

/// A row as it is stored.
#[derive(diesel::QueryableByName)]
pub struct StoredRow {
    /// The column asked for, in hexadecimal.
    #[diesel(sql_type = diesel::sql_types::Text)]
    pub value: String,
    /// Page and place, on PostgreSQL.
    #[diesel(sql_type = diesel::sql_types::Text)]
    pub ctid: String,
    /// The transaction that wrote it, on PostgreSQL.
    #[diesel(sql_type = diesel::sql_types::Text)]
    pub xmin: String,
}

#[derive(diesel::QueryableByName)]
struct Bytes {
    #[diesel(sql_type = diesel::sql_types::Binary)]
    bytes: Vec<u8>,
}

fn read_binary(connection: &mut PgConnection, path: &str) -> Vec<u8> {
    let found: Vec<Bytes> = diesel::sql_query(format!("SELECT pg_read_binary_file({path}) AS bytes"))
        .load(connection)
        .expect("a superuser reads the server's files");
    found.into_iter().flat_map(|bytes| bytes.bytes).collect()
}

/// Someone who holds the write lock.
pub struct Lock {
    _postgres: Option<PgConnection>,
    _sqlite: Option<SqliteConnection>,
}

#[derive(diesel::QueryableByName)]
struct Line {
    #[diesel(sql_type = diesel::sql_types::Text)]
    line: String,
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        if let Some((server, schema)) = &self.schema {
            run_on(server, &format!("DROP SCHEMA IF EXISTS {schema} CASCADE"));
        }
    }
}

/// Where the PostgreSQL server of this run is, if it is a run on PostgreSQL.
pub fn postgres_server() -> Option<String> {
    let is_wanted = super::app::environment("SUITE_DATABASE").is_some_and(|kind| kind == "postgres");
    is_wanted.then(|| {
        super::app::environment("SUITE_POSTGRES_URL")
            .expect("SUITE_DATABASE=postgres needs SUITE_POSTGRES_URL=postgres://…")
    })
}

fn run_on(server: &str, statement: &str) {
    let mut connection = PgConnection::establish(server).expect("the PostgreSQL server answers");
    connection.batch_execute(statement).expect("the statement runs");
}

/// Runs a statement on a SQLite file, as another program would.
pub fn run_on_file(file: &Path, statement: &str) {
    let mut connection = SqliteConnection::establish(file.to_str().expect("text")).expect("the file");
    connection
        .batch_execute(&format!("PRAGMA busy_timeout = 5000; {statement}"))
        .expect("the statement runs");
}

/// The migrated template, made once per set of migrations and shared by all test processes.
fn template() -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let file = folder.join(format!("template-{}.db", migrations_digest()));
    if file.exists() {
        return file;
    }
    // Several processes may come here at once: each makes its own, and the last rename wins.
    let own = folder.join(format!("template-{}.tmp", std::process::id()));
    let copy = folder.join(format!("template-{}.copy", std::process::id()));
    {
        let url = DatabaseUrl::parse(&format!("sqlite:{}", own.display())).expect("a database URL");
        let store = Store::open(url, 1);
        store.migrate().expect("the migrations run on SQLite");
        store.back_up(&copy).expect("a clean copy, without a write-ahead log beside it");
    }
    fs::rename(&copy, &file).expect("the template can be put in place");
    for leftover in [own.clone(), own.with_extension("tmp-wal"), own.with_extension("tmp-shm")] {
        drop(fs::remove_file(leftover));
    }
    file
}

/// Changes whenever a migration does.
fn migrations_digest() -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
    let mut names: Vec<PathBuf> = fs::read_dir(root)
        .expect("migrations")
        .map(|entry| entry.expect("an entry").path().join("up.sql"))
        .collect();
    names.sort();
    let hash = names.iter().fold(Sha256::new(), |hash, name| {
        hash.chain_update(name.as_os_str().as_encoded_bytes()).chain_update(fs::read(name).expect("up.sql"))
    });
    hash.finalize().iter().take(8).fold(String::new(), |text, byte| format!("{text}{byte:02x}"))
}
