//! Handlers of signing: the form and the code. They write no access-log line and look up no
//! session; every address that could sign gets the same answer.

use actix_web::{
    HttpRequest,
    http::StatusCode,
    web::{Data, Path},
};

use super::{
    page::{
        CheckInboxPage, DonePage, InvitationUsedPage, InvitedPage, LinkExpiredPage, PetitionRef,
        ProofUsedPage, SignForm, SignPage, WithCode,
    },
    with_code,
};
use crate::{
    actions::{
        mail_health,
        queries::pages,
        signing::{
            invitations::{self, InvitationCode, Redeemed},
            plain_form::{self, Asked, Confirmed, MailCode, ShownName, SignInput, Ticket},
        },
    },
    db::views::PetitionView,
    domain::{
        eligibility::Refusal,
        email::EmailAddress,
        ids::PetitionId,
        lang::Lang,
        petition::{NotTaking, PetitionState},
        proof::ProofKind,
        text::{DisplayName, JobTitle},
    },
    web::{
        Answer, App, Fields, Form, LocalizedApp, MaybeSession, WebError,
        admission::{self, nothing_tried},
        field::{Field, FieldProblem},
        frame::Frame,
        page, page_with_status, petition, run,
    },
};

/// `POST /p/{slug}/signatures`
///
/// # Errors
/// 404 where there is none, or one may not know; 503 when the database is away.
pub async fn signatures(app: LocalizedApp, slug: Path<String>, request: HttpRequest, form: Form) -> Answer {
    let known = ["visibility", "proof", "name", "title", "address", "invitation", "ticket", "code"];
    let fields = form.fields(&known, &[])?;
    let found = petition::show::find(&app, slug.clone()).await?;
    let here = PetitionRef::of(&found.view);
    let mut typed = filled(petition::read::sign_form(&found.view), &fields);
    let slug = slug.into_inner();
    if typed.invite() && (!typed.invitation.value.trim().is_empty() || !typed.asks_address()) {
        let ticket = Ticket::parse(fields.get("ticket")).ok();
        return by_invitation(&app, slug, here, typed, ticket, found.view).await;
    }
    if fields.has("code") {
        let code = Field::new(fields.get("code"));
        let with_code = WithCode { code, ticket: String::from(fields.get("ticket")) };
        return with_code::sign(&app, slug, here, typed, with_code, found.view).await;
    }
    let Some(input) = parse(app.lang(), &mut typed) else { return again(&app, here, typed) };
    let domain = input.address.domain();
    admission::count_domain(&app, &request, found.view.id, &domain, Some(fields.to_pairs()))?;
    match run(&app, move |ctx| plain_form::ask(ctx, &slug, &input)).await?? {
        Asked::CheckInbox { ticket, mailed_link } => {
            app.mail_wake.notify_one();
            page(&inbox(&app, here, ticket.expose(), Field::default(), mailed_link).await)
        }
        Asked::Refused(refusal) => {
            let problem = FieldProblem::Refused(refusal);
            match refusal {
                Refusal::ProofNotTaken => typed.proof = typed.proof.with_problem(problem),
                _ => typed.address = typed.address.with_problem(problem),
            }
            again(&app, here, typed)
        }
        Asked::NotTaking(why) => not_taking(&app, why, found.view),
        Asked::NotFound => Err(WebError::NotFound),
    }
}

/// By invitation: the first time the form comes, nothing happens but a page with a button; with the ticket of that
/// page, it signs. Were the invitation alone enough, whoever made it could have the withdrawal code shown again, and
/// the second to use a link from a chat would be told that they have signed.
async fn by_invitation(
    app: &LocalizedApp,
    slug: String,
    here: PetitionRef,
    mut typed: SignForm,
    ticket: Option<Ticket>,
    view: PetitionView,
) -> Answer {
    let invitation = invitation(&mut typed);
    let shown = shown(&mut typed);
    let (Some(invitation), Some(shown)) = (invitation, shown) else { return again(app, here, typed) };
    let shows_name = matches!(shown, ShownName::Public { .. });
    let outcome = run(app, move |ctx| match ticket {
        Some(ticket) => invitations::redeem(ctx, &slug, &ticket, &invitation, &shown),
        None => invitations::look(ctx, &slug, &invitation),
    });
    let f = Frame::private(app, None);
    match outcome.await?? {
        Redeemed::Ready(ticket) => {
            let ticket = ticket.expose();
            page(&InvitedPage { f, petition: here, form: typed, ticket, shows_name })
        }
        Redeemed::Done { withdrawal_code, status } => {
            let withdrawal_code = withdrawal_code.expose();
            page(&DonePage { f, petition: here, withdrawal_code, status })
        }
        Redeemed::Unknown => {
            typed.invitation = typed.invitation.with_problem(FieldProblem::InvitationUnknown);
            shown_again(app, here, typed)
        }
        Redeemed::Used => page_with_status(StatusCode::CONFLICT, &InvitationUsedPage { f, petition: here }),
        Redeemed::NotTaking(why) => not_taking(app, why, view),
        Redeemed::NotFound => Err(WebError::NotFound),
    }
}

fn invitation(form: &mut SignForm) -> Option<InvitationCode> {
    let problem = match InvitationCode::parse(&form.invitation.value) {
        Ok(code) => return Some(code),
        Err(_) if form.invitation.value.trim().is_empty() => FieldProblem::InvitationMissing,
        Err(_) => FieldProblem::InvitationShape,
    };
    mark(&mut form.invitation, problem);
    None
}

pub(super) fn mark(field: &mut Field, problem: impl Into<FieldProblem>) {
    *field = std::mem::take(field).with_problem(problem);
}

/// The form as it was filled in.
pub(super) fn filled(mut form: SignForm, fields: &Fields) -> SignForm {
    form.proof = Field::new(fields.get("proof"));
    form.visibility = Field::new(fields.get("visibility"));
    form.name = Field::new(fields.get("name"));
    form.title = Field::new(fields.get("title"));
    form.address = Field::new(fields.get("address"));
    form.invitation = Field::new(fields.get("invitation"));
    form
}

/// `visibility`: a name for everyone.
const PUBLIC: &str = "public";
/// `visibility`: counted, and the name not shown.
const NOT_SHOWN: &str = "not-shown";

/// What was typed, read. `None`, with the problems beside the fields, when something is to be mended.
pub(super) fn parse(lang: Lang, form: &mut SignForm) -> Option<SignInput> {
    let proof = ProofKind::parse(&form.proof.value).filter(|proof| *proof != ProofKind::Invite);
    if proof.is_none() && (form.asks_proof() || !form.proof.value.is_empty()) {
        mark(&mut form.proof, FieldProblem::Choose);
    }
    let address = EmailAddress::parse(&form.address.value);
    let shown = shown(form);
    address.as_ref().err().into_iter().for_each(|problem| mark(&mut form.address, *problem));
    match (shown, address) {
        (Some(shown), Ok(address)) if form.proof.is_fine() => Some(SignInput { proof, shown, address, lang }),
        _ => None,
    }
}

/// What everyone is to see. `None`, with the problems beside the fields, when something is to be mended.
fn shown(form: &mut SignForm) -> Option<ShownName> {
    match form.visibility.value.as_str() {
        PUBLIC => {
            let name = DisplayName::parse(&form.name.value);
            let title = JobTitle::parse(&form.title.value);
            match (name, title) {
                (Ok(name), Ok(title)) => Some(ShownName::Public { name, title }),
                (name, title) => {
                    name.err().into_iter().for_each(|problem| mark(&mut form.name, problem));
                    title.err().into_iter().for_each(|problem| mark(&mut form.title, problem));
                    None
                }
            }
        }
        // A name that was typed (or filled in by the browser) is not even kept.
        NOT_SHOWN => Some(ShownName::Nothing),
        // What only the page's script can do is never done by the server in its place.
        _ => {
            mark(&mut form.visibility, FieldProblem::ChooseVisibility);
            None
        }
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

async fn inbox(
    app: &LocalizedApp,
    petition: PetitionRef,
    ticket: String,
    code: Field,
    mailed_link: bool,
) -> CheckInboxPage {
    // The code is on its way by now: that nobody can say how mail goes must not take the page away.
    let mail = run(app, mail_health::read).await;
    CheckInboxPage {
        f: Frame { has_errors: !code.is_fine(), ..Frame::private(app, None) },
        petition,
        ticket,
        code,
        mailed_link,
        dev_mail: app.site.demo,
        mail_is_late: matches!(mail, Ok(Ok(mail)) if mail.state.delays()),
    }
}

/// Closed: the petition's page says so. Gone: with the reason.
pub(super) fn not_taking(app: &LocalizedApp, why: NotTaking, mut view: PetitionView) -> Answer {
    match why {
        NotTaking::TakenDown => view.state = PetitionState::TakenDown,
        NotTaking::EndedQuietly | NotTaking::Closed => view.state = PetitionState::Closed,
    }
    match petition::show::gone(app, &MaybeSession(None), &view) {
        Some(answer) => answer,
        None => page_with_status(StatusCode::CONFLICT, &petition::show::closed_page(app, view)),
    }
}

/// `POST /p/{slug}/confirmations`
///
/// # Errors
/// 404 where there is none, or one may not know; 503 when the database is away.
pub async fn confirmations(app: LocalizedApp, slug: Path<String>, form: Form) -> Answer {
    let fields = form.fields(&["ticket", "code"], &[])?;
    let found = petition::show::find(&app, slug.clone()).await?;
    let here = PetitionRef::of(&found.view);
    let Ok(ticket) = Ticket::parse(fields.get("ticket")) else { return expired(&app, Some(here)) };
    let code = Field::new(fields.get("code"));
    let Ok(typed) = MailCode::parse(&code.value) else {
        // Not a code at all: it costs no try.
        let problem = FieldProblem::CodeShape;
        let shown = inbox(&app, here, ticket.expose(), code.with_problem(problem), false).await;
        return page_with_status(StatusCode::UNPROCESSABLE_ENTITY, &shown).map(nothing_tried);
    };
    let (slug, kept) = (slug.into_inner(), ticket.expose());
    match run(&app, move |ctx| plain_form::confirm(ctx, &slug, &ticket, Some(&typed))).await?? {
        Confirmed::WrongCode { tries_left } => {
            let problem = FieldProblem::CodeWrong { tries_left };
            let shown = inbox(&app, here, kept, code.with_problem(problem), false).await;
            page_with_status(StatusCode::UNPROCESSABLE_ENTITY, &shown)
        }
        refused @ (Confirmed::TooManyTries | Confirmed::CodeTooOld) => {
            let too_old = matches!(refused, Confirmed::CodeTooOld);
            let problem = if too_old { FieldProblem::CodeTooOld } else { FieldProblem::CodeExhausted };
            let shown = inbox(&app, here, kept, code.with_problem(problem), false).await;
            page_with_status(StatusCode::GONE, &shown)
        }
        other => confirmed(&app, here, other, found.view),
    }
}

/// The answer to a code or a button.
pub(super) fn confirmed(
    app: &LocalizedApp,
    here: PetitionRef,
    outcome: Confirmed,
    view: PetitionView,
) -> Answer {
    let f = Frame::private(app, None);
    match outcome {
        Confirmed::Done { withdrawal_code, status, .. } => {
            // The same each time, as long as the signature is what it was: no reload loses the code.
            let withdrawal_code = withdrawal_code.expose();
            page(&DonePage { f, petition: here, withdrawal_code, status })
        }
        Confirmed::ProofUsed => page_with_status(StatusCode::CONFLICT, &ProofUsedPage { f, petition: here }),
        Confirmed::NotTaking(why) => not_taking(app, why, view),
        Confirmed::NotFound => Err(WebError::NotFound),
        Confirmed::Expired
        | Confirmed::TooManyTries
        | Confirmed::CodeTooOld
        | Confirmed::WrongCode { .. } => expired(app, Some(here)),
    }
}

pub(super) fn expired(app: &LocalizedApp, petition: Option<PetitionRef>) -> Answer {
    let shown = LinkExpiredPage { f: Frame::private(app, None), petition };
    page_with_status(StatusCode::GONE, &shown)
}

pub(super) async fn reference(
    app: &Data<App>,
    id: PetitionId,
) -> Result<(PetitionRef, PetitionView), WebError> {
    let found = run(app, move |ctx| pages::at_own_place(ctx, id)).await??.ok_or(WebError::NotFound)?;
    Ok((PetitionRef::of(&found.view), found.view))
}
