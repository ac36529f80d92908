//! Passphrases: long enough and not guessable; no composition rules.

use super::text::Worded;

/// The fewest characters.
pub const MIN_CHARS: usize = 12;
/// The most bytes: more would only cost hashing time.
pub const MAX_BYTES: usize = 1_024;

/// Why a passphrase is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PassphraseProblem {
    /// Fewer than twelve characters.
    #[error("too short")]
    TooShort,
    /// More than 1,024 bytes.
    #[error("too long")]
    TooLong,
    /// One of the most common ones.
    #[error("one of the most common ones")]
    Common,
    /// Easily guessed (fewer guesses than its account needs).
    #[error("too easily guessed")]
    Guessable,
}

impl Worded for PassphraseProblem {
    fn message_id(&self) -> &'static str {
        match self {
            Self::TooShort => "passphrase-too-short",
            Self::TooLong => "passphrase-too-long",
            Self::Common => "passphrase-common",
            Self::Guessable => "passphrase-guessable",
        }
    }

    fn limit(&self) -> Option<(&'static str, u64)> {
        match self {
            Self::TooShort => Some(("min", 12)),
            Self::TooLong | Self::Common | Self::Guessable => None,
        }
    }
}

/// Checks length; whether it is guessable is for whoever has a word list (`actions::accounts::passphrases`).
///
/// # Errors
/// [`PassphraseProblem`].
pub fn check_length(passphrase: &str) -> Result<(), PassphraseProblem> {
    if passphrase.len() > MAX_BYTES {
        return Err(PassphraseProblem::TooLong);
    }
    if passphrase.chars().count() < MIN_CHARS { Err(PassphraseProblem::TooShort) } else { Ok(()) }
}
