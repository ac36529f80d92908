//! The cast leaf: a signature, 500 bytes, of the same shape whether its name is shown or not.

use ed25519_dalek::{Signature, VerifyingKey};

use super::{CAST, FORMAT, LeafError, header, split_header};
use crate::{
    domain::ids::PetitionId,
    protocol::{
        extension,
        token::{IssuerKey, KeyError, Token, TokenChallenge, TokenError},
        wire::Reader,
        withdrawal_code::nonce_of,
    },
};

const CONTEXT: &[u8] = b"petition-cast/v1\0";

/// Why a cast leaf is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CastError {
    /// The issuing key is not one of this protocol.
    #[error("the issuing key is refused")]
    Key(#[from] KeyError),
    /// The leaf stands for another petition than the challenge.
    #[error("the signature is for another petition")]
    OtherPetition,
    /// The token is refused.
    #[error("the token is refused")]
    Token(#[from] TokenError),
    /// The token belongs to another key K.
    #[error("the token belongs to another signer's key")]
    ForeignKey,
    /// K did not sign this leaf.
    #[error("the signer's own signature does not verify")]
    Signature,
    /// What came with the leaf is not what it commits to.
    #[error("the extension is not the one that was signed")]
    Extension,
}

/// A cast leaf, parsed. Whether it is valid is what [`CastLeaf::verify`] says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CastLeaf {
    petition: PetitionId,
    token: Token,
    public_key: [u8; 32],
    commitment: [u8; 32],
    signature: [u8; 64],
}

impl CastLeaf {
    /// The length of every cast leaf.
    pub const LEN_BYTES: usize = 500;

    /// Reads a cast leaf.
    ///
    /// # Errors
    /// [`LeafError`].
    pub fn parse(bytes: &[u8]) -> Result<Self, LeafError> {
        let (petition, rest) = split_header(bytes, CAST)?;
        let mut reader = Reader::new(rest);
        let token = reader.array::<{ Token::LEN_BYTES }>().ok_or(LeafError::Length)?;
        let leaf = Self {
            petition,
            // The length is right, so only the token's type can be wrong.
            token: Token::parse(&token).or(Err(LeafError::Payload))?,
            public_key: reader.array().ok_or(LeafError::Length)?,
            commitment: reader.array().ok_or(LeafError::Length)?,
            signature: reader.array().ok_or(LeafError::Length)?,
        };
        if reader.is_at_end() { Ok(leaf) } else { Err(LeafError::Length) }
    }

    /// The 500 bytes.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        [&self.unsigned_bytes()[..], &self.signature].concat()
    }

    /// The petition it is for.
    #[must_use]
    pub const fn petition(&self) -> PetitionId {
        self.petition
    }

    /// The token that it spends.
    #[must_use]
    pub const fn token(&self) -> &Token {
        &self.token
    }

    /// K's public half: what a later retraction is signed by.
    #[must_use]
    pub const fn public_key(&self) -> &[u8; 32] {
        &self.public_key
    }

    /// The token's nonce: each may be cast once.
    #[must_use]
    pub const fn nonce(&self) -> &[u8; 32] {
        &self.token.input().nonce
    }

    /// The commitment to the extension.
    #[must_use]
    pub const fn commitment(&self) -> &[u8; 32] {
        &self.commitment
    }

    /// Everything that makes a cast valid but time and its being the first with its nonce: key id, digest of the
    /// challenge, the issuer's signature, nonce = H(K), K's signature.
    ///
    /// # Errors
    /// [`CastError`] says which of them fails first.
    pub fn verify(&self, spki: &[u8], challenge: &TokenChallenge) -> Result<(), CastError> {
        self.verify_with(&IssuerKey::parse(spki)?, challenge.petition(), &challenge.digest())
    }

    /// As [`Self::verify`], for whoever verifies many: the key is read and the challenge hashed already.
    ///
    /// # Errors
    /// [`CastError`].
    pub fn verify_with(
        &self,
        key: &IssuerKey,
        petition: PetitionId,
        challenge_digest: &[u8; 32],
    ) -> Result<(), CastError> {
        if self.petition != petition {
            return Err(CastError::OtherPetition);
        }
        self.token.verify(key, challenge_digest)?;
        if *self.nonce() != nonce_of(&self.public_key) {
            return Err(CastError::ForeignKey);
        }
        verify_by(&self.public_key, &Self::signed_bytes(&self.unsigned_bytes()), &self.signature)
    }

    /// Whether `salt` and `extension` are what K signed for: nobody can swap a mode or attach a name.
    ///
    /// # Errors
    /// [`CastError::Extension`].
    pub fn verify_opening(&self, salt: &[u8; 32], extension: &[u8]) -> Result<(), CastError> {
        if extension::commit(salt, extension) == self.commitment { Ok(()) } else { Err(CastError::Extension) }
    }

    /// The 436 bytes before the signature.
    pub(in crate::protocol) fn unsigned(
        petition: PetitionId,
        token: &Token,
        public_key: &[u8; 32],
        commitment: &[u8; 32],
    ) -> Vec<u8> {
        [&header(CAST, petition)[..], &token.encode(), public_key, commitment].concat()
    }

    /// What K signs.
    pub(in crate::protocol) fn signed_bytes(unsigned: &[u8]) -> Vec<u8> {
        [CONTEXT, unsigned].concat()
    }

    fn unsigned_bytes(&self) -> Vec<u8> {
        Self::unsigned(self.petition, &self.token, &self.public_key, &self.commitment)
    }
}

/// Strict Ed25519: no key or signature of small order, one signature per message only.
pub(in crate::protocol) fn verify_by(
    public_key: &[u8; 32],
    message: &[u8],
    signature: &[u8; 64],
) -> Result<(), CastError> {
    // "Not a point" and "not its signature" are one answer.
    let key = VerifyingKey::from_bytes(public_key).or(Err(CastError::Signature))?;
    key.verify_strict(message, &Signature::from_bytes(signature)).or(Err(CastError::Signature))
}

// The first two bytes are part of what is signed.
const _: () = assert!(FORMAT == 1 && CAST == 1);
