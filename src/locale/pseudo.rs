//! English with every letter accented, about a third longer, for tests ([`crate::domain::lang::Lang::Pseudo`]). A letter that
//! is not accented was worded outside `locale`, and a text that lacks an end mark was cut off or put together by hand.
//!
//! What a text is given (names, numbers, addresses) stays as it is, and so does markup.

use std::borrow::Cow;

/// Where a text begins.
pub const BEGIN: char = '⟦';
/// Where a text ends.
pub const END: char = '⟧';

/// A text between its end marks.
#[must_use]
pub fn marked(text: &str) -> String {
    format!("{BEGIN}{text}{END}")
}

/// Every letter accented, and each vowel twice.
#[must_use]
pub fn accented(text: &str) -> Cow<'_, str> {
    let mut longer = String::with_capacity(text.len().saturating_mul(3));
    for letter in text.chars() {
        push(&mut longer, letter);
    }
    Cow::Owned(longer)
}

/// A long page with its letters accented. Placeholders (`{batch}`) and the targets of links stay as they are. There are no
/// end marks: the lines of Markdown begin with markup.
#[must_use]
pub fn page(markdown: &str) -> String {
    let mut longer = String::with_capacity(markdown.len().saturating_mul(2));
    let mut closed_by = None;
    let mut before = ' ';
    for letter in markdown.chars() {
        match (closed_by, letter) {
            (Some(close), _) => {
                longer.push(letter);
                if letter == close {
                    closed_by = None;
                }
            }
            (None, '{') => {
                longer.push(letter);
                closed_by = Some('}');
            }
            (None, '(') if before == ']' => {
                longer.push(letter);
                closed_by = Some(')');
            }
            (None, _) => push(&mut longer, letter),
        }
        before = letter;
    }
    longer
}

fn push(longer: &mut String, letter: char) {
    let accent = accent_of(letter);
    longer.push(accent);
    if "aeiouAEIOU".contains(letter) {
        longer.push(accent);
    }
}

const fn accent_of(letter: char) -> char {
    match letter {
        'a' => 'á',
        'b' => 'ḃ',
        'c' => 'ć',
        'd' => 'ď',
        'e' => 'é',
        'f' => 'ḟ',
        'g' => 'ǵ',
        'h' => 'ĥ',
        'i' => 'í',
        'j' => 'ĵ',
        'k' => 'ḱ',
        'l' => 'ĺ',
        'm' => 'ḿ',
        'n' => 'ń',
        'o' => 'ó',
        'p' => 'ṕ',
        'q' => 'ɋ',
        'r' => 'ŕ',
        's' => 'ś',
        't' => 'ť',
        'u' => 'ú',
        'v' => 'ṽ',
        'w' => 'ẃ',
        'x' => 'ẋ',
        'y' => 'ý',
        'z' => 'ź',
        'A' => 'Á',
        'B' => 'Ḃ',
        'C' => 'Ć',
        'D' => 'Ď',
        'E' => 'É',
        'F' => 'Ḟ',
        'G' => 'Ǵ',
        'H' => 'Ĥ',
        'I' => 'Í',
        'J' => 'Ĵ',
        'K' => 'Ḱ',
        'L' => 'Ĺ',
        'M' => 'Ḿ',
        'N' => 'Ń',
        'O' => 'Ó',
        'P' => 'Ṕ',
        'Q' => 'Ɋ',
        'R' => 'Ŕ',
        'S' => 'Ś',
        'T' => 'Ť',
        'U' => 'Ú',
        'V' => 'Ṽ',
        'W' => 'Ẃ',
        'X' => 'Ẋ',
        'Y' => 'Ý',
        'Z' => 'Ź',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::locale::Locales;

    #[test]
    fn every_letter_is_accented_and_the_text_is_about_a_third_longer() {
        let alphabet: String = ('a'..='z').chain('A'..='Z').collect();
        assert!(!accented(&alphabet).contains(|c: char| c.is_ascii_alphabetic()));
        let text = "At least ten of the same kind are published together.";
        let longer = accented(text).chars().count() * 100 / text.chars().count();
        assert!((125..=140).contains(&longer), "{longer} %");
    }

    #[test]
    fn what_a_text_is_given_stays_as_it_is() {
        let t = Locales::pseudo().unwrap().default();
        assert_eq!(t.with1("petition-to", "addressee", "David"), "⟦Ťóó: David⟧");
    }

    #[test]
    fn placeholders_and_links_of_a_long_page_stay_as_they_are() {
        let text = page("- **Ask** {operator} (or [see](/privacy)).");
        assert_eq!(text, "- **ÁÁśḱ** {operator} (óóŕ [śéééé](/privacy)).");
    }
}
