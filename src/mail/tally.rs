//! What became of mails lately, and what of it may be said, and when.
//!
//! Whoever reads the log, or polls a page, must not see when somebody asks for a code. So nothing is said when a mail
//! fails: it is counted here, in memory, and said at turns of the clock.
//!
//! - **Each ten minutes** a look at the mail server, with no mail in it. It finds most that can be wrong by itself, so that
//!   what pages say of it owes nothing to anybody's request. What only mails have shown since the look before is noticed
//!   here too, for the log alone.
//! - **Each minute, while mail fails**, one line in the log: from the look that has found it, to the look that finds all
//!   well. The lines follow the looks and not the tries.
//! - **Each hour** what only real mails show: relaying that is denied at RCPT TO, content that is refused, a domain that
//!   refuses. It is said of many mailboxes together, and of mailboxes rather than of tries.
//!
//! Numbers are said in tens, "under 10" for none as for nine. "Many" is a number from 10 to 19, drawn anew each hour: with
//! nine mailboxes of one's own one cannot wait for the tenth. Mailboxes are counted by a hash under a key that lives for the
//! hour.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::{
    domain::{
        email::{EmailAddress, MailDomain},
        mail_health::{Found, FoundState, hour},
        sending::{Pace, Phase, SendFailure, Verdict},
        time::Timestamp,
    },
    entropy::Entropy,
};

/// The least number of mailboxes of which anything is said.
pub const MANY_AT_LEAST: usize = 10;
/// How far the number that is drawn goes beyond.
const MANY_SPREAD: u8 = 10;

/// A mailbox, within one hour.
type Mailbox = [u8; 16];
type Mailboxes = BTreeSet<Mailbox>;

/// A number as it may be said: in tens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tens(u64);

impl Tens {
    const fn of(number: u64) -> Self {
        Self(number.div_euclid(10).saturating_mul(10))
    }
}

impl fmt::Display for Tens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 == 0 { f.write_str("under 10") } else { write!(f, "{} or more", self.0) }
    }
}

/// Something of our own that went wrong while mail was being delivered. All that is said of it is its causes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Trouble {
    /// The outbox cannot be read.
    OutboxUnreadable,
    /// What became of a mail cannot be written down.
    OutcomeUnwritten,
    /// A mail cannot be put into words.
    MailUnwritable,
    /// How mail goes cannot be written down.
    HealthUnwritten,
}

/// A line for the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Line {
    /// Mail fails.
    Failing {
        /// Why most of it does.
        why: SendFailure,
        /// How many tries failed since the last line.
        tries: Tens,
        /// How many mails were given up since.
        given_up: Tens,
        /// The domain whose mailboxes are refused, where it may be named.
        domain: Option<String>,
    },
    /// It goes again.
    Mended,
    /// In the hour before, mailboxes were refused or mails given up.
    Refused {
        /// What most mailboxes were refused with.
        why: Option<SendFailure>,
        /// How many mailboxes.
        mailboxes: Tens,
        /// How many mails were given up.
        given_up: Tens,
    },
    /// Something of our own went wrong.
    Trouble(Trouble, String),
}

type Counts = BTreeMap<SendFailure, u64>;

/// What is counted until the next line.
#[derive(Default)]
struct Unsaid {
    failures: Counts,
    given_up: u64,
    trouble: BTreeMap<Trouble, String>,
}

/// What is counted until the next hour.
struct Hour {
    began: Timestamp,
    key: [u8; 32],
    many: usize,
    prompt: Mailboxes,
    slow: Mailboxes,
    failed: BTreeMap<SendFailure, Mailboxes>,
    refused: BTreeMap<MailDomain, BTreeMap<SendFailure, Mailboxes>>,
    given_up: u64,
}

impl Hour {
    fn begin(now: Timestamp, entropy: &dyn Entropy) -> Self {
        let [drawn] = entropy.bytes::<1>();
        Self {
            began: hour(now),
            key: entropy.bytes(),
            many: MANY_AT_LEAST.saturating_add(usize::from(drawn % MANY_SPREAD)),
            prompt: Mailboxes::new(),
            slow: Mailboxes::new(),
            failed: BTreeMap::new(),
            refused: BTreeMap::new(),
            given_up: 0,
        }
    }

    fn mailbox(&self, address: &EmailAddress) -> Mailbox {
        let mut short = Mailbox::default();
        // A key of any length will do, so this cannot fail; without it all mailboxes count as one, which says less.
        if let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.key) {
            mac.update(address.normalized().expose().as_bytes());
            for (to, from) in short.iter_mut().zip(mac.finalize().into_bytes()) {
                *to = from;
            }
        }
        short
    }
}

struct State {
    unsaid: Unsaid,
    hour: Hour,
    /// As of the last look. Lines go on with it until mail goes again.
    failing: Option<SendFailure>,
    /// What failed since the last look.
    since_look: Counts,
    mended: bool,
    /// What the last whole hour's mails have shown.
    of_mails: OfMails,
    /// The line on the last hour, until it is said.
    of_hour: Option<Line>,
    /// The domain that may be named.
    named: Option<String>,
}

/// What many mails together show.
#[derive(Clone)]
struct OfMails {
    state: FoundState,
    refused_at: Option<(MailDomain, SendFailure)>,
}

impl OfMails {
    const NOTHING: Self = Self { state: FoundState::Well, refused_at: None };
}

/// The counts. Shared by who sends and who tells.
pub struct Tally {
    state: Mutex<State>,
    entropy: Arc<dyn Entropy>,
}

impl Tally {
    /// Nothing yet.
    #[must_use]
    pub fn new(entropy: Arc<dyn Entropy>, now: Timestamp) -> Self {
        let hour = Hour::begin(now, entropy.as_ref());
        let state = State {
            unsaid: Unsaid::default(),
            hour,
            failing: None,
            since_look: Counts::new(),
            mended: false,
            of_mails: OfMails::NOTHING,
            of_hour: None,
            named: None,
        };
        Self { state: Mutex::new(state), entropy }
    }

    /// A mail to `address` was taken.
    pub fn accepted(&self, address: &EmailAddress, pace: Pace) {
        let mut state = self.lock();
        let mailbox = state.hour.mailbox(address);
        match pace {
            Pace::Prompt => state.hour.prompt.insert(mailbox),
            Pace::Slow => state.hour.slow.insert(mailbox),
        };
    }

    /// A mail to `address` was not taken.
    pub fn failed(&self, address: &EmailAddress, why: SendFailure) {
        let mut state = self.lock();
        let mailbox = state.hour.mailbox(address);
        let verdict = why.verdict();
        if verdict != Verdict::Mailbox {
            add_one(&mut state.unsaid.failures, why);
            add_one(&mut state.since_look, why);
        }
        match verdict {
            Verdict::ThisServer => {
                state.hour.failed.entry(why).or_default().insert(mailbox);
            }
            Verdict::Later => {
                state.hour.slow.insert(mailbox);
            }
            Verdict::Mailbox => {}
        }
        let of_recipient = matches!(why, SendFailure::Answered(answer) if answer.phase >= Phase::RcptTo);
        if of_recipient && verdict != Verdict::Later {
            let by_reason = state.hour.refused.entry(address.domain()).or_default();
            by_reason.entry(why).or_default().insert(mailbox);
        }
    }

    /// A mail was given up.
    pub fn given_up(&self) {
        let mut state = self.lock();
        state.unsaid.given_up = state.unsaid.given_up.saturating_add(1);
        state.hour.given_up = state.hour.given_up.saturating_add(1);
    }

    /// Something of our own went wrong. `causes` hold nothing personal.
    pub fn trouble(&self, trouble: Trouble, causes: String) {
        self.lock().unsaid.trouble.insert(trouble, causes);
    }

    /// What is to be said at a turn of the minute.
    #[must_use]
    pub fn minute(&self) -> Vec<Line> {
        let mut state = self.lock();
        let trouble = std::mem::take(&mut state.unsaid.trouble);
        let mut lines = Vec::new();
        if let Some(known) = state.failing {
            let Unsaid { failures, given_up, .. } = std::mem::take(&mut state.unsaid);
            let tries = failures.values().fold(0, |sum: u64, count| sum.saturating_add(*count));
            lines.push(Line::Failing {
                why: most_frequent(&failures).unwrap_or(known),
                tries: Tens::of(tries),
                given_up: Tens::of(given_up),
                domain: state.named.clone(),
            });
        }
        if std::mem::take(&mut state.mended) {
            lines.push(Line::Mended);
        }
        lines.extend(state.of_hour.take());
        lines.extend(trouble.into_iter().map(|(trouble, causes)| Line::Trouble(trouble, causes)));
        lines
    }

    /// The mail server was looked at, at a turn of the clock: what may be told from now on.
    #[must_use]
    pub fn turn(&self, now: Timestamp, look: Result<Pace, SendFailure>) -> Found {
        let mut state = self.lock();
        if hour(now) != state.hour.began {
            let over = std::mem::replace(&mut state.hour, Hour::begin(now, self.entropy.as_ref()));
            state.of_mails = shown_by(&over);
            state.of_hour = line_on(&over);
        }
        let by_mails = most_frequent(&std::mem::take(&mut state.since_look));
        let before = std::mem::replace(&mut state.failing, look.err().or(by_mails));
        state.mended = before.is_some() && state.failing.is_none();
        let found = match (look, state.of_mails.state) {
            (Err(why), _) => FoundState::Failing { why, since: hour(now) },
            (Ok(Pace::Slow), FoundState::Well) => FoundState::Slow,
            (Ok(_), of_mails) => of_mails,
        };
        Found { state: found, refused_at: state.of_mails.refused_at.clone() }
    }

    /// Another node delivers mail now: what was counted here is over.
    pub fn forget(&self, now: Timestamp) {
        let mut state = self.lock();
        state.hour = Hour::begin(now, self.entropy.as_ref());
        state.of_mails = OfMails::NOTHING;
        state.since_look.clear();
        state.failing = None;
        state.named = None;
    }

    /// The domain that may be named, as long as it is.
    pub fn name(&self, domain: Option<String>) {
        self.lock().named = domain;
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // A panic while holding the lock leaves counts behind, at worst one short.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn add_one(counts: &mut Counts, why: SendFailure) {
    let count = counts.entry(why).or_default();
    *count = count.saturating_add(1);
}

fn most_frequent(counts: &Counts) -> Option<SendFailure> {
    counts.iter().max_by_key(|(_, count)| **count).map(|(why, _)| *why)
}

/// The reason that most mailboxes have in common, and how many they are in all.
fn most_common(reasons: &BTreeMap<SendFailure, Mailboxes>) -> (Option<SendFailure>, usize) {
    let all: Mailboxes = reasons.values().flatten().copied().collect();
    let most = reasons.iter().max_by_key(|(_, mailboxes)| mailboxes.len());
    (most.map(|(why, _)| *why), all.len())
}

fn shown_by(hour: &Hour) -> OfMails {
    let (why, failed) = most_common(&hour.failed);
    let (slow, prompt) = (hour.slow.len(), hour.prompt.len());
    let state = match why {
        Some(why) if failed >= hour.many && failed > slow.saturating_add(prompt) => {
            FoundState::Failing { why, since: hour.began }
        }
        _ if slow >= hour.many && slow > prompt => FoundState::Slow,
        _ => FoundState::Well,
    };
    let refused = hour.refused.iter().filter_map(|(domain, reasons)| {
        let (why, mailboxes) = most_common(reasons);
        (mailboxes >= hour.many).then_some((mailboxes, domain, why?))
    });
    let most = refused.max_by_key(|(mailboxes, ..)| *mailboxes);
    OfMails { state, refused_at: most.map(|(_, domain, why)| (domain.clone(), why)) }
}

fn line_on(hour: &Hour) -> Option<Line> {
    let mut of_mailboxes: BTreeMap<SendFailure, Mailboxes> = BTreeMap::new();
    for (why, mailboxes) in hour.refused.values().flatten() {
        if why.verdict() == Verdict::Mailbox {
            of_mailboxes.entry(*why).or_default().extend(mailboxes);
        }
    }
    let (why, mailboxes) = most_common(&of_mailboxes);
    if why.is_none() && hour.given_up == 0 {
        return None;
    }
    let mailboxes = Tens::of(u64::try_from(mailboxes).unwrap_or(u64::MAX));
    Some(Line::Refused { why, mailboxes, given_up: Tens::of(hour.given_up) })
}

#[cfg(test)]
mod tests;
