//! RSA blind signatures, RFC 9474, over the raw operation of crate `rsa`.
//!
//! The signer of a blind signature cannot recognize what it signed. Everything rests on the blinding factor: it
//! comes fresh from chance for each request, is never derived from anything, and is forgotten once the token is
//! finished. The key size is a parameter; the hash is SHA-384, as in every variant that RFC 9474 names.

mod pss;

use rsa::{
    BoxedUint, PrivateKey, Pss, PublicKey,
    hazmat::{rsa_decrypt_and_check, rsa_encrypt},
    traits::PublicKeyParts,
};
use sha2::{Digest, Sha384};
use zeroize::Zeroizing;

use crate::entropy::Entropy;

/// Which of RFC 9474's variants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Variant {
    salt_len_bytes: usize,
    prefix_len_bytes: usize,
}

impl Variant {
    /// RSABSSA-SHA384-PSS-Deterministic: the one that tokens use (RFC 9578).
    pub const PSS_DETERMINISTIC: Self = Self { salt_len_bytes: 48, prefix_len_bytes: 0 };
    /// RSABSSA-SHA384-PSSZERO-Deterministic.
    pub const PSSZERO_DETERMINISTIC: Self = Self { salt_len_bytes: 0, prefix_len_bytes: 0 };
    /// RSABSSA-SHA384-PSS-Randomized.
    pub const PSS_RANDOMIZED: Self = Self { salt_len_bytes: 48, prefix_len_bytes: 32 };
    /// RSABSSA-SHA384-PSSZERO-Randomized.
    pub const PSSZERO_RANDOMIZED: Self = Self { salt_len_bytes: 0, prefix_len_bytes: 32 };
}

/// Why a step was refused. Says nothing about secrets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BlindRsaError {
    /// The key is too small for the hash and the salt.
    #[error("the key is too small for this variant")]
    KeyTooSmall,
    /// A number has not the length of the key, or is not within 1 < m < n - 1.
    #[error("not a number that this key signs")]
    OutOfRange,
    /// The raw operation failed, or its result did not check.
    #[error("the signing operation failed")]
    SigningFailed,
    /// The signature does not verify.
    #[error("the signature does not verify")]
    Invalid,
}

/// What the client keeps between blinding and finishing: the inverse of the blinding factor.
pub struct Blinding {
    inverse: Zeroizing<BoxedUint>,
}

/// RFC 9474 `Prepare`: the message itself, or with 32 random bytes before it.
#[must_use]
pub fn prepare(variant: Variant, message: &[u8], entropy: &dyn Entropy) -> Vec<u8> {
    let mut prepared = vec![0; variant.prefix_len_bytes];
    entropy.fill(&mut prepared);
    prepared.extend_from_slice(message);
    prepared
}

/// RFC 9474 `Blind`: hides `message` behind a fresh salt and a fresh blinding factor.
///
/// # Errors
/// [`BlindRsaError::KeyTooSmall`].
pub fn blind(
    variant: Variant,
    key: &PublicKey,
    message: &[u8],
    entropy: &dyn Entropy,
) -> Result<(Vec<u8>, Blinding), BlindRsaError> {
    let mut salt = Zeroizing::new(vec![0; variant.salt_len_bytes]);
    entropy.fill(&mut salt);
    loop {
        let factor = Zeroizing::new(random_below(key, entropy));
        // A factor without an inverse would be a factor of n: as good as impossible, then the next is drawn.
        if let Some(inverse) = factor.invert_mod(key.n()).into_option() {
            let blinding = Blinding { inverse: Zeroizing::new(inverse) };
            return Ok((blind_with(key, message, &salt, &factor)?, blinding));
        }
    }
}

/// RFC 9474 `BlindSign`. The private operation runs blinded against timing, and its result is checked
/// (s^e = m) before it leaves: a faulty one would give the key away.
///
/// # Errors
/// [`BlindRsaError::OutOfRange`] unless 1 < m < n - 1 (1 and n - 1 are their own signatures: nobody asks for
/// them in earnest), [`BlindRsaError::SigningFailed`].
pub fn blind_sign(key: &PrivateKey, blinded: &[u8], entropy: &dyn Entropy) -> Result<Vec<u8>, BlindRsaError> {
    let message = number(key, blinded)?;
    let negated = key.n().as_ref().wrapping_sub(&message);
    if bool::from(message.is_zero()) || bool::from(message.is_one()) || bool::from(negated.is_one()) {
        return Err(BlindRsaError::OutOfRange);
    }
    // The cause would only tell an attacker how the fault came about.
    let signature = rsa_decrypt_and_check(key, Some(&mut entropy.rng()), &message)
        .or(Err(BlindRsaError::SigningFailed))?;
    Ok(bytes_of(key, &signature))
}

/// RFC 9474 `Finalize`: takes the blinding off and verifies.
///
/// # Errors
/// [`BlindRsaError::OutOfRange`], [`BlindRsaError::Invalid`] where the signer did not sign what was asked.
pub fn finalize(
    variant: Variant,
    key: &PublicKey,
    message: &[u8],
    blind_signature: &[u8],
    blinding: &Blinding,
) -> Result<Vec<u8>, BlindRsaError> {
    let blinded = number(key, blind_signature)?;
    let signature = bytes_of(key, &blinded.mul_mod(&blinding.inverse, key.n()));
    verify(variant, key, message, &signature)?;
    Ok(signature)
}

/// RSASSA-PSS-VERIFY with SHA-384 and exactly the variant's salt length.
///
/// # Errors
/// [`BlindRsaError::Invalid`], also for a signature of another length or not below n.
pub fn verify(
    variant: Variant,
    key: &PublicKey,
    message: &[u8],
    signature: &[u8],
) -> Result<(), BlindRsaError> {
    let scheme = Pss::<Sha384>::new_with_salt(variant.salt_len_bytes);
    // One answer for every kind of wrong signature.
    key.verify(scheme, &Sha384::digest(message), signature).or(Err(BlindRsaError::Invalid))
}

/// `Blind` with salt and factor given: the vectors need it, and nothing else may.
fn blind_with(
    key: &PublicKey,
    message: &[u8],
    salt: &[u8],
    factor: &BoxedUint,
) -> Result<Vec<u8>, BlindRsaError> {
    let bits = usize::try_from(key.n().as_ref().bit_width_vartime()).or(Err(BlindRsaError::KeyTooSmall))?;
    let encoded = pss::encode(message, salt, bits.saturating_sub(1)).ok_or(BlindRsaError::KeyTooSmall)?;
    let message = number(key, &encoded)?;
    if message.invert_mod(key.n()).into_option().is_none() {
        return Err(BlindRsaError::OutOfRange);
    }
    // Both fail only for a key that could not have been made.
    let hidden = rsa_encrypt(key, factor).or(Err(BlindRsaError::SigningFailed))?;
    Ok(bytes_of(key, &message.mul_mod(&hidden, key.n())))
}

/// A number of exactly the key's length, below n.
fn number(key: &impl PublicKeyParts, bytes: &[u8]) -> Result<BoxedUint, BlindRsaError> {
    if bytes.len() > key.size() {
        return Err(BlindRsaError::OutOfRange);
    }
    let number =
        BoxedUint::from_be_slice(bytes, key.n_bits_precision()).or(Err(BlindRsaError::OutOfRange))?;
    if bytes.len() == key.size() && number < *key.n().as_ref() {
        Ok(number)
    } else {
        Err(BlindRsaError::OutOfRange)
    }
}

/// The number in exactly as many bytes as the key has.
fn bytes_of(key: &impl PublicKeyParts, number: &BoxedUint) -> Vec<u8> {
    let padded = number.to_be_bytes();
    let surplus = padded.len().saturating_sub(key.size());
    padded.iter().skip(surplus).copied().collect()
}

/// A number evenly drawn from 0 .. n: candidates of n's bit length, until one is below n.
fn random_below(key: &PublicKey, entropy: &dyn Entropy) -> BoxedUint {
    let modulus = key.n_bytes();
    let mask = modulus.first().map_or(0, |top| u8::MAX >> top.leading_zeros());
    let mut bytes = Zeroizing::new(vec![0; modulus.len()]);
    loop {
        entropy.fill(&mut bytes);
        if let Some(top) = bytes.first_mut() {
            *top &= mask;
        }
        let number = BoxedUint::from_be_slice_truncated(&bytes, key.n_bits_precision());
        if number < *key.n().as_ref() {
            return number;
        }
    }
}

#[cfg(test)]
mod tests;
