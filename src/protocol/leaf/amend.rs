//! The amend leaf (kind 0A): what a signature shows, said anew by the key K that made it. The newest one holds.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};

use super::{CastError, LeafError, cast::verify_by, encode_json, parse_json, split_header};
use crate::{
    domain::ids::PetitionId,
    protocol::{extension, withdrawal_code::nonce_of},
};

pub(super) const AMEND: u8 = 0x0a;
const CONTEXT: &[u8] = b"petition-amend/v1\0";

/// An amend leaf, parsed. Whether K had cast before is for the log's reader to see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AmendLeaf {
    petition: PetitionId,
    public_key: [u8; 32],
    commitment: [u8; 32],
    signature: [u8; 64],
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wire {
    #[serde(rename = "K_pub")]
    public_key: String,
    ext_commit: String,
    signature: String,
}

impl AmendLeaf {
    pub(in crate::protocol) const fn new(
        petition: PetitionId,
        public_key: [u8; 32],
        commitment: [u8; 32],
        signature: [u8; 64],
    ) -> Self {
        Self { petition, public_key, commitment, signature }
    }

    /// Reads an amend leaf.
    ///
    /// # Errors
    /// [`LeafError`].
    pub fn parse(bytes: &[u8]) -> Result<Self, LeafError> {
        let (petition, json) = split_header(bytes, AMEND)?;
        let wire: Wire = parse_json(json)?;
        Ok(Self {
            petition,
            public_key: array(&wire.public_key)?,
            commitment: array(&wire.ext_commit)?,
            signature: array(&wire.signature)?,
        })
    }

    /// The bytes of the leaf.
    ///
    /// # Errors
    /// None that can happen: its fields have fixed lengths.
    pub fn encode(&self) -> Result<Vec<u8>, LeafError> {
        let wire = Wire {
            public_key: text(&self.public_key),
            ext_commit: text(&self.commitment),
            signature: text(&self.signature),
        };
        encode_json(AMEND, self.petition, &wire)
    }

    /// The petition it is for.
    #[must_use]
    pub const fn petition(&self) -> PetitionId {
        self.petition
    }

    /// The nonce of the cast that it amends.
    #[must_use]
    pub fn nonce(&self) -> [u8; 32] {
        nonce_of(&self.public_key)
    }

    /// What it commits to.
    #[must_use]
    pub const fn commitment(&self) -> &[u8; 32] {
        &self.commitment
    }

    /// Whether K signed this.
    ///
    /// # Errors
    /// [`CastError::Signature`].
    pub fn verify(&self) -> Result<(), CastError> {
        let signed = Self::signed_bytes(self.petition, &self.public_key, &self.commitment);
        verify_by(&self.public_key, &signed, &self.signature)
    }

    /// Whether salt and extension are what it commits to.
    ///
    /// # Errors
    /// [`CastError::Extension`].
    pub fn verify_opening(&self, salt: &[u8; 32], extension: &[u8]) -> Result<(), CastError> {
        if extension::commit(salt, extension) == self.commitment { Ok(()) } else { Err(CastError::Extension) }
    }

    /// What K signs.
    pub(in crate::protocol) fn signed_bytes(
        petition: PetitionId,
        public_key: &[u8; 32],
        commitment: &[u8; 32],
    ) -> Vec<u8> {
        [CONTEXT, petition.as_bytes(), public_key, commitment].concat()
    }
}

fn text(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Base64url of exactly `N` bytes.
fn array<const N: usize>(text: &str) -> Result<[u8; N], LeafError> {
    let bytes = URL_SAFE_NO_PAD.decode(text).or(Err(LeafError::Payload))?;
    bytes.try_into().or(Err(LeafError::Payload))
}
