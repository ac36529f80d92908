//! The retract leaf: a signature taken back by the key K that made it, 114 bytes. Final.

use super::{CastError, LeafError, RETRACT, cast::verify_by, header, split_header};
use crate::{
    domain::ids::PetitionId,
    protocol::{wire::Reader, withdrawal_code::nonce_of},
};

const CONTEXT: &[u8] = b"petition-retract/v1\0";

/// A retract leaf, parsed. Whether K had cast before is for the log's reader to see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RetractLeaf {
    petition: PetitionId,
    public_key: [u8; 32],
    signature: [u8; 64],
}

impl RetractLeaf {
    /// The length of every retract leaf.
    pub const LEN_BYTES: usize = 114;

    pub(in crate::protocol) const fn new(
        petition: PetitionId,
        public_key: [u8; 32],
        signature: [u8; 64],
    ) -> Self {
        Self { petition, public_key, signature }
    }

    /// Reads a retract leaf.
    ///
    /// # Errors
    /// [`LeafError`].
    pub fn parse(bytes: &[u8]) -> Result<Self, LeafError> {
        let (petition, rest) = split_header(bytes, RETRACT)?;
        let mut reader = Reader::new(rest);
        let public_key = reader.array().ok_or(LeafError::Length)?;
        let signature = reader.array().ok_or(LeafError::Length)?;
        if reader.is_at_end() { Ok(Self { petition, public_key, signature }) } else { Err(LeafError::Length) }
    }

    /// The 114 bytes.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        [&header(RETRACT, self.petition)[..], &self.public_key, &self.signature].concat()
    }

    /// The petition it is for.
    #[must_use]
    pub const fn petition(&self) -> PetitionId {
        self.petition
    }

    /// K's public half, as in the cast leaf.
    #[must_use]
    pub const fn public_key(&self) -> &[u8; 32] {
        &self.public_key
    }

    /// The nonce of the cast that it takes back.
    #[must_use]
    pub fn nonce(&self) -> [u8; 32] {
        nonce_of(&self.public_key)
    }

    /// Whether K signed this retraction.
    ///
    /// # Errors
    /// [`CastError::Signature`].
    pub fn verify(&self) -> Result<(), CastError> {
        verify_by(&self.public_key, &Self::signed_bytes(self.petition, &self.public_key), &self.signature)
    }

    /// What K signs.
    pub(in crate::protocol) fn signed_bytes(petition: PetitionId, public_key: &[u8; 32]) -> Vec<u8> {
        [CONTEXT, petition.as_bytes(), public_key].concat()
    }
}
