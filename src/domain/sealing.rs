//! "Show my name when N have agreed to be named": what an organizer fixes at opening, and how long each step takes.

use serde::Serialize;

use super::time::{Day, Timestamp};

/// The least N: fewer who agreed would hide nobody among themselves.
pub const REVEAL_MIN: u64 = 10;
/// The highest N.
pub const REVEAL_MAX: u64 = 1_000_000;
/// Between reaching N and showing names there are this many days in which anyone can withdraw (protocol, section 3,
/// step 8).
pub const NOTICE_DAYS: i64 = 14;
/// Sealed names that were not opened are deleted this many days after casting has ended.
pub const SEALED_KEPT_DAYS: i64 = 30;

/// A trustee, and how many must have agreed to be named. The key is text here (43 characters): what it means is the
/// protocol's business.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SealingTerms {
    /// Who holds the key, as shown.
    pub trustee: String,
    /// The trustee's public key, base64url.
    pub key: String,
    /// N.
    pub reveal_at: u64,
}

/// How far the names of a petition are from being shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum SealingStage {
    /// N is not reached.
    Waiting,
    /// N is reached: names are shown after this day, and until then anyone can withdraw.
    Notice {
        /// The last day of the notice.
        until: Day,
    },
    /// The notice is over: the trustee may open the names.
    Due,
    /// The names were shown on this day.
    Opened(Day),
    /// N was not reached in time, or nobody opened the names: they are deleted.
    Deleted,
}

/// Sealed names of a petition, as everybody is told of them. How many have agreed is not among it: its changes would tell of
/// single people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Sealing {
    /// Trustee, key and N.
    pub terms: SealingTerms,
    /// Where it stands.
    pub stage: SealingStage,
}

impl Sealing {
    /// Whether it is a notice that everybody must see.
    #[must_use]
    pub const fn is_urgent(&self) -> bool {
        matches!(self.stage, SealingStage::Notice { .. } | SealingStage::Due)
    }
}

/// The last day of a notice that begins now.
#[must_use]
pub fn notice_until(now: Timestamp) -> Day {
    now.plus_days(NOTICE_DAYS).day()
}

/// Whether what was not opened is to be deleted by now.
#[must_use]
pub fn is_kept_no_longer(cast_until: Timestamp, now: Timestamp) -> bool {
    cast_until.plus_days(SEALED_KEPT_DAYS) < now
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_notice_leaves_two_full_weeks_and_sealed_names_a_month_after_casting() {
        let noon = Timestamp::from_secs(1_780_488_000);
        assert_eq!(notice_until(noon), Day::parse("2026-06-17").unwrap());
        assert!(!is_kept_no_longer(noon, noon.plus_days(30)));
        assert!(is_kept_no_longer(noon, noon.plus_days(30).plus_secs(1)));
    }
}
