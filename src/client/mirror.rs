//! A copy of a petition's public files: all of its log and what it shows, under the paths at which a server has them, so
//! that any web server can serve the copy, and an audit reads it from the disk.

use std::io;

use super::{
    audit::{Source, lost, settled, verifier_key, whole},
    failure::{Failure, Untrusted},
    witnessed,
};
use crate::log::{checkpoint::Checkpoint, note::VerifierKey, tiles::Tile};

/// The levels of hashes that a log of 2^32 entries has.
const LEVELS: u8 = 4;

/// Where the copy is kept. Paths are as below the petition's address.
pub trait Keeper {
    /// Whether a file is there.
    fn has(&self, path: &str) -> bool;
    /// A file, if it is there.
    ///
    /// # Errors
    /// [`io::Error`].
    fn read(&self, path: &str) -> Result<Option<Vec<u8>>, io::Error>;
    /// Keeps a file, whole or not at all.
    ///
    /// # Errors
    /// [`io::Error`].
    fn keep(&self, path: &str, bytes: &[u8]) -> Result<(), io::Error>;
    /// Removes a file, if it is there.
    ///
    /// # Errors
    /// [`io::Error`].
    fn drop(&self, path: &str) -> Result<(), io::Error>;
}

/// Why there is no copy, or not all of it.
#[derive(Debug, thiserror::Error)]
pub enum MirrorError {
    /// The files could not be had.
    #[error("the files could not be had")]
    Source(#[from] Failure),
    /// They could not be kept.
    #[error("the files could not be kept")]
    Kept(#[from] io::Error),
}

/// What was copied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mirrored {
    /// How many entries the log has.
    pub size: u64,
    /// How many files were fetched; full tiles that were there already are not.
    pub files: u64,
}

/// The tiles of a log of `size` entries, entries and hashes.
fn tiles(size: u64) -> impl Iterator<Item = Tile> {
    let entries = (0..).map_while(move |index| Tile::widest_bundle(index, size));
    let hashes =
        (0..LEVELS).flat_map(move |level| (0..).map_while(move |index| Tile::widest(level, index, size)));
    entries.chain(hashes)
}

/// Copies what is new. The checkpoint comes last: whoever reads the copy meanwhile finds all that it names.
///
/// # Errors
/// [`MirrorError`]; what was kept before stays.
pub fn mirror(source: &dyn Source, keeper: &dyn Keeper) -> Result<Mirrored, MirrorError> {
    let key = verifier_key(source)?;
    let earlier = earlier(keeper, &key)?;
    let (note, checkpoint, (shown, witnessed)) = settled(source, &key, || {
        let shown = ["openings.json", "numbers.json"].into_iter();
        let shown = shown.map(|path| Ok((path, all(source, path)?))).collect::<Result<Vec<_>, Failure>>()?;
        Ok((shown, witnessed::fetch(source, &key)?))
    })?;
    if earlier.is_some_and(|earlier| earlier.size > checkpoint.size) {
        return Err(Failure::from(Untrusted::Shorter).into());
    }
    let mut files = 0_u64;
    let mut keep = |path: &str, bytes: &[u8]| {
        files = files.saturating_add(1);
        keeper.keep(path, bytes)
    };
    for tile in tiles(checkpoint.size) {
        let path = format!("log/tile/{tile}");
        if !(tile.is_full() && keeper.has(&path)) {
            let bytes = tile_of(source, tile)?;
            keep(&path, &bytes)?;
        }
    }
    for (path, bytes) in shown {
        match bytes {
            Some(bytes) => keep(path, &bytes)?,
            // Taken down, or not shown any more: the copy does not go on showing it.
            None => keeper.drop(path)?,
        }
    }
    // The page in one file: for readers, and to sign with while there is time. After that the last one stays.
    if let Some(page) = all(source, "saved-page.html")? {
        keep("saved-page.html", &page)?;
        keep("index.html", &page)?;
    }
    // Every checkpoint that was seen: two that do not continue each other prove it to anybody.
    keep(&format!("log/checkpoints/{}", checkpoint.size), &note)?;
    keep("log/vkey", format!("{key}\n").as_bytes())?;
    keep("log/checkpoint", &note)?;
    // After the checkpoint, which it must not be ahead of. One that was kept stays when none is served any more.
    if let Some(witnessed) = witnessed {
        keep(&format!("log/checkpoints/{}", witnessed.checkpoint.size), witnessed.note.as_bytes())?;
        keep("log/witnessed", witnessed.note.as_bytes())?;
    }
    Ok(Mirrored { size: checkpoint.size, files })
}

/// The newest checkpoint that was kept.
fn earlier(keeper: &dyn Keeper, key: &VerifierKey) -> Result<Option<Checkpoint>, MirrorError> {
    let Some(kept) = keeper.read("log/vkey")? else { return Ok(None) };
    if kept != format!("{key}\n").as_bytes() {
        return Err(Failure::from(Untrusted::OtherKey).into());
    }
    let note = keeper.read("log/checkpoint")?.unwrap_or_default();
    Ok(Checkpoint::verify(&note, key).ok())
}

/// However long it is.
fn all(source: &dyn Source, path: &str) -> Result<Option<Vec<u8>>, Failure> {
    let Some(mut body) = source.open(path)? else { return Ok(None) };
    let mut bytes = Vec::new();
    body.read_to_end(&mut bytes).map_err(lost)?;
    Ok(Some(bytes))
}

fn tile_of(source: &dyn Source, tile: Tile) -> Result<Vec<u8>, Failure> {
    Ok(whole(source, &format!("log/tile/{tile}"))?.ok_or(Untrusted::Root)?)
}
