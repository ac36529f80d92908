//! The whole product, tested from outside: a real server, a real database, memory mail. One file per
//! behaviour; `support` holds what they share. `scripts/test` runs all of it on SQLite and on PostgreSQL.

mod access;
mod architecture;
mod operators;
mod rim;
mod support;
