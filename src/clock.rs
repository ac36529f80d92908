//! Time is handed in: nothing else in the crate asks the machine what time it is.
//!
//! [`SystemClock`] serves people, [`ManualClock`] serves tests and stands still until it is told to move.

use std::{
    sync::{
        OnceLock,
        atomic::{AtomicI64, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use crate::domain::time::Timestamp;

/// Where the time comes from.
pub trait Clock: Send + Sync {
    /// The present, in whole seconds UTC. The operator, NTP or a reboot may set it, forward and back.
    fn now(&self) -> Timestamp;

    /// How long a clock has run that nobody sets: for measuring how long something lasts. It never goes back, means
    /// nothing to another process, and does not outlive this one.
    fn uptime(&self) -> Duration;
}

/// When this process first asked for its uptime.
static FIRST_ASKED: OnceLock<Instant> = OnceLock::new();

/// The machine's clock.
#[derive(Debug, Default, Clone, Copy)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        #[expect(clippy::disallowed_methods, reason = "the one place that reads the machine's clock")]
        let now = jiff::Timestamp::now();
        Timestamp::from_secs(now.as_second())
    }

    fn uptime(&self) -> Duration {
        #[expect(clippy::disallowed_methods, reason = "the one place that reads the machine's steady clock")]
        let now = Instant::now();
        now.saturating_duration_since(*FIRST_ASKED.get_or_init(|| now))
    }
}

/// A clock for tests: it stands still until it is moved.
#[derive(Debug)]
pub struct ManualClock {
    now_secs: AtomicI64,
    uptime_secs: AtomicU64,
}

impl ManualClock {
    /// A clock that shows `start`.
    #[must_use]
    pub fn at(start: Timestamp) -> Self {
        Self { now_secs: AtomicI64::new(start.secs()), uptime_secs: AtomicU64::new(0) }
    }

    /// Lets `secs` seconds pass.
    pub fn advance_secs(&self, secs: i64) {
        self.set_by_secs(secs);
        self.uptime_secs.fetch_add(u64::try_from(secs).unwrap_or(0), Ordering::SeqCst);
    }

    /// Sets the clock `secs` seconds forward, or back: no time passes.
    pub fn set_by_secs(&self, secs: i64) {
        self.now_secs.fetch_add(secs, Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_secs(self.now_secs.load(Ordering::SeqCst))
    }

    fn uptime(&self) -> Duration {
        Duration::from_secs(self.uptime_secs.load(Ordering::SeqCst))
    }
}
