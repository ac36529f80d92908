//! How the PostgreSQL server is set up, as far as that decides what it gives away or may lose.

use diesel::prelude::*;

use super::{Db, Error, Store};

/// A setting of the server, as this session has it.
#[derive(Debug, Clone, PartialEq, Eq, diesel::QueryableByName)]
pub struct ServerSetting {
    /// Its name.
    #[diesel(sql_type = diesel::sql_types::Text)]
    pub name: String,
    /// Its value, without a unit.
    #[diesel(sql_type = diesel::sql_types::Text)]
    pub value: String,
}

/// Every setting that this role may see, and two counts: `replication slots` and `replicas`.
const ALL: &str = "SELECT name::text, COALESCE(setting, '')::text AS value FROM pg_settings \
     UNION ALL SELECT 'replication slots', count(*)::text FROM pg_replication_slots \
     UNION ALL SELECT 'replicas', count(*)::text FROM pg_stat_replication";

impl Store {
    /// How the server is set up. Nothing for SQLite.
    ///
    /// # Errors
    /// [`Error`] when the database is away.
    pub fn server_settings(&self) -> Result<Vec<ServerSetting>, Error> {
        self.read(|db| match db {
            Db::Sqlite(_) => Ok(Vec::new()),
            Db::Postgres(connection) => Ok(diesel::sql_query(ALL).load(connection)?),
        })
    }
}
