//! Issuing: one token per petition and proof.
//!
//! The blind signature is made outside of transactions ([`sign_blind`]), then the proof is used up in one ([`use_up`]). Two designs
//! were thought of:
//!
//! 1. Use the proof up first, with the request's hash, and sign afterwards. A crash between the two leaves a proof that is
//!    used up and a token that nobody got; the retry finds the hash and signs again. But the form keeps its request in
//!    memory only, so its signer would have lost the proof; and the number of issued tokens could stand in the log before any
//!    token exists.
//! 2. Sign first, and use the proof up in the transaction that keeps the answer. A crash between the two leaves nothing: the
//!    signature was in memory alone. Chosen. It needs one thing: what is signed for must have been proved, or this would sign
//!    for anybody. So a code is tried, and the try counted, in a transaction of its own before; the one that uses the proof
//!    up holds the ticket's row and finds it as it was, or begins again.
//!
//! Either way the order of what is written stays, and nothing more is stored about anybody.

use super::super::{Error, OwnData};
use crate::{
    db::{Db, issuer as rows},
    domain::{
        email::NormalizedAddress,
        ids::PetitionId,
        proof::{Crowd, CrowdIndex, ProofKind},
    },
    entropy::Entropy,
    faults::{CrashPoint, reach},
    keys::{PetitionKeys, invitation_tag, participation_tag},
    protocol::{
        invitation_code::InvitationCode,
        issuing::IssueError,
        token::{TokenRequest, TokenResponse},
    },
};

/// What was proved: one token each.
#[derive(Debug, Clone, Copy)]
pub enum ShownProof<'a> {
    /// That someone reads this mailbox.
    Address(&'a NormalizedAddress),
    /// That someone holds this invitation.
    Invitation(&'a InvitationCode),
}

impl ShownProof<'_> {
    fn tag(self, pepper: &[u8; 32]) -> [u8; 32] {
        match self {
            Self::Address(address) => participation_tag(pepper, address.expose()),
            Self::Invitation(invitation) => invitation_tag(pepper, invitation),
        }
    }
}

/// A blinded request that was signed, for a proof that is not used up yet. It is nobody's before [`use_up`] says so. No
/// `Debug`: it holds the proof's tag.
pub struct BlindSigned {
    petition: PetitionId,
    crowd: CrowdIndex,
    proof: ProofKind,
    tag: [u8; 32],
    request_hash: [u8; 32],
    response: TokenResponse,
}

impl BlindSigned {
    /// The blind signature, for the form, which makes its token in memory. It leaves this process only after [`use_up`].
    pub(in crate::actions) const fn response(&self) -> &TokenResponse {
        &self.response
    }
}

/// Signs a blinded request, before it is known whether the proof is used up: the same work either way. Done outside of
/// transactions, since it takes a millisecond of a processor and every writer would wait for it on SQLite. `None`: the request
/// is for another key, or holds no number that is ever signed.
///
/// # Errors
/// [`Error`] when the crowd's key is missing or destroyed.
pub fn sign_blind(
    keys: &PetitionKeys,
    petition: PetitionId,
    crowd: &Crowd,
    proved: ShownProof<'_>,
    request: &TokenRequest,
    entropy: &dyn Entropy,
) -> Result<Option<BlindSigned>, Error> {
    let key = keys.issuing(crowd.index).ok_or(Error::Broken(OwnData::CrowdWithoutKey))?;
    let response = match key.sign_request(request, entropy) {
        Ok(response) => response,
        Err(IssueError::OtherKey | IssueError::OutOfRange) => return Ok(None),
        Err(IssueError::Failed | IssueError::NotAKey) => return Err(Error::Broken(OwnData::IssuingKey)),
    };
    reach(CrashPoint::SignedBeforeUsedUp);
    Ok(Some(BlindSigned {
        petition,
        crowd: crowd.index,
        proof: crowd.proof,
        tag: proved.tag(keys.pepper()),
        request_hash: request.hash(),
        response,
    }))
}

/// What became of a proof.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proof {
    /// It gave this token, now or before: the same request again gets the same bytes.
    Taken,
    /// It gave a token before, for another request.
    Used,
}

/// Uses up the proof of a signed request, in the caller's transaction.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn use_up(db: &mut Db, signed: &BlindSigned) -> Result<Proof, Error> {
    let BlindSigned { petition, crowd, proof, tag, request_hash, response: _ } = signed;
    let is_first = rows::participate(db, *petition, tag, *proof, request_hash)?;
    if !is_first && !rows::participated_with(db, *petition, tag, request_hash)? {
        return Ok(Proof::Used);
    }
    if is_first {
        rows::count_issued(db, *petition, *crowd)?;
    }
    Ok(Proof::Taken)
}
