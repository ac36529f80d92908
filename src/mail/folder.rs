//! Mails as files in a folder, to try things out.

use std::{
    fs::{self, OpenOptions},
    io::{self, Write as _},
    os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _},
    path::{Path, PathBuf},
};

use super::Rendered;
use crate::domain::sending::{FolderFault, SendFailure};

/// Makes the folder, for this user alone, if it is not there.
pub(super) fn make(folder: &Path) -> io::Result<()> {
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

/// Writes `mail` into a file of its own, and says which.
pub(super) fn write(folder: &Path, mail: &Rendered) -> Result<PathBuf, SendFailure> {
    let id = mail.mime.headers().get_raw("Message-ID").unwrap_or_default();
    let name: String =
        id.split('@').next().unwrap_or_default().chars().filter(char::is_ascii_hexdigit).collect();
    let finished = folder.join(format!("{name}.eml"));
    // Written under another name first: whoever watches the folder never sees half a mail.
    let unfinished = folder.join(format!(".{name}.part"));
    let written =
        write_new(&unfinished, &mail.mime.formatted()).and_then(|()| fs::rename(&unfinished, &finished));
    written.map_err(|error| SendFailure::Folder(fault(&error)))?;
    Ok(finished)
}

/// Looks whether a mail could be written.
pub(super) fn probe(folder: &Path) -> Result<(), SendFailure> {
    let file = folder.join(".probe.part");
    // Left behind by a look that was interrupted.
    fs::remove_file(&file).unwrap_or_default();
    let written = write_new(&file, b"probe").and_then(|()| fs::remove_file(&file));
    written.map_err(|error| SendFailure::Folder(fault(&error)))
}

fn write_new(path: &Path, content: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    let written = file.write_all(content).and_then(|()| file.sync_all());
    if written.is_err() {
        // The full disk is the news, not that the rest could not be swept up.
        fs::remove_file(path).unwrap_or_default();
    }
    written
}

fn fault(error: &io::Error) -> FolderFault {
    match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => FolderFault::Missing,
        io::ErrorKind::PermissionDenied => FolderFault::Denied,
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => FolderFault::Full,
        io::ErrorKind::ReadOnlyFilesystem => FolderFault::ReadOnly,
        _ => FolderFault::Unusable,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_with_a_folder_has_a_name() {
        use io::ErrorKind as Kind;
        for (kind, expected) in [
            (Kind::NotFound, FolderFault::Missing),
            (Kind::PermissionDenied, FolderFault::Denied),
            (Kind::StorageFull, FolderFault::Full),
            (Kind::ReadOnlyFilesystem, FolderFault::ReadOnly),
            (Kind::AlreadyExists, FolderFault::Unusable),
        ] {
            assert_eq!(fault(&io::Error::from(kind)), expected);
        }
    }
}
