//! How much a server may send. A checkpoint that the log's key has signed says how many entries there are; nothing that
//! is served for them is longer than that many can be, and nothing more is read. Else a hostile server fills the memory
//! of whoever audits it.

use crate::log::tiles::{Level, Tile};

/// A verifier key: a name, a hash and 33 bytes in base64.
pub(super) const KEY_MAX_BYTES: u64 = 1_024;
/// A signed note (C2SP signed-note asks readers to refuse longer ones).
pub(super) const NOTE_MAX_BYTES: u64 = 64 * 1024;
/// The numbers of 256 crowds.
pub(super) const NUMBERS_MAX_BYTES: u64 = 64 * 1024;
/// What comes back from a call, promises and tokens among it; and why something is refused.
pub(super) const ANSWER_MAX_BYTES: u64 = 64 * 1024;
/// The page in one file, script and all. Ten times what it has.
pub(super) const PAGE_MAX_BYTES: u64 = 8 * 1024 * 1024;
/// An opening in `openings.json`: a place, a salt, and name and job title of 100 characters each, in base64.
pub(super) const OPENING_MAX_BYTES: u64 = 2_048;
/// The longest log that is read: thirty million entries.
pub(super) const ENTRIES_MAX: u64 = 1 << 25;
/// An entry with its length before it.
const ENTRY_MAX_BYTES: u64 = 2 + 65_535;
const HASH_BYTES: u64 = 32;

/// The longest that a tile or bundle can be: exactly so long, where it holds hashes.
pub(super) fn tile_max_bytes(tile: Tile) -> u64 {
    let each = match tile.level() {
        Level::Entries => ENTRY_MAX_BYTES,
        Level::Hashes(_) => HASH_BYTES,
    };
    u64::from(tile.width()).saturating_mul(each)
}

/// The longest that `openings.json` of a log of so many entries can be.
pub(super) const fn openings_max_bytes(entries: u64) -> u64 {
    entries.saturating_mul(OPENING_MAX_BYTES).saturating_add(OPENING_MAX_BYTES)
}
