//! Names sealed to a trustee: HPKE (RFC 9180), base mode, DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-256-GCM.
//!
//! The signer's side seals, the trustee's side opens; a server only carries the bytes, always equally many. What is
//! sealed opens for one petition and one signature alone: both are bound into it.

use std::fmt;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hpke::{
    Deserializable, Kem, OpModeR, OpModeS, Serializable, aead::AesGcm256, kdf::HkdfSha256,
    kem::X25519HkdfSha256,
};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::{domain::ids::PetitionId, entropy::Entropy};

/// A sealed name is exactly as long as this: what is in it must not show.
pub const SEALED_NAME_BYTES: usize = ENC_BYTES + PLAIN_BYTES + TAG_BYTES;

const ENC_BYTES: usize = 32;
const TAG_BYTES: usize = 16;
/// What is sealed is padded with spaces to this.
const PLAIN_BYTES: usize = 1_024;
const INFO: &[u8] = b"petition-sealed-name/v1\0";

type PrivateKey = <X25519HkdfSha256 as Kem>::PrivateKey;
type PublicKey = <X25519HkdfSha256 as Kem>::PublicKey;
type EncappedKey = <X25519HkdfSha256 as Kem>::EncappedKey;

/// A trustee's public key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SealingKey([u8; 32]);

/// A trustee's private key.
pub struct UnsealingKey(PrivateKey);

/// What a sealed name belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SealedFor<'a> {
    /// The petition.
    pub petition: PetitionId,
    /// Hash of its genesis leaf.
    pub genesis_hash: &'a [u8; 32],
    /// K's public half, of the cast leaf.
    pub public_key: &'a [u8; 32],
}

/// What opens a leaf.
#[derive(Clone, PartialEq, Eq)]
pub struct Opening {
    /// The salt of its commitment.
    pub salt: [u8; 32],
    /// The extension, as canonical JSON.
    pub extension: Vec<u8>,
}

/// Why a key is none, or nothing could be sealed or opened. Never carries what was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SealingError {
    /// Not 32 bytes in base64url, or a point to which anybody could open.
    #[error("not a sealing key")]
    Key,
    /// Name and job title take more room than a sealed name has.
    #[error("the name is too long to be sealed")]
    TooLong,
    /// Sealed to another key, for another petition or signature, or changed on the way.
    #[error("it was not sealed to this key for this signature")]
    NotForUs,
    /// It opens, and what is in it is not an opening in its one form.
    #[error("what was sealed is not an opening")]
    NotAnOpening,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wire {
    extension: String,
    salt: String,
}

impl SealingKey {
    /// Reads 32 bytes.
    ///
    /// # Errors
    /// [`SealingError::Key`] for points of small order: what is sealed to them, anybody can open.
    pub fn from_bytes(bytes: [u8; 32]) -> Result<Self, SealingError> {
        // Agreeing with any key at all shows it: the result would be zero, which HPKE refuses.
        let (private, _) = X25519HkdfSha256::derive_keypair(&[1; 32]);
        let point = EncappedKey::from_bytes(&bytes).or(Err(SealingError::Key))?;
        X25519HkdfSha256::decap(&private, None, &point).or(Err(SealingError::Key))?;
        Ok(Self(bytes))
    }

    /// Reads 43 characters of base64url.
    ///
    /// # Errors
    /// [`SealingError::Key`]
    pub fn parse(text: &str) -> Result<Self, SealingError> {
        Self::from_bytes(bytes32(text).ok_or(SealingError::Key)?)
    }

    /// Its bytes, as in genesis.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Seals what opens a leaf. As long as every other.
    ///
    /// # Errors
    /// [`SealingError::TooLong`], [`SealingError::Key`].
    pub fn seal(
        &self,
        of: SealedFor<'_>,
        opening: &Opening,
        entropy: &dyn Entropy,
    ) -> Result<Vec<u8>, SealingError> {
        let wire = Wire {
            extension: URL_SAFE_NO_PAD.encode(&opening.extension),
            salt: URL_SAFE_NO_PAD.encode(opening.salt),
        };
        let json = serde_json_canonicalizer::to_vec(&wire).or(Err(SealingError::NotAnOpening))?;
        let mut plain = Zeroizing::new(json);
        if plain.len() > PLAIN_BYTES {
            return Err(SealingError::TooLong);
        }
        plain.resize(PLAIN_BYTES, b' ');
        let key = PublicKey::from_bytes(&self.0).or(Err(SealingError::Key))?;
        let (enc, sealed) = hpke::single_shot_seal_with_rng::<AesGcm256, HkdfSha256, X25519HkdfSha256>(
            &OpModeS::Base,
            &key,
            &of.info(),
            &plain,
            of.public_key,
            &mut entropy.rng(),
        )
        .or(Err(SealingError::Key))?;
        Ok([&enc.to_bytes()[..], &sealed].concat())
    }
}

impl fmt::Display for SealingKey {
    /// 43 characters of base64url.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&URL_SAFE_NO_PAD.encode(self.0))
    }
}

impl UnsealingKey {
    /// A fresh key.
    #[must_use]
    pub fn generate(entropy: &dyn Entropy) -> Self {
        let chance: Zeroizing<[u8; 32]> = Zeroizing::new(entropy.bytes());
        Self(X25519HkdfSha256::derive_keypair(&*chance).0)
    }

    /// Reads 43 characters of base64url.
    ///
    /// # Errors
    /// [`SealingError::Key`]
    pub fn parse(text: &str) -> Result<Self, SealingError> {
        let bytes = Zeroizing::new(bytes32(text).ok_or(SealingError::Key)?);
        PrivateKey::from_bytes(&*bytes).map(Self).or(Err(SealingError::Key))
    }

    /// Its 43 characters of base64url. Whoever has them can read every name sealed to it.
    #[must_use]
    pub fn expose(&self) -> Zeroizing<String> {
        let bytes = Zeroizing::new(self.0.to_bytes().to_vec());
        Zeroizing::new(URL_SAFE_NO_PAD.encode(&*bytes))
    }

    /// The key to seal to.
    ///
    /// # Errors
    /// [`SealingError::Key`]
    pub fn sealing_key(&self) -> Result<SealingKey, SealingError> {
        let public = X25519HkdfSha256::sk_to_pk(&self.0).to_bytes();
        SealingKey::from_bytes(public.as_slice().try_into().or(Err(SealingError::Key))?)
    }

    /// Opens a sealed name. Whether it opens the leaf is for the caller to check.
    ///
    /// # Errors
    /// [`SealingError::NotForUs`], [`SealingError::NotAnOpening`].
    pub fn open(&self, of: SealedFor<'_>, sealed: &[u8]) -> Result<Opening, SealingError> {
        let (enc, sealed) = sealed.split_first_chunk::<ENC_BYTES>().ok_or(SealingError::NotForUs)?;
        if sealed.len() != PLAIN_BYTES + TAG_BYTES {
            return Err(SealingError::NotForUs);
        }
        let enc = EncappedKey::from_bytes(enc).or(Err(SealingError::NotForUs))?;
        let plain = hpke::single_shot_open::<AesGcm256, HkdfSha256, X25519HkdfSha256>(
            &OpModeR::Base,
            &self.0,
            &enc,
            &of.info(),
            sealed,
            of.public_key,
        )
        .or(Err(SealingError::NotForUs))?;
        read(&Zeroizing::new(plain)).ok_or(SealingError::NotAnOpening)
    }
}

impl SealedFor<'_> {
    fn info(&self) -> Vec<u8> {
        [INFO, self.petition.as_bytes(), self.genesis_hash].concat()
    }
}

/// Reads the padded plain text, in its one spelling.
fn read(plain: &[u8]) -> Option<Opening> {
    let end = plain.iter().rposition(|byte| *byte != b' ')?.checked_add(1)?;
    let json = plain.get(..end)?;
    let wire: Wire = serde_json::from_slice(json).ok()?;
    if serde_json_canonicalizer::to_vec(&wire).ok()? != json {
        return None;
    }
    Some(Opening { salt: bytes32(&wire.salt)?, extension: URL_SAFE_NO_PAD.decode(&wire.extension).ok()? })
}

fn bytes32(text: &str) -> Option<[u8; 32]> {
    URL_SAFE_NO_PAD.decode(text.trim()).ok()?.try_into().ok()
}

impl fmt::Debug for UnsealingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("UnsealingKey(redacted)")
    }
}

impl fmt::Debug for Opening {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Opening(redacted)")
    }
}

#[cfg(test)]
mod tests;
