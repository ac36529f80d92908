//! A petition's states, which may follow which, who can read it in each, and its deadlines.

use super::time::Timestamp;

/// A code mailed before the last day to sign has ended can still be typed this long after it.
pub const TYPED_AFTER_SECS: i64 = 24 * 3_600;
/// Tags and issuing keys are kept this long after the last code could be typed (protocol, section 8).
pub const ISSUING_KEPT_SECS: i64 = 12 * 3_600;
/// Signers are told that all traces are gone this long after the last code could be typed. What lies between is for a server
/// that is down, and for the scrub that overwrites what was deleted.
const TRACES_KEPT_SECS: i64 = 24 * 3_600;

/// The most drafts of an account, rejected petitions among them.
pub const DRAFTS_MAX: u64 = 20;
/// The most petitions of an account that wait for an admin.
pub const IN_REVIEW_MAX: u64 = 5;
/// The most petitions of an account that take signatures: each makes keys and keeps a log.
pub const RUNNING_MAX: u64 = 10;
/// A draft that was not saved for so many days is deleted.
pub const DRAFT_IDLE_DAYS: i64 = 180;
/// Its owner reads of it so many days before.
pub const DRAFT_WARNED_DAYS: i64 = 30;

/// When the last code that was mailed before `closes` can be typed.
#[must_use]
pub const fn typed_until(closes: Timestamp) -> Timestamp {
    closes.plus_secs(TYPED_AFTER_SECS)
}

/// Petitions that closed before this have issued for the last time at `now`: what can tell who asked for a code (tags,
/// pepper, issuing keys) is destroyed.
#[must_use]
pub const fn issuing_over_if_closed_before(now: Timestamp) -> Timestamp {
    now.plus_secs(-(TYPED_AFTER_SECS + ISSUING_KEPT_SECS))
}

/// When what can tell who asked for a code is gone at the latest, if the petition closes then.
#[must_use]
pub const fn traces_until(closes: Timestamp) -> Timestamp {
    typed_until(closes).plus_secs(TRACES_KEPT_SECS)
}

/// The latest end of the last day to sign with which all traces are gone by `traces_until`.
#[must_use]
pub const fn latest_closing(traces_until: Timestamp) -> Timestamp {
    traces_until.plus_secs(-(TRACES_KEPT_SECS + TYPED_AFTER_SECS))
}

/// Whether a petition that has been started was ever opened to the public.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Listing {
    /// It has a public place, now or once an admin lets it.
    Listed,
    /// It was started quietly and is reached by its secret link alone. Only its organizer's own opening ends this.
    Unlisted,
}

/// What the address of a petition leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Standing {
    /// Nothing: it is being written, read by an admin, or was rejected.
    Private,
    /// It gathers signatures by its secret link.
    Quiet,
    /// It ended without ever having been opened to the public: the secret link says so, and nothing else does.
    EndedQuietly,
    /// Anyone may read it under its public address.
    Public,
    /// An admin took it down after it had been public.
    TakenDown,
}

/// Why a petition takes no signature now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotTaking {
    /// Its last day to sign has ended.
    Closed,
    /// It ended without having been opened to the public.
    EndedQuietly,
    /// An admin took it down.
    TakenDown,
}

impl Standing {
    /// Whether anyone may read the petition under its public address.
    #[must_use]
    pub const fn is_public(self) -> bool {
        matches!(self, Self::Public)
    }

    /// Whether a code that was mailed in time is taken at `now`, of a petition with this last second to sign: a day longer
    /// than codes are given out.
    #[must_use]
    pub const fn takes_typed_codes(self, closes: Timestamp, now: Timestamp) -> bool {
        matches!(self, Self::Quiet | Self::Public) && now.secs() <= typed_until(closes).secs()
    }

    /// Why no signature is taken, of a petition that takes none now.
    #[must_use]
    pub const fn not_taking(self) -> NotTaking {
        match self {
            Self::TakenDown => NotTaking::TakenDown,
            Self::EndedQuietly => NotTaking::EndedQuietly,
            Self::Private | Self::Quiet | Self::Public => NotTaking::Closed,
        }
    }

    /// Whether only the secret link leads here, so that caches, search engines and previews are kept out.
    #[must_use]
    pub const fn is_secret(self) -> bool {
        matches!(self, Self::Quiet | Self::EndedQuietly)
    }
}

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

    /// The state at `now` of a petition that is stored as being in this one and closes then.
    #[must_use]
    pub fn at(self, closes: Option<Timestamp>, now: Timestamp) -> Self {
        if self.takes_signatures() && closes.is_some_and(|closes| closes < now) { Self::Closed } else { self }
    }

    /// What the address of a petition in this state leads to.
    #[must_use]
    pub const fn standing(self, listing: Listing) -> Standing {
        match (self, listing) {
            (Self::Draft | Self::InReview | Self::Rejected, _) => Standing::Private,
            (Self::Gathering, _) => Standing::Quiet,
            (_, Listing::Unlisted) => Standing::EndedQuietly,
            (Self::TakenDown, Listing::Listed) => Standing::TakenDown,
            (Self::Open | Self::Closed | Self::Delivered | Self::Answered, Listing::Listed) => {
                Standing::Public
            }
        }
    }

    /// The states in which a petition that is listed is public.
    pub fn public() -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().filter(|state| state.standing(Listing::Listed).is_public())
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
    fn a_quiet_start_is_never_public_before_its_organizer_opens_it() {
        for state in PetitionState::ALL {
            assert!(!state.standing(Listing::Unlisted).is_public(), "{state:?}");
        }
        assert_eq!(PetitionState::Closed.standing(Listing::Unlisted), Standing::EndedQuietly);
        assert_eq!(PetitionState::TakenDown.standing(Listing::Unlisted), Standing::EndedQuietly);
        assert_eq!(PetitionState::Closed.standing(Listing::Listed), Standing::Public);
        assert_eq!(PetitionState::TakenDown.standing(Listing::Listed), Standing::TakenDown);
    }

    #[test]
    fn traces_end_two_days_after_the_last_day_to_sign() {
        let closes = Timestamp::from_secs(1_780_000_000);
        assert_eq!(traces_until(closes), closes.plus_days(2));
        assert_eq!(latest_closing(traces_until(closes)), closes);
        assert!(
            issuing_over_if_closed_before(traces_until(closes).plus_secs(-3_600)) > closes,
            "an hour before that"
        );
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
