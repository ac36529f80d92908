//! Limits per client and purpose, in memory only. What is kept is a MAC of the client's network under a key
//! that dies with the process: the map says nothing about who came.
//!
//! Offices and Tor put many people behind one address: signing is limited so that a whole office can sign
//! within the hour, while guessing passphrases is slowed down soon. What protects a mailbox from floods is the
//! limit per address in the database, not this.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::client;
use crate::entropy::Entropy;

/// At most this many clients are remembered: some 5 MB.
const MAX_ENTRIES: usize = 100_000;

/// What is limited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Asking for a code.
    Sign,
    /// Typing a code, or pressing the button of a mailed link.
    Confirm,
    /// Typing a withdrawal code.
    Receipt,
    /// A passphrase tried.
    SignIn,
    /// A recovery code tried.
    Recover,
    /// An account made.
    SignUp,
}

/// So many at once, then one every so many seconds.
#[derive(Debug, Clone, Copy)]
struct Rate {
    burst: i64,
    every_secs: i64,
}

impl Purpose {
    const fn rate(self) -> Rate {
        match self {
            Self::Sign | Self::Confirm => Rate { burst: 200, every_secs: 5 },
            Self::Receipt => Rate { burst: 60, every_secs: 10 },
            Self::SignIn => Rate { burst: 20, every_secs: 15 },
            Self::Recover => Rate { burst: 10, every_secs: 60 },
            Self::SignUp => Rate { burst: 10, every_secs: 300 },
        }
    }

    const fn as_str(self) -> &'static str {
        match self {
            Self::Sign => "sign",
            Self::Confirm => "confirm",
            Self::Receipt => "receipt",
            Self::SignIn => "sign-in",
            Self::Recover => "recover",
            Self::SignUp => "sign-up",
        }
    }
}

/// Come back after this many seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetryAfter(pub u64);

/// The limits of one process.
pub struct Limits {
    key: [u8; 32],
    /// The theoretical arrival time of each client's next request (GCRA), in seconds of uptime: a clock that is set
    /// anew must make nobody wait.
    arrivals: Mutex<HashMap<[u8; 16], i64>>,
}

impl Limits {
    /// Fresh limits under a fresh key.
    #[must_use]
    pub fn new(entropy: &dyn Entropy) -> Self {
        Self { key: entropy.bytes(), arrivals: Mutex::new(HashMap::new()) }
    }

    /// Counts one request of `client`, at this uptime of the process.
    ///
    /// # Errors
    /// How long to wait, if there were too many; such a request counts for nothing.
    pub fn check(&self, purpose: Purpose, client: IpAddr, uptime: Duration) -> Result<(), RetryAfter> {
        let Rate { burst, every_secs } = purpose.rate();
        let now = i64::try_from(uptime.as_secs()).unwrap_or(i64::MAX);
        let key = self.key_of(purpose, client);
        let mut arrivals = self.arrivals.lock().unwrap_or_else(PoisonError::into_inner);
        let arrival = arrivals.get(&key).copied().unwrap_or(now).max(now);
        let tolerance = burst.saturating_sub(1).saturating_mul(every_secs);
        let wait = arrival.saturating_sub(now).saturating_sub(tolerance);
        if wait > 0 {
            return Err(RetryAfter(wait.unsigned_abs()));
        }
        if arrivals.len() >= MAX_ENTRIES {
            evict(&mut arrivals, now);
        }
        arrivals.insert(key, arrival.saturating_add(every_secs));
        Ok(())
    }

    fn key_of(&self, purpose: Purpose, client: IpAddr) -> [u8; 16] {
        let mut key = [0; 16];
        // HMAC takes keys of any length: the error cannot happen, and would only merge clients.
        if let Ok(mac) = Hmac::<Sha256>::new_from_slice(&self.key) {
            let tag = mac
                .chain_update(purpose.as_str().as_bytes())
                .chain_update([0])
                .chain_update(client::household(client))
                .finalize()
                .into_bytes();
            for (to, from) in key.iter_mut().zip(tag) {
                *to = from;
            }
        }
        key
    }
}

/// Forgets whoever has nothing left to wait for; if that frees too little (an attack from very many
/// networks), an arbitrary eighth besides, so that memory stays bounded.
fn evict(arrivals: &mut HashMap<[u8; 16], i64>, now: i64) {
    arrivals.retain(|_, arrival| *arrival > now);
    if arrivals.len() > MAX_ENTRIES / 8 * 7 {
        let mut place = 0_usize;
        arrivals.retain(|_, _| {
            place = place.wrapping_add(1);
            !place.is_multiple_of(8)
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entropy::SeededEntropy;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn after_a_burst_one_waits_and_then_may_go_on() {
        let limits = Limits::new(&SeededEntropy::new(1));
        let start = Duration::from_secs(1_000_000);
        let at = |secs| start + Duration::from_secs(secs);
        let client = ip("203.0.113.9");
        for _ in 0..10 {
            assert_eq!(limits.check(Purpose::Recover, client, start), Ok(()));
        }
        assert_eq!(limits.check(Purpose::Recover, client, start), Err(RetryAfter(60)));
        assert_eq!(limits.check(Purpose::Recover, client, at(59)), Err(RetryAfter(1)));
        assert_eq!(limits.check(Purpose::Recover, client, at(60)), Ok(()));
        assert_eq!(limits.check(Purpose::Recover, client, at(60)), Err(RetryAfter(60)));
    }

    #[test]
    fn neither_other_purposes_nor_other_clients_pay_for_it() {
        let limits = Limits::new(&SeededEntropy::new(1));
        let now = Duration::from_secs(1_000_000);
        while limits.check(Purpose::SignUp, ip("203.0.113.9"), now).is_ok() {}
        assert_eq!(limits.check(Purpose::SignIn, ip("203.0.113.9"), now), Ok(()));
        assert_eq!(limits.check(Purpose::SignUp, ip("203.0.113.10"), now), Ok(()));
    }

    #[test]
    fn memory_stays_bounded_under_an_attack_from_many_networks() {
        let mut arrivals: HashMap<[u8; 16], i64> =
            (0..MAX_ENTRIES).map(|n| (u128::try_from(n).unwrap().to_be_bytes(), 1_000)).collect();
        evict(&mut arrivals, 10);
        assert!(arrivals.len() < MAX_ENTRIES);
        evict(&mut arrivals, 1_000);
        assert!(arrivals.is_empty());
    }
}
