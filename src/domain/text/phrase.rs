//! The phrase that a person signs to prove that a signature is theirs: chosen by whoever wants the proof.
//!
//! Every program that reads a statement must take and refuse the same phrases, so that the rule is a list of
//! characters, without the context that other texts are judged by ([`super::characters`]).

use std::fmt;

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark, is_nfc};

use super::{TextProblem, characters, is_space};

/// The longest phrase, in characters.
const MAX_CHARS: usize = 200;
/// Marks in a row: more than any script needs.
const MAX_MARKS: usize = 6;

/// A phrase, in the one form in which it is signed: NFC, one line, single spaces, none at the ends. It may name a
/// journalist: redacted in `Debug`, no `Display`, no `Serialize`.
#[derive(Clone, PartialEq, Eq)]
pub struct Phrase(String);

impl Phrase {
    /// Reads what was typed: composed (NFC), white space (ends of lines too) folded to single spaces, none around, nor
    /// anything that cannot be seen; marks of direction left out, since keyboards insert them.
    ///
    /// # Errors
    /// [`TextProblem`]: empty, more than 200 characters, or a character that changes how the rest is read.
    pub fn parse(input: &str) -> Result<Self, TextProblem> {
        let marked: String = input.chars().filter(|c| !characters::is_direction_mark(*c)).collect();
        let words = characters::trim_unseen(&marked).split(is_space).filter(|word| !word.is_empty());
        let line = words.collect::<Vec<_>>().join(" ").nfc().collect::<String>();
        check(&line)?;
        Ok(Self(line))
    }

    /// Reads a phrase that was signed: in its one form. `None` for any other text.
    #[must_use]
    pub fn parse_exact(text: &str) -> Option<Self> {
        // The rules first: what follows need not look at a text of any length.
        check(text).ok()?;
        Self::parse(text).ok().filter(|phrase| phrase.0 == text && is_nfc(text))
    }

    /// The phrase.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

fn check(line: &str) -> Result<(), TextProblem> {
    if line.is_empty() {
        return Err(TextProblem::Empty);
    }
    let (mut marks, mut before) = (0_usize, ' ');
    for (place, c) in line.char_indices() {
        if let Some(problem) = characters::never(c, line.split_at(place).0) {
            return Err(problem);
        }
        marks = if is_combining_mark(c) { marks.saturating_add(1) } else { 0 };
        if marks > MAX_MARKS || (marks > 0 && before == ' ') {
            return Err(TextProblem::Marks);
        }
        before = c;
    }
    if line.chars().count() > MAX_CHARS {
        return Err(TextProblem::TooLong { max: MAX_CHARS });
    }
    Ok(())
}

impl fmt::Debug for Phrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Phrase(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(serde::Deserialize)]
    struct Phrases {
        taken: Vec<String>,
        refused: Vec<String>,
        folded: Vec<(String, String)>,
    }

    fn vectors() -> Phrases {
        let all: serde_json::Value =
            serde_json::from_str(include_str!("../../../tests/vectors/statements.json")).unwrap();
        serde_json::from_value(all["phrases"].clone()).unwrap()
    }

    #[test]
    fn the_phrases_that_other_programs_take_and_refuse_are_taken_and_refused_here() {
        let vectors = vectors();
        for phrase in &vectors.taken {
            assert_eq!(Phrase::parse_exact(phrase).unwrap().expose(), phrase);
            assert_eq!(Phrase::parse(phrase).unwrap().expose(), phrase);
        }
        for phrase in &vectors.refused {
            assert!(Phrase::parse_exact(phrase).is_none(), "{}", phrase.escape_unicode());
        }
        for (typed, signed) in &vectors.folded {
            assert_eq!(Phrase::parse(typed).unwrap().expose(), signed);
            assert!(Phrase::parse_exact(typed).is_none(), "{}", typed.escape_unicode());
        }
    }

    #[test]
    fn what_is_wrong_with_a_phrase_is_said() {
        for (typed, why) in [
            (" \n ", "Empty"),
            ("For Robin\u{202e}", "Direction(Spot(U+202E))"),
            ("For\u{2068} Robin", "Direction(Spot(U+2068))"),
            ("For\u{200b}Robin", "Invisible(Spot(U+200B))"),
            ("For \u{301}Robin", "Marks"),
            ("For\u{7}", "Control(Spot(U+0007))"),
        ] {
            assert_eq!(format!("{:?}", Phrase::parse(typed).unwrap_err()), why);
        }
        assert_eq!(Phrase::parse(&"é".repeat(201)), Err(TextProblem::TooLong { max: 200 }));
    }

    #[test]
    fn a_phrase_never_shows_in_debug_output() {
        assert_eq!(format!("{:?}", Phrase::parse("For Robin Ada").unwrap()), "Phrase(…)");
    }
}
