//! The name of a petition's public log: random, not a host, since hosts get taken down.

use std::fmt;

use crate::entropy::Entropy;

const PREFIX: &str = "petition.undersigned/";
/// RFC 4648 base32 in lower case.
const ALPHABET: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";
const SYMBOLS: usize = 26;

/// A log origin: `petition.undersigned/` and 26 characters, 128 random bits.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct LogOrigin(String);

/// The text is not a log origin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not the origin of a petition's log")]
pub struct NotAnOrigin;

impl LogOrigin {
    /// A fresh origin.
    #[must_use]
    pub fn generate(entropy: &dyn Entropy) -> Self {
        let bits = u128::from_be_bytes(entropy.bytes());
        let name = (0..SYMBOLS).map(|place| {
            // 26 characters hold 130 bits: the last one has two bits of padding, zero as RFC 4648 asks.
            let shift = 123_usize.saturating_sub(place.saturating_mul(5));
            let value = if place == SYMBOLS - 1 { bits << 2 } else { bits >> shift };
            let index = usize::try_from(value & 31).unwrap_or(0);
            ALPHABET.get(index).copied().map_or('a', char::from)
        });
        Self(PREFIX.chars().chain(name).collect())
    }

    /// Reads an origin as it stands in a genesis leaf.
    ///
    /// # Errors
    /// [`NotAnOrigin`] for anything but the prefix and 26 characters of lower-case base32.
    pub fn parse(text: &str) -> Result<Self, NotAnOrigin> {
        let name = text.strip_prefix(PREFIX).ok_or(NotAnOrigin)?;
        let last = name.bytes().last().ok_or(NotAnOrigin)?;
        let known = name.len() == SYMBOLS && name.bytes().all(|symbol| ALPHABET.contains(&symbol));
        // The last character carries three bits: a, e, i, m, q, u, y or 4.
        if known && b"aeimquy4".contains(&last) { Ok(Self(text.to_owned())) } else { Err(NotAnOrigin) }
    }

    /// The text, as in the genesis leaf and every checkpoint.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for LogOrigin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entropy::SeededEntropy;

    struct Fixed(u8);

    impl Entropy for Fixed {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(self.0);
        }
    }

    #[test]
    fn an_origin_is_base32_of_sixteen_bytes_and_reads_back() {
        assert_eq!(
            LogOrigin::generate(&Fixed(0)).as_str(),
            "petition.undersigned/aaaaaaaaaaaaaaaaaaaaaaaaaa"
        );
        assert_eq!(
            LogOrigin::generate(&Fixed(0xff)).as_str(),
            "petition.undersigned/77777777777777777777777774"
        );
        // Python: base64.b32encode(bytes([0x5a] * 16)).lower()
        assert_eq!(
            LogOrigin::generate(&Fixed(0x5a)).as_str(),
            "petition.undersigned/ljnfuws2ljnfuws2ljnfuws2li"
        );
        let origin = LogOrigin::generate(&SeededEntropy::new(7));
        assert_eq!(LogOrigin::parse(origin.as_str()), Ok(origin));
    }

    #[test]
    fn another_spelling_is_no_origin() {
        for text in [
            "",
            "petition.undersigned/",
            "petition.undersigned/aaaaaaaaaaaaaaaaaaaaaaaaab",
            "petition.undersigned/AAAAAAAAAAAAAAAAAAAAAAAAAA",
            "petition.undersigned/aaaaaaaaaaaaaaaaaaaaaaaaaaa",
            "example.com/aaaaaaaaaaaaaaaaaaaaaaaaaa",
        ] {
            assert_eq!(LogOrigin::parse(text), Err(NotAnOrigin), "{text}");
        }
    }
}
