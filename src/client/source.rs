//! Where a petition's files are read from, and reading single files of it: never more bytes than
//! `bounds` allows.

use std::io::{self, Read};

use super::{
    bounds::{self, ENTRIES_MAX, KEY_MAX_BYTES, NOTE_MAX_BYTES},
    failure::{Failure, Refusal, Untrusted},
};
use crate::log::{
    checkpoint::Checkpoint,
    note::VerifierKey,
    tiles::{Tile, unbundle},
};

/// How often checkpoint and openings are read again until they are of one moment.
const TRIES: u32 = 5;

/// Where a petition's files come from: its server, or a folder. Paths are as below the petition's address.
pub trait Source {
    /// The bytes at a path; `None` where there is nothing.
    ///
    /// # Errors
    /// [`Failure`].
    fn open(&self, path: &str) -> Result<Option<Box<dyn Read>>, Failure>;
}

/// All of a file, unless it is longer than it can be.
pub(super) fn whole(source: &dyn Source, path: &str, max_bytes: u64) -> Result<Option<Vec<u8>>, Failure> {
    let Some(body) = source.open(path)? else { return Ok(None) };
    let mut bytes = Vec::new();
    body.take(max_bytes.saturating_add(1)).read_to_end(&mut bytes).map_err(lost)?;
    let is_short = u64::try_from(bytes.len()).is_ok_and(|read| read <= max_bytes);
    if is_short { Ok(Some(bytes)) } else { Err(Untrusted::TooMuch.into()) }
}

/// What broke while it was read.
pub(super) fn lost(error: io::Error) -> Failure {
    Failure::Lost(ureq::Error::Io(error))
}

/// The log's verifier key.
pub(super) fn verifier_key(source: &dyn Source) -> Result<VerifierKey, Failure> {
    let bytes = whole(source, "log/vkey", KEY_MAX_BYTES)?.ok_or(Refusal::NotFound)?;
    let text = std::str::from_utf8(&bytes).ok().and_then(|text| text.strip_suffix('\n'));
    Ok(text.and_then(|text| VerifierKey::parse(text).ok()).ok_or(Untrusted::Key)?)
}

/// Openings and numbers change with the log: they are read between two looks at the same checkpoint. Gives that too, as
/// served and verified.
pub(super) fn settled<T, E: From<Failure>>(
    source: &dyn Source,
    key: &VerifierKey,
    read: impl Fn(&Checkpoint) -> Result<T, E>,
) -> Result<(Vec<u8>, Checkpoint, T), E> {
    let look = || -> Result<(Vec<u8>, Checkpoint), Failure> {
        let note = whole(source, "log/checkpoint", NOTE_MAX_BYTES)?.ok_or(Refusal::NotFound)?;
        let checkpoint = Checkpoint::verify(&note, key).or(Err(Untrusted::Checkpoint))?;
        if checkpoint.size > ENTRIES_MAX {
            return Err(Untrusted::TooMuch.into());
        }
        Ok((note, checkpoint))
    };
    let mut seen = look()?;
    let mut tried = 1_u32;
    loop {
        let found = read(&seen.1)?;
        let again = look()?;
        if again.1 == seen.1 || tried == TRIES {
            return Ok((again.0, again.1, found));
        }
        (seen, tried) = (again, tried.saturating_add(1));
    }
}

/// The entries of a bundle; `None` where it is not served. A partial one may be gone when the log has grown; the full one
/// then begins with the same.
pub(super) fn bundle(source: &dyn Source, tile: Tile) -> Result<Option<Vec<Vec<u8>>>, Failure> {
    let read = |tile: Tile| whole(source, &format!("log/tile/{tile}"), bounds::tile_max_bytes(tile));
    let mut found = read(tile)?;
    if found.is_none() && !tile.is_full() {
        found = read(tile.full())?;
    }
    let Some(bytes) = found else { return Ok(None) };
    let mut entries: Vec<Vec<u8>> =
        unbundle(&bytes).or(Err(Untrusted::Root))?.into_iter().map(<[u8]>::to_vec).collect();
    entries.truncate(usize::from(tile.width()));
    if entries.len() == usize::from(tile.width()) { Ok(Some(entries)) } else { Err(Untrusted::Root.into()) }
}

#[cfg(test)]
mod tests {
    use super::{super::bounds::tile_max_bytes, *};

    /// Sends as many zeros as are read.
    struct Endless;

    impl Source for Endless {
        fn open(&self, _path: &str) -> Result<Option<Box<dyn Read>>, Failure> {
            Ok(Some(Box::new(io::repeat(b'0'))))
        }
    }

    #[test]
    fn of_what_never_ends_no_more_is_read_than_there_can_be() {
        let failed = whole(&Endless, "log/vkey", KEY_MAX_BYTES).unwrap_err();
        assert!(matches!(failed, Failure::Untrusted(Untrusted::TooMuch)));
        let tile = Tile::parse("0/000.p/3").unwrap();
        assert_eq!(tile_max_bytes(tile), 96);
        assert_eq!(tile_max_bytes(Tile::parse("entries/000").unwrap()), 256 * 65_537);
    }
}
