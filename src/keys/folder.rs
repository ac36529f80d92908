//! Files of the secrets folder: who may read them is checked, they are made exclusively, written through to
//! the disk, and overwritten before they are removed.

use std::{
    fs::{self, DirBuilder, File, OpenOptions},
    io::{self, Read, Write},
    os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
};

use zeroize::Zeroizing;

use super::Error;

/// Keys are small; anything larger is not one.
const MAX_BYTES: u64 = 16 * 1024;

/// A folder that only its owner can look into.
#[derive(Debug, Clone)]
pub(super) struct Folder {
    path: PathBuf,
}

fn io_error(path: &Path) -> impl FnOnce(io::Error) -> Error + '_ {
    move |source| Error::Io { path: path.to_path_buf(), source }
}

impl Folder {
    /// Opens a folder, making it if it is not there.
    pub(super) fn open(path: &Path) -> Result<Self, Error> {
        match DirBuilder::new().mode(0o700).create(path) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                DirBuilder::new().recursive(true).mode(0o700).create(path).map_err(io_error(path))?;
            }
            Err(error) => return Err(io_error(path)(error)),
        }
        let found = fs::symlink_metadata(path).map_err(io_error(path))?;
        if !found.is_dir() {
            return Err(Error::NotPlain { path: path.to_path_buf() });
        }
        if found.permissions().mode() & 0o077 != 0 {
            return Err(Error::Readable { path: path.to_path_buf(), mode: "700" });
        }
        Ok(Self { path: path.to_path_buf() })
    }

    /// Where a file of this folder lies.
    pub(super) fn place(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// Reads a file. `None` if it is not there.
    pub(super) fn read(&self, name: &str) -> Result<Option<Zeroizing<Vec<u8>>>, Error> {
        let path = self.place(name);
        let found = match fs::symlink_metadata(&path) {
            Ok(found) => found,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(io_error(&path)(error)),
        };
        if !found.is_file() || found.size() > MAX_BYTES {
            return Err(Error::NotPlain { path });
        }
        if found.permissions().mode() & 0o077 != 0 {
            return Err(Error::Readable { path, mode: "600" });
        }
        let mut bytes = Zeroizing::new(Vec::with_capacity(usize::try_from(found.size()).unwrap_or(0)));
        match File::open(&path) {
            Ok(mut file) => file.read_to_end(&mut bytes).map_err(io_error(&path))?,
            // Destroyed between the two.
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(io_error(&path)(error)),
        };
        Ok(Some(bytes))
    }

    /// Makes a file. `false` if it is there already. It appears whole or not at all: it is written under
    /// another name and linked to its own, so that another node never reads half a key.
    pub(super) fn create(&self, name: &str, bytes: &[u8], unique: &str) -> Result<bool, Error> {
        let (path, draft) = (self.place(name), self.place(&format!(".{unique}")));
        let mut file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&draft)
            .map_err(io_error(&draft))?;
        let written = file.write_all(bytes).and_then(|()| file.sync_all());
        let linked = written.and_then(|()| fs::hard_link(&draft, &path));
        fs::remove_file(&draft).map_err(io_error(&draft))?;
        let made = match linked {
            Ok(()) => true,
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => false,
            Err(error) => return Err(io_error(&path)(error)),
        };
        self.sync()?;
        Ok(made)
    }

    /// The names of all files.
    pub(super) fn names(&self) -> Result<Vec<String>, Error> {
        let mut names = Vec::new();
        for entry in fs::read_dir(&self.path).map_err(io_error(&self.path))? {
            let entry = entry.map_err(io_error(&self.path))?;
            if let Ok(name) = entry.file_name().into_string()
                && !name.starts_with('.')
            {
                names.push(name);
            }
        }
        names.sort();
        Ok(names)
    }

    /// Overwrites a file with zeros, through to the disk, and removes it. `false` if it was not there.
    pub(super) fn destroy(&self, name: &str) -> Result<bool, Error> {
        let path = self.place(name);
        let mut file = match OpenOptions::new().write(true).open(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
            Err(error) => return Err(io_error(&path)(error)),
        };
        let length = file.metadata().map_err(io_error(&path))?.len();
        let zeros = vec![0; usize::try_from(length.min(MAX_BYTES)).unwrap_or(0)];
        file.write_all(&zeros).and_then(|()| file.sync_all()).map_err(io_error(&path))?;
        match fs::remove_file(&path) {
            Ok(()) => {}
            // Another node was faster.
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
            Err(error) => return Err(io_error(&path)(error)),
        }
        self.sync()?;
        Ok(true)
    }

    fn sync(&self) -> Result<(), Error> {
        File::open(&self.path).and_then(|folder| folder.sync_all()).map_err(io_error(&self.path))
    }
}
