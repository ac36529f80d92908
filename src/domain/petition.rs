//! A petition's states, and which may follow which.

/// Tags and issuing keys are kept this many days after the last code could be asked for (protocol, section 8).
pub const ISSUING_KEPT_DAYS: i64 = 1;

/// Where a petition stands. Title, addressee, demands and text are fixed once it gathers or is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PetitionState {
    /// Being written; only its members see it.
    Draft,
    /// Sent to an admin.
    InReview,
    /// Quiet start: signatures come in by secret link, no number is shown.
    Gathering,
    /// Public.
    Open,
    /// No more signatures.
    Closed,
    /// Handed to its addressee.
    Delivered,
    /// The addressee replied.
    Answered,
    /// Refused by an admin, with a reason; its owner may mend it and send it again.
    Rejected,
    /// Removed by an admin, with a reason; the log stays.
    TakenDown,
}

impl PetitionState {
    /// All states, in the order of a petition's life.
    pub const ALL: [Self; 9] = [
        Self::Draft,
        Self::InReview,
        Self::Gathering,
        Self::Open,
        Self::Closed,
        Self::Delivered,
        Self::Answered,
        Self::Rejected,
        Self::TakenDown,
    ];

    /// The name used in the database and in queries.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::InReview => "in-review",
            Self::Gathering => "gathering",
            Self::Open => "open",
            Self::Closed => "closed",
            Self::Delivered => "delivered",
            Self::Answered => "answered",
            Self::Rejected => "rejected",
            Self::TakenDown => "taken-down",
        }
    }

    /// Reads [`Self::as_str`]. `None` for an unknown state.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }

    /// Whether signatures are taken in this state.
    #[must_use]
    pub const fn takes_signatures(self) -> bool {
        matches!(self, Self::Gathering | Self::Open)
    }

    /// Whether anyone may read the petition under its public address.
    #[must_use]
    pub const fn is_public(self) -> bool {
        matches!(self, Self::Open | Self::Closed | Self::Delivered | Self::Answered)
    }

    /// Whether its text may still be changed.
    #[must_use]
    pub const fn is_editable(self) -> bool {
        matches!(self, Self::Draft | Self::Rejected)
    }

    /// Whether a petition in this state may next be in `next`.
    #[must_use]
    pub const fn may_become(self, next: Self) -> bool {
        match self {
            Self::Draft | Self::Rejected => matches!(next, Self::InReview | Self::Gathering | Self::Open),
            Self::InReview => matches!(next, Self::Draft | Self::Gathering | Self::Open | Self::Rejected),
            Self::Gathering => matches!(next, Self::Open | Self::Closed | Self::TakenDown),
            Self::Open => matches!(next, Self::Closed | Self::TakenDown),
            Self::Closed => matches!(next, Self::Delivered | Self::TakenDown),
            Self::Delivered => matches!(next, Self::Answered | Self::TakenDown),
            Self::Answered => matches!(next, Self::TakenDown),
            Self::TakenDown => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_reads_back_by_its_name() {
        for state in PetitionState::ALL {
            assert_eq!(PetitionState::parse(state.as_str()), Some(state));
        }
        assert_eq!(PetitionState::parse("sold"), None);
    }

    #[test]
    fn a_petition_that_was_taken_down_never_comes_back() {
        assert!(PetitionState::ALL.into_iter().all(|next| !PetitionState::TakenDown.may_become(next)));
    }

    #[test]
    fn a_petition_that_takes_signatures_can_no_longer_be_edited() {
        assert!(
            PetitionState::ALL.into_iter().all(|state| !(state.takes_signatures() && state.is_editable()))
        );
    }
}
