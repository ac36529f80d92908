//! In which pieces a log is served (C2SP tlog-tiles): tiles of up to 256 hashes, and bundles of up to 256
//! entries. A full one never changes; the last of a level is partial, and says how wide it is in its name.

use std::fmt;

use super::tree::TILE_WIDTH;

/// The levels that the paths know. Above 7 no log has hashes.
const MAX_LEVEL: u8 = 63;
const ENTRIES: &str = "entries";
const FULL: u16 = 256;

/// What a tile holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// The entries themselves, as a bundle.
    Entries,
    /// The roots of complete subtrees of 256^level leaves; at level 0 the hashes of leaves.
    Hashes(u8),
}

/// A tile: level, place, and how many hashes or entries of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tile {
    level: Level,
    index: u64,
    width: u16,
}

/// The path is not one of a tile, in the one spelling that it has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not the path of a tile")]
pub struct NotATile;

/// The bytes are not a bundle of entries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a bundle of entries")]
pub struct NotABundle;

impl Tile {
    /// The widest tile at this place in a log of `size` entries. `None` where there is nothing yet.
    #[must_use]
    pub fn widest(level: u8, index: u64, size: u64) -> Option<Self> {
        let tile = Self { level: Level::Hashes(level), index, width: FULL };
        let there = tile.hashes_at(size).checked_sub(tile.first())?;
        let width = u16::try_from(there.min(TILE_WIDTH)).ok().filter(|width| *width > 0)?;
        Some(Self { width, ..tile })
    }

    /// The widest bundle of entries at this place in a log of `size` entries. `None` where there is nothing yet.
    #[must_use]
    pub fn widest_bundle(index: u64, size: u64) -> Option<Self> {
        Self::widest(0, index, size).map(|tile| Self { level: Level::Entries, ..tile })
    }

    /// The full tile at the same place, which takes a partial one's place once the log has grown.
    #[must_use]
    pub const fn full(self) -> Self {
        Self { width: FULL, ..self }
    }

    /// What it holds.
    #[must_use]
    pub const fn level(self) -> Level {
        self.level
    }

    /// How many hashes or entries it has: 1 to 256.
    #[must_use]
    pub const fn width(self) -> u16 {
        self.width
    }

    /// The place of its first hash or entry within its level.
    #[must_use]
    pub const fn first(self) -> u64 {
        self.index.saturating_mul(TILE_WIDTH)
    }

    /// Whether it is full, so that it never changes.
    #[must_use]
    pub const fn is_full(self) -> bool {
        self.width == FULL
    }

    /// Whether a log of `size` entries has this tile.
    #[must_use]
    pub fn exists_at(self, size: u64) -> bool {
        self.index
            .checked_mul(TILE_WIDTH)
            .and_then(|first| first.checked_add(u64::from(self.width)))
            .is_some_and(|end| end <= self.hashes_at(size))
    }

    /// How many hashes or entries its level has in a log of `size` entries.
    fn hashes_at(self, size: u64) -> u64 {
        match self.level {
            Level::Entries => size,
            Level::Hashes(level) => size.checked_shr(u32::from(level).saturating_mul(8)).unwrap_or(0),
        }
    }

    /// Reads what follows `tile/`: `<L>/<N>[.p/<W>]` or `entries/<N>[.p/<W>]`.
    ///
    /// # Errors
    /// [`NotATile`] for anything but the one spelling of a tile.
    pub fn parse(path: &str) -> Result<Self, NotATile> {
        let (level, rest) = path.split_once('/').ok_or(NotATile)?;
        let level = match level {
            ENTRIES => Level::Entries,
            number => {
                let number = decimal(number).and_then(|number| u8::try_from(number).ok()).ok_or(NotATile)?;
                if number > MAX_LEVEL {
                    return Err(NotATile);
                }
                Level::Hashes(number)
            }
        };
        let (index, width) = match rest.split_once(".p/") {
            None => (rest, FULL),
            Some((index, width)) => {
                let width = decimal(width).and_then(|width| u16::try_from(width).ok()).ok_or(NotATile)?;
                if width == 0 || width >= FULL {
                    return Err(NotATile);
                }
                (index, width)
            }
        };
        Ok(Self { level, index: parse_index(index).ok_or(NotATile)?, width })
    }
}

/// The path after `tile/`.
impl fmt::Display for Tile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.level {
            Level::Entries => f.write_str(ENTRIES)?,
            Level::Hashes(level) => write!(f, "{level}")?,
        }
        write!(f, "/{}", print_index(self.index))?;
        if !self.is_full() {
            write!(f, ".p/{}", self.width)?;
        }
        Ok(())
    }
}

/// A number without sign and without zeros in front.
pub(crate) fn decimal(text: &str) -> Option<u64> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    let plain = text == "0" || !text.starts_with('0');
    text.parse().ok().filter(|_| digits && plain)
}

/// 1234067 is `x001/x234/067`.
fn print_index(index: u64) -> String {
    let mut text = format!("{:03}", index % 1_000);
    let mut rest = index / 1_000;
    while rest > 0 {
        text = format!("x{:03}/{text}", rest % 1_000);
        rest /= 1_000;
    }
    text
}

fn parse_index(text: &str) -> Option<u64> {
    let mut groups = text.split('/').rev();
    let last = groups.next()?;
    let mut index = three_digits(last)?;
    let mut unit = 1_u64;
    for group in groups {
        unit = unit.checked_mul(1_000)?;
        index = index.checked_add(three_digits(group.strip_prefix('x')?)?.checked_mul(unit)?)?;
    }
    // Groups of zeros in front would be a second spelling.
    (print_index(index) == text).then_some(index)
}

fn three_digits(text: &str) -> Option<u64> {
    let plain = text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_digit());
    if plain { text.parse().ok() } else { None }
}

/// Puts entries into a bundle: each with its length in two bytes before it. `None` where one is too long, which
/// no leaf is.
#[must_use]
pub fn bundle<'a>(entries: impl IntoIterator<Item = &'a [u8]>) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    for entry in entries {
        bytes.extend_from_slice(&u16::try_from(entry.len()).ok()?.to_be_bytes());
        bytes.extend_from_slice(entry);
    }
    Some(bytes)
}

/// Takes a bundle of at most 256 entries apart.
///
/// # Errors
/// [`NotABundle`] where a length does not fit, or there are more.
pub fn unbundle(mut bytes: &[u8]) -> Result<Vec<&[u8]>, NotABundle> {
    let mut entries = Vec::new();
    while !bytes.is_empty() {
        let (length, rest) = bytes.split_first_chunk::<2>().ok_or(NotABundle)?;
        let (entry, rest) =
            rest.split_at_checked(usize::from(u16::from_be_bytes(*length))).ok_or(NotABundle)?;
        entries.push(entry);
        bytes = rest;
        if entries.len() > usize::from(FULL) {
            return Err(NotABundle);
        }
    }
    Ok(entries)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn paths_are_those_of_the_specification() {
        for (path, level, index, width) in [
            ("0/000", Level::Hashes(0), 0, 256),
            ("0/x001/x234/067", Level::Hashes(0), 1_234_067, 256),
            ("1/000.p/1", Level::Hashes(1), 0, 1),
            ("63/999.p/255", Level::Hashes(63), 999, 255),
            ("entries/x001/000.p/8", Level::Entries, 1_000, 8),
        ] {
            let tile = Tile { level, index, width };
            assert_eq!(Tile::parse(path), Ok(tile), "{path}");
            assert_eq!(tile.to_string(), path);
        }
    }

    #[test]
    fn another_spelling_is_no_path() {
        for path in [
            "",
            "0",
            "0/",
            "/000",
            "00/000",
            "-1/000",
            "+1/000",
            "64/000",
            "256/000",
            "0/0",
            "0/00",
            "0/0000",
            "0/x000/000",
            "0/x000/x001/000",
            "0/001/000",
            "0/x01/000",
            "0/x001",
            "0/X001/000",
            "0/000.p/0",
            "0/000.p/256",
            "0/000.p/01",
            "0/000.p/",
            "0/000.p",
            "0/000.p/1/",
            "0/000.p/1.p/1",
            "0/000/",
            "entries",
            "entries/",
            "Entries/000",
            "entries/00a",
            "0/x999/x999/x999/x999/x999/x999/999",
            "0/٠٠٠",
            "0/+01",
        ] {
            assert_eq!(Tile::parse(path), Err(NotATile), "{path}");
        }
    }

    #[test]
    fn a_tile_exists_once_the_log_is_long_enough() {
        let exists = |path: &str, size| Tile::parse(path).unwrap().exists_at(size);
        assert!(exists("0/000.p/255", 255) && !exists("0/000", 255));
        assert!(exists("0/000", 256) && exists("0/000.p/255", 256) && !exists("0/001.p/1", 256));
        assert!(!exists("1/000.p/1", 255) && exists("1/000.p/1", 256) && !exists("1/000.p/2", 511));
        assert!(exists("entries/001.p/1", 257) && !exists("entries/001.p/2", 257));
        assert!(!exists("8/000.p/1", u64::MAX) && !exists("63/000.p/1", u64::MAX));
        let far = format!("0/{}", print_index(u64::MAX));
        assert!(!exists(&far, u64::MAX));
        assert_eq!(Tile::widest(0, 1, 300).map(Tile::width), Some(44));
        assert_eq!(Tile::widest(0, 2, 512), None);
        assert_eq!(
            Tile::widest_bundle(1, 300).map(|tile| tile.to_string()).as_deref(),
            Some("entries/001.p/44")
        );
        assert_eq!(Tile::widest_bundle(1, 256), None);
    }

    proptest! {
        #[test]
        fn every_tile_reads_back(level in 0_u8..64, index in any::<u64>(), width in 1_u16..=256) {
            let tile = Tile { level: Level::Hashes(level), index, width };
            prop_assert_eq!(Tile::parse(&tile.to_string()), Ok(tile));
        }

        #[test]
        fn whatever_is_read_is_printed_the_same(path in "[0-9x/.p]{0,16}") {
            if let Ok(tile) = Tile::parse(&path) {
                prop_assert_eq!(tile.to_string(), path);
            }
        }

        #[test]
        fn a_bundle_comes_apart_as_it_was_put_together(
            entries in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..300), 0..=256)
        ) {
            let bytes = bundle(entries.iter().map(Vec::as_slice)).unwrap();
            prop_assert_eq!(unbundle(&bytes).unwrap(), entries);
        }
    }

    #[test]
    fn a_bundle_that_breaks_off_or_is_too_long_is_refused() {
        assert_eq!(unbundle(&[0]), Err(NotABundle));
        assert_eq!(unbundle(&[0, 2, 7]), Err(NotABundle));
        assert_eq!(unbundle(&[0; 514]), Err(NotABundle));
        assert_eq!(bundle([vec![0; 65_536].as_slice()]), None);
    }
}
