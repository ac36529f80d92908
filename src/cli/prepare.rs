//! What several commands need before they can work: folders, the database.

use std::{
    ffi::OsString,
    fs,
    os::unix::fs::{DirBuilderExt, MetadataExt},
    path::{Path, PathBuf},
};

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
    if let DatabaseUrl::Sqlite(file) = &url {
        check_private(file)?;
    }
    Ok(Store::open(url, CONNECTIONS))
}

/// Refuses a SQLite database that others can read, as the secrets are refused: names that were taken back lie in it until
/// the night, and the times of its files tell when somebody signed.
///
/// # Errors
/// What is open, and the line to type.
pub fn check_private(file: &Path) -> Result<(), Failure> {
    let beside = file.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = beside.unwrap_or_else(|| Path::new("."));
    let with = |ending: &str| {
        let mut name = OsString::from(file);
        name.push(ending);
        PathBuf::from(name)
    };
    let own = nix::unistd::geteuid().as_raw();
    for (path, mode) in [
        (folder.to_path_buf(), "700"),
        (file.to_path_buf(), "600"),
        (with("-wal"), "600"),
        (with("-shm"), "600"),
    ] {
        // What is not there cannot be read; what cannot be looked at, opening it tells.
        let Ok(found) = fs::metadata(&path) else { continue };
        let path = fs::canonicalize(&path).unwrap_or(path);
        if found.uid() != own {
            return Err(Failure::because(format!(
                "{} belongs to another user (number {}) than this process (number {own}): run it as that user, or type \
                 `chown {own} {}` and start again",
                path.display(),
                found.uid(),
                path.display()
            )));
        }
        if found.mode() & 0o077 != 0 {
            let advice =
                if mode == "700" { " (or name a folder that holds nothing but the database)" } else { "" };
            return Err(Failure::because(format!(
                "{} can be read by others: type `chmod {mode} {}` and start again{advice}",
                path.display(),
                path.display()
            )));
        }
    }
    Ok(())
}

/// Makes `folder` for this user alone, if it is not there.
pub fn private_folder(folder: &Path) -> Result<(), Failure> {
    let made = std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder);
    Ok(made.map_err(While::doing(format!("the folder {} cannot be made", folder.display())))?)
}
