//! RFC 6962 hashing, and a frontier: all that must be kept of a tree for it to grow.

use crate::protocol::hash::sha256;

/// A hash of a leaf or of a subtree.
pub type Hash = [u8; 32];

/// One hash of a tile stands for this many of the level below: 2^8 (C2SP tlog-tiles).
pub const TILE_WIDTH: u64 = 256;
/// log2 of [`TILE_WIDTH`].
const TILE_HEIGHT: u32 = 8;
const HASH_BYTES: usize = 32;
const SIZE_BYTES: usize = 8;

/// The hash of a leaf: H(0x00 ‖ leaf).
#[must_use]
pub fn hash_leaf(leaf: &[u8]) -> Hash {
    sha256(&[&[0x00], leaf])
}

/// The hash of two subtrees, the left one complete: H(0x01 ‖ left ‖ right).
#[must_use]
pub fn hash_node(left: &Hash, right: &Hash) -> Hash {
    sha256(&[&[0x01], left, right])
}

/// The root of a tree without leaves: H of nothing.
#[must_use]
pub fn empty_root() -> Hash {
    sha256(&[])
}

/// A subtree of 256^level leaves that became complete: the `index`th of its level, from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Completed {
    /// 1 for 256 leaves, 2 for 65,536, and so on.
    pub level: u8,
    /// Its place among those of its level.
    pub index: u64,
    /// Its root.
    pub hash: Hash,
}

/// The roots of the complete subtrees that a tree is made of, the largest (and leftmost) first: one for each
/// bit that is set in its size, so at most 64.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Frontier {
    size: u64,
    roots: Vec<Hash>,
}

/// Bytes that are no frontier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("these bytes are not the frontier of a log")]
pub struct NotAFrontier;

impl Frontier {
    /// The frontier of an empty tree.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// How many leaves the tree has.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// Appends a leaf by its hash, in time that grows with the logarithm of the size. Says which subtrees of
    /// 256^L leaves became complete, the smallest first.
    pub fn append(&mut self, leaf: Hash) -> Vec<Completed> {
        let mut completed = Vec::new();
        let mut hash = leaf;
        let mut level: u32 = 0;
        // Each bit set at the end of the size is a complete subtree that the new leaf completes a larger one of.
        while (self.size >> level) & 1 == 1
            && let Some(left) = self.roots.pop()
        {
            hash = hash_node(&left, &hash);
            level = level.saturating_add(1);
            if level.is_multiple_of(TILE_HEIGHT)
                && let Ok(tile_level) = u8::try_from(level / TILE_HEIGHT)
            {
                completed.push(Completed { level: tile_level, index: self.size >> level, hash });
            }
        }
        self.roots.push(hash);
        // 2^63 leaves is more than either database can count to.
        self.size = self.size.saturating_add(1);
        completed
    }

    /// The root of the tree.
    #[must_use]
    pub fn root(&self) -> Hash {
        let mut roots = self.roots.iter().rev();
        let Some(last) = roots.next() else { return empty_root() };
        roots.fold(*last, |right, left| hash_node(left, &right))
    }

    /// Size (8 bytes, big-endian), then the roots.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        [&self.size.to_be_bytes()[..], self.roots.as_flattened()].concat()
    }

    /// Reads [`Self::encode`].
    ///
    /// # Errors
    /// [`NotAFrontier`] where the number of roots is not that of the bits set in the size.
    pub fn decode(bytes: &[u8]) -> Result<Self, NotAFrontier> {
        let (size, rest) = bytes.split_first_chunk::<SIZE_BYTES>().ok_or(NotAFrontier)?;
        let size = u64::from_be_bytes(*size);
        let (roots, left_over) = rest.as_chunks::<HASH_BYTES>();
        let expected = usize::try_from(size.count_ones()).or(Err(NotAFrontier))?;
        if !left_over.is_empty() || roots.len() != expected {
            return Err(NotAFrontier);
        }
        Ok(Self { size, roots: roots.to_vec() })
    }
}

#[cfg(test)]
pub(super) mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::log::test_leaves;

    /// MTH of RFC 6962, section 2.1, word for word.
    pub fn naive_root(leaves: &[Vec<u8>]) -> Hash {
        match leaves {
            [] => empty_root(),
            [leaf] => hash_leaf(leaf),
            _ => {
                let k = leaves.len().next_power_of_two() / 2;
                let (left, right) = leaves.split_at(k);
                hash_node(&naive_root(left), &naive_root(right))
            }
        }
    }

    pub fn hex(text: &str) -> Vec<u8> {
        (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
    }

    /// The inputs of the reference implementation of Certificate Transparency (`merkle_tree_test`).
    pub fn reference_leaves() -> Vec<Vec<u8>> {
        ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
            .map(hex)
            .to_vec()
    }

    /// The roots that it gives after each of them.
    const REFERENCE_ROOTS: [&str; 8] = [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ];

    #[test]
    fn the_reference_vectors_come_out() {
        assert_eq!(
            empty_root().to_vec(),
            hex("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
        );
        let mut frontier = Frontier::new();
        assert_eq!(frontier.root(), empty_root());
        for (leaf, root) in reference_leaves().iter().zip(REFERENCE_ROOTS) {
            frontier.append(hash_leaf(leaf));
            assert_eq!(frontier.root().to_vec(), hex(root));
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        #[test]
        fn a_frontier_has_the_root_of_the_tree_and_reads_back(size in 0_usize..1_500) {
            let leaves = test_leaves(size);
            let mut frontier = Frontier::new();
            let mut completed = Vec::new();
            for leaf in &leaves {
                completed.extend(frontier.append(hash_leaf(leaf)));
            }
            prop_assert_eq!(frontier.root(), naive_root(&leaves));
            prop_assert_eq!(Frontier::decode(&frontier.encode()), Ok(frontier));
            let expected: Vec<Completed> = leaves
                .as_chunks::<256>().0
                .iter()
                .zip(0..)
                .map(|(part, index)| Completed { level: 1, index, hash: naive_root(part) })
                .collect();
            prop_assert_eq!(completed, expected);
        }

        #[test]
        fn no_bytes_make_the_reader_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            if let Ok(frontier) = Frontier::decode(&bytes) {
                prop_assert_eq!(frontier.encode(), bytes);
            }
        }
    }

    #[test]
    fn the_second_level_is_complete_with_the_last_of_65536_leaves() {
        let mut frontier = Frontier::new();
        for _ in 0..65_535 {
            frontier.append([7; 32]);
        }
        let completed = frontier.append([7; 32]);
        assert_eq!(
            completed.iter().map(|one| (one.level, one.index)).collect::<Vec<_>>(),
            [(1, 255), (2, 0)]
        );
        assert_eq!(completed[1].hash, frontier.root());
    }

    #[test]
    fn a_frontier_with_a_root_too_few_or_too_many_is_refused() {
        let mut frontier = Frontier::new();
        for leaf in reference_leaves() {
            frontier.append(hash_leaf(&leaf));
        }
        let good = frontier.encode();
        for bad in [&good[..good.len() - 1], &good[..8], &good[..7], &[good.clone(), vec![0; 32]].concat()] {
            assert_eq!(Frontier::decode(bad), Err(NotAFrontier));
        }
    }
}
