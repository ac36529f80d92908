//! Names: of a signer as given, of a job, of an organizer.
//!
//! A name is shown to readers who must not be misled by it: no letters that pass for others, no links, no
//! signs such as a check mark that would say "verified". It is not checked otherwise: people's names know no
//! rules. What someone is called is theirs to say.

use std::fmt;

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};
use unicode_script::{Script, UnicodeScript};
use unicode_security::{MixedScript, skeleton};

use super::{TextProblem, characters::is_unseen, is_formula_sign, parse_line, read_line};

/// The longest name and job title, in characters.
const MAX_NAME_CHARS: usize = 100;
/// The shortest pseudonym, in characters.
const MIN_PSEUDONYM_CHARS: usize = 3;
/// The longest pseudonym, in characters.
const MAX_PSEUDONYM_CHARS: usize = 60;

/// A person's name as given with a signature. Redacted in `Debug`, no `Display`, no `Serialize`.
#[derive(Clone, PartialEq, Eq)]
pub struct DisplayName(String);

impl DisplayName {
    /// Reads a name of 1 to 100 characters.
    ///
    /// # Errors
    /// [`TextProblem`]: as [`parse_line`], and for look-alikes, links, signs, names without a letter, and a dash at the
    /// beginning.
    pub fn parse(input: &str) -> Result<Self, TextProblem> {
        let name = read_line(input, MAX_NAME_CHARS)?;
        check_name(&name)?;
        Ok(Self(name))
    }

    /// The name.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for DisplayName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DisplayName(…)")
    }
}

/// A signer's job title as given. Redacted in `Debug`, no `Display`, no `Serialize`.
#[derive(Clone, PartialEq, Eq)]
pub struct JobTitle(String);

impl JobTitle {
    /// Reads a title of up to 100 characters. `None` if the field was left empty.
    ///
    /// # Errors
    /// [`TextProblem`]: as [`parse_line`], and for look-alikes and links.
    pub fn parse(input: &str) -> Result<Option<Self>, TextProblem> {
        let title = match parse_line(input, MAX_NAME_CHARS) {
            Err(TextProblem::Empty) => return Ok(None),
            other => other?,
        };
        if holds_link(&title) {
            return Err(TextProblem::Link);
        }
        check_letters(&title)?;
        Ok(Some(Self(title)))
    }

    /// The title.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for JobTitle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JobTitle(…)")
    }
}

/// The public name of an organizer's account. Redacted in `Debug`: who signs in when is nobody's business.
#[derive(Clone, PartialEq, Eq)]
pub struct Pseudonym(String);

impl Pseudonym {
    /// Reads a pseudonym of 3 to 60 characters.
    ///
    /// # Errors
    /// [`TextProblem`]: too short, and as [`DisplayName::parse`].
    pub fn parse(input: &str) -> Result<Self, TextProblem> {
        let name = read_line(input, MAX_PSEUDONYM_CHARS)?;
        if name.chars().count() < MIN_PSEUDONYM_CHARS {
            return Err(TextProblem::TooShort { min: MIN_PSEUDONYM_CHARS });
        }
        check_name(&name)?;
        Ok(Self(name))
    }

    /// The pseudonym as typed.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// What must be unique, and what accounts are found by: the same for two pseudonyms that a reader could
    /// take for each other (letter case, spaces and signs, compatibility forms, look-alikes of UTS 39).
    #[must_use]
    pub fn folded(&self) -> String {
        let cased = fold_case(&self.0.nfkc().collect::<String>());
        let alike: String = skeleton(&cased).collect();
        let letters: String =
            fold_case(&alike).nfkc().filter(|c| c.is_alphanumeric() || is_combining_mark(*c)).collect();
        // UTS 39 keeps letter case and so tells i from l; capital I and small l are told apart by no reader.
        letters.replace(['i', 'ı', '1'], "l")
    }
}

impl fmt::Debug for Pseudonym {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pseudonym(…)")
    }
}

/// Full case folding as far as the standard library goes: by way of upper case, so that ß and ss meet.
fn fold_case(text: &str) -> String {
    text.to_uppercase().to_lowercase()
}

fn check_name(name: &str) -> Result<(), TextProblem> {
    if name.contains(['@', '＠']) || holds_link(name) {
        return Err(TextProblem::Link);
    }
    if !name.chars().any(char::is_alphabetic) {
        return Err(TextProblem::NoLetter);
    }
    check_letters(name)?;
    let mut before = None;
    for (place, c) in name.char_indices() {
        let mut seen = name.split_at(place).1.chars().skip(1).filter(|c| !is_unseen(*c));
        if !(belongs_in_name(c) || belongs_between(c, before, seen.next())) {
            return Err(TextProblem::Sign);
        }
        before = if is_unseen(c) { before } else { Some(c) };
    }
    // No name begins so; programs that are handed names take it for an option.
    if name.starts_with(|c| is_formula_sign(c) || DASHES.contains(c)) {
        return Err(TextProblem::Begins);
    }
    Ok(())
}

/// Hyphens and dashes: ASCII, Armenian, Canadian syllabics, typographic, minus, full width. And what stands for one in
/// Japanese between the parts of a transcribed name.
const DASHES: &str = "-֊᐀‐‑‒–—―−﹣－゠＝";
/// Dots between the parts of a name or of a word: Catalan, Greek, runic, bullets and operators that keyboards and
/// converters put for it, katakana in two widths.
const DOTS: &str = "·•‧∙⋅⸱⸳᛫・･";
/// Apostrophes, and what is typed for them.
const APOSTROPHES: &str = "'’‘‛`´＇՚";
/// Quotation marks around a nickname.
const QUOTES: &str = "\"“”„‟«»‹›‚「」『』｢｣〝〞〟《》〈〉＂";
/// Full stops, commas, abbreviation marks and marks between syllables, and brackets (a name in another script): Latin,
/// full width, Armenian, Hebrew, Arabic, Devanagari, Gurmukhi, Gujarati, Bengali, Tibetan, Ethiopic, Mongolian.
const OTHER_SIGNS: &str = " .．,，()（）&＆/／՛՟׳״־،۔॰੶૰৽་༌།፡᠇᠊";

/// Letters, marks, digits, and the signs that names are written with.
fn belongs_in_name(c: char) -> bool {
    c.is_alphanumeric()
        || is_combining_mark(c)
        || [DASHES, DOTS, APOSTROPHES, QUOTES, OTHER_SIGNS].iter().any(|signs| signs.contains(c))
        // Joiners, breaks, marks of direction and variants: where they may stand was looked at before.
        || matches!(
            c,
            '\u{200b}'..='\u{200f}' | '\u{61c}' | '\u{180e}'
                | '\u{e0100}'..='\u{e01ef}' | '\u{fe00}'..='\u{fe0d}' | '\u{180b}'..='\u{180d}'
        )
}

/// Signs that only their neighbors make part of a name: the click that is typed as an exclamation mark (N!xau), the
/// colon of long vowels (Mohawk), and the double hyphen of Japanese that is typed as an equals sign.
fn belongs_between(c: char, before: Option<char>, after: Option<char>) -> bool {
    let is_letter = |c: char| c.is_alphabetic() || is_combining_mark(c);
    match c {
        '!' => {
            before.is_none_or(|c| c == ' ' || DASHES.contains(c) || is_letter(c))
                && after.is_some_and(char::is_alphabetic)
        }
        ':' | '꞉' => before.is_some_and(is_letter) && after.is_some_and(char::is_alphabetic),
        '=' => before.is_some_and(is_kana_or_han) && after.is_some_and(is_kana_or_han),
        _ => false,
    }
}

/// The mark of long vowels (U+30FC) belongs to both kana.
fn is_kana_or_han(c: char) -> bool {
    c == 'ー' || matches!(c.script(), Script::Katakana | Script::Hiragana | Script::Han)
}

/// A scheme, `www.`, or something with a domain behind an `@`.
fn holds_link(text: &str) -> bool {
    // Browsers open full-width forms and the ideographic full stop like the plain ones (UTS 46).
    let lower = text.nfkc().collect::<String>().replace('。', ".").to_lowercase();
    let is_address = |word: &str| word.split_once('@').is_some_and(|(_, domain)| domain.contains('.'));
    lower.contains("://")
        || lower.contains("www.")
        || lower.contains("mailto:")
        || lower.split_whitespace().any(|word| is_address(word) || is_bare_link(word))
}

/// Endings that make `word.ending` a link. Not all top-level domains: "Dr.House" and "Anna.Love" are names.
const LINK_ENDINGS: &[&str] =
    &["app", "biz", "com", "dev", "info", "net", "online", "org", "shop", "site", "top", "xyz"];

/// `example.com`, or a host under any known ending with a path.
fn is_bare_link(word: &str) -> bool {
    let (host, path) = word.split_once('/').unwrap_or((word, ""));
    let host = host.trim_end_matches(['.', ',']);
    let Some((name, ending)) = host.rsplit_once('.') else { return false };
    let is_listed = || psl::suffix(host.as_bytes()).is_some_and(|suffix| suffix.is_known());
    !name.is_empty() && (LINK_ENDINGS.contains(&ending) || (!path.is_empty() && is_listed()))
}

/// No word may mix scripts in a way that hides a letter of one among those of another, or use letters in
/// costume (mathematical bold, circled, full width). Roman numerals have characters of their own in East Asia: they stand
/// by themselves or beside East Asian letters, and pass for Latin ones in no other word.
fn check_letters(text: &str) -> Result<(), TextProblem> {
    if text.chars().any(is_costume) {
        return Err(TextProblem::LookAlike);
    }
    let words = || {
        text.split(|c: char| !c.is_alphanumeric() && !is_combining_mark(c)).filter(|word| !word.is_empty())
    };
    let holds_latin = words().any(|word| word.chars().any(|c| c.script() == Script::Latin));
    for word in words() {
        let goes_with_numerals = |c: char| {
            c.is_numeric() || is_combining_mark(c) || is_kana_or_han(c) || c.script() == Script::Hangul
        };
        if word.chars().any(is_roman_numeral) && !word.chars().all(goes_with_numerals) {
            return Err(TextProblem::LookAlike);
        }
        let others: String = word.chars().filter(|c| c.script() != Script::Latin).collect();
        let is_mixed = !word.is_single_script() && !is_east_asian(&others);
        // A whole word of one script that reads as Latin, beside Latin words.
        let is_disguised = holds_latin
            && !word.is_ascii()
            && word
                .chars()
                .all(|c| matches!(c.script(), Script::Cyrillic | Script::Greek | Script::Armenian))
            && skeleton(word).all(|c| c.is_ascii());
        if is_mixed || is_disguised {
            return Err(TextProblem::LookAlike);
        }
    }
    Ok(())
}

/// Latin letters stand beside Han, kana, Hangul and Bopomofo in one word ("K팝"): nobody takes one for the
/// other (UTS 39, highly restrictive).
fn is_east_asian(others: &str) -> bool {
    others.is_single_script()
        && others
            .chars()
            .any(|c| is_kana_or_han(c) || matches!(c.script(), Script::Hangul | Script::Bopomofo))
}

const fn is_roman_numeral(c: char) -> bool {
    matches!(c, '\u{2160}'..='\u{2188}')
}

/// Letters and numbers dressed as others: letter-like symbols, circled, full width, mathematical, squared.
fn is_costume(c: char) -> bool {
    matches!(c, '\u{2100}'..='\u{214f}') && c.is_alphanumeric()
        || matches!(
            c,
            '\u{2460}'..='\u{24ff}'
                | '\u{ff21}'..='\u{ff3a}'
                | '\u{ff41}'..='\u{ff5a}'
                | '\u{1d400}'..='\u{1d7ff}'
                | '\u{1f100}'..='\u{1f1ff}'
        )
}

#[cfg(test)]
mod tests;
