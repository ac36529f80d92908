//! A form that has to wait because a limit is used up, and the ticket with which it comes again.

use std::fmt;

/// The hidden field that carries a ticket.
pub const TICKET_FIELD: &str = "turn";

/// A form that has to wait. Its `Debug` shows nothing.
#[derive(Clone)]
pub struct Waiting {
    /// How long.
    pub secs: u64,
    /// The ticket that is good then.
    pub ticket: String,
    /// Where the form goes.
    pub path: String,
    /// What was typed.
    pub fields: Vec<(String, String)>,
    /// The form's token, where it has one.
    pub form_token: Option<String>,
    /// Why there is a wait.
    pub because: Because,
}

/// Why there is a wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Because {
    /// Of a network, a mail domain or the whole site.
    Network,
    /// Of an account that passphrases are tried for.
    Account,
}

impl fmt::Debug for Waiting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Waiting(…)")
    }
}
