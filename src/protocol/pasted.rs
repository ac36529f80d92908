//! Codes as people paste and type them: in full width, dressed up by a chat program (bold, circled, keycaps, flags), on a
//! keyboard of another script, with invisible characters, quotation marks, Markdown or a label around them.
//!
//! The rules stand in `docs/protocol.md`, "Reading codes"; `tests/vectors/codes.json` holds every program to them.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};
use zeroize::Zeroizing;

use crate::domain::text::characters::is_unseen;

/// How a code is shown: so many groups of so many characters, dashes between.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Shape {
    pub(super) groups: usize,
    pub(super) letters: usize,
}

impl Shape {
    pub(super) const fn symbols(self) -> usize {
        self.groups.saturating_mul(self.letters)
    }
}

/// What may be a code in a text: letters and digits as ASCII where they stand for it, dashes as `-`, colons, and a space
/// for everything else.
pub(super) struct Pasted(Zeroizing<String>);

impl Pasted {
    pub(super) fn read(text: &str) -> Self {
        let mut plain = Zeroizing::new(String::with_capacity(text.len()));
        for c in text.nfkc() {
            match c {
                '\u{1f51f}' => plain.push_str("10"),
                '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' => plain.push('-'),
                _ if is_combining_mark(c) || is_unseen(c) => {}
                _ => match undressed(c) {
                    ':' => plain.push(':'),
                    c if c.is_alphanumeric() => plain.push(c),
                    _ => plain.push(' '),
                },
            }
        }
        Self(plain)
    }

    /// What is read as a code, in this order: what stands behind the last colon, or all of it where nothing does; then
    /// the one place that is written as such codes are shown. A label is never read together with what it
    /// labels: "Code: ABCD" has eight letters too.
    pub(super) fn readings(&self, shape: Shape) -> impl Iterator<Item = &str> {
        let text: &str = &self.0;
        let labeled = text.rsplit_once(':').map(|(_, behind)| behind);
        let labeled = labeled.filter(|behind| behind.contains(char::is_alphanumeric));
        let mut places = text.split([' ', ':']).filter(move |word| is_shown(word, shape));
        let place = places.next().filter(|_| places.next().is_none());
        [labeled.or(Some(text)), place].into_iter().flatten()
    }
}

/// Groups of letters or digits with a dash between, as many as the shape has.
fn is_shown(word: &str, shape: Shape) -> bool {
    let is_group = |group: &str| {
        group.chars().count() == shape.letters && group.chars().all(|c| c.is_ascii_alphanumeric())
    };
    let mut groups = word.trim_matches('-').split('-');
    groups.clone().count() == shape.groups && groups.all(is_group)
}

/// The letter or digit that a character stands for which NFKC leaves alone; any other as it is.
fn undressed(c: char) -> char {
    let code = u32::from(c);
    let digit =
        |first: u32, value: u32| char::from_digit(code.saturating_sub(first).saturating_add(value), 10);
    let letter = |first: u32| {
        let place = u8::try_from(code.saturating_sub(first)).unwrap_or(u8::MAX);
        Some(char::from(b'A'.saturating_add(place)))
    };
    let found = match c {
        // Black circles, and double ones.
        '\u{2776}'..='\u{277e}' => digit(0x2776, 1),
        '\u{2780}'..='\u{2788}' => digit(0x2780, 1),
        '\u{278a}'..='\u{2792}' => digit(0x278a, 1),
        '\u{24f5}'..='\u{24fd}' => digit(0x24f5, 1),
        '\u{24ff}' | '\u{1f10b}' | '\u{1f10c}' => Some('0'),
        // Black circles, black squares, and the letters of which flags are made.
        '\u{1f150}'..='\u{1f169}' => letter(0x1f150),
        '\u{1f170}'..='\u{1f189}' => letter(0x1f170),
        '\u{1f1e6}'..='\u{1f1ff}' => letter(0x1f1e6),
        // The i of Turkish keyboards.
        '\u{130}' | '\u{131}' => Some('I'),
        _ => DIGITS
            .iter()
            .find(|zero| (**zero..=zero.saturating_add(9)).contains(&code))
            .and_then(|zero| digit(*zero, 0)),
    };
    found.unwrap_or(c)
}

/// The zeros of digits in other scripts that keyboards have: Arabic, Persian, N'Ko, the scripts of India, Thai, Lao,
/// Tibetan, Myanmar, Khmer, Mongolian.
const DIGITS: [u32; 18] = [
    0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xe50, 0xed0, 0xf20,
    0x1040, 0x17e0, 0x1810,
];

#[cfg(test)]
mod tests {
    use crate::protocol::{
        invitation_code::InvitationCode, mail_code::MailCode, withdrawal_code::WithdrawalCode,
    };

    /// What `make_codes.py` made from the rules in `docs/protocol.md`, and the browser's module is held to as well.
    #[test]
    fn codes_are_read_as_the_shared_vectors_say() {
        let vectors: serde_json::Value =
            serde_json::from_str(include_str!("../../tests/vectors/codes.json")).unwrap();
        let mut read = 0;
        for one in vectors.as_array().unwrap() {
            let (kind, text) = (one["kind"].as_str().unwrap(), one["text"].as_str().unwrap());
            let found = match kind {
                "mailed" => {
                    MailCode::parse(text).map(|code| code.expose()).map_err(|error| format!("{error:?}"))
                }
                "invitation" => InvitationCode::parse(text)
                    .map(|code| code.expose())
                    .map_err(|error| format!("{error:?}")),
                _ => WithdrawalCode::parse(text)
                    .map(|code| code.expose())
                    .map_err(|error| format!("{error:?}")),
            };
            let expected = match one["code"].as_str() {
                Some(code) => Ok(String::from(code)),
                None => Err(String::from(one["refused"].as_str().unwrap())),
            };
            let found = found.map_err(|error| error.to_lowercase());
            assert_eq!(found, expected, "{kind}: {}", text.escape_unicode());
            read += 1;
        }
        assert!(read > 100, "{read}");
    }
}
