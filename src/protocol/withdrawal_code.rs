//! The withdrawal code: the signer's receipt. Whoever holds it can withdraw the signature; it comes from
//! nowhere but chance, and no address or request can be computed from it.

use std::fmt;

use ed25519_dalek::SigningKey;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::{
    crockford::{self, NotACode, Shape},
    hash::{hkdf, sha256},
};
use crate::entropy::Entropy;

const BYTES: usize = 15;
const BODY_SYMBOLS: usize = 24;
const SHAPE: Shape = Shape { groups: 7, letters: 4 };
const CHECK: Shape = Shape { groups: 1, letters: 4 };
const CHECK_BITS: usize = 20;

/// A withdrawal code w: 15 random bytes, 120 bits, shown as seven groups of four characters, the last of which
/// catches mistyping.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct WithdrawalCode([u8; BYTES]);

/// Why a text is no withdrawal code. Never carries what was typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WithdrawalCodeError {
    /// It has not 28 characters.
    #[error("a withdrawal code has 28 characters")]
    Length,
    /// It holds a character that no code holds.
    #[error("a withdrawal code holds only letters and digits, and no U")]
    Character,
    /// Its check characters do not fit the rest: something was mistyped.
    #[error("a character of the withdrawal code was mistyped")]
    Mistyped,
}

impl WithdrawalCode {
    /// The length of w.
    pub const LEN_BYTES: usize = BYTES;

    /// A fresh code. None whose K has a seed that begins with a zero byte: `WebKitGTK` refuses such keys, and nobody knows
    /// today in which browser a code will be used.
    #[must_use]
    pub fn generate(entropy: &dyn Entropy) -> Self {
        loop {
            let drawn = Self(entropy.bytes());
            if drawn.seed().first() != Some(&0) {
                return drawn;
            }
        }
    }

    /// Reads what a person typed or pasted, however it is dressed: `docs/protocol.md`, "Reading codes".
    ///
    /// # Errors
    /// [`WithdrawalCodeError`] tells a wrong length, an unknown character and a mistyped one apart.
    pub fn parse(text: &str) -> Result<Self, WithdrawalCodeError> {
        let values = crockford::symbols(text, SHAPE).map_err(|not_a_code| match not_a_code {
            NotACode::Length => WithdrawalCodeError::Length,
            NotACode::Character => WithdrawalCodeError::Character,
        })?;
        let code = Self(crockford::pack(&values));
        let check = values.get(BODY_SYMBOLS..).unwrap_or_default();
        if crockford::symbols(&code.check(), CHECK).is_ok_and(|expected| *expected == check) {
            Ok(code)
        } else {
            Err(WithdrawalCodeError::Mistyped)
        }
    }

    /// The text to show to the signer: `XXXX-XXXX-XXXX-XXXX-XXXX-XXXX-XXXX`.
    #[must_use]
    pub fn expose(&self) -> String {
        let mut code = crockford::encode(&self.0, BYTES * 8);
        code.push_str(&self.check());
        crockford::in_groups(&code)
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

    /// K: the Ed25519 key that makes the signature the signer's own. HKDF(w, "petition v1 ed25519", 32).
    #[must_use]
    pub fn signing_key(&self) -> SigningKey {
        SigningKey::from_bytes(&self.seed())
    }

    fn seed(&self) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(hkdf(&self.0, &[b"petition v1 ed25519"]))
    }

    /// K's public half, which stands in the public log.
    #[must_use]
    pub fn public_key(&self) -> [u8; 32] {
        self.signing_key().verifying_key().to_bytes()
    }

    /// The nonce of this signer's token: bound to K, so that nobody else can cast the token.
    #[must_use]
    pub fn nonce(&self) -> [u8; 32] {
        nonce_of(&self.public_key())
    }

    /// The four characters at the end: the first 20 bits of a hash of the rest.
    fn check(&self) -> String {
        crockford::encode(&sha256(&[b"code/v1\0", &self.0]), CHECK_BITS)
    }
}

/// The nonce that belongs to a public key K.
#[must_use]
pub fn nonce_of(public_key: &[u8; 32]) -> [u8; 32] {
    sha256(&[b"petition-nonce/v1\0", public_key])
}

impl fmt::Debug for WithdrawalCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WithdrawalCode(redacted)")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::entropy::SeededEntropy;

    /// Fixed for other clients to compare with: code, K and nonce of fifteen bytes 00 01 .. 0e.
    fn sample() -> WithdrawalCode {
        WithdrawalCode::from_bytes([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14])
    }

    #[test]
    fn a_code_is_seven_groups_of_four() {
        let shown = sample().expose();
        assert!(shown.starts_with("000G-40R4-0M30-E209-185G-R38E-"), "{shown}");
        assert_eq!(shown.split('-').map(str::len).collect::<Vec<_>>(), [4; 7]);
    }

    #[test]
    fn a_code_reads_back_however_it_was_typed() {
        let shown = sample().expose();
        let sloppy = shown.to_lowercase().replace('0', "o").replace('1', "l").replace('-', " \u{2013} ");
        assert_eq!(WithdrawalCode::parse(&sloppy), Ok(sample()));
        assert_eq!(WithdrawalCode::parse(&shown.replace(['-', ' '], "")), Ok(sample()));
    }

    #[test]
    fn a_wrong_length_and_a_mistyped_character_are_told_apart() {
        let shown = sample().expose();
        assert_eq!(WithdrawalCode::parse(&shown[..33]), Err(WithdrawalCodeError::Length));
        assert_eq!(WithdrawalCode::parse(&format!("{shown}0")), Err(WithdrawalCodeError::Length));
        assert_eq!(WithdrawalCode::parse(""), Err(WithdrawalCodeError::Length));
        assert_eq!(WithdrawalCode::parse(&shown.replacen('G', "H", 1)), Err(WithdrawalCodeError::Mistyped));
        assert_eq!(WithdrawalCode::parse(&shown.replacen('G', "ü", 1)), Err(WithdrawalCodeError::Character));
    }

    #[test]
    fn a_fresh_code_can_be_used_in_every_browser() {
        let entropy = SeededEntropy::new(5);
        let entropy: &dyn Entropy = &entropy;
        assert!((0..1_000).all(|_| WithdrawalCode::generate(entropy).seed()[0] != 0), "WebKitGTK refuses it");
    }

    #[test]
    fn a_code_never_shows_in_debug_output() {
        assert_eq!(format!("{:?}", sample()), "WithdrawalCode(redacted)");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]

        #[test]
        fn every_code_reads_back(bytes: [u8; BYTES]) {
            let code = WithdrawalCode::from_bytes(bytes);
            prop_assert_eq!(WithdrawalCode::parse(&code.expose()), Ok(code));
        }

        #[test]
        fn no_text_makes_the_parser_panic(text in ".{0,60}") {
            let _ignored = WithdrawalCode::parse(&text);
        }
    }
}
