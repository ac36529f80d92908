//! A copy of a petition's public files: all of its log and what it shows, under the paths at which a server has them, so
//! that any web server can serve the copy, and an audit reads it from the disk.

use std::io::{self, Read as _, Write};

use crate::{
    client::{
        bounds::{NUMBERS_MAX_BYTES, PAGE_MAX_BYTES, openings_max_bytes, tile_max_bytes},
        failure::{Failure, Refusal, Untrusted},
        source::{Source, lost, settled, verifier_key, whole},
        witnessed,
    },
    log::{audit::finding::Finding, checkpoint::Checkpoint, note::VerifierKey, tiles::Tile},
};

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
    /// Begins a file of any length, which is not seen before it takes its place.
    ///
    /// # Errors
    /// [`io::Error`].
    fn begin(&self, path: &str) -> Result<Box<dyn Write>, io::Error>;
    /// Puts what was begun in its place.
    ///
    /// # Errors
    /// [`io::Error`].
    fn commit(&self, path: &str) -> Result<(), io::Error>;
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
    /// They are not served, or not any more.
    #[error("the files are not served")]
    Unserved(Finding),
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
    let gone = |failure: Failure| match (&failure, known(keeper)) {
        (Failure::Refused(Refusal::NotFound), Some(known)) => MirrorError::Unserved(Finding::Gone { known }),
        _ => failure.into(),
    };
    let key = verifier_key(source).map_err(gone)?;
    let earlier = earlier(keeper, &key)?;
    let (note, checkpoint, (has_openings, numbers, witnessed)) = settled(source, &key, |checkpoint| {
        let has_openings = begin(source, keeper, "openings.json", openings_max_bytes(checkpoint.size))?;
        let numbers = whole(source, "numbers.json", NUMBERS_MAX_BYTES)?;
        Ok::<_, MirrorError>((has_openings, numbers, witnessed::fetch(source, &key)?))
    })
    .map_err(|error| match error {
        MirrorError::Source(failure) => gone(failure),
        other => other,
    })?;
    if earlier.as_ref().is_some_and(|earlier| earlier.size > checkpoint.size) {
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
            let bytes = tile_of(source, tile, earlier.as_ref())?;
            keep(&path, &bytes)?;
        }
    }
    // Taken down, or not shown any more: the copy does not go on showing it.
    match numbers {
        Some(bytes) => keep("numbers.json", &bytes)?,
        None => keeper.drop("numbers.json")?,
    }
    if has_openings {
        keeper.commit("openings.json")?;
    } else {
        keeper.drop("openings.json")?;
    }
    // The page in one file: for readers, and to sign with while there is time. After that the last one stays.
    if let Some(page) = whole(source, "saved-page.html", PAGE_MAX_BYTES)? {
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
    let files = files.saturating_add(u64::from(has_openings));
    Ok(Mirrored { size: checkpoint.size, files })
}

/// How many entries the copy has already, whoever signed them.
fn known(keeper: &dyn Keeper) -> Option<u64> {
    let key = keeper.read("log/vkey").ok()??;
    let key = VerifierKey::parse(std::str::from_utf8(&key).ok()?.trim_end()).ok()?;
    let note = keeper.read("log/checkpoint").ok()??;
    Checkpoint::verify(&note, &key).ok().map(|checkpoint| checkpoint.size)
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

/// Copies a file that may be long, and is not seen before it is committed. `false`: there is none.
fn begin(source: &dyn Source, keeper: &dyn Keeper, path: &str, max_bytes: u64) -> Result<bool, MirrorError> {
    let Some(body) = source.open(path)? else { return Ok(false) };
    let mut body = body.take(max_bytes.saturating_add(1));
    let mut out = keeper.begin(path)?;
    let mut buffer = [0; 16 * 1024];
    loop {
        let read = body.read(&mut buffer).map_err(lost)?;
        let Some(part) = buffer.get(..read).filter(|part| !part.is_empty()) else { break };
        out.write_all(part)?;
    }
    out.flush()?;
    if body.limit() == 0 { Err(Failure::from(Untrusted::TooMuch).into()) } else { Ok(true) }
}

/// One that is missing is told of a log that was copied before; else there is nothing to copy.
fn tile_of(source: &dyn Source, tile: Tile, earlier: Option<&Checkpoint>) -> Result<Vec<u8>, MirrorError> {
    let read = whole(source, &format!("log/tile/{tile}"), tile_max_bytes(tile))?;
    read.ok_or_else(|| {
        if earlier.is_none() {
            return Failure::from(Untrusted::Root).into();
        }
        let (first, width) = (tile.first(), u64::from(tile.width()));
        MirrorError::Unserved(Finding::NotServed { first, end: first.saturating_add(width) })
    })
}
