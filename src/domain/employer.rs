//! Employers: whose staff are asked to sign, and under which mail domains they can prove it.

use super::{email::MailDomain, web_address::WebAddress};

/// The longest name of an employer, in characters.
pub const NAME_MAX_CHARS: usize = 120;
/// The most mail domains an employer may have.
pub const DOMAINS_MAX: usize = 50;

/// An employer as an admin lists it, or as an organizer proposes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EmployerFacts {
    /// Its name.
    pub name: String,
    /// Its mail domains, each listed exactly: a subdomain counts only if it is listed.
    pub domains: Vec<MailDomain>,
    /// How many people work there, with the public source that says so.
    pub head_count: Option<HeadCount>,
}

/// A head count. It never stands without its source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeadCount {
    /// People.
    pub people: u64,
    /// Where that is published.
    pub source: WebAddress,
}
