//! What opens the reserve where a shared limit is used up: a proof of work for programs, a wait for people without script.
//!
//! Both are handed out signed and nothing is kept of them until they are used: single use, for one lane (purpose, petition and
//! network), for a limited time of the clock that nobody sets. How much work, or how long a wait, follows from how many were
//! handed out in that lane lately, and is bounded: an attacker makes a colleague wait a moment, never for good.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;

use super::buckets::Key;
use crate::actions::signing::tokens::work;

/// The least work: 2^16 hashes, a fraction of a second on a phone.
const LEAST_BITS: u8 = 16;
/// The least wait.
const LEAST_SECS: u8 = 20;
/// Steps by which it grows: 2^21 hashes, a few seconds on a phone; a wait of two minutes.
pub const MAX_LEVEL: u8 = 5;
/// How long a challenge can be solved.
const WORK_MS: i64 = 5 * 60_000;
/// How long a ticket can be used once its time has come.
const TICKET_MS: i64 = 30 * 60_000;
/// So many used ones are remembered.
const MAX_SPENT: usize = 100_000;

const LEN_BYTES: usize = 50;

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Work,
    Wait,
}

/// A challenge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Challenge {
    /// What is to be solved.
    pub text: String,
    /// How many zero bits a solution has.
    pub bits: u8,
}

/// A ticket: good after a wait.
#[derive(Clone, PartialEq, Eq)]
pub struct Ticket {
    /// Goes into a hidden field.
    pub text: String,
    /// The wait.
    pub secs: u64,
}

/// What became of a pass that was shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    /// It is good, and used up now.
    Good,
    /// Its time has not come.
    Early {
        /// Seconds left.
        secs: u64,
    },
    /// It is none of ours, is for another lane, was used, or is too old.
    Bad,
}

/// Those that were used, until they would be too old anyway.
#[derive(Default)]
struct Spent {
    until: HashMap<[u8; 16], i64>,
    /// Whatever ends before this counts as used.
    forgotten: i64,
}

/// Hands out passes and takes them.
pub struct Passes {
    key: [u8; 32],
    spent: Mutex<Spent>,
}

/// The fields of a pass.
struct Fields {
    kind: Kind,
    bits: u8,
    from_ms: i64,
    until_ms: i64,
    id: [u8; 16],
}

impl Passes {
    /// None yet, under a fresh key.
    #[must_use]
    pub fn new(key: [u8; 32]) -> Self {
        Self { key, spent: Mutex::default() }
    }

    /// A challenge for this lane. `id`: random.
    #[must_use]
    pub fn challenge(&self, lane: &Key, level: u8, id: [u8; 16], now: i64) -> Challenge {
        let bits = LEAST_BITS.saturating_add(level.min(MAX_LEVEL));
        let until_ms = now.saturating_add(WORK_MS);
        let fields = Fields { kind: Kind::Work, bits, from_ms: now, until_ms, id };
        Challenge { text: self.signed(lane, &fields), bits }
    }

    /// A ticket for this lane. `id`: random.
    #[must_use]
    pub fn ticket(&self, lane: &Key, level: u8, id: [u8; 16], now: i64) -> Ticket {
        let secs = u64::from(LEAST_SECS).saturating_mul(u64::from(level.min(MAX_LEVEL)).saturating_add(1));
        self.ticket_in(lane, secs, id, now)
    }

    /// A ticket for this lane that is good in so many seconds. `id`: random.
    #[must_use]
    pub fn ticket_in(&self, lane: &Key, secs: u64, id: [u8; 16], now: i64) -> Ticket {
        let from_ms = now.saturating_add(i64::try_from(secs).unwrap_or(0).saturating_mul(1_000));
        let until_ms = from_ms.saturating_add(TICKET_MS);
        Ticket { text: self.signed(lane, &Fields { kind: Kind::Wait, bits: 0, from_ms, until_ms, id }), secs }
    }

    /// Takes a solved challenge.
    pub fn take_work(&self, lane: &Key, header: &str, now: i64) -> Shown {
        let Some((text, solution)) = work::parse(header) else { return Shown::Bad };
        let Some(fields) = self.read(lane, text, Kind::Work) else { return Shown::Bad };
        if !work::is_solved(text, u32::from(fields.bits), solution) {
            return Shown::Bad;
        }
        self.spend(&fields, now)
    }

    /// Takes a ticket, if its time has come.
    pub fn take_ticket(&self, lane: &Key, text: &str, now: i64) -> Shown {
        let Some(fields) = self.read(lane, text, Kind::Wait) else { return Shown::Bad };
        self.spend(&fields, now)
    }

    fn spend(&self, fields: &Fields, now: i64) -> Shown {
        let early = fields.from_ms.saturating_sub(now);
        if early > 0 {
            return Shown::Early { secs: early.unsigned_abs().div_ceil(1_000) };
        }
        let mut spent = self.spent.lock().unwrap_or_else(PoisonError::into_inner);
        if fields.until_ms < now || fields.until_ms <= spent.forgotten || spent.until.contains_key(&fields.id)
        {
            return Shown::Bad;
        }
        if spent.until.len() >= MAX_SPENT {
            spent.forget(now);
        }
        spent.until.insert(fields.id, fields.until_ms);
        Shown::Good
    }

    fn signed(&self, lane: &Key, fields: &Fields) -> String {
        let mut bytes = fields.bytes();
        bytes.extend_from_slice(&self.mac(lane, &bytes));
        URL_SAFE_NO_PAD.encode(bytes)
    }

    fn read(&self, lane: &Key, text: &str, kind: Kind) -> Option<Fields> {
        let bytes: [u8; LEN_BYTES] = URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok()?;
        let (signed, mac) = bytes.split_last_chunk::<16>()?;
        if !bool::from(self.mac(lane, signed).ct_eq(mac)) {
            return None;
        }
        Fields::read(signed).filter(|fields| fields.kind == kind)
    }

    fn mac(&self, lane: &Key, signed: &[u8]) -> [u8; 16] {
        short_mac(&self.key, &[b"pass", lane, signed])
    }
}

impl Spent {
    /// Forgets what is too old anyway; if that frees too little, also the half that ends first, and takes no pass any more that
    /// ends as early: none can be used twice.
    fn forget(&mut self, now: i64) {
        self.until.retain(|_, until| *until >= now);
        if self.until.len() > MAX_SPENT / 2 {
            let mut all: Vec<i64> = self.until.values().copied().collect();
            let middle = all.len() / 2;
            let (_, median, _) = all.select_nth_unstable(middle);
            self.forgotten = self.forgotten.max(*median);
            let forgotten = self.forgotten;
            self.until.retain(|_, until| *until > forgotten);
        }
    }
}

impl Fields {
    fn bytes(&self) -> Vec<u8> {
        let kind = match self.kind {
            Kind::Work => 1,
            Kind::Wait => 2,
        };
        let mut bytes = vec![kind, self.bits];
        bytes.extend_from_slice(&self.from_ms.to_be_bytes());
        bytes.extend_from_slice(&self.until_ms.to_be_bytes());
        bytes.extend_from_slice(&self.id);
        bytes
    }

    fn read(bytes: &[u8]) -> Option<Self> {
        let (head, rest) = bytes.split_first_chunk::<2>()?;
        let (from_ms, rest) = rest.split_first_chunk::<8>()?;
        let (until_ms, id) = rest.split_first_chunk::<8>()?;
        let kind = match head {
            [1, _] => Kind::Work,
            [2, _] => Kind::Wait,
            _ => return None,
        };
        Some(Self {
            kind,
            bits: head[1],
            from_ms: i64::from_be_bytes(*from_ms),
            until_ms: i64::from_be_bytes(*until_ms),
            id: id.try_into().ok()?,
        })
    }
}

/// The first 16 bytes of an HMAC, over parts with their lengths.
pub(in crate::web) fn short_mac(key: &[u8; 32], parts: &[&[u8]]) -> [u8; 16] {
    let mut short = [0; 16];
    // HMAC takes keys of any length: the error cannot happen, and would only merge what is told apart by it.
    if let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) {
        for part in parts {
            mac.update(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            mac.update(part);
        }
        for (to, from) in short.iter_mut().zip(mac.finalize().into_bytes()) {
            *to = from;
        }
    }
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    const LANE: Key = [7; 16];

    fn solved(challenge: &Challenge) -> String {
        let solution = work::solve(&challenge.text, u32::from(challenge.bits)).unwrap();
        work::header(&challenge.text, solution)
    }

    #[test]
    fn work_opens_the_reserve_once_in_its_lane_and_in_its_time() {
        let passes = Passes::new([1; 32]);
        let header = solved(&passes.challenge(&LANE, 0, [1; 16], 1_000));
        assert_eq!(passes.take_work(&[8; 16], &header, 1_000), Shown::Bad, "another lane");
        assert_eq!(passes.take_work(&LANE, &header, 1_001 + WORK_MS), Shown::Bad, "too old");
        assert_eq!(passes.take_work(&LANE, &header, 2_000), Shown::Good);
        assert_eq!(passes.take_work(&LANE, &header, 2_000), Shown::Bad, "used");
        let other = Passes::new([2; 32]).challenge(&LANE, 0, [1; 16], 1_000);
        assert_eq!(passes.take_work(&LANE, &solved(&other), 2_000), Shown::Bad, "another server's");
    }

    #[test]
    fn what_is_not_solved_opens_nothing() {
        let passes = Passes::new([1; 32]);
        let Challenge { text, bits } = passes.challenge(&LANE, 5, [1; 16], 0);
        let wrong = (0..100).find(|number| !work::is_solved(&text, u32::from(bits), *number)).unwrap();
        for header in [work::header(&text, wrong), text.clone(), String::new(), String::from("x 1")] {
            assert_eq!(passes.take_work(&LANE, &header, 0), Shown::Bad, "{header}");
        }
        assert_eq!(passes.take_ticket(&LANE, &text, 0), Shown::Bad, "a challenge is no ticket");
    }

    #[test]
    fn a_ticket_opens_the_reserve_after_its_wait_and_once() {
        let passes = Passes::new([1; 32]);
        let ticket = passes.ticket(&LANE, 0, [1; 16], 0);
        assert_eq!(ticket.secs, 20);
        assert_eq!(passes.take_ticket(&LANE, &ticket.text, 500), Shown::Early { secs: 20 });
        assert_eq!(passes.take_ticket(&LANE, &ticket.text, 20_000), Shown::Good);
        assert_eq!(passes.take_ticket(&LANE, &ticket.text, 20_000), Shown::Bad);
        assert_eq!(passes.ticket(&LANE, 99, [1; 16], 0).secs, 120, "never longer than two minutes");
    }

    #[test]
    fn however_many_are_used_none_serves_twice_and_memory_stays_bounded() {
        let passes = Passes::new([1; 32]);
        let id = |number: usize| u128::try_from(number).unwrap().to_be_bytes();
        let tickets: Vec<String> = (0..MAX_SPENT + 10)
            .map(|number| passes.ticket(&LANE, 0, id(number), i64::try_from(number).unwrap()).text)
            .collect();
        let now = 200_000;
        for ticket in &tickets {
            assert_eq!(passes.take_ticket(&LANE, ticket, now), Shown::Good);
        }
        assert!(passes.spent.lock().unwrap().until.len() <= MAX_SPENT);
        assert!(tickets.iter().all(|ticket| passes.take_ticket(&LANE, ticket, now) == Shown::Bad));
    }
}
