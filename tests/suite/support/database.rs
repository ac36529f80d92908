//! A fresh database per test: a copy of a once-migrated SQLite file, or a schema of its own on PostgreSQL
//! when `SUITE_DATABASE=postgres` (then `SUITE_POSTGRES_URL` says where). The same tests run on both.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::atomic::{AtomicU32, Ordering},
};

use diesel::{Connection as _, PgConnection, connection::SimpleConnection as _};
use sha2::{Digest, Sha256};
use undersigned::db::{DatabaseUrl, Store};

/// Connections per test: few, so that many tests fit beside each other.
const CONNECTIONS: u32 = 4;

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

    fn schema_on(server: &str) -> Self {
        static COUNTER: AtomicU32 = AtomicU32::new(0);
        let number = COUNTER.fetch_add(1, Ordering::SeqCst);
        let schema = format!("t{}_{number}", std::process::id());
        run_on(server, &format!("DROP SCHEMA IF EXISTS {schema} CASCADE; CREATE SCHEMA {schema}"));
        let glue = if server.contains('?') { '&' } else { '?' };
        let url = format!("{server}{glue}options=-csearch_path%3D{schema}");
        let database = Self { url, schema: Some((String::from(server), schema)) };
        database.store().migrate().expect("the migrations run on PostgreSQL");
        database
    }

    /// As in `DATABASE_URL`.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// A store on it.
    pub fn store(&self) -> Store {
        Store::open(DatabaseUrl::parse(&self.url).expect("a database URL"), CONNECTIONS)
    }
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
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations/sqlite");
    let mut names: Vec<PathBuf> = fs::read_dir(root)
        .expect("migrations/sqlite")
        .map(|entry| entry.expect("an entry").path().join("up.sql"))
        .collect();
    names.sort();
    let hash =
        names.iter().fold(Sha256::new(), |hash, name| hash.chain_update(fs::read(name).expect("up.sql")));
    hash.finalize().iter().take(8).fold(String::new(), |text, byte| format!("{text}{byte:02x}"))
}
