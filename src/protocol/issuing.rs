//! The issuer's part: one RSA key per crowd, which signs what it cannot read.

use std::fmt;

use rsa::{
    PrivateKey, PublicKey,
    pkcs1::DecodeRsaPrivateKey,
    pkcs8::{DecodePrivateKey, EncodePrivateKey},
};
use zeroize::Zeroizing;

use super::{
    blind_rsa,
    token::{IssuerKey, TokenRequest, TokenResponse},
};
use crate::entropy::Entropy;

const BITS: usize = 2048;

/// A crowd's issuing key: RSA, 2048 bits, e = 65537. Made when signing begins, never rotated.
pub struct IssuingKey {
    private: PrivateKey,
    public: IssuerKey,
}

/// Why a request was not signed, or a key not made or read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum IssueError {
    /// The request is for another key.
    #[error("the request is for another issuing key")]
    OtherKey,
    /// The blinded message is none that is ever signed.
    #[error("the request holds no number that this key signs")]
    OutOfRange,
    /// The operation failed, or its result did not check.
    #[error("the signing operation failed")]
    Failed,
    /// The stored bytes are no issuing key.
    #[error("not an issuing key")]
    NotAKey,
}

impl IssuingKey {
    /// Makes a key. Takes some tenths of a second.
    ///
    /// # Errors
    /// [`IssueError::Failed`].
    pub fn generate(entropy: &dyn Entropy) -> Result<Self, IssueError> {
        // The generator fails only without randomness, and ours never returns then.
        Self::new(PrivateKey::new(&mut entropy.rng(), BITS).or(Err(IssueError::Failed))?)
    }

    /// Reads a stored key: PKCS#8, or PKCS#1.
    ///
    /// # Errors
    /// [`IssueError::NotAKey`], also for another size or exponent.
    pub fn from_der(bytes: &[u8]) -> Result<Self, IssueError> {
        // The decoder's complaint about a secret is not carried on.
        let private = PrivateKey::from_pkcs8_der(bytes)
            .or_else(|_| PrivateKey::from_pkcs1_der(bytes))
            .or(Err(IssueError::NotAKey))?;
        Self::new(private)
    }

    /// PKCS#8, for the secrets folder only.
    ///
    /// # Errors
    /// [`IssueError::Failed`].
    pub fn to_der(&self) -> Result<Zeroizing<Vec<u8>>, IssueError> {
        Ok(self.private.to_pkcs8_der().or(Err(IssueError::Failed))?.to_bytes())
    }

    /// The public half for the genesis leaf, 342 bytes.
    #[must_use]
    pub fn spki(&self) -> &[u8] {
        self.public.spki()
    }

    /// The public half, parsed.
    #[must_use]
    pub const fn public(&self) -> &IssuerKey {
        &self.public
    }

    /// The key's id: SHA-256 of the SPKI.
    #[must_use]
    pub const fn token_key_id(&self) -> &[u8; 32] {
        self.public.id()
    }

    /// Signs a request without learning for which token. The same request gets the same bytes.
    ///
    /// # Errors
    /// [`IssueError::OtherKey`], [`IssueError::OutOfRange`], [`IssueError::Failed`].
    pub fn sign_request(
        &self,
        request: &TokenRequest,
        entropy: &dyn Entropy,
    ) -> Result<TokenResponse, IssueError> {
        let [.., truncated] = *self.token_key_id();
        if request.truncated_key_id() != truncated {
            return Err(IssueError::OtherKey);
        }
        let signature = blind_rsa::blind_sign(&self.private, request.blinded(), entropy).map_err(
            |refused| match refused {
                blind_rsa::BlindRsaError::OutOfRange => IssueError::OutOfRange,
                _ => IssueError::Failed,
            },
        )?;
        TokenResponse::parse(&signature).or(Err(IssueError::Failed))
    }

    fn new(private: PrivateKey) -> Result<Self, IssueError> {
        // Size and exponent are all that can be wrong with a key that parsed.
        let public = IssuerKey::new(PublicKey::from(&private)).or(Err(IssueError::NotAKey))?;
        Ok(Self { private, public })
    }
}

impl fmt::Debug for IssuingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("IssuingKey(redacted)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entropy::SeededEntropy;

    #[test]
    fn a_stored_key_reads_back() {
        let entropy = SeededEntropy::new(1);
        let key = IssuingKey::generate(&entropy).unwrap();
        let again = IssuingKey::from_der(&key.to_der().unwrap()).unwrap();
        assert_eq!(again.spki(), key.spki());
        assert_eq!(key.spki().len(), 342);
        assert_eq!(format!("{key:?}"), "IssuingKey(redacted)");
        assert_eq!(IssuingKey::from_der(b"nonsense").unwrap_err(), IssueError::NotAKey);
        assert_eq!(IssuingKey::from_der(&[]).unwrap_err(), IssueError::NotAKey);
    }

    #[test]
    fn a_key_of_another_size_is_no_issuing_key() {
        let entropy: &dyn Entropy = &SeededEntropy::new(1);
        let small = PrivateKey::new(&mut entropy.rng(), 1024).unwrap();
        let der = small.to_pkcs8_der().unwrap();
        assert_eq!(IssuingKey::from_der(der.as_bytes()).unwrap_err(), IssueError::NotAKey);
    }

    #[test]
    fn requests_for_other_keys_and_forged_numbers_are_refused() {
        let entropy = SeededEntropy::new(1);
        let key = IssuingKey::generate(&entropy).unwrap();
        let mut other_id = *key.token_key_id();
        other_id[31] ^= 1;
        let foreign = TokenRequest::new(&other_id, [3; 256]);
        assert_eq!(key.sign_request(&foreign, &entropy), Err(IssueError::OtherKey));
        for number in [[0; 256], [0xff; 256]] {
            let request = TokenRequest::new(key.token_key_id(), number);
            assert_eq!(key.sign_request(&request, &entropy), Err(IssueError::OutOfRange));
        }
        let request = TokenRequest::new(key.token_key_id(), [3; 256]);
        assert_eq!(key.sign_request(&request, &entropy), key.sign_request(&request, &SeededEntropy::new(9)));
    }
}
