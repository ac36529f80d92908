//! Limits by purpose, in memory only: for each petition and network, for each petition and mail domain, for each network, and for
//! the whole site. What is kept is a MAC of each under a key that dies with the process: the map says nothing about who came.
//!
//! Offices and Tor put many people behind one address, and one of them can use a limit up for all. So a limit that is used up
//! turns nobody away for good: it has a reserve ([`pass`]) that a proof of work opens, or a wait of some seconds. What protects
//! a mailbox from floods is the limit per address in the database, not this.

use std::{
    net::IpAddr,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

pub(super) mod buckets;
pub mod pass;

use buckets::{Buckets, Key, Rate};
use pass::{Challenge, MAX_LEVEL, Passes, Shown, Ticket, short_mac};

use crate::{domain::email::MailDomain, entropy::Entropy, web::client_ip};

/// What one more use of a reserve adds to its backlog; so long, too, until it is forgotten.
const RESERVE_MS: i64 = 2_000;
/// The backlog from which on more is asked for; each doubling is a further step.
const RESERVE_STEP_MS: i64 = 32_000;
/// A mail domain gets so many requests at one petition: a whole company may come within an hour.
const DOMAIN: Rate = Rate { burst: 400, every_ms: 2_000 };

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

impl Purpose {
    /// For one network.
    const fn rate(self) -> Rate {
        match self {
            Self::Sign | Self::Confirm => Rate { burst: 200, every_ms: 5_000 },
            Self::Receipt => Rate { burst: 60, every_ms: 10_000 },
            Self::SignIn => Rate { burst: 20, every_ms: 15_000 },
            Self::Recover => Rate { burst: 10, every_ms: 60_000 },
            Self::SignUp => Rate { burst: 10, every_ms: 300_000 },
        }
    }

    /// For everybody together.
    const fn site(self) -> Rate {
        match self {
            Self::Sign | Self::Confirm => self.rate().times(20),
            Self::Receipt | Self::SignIn | Self::Recover | Self::SignUp => self.rate().times(30),
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

/// Where a request comes from and what it is for; its reserve is its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lane(Key);

/// What a request was counted under, so that it can be given back.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Charge(Vec<(Key, i64)>);

impl Charge {
    /// Counts what was counted under another limit with it.
    pub fn add(&mut self, more: Self) {
        self.0.extend(more.0);
    }
}

/// A limit is used up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UsedUp {
    /// In so many seconds one request fits again, if nobody else comes.
    pub retry_after_secs: u64,
}

/// The limits of one process.
pub struct Limits {
    key: [u8; 32],
    entropy: Arc<dyn Entropy>,
    buckets: Mutex<Buckets>,
    passes: Passes,
}

impl Limits {
    /// Fresh limits under a fresh key.
    #[must_use]
    pub fn new(entropy: Arc<dyn Entropy>) -> Self {
        let (key, passes) = (entropy.bytes(), Passes::new(entropy.bytes()));
        Self { key, entropy, buckets: Mutex::default(), passes }
    }

    /// The lane of a request. `petition`: as its address names it; empty where it names none.
    #[must_use]
    pub fn lane(&self, purpose: Purpose, petition: &str, client: IpAddr) -> Lane {
        Lane(self.tag("lane", purpose, petition, &client_ip::household(client)))
    }

    /// Counts one request of `client`, at this uptime of the process.
    ///
    /// # Errors
    /// [`UsedUp`], and then nothing is counted.
    pub fn check(
        &self,
        purpose: Purpose,
        petition: &str,
        client: IpAddr,
        uptime: Duration,
    ) -> Result<Charge, UsedUp> {
        let rate = purpose.rate();
        let mut wanted = vec![(self.tag("site", purpose, "", &[]), purpose.site())];
        for (network, factor) in client_ip::networks(client) {
            wanted.push((self.tag("network", purpose, petition, &network), rate.times(factor)));
            // Of a network that goes from petition to petition, or makes their names up.
            if !petition.is_empty() {
                wanted.push((self.tag("network", purpose, "", &network), rate.times(factor).times(4)));
            }
        }
        self.take(&wanted, uptime)
    }

    /// Counts one request for a code to an address at `domain`.
    ///
    /// # Errors
    /// [`UsedUp`], and then nothing is counted.
    pub fn check_domain(
        &self,
        petition: &str,
        domain: &MailDomain,
        uptime: Duration,
    ) -> Result<Charge, UsedUp> {
        let key = self.tag("domain", Purpose::Sign, petition, domain.as_str().as_bytes());
        self.take(&[(key, DOMAIN)], uptime)
    }

    fn take(&self, wanted: &[(Key, Rate)], uptime: Duration) -> Result<Charge, UsedUp> {
        let now = millis(uptime);
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        let wait = wanted.iter().map(|(key, rate)| buckets.wait_ms(key, *rate, now)).max().unwrap_or(0);
        if wait > 0 {
            return Err(UsedUp { retry_after_secs: wait.unsigned_abs().div_ceil(1_000) });
        }
        let charge = Charge(wanted.iter().map(|(key, rate)| (*key, rate.every_ms)).collect());
        for (key, ms) in &charge.0 {
            buckets.charge(*key, *ms, now);
        }
        Ok(charge)
    }

    /// Gives back what was counted: nothing was tried.
    pub fn refund(&self, charge: &Charge) {
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        for (key, ms) in &charge.0 {
            buckets.refund(key, *ms);
        }
    }

    /// A challenge that opens this lane's reserve.
    #[must_use]
    pub fn challenge(&self, lane: Lane, uptime: Duration) -> Challenge {
        let level = self.level(lane, uptime);
        self.passes.challenge(&lane.0, level, self.entropy.bytes(), millis(uptime))
    }

    /// A ticket that opens this lane's reserve after a wait.
    #[must_use]
    pub fn ticket(&self, lane: Lane, uptime: Duration) -> Ticket {
        let level = self.level(lane, uptime);
        self.passes.ticket(&lane.0, level, self.entropy.bytes(), millis(uptime))
    }

    /// Takes a solved challenge, as it stands in the header.
    #[must_use]
    pub fn take_work(&self, lane: Lane, header: &str, uptime: Duration) -> Shown {
        self.passes.take_work(&lane.0, header, millis(uptime))
    }

    /// Takes a ticket.
    #[must_use]
    pub fn take_ticket(&self, lane: Lane, ticket: &str, uptime: Duration) -> Shown {
        self.passes.take_ticket(&lane.0, ticket, millis(uptime))
    }

    /// How much is asked for in this lane now, counting this time too.
    fn level(&self, lane: Lane, uptime: Duration) -> u8 {
        let now = millis(uptime);
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        let backlog = buckets.backlog_ms(&lane.0, now);
        let steps = (backlog / RESERVE_STEP_MS).saturating_add(1).unsigned_abs().ilog2();
        let level = u8::try_from(steps).unwrap_or(MAX_LEVEL).min(MAX_LEVEL);
        // At the last step nothing is added: it would only last longer.
        if level < MAX_LEVEL {
            buckets.charge(lane.0, RESERVE_MS, now);
        }
        level
    }

    fn tag(&self, what: &str, purpose: Purpose, petition: &str, who: &[u8]) -> Key {
        let parts = [what.as_bytes(), purpose.as_str().as_bytes(), petition.as_bytes(), who];
        short_mac(&self.key, &parts)
    }
}

fn millis(uptime: Duration) -> i64 {
    i64::try_from(uptime.as_millis()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entropy::SeededEntropy;

    const NOW: Duration = Duration::from_secs(1_000_000);

    fn limits() -> Limits {
        Limits::new(Arc::new(SeededEntropy::new(1)))
    }

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    fn used(limits: &Limits, purpose: Purpose, petition: &str, client: &str) -> usize {
        (0..10_000).take_while(|_| limits.check(purpose, petition, ip(client), NOW).is_ok()).count()
    }

    #[test]
    fn neither_other_purposes_nor_other_clients_nor_other_petitions_pay_for_it() {
        let limits = limits();
        assert_eq!(used(&limits, Purpose::Sign, "one", "203.0.113.9"), 200);
        assert_eq!(used(&limits, Purpose::Confirm, "one", "203.0.113.9"), 200);
        assert_eq!(used(&limits, Purpose::Sign, "one", "203.0.113.10"), 200);
        assert_eq!(used(&limits, Purpose::Sign, "another", "203.0.113.9"), 200);
    }

    #[test]
    fn whoever_makes_petitions_up_is_limited_by_the_network() {
        let limits = limits();
        let made_up = |number| used(&limits, Purpose::Sign, &format!("p{number}"), "203.0.113.9");
        assert_eq!((0..10).map(made_up).sum::<usize>(), 800);
    }

    #[test]
    fn many_networks_of_one_subscriber_are_limited_together() {
        let limits = limits();
        let of = |net: String| used(&limits, Purpose::Recover, "", &net);
        let in_a_56: usize = (0..14).map(|n| of(format!("2001:db8:0:{n:x}::1"))).sum();
        assert_eq!(in_a_56, 20, "a /56 has twice what a /64 has");
        let in_a_48: usize = (1..250).map(|n| of(format!("2001:db8:0:{n:x}00::1"))).sum();
        assert_eq!(in_a_48 + in_a_56, 80, "a /48 has eight times as much");
        assert_eq!(of(String::from("2001:db8:1::1")), 10);
    }

    #[test]
    fn everybody_together_is_limited_too() {
        let limits = limits();
        let all: usize = (0..100).map(|n| used(&limits, Purpose::Recover, "", &format!("203.0.{n}.9"))).sum();
        assert_eq!(all, 300);
    }

    #[test]
    fn many_addresses_of_one_mail_domain_are_limited() {
        let limits = limits();
        let domain = |text: &str| crate::domain::email::EmailAddress::parse(text).unwrap().domain();
        let ask = |at: &str| limits.check_domain("one", &domain(at), NOW).is_ok();
        assert_eq!((0..1_000).take_while(|n| ask(&format!("p{n}@initech.example"))).count(), 400);
        assert!(ask("p@home.example"));
    }

    #[test]
    fn what_was_given_back_can_be_used_again() {
        let limits = limits();
        for _ in 0..1_000 {
            limits.refund(&limits.check(Purpose::SignUp, "", ip("203.0.113.9"), NOW).unwrap());
        }
        assert_eq!(used(&limits, Purpose::SignUp, "", "203.0.113.9"), 10);
    }

    #[test]
    fn the_more_a_reserve_is_used_the_more_it_asks_for_up_to_a_bound_and_not_for_long() {
        let limits = limits();
        let lane = limits.lane(Purpose::Sign, "one", ip("203.0.113.9"));
        assert_eq!(limits.challenge(lane, NOW).bits, 16);
        let after: Vec<u8> = (0..1_000).map(|_| limits.challenge(lane, NOW).bits).collect();
        assert_eq!(after.iter().max(), Some(&21));
        assert_eq!(limits.ticket(lane, NOW).secs, 120);
        let other = limits.lane(Purpose::Sign, "one", ip("203.0.113.10"));
        assert_eq!(limits.ticket(other, NOW).secs, 20, "others do not pay for it");
        assert_eq!(limits.ticket(lane, NOW + Duration::from_mins(20)).secs, 20);
    }
}
