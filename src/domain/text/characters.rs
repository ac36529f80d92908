//! Which characters are never acceptable in text, because what is read would not be what is stored.
//!
//! Sources: Unicode TR 36 and UTS 39 (invisible characters, overrides), RFC 5892 appendix A (joiners), "Trojan
//! Source" (CVE-2021-42574). The first offending character decides what is said.

use unicode_normalization::char::is_combining_mark;
use unicode_script::{Script, UnicodeScript};

use super::{Spot, TextProblem, is_space};

/// No orthography stacks more marks than this on one letter once composed (pointed Hebrew with accents and
/// Tibetan come close).
const MAX_MARKS: usize = 6;

/// Checks every character of `text` (newlines and tabs are fine).
///
/// # Errors
/// What is wrong with the first offending character.
pub fn check(text: &str) -> Result<(), TextProblem> {
    let reads_right_to_left = holds_right_to_left(text);
    let mut before: Option<char> = None;
    let mut marks = 0_usize;
    for (place, c) in text.char_indices() {
        let (behind, rest) = text.split_at(place);
        let after = rest.chars().nth(1);
        let found = match kind(c) {
            Kind::Plain => None,
            Kind::Refused(why) => Some(why),
            Kind::Joiner if joins(c, before, after) => None,
            Kind::Variation if varies(c, before) => None,
            Kind::WordBreak if breaks(c, before, after) => None,
            // Marks without width; text in two directions cannot be written without them.
            Kind::DirectionHint if reads_right_to_left => None,
            Kind::Joiner | Kind::Variation | Kind::WordBreak | Kind::DirectionHint => Some(Why::Invisible),
        };
        if let Some(why) = found {
            return Err(why.at(c, behind));
        }
        marks = if is_combining_mark(c) && kind(c) == Kind::Plain { marks + 1 } else { 0 };
        if marks > MAX_MARKS || (marks > 0 && before.is_none_or(char::is_whitespace)) {
            return Err(TextProblem::Marks);
        }
        before = Some(c);
    }
    Ok(())
}

/// What is wrong with a character wherever it stands, `behind` being what stands before it. Joiners and variants are
/// fine, tabs and ends of lines too.
pub(super) fn never(c: char, behind: &str) -> Option<TextProblem> {
    match kind(c) {
        Kind::Refused(why) => Some(why.at(c, behind)),
        Kind::DirectionHint => Some(Why::Direction.at(c, behind)),
        Kind::WordBreak => Some(Why::Invisible.at(c, behind)),
        Kind::Plain | Kind::Joiner | Kind::Variation => None,
    }
}

/// Without what nobody sees at either end: white space, invisible characters, marks and isolates of direction that
/// keyboards and chat programs put around a word. Overrides stay, to be refused.
#[must_use]
pub fn trim(text: &str) -> &str {
    trim_ends(text, is_space)
}

/// The same without a look at what joins letters: for rules that know no context.
#[must_use]
pub(super) fn trim_unseen(text: &str) -> &str {
    text.trim_matches(|c| is_space(c) || is_edge(c))
}

/// The same for a line of a longer text, whose indentation is part of it.
#[must_use]
pub(super) fn trim_line(line: &str) -> &str {
    trim_ends(line, |_| false)
}

fn trim_ends(text: &str, is_space: impl Fn(char) -> bool) -> &str {
    // What changes the character before it cannot stand first.
    let is_lead = |c: char| is_space(c) || is_edge(c) || matches!(kind(c), Kind::Joiner | Kind::Variation);
    let mut rest = text.trim_start_matches(is_lead);
    loop {
        let Some(last) = rest.chars().next_back() else { return rest };
        let shorter = rest.strip_suffix(last).unwrap_or(rest);
        let is_idle = kind(last) == Kind::Joiner && !joins(last, shorter.chars().next_back(), None);
        if !(is_space(last) || is_edge(last) || is_idle) {
            return rest;
        }
        rest = shorter;
    }
}

/// The first character that nobody can see, overrides of direction among them: for what no script writes with one.
#[must_use]
pub fn first_unseen(text: &str) -> Option<Spot> {
    let is_hidden = |c: char| is_unseen(c) || matches!(kind(c), Kind::Refused(Why::Direction));
    let (place, c) = text.char_indices().find(|(_, c)| is_hidden(*c))?;
    Some(Spot::new(c, text.split_at(place).0))
}

/// Without anything that cannot be seen, wherever it stands; white space stays, and so do overrides of direction.
#[must_use]
pub(super) fn visible(text: &str) -> String {
    text.chars().filter(|c| !is_unseen(*c)).collect()
}

/// Whether nobody can see it, needed or not. Not white space, not overrides of direction, whose effect is seen.
#[must_use]
pub fn is_unseen(c: char) -> bool {
    is_edge(c) || matches!(kind(c), Kind::Joiner | Kind::Variation)
}

/// Whether it says nothing at the end of a text.
fn is_edge(c: char) -> bool {
    is_invisible(c)
        || matches!(kind(c), Kind::DirectionHint | Kind::WordBreak)
        || matches!(c, '\u{202a}'..='\u{202c}' | '\u{2066}'..='\u{2069}')
}

/// Whether the text holds a character that is read from right to left. Marks of direction change nothing elsewhere.
#[must_use]
pub fn holds_right_to_left(text: &str) -> bool {
    text.chars().any(|c| kind(c) != Kind::DirectionHint && is_right_to_left(c.script()))
}

/// Whether it is a mark of direction (U+200E, U+200F, U+061C): no width, no effect in text of one direction.
pub(super) fn is_direction_mark(c: char) -> bool {
    kind(c) == Kind::DirectionHint
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Plain,
    Refused(Why),
    Joiner,
    Variation,
    WordBreak,
    DirectionHint,
}

/// Why a character is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Why {
    Nul,
    Control,
    Direction,
    Invisible,
    Unreadable,
}

impl Why {
    fn at(self, c: char, behind: &str) -> TextProblem {
        let spot = Spot::new(c, behind);
        match self {
            Self::Nul => TextProblem::Nul,
            Self::Control => TextProblem::Control(spot),
            Self::Direction => TextProblem::Direction(spot),
            Self::Invisible => TextProblem::Invisible(spot),
            Self::Unreadable => TextProblem::Unreadable(spot),
        }
    }
}

fn kind(c: char) -> Kind {
    match c {
        '\n' | '\t' => Kind::Plain,
        '\0' => Kind::Refused(Why::Nul),
        _ if c.is_control() => Kind::Refused(Why::Control),
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => Kind::Refused(Why::Direction),
        '\u{200e}' | '\u{200f}' | '\u{61c}' => Kind::DirectionHint,
        '\u{200c}' | '\u{200d}' => Kind::Joiner,
        '\u{200b}' | '\u{180e}' => Kind::WordBreak,
        '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}' | '\u{180b}'..='\u{180d}' | '\u{180f}' => {
            Kind::Variation
        }
        _ if is_invisible(c) => Kind::Refused(Why::Invisible),
        _ if is_unreadable(c) => Kind::Refused(Why::Unreadable),
        _ => Kind::Plain,
    }
}

/// Without width or ink, and needed by no script: soft hyphen, grapheme joiner, fillers, invisible operators,
/// deprecated format characters, blank braille, musical and shorthand formatting, tags.
const fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{ad}'
            | '\u{34f}'
            | '\u{115f}'
            | '\u{1160}'
            | '\u{17b4}'
            | '\u{17b5}'
            | '\u{2060}'..='\u{2065}'
            | '\u{206a}'..='\u{206f}'
            | '\u{2800}'
            | '\u{3164}'
            | '\u{feff}'
            | '\u{ffa0}'
            | '\u{fff0}'..='\u{fffb}'
            | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e00ff}'
            | '\u{e01f0}'..='\u{e0fff}'
    )
}

/// Private use, noncharacters, and what stands for bytes or objects that were lost.
fn is_unreadable(c: char) -> bool {
    matches!(
        c,
        '\u{e000}'..='\u{f8ff}' | '\u{fdd0}'..='\u{fdef}' | '\u{fffc}' | '\u{fffd}' | '\u{f0000}'..='\u{10ffff}'
    ) || u32::from(c) & 0xfffe == 0xfffe
}

const fn is_right_to_left(script: Script) -> bool {
    matches!(
        script,
        Script::Hebrew
            | Script::Arabic
            | Script::Syriac
            | Script::Thaana
            | Script::Nko
            | Script::Adlam
            | Script::Mandaic
            | Script::Samaritan
            | Script::Hanifi_Rohingya
            | Script::Mende_Kikakui
    )
}

/// Whether a joiner stands where its script needs it: between letters of a cursive or conjunct-forming
/// script (Persian, Hindi …), or between the parts of an emoji.
fn joins(joiner: char, before: Option<char>, after: Option<char>) -> bool {
    let (Some(before), Some(after)) = (before, after) else {
        // Conjuncts may end a word with a joiner (Malayalam chillu, Bengali khanda ta as once spelled).
        return before.is_some_and(|c| is_joining(c) && is_combining_mark(c));
    };
    (is_joining(before) && (is_joining(after) || is_combining_mark(before)))
        || (joiner == '\u{200d}' && is_pictograph(before) && is_pictograph(after))
}

fn is_joining(c: char) -> bool {
    matches!(
        c.script(),
        Script::Arabic
            | Script::Syriac
            | Script::Mandaic
            | Script::Nko
            | Script::Adlam
            | Script::Mongolian
            | Script::Devanagari
            | Script::Bengali
            | Script::Gurmukhi
            | Script::Gujarati
            | Script::Oriya
            | Script::Tamil
            | Script::Telugu
            | Script::Kannada
            | Script::Malayalam
            | Script::Sinhala
            | Script::Khmer
            | Script::Myanmar
            | Script::Tibetan
    )
}

/// Whether an invisible break stands where its script needs it: between words of scripts that are written without
/// spaces (U+200B), between a Mongolian stem and its last vowel (U+180E).
fn breaks(c: char, before: Option<char>, after: Option<char>) -> bool {
    let (Some(before), Some(after)) = (before, after) else { return false };
    if c == '\u{180e}' {
        return before.script() == Script::Mongolian && after.script() == Script::Mongolian;
    }
    is_spaceless(before.script()) && is_spaceless(after.script())
}

const fn is_spaceless(script: Script) -> bool {
    matches!(
        script,
        Script::Khmer
            | Script::Thai
            | Script::Lao
            | Script::Myanmar
            | Script::Tibetan
            | Script::Javanese
            | Script::Balinese
    )
}

/// Whether a variation selector stands behind something that has variants: Han characters of names, emoji,
/// Mongolian letters.
fn varies(selector: char, before: Option<char>) -> bool {
    let Some(before) = before else { return false };
    match selector {
        '\u{fe0e}' | '\u{fe0f}' => {
            is_pictograph(before) || matches!(before, '#' | '*' | '0'..='9' | '©' | '®')
        }
        '\u{180b}'..='\u{180f}' => before.script() == Script::Mongolian,
        _ => before.script() == Script::Han,
    }
}

const fn is_pictograph(c: char) -> bool {
    matches!(
        c,
        '\u{203c}'..='\u{2049}' | '\u{2122}'..='\u{21ff}' | '\u{2300}'..='\u{27bf}' | '\u{2900}'..='\u{2bff}'
            | '\u{3030}'..='\u{303d}' | '\u{3297}'..='\u{3299}' | '\u{fe0f}' | '\u{1f000}'..='\u{1faff}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The kind of the problem, without the place.
    fn found(text: &str) -> String {
        let problem = format!("{:?}", check(text).unwrap_err());
        problem.split('(').next().unwrap_or_default().to_owned()
    }

    #[test]
    fn what_cannot_be_seen_or_reverses_reading_is_refused_by_kind() {
        for (text, why) in [
            ("a\0b", "Nul"),
            ("a\u{7}b", "Control"),
            ("a\u{1b}[31m", "Control"),
            ("a\u{85}b", "Control"),
            ("a\u{b}b", "Control"),
            ("a\u{7f}", "Control"),
            ("abc\u{202e}cba", "Direction"),
            ("\u{2067}abc\u{2069}", "Direction"),
            ("a\u{200b}b", "Invisible"),
            ("a\u{200d}b", "Invisible"),
            ("a\u{200c}b", "Invisible"),
            ("a\u{200e}b", "Invisible"),
            ("a\u{ad}b", "Invisible"),
            ("a\u{feff}b", "Invisible"),
            ("\u{3164}", "Invisible"),
            ("a\u{e0041}b", "Invisible"),
            ("a\u{fe0f}b", "Invisible"),
            ("a\u{e0101}b", "Invisible"),
            ("a\u{fff9}b", "Invisible"),
            ("a\u{e001}", "Unreadable"),
            ("a\u{10fffd}", "Unreadable"),
            ("a\u{fffd}", "Unreadable"),
            ("a\u{fffe}", "Unreadable"),
            ("a\u{1ffff}", "Unreadable"),
            ("a\u{fdd0}", "Unreadable"),
            ("Z\u{300}\u{301}\u{302}\u{303}\u{304}\u{305}\u{306}", "Marks"),
            ("\u{301}a", "Marks"),
            ("a \u{301}", "Marks"),
        ] {
            assert_eq!(found(text), why, "{}", text.escape_unicode());
        }
    }

    #[test]
    fn the_first_offending_character_decides() {
        assert_eq!(found("a\u{202e}b\0"), "Direction");
    }

    #[test]
    fn the_character_is_named_with_what_stands_before_it() {
        let Err(TextProblem::Invisible(spot)) = check("Ann\u{200b} Smith") else { panic!("not refused") };
        assert_eq!((spot.code(), spot.expose_before()), (String::from("U+200B"), String::from("Ann")));
    }

    #[test]
    fn what_nobody_sees_at_the_ends_is_not_part_of_a_text() {
        for (text, left) in [
            (" \u{feff}\u{200b}Ann\u{200e} \u{2060}", "Ann"),
            ("\u{2068}Ann\u{2069}", "Ann"),
            ("\u{202a}Ann\u{202c}\u{ad}", "Ann"),
            ("\u{fe0f}\u{200d}Ann\u{200c}", "Ann"),
            ("\u{61c}\u{200f}דוד\u{200f}", "דוד"),
            ("ന്\u{200d}", "ന്\u{200d}"),
            ("❤\u{fe0f}", "❤\u{fe0f}"),
            ("\u{202e}Ann\u{202e}", "\u{202e}Ann\u{202e}"),
            ("\u{200b}\u{200e}", ""),
        ] {
            assert_eq!(trim(text), left, "{}", text.escape_unicode());
        }
        assert_eq!(trim_line("  \u{200b}- a\u{200b}"), "  \u{200b}- a");
    }

    #[test]
    fn every_script_can_be_written() {
        for text in [
            "Zażółć gęślą jaźń, «ты», ½ €",
            "می\u{200c}خواهم",
            "क्\u{200d}ष और क्\u{200c}ष",
            "ന്\u{200d}",
            "שָׁלוֹם (abc)\u{200f} עולם",
            "葛\u{e0100}飾区",
            "❤\u{fe0f} 👩\u{200d}💻 👩🏽\u{200d}🔧 🏳\u{fe0f}\u{200d}🌈 1\u{fe0f}\u{20e3}",
            "ภาษาไทยน้ำ",
            "བསྒྲུབས",
            "ស្ត្រី",
            "ကြောင့်",
            "ᠮᠣᠩᠭᠣᠯ\u{180b}",
            "ᠴᠠᠭᠠ\u{180e}ᠠ",
            "ភាសា\u{200b}ខ្មែរ",
            "한국어 中文 かな",
            "a\tb\nc",
        ] {
            assert_eq!(check(text), Ok(()), "{text}");
        }
    }
}
