//! What several commands need before they can work: folders, the database.

use std::{os::unix::fs::DirBuilderExt, path::Path};

use super::failure::{Failure, While};
use crate::{
    config::Settings,
    db::{DatabaseUrl, Store},
};

/// Connections to the database: a few more than cores, since each waits for the disk now and then.
const CONNECTIONS: u32 = 8;

/// Opens the database that `settings` name, making the data folder if need be. The schema is left as it is.
pub fn store(settings: &Settings) -> Result<Store, Failure> {
    private_folder(&settings.data_dir)?;
    let url = DatabaseUrl::parse(settings.database_url.expose()).map_err(Failure::usage)?;
    Ok(Store::open(url, CONNECTIONS))
}

/// Makes `folder` for this user alone, if it is not there.
pub fn private_folder(folder: &Path) -> Result<(), Failure> {
    let made = std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder);
    Ok(made.map_err(While::doing(format!("the folder {} cannot be made", folder.display())))?)
}
