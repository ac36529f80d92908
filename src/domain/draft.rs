//! A petition being written: what was typed, kept as typed, and what is still wrong with it.
//!
//! [`Draft`] is the form's own text. [`Draft::check`] reads it and gives both what could be read
//! ([`Content`]) and every [`DraftProblem`]; a petition can be sent in when there is none.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{
    contract::ContractFacts,
    email::MailDomain,
    employer::{DOMAINS_MAX, EmployerFacts},
    ids::EmployerId,
    proof::{CrowdPlan, ProofKind, default_proofs},
    sealing::SealingTerms,
    text::machine_readable,
    time::{Day, Timestamp},
};

mod check;
mod problem;
mod size;
#[cfg(test)]
mod tests;

use check::Check;
pub use problem::{DraftProblem, Problem};

/// The longest title, in characters: the ask, a verb phrase.
pub const TITLE_MAX_CHARS: usize = 80;
/// The longest text of one line (addressee, customer, publisher …), in characters.
pub const LINE_MAX_CHARS: usize = 200;
/// The longest web address of a source, in characters.
pub const URL_MAX_CHARS: usize = 2_000;
/// The longest summary, in characters.
pub const SUMMARY_MAX_CHARS: usize = 300;
/// The longest body, in characters of Markdown.
pub const BODY_MAX_CHARS: usize = 20_000;
/// The longest demand, in characters.
pub const DEMAND_MAX_CHARS: usize = 300;
/// The most demands.
pub const DEMANDS_MAX: usize = 10;
/// The most contracts.
pub const CONTRACTS_MAX: usize = 5;
/// The most sources of a contract.
pub const SOURCES_MAX: usize = 5;
/// The most employers of a petition: each may become a crowd, and a crowd's place is one byte.
pub const EMPLOYERS_MAX: usize = 20;
/// A petition closes within twelve months of opening (protocol, section 3, step 9).
pub const OPEN_MAX_DAYS: i64 = 365;
/// How far the last day to sign may be moved later where the organizer says nothing else.
pub const EXTENSION_DEFAULT_DAYS: i64 = 30;
/// The value of a supplier field that means "the employer proposed in this petition".
pub const PROPOSED: &str = "proposed";

/// The steps in which a petition is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// Title, addressee, summary, who starts it.
    Basics,
    /// The text and the demands.
    Text,
    /// The contracts and their sources.
    Contracts,
    /// Whose staff are asked, and how they are counted.
    Signers,
    /// Goal and times.
    Schedule,
}

impl Step {
    /// All, in their order.
    pub const ALL: [Self; 5] = [Self::Basics, Self::Text, Self::Contracts, Self::Signers, Self::Schedule];

    /// The name used in paths.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Basics => "basics",
            Self::Text => "text",
            Self::Contracts => "contracts",
            Self::Signers => "signers",
            Self::Schedule => "schedule",
        }
    }

    /// Reads [`Self::as_str`]. `None` for an unknown step.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|step| step.as_str() == text)
    }

    /// The step after this one. `None` after the last.
    #[must_use]
    pub fn next(self) -> Option<Self> {
        Self::ALL.into_iter().find(|step| *step > self)
    }
}

/// What was typed, as it was typed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Draft {
    /// Step basics.
    pub title: String,
    /// Step basics.
    pub addressed_to: String,
    /// Step basics.
    pub summary: String,
    /// Step basics: who starts it, as shown (a pseudonym may).
    pub started_by: String,
    /// Step text: Markdown.
    pub body: String,
    /// Step text: one demand per line.
    pub demands: String,
    /// Step contracts.
    pub contracts: Vec<ContractDraft>,
    /// Step signers: ids of listed employers.
    pub employers: Vec<String>,
    /// Step signers: an employer that is not listed yet.
    pub proposed_name: String,
    /// Step signers: its mail domains, separated by spaces, commas or lines.
    pub proposed_domains: String,
    /// Step signers: `together` or `per-employer`.
    pub counting: String,
    /// Step signers: which proofs are taken.
    pub proofs: BTreeSet<ProofKind>,
    /// Step signers: who holds the key to sealed names, as shown; empty for none.
    pub trustee: String,
    /// Step signers: the trustee's public key.
    pub sealing_key: String,
    /// Step signers: how many must have agreed to be named.
    pub reveal_at: String,
    /// Step schedule.
    pub goal: String,
    /// Step schedule: the last day to sign.
    pub closes: String,
    /// Step schedule: the latest day to which the last day may be moved; empty for 30 days after it.
    pub extend_until: String,
}

/// Nothing typed; staff sign by work address, as in drafts that were written before there was a choice.
impl Default for Draft {
    fn default() -> Self {
        Self {
            title: String::new(),
            addressed_to: String::new(),
            summary: String::new(),
            started_by: String::new(),
            body: String::new(),
            demands: String::new(),
            contracts: Vec::new(),
            employers: Vec::new(),
            proposed_name: String::new(),
            proposed_domains: String::new(),
            counting: String::new(),
            proofs: default_proofs(),
            trustee: String::new(),
            sealing_key: String::new(),
            reveal_at: String::new(),
            goal: String::new(),
            closes: String::new(),
            extend_until: String::new(),
        }
    }
}

/// One contract, as it was typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ContractDraft {
    /// Id of a listed employer, or [`PROPOSED`].
    pub supplier: String,
    /// Who is supplied.
    pub customer: String,
    /// What it is called.
    pub title: String,
    /// What it provides.
    pub provides: String,
    /// What it is worth.
    pub value: String,
    /// Three letters.
    pub currency: String,
    /// A [`ContractStatus`](crate::domain::contract::ContractStatus) by name.
    pub status: String,
    /// First day.
    pub starts: String,
    /// Last day.
    pub ends: String,
    /// Its public sources.
    pub sources: Vec<SourceDraft>,
}

/// One source, as it was typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SourceDraft {
    /// Where it is.
    pub url: String,
    /// Who published it.
    pub publisher: String,
    /// When.
    pub published: String,
    /// What it shows.
    pub shows: String,
}

/// Who supplies: an employer that is listed, or the one that this petition proposes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Supplier {
    /// A listed employer.
    Listed(EmployerId),
    /// The proposed one.
    Proposed,
}

/// What a draft says, read. Complete when the check found no problem.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Content {
    /// The ask.
    pub title: String,
    /// To whom.
    pub addressed_to: String,
    /// In a sentence or two.
    pub summary: String,
    /// Who starts it, as shown.
    pub started_by: String,
    /// Markdown.
    pub body: String,
    /// In their order.
    pub demands: Vec<String>,
    /// In their order.
    pub contracts: Vec<ContractFacts<Supplier>>,
    /// Listed employers whose staff are asked, in their order.
    pub employers: Vec<EmployerId>,
    /// An employer that an admin must list first.
    pub proposed: Option<EmployerFacts>,
    /// Together or apart.
    pub counting: CrowdPlan,
    /// Which proofs are taken, in genesis order.
    pub proofs: Vec<ProofKind>,
    /// The trustee to whom names may be sealed, and N.
    pub sealing: Option<SealingTerms>,
    /// How many signatures are hoped for.
    pub goal: Option<u64>,
    /// The last second of the last day.
    pub closes: Timestamp,
    /// The latest to which the last day may be moved, its last second; not before `closes`.
    pub extend_until: Timestamp,
}

impl Draft {
    /// Reads the draft as if signing began at `now`.
    #[must_use]
    pub fn check(&self, now: Timestamp) -> (Content, Vec<DraftProblem>) {
        let mut check = Check { problems: Vec::new(), step: Step::Basics };
        let title = check.line("title", &self.title, TITLE_MAX_CHARS);
        let addressed_to = check.line("addressed_to", &self.addressed_to, LINE_MAX_CHARS);
        let summary = check.block("summary", &self.summary, SUMMARY_MAX_CHARS);
        let started_by = check.line("started_by", &self.started_by, LINE_MAX_CHARS);
        check.step = Step::Text;
        let body = check.block("body", &self.body, BODY_MAX_CHARS);
        let demands = check.demands(&self.demands);
        check.step = Step::Contracts;
        let contracts = check.contracts(&self.contracts, !self.proposed_name.trim().is_empty());
        check.step = Step::Signers;
        let employers = check.employers(&self.employers);
        let proposed = check.proposed(&self.proposed_name, &self.proposed_domains);
        if employers.is_empty() && proposed.is_none() {
            check.found("employer", Problem::NoEmployer);
        }
        let counting = CrowdPlan::parse(&self.counting).unwrap_or(CrowdPlan::Together);
        if !self.proofs.iter().any(|proof| proof.is_for_staff()) {
            check.found("proofs", Problem::NoProof);
        }
        let sealing = check.sealing(&self.trustee, &self.sealing_key, &self.reveal_at);
        check.step = Step::Schedule;
        let goal = check.goal(&self.goal);
        let closes = check.closes(&self.closes, now);
        let extend_until = check.extend_until(&self.extend_until, closes, now);
        let content = Content {
            title,
            addressed_to,
            summary,
            started_by,
            body,
            demands,
            contracts,
            employers,
            proposed,
            counting,
            proofs: self.proofs.iter().copied().collect(),
            sealing,
            goal,
            closes,
            extend_until,
        };
        (content, check.problems)
    }
}

/// The last second of `day`, UTC.
#[must_use]
pub fn last_second(day: Day) -> Timestamp {
    day.start().plus_secs(86_399)
}

/// The end of the latest day on which a petition that opens then may close.
#[must_use]
pub fn latest_last_second(opens: Timestamp) -> Timestamp {
    last_second(opens.plus_days(OPEN_MAX_DAYS.saturating_sub(1)).day())
}

/// Reads a list of mail domains, separated by spaces, commas, semicolons or lines.
///
/// # Errors
/// The first [`Problem`] found.
pub fn parse_domains(typed: &str) -> Result<Vec<MailDomain>, Problem> {
    let mut domains: Vec<MailDomain> = Vec::new();
    for word in typed.split([' ', ',', ';', '\n', '\r', '\t']).filter(|word| !word.is_empty()) {
        let domain = MailDomain::parse(word).map_err(Problem::Domain)?;
        if !domains.contains(&domain) {
            domains.push(domain);
        }
    }
    match domains.len() {
        0 => Err(Problem::NoDomain),
        count if count > DOMAINS_MAX => Err(Problem::TooMany { max: DOMAINS_MAX }),
        _ => Ok(domains),
    }
}

/// Reads `1,200` or `1200`.
#[must_use]
pub fn whole_number(typed: &str) -> Option<u64> {
    let digits: String = machine_readable(typed)
        .chars()
        .filter(|letter| !matches!(letter, ',' | ' ' | '\u{a0}' | '_'))
        .collect();
    if digits.is_empty() || digits.len() > 15 || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    digits.parse().ok()
}
