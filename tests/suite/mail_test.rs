//! `undersigned mail-test`: an operator tries out the mail server, and reads step by step what happened.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

use crate::support::{ServerTls, SmtpServer, environment};

const ADDRESS: &str = "ada.lovelace@big-corp.example";

/// A folder of its own, in which the program runs.
struct Desk(PathBuf);

impl Desk {
    fn new(name: &str) -> Self {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("desk-{}-{name}", std::process::id()));
        fs::create_dir_all(&path).expect("a folder");
        Self(path)
    }

    fn try_out(&self, url: &str, address: &str, settings: &[(&str, &str)]) -> (Option<i32>, String) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_undersigned"));
        command
            .args(["mail-test", address])
            .current_dir(&self.0)
            .env_clear()
            .env("PATH", environment("PATH").unwrap_or_default())
            .env("SMTP_URL", url)
            .env("MAIL_FROM", "Mailer <post@example.org>")
            .env("LOG", "trace")
            .envs(settings.iter().copied())
            .stdin(Stdio::null());
        let Output { status, stdout, stderr } = command.output().expect("it runs");
        let said = format!("{}{}", String::from_utf8_lossy(&stdout), String::from_utf8_lossy(&stderr));
        assert!(!said.contains("lovelace"), "the address is repeated: {said}");
        assert!(!self.0.join("data").exists(), "nothing is kept");
        (status.code(), said)
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        drop(fs::remove_dir_all(&self.0));
    }
}

#[track_caller]
fn says(said: &str, lines: &[&str]) {
    let mut rest = said;
    for line in lines {
        rest = rest.split_once(line).unwrap_or_else(|| panic!("{line} is missing in:\n{said}")).1;
    }
}

#[test]
fn a_mail_server_that_takes_the_mail_is_told_step_by_step() {
    let mut server = SmtpServer::start(ServerTls::StartTls, Some("clerk:secret"));
    let url = format!("smtp://clerk:secret@127.0.0.1:{}?tls=required", server.port());
    let desk = Desk::new("starttls");
    let (code, said) = desk.try_out(&url, ADDRESS, &[("SMTP_CA_FILE", &server.authority())]);
    assert_eq!(code, Some(0), "{said}");
    says(
        &said,
        &[
            "DNS: the name is found",
            "TCP: connected",
            "banner: the server is ready",
            "EHLO example.org: accepted",
            "STARTTLS: accepted",
            "TLS 1.3: the certificate names 127.0.0.1 and is trusted",
            "AUTH: user name and password accepted",
            "MAIL FROM post@example.org: accepted",
            "RCPT TO",
            "DATA: the mail is accepted with 250",
            "has taken the mail",
        ],
    );
    let mail = server.next_mail();
    assert_eq!((mail.to(), mail.ehlo()), (ADDRESS, "example.org"));
    assert!(mail.data().contains("Subject: Test") && !mail.data().to_lowercase().contains("petition"));
}

#[test]
fn what_fails_is_named_with_what_to_do() {
    let desk = Desk::new("fails");
    let down = SmtpServer::start(ServerTls::None, None).stop();
    let (code, said) = desk.try_out(&format!("smtp://127.0.0.1:{down}"), ADDRESS, &[]);
    assert_eq!(code, Some(1));
    says(&said, &["FAILED  the connection was refused", "Check the port in SMTP_URL"]);

    let tls = SmtpServer::start(ServerTls::Implicit, None);
    let (code, said) = desk.try_out(&format!("smtps://127.0.0.1:{}", tls.port()), ADDRESS, &[]);
    assert_eq!(code, Some(1));
    says(&said, &["TCP: connected", "FAILED  TLS: the certificate is not trusted", "SMTP_CA_FILE"]);

    let strict = SmtpServer::start(ServerTls::StartTls, Some("clerk:secret"));
    let url = format!("smtp://clerk:wrong@127.0.0.1:{}?tls=required", strict.port());
    let (code, said) = desk.try_out(&url, ADDRESS, &[("SMTP_CA_FILE", &strict.authority())]);
    assert_eq!(code, Some(1));
    says(
        &said,
        &["FAILED  AUTH was answered 535 5.7.8, aimed at this server", "refuses user name or password"],
    );
    assert!(!said.contains("wrong"), "{said}");

    for (command, expected) in [
        ("answer 550 rcpt 5.7.1 no relaying", "FAILED  RCPT TO was answered 550 5.7.1, aimed at this server"),
        ("answer 550 rcpt 5.1.1", "FAILED  RCPT TO was answered 550 5.1.1, aimed at the mailbox"),
        ("answer 550 ehlo", "FAILED  EHLO was answered 550, aimed at this server"),
        ("answer 451 data 4.3.0", "FAILED  DATA was answered 451 4.3.0, to be tried later"),
    ] {
        let mut server = SmtpServer::start(ServerTls::None, None);
        server.tell(command);
        let (code, said) = desk.try_out(&format!("smtp://127.0.0.1:{}", server.port()), ADDRESS, &[]);
        assert_eq!(code, Some(1), "{said}");
        says(&said, &["banner: the server is ready", expected]);
    }
}

#[test]
fn a_folder_takes_a_test_mail_too() {
    let desk = Desk::new("folder");
    let (code, said) = desk.try_out("file:mail", ADDRESS, &[]);
    assert_eq!(code, Some(0), "{said}");
    says(&said, &["into the folder mail", "written to mail/", ".eml (nobody gets it)", "delete it"]);
    assert_eq!(fs::read_dir(desk.0.join("mail")).expect("a folder").count(), 1);
}

#[test]
fn what_is_no_address_is_wrong_usage_and_is_not_repeated() {
    let desk = Desk::new("usage");
    let (code, said) = desk.try_out("file:mail", "ada.lovelace", &[]);
    assert_eq!(code, Some(2), "{said}");
    assert!(!desk.0.join("mail").exists());
}
