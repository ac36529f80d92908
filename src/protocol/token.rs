//! Publicly verifiable tokens, RFC 9578 type 0x0002, and the challenge that binds a token to one petition and
//! one crowd.

mod key;

use crate::{
    domain::{ids::PetitionId, proof::CrowdIndex},
    protocol::{
        blind_rsa::{self, Variant},
        hash::sha256,
        origin::LogOrigin,
        wire::Reader,
    },
};

pub use key::{IssuerKey, KeyError, SPKI_LEN_BYTES, spki};

/// The token type: blind RSA, 2048 bits.
const TOKEN_TYPE: [u8; 2] = [0, 2];
/// The length of an RSA-2048 number.
pub const RSA_LEN_BYTES: usize = 256;

/// Why bytes are no token, request or response, or why a token is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// Another length than the type has.
    #[error("wrong length")]
    Length,
    /// Another token type than 0x0002.
    #[error("unknown token type")]
    Type,
    /// Made for another key.
    #[error("the token is for another issuing key")]
    OtherKey,
    /// Made for another petition, genesis or crowd.
    #[error("the token is for another petition or crowd")]
    OtherChallenge,
    /// The issuer's signature does not verify.
    #[error("the token's signature does not verify")]
    Signature,
}

/// A token challenge (RFC 9577): which petition, which genesis, which crowd. Later edits of a petition never
/// change it, so that they cannot part the crowd.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenChallenge {
    petition: PetitionId,
    bytes: Vec<u8>,
}

impl TokenChallenge {
    /// The challenge of one crowd.
    #[must_use]
    pub fn new(
        log_origin: &LogOrigin,
        petition: PetitionId,
        genesis_hash: &[u8; 32],
        crowd: CrowdIndex,
    ) -> Self {
        let context = sha256(&[b"petition-context/v1\0", petition.as_bytes(), genesis_hash, &[crowd.get()]]);
        let issuer = log_origin.as_str().as_bytes();
        let mut bytes = TOKEN_TYPE.to_vec();
        // An origin has 47 characters, always.
        bytes.extend_from_slice(&u16::try_from(issuer.len()).unwrap_or(u16::MAX).to_be_bytes());
        bytes.extend_from_slice(issuer);
        bytes.push(32);
        bytes.extend_from_slice(&context);
        // origin_info is empty: the host may change.
        bytes.extend_from_slice(&[0, 0]);
        Self { petition, bytes }
    }

    /// The petition it belongs to.
    #[must_use]
    pub const fn petition(&self) -> PetitionId {
        self.petition
    }

    /// The encoded challenge.
    #[must_use]
    pub fn encode(&self) -> &[u8] {
        &self.bytes
    }

    /// The hash that stands in tokens.
    #[must_use]
    pub fn digest(&self) -> [u8; 32] {
        sha256(&[&self.bytes])
    }
}

/// What a token's signature covers: type, nonce, digest of the challenge, key id. 98 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TokenInput {
    /// Chosen by the client: here the hash of K.
    pub nonce: [u8; 32],
    /// [`TokenChallenge::digest`].
    pub challenge_digest: [u8; 32],
    /// [`IssuerKey::id`].
    pub token_key_id: [u8; 32],
}

impl TokenInput {
    /// The bytes that get signed.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        [&TOKEN_TYPE[..], &self.nonce, &self.challenge_digest, &self.token_key_id].concat()
    }
}

/// A token request, 259 bytes: type, last byte of the key id, blinded message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenRequest {
    truncated_key_id: u8,
    blinded: [u8; RSA_LEN_BYTES],
}

impl TokenRequest {
    /// The length of an encoded request.
    pub const LEN_BYTES: usize = 259;

    pub(super) const fn new(token_key_id: &[u8; 32], blinded: [u8; RSA_LEN_BYTES]) -> Self {
        let [.., truncated_key_id] = *token_key_id;
        Self { truncated_key_id, blinded }
    }

    /// Reads a request.
    ///
    /// # Errors
    /// [`TokenError::Length`], [`TokenError::Type`].
    pub fn parse(bytes: &[u8]) -> Result<Self, TokenError> {
        let mut reader = Reader::new(bytes);
        let token_type = reader.array::<2>().ok_or(TokenError::Length)?;
        let [truncated_key_id] = reader.array::<1>().ok_or(TokenError::Length)?;
        let blinded = reader.array().ok_or(TokenError::Length)?;
        match (reader.is_at_end(), token_type == TOKEN_TYPE) {
            (false, _) => Err(TokenError::Length),
            (true, false) => Err(TokenError::Type),
            (true, true) => Ok(Self { truncated_key_id, blinded }),
        }
    }

    /// The 259 bytes.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        [&TOKEN_TYPE[..], &[self.truncated_key_id], &self.blinded].concat()
    }

    /// The last byte of the id of the key it is for.
    #[must_use]
    pub const fn truncated_key_id(&self) -> u8 {
        self.truncated_key_id
    }

    /// The blinded message.
    #[must_use]
    pub const fn blinded(&self) -> &[u8; RSA_LEN_BYTES] {
        &self.blinded
    }

    /// What the participation row keeps, so that the same request gets the same answer.
    #[must_use]
    pub fn hash(&self) -> [u8; 32] {
        sha256(&[b"token-request/v1\0", &self.encode()])
    }
}

/// A token response: the blind signature, 256 bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenResponse([u8; RSA_LEN_BYTES]);

impl TokenResponse {
    /// Reads a response.
    ///
    /// # Errors
    /// [`TokenError::Length`].
    pub fn parse(bytes: &[u8]) -> Result<Self, TokenError> {
        bytes.try_into().map(Self).or(Err(TokenError::Length))
    }

    /// The 256 bytes.
    #[must_use]
    pub const fn encode(&self) -> &[u8; RSA_LEN_BYTES] {
        &self.0
    }
}

/// A token: 354 bytes, the signed input and the issuer's signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    input: TokenInput,
    authenticator: [u8; RSA_LEN_BYTES],
}

impl Token {
    /// The length of an encoded token.
    pub const LEN_BYTES: usize = 354;

    pub(super) const fn new(input: TokenInput, authenticator: [u8; RSA_LEN_BYTES]) -> Self {
        Self { input, authenticator }
    }

    /// Reads a token. Whether it is valid is another question.
    ///
    /// # Errors
    /// [`TokenError::Length`], [`TokenError::Type`].
    pub fn parse(bytes: &[u8]) -> Result<Self, TokenError> {
        let mut reader = Reader::new(bytes);
        let token_type = reader.array::<2>().ok_or(TokenError::Length)?;
        let input = TokenInput {
            nonce: reader.array().ok_or(TokenError::Length)?,
            challenge_digest: reader.array().ok_or(TokenError::Length)?,
            token_key_id: reader.array().ok_or(TokenError::Length)?,
        };
        let authenticator = reader.array().ok_or(TokenError::Length)?;
        match (reader.is_at_end(), token_type == TOKEN_TYPE) {
            (false, _) => Err(TokenError::Length),
            (true, false) => Err(TokenError::Type),
            (true, true) => Ok(Self { input, authenticator }),
        }
    }

    /// The 354 bytes.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = self.input.encode();
        bytes.extend_from_slice(&self.authenticator);
        bytes
    }

    /// The signed input.
    #[must_use]
    pub const fn input(&self) -> &TokenInput {
        &self.input
    }

    /// Whether this token was issued under `key` for the challenge with this digest.
    ///
    /// # Errors
    /// [`TokenError::OtherKey`], [`TokenError::OtherChallenge`], [`TokenError::Signature`].
    pub fn verify(&self, key: &IssuerKey, challenge_digest: &[u8; 32]) -> Result<(), TokenError> {
        if self.input.token_key_id != *key.id() {
            return Err(TokenError::OtherKey);
        }
        if self.input.challenge_digest != *challenge_digest {
            return Err(TokenError::OtherChallenge);
        }
        blind_rsa::verify(
            Variant::PSS_DETERMINISTIC,
            key.public_key(),
            &self.input.encode(),
            &self.authenticator,
        )
        .or(Err(TokenError::Signature))
    }
}

#[cfg(test)]
mod tests;
