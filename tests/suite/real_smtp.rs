//! Mail over a real SMTP server: one that is down, slow, or answers 4xx and 5xx loses nothing; a password never
//! travels in clear; nothing in the log gives an address away.

use std::{
    collections::BTreeMap,
    sync::{Arc, Condvar, Mutex},
    time::Duration,
};

use tokio::sync::Notify;
use undersigned::{
    clock::ManualClock,
    config::Settings,
    domain::{
        email::EmailAddress,
        message::{Message, Outgoing},
        secret::SecretText,
        time::Timestamp,
    },
    entropy::SeededEntropy,
    locale::Locale,
    mail::{
        DueMail, MailIdentity, MailWorker, MemoryMailbox, Outbox, OutboxError, Post, Reason, SendError,
        Transport,
    },
};

use crate::support::{ServerTls, SmtpServer};

const ADDRESS: &str = "ada.lovelace@big-corp.example";

/// What became of a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Accepted(u8),
    Failed(u8, SendError),
}

#[derive(Default)]
struct Shelf {
    /// Every mail that is still in the outbox; `true`: due.
    mails: BTreeMap<u8, (Option<Outgoing>, bool)>,
    outcomes: Vec<Outcome>,
    away: bool,
    read_only: bool,
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

    fn failed(&self, id: &[u8], error: SendError) -> Result<(), OutboxError> {
        self.note(Outcome::Failed(id[0], error));
        Ok(())
    }
}

fn mail_to(address: &str) -> Outgoing {
    let code = SecretText::new(String::from("K7QF2M9X"));
    Outgoing { to: EmailAddress::parse(address).unwrap(), message: Message::Code { code } }
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
        locale: Locale::english().unwrap(),
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

fn transient(reason: Reason) -> Vec<Outcome> {
    vec![Outcome::Failed(0, SendError::Transient(reason))]
}

#[test]
fn a_mail_reaches_a_real_server_and_leaves_the_outbox() {
    let mut server = SmtpServer::start(ServerTls::None, None);
    let outbox = TestOutbox::with(1);
    let running = start(&outbox, plain(&server));
    let mail = server.next_mail();
    assert_eq!(mail.to(), ADDRESS);
    assert!(mail.data().contains("Subject: Verification code"));
    assert!(mail.data().contains("K7QF-2M9X"));
    assert_eq!(outbox.outcomes(1), [Outcome::Accepted(0)]);
    assert_eq!(outbox.left(), 0);
    running.worker.stop();
}

#[test]
fn neither_greeting_nor_headers_name_the_machine() {
    let mut server = SmtpServer::start(ServerTls::None, None);
    let running = start(&TestOutbox::with(1), plain(&server));
    let mail = server.next_mail();
    assert_eq!(mail.ehlo(), "undersigned.invalid");
    let id = mail.data().lines().find(|line| line.starts_with("Message-ID:")).expect("an id");
    assert!(id.ends_with("@example.org>"), "{id}");
    running.worker.stop();
}

#[test]
fn starttls_is_used_and_the_password_goes_through_it() {
    let mut server = SmtpServer::start(ServerTls::StartTls, Some("clerk:secret word"));
    let url = format!("smtp://clerk:secret%20word@127.0.0.1:{}?tls=required", server.port());
    let outbox = TestOutbox::with(1);
    let running = start(&outbox, over(&url, Some(&server.authority())));
    let mail = server.next_mail();
    assert!(mail.encrypted());
    assert_eq!(mail.user(), Some("clerk"));
    running.worker.stop();
}

#[test]
fn implicit_tls_works_with_an_authority_of_its_own() {
    let mut server = SmtpServer::start(ServerTls::Implicit, None);
    let url = format!("smtps://127.0.0.1:{}", server.port());
    let running = start(&TestOutbox::with(1), over(&url, Some(&server.authority())));
    assert!(server.next_mail().encrypted());
    running.worker.stop();
}

#[test]
fn a_certificate_of_nobody_we_know_stops_the_mail_and_loses_nothing() {
    for (tls, scheme, query) in
        [(ServerTls::Implicit, "smtps", ""), (ServerTls::StartTls, "smtp", "?tls=required")]
    {
        let server = SmtpServer::start(tls, None);
        let url = format!("{scheme}://127.0.0.1:{}{query}", server.port());
        let outbox = TestOutbox::with(1);
        let running = start(&outbox, over(&url, None));
        let outcomes = outbox.outcomes(1);
        assert!(matches!(outcomes[..], [Outcome::Failed(_, SendError::Transient(_))]), "{outcomes:?}");
        assert_eq!(outbox.left(), 1);
        running.worker.stop();
    }
}

#[test]
fn a_server_that_offers_no_starttls_gets_neither_mail_nor_password() {
    let server = SmtpServer::start(ServerTls::None, None);
    let url = format!("smtp://clerk:secret@127.0.0.1:{}?tls=required", server.port());
    let outbox = TestOutbox::with(1);
    let running = start(&outbox, over(&url, None));
    let outcomes = outbox.outcomes(1);
    assert!(matches!(outcomes[..], [Outcome::Failed(_, SendError::Transient(_))]), "{outcomes:?}");
    running.worker.stop();
}

#[test]
fn a_server_that_refuses_our_password_loses_nothing() {
    let mut server = SmtpServer::start(ServerTls::StartTls, Some("clerk:secret"));
    let url = format!("smtp://clerk:wrong@127.0.0.1:{}?tls=required", server.port());
    let outbox = TestOutbox::with(1);
    let running = start(&outbox, over(&url, Some(&server.authority())));
    assert_eq!(outbox.outcomes(1), transient(Reason::Answer(535)));
    running.worker.stop();
    server.tell("accept");
}

#[test]
fn a_server_that_says_later_gets_the_mail_later() {
    for stage in ["rcpt", "data"] {
        let mut server = SmtpServer::start(ServerTls::None, None);
        server.tell(&format!("answer 451 {stage}"));
        let outbox = TestOutbox::with(1);
        let running = start(&outbox, plain(&server));
        server.wait_until_refused();
        assert_eq!(outbox.outcomes(1), transient(Reason::Answer(451)));
        assert_eq!(outbox.left(), 1);
        server.tell("accept");
        outbox.make_all_due();
        running.wake.notify_one();
        assert_eq!(server.next_mail().to(), ADDRESS);
        assert_eq!(outbox.outcomes(2)[1], Outcome::Accepted(0));
        running.worker.stop();
    }
}

#[test]
fn a_server_that_says_never_is_told_apart_from_one_that_says_later() {
    let mut server = SmtpServer::start(ServerTls::None, None);
    server.tell("answer 550 rcpt");
    let outbox = TestOutbox::with(1);
    let running = start(&outbox, plain(&server));
    assert_eq!(outbox.outcomes(1), [Outcome::Failed(0, SendError::Permanent(Reason::Answer(550)))]);
    assert_eq!(outbox.left(), 1, "what to do about it is the outbox's to decide");
    running.worker.stop();
}

#[test]
fn what_the_server_says_of_the_address_goes_no_further() {
    let mut server = SmtpServer::start(ServerTls::None, None);
    server.tell("answer 550 rcpt");
    let outbox = TestOutbox::with(1);
    let running = start(&outbox, plain(&server));
    let said = format!("{:?}", outbox.outcomes(1));
    assert!(!said.contains("ada.lovelace"), "{said}");
    running.worker.stop();
}

#[test]
fn a_server_that_is_down_gets_the_mail_once_it_is_back() {
    let port = SmtpServer::start(ServerTls::None, None).stop();
    let outbox = TestOutbox::with(1);
    let running = start(&outbox, over(&format!("smtp://127.0.0.1:{port}"), None));
    assert_eq!(outbox.outcomes(1), transient(Reason::Connection));
    let mut server = SmtpServer::start_at(port, ServerTls::None, None);
    outbox.make_all_due();
    running.wake.notify_one();
    assert_eq!(server.next_mail().to(), ADDRESS);
    assert_eq!(outbox.outcomes(2)[1], Outcome::Accepted(0));
    running.worker.stop();
}

#[test]
fn a_server_that_breaks_off_gets_the_mail_again() {
    let mut server = SmtpServer::start(ServerTls::None, None);
    server.tell("hang-up");
    let outbox = TestOutbox::with(1);
    let running = start(&outbox, plain(&server));
    assert_eq!(outbox.outcomes(1), transient(Reason::Connection));
    server.wait_until_refused();
    server.tell("accept");
    outbox.make_all_due();
    running.wake.notify_one();
    assert_eq!(server.next_mail().to(), ADDRESS);
    running.worker.stop();
}

#[test]
fn a_mail_stays_in_the_outbox_until_a_slow_server_has_answered() {
    let mut server = SmtpServer::start(ServerTls::None, None);
    server.tell("hold");
    let outbox = TestOutbox::with(1);
    let running = start(&outbox, plain(&server));
    server.wait_until_held();
    assert_eq!(outbox.left(), 1);
    server.tell("release");
    assert_eq!(server.next_mail().to(), ADDRESS);
    assert_eq!(outbox.outcomes(1), [Outcome::Accepted(0)]);
    running.worker.stop();
}

#[test]
fn a_server_that_never_answers_is_given_up_for_now() {
    let mut server = SmtpServer::start(ServerTls::None, None);
    server.tell("hold");
    let url = format!("smtp://127.0.0.1:{}", server.port());
    // It will not answer, however long one waits: the bound only says when the worker stops waiting.
    let patience = Duration::from_millis(300);
    let transport = Transport::open_with(&settings(&[("SMTP_URL", &url)]).mail, patience).unwrap();
    let outbox = TestOutbox::with(1);
    let running = start(&outbox, transport);
    assert_eq!(outbox.outcomes(1), transient(Reason::Timeout));
    assert_eq!(outbox.left(), 1);
    running.worker.stop();
}

#[test]
fn many_mails_all_arrive() {
    let mut server = SmtpServer::start(ServerTls::None, None);
    let outbox = TestOutbox::with(100);
    let running = start(&outbox, plain(&server));
    for _ in 0..100 {
        assert_eq!(server.next_mail().to(), ADDRESS);
    }
    outbox.outcomes(100);
    assert_eq!(outbox.left(), 0);
    running.worker.stop();
}

#[test]
fn a_decoy_leaves_the_outbox_and_nothing_is_sent() {
    let outbox = TestOutbox::default();
    outbox.add(7, None);
    let mailbox = MemoryMailbox::default();
    let running = start(&outbox, Transport::Memory(mailbox.clone()));
    assert_eq!(outbox.outcomes(1), [Outcome::Accepted(7)]);
    running.worker.stop();
    assert!(mailbox.mails().is_empty());
}

#[test]
fn a_database_that_is_away_for_a_while_delays_mail_and_loses_none() {
    let outbox = TestOutbox::with(3);
    outbox.set_away(true);
    let mailbox = MemoryMailbox::default();
    let running = start(&outbox, Transport::Memory(mailbox.clone()));
    outbox.set_away(false);
    running.wake.notify_one();
    assert_eq!(mailbox.wait_for(3).len(), 3);
    outbox.outcomes(3);
    running.worker.stop();
    assert_eq!(outbox.left(), 0);
}

#[test]
fn a_full_disk_sends_no_mail_twice() {
    let outbox = TestOutbox::with(1);
    outbox.set_read_only(true);
    let mailbox = MemoryMailbox::default();
    let running = start(&outbox, Transport::Memory(mailbox.clone()));
    assert_eq!(mailbox.wait_for(1).len(), 1);
    // It looks due to everybody else, since nothing could be written down.
    outbox.make_all_due();
    running.wake.notify_one();
    outbox.set_read_only(false);
    running.wake.notify_one();
    assert_eq!(outbox.outcomes(1), [Outcome::Accepted(0)]);
    running.worker.stop();
    assert_eq!(mailbox.mails().len(), 1);
}

#[test]
fn a_folder_gets_one_private_file_for_each_mail() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder =
        std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("mail-{}", std::process::id()));
    let url = format!("file:{}", folder.display());
    let outbox = TestOutbox::with(2);
    let running = start(&outbox, over(&url, None));
    outbox.outcomes(2);
    running.worker.stop();
    let files: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(files.len(), 2);
    for file in files {
        assert_eq!(file.extension().unwrap(), "eml");
        assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        assert!(std::fs::read_to_string(&file).unwrap().contains("K7QF-2M9X"));
    }
    assert_eq!(std::fs::metadata(&folder).unwrap().permissions().mode() & 0o777, 0o700);
    std::fs::remove_dir_all(&folder).unwrap();
}
