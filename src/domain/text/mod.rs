//! What text is acceptable, and what is said when it is not.
//!
//! Text is brought into one form (NFC, white space folded) and then taken as it is or refused with a reason.
//! Nothing visible is ever silently removed or replaced: people sign what they typed. Invisible characters at the ends
//! are left out, like white space. Refused are characters that make text read otherwise than it is stored: see
//! [`characters`]. What is refused and cannot be seen is named, with its place.
//!
//! One line of text never begins with a sign by which a spreadsheet takes it for a formula ([`TextProblem::Begins`]):
//! lists of names and titles get pasted and exported, and this is the one place that all of them pass.
//!
//! Names of people and pseudonyms are stricter: [`names`]. What is signed to prove a signature: [`phrase`].
//! Addresses of pages: [`slug`].

pub mod characters;
pub mod names;
pub mod phrase;
pub mod search;
pub mod slug;
mod spot;

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;

pub use self::{
    names::{DisplayName, JobTitle, Pseudonym},
    phrase::Phrase,
    slug::slugify,
    spot::Spot,
};

/// Something wrong with an input that a person can mend: which text of `locale` says what to do.
pub trait Worded {
    /// The id of the text.
    fn message_id(&self) -> &'static str;

    /// The number that the text mentions, under its name there: `("max", 80)`.
    fn limit(&self) -> Option<(&'static str, u64)> {
        None
    }

    /// The character that the text names (`code`), and what stands before it (`before`).
    fn spot(&self) -> Option<Spot> {
        None
    }
}

/// Why a text was refused. Never shows the text: of it, [`Spot`] holds the few characters that help a person find the place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TextProblem {
    /// Nothing but white space.
    #[error("empty")]
    Empty,
    /// More characters than allowed.
    #[error("longer than {max} characters")]
    TooLong {
        /// How many are allowed.
        max: usize,
    },
    /// Fewer characters than needed.
    #[error("shorter than {min} characters")]
    TooShort {
        /// How many are needed.
        min: usize,
    },
    /// The character NUL.
    #[error("holds NUL")]
    Nul,
    /// Another control character.
    #[error("holds a control character")]
    Control(Spot),
    /// A character that overrides the reading direction.
    #[error("holds a character that changes the reading direction")]
    Direction(Spot),
    /// A character that nobody can see.
    #[error("holds an invisible character")]
    Invisible(Spot),
    /// A character that has no agreed look: private use, not a character, or a replacement for broken bytes.
    #[error("holds a character without an agreed look")]
    Unreadable(Spot),
    /// More marks on one letter than any script needs.
    #[error("stacks marks on a letter")]
    Marks,
    /// Letters that pass for those of another script.
    #[error("mixes letters that look alike")]
    LookAlike,
    /// A sign that has no place in a name.
    #[error("holds a sign that is not part of names")]
    Sign,
    /// A first character by which other programs take a text for a formula or an option.
    #[error("begins with a sign that other programs take for a formula or an option")]
    Begins,
    /// An address or a link where a name belongs.
    #[error("holds an address or a link")]
    Link,
    /// No letter at all.
    #[error("holds no letter")]
    NoLetter,
}

impl Worded for TextProblem {
    fn message_id(&self) -> &'static str {
        match self {
            Self::Empty => "text-empty",
            Self::TooLong { .. } => "text-too-long",
            Self::TooShort { .. } => "text-too-short",
            Self::Nul => "text-nul",
            Self::Control(spot) => spot.choose("text-control", "text-control-first"),
            Self::Direction(spot) => spot.choose("text-direction", "text-direction-first"),
            Self::Invisible(spot) => spot.message_id(),
            Self::Unreadable(spot) => spot.choose("text-unreadable", "text-unreadable-first"),
            Self::Marks => "text-marks",
            Self::LookAlike => "text-look-alike",
            Self::Sign => "text-sign",
            Self::Begins => "text-begins",
            Self::Link => "text-link",
            Self::NoLetter => "text-no-letter",
        }
    }

    fn limit(&self) -> Option<(&'static str, u64)> {
        let number = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
        match self {
            Self::TooLong { max } => Some(("max", number(*max))),
            Self::TooShort { min } => Some(("min", number(*min))),
            _ => None,
        }
    }

    fn spot(&self) -> Option<Spot> {
        match self {
            Self::Control(spot) | Self::Direction(spot) | Self::Invisible(spot) | Self::Unreadable(spot) => {
                Some(*spot)
            }
            _ => None,
        }
    }
}

/// Reads one line: NFC, trimmed (of what cannot be seen, too), white space (tabs and newlines too) folded to single
/// spaces. Marks of direction are left out of text that is all read from left to right, where they change nothing.
///
/// # Errors
/// [`TextProblem`]: empty, more than `max_chars` characters, a character that is never acceptable, or a beginning that
/// spreadsheets take for a formula.
pub fn parse_line(input: &str, max_chars: usize) -> Result<String, TextProblem> {
    let line = read_line(input, max_chars)?;
    if line.starts_with(is_formula_sign) { Err(TextProblem::Begins) } else { Ok(line) }
}

/// [`parse_line`] for callers that look at the beginning themselves.
fn read_line(input: &str, max_chars: usize) -> Result<String, TextProblem> {
    let input = without_idle_marks(characters::trim(input));
    let mut line = String::with_capacity(input.len());
    for word in input.split(is_space) {
        if !word.is_empty() {
            if !line.is_empty() {
                line.push(' ');
            }
            line.extend(word.nfc());
        }
    }
    finish(line, max_chars)
}

/// Spreadsheet programs run what begins so, the full-width forms too (OWASP, "CSV Injection"). A tab or a line break
/// at the beginning is white space, and gone.
const fn is_formula_sign(c: char) -> bool {
    matches!(c, '=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠')
}

/// Reads text of several lines: NFC, `\n` between lines, blank lines at both ends removed, as are invisible characters at
/// the ends of a line; paragraphs, tabs and indentation stay.
///
/// # Errors
/// As [`parse_line`], but for the beginning: Markdown begins as it likes, and nobody may export it as a cell.
pub fn parse_block(input: &str, max_chars: usize) -> Result<String, TextProblem> {
    let unix = without_idle_marks(input)
        .replace("\r\n", "\n")
        .replace(['\r', '\u{2028}'], "\n")
        .replace('\u{2029}', "\n\n");
    let mut lines: Vec<&str> = unix.split('\n').map(characters::trim_line).collect();
    let is_blank = |line: &&str| line.trim().is_empty();
    while lines.last().is_some_and(is_blank) {
        lines.pop();
    }
    let block: String = lines.into_iter().skip_while(is_blank).collect::<Vec<_>>().join("\n").nfc().collect();
    finish(block, max_chars)
}

/// For what programs read (numbers, days, domains, keys): without white space around, and without anything that cannot be
/// seen wherever it stands. Some programs copy dates with a mark of direction before each part.
#[must_use]
pub fn machine_readable(input: &str) -> String {
    characters::visible(input).trim().to_owned()
}

/// Without marks of direction, where everything is read from left to right.
fn without_idle_marks(input: &str) -> Cow<'_, str> {
    if !input.contains(characters::is_direction_mark) || characters::holds_right_to_left(input) {
        return Cow::Borrowed(input);
    }
    Cow::Owned(input.chars().filter(|c| !characters::is_direction_mark(*c)).collect())
}

fn is_space(c: char) -> bool {
    // Other white space among the control characters (U+000B, U+000C, U+0085) is refused, not folded.
    c.is_whitespace() && (!c.is_control() || matches!(c, '\t' | '\n' | '\r'))
}

fn finish(text: String, max_chars: usize) -> Result<String, TextProblem> {
    if text.is_empty() {
        return Err(TextProblem::Empty);
    }
    characters::check(&text)?;
    if text.chars().count() > max_chars {
        return Err(TextProblem::TooLong { max: max_chars });
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_folded_and_composed() {
        assert_eq!(
            parse_line("  Stop\t the \r\n contract\u{3000}now ", 80).unwrap(),
            "Stop the contract now"
        );
        assert_eq!(parse_line("Cafe\u{301}", 4).unwrap(), "Café");
        assert_eq!(parse_line("\u{feff}Hi", 4).unwrap(), "Hi");
    }

    #[test]
    fn a_block_keeps_its_paragraphs_and_indentation() {
        let typed = "\u{feff}\r\n \r\n  - one  \r\n\tcode\r\rTwo\u{2029}Three\n\n \n";
        assert_eq!(parse_block(typed, 100).unwrap(), "  - one  \n\tcode\n\nTwo\n\nThree");
    }

    #[test]
    fn nothing_and_too_much_are_said_apart() {
        for blank in ["", " ", "\n\t\r\n", "\u{a0}\u{3000}", "\u{feff}"] {
            assert_eq!(parse_line(blank, 10), Err(TextProblem::Empty));
            assert_eq!(parse_block(blank, 10), Err(TextProblem::Empty));
        }
        assert_eq!(parse_line("ééééé", 5).unwrap(), "ééééé");
        assert_eq!(parse_line("ééééé", 4), Err(TextProblem::TooLong { max: 4 }));
        assert_eq!(TextProblem::TooLong { max: 4 }.limit(), Some(("max", 4)));
    }

    #[test]
    fn parsing_twice_changes_nothing() {
        for text in ["  a\u{327}\u{301} b\u{a0}c ", "각 \u{1100}\u{1161}", "Ω \u{212b}"] {
            let once = parse_line(text, 100).unwrap();
            assert_eq!(parse_line(&once, 100).unwrap(), once);
        }
    }

    proptest::proptest! {
        #[test]
        fn no_input_breaks_the_parsers_and_what_they_take_is_stable(text in proptest::prelude::any::<String>()) {
            if let Ok(line) = parse_line(&text, 1_000) {
                assert!(!line.contains(['\n', '\t']) && !line.is_empty());
                assert_eq!(parse_line(&line, 1_000), Ok(line));
            }
            if let Ok(block) = parse_block(&text, 1_000) {
                assert_eq!(parse_block(&block, 1_000), Ok(block));
            }
            drop((DisplayName::parse(&text), JobTitle::parse(&text), Pseudonym::parse(&text).map(|name| name.folded())));
        }
    }
}
