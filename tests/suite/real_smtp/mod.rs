//! Mail over a real SMTP server: what is sent, what is refused and at whom that is aimed, and what the log tells of it.

use std::{
    collections::BTreeMap,
    sync::{Arc, Condvar, Mutex},
};

use tokio::sync::Notify;
use undersigned::{
    clock::ManualClock,
    config::Settings,
    domain::{
        email::EmailAddress,
        lang::Lang,
        mail_health::Found,
        message::{Message, MoreToday, Outgoing},
        secret::SecretText,
        sending::{Later, Phase, SendFailure, Verdict},
        time::Timestamp,
    },
    entropy::SeededEntropy,
    locale::Locales,
    mail::{DueMail, MailIdentity, MailWorker, Outbox, OutboxError, Post, Transport},
};

use crate::support::SmtpServer;

mod refusals;
mod sending;
mod telling;

const ADDRESS: &str = "ada.lovelace@big-corp.example";

/// What became of a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Accepted(u8),
    Failed(u8, SendFailure),
}

#[derive(Default)]
struct Shelf {
    /// Every mail that is still in the outbox; `true`: due.
    mails: BTreeMap<u8, (Option<Outgoing>, bool)>,
    outcomes: Vec<Outcome>,
    away: bool,
    read_only: bool,
    /// How mail goes, as the worker found it. `None`: this worker is not asked to look.
    found: Option<Vec<Found>>,
}

/// An outbox in memory, in which a mail that failed is due again when the test says so.
#[derive(Clone, Default)]
struct TestOutbox(Arc<(Mutex<Shelf>, Condvar)>);

impl TestOutbox {
    fn with(count: u8) -> Self {
        let outbox = Self::default();
        for number in 0..count {
            outbox.add(number, Some(mail_to(ADDRESS)));
        }
        outbox
    }

    fn add(&self, id: u8, outgoing: Option<Outgoing>) {
        self.0.0.lock().unwrap().mails.insert(id, (outgoing, true));
    }

    fn make_all_due(&self) {
        self.0.0.lock().unwrap().mails.values_mut().for_each(|(_, due)| *due = true);
    }

    fn set_away(&self, away: bool) {
        self.0.0.lock().unwrap().away = away;
    }

    fn set_read_only(&self, read_only: bool) {
        self.0.0.lock().unwrap().read_only = read_only;
    }

    fn left(&self) -> usize {
        self.0.0.lock().unwrap().mails.len()
    }

    /// Waits until this much has become of mails.
    fn outcomes(&self, count: usize) -> Vec<Outcome> {
        let (kept, changed) = &*self.0;
        let kept = changed.wait_while(kept.lock().unwrap(), |kept| kept.outcomes.len() < count).unwrap();
        kept.outcomes.clone()
    }

    /// Has the worker look after the mail server, and waits until it has.
    fn looks(&self) -> Found {
        let (kept, changed) = &*self.0;
        let found = |shelf: &mut Shelf| shelf.found.as_ref().is_none_or(Vec::is_empty);
        let kept = changed.wait_while(kept.lock().unwrap(), found).unwrap();
        kept.found.as_ref().expect("asked to look")[0].clone()
    }

    fn note(&self, outcome: Outcome) {
        self.0.0.lock().unwrap().outcomes.push(outcome);
        self.0.1.notify_all();
    }
}

impl Outbox for TestOutbox {
    fn due(&self, limit: usize) -> Result<Vec<DueMail>, OutboxError> {
        let mut kept = self.0.0.lock().unwrap();
        if kept.away {
            return Err(OutboxError("away".into()));
        }
        let due = kept.mails.iter_mut().filter(|(_, (_, due))| *due).take(limit);
        Ok(due
            .map(|(id, (outgoing, due))| {
                *due = false;
                DueMail { id: vec![*id], outgoing: outgoing.clone() }
            })
            .collect())
    }

    fn accepted(&self, id: &[u8]) -> Result<(), OutboxError> {
        let mut kept = self.0.0.lock().unwrap();
        if kept.read_only {
            return Err(OutboxError("full".into()));
        }
        kept.mails.remove(&id[0]);
        drop(kept);
        self.note(Outcome::Accepted(id[0]));
        Ok(())
    }

    fn failed(&self, id: &[u8], why: SendFailure) -> Result<Later, OutboxError> {
        self.note(Outcome::Failed(id[0], why));
        Ok(Later::Again)
    }

    fn is_ours(&self) -> Result<bool, OutboxError> {
        Ok(self.0.0.lock().unwrap().found.is_some())
    }

    fn looked(&self, found: &Found) -> Result<Option<String>, OutboxError> {
        self.0.0.lock().unwrap().found.as_mut().expect("asked to look").push(found.clone());
        self.0.1.notify_all();
        Ok(None)
    }
}

fn mail_to(address: &str) -> Outgoing {
    let code = SecretText::new(String::from("K7QF2M9X"));
    Outgoing {
        to: EmailAddress::parse(address).unwrap(),
        lang: Lang::English,
        message: Message::Code { code, more_today: MoreToday::Yes },
    }
}

fn settings(pairs: &[(&str, &str)]) -> Settings {
    let base = [("MAIL_FROM", "Verification <code@example.org>")];
    let environment: BTreeMap<String, String> =
        base.iter().chain(pairs).map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Settings::parse(&environment).unwrap()
}

fn post(transport: Transport) -> Post {
    let settings = settings(&[("SMTP_URL", "file:unused")]);
    Post {
        transport,
        identity: MailIdentity::new(&settings.mail.from, &settings.base_url).unwrap(),
        locales: Locales::load().unwrap(),
        clock: Arc::new(ManualClock::at(Timestamp::from_secs(1_780_488_000))),
        entropy: Arc::new(SeededEntropy::new(1)),
    }
}

/// The worker and the bell that wakes it.
struct Running {
    worker: MailWorker,
    wake: Arc<Notify>,
}

fn start(outbox: &TestOutbox, transport: Transport) -> Running {
    let wake = Arc::new(Notify::new());
    let worker = undersigned::mail::start(outbox.clone(), post(transport), Arc::clone(&wake)).unwrap();
    Running { worker, wake }
}

fn over(url: &str, authority: Option<&str>) -> Transport {
    Transport::open(&settings(&[("SMTP_URL", url), ("SMTP_CA_FILE", authority.unwrap_or(""))]).mail).unwrap()
}

fn plain(server: &SmtpServer) -> Transport {
    over(&format!("smtp://127.0.0.1:{}", server.port()), None)
}

/// What became of the only mail, and at whom that was aimed.
#[track_caller]
fn failed(outbox: &TestOutbox) -> (String, Verdict) {
    let [Outcome::Failed(0, why)] = outbox.outcomes(1)[..] else { panic!("one mail failed") };
    (why.to_text(), why.verdict())
}
