//! Proofs (RFC 6962, section 2.1; verified as RFC 9162 writes it out): that a leaf is in a tree, and that a
//! larger tree continues a smaller one. A proof is made from the hashes of complete subtrees, wherever they come
//! from: tables on the server, served tiles on a client, which so need not ask for a proof and say which leaf is its own.

use super::{
    tiles::Tile,
    tree::{Hash, empty_root, hash_node},
};

/// Gives the root of a complete subtree: of 2^`level` leaves, the `index`th of that size.
pub trait Hashes {
    /// Why it cannot.
    type Error;

    /// The root of that subtree.
    ///
    /// # Errors
    /// Where the hash cannot be had.
    fn complete(&mut self, level: u32, index: u64) -> Result<Hash, Self::Error>;
}

/// Hashes from tiles that `fetch` gets; a tree of `size` leaves says how wide each may be asked for.
pub struct FromTiles<F> {
    size: u64,
    fetch: F,
}

/// A tile could not be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TileError<E> {
    /// It could not be fetched.
    #[error(transparent)]
    Fetch(E),
    /// It does not exist at this size, or has not the hashes that it must have.
    #[error("a tile of the log is missing or too short")]
    Missing,
}

impl<F> FromTiles<F> {
    /// Over the tiles of a log of `size` leaves.
    pub const fn new(size: u64, fetch: F) -> Self {
        Self { size, fetch }
    }
}

impl<E, F: FnMut(Tile) -> Result<Vec<Hash>, E>> Hashes for FromTiles<F> {
    type Error = TileError<E>;

    fn complete(&mut self, level: u32, index: u64) -> Result<Hash, Self::Error> {
        let missing = || TileError::Missing;
        let tile_level = u8::try_from(level / 8).or(Err(missing()))?;
        let height = level % 8;
        let first = index.checked_shl(height).ok_or_else(missing)?;
        let tile = Tile::widest(tile_level, first / 256, self.size).ok_or_else(missing)?;
        let hashes = (self.fetch)(tile).map_err(TileError::Fetch)?;
        let from = usize::try_from(first % 256).or(Err(missing()))?;
        let wanted = hashes.get(from..from.saturating_add(1 << height)).ok_or_else(missing)?;
        fold(wanted).ok_or_else(missing)
    }
}

/// Hashes from those of all leaves, for whoever has fetched the whole log and tells nobody which of it matters.
pub struct FromLeaves<'a>(pub &'a [Hash]);

/// The leaves do not go so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("there are not so many leaves")]
pub struct Beyond;

impl Hashes for FromLeaves<'_> {
    type Error = Beyond;

    fn complete(&mut self, level: u32, index: u64) -> Result<Hash, Self::Error> {
        let from = index.checked_shl(level).and_then(|from| usize::try_from(from).ok()).ok_or(Beyond)?;
        let count = 1_usize.checked_shl(level).ok_or(Beyond)?;
        fold(self.0.get(from..from.saturating_add(count)).ok_or(Beyond)?).ok_or(Beyond)
    }
}

/// The root over a power of two of hashes.
fn fold(hashes: &[Hash]) -> Option<Hash> {
    let mut row = hashes.to_vec();
    while row.len() > 1 {
        row = row.as_chunks::<2>().0.iter().map(|[left, right]| hash_node(left, right)).collect();
    }
    row.first().copied()
}

/// The largest power of two below `n`, for n > 1.
const fn split(n: u64) -> u64 {
    1 << n.saturating_sub(1).ilog2()
}

/// The root over the leaves `from..to`; `from` lies where a subtree of that size begins.
fn range<H: Hashes>(hashes: &mut H, from: u64, to: u64) -> Result<Hash, H::Error> {
    let n = to.saturating_sub(from);
    if n == 0 {
        return Ok(empty_root());
    }
    if n.is_power_of_two() {
        let level = n.ilog2();
        return hashes.complete(level, from >> level);
    }
    let middle = from.saturating_add(split(n));
    let left = range(hashes, from, middle)?;
    let right = range(hashes, middle, to)?;
    Ok(hash_node(&left, &right))
}

/// The root of the tree of the first `size` leaves.
///
/// # Errors
/// Where a hash cannot be had.
pub fn root<H: Hashes>(hashes: &mut H, size: u64) -> Result<Hash, H::Error> {
    range(hashes, 0, size)
}

/// The proof that the leaf at `index` is in the tree of `size` leaves: PATH of RFC 6962. Empty where there is
/// no such leaf.
///
/// # Errors
/// Where a hash cannot be had.
pub fn inclusion<H: Hashes>(hashes: &mut H, index: u64, size: u64) -> Result<Vec<Hash>, H::Error> {
    let (mut from, mut to) = (0_u64, size);
    let mut proof = Vec::new();
    if index >= size {
        return Ok(proof);
    }
    // From the root down; the proof goes from the leaf up.
    while to.saturating_sub(from) > 1 {
        let middle = from.saturating_add(split(to.saturating_sub(from)));
        if index < middle {
            proof.push(range(hashes, middle, to)?);
            to = middle;
        } else {
            proof.push(range(hashes, from, middle)?);
            from = middle;
        }
    }
    proof.reverse();
    Ok(proof)
}

/// The proof that the tree of `new` leaves continues the one of `old` leaves: PROOF of RFC 6962. Empty where
/// nothing needs proving (`old` is 0 or `new`).
///
/// # Errors
/// Where a hash cannot be had.
pub fn consistency<H: Hashes>(hashes: &mut H, old: u64, new: u64) -> Result<Vec<Hash>, H::Error> {
    let mut proof = Vec::new();
    if old == 0 || old >= new {
        return Ok(proof);
    }
    let (mut from, mut to) = (0_u64, new);
    // Down to the subtree that the old tree ends with.
    while old != to {
        let middle = from.saturating_add(split(to.saturating_sub(from)));
        if old <= middle {
            proof.push(range(hashes, middle, to)?);
            to = middle;
        } else {
            proof.push(range(hashes, from, middle)?);
            from = middle;
        }
    }
    // Where that is the whole old tree, its root is known already.
    if from != 0 {
        proof.push(range(hashes, from, to)?);
    }
    proof.reverse();
    Ok(proof)
}

/// Whether `proof` shows that the leaf with this hash is at `index` in the tree of `size` leaves with this root.
#[must_use]
pub fn includes(index: u64, size: u64, leaf: &Hash, proof: &[Hash], expected: &Hash) -> bool {
    if index >= size {
        return false;
    }
    let (mut place, mut last) = (index, size.saturating_sub(1));
    let mut hash = *leaf;
    for sibling in proof {
        if last == 0 {
            return false;
        }
        if place % 2 == 1 || place == last {
            hash = hash_node(sibling, &hash);
            while place.is_multiple_of(2) && place != 0 {
                place >>= 1;
                last >>= 1;
            }
        } else {
            hash = hash_node(&hash, sibling);
        }
        place >>= 1;
        last >>= 1;
    }
    last == 0 && hash == *expected
}

/// Whether `proof` shows that the tree of `new` leaves with root `new_root` continues the one of `old` leaves
/// with root `old_root`.
#[must_use]
pub fn continues(old: u64, old_root: &Hash, new: u64, new_root: &Hash, proof: &[Hash]) -> bool {
    if old > new {
        return false;
    }
    if old == new {
        return proof.is_empty() && old_root == new_root;
    }
    if old == 0 {
        return proof.is_empty() && *old_root == empty_root();
    }
    let mut path = proof.iter();
    // A complete old tree is a subtree of the new one: its root begins the path.
    let Some(first) = (if old.is_power_of_two() { Some(old_root) } else { path.next() }) else {
        return false;
    };
    let (mut place, mut last) = (old.saturating_sub(1), new.saturating_sub(1));
    while place % 2 == 1 {
        place >>= 1;
        last >>= 1;
    }
    let (mut old_hash, mut new_hash) = (*first, *first);
    for hash in path {
        if last == 0 {
            return false;
        }
        if place % 2 == 1 || place == last {
            old_hash = hash_node(hash, &old_hash);
            new_hash = hash_node(hash, &new_hash);
            while place.is_multiple_of(2) && place != 0 {
                place >>= 1;
                last >>= 1;
            }
        } else {
            new_hash = hash_node(&new_hash, hash);
        }
        place >>= 1;
        last >>= 1;
    }
    last == 0 && old_hash == *old_root && new_hash == *new_root
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::log::{
        test_leaves,
        tiles::Level,
        tree::{hash_leaf, tests::naive_root},
    };

    /// Tiles cut from the whole tree, as a server would.
    fn tiles(leaves: &[Vec<u8>]) -> impl FnMut(Tile) -> Result<Vec<Hash>, ()> {
        move |tile| {
            let Level::Hashes(level) = tile.level() else { return Err(()) };
            let span = 256_usize.pow(u32::from(level));
            let first = usize::try_from(tile.first()).map_err(drop)?;
            Ok((first..first + usize::from(tile.width()))
                .map(|at| naive_root(&leaves[at * span..(at + 1) * span]))
                .collect())
        }
    }

    /// PATH of RFC 6962, word for word.
    fn naive_path(m: usize, leaves: &[Vec<u8>]) -> Vec<Hash> {
        if leaves.len() <= 1 {
            return Vec::new();
        }
        let k = leaves.len().next_power_of_two() / 2;
        let (left, right) = leaves.split_at(k);
        let (mut path, other) =
            if m < k { (naive_path(m, left), right) } else { (naive_path(m - k, right), left) };
        path.push(naive_root(other));
        path
    }

    /// SUBPROOF of RFC 6962, word for word.
    fn naive_subproof(m: usize, leaves: &[Vec<u8>], whole: bool) -> Vec<Hash> {
        if m == leaves.len() {
            return if whole { Vec::new() } else { vec![naive_root(leaves)] };
        }
        let k = leaves.len().next_power_of_two() / 2;
        let (left, right) = leaves.split_at(k);
        let (mut proof, other) = if m <= k {
            (naive_subproof(m, left, whole), right)
        } else {
            (naive_subproof(m - k, right, false), left)
        };
        proof.push(naive_root(other));
        proof
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        #[test]
        fn proofs_are_those_of_the_rfc_and_verify(size in 1_usize..700, at in any::<proptest::sample::Index>()) {
            let leaves = test_leaves(size);
            let at = at.index(size);
            let (n, m) = (u64::try_from(size).unwrap(), u64::try_from(at).unwrap());
            let mut hashes = FromTiles::new(n, tiles(&leaves));
            let expected = root(&mut hashes, n).unwrap();
            prop_assert_eq!(expected, naive_root(&leaves));

            let path = inclusion(&mut hashes, m, n).unwrap();
            prop_assert_eq!(&path, &naive_path(at, &leaves));
            let leaf = hash_leaf(&leaves[at]);
            prop_assert!(includes(m, n, &leaf, &path, &expected));
            prop_assert!(!includes(m + 1, n, &leaf, &path, &expected));
            prop_assert!(!includes(m, n, &[0; 32], &path, &expected));
            prop_assert!(!includes(m, n, &leaf, &[&path[..], &[[0; 32]]].concat(), &expected));

            let old = m + 1;
            let old_root = naive_root(&leaves[..=at]);
            let proof = consistency(&mut hashes, old, n).unwrap();
            prop_assert_eq!(&proof, &naive_subproof(at + 1, &leaves, true));
            prop_assert!(continues(old, &old_root, n, &expected, &proof));
            prop_assert!(!continues(old, &[1; 32], n, &expected, &proof));
            prop_assert!(!continues(old, &old_root, n, &[1; 32], &proof));
            prop_assert!(!continues(old, &old_root, n, &expected, &[&proof[..], &[[0; 32]]].concat()));
        }
    }

    #[test]
    fn every_flipped_byte_of_a_proof_is_refused() {
        let leaves = test_leaves(11);
        let mut hashes = FromTiles::new(11, tiles(&leaves));
        let whole = naive_root(&leaves);
        let path = inclusion(&mut hashes, 5, 11).unwrap();
        let proof = consistency(&mut hashes, 6, 11).unwrap();
        for at in 0..32 {
            for place in 0..path.len() {
                let mut other = path.clone();
                other[place][at] ^= 1;
                assert!(!includes(5, 11, &hash_leaf(&leaves[5]), &other, &whole));
            }
            for place in 0..proof.len() {
                let mut other = proof.clone();
                other[place][at] ^= 1;
                assert!(!continues(6, &naive_root(&leaves[..6]), 11, &whole, &other));
            }
        }
    }

    #[test]
    fn the_empty_tree_is_continued_by_every_tree_and_a_shorter_one_continues_none() {
        let leaves = test_leaves(3);
        let whole = naive_root(&leaves);
        assert!(continues(0, &empty_root(), 3, &whole, &[]));
        assert!(!continues(0, &whole, 3, &whole, &[]));
        assert!(continues(3, &whole, 3, &whole, &[]));
        assert!(!continues(3, &whole, 2, &naive_root(&leaves[..2]), &[]));
        assert!(!includes(0, 0, &whole, &[], &empty_root()));
    }

    #[test]
    fn a_tile_that_is_too_short_is_told_apart_from_one_that_cannot_be_had() {
        let mut short = FromTiles::new(4, |_| Ok::<_, ()>(vec![[0; 32]]));
        assert_eq!(root(&mut short, 4), Err(TileError::Missing));
        let mut away = FromTiles::new(4, |_| Err(()));
        assert_eq!(root(&mut away, 4), Err(TileError::Fetch(())));
    }
}
