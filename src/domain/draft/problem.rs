//! What can be wrong with a draft, and where.

use super::Step;
use crate::domain::{
    email::DomainProblem,
    text::{Spot, TextProblem, Worded},
    web_address::WebAddressProblem,
};

/// Something to mend before a petition can be sent in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DraftProblem {
    /// The step that holds the field.
    pub step: Step,
    /// The form's name of the field.
    pub field: String,
    /// What is wrong.
    pub problem: Problem,
}

/// What is wrong with a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// The text itself.
    Text(TextProblem),
    /// A mail domain.
    Domain(DomainProblem),
    /// No mail domain was given.
    NoDomain,
    /// At least one demand is needed.
    NoDemand,
    /// At least one contract is needed.
    NoContract,
    /// Each contract needs at least one public source.
    NoSource,
    /// At least one employer is needed.
    NoEmployer,
    /// Staff can sign neither by work address nor by invitation.
    NoProof,
    /// An employer with this name is listed already.
    EmployerListed,
    /// Nothing, or something unknown, was chosen.
    Choose,
    /// More than allowed.
    TooMany {
        /// The most.
        max: usize,
    },
    /// A whole number is wanted.
    NotANumber,
    /// Three letters are wanted.
    NotACurrency,
    /// A web address.
    WebAddress(WebAddressProblem),
    /// A day is needed.
    NoDay,
    /// Not a day.
    NotADay,
    /// The day must lie ahead.
    DayIsPast,
    /// More than twelve months ahead.
    DayTooFar,
    /// The last day cannot be moved to a day before it.
    BeforeClosing,
    /// The last day is before the first.
    EndsBeforeItStarts,
    /// A head count needs its source, and a source its head count.
    HeadCountAlone,
    /// A trustee needs a key, and a key a trustee.
    NoSealingKey,
    /// Not a public key that `undersigned sealing-key` printed.
    NotASealingKey,
    /// Too few would have to agree before names are shown.
    RevealTooLow,
}

impl Worded for Problem {
    fn message_id(&self) -> &'static str {
        match self {
            Self::Text(problem) => problem.message_id(),
            Self::Domain(problem) => problem.message_id(),
            Self::NoDomain => "problem-no-domain",
            Self::NoDemand => "problem-no-demand",
            Self::NoContract => "problem-no-contract",
            Self::NoSource => "problem-no-source",
            Self::NoEmployer => "problem-no-employer",
            Self::NoProof => "problem-no-proof",
            Self::EmployerListed => "problem-employer-listed",
            Self::Choose => "problem-choose",
            Self::TooMany { .. } => "problem-too-many",
            Self::NotANumber => "problem-not-a-number",
            Self::NotACurrency => "problem-not-a-currency",
            Self::WebAddress(problem) => problem.message_id(),
            Self::NoDay => "problem-no-day",
            Self::NotADay => "problem-not-a-day",
            Self::DayIsPast => "problem-day-is-past",
            Self::DayTooFar => "problem-day-too-far",
            Self::BeforeClosing => "problem-before-closing",
            Self::EndsBeforeItStarts => "problem-ends-before-it-starts",
            Self::HeadCountAlone => "problem-head-count-alone",
            Self::NoSealingKey => "problem-no-sealing-key",
            Self::NotASealingKey => "problem-not-a-sealing-key",
            Self::RevealTooLow => "problem-reveal-too-low",
        }
    }

    fn limit(&self) -> Option<(&'static str, u64)> {
        match self {
            Self::Text(problem) => problem.limit(),
            Self::WebAddress(problem) => problem.limit(),
            Self::RevealTooLow => Some(("min", crate::domain::sealing::REVEAL_MIN)),
            Self::TooMany { max } => Some(("max", u64::try_from(*max).unwrap_or(u64::MAX))),
            _ => None,
        }
    }

    fn spot(&self) -> Option<Spot> {
        match self {
            Self::Text(problem) => problem.spot(),
            Self::WebAddress(problem) => problem.spot(),
            _ => None,
        }
    }
}
