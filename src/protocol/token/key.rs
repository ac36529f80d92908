//! Issuing keys as the public sees them: the id-RSASSA-PSS form of RFC 9578, byte for byte.

use rsa::{
    PublicKey,
    pkcs1::{DecodeRsaPublicKey, EncodeRsaPublicKey},
    traits::PublicKeyParts,
};

use crate::protocol::hash::sha256;

/// The length of an encoded key: 72 bytes that are always the same, then the PKCS#1 key.
pub const SPKI_LEN_BYTES: usize = 342;

const BITS: u32 = 2048;
const EXPONENT: &[u8] = &[1, 0, 1];

/// SEQUENCE of 338 bytes; id-RSASSA-PSS with SHA-384, MGF1 over SHA-384, salt 48; BIT STRING of 271 bytes.
const PREFIX: [u8; 72] = [
    0x30, 0x82, 0x01, 0x52, 0x30, 0x3d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0a,
    0x30, 0x30, 0xa0, 0x0d, 0x30, 0x0b, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x02,
    0xa1, 0x1a, 0x30, 0x18, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x08, 0x30, 0x0b,
    0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x02, 0xa2, 0x03, 0x02, 0x01, 0x30, 0x03,
    0x82, 0x01, 0x0f, 0x00,
];

/// The bytes are not an issuing key of this protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// Not the one encoding that the protocol knows.
    #[error("not an id-RSASSA-PSS key with SHA-384 and salt 48")]
    Encoding,
    /// Not 2048 bits with exponent 65537.
    #[error("not an RSA key of 2048 bits with exponent 65537")]
    Parameters,
}

/// An issuing key's public half, checked and with its id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuerKey {
    key: PublicKey,
    spki: Vec<u8>,
    id: [u8; 32],
}

impl IssuerKey {
    /// Reads a key as it stands in the genesis leaf. Exactly one encoding of a key is accepted: a second one
    /// would have another id, and could tag a person.
    ///
    /// # Errors
    /// [`KeyError`].
    pub fn parse(bytes: &[u8]) -> Result<Self, KeyError> {
        let inner = bytes.strip_prefix(&PREFIX).ok_or(KeyError::Encoding)?;
        if bytes.len() != SPKI_LEN_BYTES {
            return Err(KeyError::Encoding);
        }
        // The decoder's reason adds nothing to "not this encoding".
        let read = Self::new(PublicKey::from_pkcs1_der(inner).or(Err(KeyError::Encoding))?)?;
        if read.spki == bytes { Ok(read) } else { Err(KeyError::Encoding) }
    }

    /// From a key that was just made or read.
    ///
    /// # Errors
    /// [`KeyError::Parameters`].
    pub fn new(key: PublicKey) -> Result<Self, KeyError> {
        if key.n().as_ref().bit_width_vartime() != BITS || *key.e_bytes() != *EXPONENT {
            return Err(KeyError::Parameters);
        }
        let spki = spki(&key).ok_or(KeyError::Encoding)?;
        let id = sha256(&[&spki]);
        Ok(Self { key, spki, id })
    }

    /// The raw key.
    #[must_use]
    pub const fn public_key(&self) -> &PublicKey {
        &self.key
    }

    /// The 342 bytes for the genesis leaf.
    #[must_use]
    pub fn spki(&self) -> &[u8] {
        &self.spki
    }

    /// The key's id: SHA-256 of [`Self::spki`].
    #[must_use]
    pub const fn id(&self) -> &[u8; 32] {
        &self.id
    }
}

/// The id-RSASSA-PSS form of a 2048-bit key. `None` for a key of another length, which needs another prefix.
#[must_use]
pub fn spki(key: &PublicKey) -> Option<Vec<u8>> {
    // Encoding two numbers cannot fail; if it did, there would be no key to show.
    let inner = key.to_pkcs1_der().ok()?;
    let bytes = [&PREFIX[..], inner.as_bytes()].concat();
    (bytes.len() == SPKI_LEN_BYTES).then_some(bytes)
}
