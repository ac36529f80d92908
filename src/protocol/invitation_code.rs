//! Invitations: single-use codes that an organizer makes and hands over on paper or as a link in a chat. Nothing is
//! mailed, and no list says which were used: only their hashes are stored, and what a used one leaves is a keyed tag
//! like that of any other proof.

use std::fmt;

use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::{
    crockford::{self, NotACode, Shape},
    hash::sha256,
};
use crate::entropy::Entropy;

const BYTES: usize = 10;
const SHAPE: Shape = Shape { groups: 4, letters: 4 };
/// Before the bytes in what the participation tag is made of. It ends in NUL, which no address holds, so that no
/// invitation has the tag of an address.
const TAGGED: &[u8; 10] = b"invite/v1\0";

/// An invitation: 10 random bytes, shown as four groups of four characters. 80 bits cannot be guessed.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct InvitationCode([u8; BYTES]);

/// Why a text is no invitation. Never carries what was typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvitationCodeError {
    /// It has not 16 characters.
    #[error("an invitation has 16 characters")]
    Length,
    /// It holds a character that no code holds.
    #[error("an invitation holds only letters and digits, and no U")]
    Character,
}

impl InvitationCode {
    /// A fresh one.
    #[must_use]
    pub fn generate(entropy: &dyn Entropy) -> Self {
        Self(entropy.bytes())
    }

    /// Reads what a person typed or pasted, however it is dressed: `docs/protocol.md`, "Reading codes".
    ///
    /// # Errors
    /// [`InvitationCodeError`] tells a wrong length from an unknown character.
    pub fn parse(text: &str) -> Result<Self, InvitationCodeError> {
        let values = crockford::symbols(behind_link(text), SHAPE).map_err(|not_a_code| match not_a_code {
            NotACode::Length => InvitationCodeError::Length,
            NotACode::Character => InvitationCodeError::Character,
        })?;
        Ok(Self(crockford::pack(&values)))
    }

    /// The text for the sheet: `ABCD-EFGH-JKMN-PQRS`.
    #[must_use]
    pub fn expose(&self) -> String {
        crockford::in_groups(&crockford::encode(&self.0, BYTES * 8))
    }

    /// What the database looks it up by.
    #[must_use]
    pub fn hash(&self) -> [u8; 32] {
        sha256(&[b"invitation/v1\0", &self.0])
    }

    /// What the participation tag is made of, under the petition's pepper.
    #[must_use]
    pub fn expose_tagged(&self) -> Zeroizing<Vec<u8>> {
        Zeroizing::new([TAGGED.as_slice(), &self.0].concat())
    }
}

/// An invitation in a link follows this; people paste the whole link.
fn behind_link(text: &str) -> &str {
    text.rsplit_once("#i=").map_or(text, |(_, behind)| behind)
}

impl fmt::Debug for InvitationCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("InvitationCode(redacted)")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::entropy::SeededEntropy;

    #[test]
    fn an_invitation_is_four_groups_of_four_and_reads_back() {
        let code = InvitationCode::generate(&SeededEntropy::new(1));
        let shown = code.expose();
        assert_eq!(shown.split('-').map(str::len).collect::<Vec<_>>(), [4, 4, 4, 4]);
        let typed = format!("  {} ", shown.to_lowercase().replace('-', " "));
        assert_eq!(InvitationCode::parse(&typed).unwrap().hash(), code.hash());
        assert_ne!(InvitationCode::generate(&SeededEntropy::new(2)).hash(), code.hash());
        assert_eq!(format!("{code:?}"), "InvitationCode(redacted)");
    }

    #[test]
    fn another_implementation_computes_the_same_hash_and_tag() {
        // printf 'invitation/v1\0\0\1\2\3\4\5\6\7\10\11' | sha256sum
        let code = InvitationCode([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
        assert_eq!(code.expose(), "000G-40R4-0M30-E209");
        assert_eq!(code.hash()[..4], [0x02, 0x38, 0x66, 0x52]);
        assert_eq!(*code.expose_tagged(), b"invite/v1\0\x00\x01\x02\x03\x04\x05\x06\x07\x08\x09");
    }

    #[test]
    fn a_text_of_another_shape_is_no_invitation() {
        assert_eq!(InvitationCode::parse("ABCD-EFGH").unwrap_err(), InvitationCodeError::Length);
        let long = "ABCD-EFGH-JKMN-PQRST";
        assert_eq!(InvitationCode::parse(long).unwrap_err(), InvitationCodeError::Length);
        let strange = "ABCD-EFGH-JKMN-PQRU";
        assert_eq!(InvitationCode::parse(strange).unwrap_err(), InvitationCodeError::Character);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]

        #[test]
        fn every_invitation_reads_back(bytes: [u8; BYTES]) {
            let code = InvitationCode(bytes);
            prop_assert_eq!(InvitationCode::parse(&code.expose()).unwrap().hash(), code.hash());
        }
    }
}
