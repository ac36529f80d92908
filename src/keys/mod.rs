//! The secrets folder (`SECRETS_DIR`): keys that live as long as what they protect, and keys that are
//! destroyed on time so that what they sealed becomes noise everywhere at once: in tables, in write-ahead
//! logs, on replicas, in backups.
//!
//! `durable/` holds the site key, and for each petition its log key, pepper and issuing keys; it is backed up
//! apart from the database. `ephemeral/` holds one key per hour (pending signatures, codes, queued mail) and
//! one per day (limits); it is never backed up. Folders are 0700, files 0600, made with exclusive create.
//!
//! The promise is about file contents: a key is overwritten and removed. A journaling file system, flash
//! storage or a snapshot may keep old blocks; use an encrypted volume without snapshots.
//!
//! Must never know addresses or names: it sees bytes to seal, and a normalized address only to make a tag.

mod durable;
mod ephemeral;
mod folder;
mod sealing;

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use crate::entropy::Entropy;
use durable::Cache;
use folder::Folder;

pub use durable::{PetitionKeys, participation_tag};
pub use ephemeral::{DAY_KEY_LIVES_SECS, Destroyed, EphemeralKey, HOUR_KEY_LIVES_SECS};

/// What can go wrong with the secrets folder. Paths hold petition ids and periods, nothing about people.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Reading or writing failed.
    #[error("{path}: the secrets folder cannot be used")]
    Io {
        /// Which file or folder.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// Others than the owner can read it.
    #[error("{path} can be read by others: type `chmod {mode} {path}` and start again")]
    Readable {
        /// Which file or folder.
        path: PathBuf,
        /// The mode it must have.
        mode: &'static str,
    },
    /// It is a link, or not the kind of file it must be.
    #[error("{path} is not a plain file or folder: secrets are never read through links")]
    NotPlain {
        /// Which.
        path: PathBuf,
    },
    /// Petitions exist, but the site key does not: nothing is ever made anew.
    #[error(
        "{path} is missing, but the database knows accounts or petitions: restore the secrets folder's backup"
    )]
    SiteKeyMissing {
        /// Where it must be.
        path: PathBuf,
    },
    /// A petition's keys are missing or broken.
    #[error(
        "the keys of petition {petition} are missing or broken in the secrets folder: restore its backup"
    )]
    Missing {
        /// Which petition.
        petition: String,
    },
    /// A key file does not hold a key.
    #[error("{path} does not hold a key")]
    Broken {
        /// Which file.
        path: PathBuf,
    },
    /// A key could not be made.
    #[error("a key could not be made")]
    Generation,
}

/// Whether the site key may be made: only where there is nothing yet that it could have protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FirstStart {
    /// The database knows no account and no petition.
    Yes,
    /// It does: a missing key stops the start.
    No,
}

/// The secrets folder.
pub struct Secrets {
    durable: Folder,
    ephemeral: Folder,
    cache: Arc<Cache>,
}

impl Secrets {
    /// Opens the folder, making it at the first start.
    ///
    /// # Errors
    /// [`Error`] if it cannot be used, can be read by others, or the site key is missing though it must exist.
    pub fn open(dir: &Path, first_start: FirstStart, entropy: &dyn Entropy) -> Result<Self, Error> {
        Folder::open(dir)?;
        let secrets = Self {
            durable: Folder::open(&dir.join("durable"))?,
            ephemeral: Folder::open(&dir.join("ephemeral"))?,
            cache: Arc::new(Cache::default()),
        };
        secrets.make_or_check_site_key(first_start, entropy)?;
        Ok(secrets)
    }
}
