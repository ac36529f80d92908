//! `POST codes`, `POST tokens`.

use actix_web::{
    HttpRequest, HttpResponse,
    web::{Data, Path},
};
use serde::{Deserialize, Serialize};

use super::{ApiProblem, Body, answer, bytes, petition, text};
use crate::{
    actions::signing::tokens::{
        self, CodeAsked, InvitationCode, Mail, MailCode, Ticket, TokenAsked, TokenRequest,
    },
    domain::{email::EmailAddress, ids::PetitionId, petition::NotTaking, proof::ProofKind},
    web::{
        Answer, App, LocalizedApp, WebError,
        admission::{self, ByDomain},
        run,
    },
};

/// Asks for a code.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Code {
    proof: String,
    address: String,
    /// `false`: a code was mailed before, and only a ticket is wanted.
    #[serde(default = "yes")]
    send: bool,
}

const fn yes() -> bool {
    true
}

#[derive(Serialize)]
struct TicketAnswer {
    ticket: String,
}

/// `POST /api/v1/petitions/{id}/codes`: 202 with a ticket, whatever the address.
///
/// # Errors
/// 404, 409, 422, 503.
pub async fn codes(app: LocalizedApp, id: Path<String>, request: HttpRequest, body: Body<Code>) -> Answer {
    let petition = petition(&id)?;
    let Body(Code { proof, address, send }) = body;
    let mail = if send { Mail::Send(app.lang()) } else { Mail::SentBefore };
    let proof = ProofKind::parse(&proof).ok_or(ApiProblem::Malformed)?;
    let address = EmailAddress::parse(&address).map_err(ApiProblem::Address)?;
    if send {
        match ByDomain::of(&request).check(&app, petition, &address.domain()) {
            Ok(charge) => admission::add_domain(&request, charge),
            Err(used_up) => return Err(admission::domain_used_up(&app, &request, used_up, None)),
        }
    }
    match run(&app, move |ctx| tokens::ask_code(ctx, petition, proof, &address, mail)).await?? {
        CodeAsked::Sent(ticket) => {
            app.mail_wake.notify_one();
            Ok(answer::json(&mut HttpResponse::Accepted(), TicketAnswer { ticket: ticket.expose() }))
        }
        CodeAsked::Refused(refusal) => Err(ApiProblem::Refused(refusal).into()),
        CodeAsked::NotTaking(why) => Err(not_taking(why)),
        CodeAsked::NotFound => Err(WebError::NotFound),
    }
}

/// Asks for a blind signature: with a ticket and its code, or with an invitation.
#[derive(Deserialize)]
#[serde(untagged)]
pub enum Token {
    /// Somebody read a mailbox.
    Mailed(Mailed),
    /// Somebody was invited.
    Invited(Invited),
}

/// With a mailed code.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mailed {
    ticket: String,
    code: String,
    request: String,
}

/// With an invitation.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Invited {
    invitation: String,
    request: String,
}

#[derive(Serialize)]
struct TokenAnswer {
    response: String,
}

/// `POST /api/v1/petitions/{id}/tokens`: 200 with the response; the same request again gets the same bytes.
///
/// # Errors
/// 403, 404, 409, 410, 422, 503.
pub async fn tokens(app: Data<App>, id: Path<String>, body: Body<Token>) -> Answer {
    let petition = petition(&id)?;
    let Mailed { ticket, code, request } = match body {
        Body(Token::Mailed(mailed)) => mailed,
        Body(Token::Invited(invited)) => return redeem(&app, petition, invited).await,
    };
    let request = TokenRequest::parse(&bytes(&request)?).or(Err(ApiProblem::BadRequest))?;
    let ticket = Ticket::parse(&ticket).or(Err(ApiProblem::Expired))?;
    // What is no code at all costs a try like a wrong one: a program is not a person who mistypes.
    let code = MailCode::parse(&code).ok();
    let asked =
        run(&app, move |ctx| tokens::ask_token(ctx, petition, &ticket, code.as_ref(), &request)).await??;
    given(asked)
}

async fn redeem(app: &Data<App>, petition: PetitionId, invited: Invited) -> Answer {
    let Invited { invitation, request } = invited;
    let request = TokenRequest::parse(&bytes(&request)?).or(Err(ApiProblem::BadRequest))?;
    let invitation = InvitationCode::parse(&invitation).or(Err(ApiProblem::UnknownInvitation))?;
    given(run(app, move |ctx| tokens::redeem(ctx, petition, &invitation, &request)).await??)
}

fn given(asked: TokenAsked) -> Answer {
    match asked {
        TokenAsked::Given(response) => {
            Ok(answer::json(&mut HttpResponse::Ok(), TokenAnswer { response: text(response.encode()) }))
        }
        TokenAsked::WrongCode { tries_left } => Err(ApiProblem::WrongCode { tries_left }.into()),
        TokenAsked::CodeTooOld => Err(ApiProblem::CodeTooOld.into()),
        TokenAsked::TooManyTries => Err(ApiProblem::TooManyTries.into()),
        TokenAsked::Expired => Err(ApiProblem::Expired.into()),
        TokenAsked::UnknownInvitation => Err(ApiProblem::UnknownInvitation.into()),
        TokenAsked::ProofUsed => Err(ApiProblem::ProofUsed.into()),
        TokenAsked::BadRequest => Err(ApiProblem::BadRequest.into()),
        TokenAsked::NotTaking(why) => Err(not_taking(why)),
        TokenAsked::NotFound => Err(WebError::NotFound),
    }
}

pub(super) fn not_taking(why: NotTaking) -> WebError {
    match why {
        NotTaking::Closed | NotTaking::EndedQuietly => ApiProblem::Closed.into(),
        NotTaking::TakenDown => ApiProblem::TakenDown.into(),
    }
}
