//! Checking a petition's whole log, entry by entry, by the log's own words alone: every entry is a leaf of this
//! protocol, every cast holds a token that its crowd's key has signed, none is cast twice, every retraction has its
//! cast, and what is left is the number that the site shows.
//!
//! An [`Auditor`] takes the entries in order and keeps 40 bytes of each at most, so that a log of millions fits. Of
//! nonces and commitments it keeps keyed hashes (12 and 8 bytes): whoever makes the log does not know the key, and
//! cannot make two of them meet. It knows no names, and asks nobody anything.
//!
//! In reading order: [`Auditor`], `read` (one entry by itself), [`finding`], [`history`] (what changed since the last audit), [`state`] (to go on from
//! there).

pub mod finding;
pub mod history;
mod read;
pub mod state;

use std::num::NonZeroUsize;

use self::{
    finding::{Disputed, Finding},
    read::{Checked, Facts, Read, facts, read_all},
};
use super::tree::{Frontier, Hash, hash_leaf};
use crate::{
    domain::void::VoidReason,
    protocol::{
        extension,
        hash::sha256,
        leaf::{Genesis, LeafError, Notice, leaf_hash},
        origin::LogOrigin,
    },
};

/// More findings than this are only counted.
const FINDINGS_MAX: usize = 100;

/// A keyed hash of an entry: enough to say later which one was changed.
pub type Print = [u8; 8];

/// A cast, as far as it matters for what comes later. 28 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct CastRow {
    nonce: [u8; 12],
    commitment: [u8; 8],
    at: u32,
    crowd: u8,
    taken_back: bool,
    voided: Option<VoidReason>,
}

/// A retraction, or an amendment with what it commits to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Reference {
    nonce: [u8; 12],
    at: u32,
    commitment: Option<[u8; 8]>,
}

/// A void with its reason, or a reversal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct VoidRow {
    at: u32,
    cast: u64,
    reason: Option<VoidReason>,
}

/// Something that the site shows for an entry: salt and extension, hashed and forgotten. 12 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Opened {
    at: u32,
    commitment: [u8; 8],
}

/// Takes a log in, entry by entry.
pub struct Auditor {
    key: [u8; 32],
    facts: Option<Facts>,
    frontier: Frontier,
    prints: Vec<Print>,
    casts: Vec<CastRow>,
    references: Vec<Reference>,
    voids: Vec<VoidRow>,
    issued: Vec<u64>,
    cast_counts: Vec<u64>,
    closed: bool,
    host: Option<String>,
    disputes: Vec<Disputed>,
    reversed: u64,
    findings: Vec<Finding>,
    uncounted: u64,
}

/// What was found about one crowd.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CrowdCount {
    /// Entries with its tokens.
    pub cast: u64,
    /// Of these, taken back by their signers.
    pub taken_back: u64,
    /// Of these, voided, and not taken back.
    pub voided: u64,
    /// Why, and how many for it, in the order of the reasons; none of them empty.
    pub reasons: Vec<(VoidReason, u64)>,
    /// Tokens issued so far, as the log says: rounded down to B.
    pub issued: u64,
}

impl CrowdCount {
    /// What is left, and what the site must show.
    #[must_use]
    pub const fn counted(&self) -> u64 {
        self.cast.saturating_sub(self.taken_back).saturating_sub(self.voided)
    }
}

/// What the audit of a log came to.
#[derive(Debug)]
pub struct Verdict {
    /// The genesis. `None` where the first entry is none.
    pub genesis: Option<Genesis>,
    /// G, if there is a genesis.
    pub genesis_hash: Option<[u8; 32]>,
    /// How many entries there are.
    pub size: u64,
    /// Their root.
    pub root: Hash,
    /// By crowd, in the order of genesis.
    pub crowds: Vec<CrowdCount>,
    /// What is not as it must be, at most a hundred of them.
    pub findings: Vec<Finding>,
    /// How many more there are.
    pub more: u64,
    /// How many names were shown, and checked.
    pub openings: u64,
    /// The host that the log named last as the one that serves it.
    pub host: Option<String>,
    /// Notes of dispute, oldest first.
    pub disputes: Vec<Disputed>,
    /// How often a void was reversed.
    pub reversed: u64,
}

impl Auditor {
    /// An auditor that has seen nothing. `key` comes from chance, and is nobody else's.
    #[must_use]
    pub fn new(key: [u8; 32]) -> Self {
        Self {
            key,
            facts: None,
            frontier: Frontier::new(),
            prints: Vec::new(),
            casts: Vec::new(),
            references: Vec::new(),
            voids: Vec::new(),
            issued: Vec::new(),
            cast_counts: Vec::new(),
            closed: false,
            host: None,
            disputes: Vec::new(),
            reversed: 0,
            findings: Vec::new(),
            uncounted: 0,
        }
    }

    /// How many entries it has taken.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.frontier.size()
    }

    /// The root of what it has taken.
    #[must_use]
    pub fn root(&self) -> Hash {
        self.frontier.root()
    }

    /// The keyed hashes of the entries, in order.
    #[must_use]
    pub fn prints(&self) -> &[Print] {
        &self.prints
    }

    /// Whether it has taken just this entry at this place.
    #[must_use]
    pub fn remembers(&self, at: u64, entry: &[u8]) -> bool {
        let kept = usize::try_from(at).ok().and_then(|at| self.prints.get(at));
        kept.is_some_and(|kept| *kept == self.short::<8>(b"print", &hash_leaf(entry)))
    }

    /// The key of its hashes: another auditor with the same one has comparable prints.
    #[must_use]
    pub const fn key(&self) -> [u8; 32] {
        self.key
    }

    /// The genesis leaf, once it was there.
    #[must_use]
    pub fn genesis_leaf(&self) -> Option<&[u8]> {
        self.facts.as_ref().map(|facts| facts.leaf.as_slice())
    }

    /// The log's name in its genesis, once it was there.
    #[must_use]
    pub fn origin(&self) -> Option<&LogOrigin> {
        self.facts.as_ref().map(|facts| &facts.genesis.origin)
    }

    /// Makes room for a log of so many entries at once, so that no list is ever copied to grow.
    pub fn expect(&mut self, entries: u64) {
        // What is only claimed gets no more than this in advance.
        let more = usize::try_from(entries.saturating_sub(self.size())).unwrap_or(usize::MAX).min(1 << 22);
        self.prints.reserve_exact(more);
        self.casts.reserve_exact(more);
    }

    /// Takes the next entries, verifying them on so many threads.
    pub fn take(&mut self, entries: &[Vec<u8>], threads: NonZeroUsize) {
        let mut entries = entries;
        if self.size() == 0
            && let Some((first, rest)) = entries.split_first()
        {
            self.begin(first);
            entries = rest;
        }
        let share = entries.len().div_ceil(threads.get()).max(1);
        let facts = self.facts.as_ref();
        let first = self.size();
        let read: Vec<Vec<Read>> = std::thread::scope(|scope| {
            let places = (first..).step_by(share);
            let parts: Vec<_> = entries
                .chunks(share)
                .zip(places)
                .map(|(part, first)| scope.spawn(move || read_all(facts, part, first)))
                .collect();
            // A thread that panicked would be a defect here: it is not hidden.
            parts
                .into_iter()
                .map(|part| part.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
                .collect()
        });
        for (at, one) in (first..).zip(read.into_iter().flatten()) {
            self.apply(at, one);
        }
    }

    fn begin(&mut self, leaf: &[u8]) {
        match facts(leaf) {
            Ok(facts) => {
                self.issued = vec![0; facts.crowds.len()];
                self.cast_counts = vec![0; facts.crowds.len()];
                self.facts = Some(facts);
            }
            Err(LeafError::Kind) => self.found(Finding::Genesis { at: 0 }),
            Err(error) => self.found(Finding::Leaf { at: 0, error }),
        }
        self.append(hash_leaf(leaf));
    }

    fn append(&mut self, hash: Hash) {
        self.frontier.append(hash);
        let print = self.short(b"print", &hash);
        self.prints.push(print);
    }

    /// A keyed hash, as long as it is asked for.
    fn short<const N: usize>(&self, purpose: &[u8], bytes: &[u8; 32]) -> [u8; N] {
        let whole = sha256(&[&self.key, purpose, bytes]);
        let mut short = [0; N];
        short.iter_mut().zip(whole).for_each(|(to, from)| *to = from);
        short
    }

    fn found(&mut self, finding: Finding) {
        if self.findings.len() < FINDINGS_MAX {
            self.findings.push(finding);
        } else {
            self.uncounted = self.uncounted.saturating_add(1);
        }
    }

    fn apply(&mut self, at: u64, read: Read) {
        self.append(read.hash);
        let place = u32::try_from(at).unwrap_or(u32::MAX);
        match read.leaf {
            Err(finding) => self.found(finding),
            Ok(Checked::Genesis) => self.found(Finding::Genesis { at }),
            Ok(Checked::Cast { crowd, nonce, commitment }) => {
                if self.closed {
                    self.found(Finding::AfterClose { at });
                }
                self.count(at, crowd);
                self.casts.push(CastRow {
                    nonce: self.short(b"nonce", &nonce),
                    commitment: self.short(b"commitment", &commitment),
                    at: place,
                    crowd,
                    taken_back: false,
                    voided: None,
                });
            }
            Ok(Checked::Retract(nonce)) => self.references.push(Reference {
                nonce: self.short(b"nonce", &nonce),
                at: place,
                commitment: None,
            }),
            Ok(Checked::Amend { nonce, commitment }) => self.references.push(Reference {
                nonce: self.short(b"nonce", &nonce),
                at: place,
                commitment: Some(self.short(b"commitment", &commitment)),
            }),
            Ok(Checked::Notice(notice)) => self.notice(at, place, notice),
        }
    }

    /// At any place, no more than B casts of a crowd above what was said to be issued.
    fn count(&mut self, at: u64, crowd: u8) {
        let index = usize::from(crowd);
        let batch = self.facts.as_ref().map_or(1, |facts| facts.batch);
        let issued = self.issued.get(index).copied().unwrap_or_default();
        let Some(count) = self.cast_counts.get_mut(index) else { return };
        *count = count.saturating_add(1);
        // Once for each crowd and statement.
        if *count == issued.saturating_add(batch).saturating_add(1) {
            self.found(Finding::MoreThanIssued { at, crowd });
        }
    }

    fn notice(&mut self, at: u64, place: u32, notice: Notice) {
        match notice {
            Notice::Closed => self.closed = true,
            Notice::Issued(issued) => {
                let batch = self.facts.as_ref().map_or(1, |facts| facts.batch);
                let is_rounded = issued.iter().all(|count| count % batch == 0);
                let has_grown = issued.iter().zip(&self.issued).all(|(now, before)| now >= before);
                if issued.len() != self.issued.len() || !is_rounded || !has_grown {
                    self.found(Finding::Issued { at });
                }
                if issued.len() == self.issued.len() {
                    self.issued = issued;
                }
            }
            Notice::Void { cast, reason } => {
                self.voids.push(VoidRow { at: place, cast, reason: Some(reason) });
            }
            Notice::VoidReversed { cast } => self.voids.push(VoidRow { at: place, cast, reason: None }),
            Notice::ServedAt { host } => self.host = Some(host),
            Notice::Dispute { first, end, text } if self.disputes.len() < FINDINGS_MAX => {
                self.disputes.push(Disputed { first, end, text });
            }
            Notice::Dispute { .. }
            | Notice::ClosingChanged { .. }
            | Notice::TakenDown { .. }
            | Notice::InvitationsMade(_)
            | Notice::ClientRelease(_)
            | Notice::Carried(..) => {}
        }
    }

    /// What the site shows for the entry at `at`.
    #[must_use]
    pub fn opened(&self, at: u64, salt: &[u8; 32], extension: &[u8]) -> Opened {
        let commitment = self.short(b"commitment", &extension::commit(salt, extension));
        Opened { at: u32::try_from(at).unwrap_or(u32::MAX), commitment }
    }

    /// Brings together what refers to each other, compares with what the site shows, and says what came of it.
    /// `numbers`: what the site shows for each crowd; `None` where it shows nothing yet, and all of it where the
    /// site's numbers are not to be had.
    #[must_use]
    pub fn finish(mut self, openings: &[Opened], numbers: Option<&[Option<u64>]>) -> Verdict {
        // Whatever a site shows, a log of nothing is no proof of it.
        if self.size() == 0 {
            self.found(Finding::Genesis { at: 0 });
        }
        self.resolve_voids();
        self.casts.sort_unstable_by_key(|cast| (cast.nonce, cast.at));
        let twice: Vec<Finding> = self
            .casts
            .windows(2)
            .filter_map(|pair| match pair {
                [one, other] if one.nonce == other.nonce => {
                    Some(Finding::CastTwice { first: u64::from(one.at), again: u64::from(other.at) })
                }
                _ => None,
            })
            .collect();
        for finding in twice {
            self.found(finding);
        }
        let amended = self.resolve_references();
        self.casts.sort_unstable_by_key(|cast| cast.at);
        self.compare_openings(openings, &amended);
        let crowds = self.crowd_counts();
        self.compare_numbers(&crowds, numbers);
        Verdict {
            size: self.size(),
            root: self.root(),
            genesis_hash: self.genesis_leaf().map(leaf_hash),
            genesis: self.facts.map(|facts| facts.genesis),
            crowds,
            findings: self.findings,
            more: self.uncounted,
            host: self.host,
            disputes: self.disputes,
            reversed: self.reversed,
            openings: u64::try_from(openings.len()).unwrap_or(u64::MAX),
        }
    }

    /// While the casts are in the order of the log.
    fn resolve_voids(&mut self) {
        for void in std::mem::take(&mut self.voids) {
            let cast = u32::try_from(void.cast).ok().filter(|cast| *cast < void.at);
            let found = cast.and_then(|cast| self.casts.binary_search_by_key(&cast, |row| row.at).ok());
            match found.and_then(|at| self.casts.get_mut(at)) {
                // A void of what is voided, or the end of a void that is none, changes nothing.
                Some(cast) if cast.voided.is_some() == void.reason.is_none() => {
                    self.reversed = self.reversed.saturating_add(u64::from(void.reason.is_none()));
                    cast.voided = void.reason;
                }
                _ => self.found(Finding::OfNothing { at: u64::from(void.at) }),
            }
        }
    }

    /// While the casts are in the order of their nonces. Gives what newer amendments commit to, in the order of the
    /// log.
    fn resolve_references(&mut self) -> Vec<(u32, [u8; 8])> {
        let mut amended = Vec::new();
        for reference in std::mem::take(&mut self.references) {
            let at = u64::from(reference.at);
            let first = self.casts.partition_point(|cast| cast.nonce < reference.nonce);
            let cast = self.casts.get_mut(first);
            match cast.filter(|cast| cast.nonce == reference.nonce && cast.at < reference.at) {
                None => self.found(Finding::OfNothing { at }),
                Some(cast) if cast.taken_back => self.found(Finding::TakenBackBefore { at }),
                Some(cast) => match reference.commitment {
                    None => cast.taken_back = true,
                    Some(commitment) => amended.push((cast.at, commitment)),
                },
            }
        }
        // Stable: of one cast's, the newest stays last.
        amended.sort_by_key(|(cast, _)| *cast);
        amended
    }

    fn compare_openings(&mut self, openings: &[Opened], amended: &[(u32, [u8; 8])]) {
        for opened in openings {
            let cast = self.casts.binary_search_by_key(&opened.at, |cast| cast.at).ok();
            let cast = cast
                .and_then(|at| self.casts.get(at))
                .filter(|cast| !cast.taken_back && cast.voided.is_none());
            let end = amended.partition_point(|(cast, _)| *cast <= opened.at);
            let newest = amended.get(..end).and_then(<[_]>::last).filter(|(cast, _)| *cast == opened.at);
            let expected = cast.map(|cast| newest.map_or(cast.commitment, |(_, commitment)| *commitment));
            if expected != Some(opened.commitment) {
                self.found(Finding::Opening { at: u64::from(opened.at) });
            }
        }
    }

    /// Crowds that the site leaves out, or makes up, are compared as well.
    fn compare_numbers(&mut self, crowds: &[CrowdCount], numbers: Option<&[Option<u64>]>) {
        let Some(numbers) = numbers else { return };
        for crowd in (0..=u8::MAX).take(crowds.len().max(numbers.len())) {
            let place = usize::from(crowd);
            let counted = crowds.get(place).map_or(0, CrowdCount::counted);
            // Until a first group is out, the site shows no number, and the log has none.
            let shown = numbers.get(place).copied().flatten().unwrap_or_default();
            if shown != counted {
                self.found(Finding::Number { crowd, counted, shown });
            }
        }
    }

    fn crowd_counts(&self) -> Vec<CrowdCount> {
        let none = CrowdCount { cast: 0, taken_back: 0, voided: 0, reasons: Vec::new(), issued: 0 };
        let mut crowds: Vec<CrowdCount> =
            self.issued.iter().map(|issued| CrowdCount { issued: *issued, ..none.clone() }).collect();
        for cast in &self.casts {
            let Some(crowd) = crowds.get_mut(usize::from(cast.crowd)) else { continue };
            crowd.cast = crowd.cast.saturating_add(1);
            if cast.taken_back {
                crowd.taken_back = crowd.taken_back.saturating_add(1);
            } else if let Some(reason) = cast.voided {
                crowd.voided = crowd.voided.saturating_add(1);
                match crowd.reasons.iter_mut().find(|(known, _)| *known == reason) {
                    Some((_, count)) => *count = count.saturating_add(1),
                    None => crowd.reasons.push((reason, 1)),
                }
            }
        }
        for crowd in &mut crowds {
            crowd.reasons.sort_unstable();
        }
        crowds
    }
}
