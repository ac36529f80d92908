//! What is told of mail that fails, and when: at turns of the clock, in tens, never at the moment of a request.

use undersigned::{
    domain::{
        mail_health::FoundState,
        sending::{CertificateFault, Pace},
    },
    mail::tally::Line,
};

use super::*;
use crate::support::{ServerTls, TestApp};

const NOON: Timestamp = Timestamp::from_secs(1_780_488_000);

impl TestOutbox {
    /// The worker is asked to look after the mail server.
    fn watched(self) -> Self {
        self.0.0.lock().unwrap().found = Some(Vec::new());
        self
    }
}

#[test]
fn no_line_is_written_at_the_moment_at_which_a_mail_fails() {
    drop(TestApp::start());
    let mut server = SmtpServer::start(ServerTls::None, None);
    server.tell("answer 554 rcpt 5.7.1 Relay access denied");
    let outbox = TestOutbox::with(12);
    let running = start(&outbox, plain(&server));
    outbox.outcomes(12);
    let tally = running.worker.tally();
    assert_eq!(tally.minute(), []);
    // The look itself finds nothing wrong; what the mails have shown is for the log.
    assert_eq!(tally.turn(NOON.plus_secs(600), Ok(Pace::Prompt)).state, FoundState::Well);
    let lines = tally.minute();
    let [Line::Failing { why, tries, .. }] = &lines[..] else { panic!("{lines:?}") };
    assert_eq!(
        (why.to_string().as_str(), tries.to_string().as_str()),
        ("RCPT TO was answered 554 5.7.1, aimed at this server", "10 or more",)
    );
    running.worker.stop();
    let log = TestApp::log();
    // A bare "554" would also be found in a port or in the fraction of a second.
    assert!(!log.contains("mail fails") && !log.contains("554 5.7.1"), "a line of its own for a mail");
}

#[test]
fn a_look_finds_what_is_wrong_before_anybody_has_asked_for_a_code() {
    let server = SmtpServer::start(ServerTls::Implicit, None);
    let outbox = TestOutbox::default().watched();
    let running = start(&outbox, over(&format!("smtps://127.0.0.1:{}", server.port()), None));
    let why = SendFailure::Certificate(CertificateFault::UnknownIssuer);
    assert_eq!(outbox.looks().state, FoundState::Failing { why, since: NOON });
    running.worker.stop();
    let server = SmtpServer::start(ServerTls::StartTls, Some("clerk:secret"));
    let url = |password: &str| format!("smtp://clerk:{password}@127.0.0.1:{}?tls=required", server.port());
    for (password, well) in [("secret", true), ("wrong", false)] {
        let outbox = TestOutbox::default().watched();
        let running = start(&outbox, over(&url(password), Some(&server.authority())));
        assert_eq!(outbox.looks().state == FoundState::Well, well, "{password}");
        running.worker.stop();
    }
}

#[test]
fn a_look_sends_no_mail() {
    let mut server = SmtpServer::start(ServerTls::None, None);
    let outbox = TestOutbox::default().watched();
    let running = start(&outbox, plain(&server));
    assert_eq!(outbox.looks().state, FoundState::Well);
    outbox.add(1, Some(mail_to(ADDRESS)));
    running.wake.notify_one();
    assert_eq!(server.next_mail().to(), ADDRESS, "the first mail that it has got");
    running.worker.stop();
}
