//! Undersigned: a self-hostable platform for employee petitions.
//!
//! Whoever gives a proof (a code read from a work mailbox, say) gets one blind token per petition; every
//! signature is made by casting a token. Nowhere does the server hold "address ↔ signature".
//!
//! The modules in reading order; each may use only what stands in the table of
//! `tests/suite/architecture.rs`:
//!
//! - [`domain`]: pure values and rules
//! - [`protocol`]: codes, tokens, blind signatures, leaves: bytes in, bytes out
//! - [`log`]: the public log of a petition
//! - [`client`]: signing, casting and looking from a signer's own machine, against a server that is not believed
//! - [`witness`]: watching other instances' logs, and signing of each one history only
//! - [`keys`]: the secrets folder: durable keys, and ephemeral ones that get destroyed
//! - [`db`]: SQLite and PostgreSQL behind one store
//! - [`actions`]: what a person can do
//! - [`jobs`]: what the clock does
//! - [`mail`]: messages, transports, and the worker that drains the outbox
//! - [`locale`]: every word that people read
//! - [`web`]: routes, forms, pages, errors
//! - [`cli`]: one file per sub-command
//! - [`config`], [`clock`], [`entropy`]: settings, time and chance, each handed in
//! - [`faults`]: places where a test may kill the server

pub mod actions;
pub mod cli;
pub mod client;
pub mod clock;
pub mod config;
pub mod db;
pub mod domain;
pub mod entropy;
pub mod faults;
pub mod jobs;
pub mod keys;
pub mod locale;
pub mod log;
pub mod mail;
pub mod memory;
pub mod protocol;
pub mod web;
pub mod witness;
