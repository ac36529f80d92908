//! `undersigned migrate`: brings the schema up to date.

use super::{failure::Failure, folder_lock, output, prepare};
use crate::{config::Settings, db::Schema};

/// Migrates and says so. Not under a server that runs: it would go on with tables that it does not know.
pub fn run(settings: &Settings) -> Result<(), Failure> {
    let store = prepare::store(settings)?;
    let _lock = if store.schema()? == Schema::Current { None } else { folder_lock::lock(settings)? };
    store.migrate()?;
    output::line("The database is up to date.");
    Ok(())
}
