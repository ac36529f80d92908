//! Time as this project keeps it: whole seconds UTC for what concerns a petition, days for what concerns a
//! person. Nothing that belongs to a signer is kept finer than a day.

use std::fmt;

use super::text::machine_readable;

const SECS_PER_DAY: i64 = 86_400;

/// A point in time, in whole seconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

impl Timestamp {
    /// From seconds since the epoch.
    #[must_use]
    pub const fn from_secs(secs: i64) -> Self {
        Self(secs)
    }

    /// Seconds since the epoch.
    #[must_use]
    pub const fn secs(self) -> i64 {
        self.0
    }

    /// This point moved by `secs` seconds (saturating).
    #[must_use]
    pub const fn plus_secs(self, secs: i64) -> Self {
        Self(self.0.saturating_add(secs))
    }

    /// This point moved by `days` days of 86,400 seconds (saturating).
    #[must_use]
    pub const fn plus_days(self, days: i64) -> Self {
        Self(self.0.saturating_add(days.saturating_mul(SECS_PER_DAY)))
    }

    /// The UTC day this point lies in.
    #[must_use]
    pub fn day(self) -> Day {
        Day(i32::try_from(self.0.div_euclid(SECS_PER_DAY)).unwrap_or(i32::MAX))
    }

    /// `2026-06-03T12:00:00Z` (RFC 3339).
    #[must_use]
    pub fn to_rfc3339(self) -> String {
        jiff::Timestamp::from_second(self.0)
            .map_or_else(|_| String::from("out of range"), |time| time.to_string())
    }
}

/// A UTC calendar day, as days since 1970-01-01.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(i32);

impl Day {
    /// From days since the epoch.
    #[must_use]
    pub const fn from_days(days: i32) -> Self {
        Self(days)
    }

    /// Days since the epoch.
    #[must_use]
    pub const fn days(self) -> i32 {
        self.0
    }

    /// The day's first second.
    #[must_use]
    pub fn start(self) -> Timestamp {
        Timestamp(i64::from(self.0).saturating_mul(SECS_PER_DAY))
    }

    /// This day as a calendar date. `None` beyond the years that calendars cover.
    #[must_use]
    pub fn date(self) -> Option<jiff::civil::Date> {
        let time = jiff::Timestamp::from_second(self.start().secs()).ok()?;
        Some(time.to_zoned_datetime(jiff::tz::TimeZone::UTC).date())
    }

    /// Reads `2026-06-03`. `None` for anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let date: jiff::civil::Date = machine_readable(text).parse().ok()?;
        let zoned = date.to_zoned_datetime(jiff::tz::TimeZone::UTC).ok()?;
        Some(Timestamp(zoned.timestamp().as_second()).day())
    }
}

/// `2026-06-03` (ISO 8601), for attributes and logs; pages say it in words through `locale`.
impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.date() {
            Some(date) => write!(f, "{date}"),
            None => f.write_str("out of range"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_reads_back_as_it_was_written() {
        let day = Day::parse("2026-06-03").unwrap();
        assert_eq!(day.to_string(), "2026-06-03");
        assert_eq!(day.start().day(), day);
        assert_eq!(day.start().to_rfc3339(), "2026-06-03T00:00:00Z");
        assert_eq!(Day::parse("3 June"), None);
    }

    #[test]
    fn a_time_before_the_epoch_lies_in_the_day_before() {
        assert_eq!(Timestamp::from_secs(-1).day().to_string(), "1969-12-31");
    }
}
