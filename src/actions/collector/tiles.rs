//! Tiles of a log, from its rows.

use super::super::{Error, OwnData};
use crate::{
    db::{Db, collector as rows},
    domain::ids::PetitionId,
    log::{
        tiles::{Level, Tile, bundle},
        tree::{Hash, hash_leaf},
    },
};

/// The hashes of a tile. The caller has seen that the log is long enough.
pub(super) fn hashes(db: &mut Db, petition: PetitionId, tile: Tile) -> Result<Vec<Hash>, Error> {
    let hashes = match tile.level() {
        Level::Entries => return Err(Error::Broken(OwnData::TileHashes)),
        Level::Hashes(0) => {
            let entries = rows::entries(db, petition, tile.first(), i64::from(tile.width()))?;
            entries.iter().map(|entry| hash_leaf(&entry.leaf)).collect()
        }
        Level::Hashes(level) => rows::subtrees(db, petition, level, tile.first(), i64::from(tile.width()))?,
    };
    if hashes.len() == usize::from(tile.width()) { Ok(hashes) } else { Err(Error::Broken(OwnData::LogTile)) }
}

/// The bytes of a tile of a log: hashes one after another, or a bundle of entries. `None` where the log does not
/// exist or is not long enough.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn tile(db: &mut Db, petition: PetitionId, tile: Tile) -> Result<Option<Vec<u8>>, Error> {
    if !rows::head(db, petition)?.is_some_and(|head| tile.exists_at(head.size)) {
        return Ok(None);
    }
    if tile.level() != Level::Entries {
        return Ok(Some(hashes(db, petition, tile)?.as_flattened().to_vec()));
    }
    let entries = rows::entries(db, petition, tile.first(), i64::from(tile.width()))?;
    if entries.len() != usize::from(tile.width()) {
        return Err(Error::Broken(OwnData::LogTile));
    }
    let bytes = bundle(entries.iter().map(|entry| entry.leaf.as_slice()));
    bytes.ok_or(Error::Broken(OwnData::LogEntry)).map(Some)
}
