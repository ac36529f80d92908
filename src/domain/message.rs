//! What mails say, before any words are chosen: `mail` renders these, `actions` queue them.

use super::{email::EmailAddress, lang::Lang, secret::SecretText};

/// Hours that a mailed code lives from the mail server's acceptance: quarantines are slow.
pub const CODE_HOURS: u32 = 24;

/// A mail waiting to be sent. Its `Debug` shows neither the address nor the code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outgoing {
    /// Who gets it.
    pub to: EmailAddress,
    /// The language it is written in: that of the request that asked for it.
    pub lang: Lang,
    /// What it says.
    pub message: Message,
}

/// Whether a further mail goes to the same spelling on the same day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MoreToday {
    /// Yes, if somebody asks.
    Yes,
    /// No: so many went out that this is the last. Only who reads the mailbox is told.
    No,
}

/// The mails this instance sends. The same discreet template serves every purpose: no petition, employer or
/// purpose is named (protocol, section 7).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Message {
    /// A code alone: all that a work address ever gets.
    Code {
        /// Eight characters, as they are to be typed.
        code: SecretText,
        /// Whether another one may follow.
        more_today: MoreToday,
    },
    /// A code, and a link to a page with a button: personal addresses only.
    CodeWithLink {
        /// Eight characters, as they are to be typed.
        code: SecretText,
        /// The token that stands in the link's path, `/confirm/{token}`.
        link_token: SecretText,
        /// Whether another one may follow.
        more_today: MoreToday,
    },
}
