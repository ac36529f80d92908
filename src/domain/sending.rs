//! Why a mail was not taken: the phase of the conversation with the mail server, the codes of its answer, and at whom
//! the failure is aimed, which decides how long the mail waits.
//!
//! Holds codes and phases only, never the server's own words: servers quote the address. The talking is `mail`'s;
//! the waiting is `actions::outbox`'s; how mail goes in all: [`super::mail_health`].

mod text;
mod verdict;

use std::fmt;

pub use self::verdict::Verdict;

/// Where in the conversation with the mail server something happened, in the order of the conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Phase {
    /// Looking up the host's name.
    Resolve,
    /// The TCP connection.
    Connect,
    /// The TLS handshake.
    Tls,
    /// The server's first line.
    Banner,
    /// Our name.
    Ehlo,
    /// The request to encrypt.
    StartTls,
    /// User name and password.
    Auth,
    /// The sender.
    MailFrom,
    /// The recipient.
    RcptTo,
    /// The mail itself.
    Data,
}

impl Phase {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::Resolve,
        Self::Connect,
        Self::Tls,
        Self::Banner,
        Self::Ehlo,
        Self::StartTls,
        Self::Auth,
        Self::MailFrom,
        Self::RcptTo,
        Self::Data,
    ];

    /// Its name in SMTP, or in few words.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Resolve => "DNS lookup",
            Self::Connect => "TCP connection",
            Self::Tls => "TLS handshake",
            Self::Banner => "banner",
            Self::Ehlo => "EHLO",
            Self::StartTls => "STARTTLS",
            Self::Auth => "AUTH",
            Self::MailFrom => "MAIL FROM",
            Self::RcptTo => "RCPT TO",
            Self::Data => "DATA",
        }
    }
}

/// An enhanced status code (RFC 3463): `5.7.1`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EnhancedCode {
    /// 4: for now, 5: for good.
    pub class: u16,
    /// What it is about: 1 address, 2 mailbox, 3 system, 4 routing, 5 protocol, 6 content, 7 policy.
    pub subject: u16,
    /// What exactly.
    pub detail: u16,
}

impl EnhancedCode {
    /// Reads `5.7.1`. `None` for anything else: three numbers, the first one digit, the others at most three.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('.').map(|part| {
            let fits = (1..=3).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
            fits.then(|| part.parse::<u16>().ok()).flatten()
        });
        let (class, subject, detail) = (parts.next()??, parts.next()??, parts.next()??);
        let fits = parts.next().is_none() && (2..=5).contains(&class);
        fits.then_some(Self { class, subject, detail })
    }
}

impl fmt::Display for EnhancedCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.class, self.subject, self.detail)
    }
}

/// What the words of an answer are about, where its codes do not say. All that is kept of the words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Hint {
    /// Nothing that is known.
    None,
    /// This server is not allowed to send: relaying, signing in, a block list, a policy about senders.
    Sender,
}

/// The mail server's answer to one command, where it is no yes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Answer {
    /// To which command.
    pub phase: Phase,
    /// The three digits.
    pub code: u16,
    /// The enhanced code, if there was one.
    pub enhanced: Option<EnhancedCode>,
    /// What its words were about.
    pub hint: Hint,
}

/// `550 5.7.1`
impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.code)?;
        self.enhanced.map_or(Ok(()), |enhanced| write!(f, " {enhanced}"))
    }
}

/// What is wrong with the mail server's certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CertificateFault {
    /// It comes from nobody who is trusted.
    UnknownIssuer,
    /// It has run out.
    Expired,
    /// Its time has not come.
    NotYetValid,
    /// It is for another host.
    WrongName,
    /// Anything else.
    Unusable,
}

/// What is wrong with the folder that mails are written into.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FolderFault {
    /// It is not there.
    Missing,
    /// This user may not write there.
    Denied,
    /// The disk is full.
    Full,
    /// The file system is read-only.
    ReadOnly,
    /// Anything else.
    Unusable,
}

/// Why a mail was not taken. Neither the address nor the server's words are in here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SendFailure {
    /// The mail server answered a command with a no.
    Answered(Answer),
    /// It took too long.
    TimedOut(Phase),
    /// It closed the connection.
    Closed(Phase),
    /// It said what is no SMTP.
    NotSmtp(Phase),
    /// The host's name is not known.
    HostNotFound,
    /// Nobody listens at the port.
    ConnectionRefused,
    /// There is no way to the host.
    Unreachable,
    /// The certificate is not accepted.
    Certificate(CertificateFault),
    /// No TLS version or cipher in common, or an alert.
    NoHandshake,
    /// The port does not speak TLS.
    NotTls,
    /// The server offers no STARTTLS, which the settings ask for.
    NoStartTls,
    /// The server offers no way of signing in that is known here.
    NoSignIn,
    /// The mail could not be written into the folder.
    Folder(FolderFault),
    /// The mail could not be put into words: a fault of the program.
    Unwritable,
}

/// What becomes of a mail that was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Later {
    /// It will be tried again.
    Again,
    /// It was given up.
    GivenUp,
}

/// How long handing something over took.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pace {
    /// As it should.
    Prompt,
    /// So long that people notice.
    Slow,
}

impl fmt::Display for SendFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words = match self {
            Self::Answered(answer) => {
                return write!(f, "{} was answered {answer}, {}", answer.phase.as_str(), answer.verdict());
            }
            Self::TimedOut(phase) => return write!(f, "no answer in time ({})", phase.as_str()),
            Self::Closed(phase) => {
                return write!(f, "the mail server closed the connection ({})", phase.as_str());
            }
            Self::NotSmtp(phase) => {
                return write!(f, "the mail server said what is no SMTP ({})", phase.as_str());
            }
            Self::HostNotFound => "the mail server's name is not found (DNS)",
            Self::ConnectionRefused => "the connection was refused: nobody listens at this port",
            Self::Unreachable => "the mail server cannot be reached over the network",
            Self::Certificate(CertificateFault::UnknownIssuer) => {
                "TLS: the certificate is not trusted (unknown issuer)"
            }
            Self::Certificate(CertificateFault::Expired) => "TLS: the certificate has expired",
            Self::Certificate(CertificateFault::NotYetValid) => "TLS: the certificate is not valid yet",
            Self::Certificate(CertificateFault::WrongName) => "TLS: the certificate is for another host name",
            Self::Certificate(CertificateFault::Unusable) => "TLS: the certificate cannot be used",
            Self::NoHandshake => "TLS: the handshake failed",
            Self::NotTls => "TLS: the port does not speak TLS",
            Self::NoStartTls => "TLS: the mail server offers no STARTTLS",
            Self::NoSignIn => "the mail server offers no way to sign in that is known here (PLAIN, LOGIN)",
            Self::Folder(FolderFault::Missing) => "the folder for mails is not there",
            Self::Folder(FolderFault::Denied) => "the folder for mails may not be written to",
            Self::Folder(FolderFault::Full) => "the disk with the folder for mails is full",
            Self::Folder(FolderFault::ReadOnly) => "the folder for mails is on a read-only file system",
            Self::Folder(FolderFault::Unusable) => "the folder for mails cannot be written to",
            Self::Unwritable => "the mail cannot be put into words",
        };
        f.write_str(words)
    }
}

impl std::error::Error for SendFailure {}

#[cfg(test)]
mod tests;
