//! The migrations: one numbered set in `migrations/`, written once and spelled for each database when it runs.
//!
//! A migration is a folder `0001_<noun>` with `up.sql` and `down.sql`, and a line in [`MIGRATIONS`]. Its SQL is what both
//! databases understand, and three things that [`Dialect::spell`] changes:
//!
//! - `BYTEA` becomes `BLOB` on SQLite;
//! - `WITHOUT ROWID` is dropped on PostgreSQL: SQLite's hidden row number would keep the order in which people signed;
//! - a line that ends with `-- sqlite only` or `-- postgres only` is left out on the other database.
//!
//! Which ones a database has is written in its table `__diesel_schema_migrations`, see [`super::maintenance`].

use std::fmt;

use diesel::{
    connection::BoxableConnection,
    migration::{Migration, MigrationMetadata, MigrationName, MigrationSource, MigrationVersion, Result},
    pg::Pg,
    sqlite::Sqlite,
};

macro_rules! migration {
    ($name:literal) => {
        SqlMigration {
            name: $name,
            up: include_str!(concat!("../../migrations/", $name, "/up.sql")),
            down: include_str!(concat!("../../migrations/", $name, "/down.sql")),
        }
    };
}

/// Everything in `migrations/`, in order. A test compares it with the folder.
const MIGRATIONS: &[SqlMigration] = &[
    migration!("0001_organizer"),
    migration!("0002_employer"),
    migration!("0003_petition"),
    migration!("0004_contract"),
    migration!("0005_issuer"),
    migration!("0006_collector"),
    migration!("0007_spool"),
    migration!("0008_sealing"),
    migration!("0009_void"),
    migration!("0010_witness"),
    migration!("0011_outbox"),
    migration!("0012_lease"),
    migration!("0013_petition_proof"),
    migration!("0014_client_release_page"),
];

/// All of them, for either database.
#[derive(Debug, Clone, Copy)]
pub(super) struct Migrations;

impl Migrations {
    /// Their numbers, as they are written down where they were run.
    pub(super) fn versions() -> impl Iterator<Item = &'static str> {
        MIGRATIONS.iter().map(SqlMigration::number)
    }
}

impl MigrationSource<Sqlite> for Migrations {
    fn migrations(&self) -> Result<Vec<Box<dyn Migration<Sqlite>>>> {
        Ok(MIGRATIONS
            .iter()
            .map(|migration| -> Box<dyn Migration<Sqlite>> { Box::new(*migration) })
            .collect())
    }
}

impl MigrationSource<Pg> for Migrations {
    fn migrations(&self) -> Result<Vec<Box<dyn Migration<Pg>>>> {
        Ok(MIGRATIONS.iter().map(|migration| -> Box<dyn Migration<Pg>> { Box::new(*migration) }).collect())
    }
}

#[derive(Debug, Clone, Copy)]
struct SqlMigration {
    name: &'static str,
    up: &'static str,
    down: &'static str,
}

impl SqlMigration {
    /// `0001` of `0001_organizer`.
    fn number(&self) -> &'static str {
        self.name.split_once('_').map_or(self.name, |(number, _)| number)
    }
}

impl fmt::Display for SqlMigration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

impl MigrationName for SqlMigration {
    fn version(&self) -> MigrationVersion<'_> {
        self.number().into()
    }
}

/// Each runs in a transaction, which is the default.
impl MigrationMetadata for SqlMigration {}

macro_rules! runs_on {
    ($backend:ty, $dialect:expr) => {
        impl Migration<$backend> for SqlMigration {
            fn run(&self, connection: &mut dyn BoxableConnection<$backend>) -> Result<()> {
                let sql = $dialect.spell(self.up);
                connection.batch_execute(&sql).map_err(|error| format!("{self}: {error}").into())
            }

            fn revert(&self, connection: &mut dyn BoxableConnection<$backend>) -> Result<()> {
                let sql = $dialect.spell(self.down);
                connection.batch_execute(&sql).map_err(|error| format!("{self}, undone: {error}").into())
            }

            fn metadata(&self) -> &dyn MigrationMetadata {
                self
            }

            fn name(&self) -> &dyn MigrationName {
                self
            }
        }
    };
}

runs_on!(Sqlite, Dialect::Sqlite);
runs_on!(Pg, Dialect::Postgres);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Dialect {
    Sqlite,
    Postgres,
}

impl Dialect {
    /// The SQL as this database understands it.
    fn spell(self, sql: &str) -> String {
        let foreign = match self {
            Self::Sqlite => "-- postgres only",
            Self::Postgres => "-- sqlite only",
        };
        let lines = sql.lines().filter(|line| !line.trim_end().ends_with(foreign));
        let sql = lines.flat_map(|line| [line, "\n"]).collect::<String>();
        match self {
            Self::Sqlite => sql.replace("BYTEA", "BLOB"),
            Self::Postgres => sql.replace(" WITHOUT ROWID", ""),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, fs, path::Path};

    use diesel::{Connection as _, QueryableByName, RunQueryDsl as _, SqliteConnection, sql_types::Text};
    use diesel_migrations::MigrationHarness as _;

    use super::*;

    #[derive(QueryableByName)]
    struct Table {
        #[diesel(sql_type = Text)]
        name: String,
    }

    fn tables(connection: &mut SqliteConnection) -> Vec<String> {
        let query =
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_\\_%' ESCAPE '\\'";
        let found: Vec<Table> = diesel::sql_query(query).load(connection).unwrap();
        found.into_iter().map(|table| table.name).collect()
    }

    #[test]
    fn every_folder_of_migrations_is_in_the_list_and_the_numbers_have_no_gap() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
        let on_disk: BTreeSet<String> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        let listed: Vec<&str> = MIGRATIONS.iter().map(|migration| migration.name).collect();
        assert_eq!(listed, on_disk.iter().map(String::as_str).collect::<Vec<_>>());
        for (place, migration) in MIGRATIONS.iter().enumerate() {
            assert_eq!(migration.number(), format!("{:04}", place + 1), "{migration}");
        }
    }

    #[test]
    fn what_the_migrations_make_they_can_undo() {
        let mut connection = SqliteConnection::establish(":memory:").unwrap();
        connection.run_pending_migrations(Migrations).unwrap();
        assert!(tables(&mut connection).contains(&String::from("petition")));
        connection.revert_all_migrations(Migrations).unwrap();
        assert_eq!(tables(&mut connection), Vec::<String>::new());
    }

    /// A petition as the migrations before 0013 kept it: with a column for each kind of proof, which its draft repeats.
    const EARLIER: &str = r#"INSERT INTO petition (id, slug, state, draft, title, addressed_to, summary, body, started_by,
        counting, work_mail, invite, any_mail, example, created_day) VALUES ('p', 's', 'draft',
        '{"title":"\"work_mail\":true,","work_mail":false,"invite":true,"any_mail":true,"trustee":""}', '', '', '', '', '',
        'together', FALSE, TRUE, TRUE, FALSE, 20000)"#;

    fn texts(connection: &mut SqliteConnection, query: &str) -> Vec<String> {
        let found: Vec<Table> = diesel::sql_query(query).load(connection).unwrap();
        found.into_iter().map(|table| table.name).collect()
    }

    #[test]
    fn a_petition_takes_the_same_proofs_after_they_moved_to_a_table_of_their_own() {
        let mut connection = SqliteConnection::establish(":memory:").unwrap();
        connection.run_pending_migrations(Migrations).unwrap();
        let later = MIGRATIONS.iter().filter(|migration| migration.number() >= "0013").count();
        for _ in 0..later {
            connection.revert_last_migration(Migrations).unwrap();
        }
        diesel::sql_query(EARLIER).execute(&mut connection).unwrap();
        let row = "SELECT draft || work_mail || invite || any_mail AS name FROM petition";
        let before = texts(&mut connection, row);
        connection.run_pending_migrations(Migrations).unwrap();
        let kinds = texts(&mut connection, "SELECT kind AS name FROM petition_proof ORDER BY kind");
        assert_eq!(kinds, ["any-mail", "invite"]);
        let drafts = texts(&mut connection, "SELECT draft AS name FROM petition");
        let draft: serde_json::Value = serde_json::from_str(&drafts[0]).unwrap();
        let expected = serde_json::json!({"title": "\"work_mail\":true,", "proofs": ["invite", "any-mail"], "trustee": ""});
        assert_eq!(draft, expected);
        for _ in 0..later {
            connection.revert_last_migration(Migrations).unwrap();
        }
        assert_eq!(texts(&mut connection, row), before);
    }

    #[test]
    fn one_text_is_spelled_for_each_database() {
        let sql = "CREATE TABLE t (\n    a BYTEA,\n    b TEXT, -- sqlite only\n    b UUID -- postgres only\n) WITHOUT ROWID;";
        let sqlite = "CREATE TABLE t (\n    a BLOB,\n    b TEXT, -- sqlite only\n) WITHOUT ROWID;\n";
        let postgres = "CREATE TABLE t (\n    a BYTEA,\n    b UUID -- postgres only\n);\n";
        assert_eq!(Dialect::Sqlite.spell(sql), sqlite);
        assert_eq!(Dialect::Postgres.spell(sql), postgres);
    }
}
