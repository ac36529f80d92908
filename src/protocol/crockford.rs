//! Crockford's base32 for codes that people read aloud and type: no I, L, O or U to mistake.

const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

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

/// Reads exactly `symbols` characters into `N` bytes; bits beyond the last whole byte are dropped by the caller's
/// choice of `symbols` and `N`. Lower case is accepted, I and L read as 1, O as 0; white space and dashes (also
/// the typographic ones that mail programs put in) are passed over.
pub(super) fn symbols(text: &str, symbols: usize) -> Result<Vec<u8>, NotACode> {
    let mut values = Vec::with_capacity(symbols);
    for character in text.chars() {
        if character.is_whitespace() || is_dash(character) {
            continue;
        }
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

const fn is_dash(character: char) -> bool {
    matches!(character, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{00ad}' | '\u{200b}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_read_back_from_their_characters() {
        let bytes = [0x00, 0xff, 0x12, 0x34, 0x56];
        let text = encode(&bytes, 40);
        assert_eq!(text.len(), 8);
        assert_eq!(pack::<5>(&symbols(&text, 8).unwrap()), bytes);
        assert_eq!(encode(&[0xff, 0xff, 0xf0], 20), "ZZZZ");
    }

    #[test]
    fn what_people_mistake_reads_as_what_was_meant() {
        assert_eq!(symbols("il o0", 4), Ok(vec![1, 1, 0, 0]));
        assert_eq!(symbols("a\u{2013}z", 2), Ok(vec![10, 31]));
        assert_eq!(symbols("U", 1), Err(NotACode::Character));
        assert_eq!(symbols("0", 2), Err(NotACode::Length));
        assert_eq!(symbols("000", 2), Err(NotACode::Length));
    }
}
