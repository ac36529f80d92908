//! What a petition demands, one by one, and what became of each.

use serde::Serialize;

/// A numbered demand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Demand {
    /// What is demanded.
    pub text: String,
    /// What became of it.
    pub state: DemandState,
}

/// What became of a demand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum DemandState {
    /// Not answered yet.
    Open,
    /// Done.
    Met,
    /// Done in part.
    PartlyMet,
    /// Refused.
    Refused,
}

impl DemandState {
    /// All, in the order in which they are chosen from.
    pub const ALL: [Self; 4] = [Self::Open, Self::Met, Self::PartlyMet, Self::Refused];

    /// The name used in the database and in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Met => "met",
            Self::PartlyMet => "partly-met",
            Self::Refused => "refused",
        }
    }

    /// Reads [`Self::as_str`]. `None` for an unknown state.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }

    /// The message that names it (`locale`).
    #[must_use]
    pub const fn message_id(self) -> &'static str {
        match self {
            Self::Open => "demand-open",
            Self::Met => "demand-met",
            Self::PartlyMet => "demand-partly-met",
            Self::Refused => "demand-refused",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_reads_back_by_its_name_in_the_database_and_in_json() {
        for state in DemandState::ALL {
            assert_eq!(DemandState::parse(state.as_str()), Some(state));
            assert_eq!(serde_json::to_value(state).unwrap(), state.as_str());
        }
        assert_eq!(DemandState::parse("forgotten"), None);
    }
}
