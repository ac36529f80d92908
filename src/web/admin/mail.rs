//! How mail goes, in words for admins.

use crate::{
    domain::{
        mail_health::{MailHealth, MailState},
        sending::{CertificateFault, FolderFault, Phase, SendFailure, Verdict},
    },
    locale::Locale,
};

/// How mail goes, a sentence to a line, in the words of `t`.
#[must_use]
pub fn lines(t: &Locale, mail: &MailHealth) -> Vec<String> {
    let mut lines = match mail.state {
        MailState::Unknown => vec![t.text("admin-mail-unknown")],
        MailState::Well => vec![t.text("admin-mail-well")],
        MailState::Slow => vec![t.text("admin-mail-slow")],
        MailState::Failing { since, why } => {
            vec![t.with1("admin-mail-failing", "time", t.instant(since)), reason(t, why)]
        }
    };
    if let Some((domain, why)) = &mail.refused_at {
        lines.push(t.with1("admin-mail-refused", "domain", domain));
        lines.push(reason(t, *why));
    }
    lines
}

/// The part of a conversation with a mail server. Commands are called by their names in every language.
fn phase_in_words(t: &Locale, phase: Phase) -> String {
    match phase {
        Phase::Resolve => t.text("mail-phase-resolve"),
        Phase::Connect => t.text("mail-phase-connect"),
        Phase::Tls => t.text("mail-phase-tls"),
        Phase::Banner => t.text("mail-phase-banner"),
        Phase::Ehlo | Phase::StartTls | Phase::Auth | Phase::MailFrom | Phase::RcptTo | Phase::Data => {
            String::from(phase.as_str())
        }
    }
}

/// Why, with the server's number where it gave one.
fn reason(t: &Locale, why: SendFailure) -> String {
    let words = t.text(reason_message_id(why));
    match why {
        SendFailure::Answered(answer) => t.with3(
            "admin-mail-answer",
            "words",
            words,
            "phase",
            phase_in_words(t, answer.phase),
            "answer",
            answer.to_string(),
        ),
        SendFailure::TimedOut(phase) | SendFailure::Closed(phase) | SendFailure::NotSmtp(phase) => {
            t.with2("admin-mail-phase", "words", words, "phase", phase_in_words(t, phase))
        }
        _ => words,
    }
}

const fn reason_message_id(why: SendFailure) -> &'static str {
    match why {
        SendFailure::Answered(answer) => match (answer.verdict(), answer.phase) {
            (Verdict::Later, _) => "mail-why-later",
            (Verdict::Mailbox, _) => "mail-why-mailbox",
            (Verdict::ThisServer, Phase::Auth) => "mail-why-login",
            (Verdict::ThisServer, Phase::Ehlo) => "mail-why-name",
            (Verdict::ThisServer, Phase::MailFrom) => "mail-why-sender",
            (Verdict::ThisServer, Phase::RcptTo) => "mail-why-relaying",
            (Verdict::ThisServer, Phase::Data) => "mail-why-content",
            (Verdict::ThisServer, _) => "mail-why-server",
        },
        SendFailure::TimedOut(_) => "mail-why-timeout",
        SendFailure::Closed(_) => "mail-why-closed",
        SendFailure::NotSmtp(_) => "mail-why-no-smtp",
        SendFailure::HostNotFound => "mail-why-dns",
        SendFailure::ConnectionRefused => "mail-why-connection-refused",
        SendFailure::Unreachable => "mail-why-unreachable",
        SendFailure::Certificate(CertificateFault::UnknownIssuer) => "mail-why-certificate-issuer",
        SendFailure::Certificate(CertificateFault::Expired) => "mail-why-certificate-expired",
        SendFailure::Certificate(CertificateFault::NotYetValid) => "mail-why-certificate-early",
        SendFailure::Certificate(CertificateFault::WrongName) => "mail-why-certificate-name",
        SendFailure::Certificate(CertificateFault::Unusable) => "mail-why-certificate",
        SendFailure::NoHandshake => "mail-why-handshake",
        SendFailure::NotTls => "mail-why-no-tls",
        SendFailure::NoStartTls => "mail-why-no-starttls",
        SendFailure::NoSignIn => "mail-why-no-sign-in",
        SendFailure::Folder(FolderFault::Missing) => "mail-why-folder-missing",
        SendFailure::Folder(FolderFault::Denied) => "mail-why-folder-denied",
        SendFailure::Folder(FolderFault::Full) => "mail-why-folder-full",
        SendFailure::Folder(FolderFault::ReadOnly) => "mail-why-folder-read-only",
        SendFailure::Folder(FolderFault::Unusable) => "mail-why-folder",
        SendFailure::Unwritable => "mail-why-unwritable",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::Timestamp;

    #[test]
    fn every_reason_is_told_in_words_with_the_servers_number() {
        let t = Locale::english().unwrap();
        for why in SendFailure::samples() {
            let state = MailState::Failing { since: Timestamp::from_secs(1_780_488_000), why };
            let said = lines(&t, &MailHealth { state, refused_at: None });
            assert_eq!(said[0], "Mail has been failing since 3 June 2026, 12:00 UTC.");
            assert!(!said[1].contains('«') && said[1].len() > 10, "{why:?}: {}", said[1]);
            if let SendFailure::Answered(answer) = why {
                assert!(said[1].contains(&answer.to_string()), "{}", said[1]);
            }
        }
    }

    #[test]
    fn a_domain_that_refuses_is_named_beside_the_rest() {
        let t = Locale::english().unwrap();
        let refused_at = Some((String::from("initech.example"), SendFailure::samples()[5]));
        let said = lines(&t, &MailHealth { state: MailState::Well, refused_at });
        assert_eq!(said[0], "Mail goes well.");
        assert!(said[1].contains("initech.example") && said[2].contains("554 5.7.1"), "{said:?}");
    }
}
