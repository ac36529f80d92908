//! Why an admin rejected a petition (its organizer reads it) or took it down (everyone does).

use super::text::{TextProblem, parse_block};

/// The longest reason, in characters.
pub const REASON_MAX_CHARS: usize = 2_000;

/// A reason, in an admin's words: never empty, since nobody is refused without being told why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason(String);

impl Reason {
    /// Reads text of several lines.
    ///
    /// # Errors
    /// [`TextProblem`]: empty, too long, or a character that is never acceptable.
    pub fn parse(typed: &str) -> Result<Self, TextProblem> {
        parse_block(typed, REASON_MAX_CHARS).map(Self)
    }

    /// Its text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_never_empty_and_keeps_its_lines() {
        assert_eq!(Reason::parse(" \r\n"), Err(TextProblem::Empty));
        assert_eq!(Reason::parse("One.\r\n\r\nTwo.\n").unwrap().as_str(), "One.\n\nTwo.");
        let long = "a".repeat(REASON_MAX_CHARS + 1);
        assert_eq!(Reason::parse(&long), Err(TextProblem::TooLong { max: REASON_MAX_CHARS }));
    }
}
