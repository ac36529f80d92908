//! A ballot file or a receipt on disk: for its owner's eyes only, made anew, never written over another file.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use zeroize::Zeroizing;

use super::{
    dialog::Dialog,
    failure::{Failure, While},
};
use crate::protocol::ballot::{Ballot, BallotError};

/// A place where a ballot or a receipt can be written: tried before anything is asked, so that a token never comes about without a
/// place to keep it. Nothing stays there until the ballot does, however the program ends.
pub struct Place(PathBuf);

impl Place {
    /// Tries it.
    pub fn at(dialog: &Dialog, path: &Path) -> Result<Self, Failure> {
        drop(make(path).map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => {
                Failure::usage(format!("{}: {}", path.display(), dialog.words.text("client-file-exists")))
            }
            _ => While::doing(format!("{} cannot be made", path.display()))(error).into(),
        })?);
        fs::remove_file(path).map_err(Failure::because)?;
        Ok(Self(path.to_owned()))
    }

    /// Writes the ballot, to the disk and not only toward it.
    pub fn write(&self, ballot: &Ballot) -> io::Result<()> {
        self.write_text(&Zeroizing::new(format!("{}\n", *ballot.expose_json())))
    }

    /// Writes any text so.
    pub fn write_text(&self, text: &str) -> io::Result<()> {
        let mut file = make(&self.0)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()
    }

    /// Its name.
    pub fn name(&self) -> String {
        self.0.display().to_string()
    }
}

/// Keeps a ballot that could not be cast where no file was named for it: in one of its own in this folder, and never on
/// the screen, where it stays for whoever scrolls back, or in a log for whoever reads that.
pub fn keep(dialog: &Dialog, ballot: &Ballot) -> Option<String> {
    let names =
        std::iter::once(String::from("ballot.json")).chain((2..100).map(|n| format!("ballot-{n}.json")));
    for name in names {
        match Place::at(dialog, Path::new(&name)).map(|place| place.write(ballot)) {
            Ok(Ok(())) => return Some(name),
            // Begun and not finished: what is there is of no use to anybody.
            Ok(Err(_)) => fs::remove_file(&name).unwrap_or_default(),
            Err(_) => {}
        }
    }
    None
}

/// A new file with mode 0600.
fn make(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Reads a ballot file; `-` is the first line of standard input.
pub fn read(dialog: &Dialog, path: &Path) -> Result<Ballot, Failure> {
    let no_ballot = |_: BallotError| Failure::because(dialog.words.text("client-ballot"));
    if path == Path::new("-") {
        return Ballot::parse(dialog.line()?.expose()).map_err(no_ballot);
    }
    // Not by its name: whoever gave the ballot itself for its file would find it on the screen.
    let text = fs::read_to_string(path)
        .map(Zeroizing::new)
        .map_err(While::doing(dialog.words.text("client-ballot-unreadable")))?;
    Ballot::parse(&text).map_err(no_ballot)
}
