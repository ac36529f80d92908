//! A failure in a line that reads back, for a column of the database: `answered RCPT-TO 550 5.7.1`.

use super::{Answer, CertificateFault, EnhancedCode, FolderFault, Hint, Phase, SendFailure};

/// Failures that are one word.
const WORDS: &[(&str, SendFailure)] = &[
    ("host-not-found", SendFailure::HostNotFound),
    ("connection-refused", SendFailure::ConnectionRefused),
    ("unreachable", SendFailure::Unreachable),
    ("certificate-unknown-issuer", SendFailure::Certificate(CertificateFault::UnknownIssuer)),
    ("certificate-expired", SendFailure::Certificate(CertificateFault::Expired)),
    ("certificate-not-yet-valid", SendFailure::Certificate(CertificateFault::NotYetValid)),
    ("certificate-wrong-name", SendFailure::Certificate(CertificateFault::WrongName)),
    ("certificate-unusable", SendFailure::Certificate(CertificateFault::Unusable)),
    ("no-handshake", SendFailure::NoHandshake),
    ("not-tls", SendFailure::NotTls),
    ("no-starttls", SendFailure::NoStartTls),
    ("no-sign-in", SendFailure::NoSignIn),
    ("folder-missing", SendFailure::Folder(FolderFault::Missing)),
    ("folder-denied", SendFailure::Folder(FolderFault::Denied)),
    ("folder-full", SendFailure::Folder(FolderFault::Full)),
    ("folder-read-only", SendFailure::Folder(FolderFault::ReadOnly)),
    ("folder-unusable", SendFailure::Folder(FolderFault::Unusable)),
    ("unwritable", SendFailure::Unwritable),
];

impl SendFailure {
    /// In a line that [`parse`](Self::parse) reads.
    #[must_use]
    pub fn to_text(&self) -> String {
        let at = |phase: Phase| phase.as_str().replace(' ', "-");
        match self {
            Self::Answered(answer) => {
                let hint = match answer.hint {
                    Hint::None => "",
                    Hint::Sender => " sender",
                };
                format!("answered {} {answer}{hint}", at(answer.phase))
            }
            Self::TimedOut(phase) => format!("timed-out {}", at(*phase)),
            Self::Closed(phase) => format!("closed {}", at(*phase)),
            Self::NotSmtp(phase) => format!("not-smtp {}", at(*phase)),
            word => {
                let known = WORDS.iter().find(|(_, failure)| failure == word);
                String::from(known.map_or("", |(text, _)| text))
            }
        }
    }

    /// Reads what [`to_text`](Self::to_text) wrote. `None` for anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let words: Vec<&str> = text.split(' ').collect();
        let phase =
            |text: &str| Phase::ALL.into_iter().find(|phase| phase.as_str().replace(' ', "-") == text);
        match words[..] {
            ["answered", at, code, ref rest @ ..] => {
                let (enhanced, hint) = match rest {
                    [] => (None, Hint::None),
                    ["sender"] => (None, Hint::Sender),
                    [enhanced] => (Some(EnhancedCode::parse(enhanced)?), Hint::None),
                    [enhanced, "sender"] => (Some(EnhancedCode::parse(enhanced)?), Hint::Sender),
                    _ => return None,
                };
                Some(Self::Answered(Answer { phase: phase(at)?, code: code.parse().ok()?, enhanced, hint }))
            }
            ["timed-out", at] => Some(Self::TimedOut(phase(at)?)),
            ["closed", at] => Some(Self::Closed(phase(at)?)),
            ["not-smtp", at] => Some(Self::NotSmtp(phase(at)?)),
            [word] => WORDS.iter().find(|(text, _)| *text == word).map(|(_, failure)| *failure),
            _ => None,
        }
    }

    /// One of each kind, for tests and for samples of pages.
    #[must_use]
    pub fn samples() -> Vec<Self> {
        let answer = |phase, code, enhanced: &str, hint| {
            Self::Answered(Answer { phase, code, enhanced: EnhancedCode::parse(enhanced), hint })
        };
        let answers = [
            answer(Phase::Banner, 554, "", Hint::None),
            answer(Phase::Ehlo, 550, "5.7.1", Hint::None),
            answer(Phase::StartTls, 454, "4.7.0", Hint::None),
            answer(Phase::Auth, 535, "5.7.8", Hint::None),
            answer(Phase::MailFrom, 553, "5.1.8", Hint::Sender),
            answer(Phase::RcptTo, 554, "5.7.1", Hint::Sender),
            answer(Phase::RcptTo, 550, "5.1.1", Hint::None),
            answer(Phase::RcptTo, 451, "", Hint::None),
            answer(Phase::Data, 554, "", Hint::Sender),
        ];
        let phases = Phase::ALL
            .into_iter()
            .flat_map(|phase| [Self::TimedOut(phase), Self::Closed(phase), Self::NotSmtp(phase)]);
        answers.into_iter().chain(phases).chain(WORDS.iter().map(|(_, failure)| *failure)).collect()
    }
}
