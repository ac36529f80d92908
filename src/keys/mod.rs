//! The secrets folder (`SECRETS_DIR`): keys that live as long as what they protect, and keys that are
//! destroyed on time so that what they sealed becomes noise everywhere at once: in tables, in write-ahead
//! logs, on replicas, in backups of the database.
//!
//! - `durable/`: the site key; for each petition its log key, how far its log has come, its pepper, and an issuing
//!   key per crowd, each a file of its own. Backed up apart from the database. What is missing is never made anew: a new key would be
//!   another petition.
//! - `ephemeral/`: one key per hour (pending signatures, codes, queued mail), one per day (limits), and one file with the
//!   keys of all spools (casts that wait for their batch). Never backed up.
//!
//! Folders are 0700, files 0600 and the server's own; anything else stops the start with the command to type.
//! Files appear whole or not at all, under exclusive names, written through to the disk; so several nodes can
//! share the folder on a shared mount. The folder's backup is the operator's: `undersigned backup` leaves it out.
//!
//! **The promise** is about file contents: a destroyed key was renamed out of use, overwritten in place, and
//! removed, each step synced. A journaling or copy-on-write file system, flash storage and snapshots may keep old
//! blocks all the same; there, only an encrypted volume without snapshots keeps the promise. Ephemeral keys are
//! never held in memory between two uses.
//!
//! **Times.** No file is made, changed or destroyed because somebody came: change and birth times cannot be set, and would tell
//! when. Keys of hours and days are made ahead by the clock; the keys of the spools are rewritten by the clock, all together,
//! whether anybody came or not.
//!
//! Must never know addresses or names: it sees bytes to seal, and a normalized address only to make a tag.
//!
//! In reading order: `folder` (files), `sealing`, `durable` (site key), `petition`, `mark`, `ephemeral`, `spool`.

mod aead;
mod durable;
mod ephemeral;
mod folder;
mod mark;
mod petition;
mod spool;

use std::path::{Path, PathBuf};

use crate::{domain::ids::PetitionId, entropy::Entropy};
use folder::Folder;
use petition::Cache;

pub use ephemeral::{DAY_KEY_LIVES_SECS, Destroyed, EphemeralKey, HOUR_KEY_LIVES_SECS};
pub use mark::Mark;
pub use petition::{PetitionKeys, invitation_tag, participation_tag};
pub use spool::{Renewed, SpoolKeys, SpoolPlace};

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
    /// It belongs to another user.
    #[error("{path} belongs to another user than this server's: type `chown {uid} {path}` and start again")]
    NotOwned {
        /// Which file or folder.
        path: PathBuf,
        /// Whom it must belong to.
        uid: u32,
    },
    /// It is a link, or not the kind of file it must be.
    #[error("{path} is not a plain file or folder: secrets are never read through links")]
    NotPlain {
        /// Which.
        path: PathBuf,
    },
    /// The site key does not exist, but something that it protects does: nothing is ever made anew.
    #[error("{path} is missing, but this is not a first start: restore the backup of the secrets folder")]
    SiteKeyMissing {
        /// Where it must be.
        path: PathBuf,
    },
    /// A petition's keys are missing.
    #[error("the keys of petition {petition} are missing in the secrets folder: restore its backup")]
    Missing {
        /// Which petition.
        petition: PetitionId,
    },
    /// The keys of petitions that the database knows are missing.
    #[error("{path} lacks keys of these petitions, restore its backup: {}", listed(petitions))]
    PetitionsLackKeys {
        /// The folder that lacks them.
        path: PathBuf,
        /// Each such petition.
        petitions: Vec<PetitionId>,
    },
    /// A petition's keys exist already.
    #[error("petition {petition} has keys already")]
    Exists {
        /// Which petition.
        petition: PetitionId,
    },
    /// Issuing has ended and its keys were destroyed, as they were to be.
    #[error("issuing for petition {petition} has ended; its keys were destroyed")]
    IssuingEnded {
        /// Which petition.
        petition: PetitionId,
    },
    /// A key file does not hold a key.
    #[error("{path} does not hold a key: restore the backup of the secrets folder")]
    Broken {
        /// Which file.
        path: PathBuf,
    },
    /// A key could not be made.
    #[error("a key could not be made")]
    Generation,
}

impl Error {
    /// Whether the disk takes nothing at the moment: it is full, or was made read-only.
    #[must_use]
    pub fn is_disk_full(&self) -> bool {
        use std::io::ErrorKind::{QuotaExceeded, ReadOnlyFilesystem, StorageFull};
        let Self::Io { source, .. } = self else { return false };
        matches!(source.kind(), StorageFull | QuotaExceeded | ReadOnlyFilesystem)
    }
}

fn listed(petitions: &[PetitionId]) -> String {
    petitions.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
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
#[derive(Debug)]
pub struct Secrets {
    durable: Folder,
    ephemeral: Folder,
    cache: Cache,
}

impl Secrets {
    /// Opens the folder, making it at the first start.
    ///
    /// # Errors
    /// [`Error`] if it cannot be used, belongs to or can be read by others, or the site key is missing though it
    /// must exist.
    pub fn open(dir: &Path, first_start: FirstStart, entropy: &dyn Entropy) -> Result<Self, Error> {
        // Without a trailing slash, which would look through a link.
        let dir: PathBuf = dir.components().collect();
        Folder::open(&dir)?;
        let secrets = Self {
            durable: Folder::open(&dir.join("durable"))?,
            ephemeral: Folder::open(&dir.join("ephemeral"))?,
            cache: Cache::default(),
        };
        secrets.durable.check_files()?;
        secrets.ephemeral.check_files()?;
        secrets.make_or_check_site_key(first_start, entropy)?;
        Ok(secrets)
    }

    /// Whether keys that last can be read, and others be made.
    ///
    /// # Errors
    /// [`Error`] when they cannot: the folder is gone, say, or its disk is full.
    pub fn check(&self, entropy: &dyn Entropy) -> Result<(), Error> {
        self.site_key()?;
        self.ephemeral.try_to_write(entropy)
    }
}

#[cfg(test)]
mod tests;
