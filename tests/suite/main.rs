//! The whole product, tested from outside: a real server, a real database, memory mail. One file per
//! behaviour; `support` holds what they share. `scripts/test` runs all of it on SQLite and on PostgreSQL.

#![expect(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "in tests a broken expectation is a failed test; the lint's own exception covers test functions only"
)]

mod access;
mod access_roles;
mod access_walk;
mod admins;
mod amending;
mod anonymous;
mod architecture;
mod audit_memory;
mod audit_vectors;
mod auditing;
mod bad_input;
mod batch_crashes;
mod caps;
mod circles;
mod client;
mod client_commands;
mod commands;
mod crashes;
mod deadline;
mod directions;
mod drafting;
mod facts;
mod forks;
mod full_disk;
mod games;
mod hostile_servers;
mod invitations;
mod kept_forms;
mod language;
mod leaks;
mod leases;
mod limits;
mod log_growth;
mod mail_health;
mod mail_limits;
mod mail_test;
mod mailed_codes;
mod nearly;
mod numbers;
mod one_server;
mod operators;
mod organizers;
mod outages;
mod pages;
mod pasting;
mod pipes;
mod public_log;
mod quiet_start;
mod read_models;
mod real_smtp;
mod reasons;
mod receipts;
mod reloading;
mod rim;
mod rounds;
mod saved_page;
mod sealing;
mod searching;
mod secrets;
mod served_at;
mod shared_limits;
mod signing;
mod silence;
mod spool;
mod strangers;
mod support;
mod two_databases;
mod voiding;
mod witnessed_audits;
mod witnesses;
mod witnessing;
