//! Where a character stands that nobody can see: its code, and a few characters before it, so that a person finds it.

use std::fmt;

/// How many characters before it are shown.
const BEFORE_CHARS: usize = 15;

/// A refused character and what stands before it. That is the person's own text: redacted in `Debug`, no `Display`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Spot {
    character: char,
    before: [char; BEFORE_CHARS],
    shown: usize,
    is_cut: bool,
}

impl Spot {
    /// `character`, behind `before`.
    #[must_use]
    pub fn new(character: char, before: &str) -> Self {
        let mut shown = 0;
        let mut kept = [' '; BEFORE_CHARS];
        let skipped = before.chars().count().saturating_sub(BEFORE_CHARS);
        for (place, found) in kept.iter_mut().zip(before.chars().skip(skipped)) {
            // A line break in the middle of a message would hide what it is about.
            *place = if found.is_whitespace() { ' ' } else { found };
            shown += 1;
        }
        Self { character, before: kept, shown, is_cut: skipped > 0 }
    }

    /// `U+200B`
    #[must_use]
    pub fn code(&self) -> String {
        format!("U+{:04X}", u32::from(self.character))
    }

    /// The last characters before it; empty where it stands first.
    #[must_use]
    pub fn expose_before(&self) -> String {
        let kept: String = self.before.iter().take(self.shown).collect();
        let kept = kept.trim();
        if self.is_cut && !kept.is_empty() { format!("…{kept}") } else { String::from(kept) }
    }

    /// The message that says of an invisible character where it is.
    #[must_use]
    pub fn message_id(&self) -> &'static str {
        self.choose("text-invisible", "text-invisible-first")
    }

    /// The message that says where: one for the beginning, one for anywhere else.
    pub(super) fn choose(&self, behind: &'static str, first: &'static str) -> &'static str {
        if self.expose_before().is_empty() { first } else { behind }
    }
}

impl fmt::Debug for Spot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Spot({})", self.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_is_told_what_stands_before_the_character() {
        let spot = Spot::new('\u{200b}', "Ann");
        assert_eq!((spot.code().as_str(), spot.expose_before().as_str()), ("U+200B", "Ann"));
        let far = Spot::new('\u{e0041}', "one two\nthree four five");
        assert_eq!((far.code().as_str(), far.expose_before().as_str()), ("U+E0041", "…three four five"));
        assert_eq!(Spot::new('\u{7}', "").expose_before(), "");
    }

    #[test]
    fn debug_output_shows_nothing_of_the_text() {
        assert_eq!(format!("{:?}", Spot::new('\u{200b}', "Ann")), "Spot(U+200B)");
    }
}
