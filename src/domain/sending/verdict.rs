//! At whom a failure is aimed. The phase and the enhanced code say it better than the three digits: "550" is what a
//! server says to an unknown mailbox and to a sender that may not relay alike.
//!
//! Sources: RFC 5321 (codes, section 4.2.3), RFC 3463 and RFC 5248 (enhanced codes), RFC 4954 (signing in), RFC 7504
//! (521, 556), RFC 7505 (5.1.10).

use std::fmt;

use super::{Answer, EnhancedCode, Hint, Phase, SendFailure};

/// At whom a failure is aimed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// At this server: its name, its network, its login, its sender, its content. The operator can mend it.
    ThisServer,
    /// At nobody: it may pass by itself.
    Later,
    /// At this one mailbox, or this one mail. Nobody but the recipient can mend it.
    Mailbox,
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ThisServer => "aimed at this server",
            Self::Later => "to be tried later",
            Self::Mailbox => "aimed at the mailbox",
        })
    }
}

impl SendFailure {
    /// At whom it is aimed.
    #[must_use]
    pub const fn verdict(&self) -> Verdict {
        match self {
            Self::Answered(answer) => answer.verdict(),
            // The others go out as before.
            Self::Unwritable => Verdict::Mailbox,
            Self::TimedOut(_)
            | Self::Closed(_)
            | Self::NotSmtp(_)
            | Self::HostNotFound
            | Self::ConnectionRefused
            | Self::Unreachable
            | Self::Certificate(_)
            | Self::NoHandshake
            | Self::NotTls
            | Self::NoStartTls
            | Self::NoSignIn
            | Self::Folder(_) => Verdict::ThisServer,
        }
    }
}

impl Answer {
    /// At whom the answer is aimed.
    #[must_use]
    pub const fn verdict(&self) -> Verdict {
        if self.code < 500 {
            return Verdict::Later;
        }
        match self.phase {
            // One recipient per mail: from here on an answer can be about the mailbox.
            Phase::RcptTo | Phase::Data => match self.enhanced {
                Some(enhanced) => self.by_enhanced_code(enhanced),
                None => self.by_digits(),
            },
            // Nobody has said yet to whom the mail goes.
            _ => Verdict::ThisServer,
        }
    }

    #[expect(clippy::match_same_arms, reason = "each line is a rule with a reason of its own")]
    const fn by_enhanced_code(&self, code: EnhancedCode) -> Verdict {
        match (code.class, code.subject, code.detail) {
            // "Other or undefined" says no more than the digits do. Outlook.com answers an unknown mailbox so.
            (5, 0 | 5, 0) => self.by_digits(),
            // 5.1.7 and 5.1.8 are about the sender's address; null MX of the sender is 5.7.27.
            (5, 1, 7 | 8) => Verdict::ThisServer,
            // No such mailbox, no such domain, moved, null MX.
            (5, 1, _) => Verdict::Mailbox,
            // Full: people empty their mailboxes.
            (5, 2, 2) => Verdict::Later,
            // Too long for this mailbox: our mails have a kilobyte, so the limit means something else.
            (5, 2, 3) => Verdict::ThisServer,
            // Disabled, or a list that cannot be expanded.
            (5, 2, _) => Verdict::Mailbox,
            // The recipient's mail system: not accepting now, full, badly set up.
            (5, 3, _) => Verdict::Later,
            // 5.4.1 is what Exchange Online says to an unknown mailbox ("Recipient address rejected: Access denied"),
            // 5.4.4 to a domain without a mail server.
            (5, 4, 1 | 4) => Verdict::Mailbox,
            // Loops, congestion, a directory that is away.
            (5, 4, _) => Verdict::Later,
            // Protocol, content, policy: relaying denied, not signed in, blocked, not authentic.
            (5, 5..=7, _) => Verdict::ThisServer,
            // A class that contradicts the digits, or a subject that no RFC knows.
            _ => self.by_digits(),
        }
    }

    /// Without an enhanced code. RFC 5321 gives 550 to "no such mailbox" and to "for policy reasons" alike: the words
    /// decide, and where they say nothing that is known, the mailbox is refused at RCPT TO. After DATA, only content
    /// and policy are left to refuse.
    #[expect(clippy::match_same_arms, reason = "each line is a rule with a reason of its own")]
    const fn by_digits(&self) -> Verdict {
        match (self.hint, self.phase, self.code) {
            (Hint::Sender, _, _) => Verdict::ThisServer,
            // 550 no such mailbox, 551 not here, 553 its name is not allowed, 556 its domain takes no mail; 501 its
            // spelling is not understood.
            (Hint::None, Phase::RcptTo, 501 | 550 | 551 | 553 | 556) => Verdict::Mailbox,
            // Storage exceeded.
            (Hint::None, _, 552) => Verdict::Later,
            // 554 "transaction failed", 530 and 535 signing in, 503 order of commands, 521 takes no mail at all.
            (Hint::None, _, _) => Verdict::ThisServer,
        }
    }
}
