//! Which characters are never acceptable in text, because what is read would not be what is stored.
//!
//! Sources: Unicode TR 36 and UTS 39 (invisible characters, overrides), RFC 5892 appendix A (joiners), "Trojan
//! Source" (CVE-2021-42574). The first offending character decides what is said.

use unicode_normalization::char::is_combining_mark;
use unicode_script::{Script, UnicodeScript};

use super::TextProblem;

/// No orthography stacks more marks than this on one letter once composed (pointed Hebrew with accents and
/// Tibetan come close).
const MAX_MARKS: usize = 6;

/// Checks every character of `text` (newlines and tabs are fine).
///
/// # Errors
/// What is wrong with the first offending character.
pub fn check(text: &str) -> Result<(), TextProblem> {
    let reads_right_to_left = text.chars().any(|c| is_right_to_left(c.script()));
    let mut before: Option<char> = None;
    let mut marks = 0_usize;
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        let after = rest.clone().next();
        match kind(c) {
            Kind::Plain => {}
            Kind::Refused(problem) => return Err(problem),
            Kind::Joiner if joins(c, before, after) => {}
            Kind::Variation if varies(c, before) => {}
            // Marks without width; text in two directions cannot be written without them.
            Kind::DirectionHint if reads_right_to_left => {}
            Kind::Joiner | Kind::Variation | Kind::DirectionHint => return Err(TextProblem::Invisible),
        }
        marks = if is_combining_mark(c) && kind(c) == Kind::Plain { marks + 1 } else { 0 };
        if marks > MAX_MARKS || (marks > 0 && before.is_none_or(char::is_whitespace)) {
            return Err(TextProblem::Marks);
        }
        before = Some(c);
    }
    Ok(())
}

/// What is wrong with a character wherever it stands. Joiners and variants are fine, tabs and ends of lines too.
pub(super) fn never(c: char) -> Option<TextProblem> {
    match kind(c) {
        Kind::Refused(problem) => Some(problem),
        Kind::DirectionHint => Some(TextProblem::Direction),
        Kind::Plain | Kind::Joiner | Kind::Variation => None,
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Plain,
    Refused(TextProblem),
    Joiner,
    Variation,
    DirectionHint,
}

fn kind(c: char) -> Kind {
    match c {
        '\n' | '\t' => Kind::Plain,
        '\0' => Kind::Refused(TextProblem::Nul),
        _ if c.is_control() => Kind::Refused(TextProblem::Control),
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => Kind::Refused(TextProblem::Direction),
        '\u{200e}' | '\u{200f}' | '\u{61c}' => Kind::DirectionHint,
        '\u{200c}' | '\u{200d}' => Kind::Joiner,
        '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}' | '\u{180b}'..='\u{180d}' | '\u{180f}' => {
            Kind::Variation
        }
        _ if is_invisible(c) => Kind::Refused(TextProblem::Invisible),
        _ if is_unreadable(c) => Kind::Refused(TextProblem::Unreadable),
        _ => Kind::Plain,
    }
}

/// Without width or ink, and needed by no script: soft hyphen, grapheme joiner, fillers, zero-width space,
/// invisible operators, deprecated format characters, blank braille, musical and shorthand formatting, tags.
const fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{ad}'
            | '\u{34f}'
            | '\u{115f}'
            | '\u{1160}'
            | '\u{17b4}'
            | '\u{17b5}'
            | '\u{180e}'
            | '\u{200b}'
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

    #[test]
    fn what_cannot_be_seen_or_reverses_reading_is_refused_by_kind() {
        for (text, problem) in [
            ("a\0b", TextProblem::Nul),
            ("a\u{7}b", TextProblem::Control),
            ("a\u{1b}[31m", TextProblem::Control),
            ("a\u{85}b", TextProblem::Control),
            ("a\u{b}b", TextProblem::Control),
            ("a\u{7f}", TextProblem::Control),
            ("abc\u{202e}cba", TextProblem::Direction),
            ("\u{2067}abc\u{2069}", TextProblem::Direction),
            ("a\u{200b}b", TextProblem::Invisible),
            ("a\u{200d}b", TextProblem::Invisible),
            ("a\u{200c}b", TextProblem::Invisible),
            ("a\u{200e}b", TextProblem::Invisible),
            ("a\u{ad}b", TextProblem::Invisible),
            ("a\u{feff}b", TextProblem::Invisible),
            ("\u{3164}", TextProblem::Invisible),
            ("a\u{e0041}b", TextProblem::Invisible),
            ("a\u{fe0f}b", TextProblem::Invisible),
            ("a\u{e0101}b", TextProblem::Invisible),
            ("a\u{fff9}b", TextProblem::Invisible),
            ("a\u{e001}", TextProblem::Unreadable),
            ("a\u{10fffd}", TextProblem::Unreadable),
            ("a\u{fffd}", TextProblem::Unreadable),
            ("a\u{fffe}", TextProblem::Unreadable),
            ("a\u{1ffff}", TextProblem::Unreadable),
            ("a\u{fdd0}", TextProblem::Unreadable),
            ("Z\u{300}\u{301}\u{302}\u{303}\u{304}\u{305}\u{306}", TextProblem::Marks),
            ("\u{301}a", TextProblem::Marks),
            ("a \u{301}", TextProblem::Marks),
        ] {
            assert_eq!(check(text), Err(problem), "{}", text.escape_unicode());
        }
    }

    #[test]
    fn the_first_offending_character_decides() {
        assert_eq!(check("a\u{202e}b\0"), Err(TextProblem::Direction));
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
            "한국어 中文 かな",
            "a\tb\nc",
        ] {
            assert_eq!(check(text), Ok(()), "{text}");
        }
    }
}
