//! Issuing: one token per petition and proof.

use super::super::Error;
use crate::{
    db::{Db, issuer as rows},
    domain::{email::NormalizedAddress, ids::PetitionId, proof::Crowd},
    entropy::Entropy,
    keys::{PetitionKeys, invitation_tag, participation_tag},
    protocol::{
        invitation_code::InvitationCode,
        issuing::IssueError,
        token::{TokenRequest, TokenResponse},
    },
};

/// What was proved: one token each.
#[derive(Debug, Clone, Copy)]
pub enum Proved<'a> {
    /// That someone reads this mailbox.
    Address(&'a NormalizedAddress),
    /// That someone holds this invitation.
    Invitation(&'a InvitationCode),
}

impl Proved<'_> {
    fn tag(self, pepper: &[u8; 32]) -> [u8; 32] {
        match self {
            Self::Address(address) => participation_tag(pepper, address.expose()),
            Self::Invitation(invitation) => invitation_tag(pepper, invitation),
        }
    }
}

/// What asking for a token led to.
pub enum Issued {
    /// The blind signature.
    Token(Box<TokenResponse>),
    /// This proof gave a token before, for another request.
    ProofUsed,
    /// The request is for another key, or holds no number that is ever signed; the proof is not used up.
    BadRequest,
}

/// Marks the proof as used and signs the blinded request. The same request again gets the same bytes.
///
/// # Errors
/// [`Error`] when the database is away, or the crowd's key is missing or destroyed.
pub fn issue(
    db: &mut Db,
    keys: &PetitionKeys,
    petition: PetitionId,
    crowd: &Crowd,
    proved: Proved<'_>,
    request: &TokenRequest,
    entropy: &dyn Entropy,
) -> Result<Issued, Error> {
    let tag = proved.tag(keys.pepper());
    let key = keys.issuing(crowd.index).ok_or(Error::Broken("a crowd without an issuing key"))?;
    // Signed before it is known whether the proof is used up: the same work either way.
    let response = match key.sign_request(request, entropy) {
        Ok(response) => response,
        Err(IssueError::OtherKey | IssueError::OutOfRange) => return Ok(Issued::BadRequest),
        Err(IssueError::Failed | IssueError::NotAKey) => return Err(Error::Broken("an issuing key")),
    };
    let is_first = rows::participate(db, petition, &tag, crowd.proof, &request.hash())?;
    if !is_first && !rows::participated_with(db, petition, &tag, &request.hash())? {
        return Ok(Issued::ProofUsed);
    }
    if is_first {
        rows::count_issued(db, petition, crowd.index)?;
    }
    Ok(Issued::Token(Box::new(response)))
}
