//! One server for a SQLite database: it locks the folder that the database lies in, and the data folder, for as long as it
//! runs. The kernel lets go of a lock when its process is gone, however it ended: so nothing of a killed server is waited
//! for, and nobody else can be at work. PostgreSQL is made for several servers: there leases tell ([`crate::actions`]).

use std::{
    collections::BTreeSet,
    fs::{self, File, TryLockError},
    path::PathBuf,
};

use super::failure::{Failure, While};
use crate::{config::Settings, db::DatabaseUrl};

/// Held for as long as it lives.
#[derive(Debug)]
pub struct FolderLock {
    _locked: Vec<File>,
}

/// Whether another server runs on the same folder.
pub enum Folder {
    /// None does, and none can while the lock is held.
    Ours(FolderLock),
    /// One does.
    Taken {
        /// Which folder it is.
        folder: PathBuf,
    },
    /// The database is PostgreSQL.
    Shared,
}

/// Locks the folder, if nobody else has.
pub fn try_lock(settings: &Settings) -> Result<Folder, Failure> {
    let DatabaseUrl::Sqlite(file) =
        DatabaseUrl::parse(settings.database_url.expose()).map_err(Failure::usage)?
    else {
        return Ok(Folder::Shared);
    };
    // Where the file really lies: two links to one database are one database.
    let file = fs::canonicalize(&file).unwrap_or(file);
    let beside = file.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folders = [beside.map_or_else(|| PathBuf::from("."), PathBuf::from), settings.data_dir.clone()];
    let mut held = Vec::new();
    // Each once, whatever it is called, and in one order.
    let mut places = BTreeSet::new();
    for folder in &folders {
        let unreadable = || While::doing(format!("the folder {} cannot be opened", folder.display()));
        places.insert(fs::canonicalize(folder).map_err(unreadable())?);
    }
    for folder in places {
        let unlockable = || While::doing(format!("the folder {} cannot be locked", folder.display()));
        let opened = File::open(&folder).map_err(unlockable())?;
        match opened.try_lock() {
            Ok(()) => held.push(opened),
            Err(TryLockError::WouldBlock) => return Ok(Folder::Taken { folder }),
            Err(TryLockError::Error(error)) => return Err(unlockable()(error).into()),
        }
    }
    Ok(Folder::Ours(FolderLock { _locked: held }))
}

impl Folder {
    /// The lock, where the database needs one.
    ///
    /// # Errors
    /// Where another server holds it.
    pub fn alone(self) -> Result<Option<FolderLock>, Failure> {
        match self {
            Self::Ours(lock) => Ok(Some(lock)),
            Self::Shared => Ok(None),
            Self::Taken { folder } => Err(Failure::because(format!(
                "another undersigned is at work in {}, and a SQLite database takes one: stop that one first (several \
                 servers need PostgreSQL)",
                folder.display()
            ))),
        }
    }
}

/// The folder, for a command that nobody else may work beside.
pub fn lock(settings: &Settings) -> Result<Option<FolderLock>, Failure> {
    try_lock(settings)?.alone()
}
