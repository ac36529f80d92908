//! Linkers: ways to guess, for each leaf, whose participation it came from. What guessing yields by luck is known, so
//! what a linker finds beyond that is a leak.

use std::collections::{BTreeMap, BTreeSet};

use super::evidence::Places;

/// How large a page of the databases is, at least.
const PAGE_BYTES: u64 = 4_096;

/// What the attacker has.
pub struct Evidence {
    /// The traces of everybody who took part and whose name is not public.
    pub tags: Vec<Places>,
    /// The traces of each nameless leaf, in the order of the log.
    pub leaves: Vec<Places>,
    /// In which batch each of them came.
    pub batch_of: Vec<usize>,
}

/// A guess for each leaf, and how it came about.
pub struct Linked {
    /// The linker.
    pub linker: String,
    /// For each leaf the participation guessed.
    pub guesses: Vec<Option<usize>>,
}

type Key = (&'static str, String);

fn keys(items: &[Places]) -> BTreeSet<Key> {
    items.iter().flat_map(|places| places.keys().cloned()).collect()
}

/// Who is where in an order; those without a place are left out.
fn ordered(items: &[Places], key: &Key) -> Vec<usize> {
    let mut placed: Vec<(u64, usize)> = items
        .iter()
        .enumerate()
        .filter_map(|(which, places)| places.get(key).map(|place| (*place, which)))
        .collect();
    placed.sort_unstable();
    placed.into_iter().map(|(_, which)| which).collect()
}

impl Evidence {
    /// Lets every linker guess. Linkers that guess exactly alike count once.
    pub fn link(&self) -> Vec<Linked> {
        let mut all = Vec::new();
        let mut leaf_keys = keys(&self.leaves);
        leaf_keys.insert(("leaf", String::from("place in the log")));
        for tag_key in keys(&self.tags) {
            let tags = ordered(&self.tags, &tag_key);
            for leaf_key in &leaf_keys {
                for backwards in [false, true] {
                    all.push(self.by_rank(&tags, &tag_key, leaf_key, backwards));
                }
                if tag_key.1 == leaf_key.1 {
                    for how in [Near::Nearest, Near::Before, Near::SamePage] {
                        all.push(self.by_nearness(&tag_key, leaf_key, how));
                    }
                    all.push(self.by_window(&tags, &tag_key, leaf_key));
                }
            }
        }
        let mut seen = BTreeSet::new();
        all.retain(|linked| {
            linked.guesses.iter().any(Option::is_some) && seen.insert(linked.guesses.clone())
        });
        all
    }

    fn leaves_by(&self, key: &Key) -> Vec<usize> {
        // Whoever knows the batches sorts within each.
        let mut order: Vec<(usize, u64, usize)> = (0..self.leaves.len())
            .map(|leaf| {
                let place = self.leaves[leaf].get(key).copied();
                (self.batch_of[leaf], place.unwrap_or(u64::try_from(leaf).expect("a place")), leaf)
            })
            .collect();
        order.sort_unstable();
        order.into_iter().map(|(_, _, leaf)| leaf).collect()
    }

    /// The first in one order is the first in the other.
    fn by_rank(&self, tags: &[usize], tag_key: &Key, leaf_key: &Key, backwards: bool) -> Linked {
        let leaves = self.leaves_by(leaf_key);
        let mut guesses = vec![None; self.leaves.len()];
        for (rank, leaf) in leaves.iter().enumerate() {
            let rank = if backwards { leaves.len() - 1 - rank } else { rank };
            guesses[*leaf] = tags.get((2 * rank + 1) * tags.len() / (2 * leaves.len())).copied();
        }
        let way = if backwards { " backwards" } else { "" };
        Linked { linker: format!("{} ~ {} by rank{way}", name(tag_key), name(leaf_key)), guesses }
    }

    /// What lies near in one file, or in one counter, belongs together.
    fn by_nearness(&self, tag_key: &Key, leaf_key: &Key, how: Near) -> Linked {
        let tags: BTreeMap<u64, usize> = self
            .tags
            .iter()
            .enumerate()
            .filter_map(|(which, places)| places.get(tag_key).map(|place| (*place, which)))
            .collect();
        let guess = |places: &Places| {
            let place = *places.get(leaf_key)?;
            let before = tags.range(..=place).next_back();
            let after = tags.range(place..).next();
            match how {
                Near::Before => before,
                Near::Nearest => match (before, after) {
                    (Some(before), Some(after)) => {
                        Some(if place - before.0 <= after.0 - place { before } else { after })
                    }
                    (before, after) => before.or(after),
                },
                Near::SamePage => [before, after]
                    .into_iter()
                    .flatten()
                    .find(|(found, _)| *found / PAGE_BYTES == place / PAGE_BYTES),
            }
            .map(|(_, which)| *which)
        };
        let guesses = self.leaves.iter().map(guess).collect();
        Linked { linker: format!("{} ~ {} {}", name(tag_key), name(leaf_key), how.name()), guesses }
    }

    /// Who came between two batches is in the second of them, in the order in which they came.
    fn by_window(&self, tags: &[usize], tag_key: &Key, leaf_key: &Key) -> Linked {
        let mut guesses = vec![None; self.leaves.len()];
        let place = |leaf: &usize| self.leaves[*leaf].get(leaf_key).copied();
        let mut from = 0;
        let leaves = self.leaves_by(leaf_key);
        for batch in leaves.chunk_by(|one, next| self.batch_of[*one] == self.batch_of[*next]) {
            let Some(end) = batch.iter().filter_map(place).max() else { continue };
            let came = |tag: &&usize| {
                self.tags[**tag].get(tag_key).is_some_and(|place| (from..=end).contains(place))
            };
            let window: Vec<usize> = tags.iter().filter(came).copied().collect();
            for (rank, leaf) in batch.iter().enumerate() {
                guesses[*leaf] = window.get((2 * rank + 1) * window.len() / (2 * batch.len())).copied();
            }
            from = end;
        }
        Linked { linker: format!("{} ~ {} within its batch", name(tag_key), name(leaf_key)), guesses }
    }
}

fn name((what, space): &Key) -> String {
    format!("{what} ({space})")
}

/// What near means.
#[derive(Clone, Copy)]
enum Near {
    Nearest,
    Before,
    SamePage,
}

impl Near {
    const fn name(self) -> &'static str {
        match self {
            Self::Nearest => "nearest",
            Self::Before => "nearest before",
            Self::SamePage => "on the same page",
        }
    }
}

/// The smallest number that a Poisson variable of this mean exceeds at most once in ten thousand times.
pub fn poisson_quantile(mean: f64) -> usize {
    let mut term = (-mean).exp();
    let mut sum = term;
    let mut number = 0;
    let mut divisor = 0.0;
    while sum < 0.9999 {
        number += 1;
        divisor += 1.0;
        term *= mean / divisor;
        sum += term;
    }
    number
}

#[test]
fn the_bound_is_the_quantile_of_the_tables() {
    // From tables of the Poisson distribution.
    assert_eq!([1.0, 3.0, 5.0, 10.0].map(poisson_quantile), [6, 11, 15, 24]);
}
