//! The key of a witness: a file with its name and its seed, made at the first start and never again. A witness whose key is
//! made anew is another witness.

use std::{
    fs::{self, DirBuilder, File, OpenOptions},
    io::{self, ErrorKind, Write as _},
    os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _},
    path::{Path, PathBuf},
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use zeroize::Zeroizing;

use super::logs;
use crate::{entropy::Entropy, log::cosignature::Cosigner};

const FILE: &str = "witness.key";

/// Why there is no key.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The file could not be read or written.
    #[error("{path} cannot be read or written")]
    Io {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// There is no key yet, and no name for it.
    #[error(
        "a new witness needs a name, such as --name witness.example/undersigned: it becomes part of its key"
    )]
    Nameless,
    /// The name is none that a witness can have.
    #[error("a witness's name has no white space and no plus sign")]
    Name,
    /// It has another name.
    #[error("this witness is called {0}, and its key goes with that name")]
    OtherName(String),
    /// The key is gone, and logs are known.
    #[error(
        "the key is missing in a folder that knows logs: bring it back; a new one would be another witness"
    )]
    Missing,
    /// The file holds no key.
    #[error("{0} holds no key of a witness")]
    Damaged(PathBuf),
    /// Others can read it.
    #[error("{0} can be read by others: chmod 600 it, and think about who has seen it")]
    Open(PathBuf),
}

fn io_error(path: &Path) -> impl FnOnce(io::Error) -> KeyError + '_ {
    move |source| KeyError::Io { path: path.to_path_buf(), source }
}

/// Opens the key in this folder; makes both where there is neither.
///
/// # Errors
/// [`KeyError`].
pub fn open(folder: &Path, name: Option<&str>, entropy: &dyn Entropy) -> Result<Cosigner, KeyError> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(io_error(folder))?;
    let path = folder.join(FILE);
    match fs::metadata(&path) {
        Ok(found) if found.permissions().mode() & 0o077 != 0 => return Err(KeyError::Open(path)),
        Ok(_) => {}
        Err(error) if error.kind() == ErrorKind::NotFound => {
            if logs::are_known(folder).map_err(io_error(folder))? {
                return Err(KeyError::Missing);
            }
            make(folder, &path, name.ok_or(KeyError::Nameless)?, entropy)?;
        }
        Err(error) => return Err(io_error(&path)(error)),
    }
    let text = Zeroizing::new(fs::read_to_string(&path).map_err(io_error(&path))?);
    let (kept, cosigner) = read(&text).ok_or(KeyError::Damaged(path))?;
    match name {
        Some(name) if name != kept => Err(KeyError::OtherName(kept.to_owned())),
        _ => Ok(cosigner),
    }
}

fn make(folder: &Path, path: &Path, name: &str, entropy: &dyn Entropy) -> Result<(), KeyError> {
    let seed = Zeroizing::new(entropy.bytes::<32>());
    Cosigner::new(name, &seed).map_err(|_no_name| KeyError::Name)?;
    let text = Zeroizing::new(format!("{name}\n{}\n", STANDARD.encode(*seed)));
    // Written whole under another name first: what stands under its own is a key, and only ever the first.
    let draft = folder.join(format!("{FILE}.draft"));
    let write = || {
        let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&draft)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        fs::hard_link(&draft, path)?;
        fs::remove_file(&draft)?;
        File::open(folder)?.sync_all()
    };
    write().map_err(io_error(path))
}

fn read(text: &str) -> Option<(&str, Cosigner)> {
    let (name, seed) = text.strip_suffix('\n')?.split_once('\n')?;
    let seed = Zeroizing::new(STANDARD.decode(seed).ok()?);
    let seed: Zeroizing<[u8; 32]> = Zeroizing::new(seed.as_slice().try_into().ok()?);
    Some((name, Cosigner::new(name, &seed).ok()?))
}
