//! `undersigned migrate`: brings the schema up to date.

use super::{failure::Failure, prepare};
use crate::config::Settings;

/// Migrates and says so.
pub fn run(settings: &Settings) -> Result<(), Failure> {
    prepare::store(settings)?.migrate()?;
    println!("The database is up to date.");
    Ok(())
}
