//! Tokens for clients that make and blind them on their own machines: a code by mail, then the blind signature.
//! What is cast with a token later, and by whom, nothing here can tell.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use crate::{
    actions::{
        Ctx, Error, OwnData, collector,
        facts::PetitionFacts,
        issuer::{self, Answered, BlindSigned, Held, Proof, ShownProof, Tried, VerifiedTicket},
        signing::{
            confirming::{self, until_unchanged},
            invitations,
            plain_form::{self, Mailing, PendingTicket},
        },
    },
    db::Db,
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
    let Some(facts) = PetitionFacts::of(ctx, petition)? else { return Ok(CodeAsked::NotFound) };
    let asked = ctx.store.write(|db| {
        let Some(facts) = facts.held(db)? else { return Ok(CodeAsked::NotFound) };
        let takes = match mail {
            Mail::Send(_) => facts.progress().takes_signatures(now),
            Mail::SentBefore => facts.progress().takes_typed_codes(now),
        };
        if !takes {
            return Ok(CodeAsked::NotTaking(facts.not_taking(now)));
        }
        let asked = match plain_form::keep(ctx, db, &facts, Some(proof), address, None, mailing)? {
            Ok(PendingTicket { ticket, .. }) => CodeAsked::Sent(ticket),
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
    let Some(facts) = PetitionFacts::of(ctx, petition)? else { return Ok(TokenAsked::NotFound) };
    until_unchanged(|| {
        let now = ctx.now();
        let tried = confirming::try_code(ctx, ticket, typed)?;
        Ok(Some(match tried {
            Tried::Right(proven) if proven.petition()? == facts.id() => {
                return give(ctx, &facts, &proven, request);
            }
            // No other code helps either.
            _ if !facts.progress().takes_typed_codes(now) => TokenAsked::NotTaking(facts.not_taking(now)),
            // A ticket of another petition.
            Tried::Right(_) | Tried::Expired => TokenAsked::Expired,
            Tried::TooOld => TokenAsked::CodeTooOld,
            Tried::Exhausted => TokenAsked::TooManyTries,
            Tried::Wrong { tries_left } => TokenAsked::WrongCode { tries_left },
        }))
    })
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
    let Some(facts) = PetitionFacts::of(ctx, petition)? else { return Ok(TokenAsked::NotFound) };
    let takes = |facts: &PetitionFacts| {
        let now = ctx.now();
        if facts.progress().takes_signatures(now) { Ok(()) } else { Err(facts.not_taking(now)) }
    };
    if let Err(why) = takes(&facts) {
        return Ok(TokenAsked::NotTaking(why));
    }
    let Some(crowd) = ctx.store.read(|db| invitations::crowd_of(db, &facts, invitation))? else {
        return Ok(TokenAsked::UnknownInvitation);
    };
    let (keys, entropy) = (ctx.keys.petition_keys(facts.id())?, ctx.entropy.as_ref());
    let proved = ShownProof::Invitation(invitation);
    let Some(signed) = issuer::sign_blind(&keys, facts.id(), &crowd, proved, request, entropy)? else {
        return Ok(TokenAsked::BadRequest);
    };
    let asked = ctx.store.write(|db| {
        let Some(facts) = facts.held(db)? else { return Ok(TokenAsked::NotFound) };
        if let Err(why) = takes(&facts) {
            return Ok(TokenAsked::NotTaking(why));
        }
        let asked = use_up(ctx, db, &facts, &signed)?;
        reach(CrashPoint::TokenBeforeCommit);
        Ok::<_, Error>(asked)
    })?;
    reach(CrashPoint::TokenAfterCommit);
    Ok(asked)
}

/// Uses up the proof of a signed request. `facts` are held in this transaction.
fn use_up(ctx: &Ctx, db: &mut Db, facts: &PetitionFacts, signed: &BlindSigned) -> Result<TokenAsked, Error> {
    collector::refuse_behind(ctx, db, facts.id())?;
    Ok(match issuer::use_up(db, signed)? {
        Proof::Taken => TokenAsked::Given(Box::new(signed.response().clone())),
        Proof::Used => TokenAsked::ProofUsed,
    })
}

/// Gives a token to whoever has read the mailbox. `None`: the ticket is not what it was when that was proved.
fn give(
    ctx: &Ctx,
    facts: &PetitionFacts,
    proven: &VerifiedTicket,
    request: &TokenRequest,
) -> Result<Option<TokenAsked>, Error> {
    if let Some(answered) = &proven.pending.answered {
        return given_before(answered, request).map(Some);
    }
    // What the form's ticket holds is signed by the form alone.
    if proven.withdrawal_code.is_some() {
        return Ok(Some(TokenAsked::Expired));
    }
    let now = ctx.now();
    if !facts.progress().takes_typed_codes(now) {
        return Ok(Some(TokenAsked::NotTaking(facts.not_taking(now))));
    }
    let (crowd, _) = facts.crowd(proven.pending.crowd)?;
    let (keys, entropy) = (ctx.keys.petition_keys(facts.id())?, ctx.entropy.as_ref());
    let address = proven.address()?.normalized();
    let mailbox = ShownProof::Address(&address);
    let Some(signed) = issuer::sign_blind(&keys, facts.id(), crowd, mailbox, request, entropy)? else {
        return Ok(Some(TokenAsked::BadRequest));
    };
    let asked = ctx.store.write(|db| {
        let Some(facts) = facts.held(db)? else { return Ok(Some(TokenAsked::NotFound)) };
        if issuer::hold(db, proven)? == Held::Changed {
            return Ok(None);
        }
        if !facts.progress().takes_typed_codes(now) {
            return Ok(Some(TokenAsked::NotTaking(facts.not_taking(now))));
        }
        let asked = use_up(ctx, db, &facts, &signed)?;
        if let TokenAsked::Given(response) = &asked {
            let answered = Answered {
                request_hash: request.hash().to_vec(),
                response: URL_SAFE_NO_PAD.encode(response.encode()),
            };
            issuer::finish(ctx, db, proven, Some(answered))?;
        }
        reach(CrashPoint::TokenBeforeCommit);
        Ok::<_, Error>(Some(asked))
    })?;
    reach(CrashPoint::TokenAfterCommit);
    Ok(asked)
}

/// The answer that a ticket gave before: the same request gets the same bytes.
fn given_before(answered: &Answered, request: &TokenRequest) -> Result<TokenAsked, Error> {
    if answered.request_hash != request.hash() {
        return Ok(TokenAsked::ProofUsed);
    }
    let response =
        URL_SAFE_NO_PAD.decode(&answered.response).or(Err(Error::Broken(OwnData::KeptResponse)))?;
    TokenResponse::parse(&response)
        .map(|response| TokenAsked::Given(Box::new(response)))
        .or(Err(Error::Broken(OwnData::KeptResponse)))
}
