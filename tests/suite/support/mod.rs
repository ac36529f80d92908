//! What the tests share: the app under test, its database, a browser without script, the captured log.

mod app;
mod client;
mod database;
mod log;
mod raw;

pub use app::TestApp;
pub use client::{Client, Reply};
