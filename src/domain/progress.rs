//! What can change about a petition once signing has begun: where it stands, whether it is listed, and until when it takes
//! what. Everything else was fixed at launch.

use super::{
    petition::{Listing, PetitionState, Standing},
    time::Timestamp,
};

/// Where a petition stands, and until when. It is its own version: two that are equal allow the same things.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// The state as stored. The job that moves it runs a little later than the clock.
    pub state: PetitionState,
    /// Whether it was ever opened to the public.
    pub listing: Listing,
    /// Until when codes are given out: the end of the last day to sign.
    pub closes: Option<Timestamp>,
    /// Until when casts are taken.
    pub cast_until: Option<Timestamp>,
}

impl Progress {
    /// The state at `now`.
    #[must_use]
    pub fn state_at(self, now: Timestamp) -> PetitionState {
        self.state.at(self.closes, now)
    }

    /// What the petition's address leads to at `now`.
    #[must_use]
    pub fn standing_at(self, now: Timestamp) -> Standing {
        self.state_at(now).standing(self.listing)
    }

    /// Whether codes are given out at `now`, and invitations taken: until the end of the last day to sign.
    #[must_use]
    pub fn takes_signatures(self, now: Timestamp) -> bool {
        self.state_at(now).takes_signatures()
    }

    /// Whether a code that was mailed in time is taken at `now`: a day longer than new ones are given out.
    #[must_use]
    pub fn takes_typed_codes(self, now: Timestamp) -> bool {
        self.closes.is_some_and(|closes| self.standing_at(now).takes_typed_codes(closes, now))
    }

    /// Whether casts are taken at `now`: a week longer than signatures, so that saved ballots are not lost. A quiet
    /// start that ended counts nobody any more.
    #[must_use]
    pub fn takes_casts(self, now: Timestamp) -> bool {
        let in_time = self.cast_until.is_some_and(|until| now <= until);
        in_time && matches!(self.standing_at(now), Standing::Quiet | Standing::Public)
    }
}
