//! Mail addresses and mail domains.

use std::fmt;

/// A mail address, as typed (trimmed). Redacted in `Debug`, no `Display`, no `Serialize`.
#[derive(Clone, PartialEq, Eq)]
pub struct EmailAddress(String);

impl EmailAddress {
    /// The address itself.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EmailAddress(…)")
    }
}
/// What is wrong with a mail domain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DomainProblem {
    /// Not a domain.
    NotADomain,
}

impl DomainProblem {
    /// The message that says it.
    #[must_use]
    pub fn message_id(&self) -> &'static str {
        "domain-not-a-domain"
    }
}

/// A mail domain of an employer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailDomain(String);

impl MailDomain {
    /// Reads `example.com` or `@example.com`.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(text: &str) -> Result<Self, DomainProblem> {
        let text = text.trim().trim_start_matches('@');
        if text.contains('.') { Ok(Self(text.to_lowercase())) } else { Err(DomainProblem::NotADomain) }
    }

    /// The domain.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
