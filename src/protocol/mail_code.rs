//! The code that is mailed: proves that someone reads a mailbox, and nothing else.

use std::fmt;

use subtle::ConstantTimeEq;
use zeroize::{Zeroize, ZeroizeOnDrop};

use super::crockford::{self, NotACode, Shape};
use crate::entropy::Entropy;

const BYTES: usize = 5;
const SHAPE: Shape = Shape { groups: 2, letters: 4 };

/// A mailed code: 5 random bytes, shown as two groups of four characters. 40 bits are few, so tries are counted
/// where the code is checked.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct MailCode([u8; BYTES]);

/// Why a text is no mailed code. Never carries what was typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MailCodeError {
    /// It has not 8 characters.
    #[error("a code has 8 characters")]
    Length,
    /// It holds a character that no code holds.
    #[error("a code holds only letters and digits, and no U")]
    Character,
}

impl MailCode {
    /// A fresh code.
    #[must_use]
    pub fn generate(entropy: &dyn Entropy) -> Self {
        Self(entropy.bytes())
    }

    /// Reads what a person typed or pasted, however it is dressed: `docs/protocol.md`, "Reading codes".
    ///
    /// # Errors
    /// [`MailCodeError`] tells a wrong length from an unknown character.
    pub fn parse(text: &str) -> Result<Self, MailCodeError> {
        let values = crockford::symbols(text, SHAPE).map_err(|not_a_code| match not_a_code {
            NotACode::Length => MailCodeError::Length,
            NotACode::Character => MailCodeError::Character,
        })?;
        Ok(Self(crockford::pack(&values)))
    }

    /// The text for the mail: `ABCD-EFGH`.
    #[must_use]
    pub fn expose(&self) -> String {
        crockford::in_groups(&crockford::encode(&self.0, BYTES * 8))
    }

    /// From the bytes that waited in sealed storage.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; BYTES]) -> Self {
        Self(bytes)
    }

    /// The bytes, for sealed storage only.
    #[must_use]
    pub const fn expose_bytes(&self) -> &[u8; BYTES] {
        &self.0
    }

    /// Whether both are the same code, in a time that does not tell how much of it fits.
    #[must_use]
    pub fn matches(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl fmt::Debug for MailCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MailCode(redacted)")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::entropy::SeededEntropy;

    #[test]
    fn a_mailed_code_is_two_groups_of_four_and_reads_back() {
        let code = MailCode::generate(&SeededEntropy::new(1));
        let shown = code.expose();
        assert_eq!(shown.split('-').map(str::len).collect::<Vec<_>>(), [4, 4]);
        assert!(MailCode::parse(&format!("  {} ", shown.to_lowercase())).unwrap().matches(&code));
        assert!(!MailCode::generate(&SeededEntropy::new(2)).matches(&code));
        assert_eq!(format!("{code:?}"), "MailCode(redacted)");
    }

    #[test]
    fn a_text_of_another_length_is_no_code() {
        assert_eq!(MailCode::parse("ABCD-EFG").unwrap_err(), MailCodeError::Length);
        assert_eq!(MailCode::parse("ABCD-EFGHJ").unwrap_err(), MailCodeError::Length);
        assert_eq!(MailCode::parse("ABCD-EFGU").unwrap_err(), MailCodeError::Character);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]

        #[test]
        fn every_code_reads_back(bytes: [u8; BYTES]) {
            let code = MailCode::from_bytes(bytes);
            prop_assert!(MailCode::parse(&code.expose()).unwrap().matches(&code));
        }
    }
}
