//! Slows down whoever guesses at one account, and never locks its owner out.
//!
//! Beside the limit per client ([`super::limits`]), which many networks together get around: after three wrong
//! answers in a row for a name, each further one is answered later, eight seconds at most. A name that nobody
//! has is slowed down alike. In memory only, under a key that dies with the process: the map does not say
//! which names were tried.

use std::{
    collections::HashMap,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::{domain::text::Pseudonym, entropy::Entropy};

/// At most this many names are remembered: some 5 MB.
const MAX_ENTRIES: usize = 100_000;
/// So many wrong answers in a row are a matter of typing.
const FREE: u32 = 3;
/// Doublings of a second: 1, 2, 4, 8.
const MAX_DOUBLINGS: u32 = 3;
/// A streak this old is over.
const FORGET_AFTER_SECS: i64 = 3_600;

/// What waits. Tests hand in one that notes how long it was asked to wait, and does not.
pub type Pace = Arc<dyn Fn(Duration) -> Pin<Box<dyn Future<Output = ()>>> + Send + Sync>;

/// The pace of real life.
#[must_use]
pub fn real_pace() -> Pace {
    Arc::new(|delay| Box::pin(tokio::time::sleep(delay)))
}

/// An attempt at a name, counted as wrong until it is said to be right.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Attempt {
    tag: [u8; 16],
    /// Wait this long before trying and answering.
    pub delay: Duration,
}

/// Wrong answers in a row.
#[derive(Clone, Copy)]
struct Streak {
    wrong: u32,
    last: i64,
}

/// Who is being guessed at.
pub struct Guessing {
    key: [u8; 32],
    streaks: Mutex<HashMap<[u8; 16], Streak>>,
}

impl Guessing {
    /// Nobody yet, under a fresh key.
    #[must_use]
    pub fn new(entropy: &dyn Entropy) -> Self {
        Self { key: entropy.bytes(), streaks: Mutex::new(HashMap::new()) }
    }

    /// Counts an attempt at `name`, as typed, at this uptime of the process. It is counted before it is answered, so that a hundred attempts
    /// at once are not all the first.
    pub fn begin(&self, name: &str, uptime: Duration) -> Attempt {
        let tag = self.tag_of(name);
        let now = i64::try_from(uptime.as_secs()).unwrap_or(i64::MAX);
        let mut streaks = self.streaks.lock().unwrap_or_else(PoisonError::into_inner);
        if streaks.len() >= MAX_ENTRIES && !streaks.contains_key(&tag) {
            evict(&mut streaks, now);
        }
        let streak = streaks.entry(tag).or_insert(Streak { wrong: 0, last: now });
        if is_over(*streak, now) {
            streak.wrong = 0;
        }
        let delay = delay_after(streak.wrong);
        *streak = Streak { wrong: streak.wrong.saturating_add(1), last: now };
        Attempt { tag, delay }
    }

    /// The answer was right: the name begins anew.
    pub fn was_right(&self, attempt: Attempt) {
        self.streaks.lock().unwrap_or_else(PoisonError::into_inner).remove(&attempt.tag);
    }

    /// Nothing was tried after all: another field was wrong.
    pub fn was_no_guess(&self, attempt: Attempt) {
        let mut streaks = self.streaks.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(streak) = streaks.get_mut(&attempt.tag) {
            streak.wrong = streak.wrong.saturating_sub(1);
        }
    }

    /// Spellings that sign in to the same account count together.
    fn tag_of(&self, name: &str) -> [u8; 16] {
        let folded = Pseudonym::parse(name).map_or_else(|_| name.trim().to_lowercase(), |name| name.folded());
        let mut key = [0; 16];
        // HMAC takes keys of any length: the error cannot happen, and would only merge names.
        if let Ok(mac) = Hmac::<Sha256>::new_from_slice(&self.key) {
            let tag = mac.chain_update(folded.as_bytes()).finalize().into_bytes();
            for (to, from) in key.iter_mut().zip(tag) {
                *to = from;
            }
        }
        key
    }
}

fn delay_after(wrong: u32) -> Duration {
    match wrong.checked_sub(FREE) {
        Some(more) => Duration::from_secs(1 << more.min(MAX_DOUBLINGS)),
        None => Duration::ZERO,
    }
}

const fn is_over(streak: Streak, now: i64) -> bool {
    now.saturating_sub(streak.last) >= FORGET_AFTER_SECS
}

/// Forgets streaks that are over; if that frees too little, an arbitrary eighth besides, so that memory stays
/// bounded.
fn evict(streaks: &mut HashMap<[u8; 16], Streak>, now: i64) {
    streaks.retain(|_, streak| !is_over(*streak, now));
    if streaks.len() > MAX_ENTRIES / 8 * 7 {
        let mut place = 0_usize;
        streaks.retain(|_, _| {
            place = place.wrapping_add(1);
            !place.is_multiple_of(8)
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entropy::SeededEntropy;

    const NOW: Duration = Duration::from_secs(1_000_000);

    fn secs(guessing: &Guessing, name: &str, attempts: usize) -> Vec<u64> {
        (0..attempts).map(|_| guessing.begin(name, NOW).delay.as_secs()).collect()
    }

    #[test]
    fn after_three_wrong_answers_each_further_one_takes_longer_up_to_eight_seconds() {
        let guessing = Guessing::new(&SeededEntropy::new(1));
        assert_eq!(secs(&guessing, "Heron", 9), [0, 0, 0, 1, 2, 4, 8, 8, 8]);
    }

    #[test]
    fn spellings_of_one_name_count_together_and_other_names_do_not_pay() {
        let guessing = Guessing::new(&SeededEntropy::new(1));
        assert_eq!(secs(&guessing, "Heron", 2), [0, 0]);
        assert_eq!(secs(&guessing, "  heron ", 2), [0, 1]);
        assert_eq!(secs(&guessing, "Egret", 1), [0]);
        assert_eq!(secs(&guessing, "\u{202e}?", 4), [0, 0, 0, 1]);
    }

    #[test]
    fn a_right_answer_or_an_hour_of_quiet_begins_anew() {
        let guessing = Guessing::new(&SeededEntropy::new(1));
        assert_eq!(secs(&guessing, "Heron", 4), [0, 0, 0, 1]);
        guessing.was_right(guessing.begin("Heron", NOW));
        assert_eq!(secs(&guessing, "Heron", 4), [0, 0, 0, 1]);
        assert_eq!(guessing.begin("Heron", NOW + Duration::from_secs(3_599)).delay.as_secs(), 2);
        assert_eq!(guessing.begin("Heron", NOW + Duration::from_secs(2 * 3_599 + 1)).delay.as_secs(), 0);
    }

    #[test]
    fn memory_stays_bounded_when_very_many_names_are_tried() {
        let streak = |last| Streak { wrong: 5, last };
        let mut streaks: HashMap<[u8; 16], Streak> =
            (0..MAX_ENTRIES).map(|n| (u128::try_from(n).unwrap().to_be_bytes(), streak(1_000))).collect();
        evict(&mut streaks, 1_010);
        assert!(streaks.len() < MAX_ENTRIES);
        evict(&mut streaks, 1_000 + FORGET_AFTER_SECS);
        assert!(streaks.is_empty());
    }
}
