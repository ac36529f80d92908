//! Handlers of signing: the form and the code. They write no access-log line and look up no
//! session; every address that could sign gets the same answer.

use actix_web::{HttpRequest, http::StatusCode, web::Path};

use super::{
    answering::{self, Answered, Needs, Outcome},
    confirmed::{confirmed, expired, not_taking},
    form::{PUBLIC, SignFields, SignForm, invitation, mark, parse, shown},
    page::{CheckInboxPage, DonePage, InvitationUsedPage, InvitedPage, SignPage},
    petition_ref::PetitionRef,
    with_code,
};
use crate::{
    actions::{
        Ctx, Error,
        facts::PetitionFacts,
        signing::{
            confirming::{self, Confirmed},
            invitations::{self, Redeemed},
            plain_form::{self, Asked, MailCode, Ticket},
        },
    },
    db::views::PetitionView,
    domain::eligibility::Refusal,
    web::{
        Answer, Form, LocalizedApp, WebError,
        admission::{self, ByDomain, nothing_tried},
        field::{Field, FieldProblem},
        frame::Frame,
        limits::{Charge, UsedUp},
        page, page_with_status,
    },
};

/// What a form that was sent led to.
enum Sent {
    /// Something is to be mended: nothing was tried.
    ToMend,
    /// The limit of the address's mail domain is used up.
    UsedUp(UsedUp),
    /// A code was asked for, and counted so.
    Asked(Asked, Charge),
    /// It came with an invitation.
    Invited(Redeemed),
    /// It came with a code that was mailed before.
    WithCode(with_code::Sent),
}

impl Outcome for (SignForm, Sent) {
    fn needs(&self) -> Needs {
        match &self.1 {
            Sent::ToMend | Sent::UsedUp(_) => Needs::Nothing,
            Sent::Asked(asked, _) => asked.needs(),
            Sent::Invited(redeemed) => redeemed.needs(),
            Sent::WithCode(sent) => sent.needs(),
        }
    }
}

/// `POST /p/{slug}/signatures`
///
/// # Errors
/// 404 where there is none, or one may not know; 503 when the database is away.
pub async fn signatures(app: LocalizedApp, slug: Path<String>, request: HttpRequest, form: Form) -> Answer {
    let fields = form.fields(SignFields::NAMES, &[])?;
    let (inside, pairs, by_domain) = (app.clone(), fields.to_pairs(), ByDomain::of(&request));
    let answered = answering::at_place(&app, slug.into_inner(), move |ctx, facts, here| {
        let mut typed = SignForm::at(here, facts, SignFields::read(&fields));
        typed.takes_code = fields.has(typed.typed.code().name());
        let sent = send(&inside, ctx, facts, &mut typed, by_domain)?;
        Ok((typed, sent))
    });
    let Answered { outcome: (typed, sent), here, view, mail_is_late } = answered.await?;
    match sent {
        Sent::ToMend => again(&app, here, typed),
        Sent::UsedUp(used_up) => Err(admission::domain_used_up(&app, &request, used_up, Some(pairs))),
        Sent::Asked(asked, charge) => {
            admission::add_domain(&request, charge);
            code_asked(&app, here, typed, asked, view, mail_is_late)
        }
        Sent::Invited(redeemed) => invited(&app, here, typed, redeemed, view),
        Sent::WithCode(sent) => with_code::answer(&app, here, typed, sent, view),
    }
}

/// Reads what was typed, and does what it asks for.
fn send(
    app: &LocalizedApp,
    ctx: &Ctx,
    facts: &PetitionFacts,
    typed: &mut SignForm,
    by_domain: ByDomain,
) -> Result<Sent, Error> {
    if typed.takes_invitations() && (!typed.typed.invitation.value.trim().is_empty() || !typed.asks_address())
    {
        return by_invitation(ctx, facts, typed);
    }
    if typed.takes_code {
        return with_code::sign(app, ctx, facts, typed).map(Sent::WithCode);
    }
    let Some(input) = parse(app.lang(), typed) else { return Ok(Sent::ToMend) };
    let charge = match by_domain.check(app, facts.id(), &input.address.domain()) {
        Ok(charge) => charge,
        Err(used_up) => return Ok(Sent::UsedUp(used_up)),
    };
    let asked = plain_form::ask(ctx, facts, &input).inspect_err(|_| app.limits.refund(&charge))?;
    Ok(Sent::Asked(asked, charge))
}

/// The answer to a form that asked for a code.
fn code_asked(
    app: &LocalizedApp,
    here: PetitionRef,
    mut typed: SignForm,
    asked: Asked,
    view: Option<PetitionView>,
    mail_is_late: bool,
) -> Answer {
    match asked {
        Asked::CheckInbox { ticket, mailed_link } => {
            app.mail_wake.notify_one();
            let inbox = inbox(app, here, ticket.expose(), Field::default(), mail_is_late);
            page(&CheckInboxPage { mailed_link, ..inbox })
        }
        Asked::Refused(refusal) => {
            let problem = FieldProblem::Refused(refusal);
            match refusal {
                Refusal::ProofNotTaken => mark(&mut typed.typed.proof, problem),
                _ => mark(&mut typed.typed.address, problem),
            }
            again(app, here, typed)
        }
        Asked::NotTaking(why) => not_taking(app, why, view),
        Asked::NotFound => Err(WebError::NotFound),
    }
}

/// By invitation: the first time the form comes, nothing happens but a page with a button; with the ticket of that
/// page, it signs. Were the invitation alone enough, whoever made it could have the withdrawal code shown again, and
/// the second to use a link from a chat would be told that they have signed.
fn by_invitation(ctx: &Ctx, facts: &PetitionFacts, typed: &mut SignForm) -> Result<Sent, Error> {
    let invitation = invitation(typed);
    let shown = shown(typed);
    let (Some(invitation), Some(shown)) = (invitation, shown) else { return Ok(Sent::ToMend) };
    let redeemed = match Ticket::parse(&typed.typed.ticket.value) {
        Ok(ticket) => invitations::redeem(ctx, facts, &ticket, &invitation, &shown),
        Err(_) => invitations::look(ctx, facts, &invitation),
    };
    redeemed.map(Sent::Invited)
}

/// The answer to a form with an invitation.
fn invited(
    app: &LocalizedApp,
    here: PetitionRef,
    mut typed: SignForm,
    redeemed: Redeemed,
    view: Option<PetitionView>,
) -> Answer {
    let f = Frame::private(app, None);
    match redeemed {
        Redeemed::Ready(ticket) => {
            let (ticket, shows_name) = (ticket.expose(), typed.typed.visibility.value == PUBLIC);
            page(&InvitedPage { f, petition: here, form: typed, ticket, shows_name })
        }
        Redeemed::Done { withdrawal_code, status } => {
            let withdrawal_code = withdrawal_code.expose();
            page(&DonePage { f, petition: here, withdrawal_code, status })
        }
        Redeemed::Unknown => {
            mark(&mut typed.typed.invitation, FieldProblem::InvitationUnknown);
            shown_again(app, here, typed)
        }
        Redeemed::Used => page_with_status(StatusCode::CONFLICT, &InvitationUsedPage { f, petition: here }),
        Redeemed::NotTaking(why) => not_taking(app, why, view),
        Redeemed::NotFound => Err(WebError::NotFound),
    }
}

/// The form again, with everything that was typed. It could not be sent as it was: nothing was tried.
fn again(app: &LocalizedApp, petition: PetitionRef, form: SignForm) -> Answer {
    shown_again(app, petition, form).map(nothing_tried)
}

fn shown_again(app: &LocalizedApp, petition: PetitionRef, form: SignForm) -> Answer {
    let f = Frame { has_errors: true, ..Frame::private(app, None) };
    page_with_status(StatusCode::UNPROCESSABLE_ENTITY, &SignPage { f, petition, form })
}

fn inbox(
    app: &LocalizedApp,
    petition: PetitionRef,
    ticket: String,
    code: Field,
    mail_is_late: bool,
) -> CheckInboxPage {
    CheckInboxPage {
        f: Frame { has_errors: !code.is_fine(), ..Frame::private(app, None) },
        petition,
        ticket,
        code,
        mailed_link: false,
        dev_mail: app.site.demo,
        mail_is_late,
    }
}

/// What a code that was sent led to.
enum SentCode {
    /// There is no such ticket.
    NoTicket,
    /// It is no code at all: it costs no try.
    NoCode,
    /// It was tried.
    Tried(Confirmed),
}

impl Outcome for SentCode {
    fn needs(&self) -> Needs {
        match self {
            Self::NoTicket => Needs::Nothing,
            Self::NoCode => Needs::MailHealth,
            Self::Tried(confirmed) => confirmed.needs(),
        }
    }
}

/// `POST /p/{slug}/confirmations`
///
/// # Errors
/// 404 where there is none, or one may not know; 503 when the database is away.
pub async fn confirmations(app: LocalizedApp, slug: Path<String>, form: Form) -> Answer {
    let fields = form.fields(&["ticket", "code"], &[])?;
    let code = Field::new(fields.get("code"));
    let (ticket, typed) = (Ticket::parse(fields.get("ticket")), MailCode::parse(&code.value));
    let kept = String::from(fields.get("ticket"));
    let answered = answering::at_place(&app, slug.into_inner(), move |ctx, facts, _| {
        Ok(match (ticket, typed) {
            (Err(_), _) => SentCode::NoTicket,
            (Ok(_), Err(_)) => SentCode::NoCode,
            (Ok(ticket), Ok(typed)) => {
                SentCode::Tried(confirming::confirm(ctx, facts, &ticket, Some(&typed))?)
            }
        })
    });
    let Answered { outcome, here, view, mail_is_late } = answered.await?;
    let again = |here, problem, status| {
        page_with_status(status, &inbox(&app, here, kept, code.with_problem(problem), mail_is_late))
    };
    match outcome {
        SentCode::NoTicket => expired(&app, Some(here)),
        SentCode::NoCode => {
            again(here, FieldProblem::CodeShape, StatusCode::UNPROCESSABLE_ENTITY).map(nothing_tried)
        }
        SentCode::Tried(Confirmed::WrongCode { tries_left }) => {
            let problem = FieldProblem::CodeWrong { tries_left };
            again(here, problem, StatusCode::UNPROCESSABLE_ENTITY)
        }
        SentCode::Tried(Confirmed::CodeTooOld) => again(here, FieldProblem::CodeTooOld, StatusCode::GONE),
        SentCode::Tried(Confirmed::TooManyTries) => {
            again(here, FieldProblem::CodeExhausted, StatusCode::GONE)
        }
        SentCode::Tried(other) => confirmed(&app, here, other, view),
    }
}
