//! The scrub: what was deleted leaves free space and the write-ahead log, as far as the database lets a client do so
//! (docs/operations.md says what PostgreSQL's server settings must add). Done part by part, and each gives way to whoever
//! uses the database: a dump, say, holds its locks for as long as it runs.

use diesel::{connection::SimpleConnection, prelude::*};

use super::{Db, Error, Store};

/// SQLite: the file is one part.
const FILE: [&str; 1] = ["the file"];
/// PostgreSQL: the tables that hold what gets deleted for somebody's sake.
const TABLES: [&str; 10] = [
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

/// How often it is looked whether ordinary transactions have ended: for a second.
const LOOKS: u32 = 20;
/// Who holds back the oldest row that may be needed: sessions here, replicas, slots, prepared transactions.
const STILL_SEEN: &str = "SELECT count(*) AS count FROM ( \
       SELECT backend_xmin AS oldest FROM pg_stat_activity \
         WHERE pid <> pg_backend_pid() AND (datname = current_database() OR datname IS NULL) \
       UNION ALL SELECT xmin FROM pg_replication_slots \
       UNION ALL SELECT transaction FROM pg_prepared_xacts WHERE database = current_database() \
     ) AS seen WHERE age(oldest) > age($1::xid)";

/// What came of scrubbing a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scrubbed {
    /// What was deleted from it is gone.
    Done,
    /// Somebody uses it: to be tried again.
    GaveWay,
}

/// When a scrub began: what was deleted before is to be gone at its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScrubBegan(
    /// PostgreSQL: the number of a transaction.
    Option<String>,
);

#[derive(diesel::QueryableByName)]
struct Number {
    #[diesel(sql_type = diesel::sql_types::Text)]
    number: String,
}

#[derive(diesel::QueryableByName)]
struct Count {
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    count: i64,
}

/// What SQLite says of a checkpoint.
#[derive(diesel::QueryableByName)]
struct Checkpoint {
    #[diesel(sql_type = diesel::sql_types::Integer)]
    busy: i32,
}

impl Store {
    /// The parts that are scrubbed on their own.
    #[must_use]
    pub fn parts_to_scrub(&self) -> &'static [&'static str] {
        match self.url() {
            super::DatabaseUrl::Sqlite(_) => &FILE,
            super::DatabaseUrl::Postgres(_) => &TABLES,
        }
    }

    /// Notes when a scrub begins.
    ///
    /// # Errors
    /// [`Error`] when the database is away.
    pub fn begin_scrub(&self) -> Result<ScrubBegan, Error> {
        let mut lent = self.connection(Db::ping)?;
        let Db::Postgres(connection) = lent.db()? else { return Ok(ScrubBegan(None)) };
        let now = diesel::sql_query("SELECT (txid_current() % 4294967296)::text AS number");
        let number: Number = now.get_result(connection)?;
        Ok(ScrubBegan(Some(number.number)))
    }

    /// Whether somebody still sees the database as it was before `began`: then deleted rows would be copied along, since
    /// that transaction may still ask for them. Those of ordinary requests are waited for.
    ///
    /// # Errors
    /// [`Error`] when the database is away.
    pub fn is_still_seen(&self, began: &ScrubBegan) -> Result<bool, Error> {
        let Some(number) = &began.0 else { return Ok(false) };
        let mut lent = self.connection(Db::ping)?;
        let Db::Postgres(connection) = lent.db()? else { return Ok(false) };
        for _ in 0..LOOKS {
            let older = diesel::sql_query(STILL_SEEN).bind::<diesel::sql_types::Text, _>(number);
            let older: Count = older.get_result(connection)?;
            if older.count == 0 {
                return Ok(false);
            }
            connection.batch_execute("SELECT pg_sleep(0.05)")?;
        }
        Ok(true)
    }

    /// Scrubs one of [`parts_to_scrub`](Self::parts_to_scrub).
    ///
    /// # Errors
    /// [`Error`] when the database is away.
    pub fn scrub(&self, part: &str) -> Result<Scrubbed, Error> {
        let mut lent = self.connection(Db::ping)?;
        lent.be_patient();
        let db = lent.db()?;
        let done = match db {
            Db::Sqlite(connection) => scrub_file(connection),
            Db::Postgres(_) => scrub_table(db, part),
        };
        lent.set_up_again()?;
        done
    }
}

/// Rewrites the whole file. `secure_delete` has zeroed what was deleted where it lay, but not the copies that moving rows
/// between pages left in their unused parts.
fn scrub_file(connection: &mut SqliteConnection) -> Result<Scrubbed, Error> {
    // Others are waited for no longer than nobody notices.
    connection.batch_execute("PRAGMA busy_timeout = 100")?;
    if !truncate_wal(connection)? || connection.batch_execute("BEGIN IMMEDIATE; COMMIT").is_err() {
        return Ok(Scrubbed::GaveWay);
    }
    connection.batch_execute("VACUUM")?;
    Ok(if truncate_wal(connection)? { Scrubbed::Done } else { Scrubbed::GaveWay })
}

/// Empties the write-ahead log. `false`: somebody still reads from it.
fn truncate_wal(connection: &mut SqliteConnection) -> Result<bool, Error> {
    let said: Vec<Checkpoint> = diesel::sql_query("PRAGMA wal_checkpoint(TRUNCATE)").load(connection)?;
    Ok(said.iter().all(|checkpoint| checkpoint.busy == 0))
}

/// Rewrites a table, live rows alone, in the order of its primary key, which says nothing of when they came. `CLUSTER`
/// copies as `VACUUM (FULL)` does, but inside a transaction: so the lock can be asked for first, and only for as long as
/// nobody notices, since everybody who comes after waits behind whoever waits for it.
fn scrub_table(db: &mut Db, table: &str) -> Result<Scrubbed, Error> {
    db.begin_write()?;
    let Db::Postgres(connection) = db else { return Ok(Scrubbed::Done) };
    connection.batch_execute("SET LOCAL lock_timeout = '50ms'; SET LOCAL statement_timeout = 0")?;
    let locked = connection.batch_execute(&format!("LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE"));
    if let Err(error) = locked {
        db.roll_back()?;
        return if db.is_broken() { Err(error.into()) } else { Ok(Scrubbed::GaveWay) };
    }
    let copied = connection.batch_execute(&format!("CLUSTER {table} USING {table}_pkey"));
    match copied {
        Ok(()) => db.commit()?,
        Err(error) => {
            db.roll_back()?;
            return Err(error.into());
        }
    }
    Ok(Scrubbed::Done)
}
