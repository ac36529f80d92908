//! The key check: the served log begins with a genesis, under a checkpoint that the log's key has signed, and that
//! genesis names the issuing keys. Whoever is shown a key or a petition of her own would see another genesis than
//! everyone else, or another log than a moment ago over another connection.

use std::{cell::RefCell, collections::HashMap};

use super::{
    bounds::{ENTRIES_MAX, KEY_MAX_BYTES, NOTE_MAX_BYTES, tile_max_bytes},
    failure::{Failure, Refusal, Untrusted},
    server::Server,
};
use crate::{
    log::{
        checkpoint::Checkpoint,
        note::VerifierKey,
        proof::{self, FromTiles, TileError},
        tiles::{Tile, unbundle},
        tree::{Hash, hash_leaf},
    },
    protocol::leaf::{Genesis, leaf_hash},
};

/// A log that passed the key check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// What was fixed when signing began.
    pub genesis: Genesis,
    /// G.
    pub genesis_hash: [u8; 32],
    /// The log's key.
    pub key: VerifierKey,
    /// How far the log goes.
    pub checkpoint: Checkpoint,
    /// That checkpoint as signed, cosignatures and all.
    pub note: String,
}

/// The key check.
///
/// # Errors
/// [`Failure::Untrusted`] where the log is not what it must be.
pub fn check(server: &Server<'_>) -> Result<Checked, Failure> {
    let key = server.log("vkey", KEY_MAX_BYTES)?.ok_or(Refusal::NotFound)?;
    let key = std::str::from_utf8(&key).ok().and_then(|text| text.strip_suffix('\n'));
    let key = key.and_then(|text| VerifierKey::parse(text).ok()).ok_or(Untrusted::Key)?;
    let note = server.log("checkpoint", NOTE_MAX_BYTES)?.ok_or(Refusal::NotFound)?;
    let checkpoint = Checkpoint::verify(&note, &key).or(Err(Untrusted::Checkpoint))?;
    if checkpoint.size > ENTRIES_MAX {
        return Err(Untrusted::TooMuch.into());
    }

    let first = Tile::widest_bundle(0, checkpoint.size).ok_or(Untrusted::Genesis)?;
    let leaf = bundle(server, first)?.into_iter().next().ok_or(Untrusted::Genesis)?;
    let genesis = Genesis::parse(&leaf).or(Err(Untrusted::Genesis))?;
    if genesis.origin != *key.origin() {
        return Err(Untrusted::Genesis.into());
    }
    let mut hashes = tiles(server, checkpoint.size);
    let path = read(proof::inclusion(&mut hashes, 0, checkpoint.size))?;
    if !proof::includes(0, checkpoint.size, &hash_leaf(&leaf), &path, &checkpoint.root) {
        return Err(Untrusted::Root.into());
    }
    let note = String::from_utf8(note).or(Err(Untrusted::Checkpoint))?;
    Ok(Checked { genesis, genesis_hash: leaf_hash(&leaf), key, checkpoint, note })
}

/// The key check once more, over another connection or another day: the same key, the same genesis, and a log that
/// only grew.
///
/// # Errors
/// [`Failure::Untrusted`] where any of it is not so.
pub fn check_again(server: &Server<'_>, seen: &Checked) -> Result<Checked, Failure> {
    let now = check(server)?;
    if now.key != seen.key {
        return Err(Untrusted::OtherKey.into());
    }
    if now.genesis_hash != seen.genesis_hash {
        return Err(Untrusted::OtherGenesis.into());
    }
    let (old, new) = (&seen.checkpoint, &now.checkpoint);
    if new.size < old.size {
        return Err(Untrusted::Shorter.into());
    }
    let mut hashes = tiles(server, new.size);
    let path = read(proof::consistency(&mut hashes, old.size, new.size))?;
    if !proof::continues(old.size, &old.root, new.size, &new.root, &path) {
        return Err(Untrusted::Changed.into());
    }
    Ok(now)
}

/// The entries of a bundle, as many as the tile says.
pub(super) fn bundle(server: &Server<'_>, tile: Tile) -> Result<Vec<Vec<u8>>, Failure> {
    let bytes = fetch(server, tile)?;
    let mut entries: Vec<Vec<u8>> =
        unbundle(&bytes).or(Err(Untrusted::Root))?.into_iter().map(<[u8]>::to_vec).collect();
    let width = usize::from(tile.width());
    if entries.len() < width {
        return Err(Untrusted::Root.into());
    }
    entries.truncate(width);
    Ok(entries)
}

/// A partial tile may be gone when the log has grown; the full one then begins with the same.
fn fetch(server: &Server<'_>, tile: Tile) -> Result<Vec<u8>, Failure> {
    let read = |tile: Tile| server.log(&format!("tile/{tile}"), tile_max_bytes(tile));
    let mut found = read(tile)?;
    if found.is_none() && !tile.is_full() {
        found = read(tile.full())?;
    }
    found.ok_or(Failure::Untrusted(Untrusted::Root))
}

/// The hashes of a log of `size` entries, each tile fetched once.
fn tiles<'a>(
    server: &'a Server<'_>,
    size: u64,
) -> FromTiles<impl FnMut(Tile) -> Result<Vec<Hash>, Failure> + use<'a>> {
    let fetched: RefCell<HashMap<String, Vec<Hash>>> = RefCell::default();
    FromTiles::new(size, move |tile: Tile| {
        let name = tile.to_string();
        if let Some(hashes) = fetched.borrow().get(&name) {
            return Ok(hashes.clone());
        }
        let bytes = fetch(server, tile)?;
        let (hashes, rest) = bytes.as_chunks::<32>();
        if !rest.is_empty() {
            return Err(Untrusted::Root.into());
        }
        fetched.borrow_mut().insert(name, hashes.to_vec());
        Ok(hashes.to_vec())
    })
}

fn read<T>(proof: Result<T, TileError<Failure>>) -> Result<T, Failure> {
    proof.map_err(|error| match error {
        TileError::Fetch(failure) => failure,
        TileError::Missing => Untrusted::Root.into(),
    })
}
