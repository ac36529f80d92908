//! Files of the secrets folder: who may read them is checked, they are made exclusively, written through to
//! the disk, and overwritten before they are removed.

use std::{
    fs::{self, DirBuilder, File, Metadata, OpenOptions},
    io::{self, ErrorKind, Read, Write},
    os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt},
    path::{Path, PathBuf},
    time::SystemTime,
};

use nix::unistd::geteuid;
use zeroize::Zeroizing;

use super::Error;
use crate::entropy::Entropy;

/// Keys are small, and so is the file of the keys of all spools; anything larger is none.
const MAX_BYTES: u64 = 4 * 1024 * 1024;
/// About as large as a key.
const EMPTY_KEY_BYTES: usize = 40;
/// A file being written; linked to its own name when whole.
const DRAFT: &str = ".draft-";
/// A key out of use, about to be overwritten.
const DYING: &str = ".dying-";
/// Another node may sweep a draft away while it is written.
const TRIES: u32 = 10;

/// A folder that only its owner can look into.
#[derive(Debug, Clone)]
pub(super) struct Folder {
    path: PathBuf,
    uid: u32,
}

fn io_error(path: &Path) -> impl FnOnce(io::Error) -> Error + '_ {
    move |source| Error::Io { path: path.to_path_buf(), source }
}

/// `None` where the file is not there.
fn unless_missing<T>(path: &Path, result: io::Result<T>) -> Result<Option<T>, Error> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(io_error(path)(error)),
    }
}

impl Folder {
    /// Opens a folder, making it if it is not there, and cleans up after a crash.
    pub(super) fn open(path: &Path) -> Result<Self, Error> {
        match DirBuilder::new().mode(0o700).create(path) {
            Ok(()) => {}
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Err(error) if error.kind() == ErrorKind::NotFound => {
                DirBuilder::new().recursive(true).mode(0o700).create(path).map_err(io_error(path))?;
            }
            Err(error) => return Err(io_error(path)(error)),
        }
        let found = fs::symlink_metadata(path).map_err(io_error(path))?;
        if !found.is_dir() {
            return Err(Error::NotPlain { path: path.to_path_buf() });
        }
        let folder = Self { path: path.to_path_buf(), uid: geteuid().as_raw() };
        folder.check(path, &found, "700")?;
        folder.sweep()?;
        Ok(folder)
    }

    /// Where a file of this folder lies.
    pub(super) fn place(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// The folder itself.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Checks every file: whatever is wrong shows at the start, not at the first signature.
    pub(super) fn check_files(&self) -> Result<(), Error> {
        for name in self.names()? {
            let path = self.place(&name);
            if let Some(found) = unless_missing(&path, fs::symlink_metadata(&path))? {
                self.check_file(&path, &found)?;
            }
        }
        Ok(())
    }

    /// Whether a file is there.
    pub(super) fn holds(&self, name: &str) -> Result<bool, Error> {
        let path = self.place(name);
        Ok(unless_missing(&path, fs::symlink_metadata(&path))?.is_some())
    }

    /// Reads a file. `None` if it is not there.
    pub(super) fn read(&self, name: &str) -> Result<Option<Zeroizing<Vec<u8>>>, Error> {
        let path = self.place(name);
        let Some(found) = unless_missing(&path, fs::symlink_metadata(&path))? else { return Ok(None) };
        self.check_file(&path, &found)?;
        // Destroyed between the two: as good as never there.
        let Some(mut file) = unless_missing(&path, File::open(&path))? else { return Ok(None) };
        let mut bytes = Zeroizing::new(Vec::with_capacity(usize::try_from(found.size()).unwrap_or(0)));
        file.read_to_end(&mut bytes).map_err(io_error(&path))?;
        Ok(Some(bytes))
    }

    /// Makes a file. `false` if it is there already. It appears whole or not at all: it is written under
    /// another name and linked to its own, so that another node never reads half a key. `modified` hides when
    /// it was made.
    pub(super) fn create(
        &self,
        name: &str,
        bytes: &[u8],
        modified: Option<SystemTime>,
        entropy: &dyn Entropy,
    ) -> Result<bool, Error> {
        let path = self.place(name);
        let mut tries = 0;
        let made = loop {
            tries += 1;
            match self.link(&path, bytes, modified, entropy) {
                Ok(()) => break true,
                Err(error) if error.kind() == ErrorKind::AlreadyExists => break false,
                Err(error) if error.kind() == ErrorKind::NotFound && tries < TRIES => {}
                Err(error) => return Err(io_error(&path)(error)),
            }
        };
        self.sync()?;
        Ok(made)
    }

    /// Puts a file in the place of the one there, if one is, whole. For what is no secret: the old content is not
    /// overwritten.
    pub(super) fn replace(
        &self,
        name: &str,
        bytes: &[u8],
        modified: Option<SystemTime>,
        entropy: &dyn Entropy,
    ) -> Result<(), Error> {
        let path = self.place(name);
        let mut tries = 0;
        loop {
            tries += 1;
            let renamed = self.draft(bytes, modified, entropy).and_then(|(draft, written)| match written {
                Ok(()) => fs::rename(&draft, &path),
                Err(error) => fs::remove_file(&draft).and(Err(error)),
            });
            match renamed {
                Ok(()) => return self.sync(),
                Err(error) if error.kind() == ErrorKind::NotFound && tries < TRIES => {}
                Err(error) => return Err(io_error(&path)(error)),
            }
        }
    }

    /// The names of all files that are in use.
    pub(super) fn names(&self) -> Result<Vec<String>, Error> {
        let mut names = self.all_names()?;
        names.retain(|name| !name.starts_with('.'));
        Ok(names)
    }

    /// Takes a key out of use, overwrites it with zeros, through to the disk, and removes it. `false` if it was
    /// not there. Safe to do again after a crash anywhere in it.
    pub(super) fn destroy(&self, name: &str) -> Result<bool, Error> {
        let dying = format!("{DYING}{name}");
        // What a crash left under that name would lose its content unseen if it were renamed over.
        self.overwrite(&dying)?;
        let path = self.place(name);
        // Renamed first, so that no reader takes half-written zeros for a key.
        if unless_missing(&path, fs::rename(&path, self.place(&dying)))?.is_none() {
            return Ok(false);
        }
        self.sync()?;
        self.overwrite(&dying)?;
        Ok(true)
    }

    /// Finishes what crashes left: keys half destroyed, drafts that never became a key.
    pub(super) fn sweep(&self) -> Result<(), Error> {
        for name in self.all_names()? {
            if name.starts_with(DYING) {
                self.overwrite(&name)?;
            } else if name.starts_with(DRAFT) {
                // Never overwritten: it may be the second name of a living key, or become one this moment on
                // another node (which a test under load showed). A draft that is not has sealed nothing.
                let path = self.place(&name);
                unless_missing(&path, fs::remove_file(&path))?;
            }
        }
        self.sync()
    }

    fn overwrite(&self, name: &str) -> Result<(), Error> {
        let path = self.place(name);
        let opened = OpenOptions::new().write(true).open(&path);
        let Some(mut file) = unless_missing(&path, opened)? else { return Ok(()) };
        let len = file.metadata().map_err(io_error(&path))?.len();
        let zeros = vec![0; usize::try_from(len.min(MAX_BYTES)).unwrap_or(0)];
        file.write_all(&zeros).and_then(|()| file.sync_all()).map_err(io_error(&path))?;
        // Another node may have been faster.
        unless_missing(&path, fs::remove_file(&path))?;
        self.sync()
    }

    /// Writes bytes through to the disk under a draft's name. Says where, and whether all were written.
    fn draft(
        &self,
        bytes: &[u8],
        modified: Option<SystemTime>,
        entropy: &dyn Entropy,
    ) -> io::Result<(PathBuf, io::Result<()>)> {
        let draft = self.place(&format!("{DRAFT}{}", entropy.uuid().simple()));
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&draft)?;
        let written = file
            .write_all(bytes)
            .and_then(|()| modified.map_or(Ok(()), |time| file.set_modified(time)))
            .and_then(|()| file.sync_all());
        Ok((draft, written))
    }

    fn link(
        &self,
        path: &Path,
        bytes: &[u8],
        modified: Option<SystemTime>,
        entropy: &dyn Entropy,
    ) -> io::Result<()> {
        let (draft, written) = self.draft(bytes, modified, entropy)?;
        let linked = written.and_then(|()| fs::hard_link(&draft, path));
        // A draft that lost the race never became a key: nothing was sealed with it.
        match fs::remove_file(&draft) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
            _ => linked,
        }
    }

    fn all_names(&self) -> Result<Vec<String>, Error> {
        let mut names = Vec::new();
        for entry in fs::read_dir(&self.path).map_err(io_error(&self.path))? {
            let entry = entry.map_err(io_error(&self.path))?;
            // Our own names are plain ASCII; what is not text is not ours.
            if let Ok(name) = entry.file_name().into_string() {
                names.push(name);
            }
        }
        names.sort();
        Ok(names)
    }

    fn check_file(&self, path: &Path, found: &Metadata) -> Result<(), Error> {
        if !found.is_file() || found.size() > MAX_BYTES {
            return Err(Error::NotPlain { path: path.to_path_buf() });
        }
        self.check(path, found, "600")
    }

    fn check(&self, path: &Path, found: &Metadata, mode: &'static str) -> Result<(), Error> {
        if found.uid() != self.uid {
            return Err(Error::NotOwned { path: path.to_path_buf(), uid: self.uid });
        }
        if found.mode() & 0o077 != 0 {
            return Err(Error::Readable { path: path.to_path_buf(), mode });
        }
        Ok(())
    }

    /// Makes a file as large as a key, and removes it. It holds nothing.
    pub(super) fn try_to_write(&self, entropy: &dyn Entropy) -> Result<(), Error> {
        let (draft, written) =
            self.draft(&[0; EMPTY_KEY_BYTES], None, entropy).map_err(io_error(&self.path))?;
        let removed = unless_missing(&draft, fs::remove_file(&draft));
        written.map_err(io_error(&draft))?;
        removed.map(drop)
    }

    fn sync(&self) -> Result<(), Error> {
        File::open(&self.path).and_then(|folder| folder.sync_all()).map_err(io_error(&self.path))
    }
}
