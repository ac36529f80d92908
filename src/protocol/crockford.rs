//! Crockford's base32 for codes that people read aloud and type: no I, L, O or U to mistake.

use zeroize::Zeroizing;

use super::pasted::Pasted;
pub(super) use super::pasted::Shape;

const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Recovery codes of organizers' accounts.
const RECOVERY: Shape = Shape { groups: 4, letters: 5 };

/// A recovery code in its one spelling, however it was typed or pasted: 20 characters. `None` for any other text.
#[must_use]
pub fn recovery_code(text: &str) -> Option<Zeroizing<String>> {
    let values = symbols(text, RECOVERY).ok()?;
    let spelled =
        values.iter().filter_map(|value| ALPHABET.get(usize::from(*value)).copied().map(char::from));
    Some(Zeroizing::new(spelled.collect()))
}

/// Why a text is no code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NotACode {
    /// Fewer or more characters than the code has.
    Length,
    /// A character that no code holds.
    Character,
}

/// `bits` bits of `bytes` from the first on, five to a character; missing bits at the end read as zero.
pub(super) fn encode(bytes: &[u8], bits: usize) -> String {
    (0..bits.div_ceil(5))
        .map(|place| {
            let value = (0..5).fold(0_usize, |value, offset| {
                let bit = place.saturating_mul(5).saturating_add(offset);
                let byte = bytes.get(bit / 8).copied().unwrap_or(0);
                (value << 1) | usize::from((byte >> (7 - bit % 8)) & 1)
            });
            ALPHABET.get(value).copied().map_or('0', char::from)
        })
        .collect()
}

/// Reads exactly as many characters as the shape has; bits beyond the last whole byte are dropped by the caller's choice
/// of shape and `N`. Lower case is accepted, I and L read as 1, O as 0; what is neither letter nor digit is passed over,
/// and a label in front with it ([`Pasted`]).
pub(super) fn symbols(text: &str, shape: Shape) -> Result<Zeroizing<Vec<u8>>, NotACode> {
    let pasted = Pasted::read(text);
    let mut first = None;
    for reading in pasted.readings(shape) {
        match values(reading, shape.symbols()) {
            Ok(values) => return Ok(values),
            Err(why) => first = first.or(Some(why)),
        }
    }
    Err(first.unwrap_or(NotACode::Length))
}

fn values(reading: &str, symbols: usize) -> Result<Zeroizing<Vec<u8>>, NotACode> {
    let mut values = Zeroizing::new(Vec::with_capacity(symbols));
    for character in reading.chars().filter(|c| c.is_alphanumeric()) {
        // Stops early: a pasted novel is not read to its end.
        if values.len() == symbols {
            return Err(NotACode::Length);
        }
        values.push(value_of(character).ok_or(NotACode::Character)?);
    }
    if values.len() == symbols { Ok(values) } else { Err(NotACode::Length) }
}

/// Packs five-bit values into bytes; bits that fill no whole byte are left out.
pub(super) fn pack<const N: usize>(values: &[u8]) -> [u8; N] {
    let mut bytes = [0; N];
    for (place, byte) in bytes.iter_mut().enumerate() {
        for bit in place.saturating_mul(8)..place.saturating_mul(8).saturating_add(8) {
            let value = values.get(bit / 5).copied().unwrap_or(0);
            *byte = (*byte << 1) | ((value >> (4 - bit % 5)) & 1);
        }
    }
    bytes
}

/// Groups of four, joined by dashes.
pub(super) fn in_groups(code: &str) -> String {
    let mut text = String::with_capacity(code.len().saturating_add(code.len() / 4));
    for (place, character) in code.chars().enumerate() {
        if place > 0 && place % 4 == 0 {
            text.push('-');
        }
        text.push(character);
    }
    text
}

fn value_of(character: char) -> Option<u8> {
    let symbol = match character.to_ascii_uppercase() {
        'I' | 'L' => '1',
        'O' => '0',
        other => other,
    };
    let place = ALPHABET.iter().position(|known| char::from(*known) == symbol)?;
    u8::try_from(place).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_read_back_from_their_characters() {
        let bytes = [0x00, 0xff, 0x12, 0x34, 0x56];
        let text = encode(&bytes, 40);
        assert_eq!(text.len(), 8);
        assert_eq!(pack::<5>(&symbols(&text, Shape { groups: 2, letters: 4 }).unwrap()), bytes);
        assert_eq!(encode(&[0xff, 0xff, 0xf0], 20), "ZZZZ");
    }

    fn of(letters: usize) -> Shape {
        Shape { groups: 1, letters }
    }

    #[test]
    fn a_recovery_code_is_read_in_its_one_spelling() {
        for text in [
            "ABCDE-FGH1J-KMN0P-QRSTV",
            "recovery code: abcde fghij kmnop qrstv",
            "ＡＢＣＤＥ-FGHLJ-KMNOP-QRSTV.",
        ] {
            assert_eq!(recovery_code(text).unwrap().as_str(), "ABCDEFGH1JKMN0PQRSTV", "{text}");
        }
        assert_eq!(recovery_code("ABCDE-FGH1J"), None);
    }

    #[test]
    fn what_people_mistake_reads_as_what_was_meant() {
        assert_eq!(*symbols("il o0", of(4)).unwrap(), [1, 1, 0, 0]);
        assert_eq!(*symbols("a\u{2013}z", of(2)).unwrap(), [10, 31]);
        assert_eq!(symbols("U", of(1)), Err(NotACode::Character));
        assert_eq!(symbols("0", of(2)), Err(NotACode::Length));
        assert_eq!(symbols("000", of(2)), Err(NotACode::Length));
    }
}
