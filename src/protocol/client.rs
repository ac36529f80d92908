//! The signer's part: making a token without showing it, casting it, taking the signature back.
//!
//! A browser or the command-line client does this on its own machine. For a public signature without script the
//! server does it in memory; then the server could know for that moment, and never calls it anonymous.

use std::fmt;

use ed25519_dalek::Signer;

use super::{
    blind_rsa::{self, Blinding, Variant},
    extension::{self, Extension},
    leaf::{AmendLeaf, CastLeaf, LeafError, RetractLeaf},
    token::{
        IssuerKey, KeyError, RSA_LEN_BYTES, Token, TokenChallenge, TokenInput, TokenRequest, TokenResponse,
    },
    withdrawal_code::WithdrawalCode,
};
use crate::{domain::ids::PetitionId, entropy::Entropy};

/// Why no token came about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ClientError {
    /// The issuing key is not one of this protocol.
    #[error("the issuing key is refused")]
    Key(#[from] KeyError),
    /// Blinding failed.
    #[error("the token could not be blinded")]
    Blinding,
    /// The issuer's answer does not give a valid token.
    #[error("the answer is not a signature of this token")]
    NotSigned,
}

/// A token on its way. What hides it lives only here and is wiped with it.
pub struct Unfinished {
    key: IssuerKey,
    input: TokenInput,
    blinding: Blinding,
}

/// A finished signature: the leaf for the log, and what may be shown beside it.
pub struct Cast {
    /// The cast leaf, 500 bytes.
    pub leaf: Vec<u8>,
    /// The salt of the commitment.
    pub salt: [u8; 32],
    /// The extension, as canonical JSON.
    pub extension: Vec<u8>,
}

/// Makes a token for `code` under `challenge`, and blinds it with fresh randomness.
///
/// # Errors
/// [`ClientError::Key`], [`ClientError::Blinding`].
pub fn begin(
    spki: &[u8],
    challenge: &TokenChallenge,
    code: &WithdrawalCode,
    entropy: &dyn Entropy,
) -> Result<(TokenRequest, Unfinished), ClientError> {
    let key = IssuerKey::parse(spki)?;
    let input =
        TokenInput { nonce: code.nonce(), challenge_digest: challenge.digest(), token_key_id: *key.id() };
    begin_with(&key, input, entropy)
}

pub(super) fn begin_with(
    key: &IssuerKey,
    input: TokenInput,
    entropy: &dyn Entropy,
) -> Result<(TokenRequest, Unfinished), ClientError> {
    let (blinded, blinding) =
        blind_rsa::blind(Variant::PSS_DETERMINISTIC, key.public_key(), &input.encode(), entropy)
            .or(Err(ClientError::Blinding))?;
    let blinded: [u8; RSA_LEN_BYTES] = blinded.try_into().or(Err(ClientError::Blinding))?;
    let request = TokenRequest::new(key.id(), blinded);
    Ok((request, Unfinished { key: key.clone(), input, blinding }))
}

impl Unfinished {
    /// Takes the blinding off the issuer's answer and verifies the token.
    ///
    /// # Errors
    /// [`ClientError::NotSigned`]: the same bytes may be asked for again.
    pub fn finish(&self, response: &TokenResponse) -> Result<Token, ClientError> {
        let authenticator = blind_rsa::finalize(
            Variant::PSS_DETERMINISTIC,
            self.key.public_key(),
            &self.input.encode(),
            response.encode(),
            &self.blinding,
        )
        .or(Err(ClientError::NotSigned))?;
        let authenticator = authenticator.try_into().or(Err(ClientError::NotSigned))?;
        Ok(Token::new(self.input, authenticator))
    }
}

/// Casts a token: binds it to the petition and to what is attached, under the signer's own key K.
#[must_use]
pub fn cast(
    petition: PetitionId,
    token: &Token,
    code: &WithdrawalCode,
    extension: &Extension,
    entropy: &dyn Entropy,
) -> Cast {
    let salt = entropy.bytes();
    let extension = extension.to_jcs();
    let commitment = extension::commit(&salt, &extension);
    let key = code.signing_key();
    let unsigned = CastLeaf::unsigned(petition, token, &key.verifying_key().to_bytes(), &commitment);
    let signature = key.sign(&CastLeaf::signed_bytes(&unsigned)).to_bytes();
    Cast { leaf: [&unsigned[..], &signature].concat(), salt, extension }
}

/// Takes a signature back: the retract leaf, 114 bytes. Final, the proof stays used.
#[must_use]
pub fn retract(petition: PetitionId, code: &WithdrawalCode) -> Vec<u8> {
    let key = code.signing_key();
    let public = key.verifying_key().to_bytes();
    let signature = key.sign(&RetractLeaf::signed_bytes(petition, &public)).to_bytes();
    RetractLeaf::new(petition, public, signature).encode()
}

/// Says anew what a signature shows: the amend leaf, and what opens it.
///
/// # Errors
/// [`LeafError`], which cannot happen with fields of fixed length.
pub fn amend(
    petition: PetitionId,
    code: &WithdrawalCode,
    extension: &Extension,
    entropy: &dyn Entropy,
) -> Result<Cast, LeafError> {
    let salt = entropy.bytes();
    let extension = extension.to_jcs();
    let commitment = extension::commit(&salt, &extension);
    let key = code.signing_key();
    let public = key.verifying_key().to_bytes();
    let signature = key.sign(&AmendLeaf::signed_bytes(petition, &public, &commitment)).to_bytes();
    let leaf = AmendLeaf::new(petition, public, commitment, signature).encode()?;
    Ok(Cast { leaf, salt, extension })
}

impl fmt::Debug for Unfinished {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Unfinished(redacted)")
    }
}

impl fmt::Debug for Cast {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Cast(redacted)")
    }
}
