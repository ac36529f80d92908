//! Limits how often passphrases are tried for one account, and never locks its owner out.
//!
//! Beside the limits per network ([`super::limits`]), which many networks together get around: each network has tries of its own
//! for an account, and the account has some for all of them. Where they are used up, a guess costs a wait: the form comes back
//! with a ticket. Tickets of one network for one account come one after the other, so that waits do not run side by side,
//! and only one guess of them is looked at at a time. A name that nobody has is treated alike. In memory only, under a key
//! that dies with the process: what is kept does not say which names were tried, nor from where.

use std::{
    collections::HashSet,
    net::IpAddr,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use crate::{
    domain::text::Pseudonym,
    entropy::Entropy,
    web::{
        client_ip,
        limits::{
            buckets::{Buckets, Key, Rate},
            pass::{Passes, Shown, Ticket, short_mac},
        },
    },
};

/// Tries of one network for one account.
const OF_NETWORK: Rate = Rate { burst: 5, every_ms: 30_000 };
/// Tries of all networks for one account.
const OF_ACCOUNT: Rate = Rate { burst: 60, every_ms: 60_000 };
/// Tickets of a network come so far apart …
const APART_MS: i64 = 20_000;
/// … and further where all networks together have used the account's tries up.
const FAR_APART_MS: i64 = 60_000;
/// Further ahead than this none is given out.
const LONGEST_QUEUE_MS: i64 = 120_000;
/// Until another guess is answered.
const ANSWER_SECS: u64 = 3;

/// Who is being guessed at.
pub struct Guessing {
    key: [u8; 32],
    entropy: Arc<dyn Entropy>,
    passes: Passes,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    buckets: Buckets,
    under_way: HashSet<Key>,
}

/// An attempt at a name, counted as wrong until it is said to be right. While it is held, no other one of its network for this
/// name begins.
pub struct Attempt {
    guessing: Arc<Guessing>,
    lane: Key,
    charged: Vec<(Key, i64)>,
}

impl Attempt {
    /// The answer was right, or nothing was tried after all: it does not count.
    pub fn was_no_guess(self) {
        let mut state = self.guessing.state.lock().unwrap_or_else(PoisonError::into_inner);
        for (key, ms) in &self.charged {
            state.buckets.refund(key, *ms);
        }
    }
}

impl Drop for Attempt {
    fn drop(&mut self) {
        self.guessing.state.lock().unwrap_or_else(PoisonError::into_inner).under_way.remove(&self.lane);
    }
}

impl Guessing {
    /// Nobody yet, under a fresh key.
    #[must_use]
    pub fn new(entropy: Arc<dyn Entropy>) -> Self {
        let (key, passes) = (entropy.bytes(), Passes::new(entropy.bytes()));
        Self { key, entropy, passes, state: Mutex::default() }
    }

    /// Counts an attempt at `name`, as typed, at this uptime of the process. It is counted before it is answered, so that a
    /// hundred attempts at once are not all the first.
    ///
    /// # Errors
    /// A wait, with the ticket that is good then. An empty ticket is good for nothing: too many wait already.
    pub fn begin(
        self: &Arc<Self>,
        name: &str,
        client: IpAddr,
        ticket: Option<&str>,
        uptime: Duration,
    ) -> Result<Attempt, Ticket> {
        let now = i64::try_from(uptime.as_millis()).unwrap_or(i64::MAX);
        let name = folded(name);
        let lane = self.tag("lane", &name, &network_of(client));
        let account = self.tag("account", &name, &[]);
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if state.under_way.contains(&lane) {
            return Err(Ticket { text: String::from(ticket.unwrap_or_default()), secs: ANSWER_SECS });
        }
        let charged = match ticket.map(|text| (text, self.passes.take_ticket(&lane, text, now))) {
            Some((_, Shown::Good)) => Vec::new(),
            Some((text, Shown::Early { secs })) => return Err(Ticket { text: String::from(text), secs }),
            Some((_, Shown::Bad)) | None => {
                let has_room = state.buckets.wait_ms(&lane, OF_NETWORK, now) == 0;
                let account_has_room = state.buckets.wait_ms(&account, OF_ACCOUNT, now) == 0;
                if !has_room || !account_has_room {
                    let apart = if account_has_room { APART_MS } else { FAR_APART_MS };
                    return Err(self.queued(&mut state, &lane, apart, now));
                }
                vec![(lane, OF_NETWORK.every_ms), (account, OF_ACCOUNT.every_ms)]
            }
        };
        for (key, ms) in &charged {
            state.buckets.charge(*key, *ms, now);
        }
        state.under_way.insert(lane);
        Ok(Attempt { guessing: Arc::clone(self), lane, charged })
    }

    /// A ticket behind those that this network has for this account already.
    fn queued(&self, state: &mut State, lane: &Key, apart: i64, now: i64) -> Ticket {
        let queue = short_mac(&self.key, &[b"queue", lane]);
        let ahead = state.buckets.backlog_ms(&queue, now).saturating_add(apart);
        let secs = ahead.unsigned_abs().div_ceil(1_000);
        if ahead > LONGEST_QUEUE_MS {
            return Ticket { text: String::new(), secs };
        }
        state.buckets.charge(queue, apart, now);
        self.passes.ticket_in(lane, secs, self.entropy.bytes(), now)
    }

    fn tag(&self, what: &str, name: &str, network: &[u8]) -> Key {
        short_mac(&self.key, &[what.as_bytes(), name.as_bytes(), network])
    }
}

/// Spellings that sign in to the same account count together.
fn folded(name: &str) -> String {
    Pseudonym::parse(name).map_or_else(|_| name.trim().to_lowercase(), |name| name.folded())
}

/// The network that counts as one who guesses: an IPv4 address, or a /56, of which one subscriber has all.
fn network_of(client: IpAddr) -> [u8; 16] {
    let networks = client_ip::networks(client);
    networks.get(1).or_else(|| networks.first()).map_or([0; 16], |(network, _)| *network)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entropy::SeededEntropy;

    const NOW: Duration = Duration::from_secs(1_000_000);

    fn guessing() -> Arc<Guessing> {
        Arc::new(Guessing::new(Arc::new(SeededEntropy::new(1))))
    }

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    /// How many guesses are looked at, one after the other and without a ticket.
    fn guesses(guessing: &Arc<Guessing>, name: &str, from: &str) -> usize {
        (0..1_000).take_while(|_| guessing.begin(name, ip(from), None, NOW).is_ok()).count()
    }

    fn refused(guessing: &Arc<Guessing>, ticket: Option<&str>, at: Duration) -> Ticket {
        let refused = guessing.begin("Heron", ip("203.0.113.9"), ticket, at);
        refused.err().expect("it has to wait")
    }

    #[test]
    fn spellings_of_one_name_count_together_and_other_names_and_networks_do_not_pay() {
        let guessing = guessing();
        assert_eq!(guesses(&guessing, "Heron", "203.0.113.9"), 5);
        assert_eq!(guesses(&guessing, "  heron ", "203.0.113.9"), 0);
        assert_eq!(guesses(&guessing, "Egret", "203.0.113.9"), 5);
        assert_eq!(guesses(&guessing, "Heron", "203.0.113.10"), 5);
        assert_eq!(guesses(&guessing, "\u{202e}?", "203.0.113.10"), 5);
        let in_one_56: usize =
            (0..8).map(|n| guesses(&guessing, "Heron", &format!("2001:db8::{n}:0:0:1"))).sum();
        assert_eq!(in_one_56, 5);
    }

    #[test]
    fn many_networks_together_have_a_limit_and_then_wait_longer() {
        let guessing = guessing();
        let all: usize = (0..40).map(|n| guesses(&guessing, "Heron", &format!("203.0.{n}.9"))).sum();
        assert_eq!(all, 60);
        assert_eq!(refused(&guessing, None, NOW).secs, 60);
    }

    #[test]
    fn what_was_no_guess_does_not_count() {
        let guessing = guessing();
        for _ in 0..1_000 {
            guessing.begin("Heron", ip("203.0.113.9"), None, NOW).ok().expect("room").was_no_guess();
        }
        assert_eq!(guesses(&guessing, "Heron", "203.0.113.9"), 5);
    }

    #[test]
    fn guesses_of_one_network_for_one_account_are_looked_at_one_after_the_other() {
        let guessing = guessing();
        let first = guessing.begin("Heron", ip("203.0.113.9"), None, NOW);
        assert_eq!(refused(&guessing, None, NOW).secs, ANSWER_SECS);
        assert!(guessing.begin("Heron", ip("203.0.113.10"), None, NOW).is_ok(), "others are not held up");
        drop(first);
        assert!(guessing.begin("Heron", ip("203.0.113.9"), None, NOW).is_ok());
    }

    #[test]
    fn waits_do_not_run_side_by_side_and_each_ticket_is_one_guess() {
        let guessing = guessing();
        for _ in 0..5 {
            assert!(guessing.begin("Heron", ip("203.0.113.9"), None, NOW).is_ok());
        }
        let tickets: Vec<Ticket> = (0..8).map(|_| refused(&guessing, None, NOW)).collect();
        let waits: Vec<u64> = tickets.iter().map(|ticket| ticket.secs).collect();
        assert_eq!(waits, [20, 40, 60, 80, 100, 120, 140, 140]);
        assert_eq!(tickets.iter().filter(|ticket| !ticket.text.is_empty()).count(), 6);
        let after = |secs| NOW + Duration::from_secs(secs);
        let (first, second) = (tickets[0].text.as_str(), tickets[1].text.as_str());
        assert_eq!(refused(&guessing, Some(first), after(19)).secs, 1);
        assert!(guessing.begin("Heron", ip("203.0.113.9"), Some(first), after(20)).is_ok());
        assert_eq!(refused(&guessing, Some(second), after(20)).secs, 20);
        assert!(guessing.begin("Egret", ip("203.0.113.9"), Some(second), after(40)).is_ok(), "it has room");
        assert!(guessing.begin("Heron", ip("203.0.113.9"), Some(second), after(40)).is_ok());
    }
}
