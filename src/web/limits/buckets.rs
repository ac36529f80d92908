//! The buckets themselves (GCRA): for each key, when its next request would be due. Bounded in number.

use std::collections::HashMap;

/// What a bucket is known by: a MAC, so that the map says nothing about who came.
pub type Key = [u8; 16];

/// At most this many buckets are remembered: some 5 MB.
const MAX_ENTRIES: usize = 100_000;

/// So many at once, then one every so many milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// So many at once.
    pub burst: i64,
    /// Then one every so many milliseconds.
    pub every_ms: i64,
}

impl Rate {
    /// The same for `factor` times as many.
    #[must_use]
    pub const fn times(self, factor: i64) -> Self {
        Self { burst: self.burst.saturating_mul(factor), every_ms: self.every_ms / factor }
    }
}

/// Theoretical arrival times, in milliseconds of uptime.
#[derive(Debug, Default)]
pub struct Buckets {
    arrivals: HashMap<Key, i64>,
}

impl Buckets {
    /// How many milliseconds are to pass before a request fits; 0: it fits now.
    #[must_use]
    pub fn wait_ms(&self, key: &Key, rate: Rate, now: i64) -> i64 {
        let arrival = self.arrivals.get(key).copied().unwrap_or(now).max(now);
        let tolerance = rate.burst.saturating_sub(1).saturating_mul(rate.every_ms);
        arrival.saturating_sub(now).saturating_sub(tolerance).max(0)
    }

    /// How far ahead of its time a bucket is.
    #[must_use]
    pub fn backlog_ms(&self, key: &Key, now: i64) -> i64 {
        self.arrivals.get(key).map_or(0, |arrival| arrival.saturating_sub(now).max(0))
    }

    /// Counts `ms` milliseconds' worth of requests.
    pub fn charge(&mut self, key: Key, ms: i64, now: i64) {
        if self.arrivals.len() >= MAX_ENTRIES && !self.arrivals.contains_key(&key) {
            self.evict(now);
        }
        let arrival = self.arrivals.entry(key).or_insert(now);
        *arrival = (*arrival).max(now).saturating_add(ms);
    }

    /// Takes back what [`Self::charge`] counted.
    pub fn refund(&mut self, key: &Key, ms: i64) {
        if let Some(arrival) = self.arrivals.get_mut(key) {
            *arrival = arrival.saturating_sub(ms);
        }
    }

    /// Forgets buckets that are full again. If that frees too little (an attack from very many networks), also the half that
    /// has used the least: whoever has used much cannot have their own bucket forgotten by filling the table with fresh ones.
    fn evict(&mut self, now: i64) {
        self.arrivals.retain(|_, arrival| *arrival > now);
        if self.arrivals.len() > MAX_ENTRIES / 8 * 7 {
            let mut all: Vec<i64> = self.arrivals.values().copied().collect();
            let middle = all.len() / 2;
            let (_, median, _) = all.select_nth_unstable(middle);
            let median = *median;
            let mut to_go = middle;
            self.arrivals.retain(|_, arrival| {
                let goes = *arrival <= median && to_go > 0;
                to_go = to_go.saturating_sub(usize::from(goes));
                !goes
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: Rate = Rate { burst: 10, every_ms: 60_000 };

    fn key(number: usize) -> Key {
        u128::try_from(number).unwrap().to_be_bytes()
    }

    #[test]
    fn after_a_burst_one_waits_and_then_may_go_on() {
        let (mut buckets, start) = (Buckets::default(), 1_000_000);
        for _ in 0..10 {
            assert_eq!(buckets.wait_ms(&key(1), RATE, start), 0);
            buckets.charge(key(1), RATE.every_ms, start);
        }
        assert_eq!(buckets.wait_ms(&key(1), RATE, start), 60_000);
        assert_eq!(buckets.wait_ms(&key(1), RATE, start + 59_000), 1_000);
        assert_eq!(buckets.wait_ms(&key(1), RATE, start + 60_000), 0);
        buckets.refund(&key(1), RATE.every_ms);
        assert_eq!(buckets.wait_ms(&key(1), RATE, start), 0);
    }

    #[test]
    fn memory_stays_bounded_and_nobody_can_have_their_own_bucket_forgotten() {
        let mut buckets = Buckets::default();
        for _ in 0..10 {
            buckets.charge(key(0), RATE.every_ms, 0);
        }
        for number in 1..3 * MAX_ENTRIES {
            buckets.charge(key(number), RATE.every_ms, 0);
        }
        assert!(buckets.arrivals.len() <= MAX_ENTRIES);
        assert_eq!(buckets.wait_ms(&key(0), RATE, 0), 60_000, "it is not refilled");
        buckets.evict(1_000_000_000);
        assert!(buckets.arrivals.is_empty());
    }
}
