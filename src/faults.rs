//! Crash points: places where a test may kill the server, to show that a crash there loses nothing and does
//! nothing twice.
//!
//! A point is armed once, at start, by the hidden setting `CRASH_AT`. Builds without `debug_assertions` refuse
//! the setting and [`reach`] does nothing in them, so that a server for people has no such switch.

use std::{fmt, str::FromStr, sync::OnceLock};

/// A place where the process can be made to die.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CrashPoint {
    /// Signing: everything is written, nothing committed.
    SignBeforeCommit,
    /// Signing: committed, the answer not yet sent.
    SignAfterCommit,
    /// Confirming: everything is written, nothing committed.
    ConfirmBeforeCommit,
    /// Confirming: committed, the answer not yet sent.
    ConfirmAfterCommit,
    /// Mail: taken from the outbox, not yet given to the mail server.
    MailBeforeSend,
    /// Mail: the server has accepted it, the row is still there.
    MailAcceptedBeforeRowDeleted,
    /// Opening a petition: the issuing keys are on disk, the petition is not yet open.
    OpeningKeysMadeBeforeCommit,
    /// Publishing a batch: everything is written, nothing committed.
    BatchBeforeCommit,
    /// Publishing a batch: committed.
    BatchAfterCommit,
    /// Casting: everything is written, nothing committed.
    CastBeforeCommit,
    /// Casting: committed, the promise not yet sent.
    CastAfterCommit,
    /// A code was tried and the try is counted, whatever it was; nothing is answered yet.
    TriedAfterCommit,
    /// Issuing: the blind signature is made, the proof not yet used up.
    SignedBeforeUsedUp,
    /// Issuing: everything is written, nothing committed.
    TokenBeforeCommit,
    /// Issuing: committed, the answer not yet sent.
    TokenAfterCommit,
    /// Withdrawing: everything is written, nothing committed.
    WithdrawBeforeCommit,
    /// Withdrawing: committed, the answer not yet sent.
    WithdrawAfterCommit,
    /// Voiding, or reversing a void: everything is written, nothing committed.
    VoidBeforeCommit,
    /// Voiding, or reversing a void: committed, the answer not yet sent.
    VoidAfterCommit,
    /// Witnessing: what is to be cosigned is written down, the answer not yet sent.
    WitnessBeforeAnswer,
}

impl CrashPoint {
    /// Every point there is.
    pub const ALL: [Self; 20] = [
        Self::SignBeforeCommit,
        Self::SignAfterCommit,
        Self::ConfirmBeforeCommit,
        Self::ConfirmAfterCommit,
        Self::MailBeforeSend,
        Self::MailAcceptedBeforeRowDeleted,
        Self::OpeningKeysMadeBeforeCommit,
        Self::BatchBeforeCommit,
        Self::BatchAfterCommit,
        Self::CastBeforeCommit,
        Self::CastAfterCommit,
        Self::TriedAfterCommit,
        Self::SignedBeforeUsedUp,
        Self::TokenBeforeCommit,
        Self::TokenAfterCommit,
        Self::WithdrawBeforeCommit,
        Self::WithdrawAfterCommit,
        Self::VoidBeforeCommit,
        Self::VoidAfterCommit,
        Self::WitnessBeforeAnswer,
    ];

    /// The name by which `CRASH_AT` knows this point.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::SignBeforeCommit => "sign-before-commit",
            Self::SignAfterCommit => "sign-after-commit",
            Self::ConfirmBeforeCommit => "confirm-before-commit",
            Self::ConfirmAfterCommit => "confirm-after-commit",
            Self::MailBeforeSend => "mail-before-send",
            Self::MailAcceptedBeforeRowDeleted => "mail-accepted-before-row-deleted",
            Self::OpeningKeysMadeBeforeCommit => "opening-keys-made-before-commit",
            Self::BatchBeforeCommit => "batch-before-commit",
            Self::BatchAfterCommit => "batch-after-commit",
            Self::CastBeforeCommit => "cast-before-commit",
            Self::CastAfterCommit => "cast-after-commit",
            Self::TriedAfterCommit => "tried-after-commit",
            Self::SignedBeforeUsedUp => "signed-before-used-up",
            Self::TokenBeforeCommit => "token-before-commit",
            Self::TokenAfterCommit => "token-after-commit",
            Self::WithdrawBeforeCommit => "withdraw-before-commit",
            Self::WithdrawAfterCommit => "withdraw-after-commit",
            Self::VoidBeforeCommit => "void-before-commit",
            Self::VoidAfterCommit => "void-after-commit",
            Self::WitnessBeforeAnswer => "witness-before-answer",
        }
    }
}

impl fmt::Display for CrashPoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// No crash point has this name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no crash point has this name")]
pub struct UnknownCrashPoint;

impl FromStr for CrashPoint {
    type Err = UnknownCrashPoint;

    fn from_str(name: &str) -> Result<Self, UnknownCrashPoint> {
        Self::ALL.into_iter().find(|point| point.name() == name).ok_or(UnknownCrashPoint)
    }
}

/// Whether this build can crash on purpose at all.
pub const AVAILABLE: bool = cfg!(debug_assertions);

static ARMED: OnceLock<CrashPoint> = OnceLock::new();

/// Makes the process die when it reaches `point`. The first call counts; without `debug_assertions` none does.
pub fn arm(point: CrashPoint) {
    if AVAILABLE && ARMED.set(point).is_err() {
        tracing::warn!("a crash point is armed already");
    }
}

/// Dies here by SIGKILL if `point` is armed: no destructor runs, no buffer is flushed, as with a power cut to the
/// process.
pub fn reach(point: CrashPoint) {
    if AVAILABLE && ARMED.get() == Some(&point) {
        die();
    }
}

/// Sends SIGKILL to this process. By the `kill` command, since sending a signal oneself takes unsafe code.
fn die() -> ! {
    let pid = std::process::id().to_string();
    if std::process::Command::new("kill").args(["-KILL", &pid]).status().is_err() {
        // No `kill` on this machine: SIGABRT runs no destructors either.
        std::process::abort();
    }
    loop {
        std::thread::park();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_crash_point_is_found_by_its_name() {
        for point in CrashPoint::ALL {
            assert_eq!(point.name().parse(), Ok(point));
        }
        assert_eq!("elsewhere".parse::<CrashPoint>(), Err(UnknownCrashPoint));
    }

    #[test]
    fn a_point_that_is_not_armed_is_passed() {
        reach(CrashPoint::WithdrawAfterCommit);
    }
}
