//! How mail goes, as admins and people who wait for a code are told: well, slow, or failing since an hour.
//!
//! It moves at turns of the clock and never with one person's request: whoever polls a page must not see when somebody
//! asks for a code. The rule that keeps it so is in `mail::tally`.

use super::{email::MailDomain, sending::SendFailure, time::Timestamp};

/// How often the mail server is looked at, in seconds: at these turns of the clock alone what is told may change.
pub const TURN_SECS: i64 = 600;
/// What was found this long ago says nothing any more: whoever looks after mail has stopped.
const STALE_SECS: i64 = 3 * TURN_SECS;
const HOUR_SECS: i64 = 3_600;

/// What a look at a turn of the clock found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The mail server.
    pub state: FoundState,
    /// A domain whose mailboxes are refused. Named only if it is one that many people have a mailbox at: see
    /// `actions::mail_health`.
    pub refused_at: Option<(MailDomain, SendFailure)>,
}

/// What a look found of the mail server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FoundState {
    /// It takes mail.
    Well,
    /// It takes mail, and its time.
    Slow,
    /// It takes none.
    Failing {
        /// Why.
        why: SendFailure,
        /// Since when, at the latest.
        since: Timestamp,
    },
}

/// How mail goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailState {
    /// Nobody has looked lately.
    Unknown,
    /// Well.
    Well,
    /// The mail server takes its time.
    Slow,
    /// The mail server takes no mail.
    Failing {
        /// Since this hour.
        since: Timestamp,
        /// Why.
        why: SendFailure,
    },
}

impl MailState {
    /// Whether people should expect their code later than usual.
    #[must_use]
    pub const fn delays(&self) -> bool {
        matches!(self, Self::Slow | Self::Failing { .. })
    }
}

/// How mail goes, with what admins are told besides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailHealth {
    /// In all.
    pub state: MailState,
    /// A domain whose mailboxes are refused, and why.
    pub refused_at: Option<(String, SendFailure)>,
}

impl MailHealth {
    /// Nobody has looked.
    pub const UNKNOWN: Self = Self { state: MailState::Unknown, refused_at: None };

    /// This, if it was found at `turn` and is read `now`; unknown once it is stale.
    #[must_use]
    pub fn read_at(self, turn: Timestamp, now: Timestamp) -> Self {
        if now > turn.plus_secs(STALE_SECS) { Self::UNKNOWN } else { self }
    }
}

/// The beginning of the hour.
#[must_use]
pub const fn hour(time: Timestamp) -> Timestamp {
    start_of(time, HOUR_SECS)
}

/// The beginning of the turn.
#[must_use]
pub const fn turn(time: Timestamp) -> Timestamp {
    start_of(time, TURN_SECS)
}

const fn start_of(time: Timestamp, secs: i64) -> Timestamp {
    Timestamp::from_secs(time.secs().saturating_sub(time.secs().rem_euclid(secs)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_has_looked_at_for_half_an_hour_is_not_told() {
        let turn = Timestamp::from_secs(1_780_488_000);
        let well = MailHealth { state: MailState::Well, refused_at: None };
        assert_eq!(well.clone().read_at(turn, turn.plus_secs(1_800)), well);
        assert_eq!(well.read_at(turn, turn.plus_secs(1_801)), MailHealth::UNKNOWN);
    }

    #[test]
    fn times_are_told_by_the_hour() {
        let time = Timestamp::from_secs(1_780_488_000 + 3_599);
        assert_eq!(hour(time), Timestamp::from_secs(1_780_488_000));
        assert_eq!(turn(time), Timestamp::from_secs(1_780_488_000 + 3_000));
    }
}
