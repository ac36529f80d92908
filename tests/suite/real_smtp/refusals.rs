//! Refusals and faults have names, and are aimed at this server or at the mailbox.

use std::net::TcpListener;

use undersigned::domain::sending::CertificateFault;

use super::*;
use crate::support::{ServerCertificate, ServerTls};

/// Sends one mail and says what became of it.
fn sends(transport: Transport) -> (String, Verdict) {
    let outbox = TestOutbox::with(1);
    let running = start(&outbox, transport);
    let said = failed(&outbox);
    assert_eq!(outbox.left(), 1, "what to do about it is the outbox's to decide");
    running.worker.stop();
    said
}

#[track_caller]
fn answered(command: &str, expected: (&str, Verdict)) {
    let mut server = SmtpServer::start(ServerTls::None, None);
    server.tell(&format!("answer {command}"));
    let (text, verdict) = sends(plain(&server));
    assert_eq!((text.as_str(), verdict), expected, "{command}");
}

#[test]
fn a_refusal_is_aimed_at_this_server_or_at_the_mailbox_by_its_phase_and_its_enhanced_code() {
    use Verdict::{Later, Mailbox, ThisServer};
    for (command, text, verdict) in [
        ("554 banner", "answered banner 554", ThisServer),
        ("550 ehlo 5.7.1 Helo command rejected", "answered EHLO 550 5.7.1 sender", ThisServer),
        ("550 mail 5.1.1", "answered MAIL-FROM 550 5.1.1", ThisServer),
        ("554 rcpt 5.7.1 Relay access denied", "answered RCPT-TO 554 5.7.1 sender", ThisServer),
        ("550 rcpt relaying denied", "answered RCPT-TO 550 sender", ThisServer),
        ("530 rcpt 5.7.57 Client not authenticated", "answered RCPT-TO 530 5.7.57 sender", ThisServer),
        ("550 rcpt 5.1.1", "answered RCPT-TO 550 5.1.1", Mailbox),
        ("550 rcpt", "answered RCPT-TO 550", Mailbox),
        ("552 rcpt 5.2.2", "answered RCPT-TO 552 5.2.2", Later),
        ("550 data 5.1.1", "answered DATA 550 5.1.1", Mailbox),
        ("554 data 5.7.1", "answered DATA 554 5.7.1", ThisServer),
        ("550 data", "answered DATA 550", ThisServer),
    ] {
        answered(command, (text, verdict));
    }
}

#[test]
fn a_server_that_wants_a_login_first_is_not_taken_for_one_that_lacks_the_mailbox() {
    let server = SmtpServer::start(ServerTls::None, Some("clerk:secret"));
    assert_eq!(
        sends(plain(&server)),
        (String::from("answered MAIL-FROM 530 5.7.0 sender"), Verdict::ThisServer)
    );
}

#[test]
fn a_server_that_refuses_our_password_loses_nothing() {
    let server = SmtpServer::start(ServerTls::StartTls, Some("clerk:secret"));
    let url = format!("smtp://clerk:wrong@127.0.0.1:{}?tls=required", server.port());
    let said = sends(over(&url, Some(&server.authority())));
    assert_eq!(said, (String::from("answered AUTH 535 5.7.8 sender"), Verdict::ThisServer));
}

#[test]
fn what_the_server_says_of_the_address_goes_no_further() {
    let mut server = SmtpServer::start(ServerTls::None, None);
    server.tell("answer 550 rcpt");
    let outbox = TestOutbox::with(1);
    let running = start(&outbox, plain(&server));
    let outcomes = outbox.outcomes(1);
    let [Outcome::Failed(_, why)] = outcomes[..] else { panic!("it failed") };
    let said = format!("{outcomes:?} {why} {}", why.to_text());
    assert!(!said.contains("ada") && !said.contains("big-corp"), "{said}");
    running.worker.stop();
}

fn certificate(fault: CertificateFault) -> String {
    SendFailure::Certificate(fault).to_text()
}

#[test]
fn what_is_wrong_with_a_certificate_has_a_name() {
    for (kind, fault) in [
        (ServerCertificate::Expired, CertificateFault::Expired),
        (ServerCertificate::Early, CertificateFault::NotYetValid),
        (ServerCertificate::OtherName, CertificateFault::WrongName),
        (ServerCertificate::Good, CertificateFault::UnknownIssuer),
    ] {
        for (tls, scheme, query) in
            [(ServerTls::Implicit, "smtps", ""), (ServerTls::StartTls, "smtp", "?tls=required")]
        {
            let server = SmtpServer::with_certificate(tls, kind);
            let url = format!("{scheme}://127.0.0.1:{}{query}", server.port());
            // A good one is of nobody we know until its authority is named.
            let authority = (kind != ServerCertificate::Good).then(|| server.authority());
            let (text, verdict) = sends(over(&url, authority.as_deref()));
            assert_eq!((text, verdict), (certificate(fault), Verdict::ThisServer), "{kind:?} {tls:?}");
        }
    }
}

#[test]
fn a_server_that_offers_no_starttls_gets_neither_mail_nor_password() {
    let server = SmtpServer::start(ServerTls::None, None);
    let url = format!("smtp://clerk:secret@127.0.0.1:{}?tls=required", server.port());
    assert_eq!(sends(over(&url, None)).0, SendFailure::NoStartTls.to_text());
}

#[test]
fn a_port_that_speaks_no_tls_is_named() {
    let server = SmtpServer::start(ServerTls::None, None);
    let url = format!("smtps://127.0.0.1:{}", server.port());
    assert_eq!(sends(over(&url, None)).0, SendFailure::NotTls.to_text());
}

#[test]
fn a_server_that_closes_at_once_is_named_and_so_is_one_that_is_none() {
    for (says, expected) in [
        ("", SendFailure::Closed(Phase::Banner)),
        ("HTTP/1.1 400 Bad Request\r\n\r\n", SendFailure::NotSmtp(Phase::Banner)),
        ("220 hello\r\n", SendFailure::Closed(Phase::Ehlo)),
    ] {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let url = format!("smtp://127.0.0.1:{}", listener.local_addr().expect("an address").port());
        let server = std::thread::spawn(move || {
            use std::io::{Read as _, Write as _};
            let (mut stream, _) = listener.accept().expect("a client");
            stream.write_all(says.as_bytes()).expect("it listens");
            if says.starts_with("220") {
                let mut read = [0; 64];
                assert!(stream.read(&mut read).expect("EHLO") > 0);
            }
        });
        assert_eq!(sends(over(&url, None)).0, expected.to_text(), "{says}");
        server.join().expect("no panic");
    }
}

#[test]
fn a_name_that_no_name_server_knows_is_named() {
    assert_eq!(sends(over("smtp://mail.invalid?tls=required", None)).0, SendFailure::HostNotFound.to_text());
}

#[test]
fn what_is_said_in_the_open_before_starttls_is_not_believed_afterwards() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let url = format!("smtp://127.0.0.1:{}?tls=required", listener.local_addr().expect("an address").port());
    let server = std::thread::spawn(move || {
        use std::io::{BufRead as _, BufReader, Write as _};
        let (mut stream, _) = listener.accept().expect("a client");
        let mut lines = BufReader::new(stream.try_clone().expect("a handle")).lines();
        stream.write_all(b"220 hello\r\n").expect("it listens");
        lines.next().expect("EHLO").expect("text");
        stream.write_all(b"250-hello\r\n250 STARTTLS\r\n").expect("it listens");
        lines.next().expect("STARTTLS").expect("text");
        // Somebody in between adds an answer of his own.
        stream.write_all(b"220 go on\r\n250-evil\r\n250 AUTH PLAIN\r\n").expect("it listens");
        lines.for_each(|line| assert!(!line.unwrap_or_default().contains("AUTH"), "a password in clear"));
    });
    assert_eq!(sends(over(&url, None)).0, SendFailure::NotSmtp(Phase::StartTls).to_text());
    server.join().expect("no panic");
}

#[test]
fn the_greeting_is_the_senders_domain_or_what_the_operator_chose_and_never_the_machine() {
    for (chosen, said) in
        [("", "example.org"), ("Out.Example.NET", "out.example.net"), ("[192.0.2.1]", "[192.0.2.1]")]
    {
        let mut server = SmtpServer::start(ServerTls::None, None);
        let url = format!("smtp://127.0.0.1:{}", server.port());
        let transport =
            Transport::open(&settings(&[("SMTP_URL", &url), ("SMTP_HELO", chosen)]).mail).unwrap();
        let running = start(&TestOutbox::with(1), transport);
        let mail = server.next_mail();
        assert_eq!(mail.ehlo(), said);
        let id = mail.data().lines().find(|line| line.starts_with("Message-ID:")).expect("an id");
        assert!(id.ends_with("@example.org>"), "{id}");
        running.worker.stop();
    }
}

#[test]
fn a_folder_that_cannot_be_written_to_is_named() {
    let folder =
        std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("no-mail-{}", std::process::id()));
    let transport = over(&format!("file:{}", folder.display()), None);
    std::fs::remove_dir(&folder).unwrap();
    assert_eq!(sends(transport), (String::from("folder-missing"), Verdict::ThisServer));
    std::fs::write(&folder, "a file in its place").unwrap();
    assert_eq!(sends(Transport::File(folder.clone())).0, "folder-missing");
    std::fs::remove_file(&folder).unwrap();
}
