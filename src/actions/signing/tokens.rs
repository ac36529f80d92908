//! Tokens for clients that make and blind them on their own machines: a code by mail, then the blind signature.
//! What is cast with a token later, and by whom, nothing here can tell.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use crate::{
    actions::{
        Ctx, Error, collector,
        issuer::{self, Answered, Issued, Proved, Proven, Tried},
        signing::{
            casts::{Casting, is_known},
            invitations,
            plain_form::{self, Kept, Mailing},
        },
    },
    db::{Db, petitions},
    domain::{
        eligibility::Refusal, email::EmailAddress, ids::PetitionId, lang::Lang, petition::NotTaking,
        proof::ProofKind,
    },
    faults::{CrashPoint, reach},
};

pub use crate::protocol::{
    invitation_code::InvitationCode,
    mail_code::MailCode,
    ticket::Ticket,
    token::{TokenRequest, TokenResponse},
    work,
};

/// What asking for a code led to.
pub enum CodeAsked {
    /// Whatever the address, the answer is this.
    Sent(Ticket),
    /// The address cannot prove what was chosen.
    Refused(Refusal),
    /// The petition takes no signature now.
    NotTaking(NotTaking),
    /// No such petition, or one may not know.
    NotFound,
}

/// What asking for a token led to.
pub enum TokenAsked {
    /// The blind signature. The same request gets the same bytes.
    Given(Box<TokenResponse>),
    /// Not the code that was mailed.
    WrongCode {
        /// Tries left at this ticket.
        tries_left: u32,
    },
    /// The code that was mailed, more than a day ago: ask again.
    CodeTooOld,
    /// Too many wrong codes at this ticket: ask again.
    TooManyTries,
    /// The ticket lives no more: ask again.
    Expired,
    /// No such invitation for this petition.
    UnknownInvitation,
    /// This proof gave a token before, for another request.
    ProofUsed,
    /// The request is not for this petition's key, or holds no number that is ever signed.
    BadRequest,
    /// The petition takes no signature now.
    NotTaking(NotTaking),
    /// No such petition, or one may not know.
    NotFound,
}

/// Whether a code is to be mailed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mail {
    /// Yes, in this language.
    Send(Lang),
    /// No: one was mailed before. Asked for by somebody whose page of that time is gone.
    SentBefore,
}

/// Gives a ticket for an address, and queues a code for it. The same work for every address that could sign.
///
/// # Errors
/// [`Error`] when the database or the secrets folder is away; nothing was kept.
pub fn ask_code(
    ctx: &Ctx,
    petition: PetitionId,
    proof: ProofKind,
    address: &EmailAddress,
    mail: Mail,
) -> Result<CodeAsked, Error> {
    let now = ctx.now();
    let fresh = plain_form::fresh_ticket(ctx);
    let mailing = match mail {
        Mail::Send(lang) => Mailing::Now(lang),
        Mail::SentBefore => Mailing::Before(&fresh),
    };
    let asked = ctx.store.write(|db| {
        let Some(petition) = known(db, petition)? else { return Ok(CodeAsked::NotFound) };
        let takes = match mail {
            Mail::Send(_) => petition.takes_signatures(now),
            Mail::SentBefore => petition.takes_typed_codes(now),
        };
        if !takes {
            return Ok(CodeAsked::NotTaking(petition.standing_at(now).not_taking()));
        }
        let asked = match plain_form::keep(ctx, db, petition.id, Some(proof), address, None, mailing)? {
            Ok(Kept { ticket, .. }) => CodeAsked::Sent(ticket),
            Err(refusal) => CodeAsked::Refused(refusal),
        };
        reach(CrashPoint::SignBeforeCommit);
        Ok::<_, Error>(asked)
    })?;
    reach(CrashPoint::SignAfterCommit);
    Ok(asked)
}

/// Signs a blinded request for whoever typed the mailed code.
///
/// # Errors
/// [`Error`] when the database or the secrets folder is away; no proof was used up.
pub fn ask_token(
    ctx: &Ctx,
    petition: PetitionId,
    ticket: &Ticket,
    typed: Option<&MailCode>,
    request: &TokenRequest,
) -> Result<TokenAsked, Error> {
    let asked = ctx.store.write(|db| {
        let Some(petition) = known(db, petition)? else { return Ok(TokenAsked::NotFound) };
        let now = ctx.now();
        let asked = match issuer::try_code(ctx, db, ticket, typed)? {
            Tried::Right(proven) if proven.petition()? == petition.id => {
                give(ctx, db, &petition, *proven, request)?
            }
            // No other code helps either.
            _ if !petition.takes_typed_codes(now) => {
                TokenAsked::NotTaking(petition.standing_at(now).not_taking())
            }
            // A ticket of another petition.
            Tried::Right(_) | Tried::Expired => TokenAsked::Expired,
            Tried::TooOld => TokenAsked::CodeTooOld,
            Tried::Exhausted => TokenAsked::TooManyTries,
            Tried::Wrong { tries_left } => TokenAsked::WrongCode { tries_left },
        };
        reach(CrashPoint::TokenBeforeCommit);
        Ok::<_, Error>(asked)
    })?;
    reach(CrashPoint::TokenAfterCommit);
    Ok(asked)
}

/// Signs a blinded request for whoever holds an invitation.
///
/// # Errors
/// [`Error`] when the database or the secrets folder is away; no invitation was used up.
pub fn redeem(
    ctx: &Ctx,
    petition: PetitionId,
    invitation: &InvitationCode,
    request: &TokenRequest,
) -> Result<TokenAsked, Error> {
    let asked = ctx.store.write(|db| {
        let Some(petition) = known(db, petition)? else { return Ok(TokenAsked::NotFound) };
        let now = ctx.now();
        if !petition.takes_signatures(now) {
            return Ok(TokenAsked::NotTaking(petition.standing_at(now).not_taking()));
        }
        let Some(crowd) = invitations::crowd_of(db, petition.id, invitation)? else {
            return Ok(TokenAsked::UnknownInvitation);
        };
        collector::refuse_behind(ctx, db, petition.id)?;
        let keys = ctx.keys.petition_keys(petition.id)?;
        let proved = Proved::Invitation(invitation);
        let entropy = ctx.entropy.as_ref();
        let asked = match issuer::issue(db, &keys, petition.id, &crowd, proved, request, entropy)? {
            Issued::Token(response) => TokenAsked::Given(response),
            Issued::ProofUsed => TokenAsked::ProofUsed,
            Issued::BadRequest => TokenAsked::BadRequest,
        };
        reach(CrashPoint::TokenBeforeCommit);
        Ok::<_, Error>(asked)
    })?;
    reach(CrashPoint::TokenAfterCommit);
    Ok(asked)
}

fn known(db: &mut Db, petition: PetitionId) -> Result<Option<petitions::Petition>, Error> {
    Ok(petitions::find(db, petition)?.filter(is_known))
}

fn give(
    ctx: &Ctx,
    db: &mut Db,
    petition: &petitions::Petition,
    proven: Proven,
    request: &TokenRequest,
) -> Result<TokenAsked, Error> {
    if let Some(answered) = &proven.pending.answered {
        if answered.request_hash != request.hash() {
            return Ok(TokenAsked::ProofUsed);
        }
        let response =
            URL_SAFE_NO_PAD.decode(&answered.response).or(Err(Error::Broken("a kept response")))?;
        return TokenResponse::parse(&response)
            .map(|response| TokenAsked::Given(Box::new(response)))
            .or(Err(Error::Broken("a kept response")));
    }
    // What the form's ticket holds is signed by the form alone.
    if proven.withdrawal_code.is_some() {
        return Ok(TokenAsked::Expired);
    }
    let now = ctx.now();
    if !petition.takes_typed_codes(now) {
        return Ok(TokenAsked::NotTaking(petition.standing_at(now).not_taking()));
    }
    collector::refuse_behind(ctx, db, petition.id)?;
    let casting = Casting::of(db, petition)?;
    let (crowd, _) = casting.crowd(proven.pending.crowd)?;
    let keys = ctx.keys.petition_keys(petition.id)?;
    let address = proven.address()?.normalized();
    let proof = Proved::Address(&address);
    let issued = issuer::issue(db, &keys, petition.id, crowd, proof, request, ctx.entropy.as_ref())?;
    let response = match issued {
        Issued::Token(response) => response,
        Issued::ProofUsed => return Ok(TokenAsked::ProofUsed),
        Issued::BadRequest => return Ok(TokenAsked::BadRequest),
    };
    let answered = Answered {
        request_hash: request.hash().to_vec(),
        response: URL_SAFE_NO_PAD.encode(response.encode()),
    };
    issuer::finish(ctx, db, proven, Some(answered))?;
    Ok(TokenAsked::Given(response))
}
