//! How long the database may keep a caller waiting.

use std::time::Duration;

/// How long things may take between this process and the database.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// How long a caller waits for a connection before it is told to come back.
    pub connection: Duration,
    /// PostgreSQL: how long a call waits for its answer before the server is asked whether it answers at all.
    pub answer: Duration,
    /// PostgreSQL: how long the server may take to answer that.
    pub probe: Duration,
    /// PostgreSQL: when a call is given up although the server answers others. Longer than `statement_timeout`, by which
    /// the server itself ends a slow statement.
    pub last: Duration,
}

impl Bounds {
    /// So short that whoever waits is told within five seconds, whatever hangs.
    pub const DEFAULT: Self = Self {
        connection: Duration::from_secs(2),
        answer: Duration::from_millis(1_250),
        probe: Duration::from_millis(1_250),
        last: Duration::from_secs(35),
    };
}
