//! The statement: that whoever holds a withdrawal code said a phrase that somebody else had chosen. It proves to a
//! journalist that a signature is this person's, and gives away no power over it: the message that K signs begins
//! otherwise than that of a cast, a retraction or an amendment.
//!
//! It shows K, and so which entry of the log is this person's, to whoever reads it. It cannot be taken back.

use std::fmt;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use ed25519_dalek::Signer as _;
use serde::{Deserialize, Serialize};

use super::{
    leaf::{CastError, verify_by},
    withdrawal_code::{WithdrawalCode, nonce_of},
};
use crate::domain::{ids::PetitionId, text::Phrase};

const CONTEXT: &[u8] = b"petition-proof/v1\0";
const VERSION: u8 = 1;
/// A statement has at most some 1,500 bytes; a mail around it may have more.
const MAX_LEN_BYTES: usize = 20_000;

/// A statement, as it was read or made. Whether K has signed it is for [`Statement::verify`] to say; whether K has cast
/// anything, for the log.
#[derive(Clone, PartialEq, Eq)]
pub struct Statement {
    /// The petition.
    pub petition: PetitionId,
    /// G, the hash of its genesis.
    pub genesis_hash: [u8; 32],
    /// K's public half, as in the cast leaf.
    pub public_key: [u8; 32],
    /// What was said.
    pub phrase: Phrase,
    signature: [u8; 64],
}

/// Why a text is no statement. Never carries what was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum StatementError {
    /// Longer than a mail with a statement in it.
    #[error("longer than any statement")]
    TooLong,
    /// Nothing in it has the form of one.
    #[error("not a statement")]
    Form,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wire {
    #[serde(rename = "K_pub")]
    public_key: String,
    genesis_hash: String,
    petition: String,
    phrase: String,
    signature: String,
    v: u8,
}

impl Statement {
    /// Signs `phrase` with the key of `code`.
    #[must_use]
    pub fn sign(petition: PetitionId, genesis_hash: [u8; 32], code: &WithdrawalCode, phrase: Phrase) -> Self {
        let key = code.signing_key();
        let public_key = key.verifying_key().to_bytes();
        let signature = key.sign(&signed_bytes(petition, &genesis_hash, &public_key, &phrase)).to_bytes();
        Self { petition, genesis_hash, public_key, phrase, signature }
    }

    /// The statement as it is handed over: canonical JSON, one line, without an end of line.
    #[must_use]
    #[expect(clippy::missing_panics_doc, reason = "text and a small number always serialize")]
    pub fn to_json(&self) -> String {
        let wire = Wire {
            public_key: URL_SAFE_NO_PAD.encode(self.public_key),
            genesis_hash: URL_SAFE_NO_PAD.encode(self.genesis_hash),
            petition: self.petition.to_string(),
            phrase: String::from(self.phrase.expose()),
            signature: URL_SAFE_NO_PAD.encode(self.signature),
            v: VERSION,
        };
        #[expect(clippy::expect_used, reason = "text and a small number always serialize")]
        serde_json_canonicalizer::to_string(&wire).expect("strings serialize")
    }

    /// Reads the statement in a text: from its first brace to its last, whatever stands around it, and however mail
    /// programs have broken it into lines. Everything else must be as it was written.
    ///
    /// # Errors
    /// [`StatementError`]; never panics, whatever the text.
    pub fn parse(text: &str) -> Result<Self, StatementError> {
        if text.len() > MAX_LEN_BYTES {
            return Err(StatementError::TooLong);
        }
        let (begin, end) = text.find('{').zip(text.rfind('}')).ok_or(StatementError::Form)?;
        let line = text.get(begin..=end).ok_or(StatementError::Form)?;
        let line = line.split_whitespace().collect::<Vec<_>>().join(" ");
        // What serde would say repeats what was read.
        let wire: Wire = serde_json::from_str(&line).or(Err(StatementError::Form))?;
        let read = Self::from_wire(&wire).ok_or(StatementError::Form)?;
        // No phrase and no field holds white space that this would hide: they are exact.
        if without_space(&read.to_json()) == without_space(&line) && wire.v == VERSION {
            Ok(read)
        } else {
            Err(StatementError::Form)
        }
    }

    fn from_wire(wire: &Wire) -> Option<Self> {
        Some(Self {
            petition: PetitionId::parse(&without_space(&wire.petition)).ok()?,
            genesis_hash: bytes(&wire.genesis_hash)?,
            public_key: bytes(&wire.public_key)?,
            phrase: Phrase::parse_exact(&wire.phrase)?,
            signature: bytes(&wire.signature)?,
        })
    }

    /// Whether K has signed it.
    ///
    /// # Errors
    /// [`CastError::Signature`].
    pub fn verify(&self) -> Result<(), CastError> {
        let message = signed_bytes(self.petition, &self.genesis_hash, &self.public_key, &self.phrase);
        verify_by(&self.public_key, &message, &self.signature)
    }

    /// The nonce of the cast that K has made, if there is one.
    #[must_use]
    pub fn nonce(&self) -> [u8; 32] {
        nonce_of(&self.public_key)
    }
}

/// What K signs.
fn signed_bytes(
    petition: PetitionId,
    genesis_hash: &[u8; 32],
    public_key: &[u8; 32],
    phrase: &Phrase,
) -> Vec<u8> {
    [CONTEXT, petition.as_bytes(), genesis_hash, public_key, phrase.expose().as_bytes()].concat()
}

/// Base64url of exactly `N` bytes, which may have been broken into lines.
fn bytes<const N: usize>(text: &str) -> Option<[u8; N]> {
    URL_SAFE_NO_PAD.decode(without_space(text)).ok()?.try_into().ok()
}

fn without_space(text: &str) -> String {
    text.split_whitespace().collect()
}

impl fmt::Debug for Statement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Statement(redacted)")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::protocol::leaf::{AmendLeaf, CastLeaf, RetractLeaf};

    #[derive(Deserialize)]
    struct Vector {
        withdrawal_code: String,
        petition: String,
        genesis_hash: String,
        good: Vec<Good>,
        read_as: Vec<(String, String)>,
        refused: Vec<String>,
        unsigned: Vec<String>,
    }

    #[derive(Deserialize)]
    struct Good {
        phrase: String,
        statement: String,
    }

    fn vector() -> Vector {
        serde_json::from_str(include_str!("../../tests/vectors/statements.json")).unwrap()
    }

    fn code(vector: &Vector) -> WithdrawalCode {
        WithdrawalCode::parse(&vector.withdrawal_code).unwrap()
    }

    fn sample() -> Statement {
        Statement::parse(&vector().good[0].statement).unwrap()
    }

    #[test]
    fn a_statement_is_the_bytes_that_other_code_makes() {
        let vector = vector();
        let petition = PetitionId::parse(&vector.petition).unwrap();
        for good in &vector.good {
            let phrase = Phrase::parse(&good.phrase).unwrap();
            let made =
                Statement::sign(petition, bytes(&vector.genesis_hash).unwrap(), &code(&vector), phrase);
            assert_eq!(made.to_json(), good.statement);
            assert_eq!(made.public_key, code(&vector).public_key());
            assert_eq!(made.nonce(), code(&vector).nonce());
            let read = Statement::parse(&good.statement).unwrap();
            assert!(read == made && read.verify() == Ok(()));
        }
    }

    #[test]
    fn a_statement_is_found_in_a_mail_and_nothing_else_is_taken_for_one() {
        let vector = vector();
        for (mail, statement) in &vector.read_as {
            assert_eq!(Statement::parse(mail).unwrap().to_json(), *statement, "{mail}");
        }
        for text in &vector.refused {
            assert_eq!(Statement::parse(text), Err(StatementError::Form), "{text}");
        }
        for text in ["", "{", "}{", "{}", "null", "}"] {
            assert_eq!(Statement::parse(text), Err(StatementError::Form), "{text}");
        }
        assert_eq!(Statement::parse(&"x".repeat(20_001)), Err(StatementError::TooLong));
    }

    #[test]
    fn another_petition_genesis_key_or_phrase_is_not_what_was_signed() {
        for text in &vector().unsigned {
            assert_eq!(Statement::parse(text).unwrap().verify(), Err(CastError::Signature), "{text}");
        }
        let mut other = sample();
        other.genesis_hash[0] ^= 1;
        assert_eq!(other.verify(), Err(CastError::Signature));
        let mut other = sample();
        other.phrase = Phrase::parse("Something else").unwrap();
        assert_eq!(other.verify(), Err(CastError::Signature));
        // A point of small order verifies nothing.
        let weak = Statement { public_key: [0; 32], ..sample() };
        assert_eq!(weak.verify(), Err(CastError::Signature));
    }

    #[test]
    fn a_statement_takes_nothing_back_and_changes_nothing() {
        // Even a phrase that spells out what a retraction signs gives a signature of something else.
        let sample = sample();
        for message in [
            RetractLeaf::signed_bytes(sample.petition, &sample.public_key),
            AmendLeaf::signed_bytes(sample.petition, &sample.public_key, &[0; 32]),
            CastLeaf::signed_bytes(&[0; 436]),
        ] {
            let signed =
                signed_bytes(sample.petition, &sample.genesis_hash, &sample.public_key, &sample.phrase);
            assert!(!signed.starts_with(&message[..message.len().min(16)]));
            assert!(verify_by(&sample.public_key, &message, &sample.signature).is_err());
        }
        let retraction = RetractLeaf::new(sample.petition, sample.public_key, sample.signature);
        assert_eq!(retraction.verify(), Err(CastError::Signature));
    }

    #[test]
    fn a_statement_never_shows_in_debug_output() {
        assert_eq!(format!("{:?}", sample()), "Statement(redacted)");
    }

    proptest! {
        #[test]
        fn no_text_makes_the_reader_panic(text in ".{0,200}", brace in "[{}]{0,3}") {
            let _ignored = Statement::parse(&format!("{brace}{text}}}"));
        }
    }
}
