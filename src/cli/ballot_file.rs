//! A ballot file on disk: for its owner's eyes only, made anew, never written over another file.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use super::{
    dialog::Dialog,
    failure::{Failure, While},
};
use crate::protocol::ballot::{Ballot, BallotError};

/// A file that waits for its ballot. Made before anything is asked, so that a token never comes about without a place
/// to keep it; gone again if none comes about.
pub struct Reserved {
    path: PathBuf,
    file: File,
    is_written: bool,
}

impl Reserved {
    /// Makes the file, with mode 0600.
    pub fn at(dialog: &Dialog, path: &Path) -> Result<Self, Failure> {
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(path).map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => {
                Failure::usage(format!("{}: {}", path.display(), dialog.words.text("client-file-exists")))
            }
            _ => While::doing(format!("{} cannot be made", path.display()))(error).into(),
        })?;
        Ok(Self { path: path.to_owned(), file, is_written: false })
    }

    /// Writes the ballot, to the disk and not only toward it.
    pub fn write(mut self, ballot: &Ballot) -> io::Result<()> {
        self.file.write_all(ballot.to_json().as_bytes())?;
        self.file.write_all(b"\n")?;
        self.file.sync_all()?;
        self.is_written = true;
        Ok(())
    }
}

impl Drop for Reserved {
    fn drop(&mut self) {
        if !self.is_written {
            // An empty file that stays is a nuisance, and no more.
            fs::remove_file(&self.path).unwrap_or_default();
        }
    }
}

/// Reads a ballot file; `-` is the first line of standard input.
pub fn read(dialog: &Dialog, path: &Path) -> Result<Ballot, Failure> {
    let no_ballot = |_: BallotError| Failure::because(dialog.words.text("client-ballot"));
    if path == Path::new("-") {
        return Ballot::parse(dialog.line()?.expose()).map_err(no_ballot);
    }
    let text = fs::read_to_string(path)
        .map(zeroize::Zeroizing::new)
        .map_err(While::doing(format!("{} cannot be read", path.display())))?;
    Ballot::parse(&text).map_err(no_ballot)
}
