//! Sending: nothing is lost while the server is down, slow or says "later"; a password never travels in clear.

use std::time::Duration;

use undersigned::mail::MemoryMailbox;

use super::*;
use crate::support::ServerTls;

fn transient(why: SendFailure) -> Vec<Outcome> {
    assert_ne!(why.verdict(), Verdict::Mailbox);
    vec![Outcome::Failed(0, why)]
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
fn a_server_that_says_later_gets_the_mail_later() {
    for stage in ["rcpt", "data"] {
        let mut server = SmtpServer::start(ServerTls::None, None);
        server.tell(&format!("answer 451 {stage}"));
        let outbox = TestOutbox::with(1);
        let running = start(&outbox, plain(&server));
        server.wait_until_refused();
        let (answer, verdict) = failed(&outbox);
        assert!(answer.ends_with(" 451") && verdict == Verdict::Later, "{answer}");
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
fn a_server_that_is_down_gets_the_mail_once_it_is_back() {
    let port = SmtpServer::start(ServerTls::None, None).stop();
    let outbox = TestOutbox::with(1);
    let running = start(&outbox, over(&format!("smtp://127.0.0.1:{port}"), None));
    assert_eq!(outbox.outcomes(1), transient(SendFailure::ConnectionRefused));
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
    assert_eq!(outbox.outcomes(1), transient(SendFailure::Closed(Phase::Data)));
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
    assert_eq!(outbox.outcomes(1), transient(SendFailure::TimedOut(Phase::Data)));
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
