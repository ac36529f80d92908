//! `undersigned backup FILE`: copies the database while it is in use. Keys are not in it: a backup that held both
//! could be read by whoever finds it.

use std::path::PathBuf;

use clap::Args;

use super::{failure::Failure, output, prepare};
use crate::config::Settings;

/// What to copy to.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct Arguments {
    /// The new file; an existing one is never overwritten
    file: PathBuf,
}

/// Makes the copy, readable by this user alone.
pub fn run(settings: &Settings, arguments: &Arguments) -> Result<(), Failure> {
    let store = prepare::store(settings)?;
    store.back_up(&arguments.file).map_err(Failure::because)?;
    output::line(format_args!("The database is copied to {}.", arguments.file.display()));
    output::line(format_args!(
        "The keys in {} are not in it: keep a copy of its folder `durable` apart.",
        settings.secrets_dir.display()
    ));
    output::line(
        "Keep backups for at most 7 days: people are told that what they take back is gone by then.",
    );
    Ok(())
}
