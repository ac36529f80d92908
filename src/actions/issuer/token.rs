//! Issuing: one token per petition and proof.

use super::super::Error;
use crate::{
    db::{Db, issuer as rows},
    domain::{email::NormalizedAddress, ids::PetitionId, proof::Crowd},
    entropy::Entropy,
    keys::{PetitionKeys, participation_tag},
    protocol::token::{TokenRequest, TokenResponse},
};

/// What asking for a token led to.
pub enum Issued {
    /// The blind signature.
    Token(Box<TokenResponse>),
    /// This proof gave a token before.
    ProofUsed,
}

/// Marks the proof as used and signs the blinded request.
///
/// # Errors
/// [`Error`] when the database is away, or the crowd's key is missing or destroyed.
pub fn issue(
    db: &mut Db,
    keys: &PetitionKeys,
    petition: PetitionId,
    crowd: &Crowd,
    address: &NormalizedAddress,
    request: &TokenRequest,
    entropy: &dyn Entropy,
) -> Result<Issued, Error> {
    let tag = participation_tag(keys.pepper(), address.expose());
    if !rows::participate(db, petition, &tag, crowd.proof, &request.hash())? {
        return Ok(Issued::ProofUsed);
    }
    let key = keys.issuing(crowd.index).ok_or(Error::Broken("a crowd without an issuing key"))?;
    let response = key.sign_request(request, entropy).or(Err(Error::Broken("a token request")))?;
    rows::count_issued(db, petition, crowd.index)?;
    Ok(Issued::Token(Box::new(response)))
}
