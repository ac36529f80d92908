//! Looking again at what an earlier audit has verified: whether it is still served, and still is what it was. Of a folder
//! all of it, since reading costs little there; of a server a part that it cannot foresee, since fetching all of a long
//! log every day would cost both sides more than it is worth. Signatures are not verified a second time: an entry with
//! the print that was kept is the entry that was verified.

use std::collections::BTreeSet;

use crate::{
    client::{
        failure::Failure,
        source::{Source, bundle},
    },
    log::{
        audit::{Auditor, finding::Finding},
        tiles::Tile,
    },
    protocol::hash::sha256,
};

/// How many bundles of 256 entries are fetched again, of a server.
const SAMPLE: u64 = 8;
const BUNDLE: u64 = 256;

/// How much of what is remembered is read again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reread {
    /// All of it.
    All,
    /// The first bundle, the last one, and some that chance picks.
    Sample,
}

/// What came of it.
pub(super) enum Remembered {
    /// So many entries were read again, and are what they were.
    Same(u64),
    /// An entry is another one than it was.
    Changed,
    /// Entries are not served any more.
    Missing(Finding),
}

/// Reads again what the auditor knows, of a log that has `size` entries now. `seed` comes from chance.
pub(super) fn reread(
    source: &dyn Source,
    auditor: &Auditor,
    size: u64,
    how: Reread,
    seed: &[u8; 32],
) -> Result<Remembered, Failure> {
    let known = auditor.size();
    let mut read = 0_u64;
    for index in chosen(known.div_ceil(BUNDLE), how, seed) {
        let Some(tile) = Tile::widest_bundle(index, size) else { continue };
        let end = tile.first().saturating_add(u64::from(tile.width())).min(known);
        let Some(entries) = bundle(source, tile)? else {
            return Ok(Remembered::Missing(Finding::NoLongerServed { first: tile.first(), end }));
        };
        for (at, entry) in (tile.first()..end).zip(&entries) {
            if !auditor.remembers(at, entry) {
                return Ok(Remembered::Changed);
            }
            read = read.saturating_add(1);
        }
    }
    Ok(Remembered::Same(read))
}

fn chosen(bundles: u64, how: Reread, seed: &[u8; 32]) -> BTreeSet<u64> {
    let Some(last) = bundles.checked_sub(1) else { return BTreeSet::new() };
    if how == Reread::All || bundles <= SAMPLE {
        return (0..bundles).collect();
    }
    let mut chosen = BTreeSet::from([0, last]);
    let mut counter = 0_u64;
    while u64::try_from(chosen.len()).is_ok_and(|count| count < SAMPLE) {
        let drawn = sha256(&[b"reread\0", seed, &counter.to_be_bytes()]);
        let drawn = drawn.first_chunk().copied().map_or(counter, u64::from_be_bytes);
        chosen.insert(drawn.checked_rem(bundles).unwrap_or_default());
        counter = counter.saturating_add(1);
    }
    chosen
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_cannot_foresee_what_is_read_again() {
        let of = |seed: u8| chosen(1_000, Reread::Sample, &[seed; 32]);
        assert_eq!((of(1).len(), of(1).contains(&0), of(1).contains(&999)), (8, true, true));
        assert_ne!(of(1), of(2));
        assert_eq!(chosen(5, Reread::Sample, &[1; 32]).len(), 5);
        assert_eq!(chosen(1_000, Reread::All, &[1; 32]).len(), 1_000);
        assert!(chosen(0, Reread::All, &[1; 32]).is_empty());
    }
}
