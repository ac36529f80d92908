//! Signing with a code that was mailed before, for people whose "check your inbox" page is gone: a reload, a restored tab, another
//! device. The address and what is to be shown are typed again; nothing of it stands in an address or a cookie.

use actix_web::{http::StatusCode, web::Path};

use crate::{
    actions::signing::plain_form::{self, Confirmed, MailCode, SignedWithCode, Ticket},
    db::views::PetitionView,
    domain::eligibility::Refusal,
    web::{
        Answer, LocalizedApp,
        admission::nothing_tried,
        field::{Field, FieldProblem},
        frame::Frame,
        page, page_with_status, petition, run, see_other,
        sign::{
            page::{PetitionRef, SignForm, WithCode, WithCodePage},
            post::{confirmed, mark, parse},
            script_data::SigningClient,
        },
    },
};

/// `GET /p/{slug}/signatures`: the form, with a field for the code.
///
/// # Errors
/// 404 where there is none, or one may not know; 503 when the database is away.
pub async fn ask(app: LocalizedApp, slug: Path<String>) -> Answer {
    let found = petition::show::find(&app, slug.into_inner()).await?;
    let here = PetitionRef::of(&found.view);
    let mut form = petition::read::sign_form(&found.view);
    if !petition::show::takes_typed_codes(&app, &found.view) || !form.asks_address() {
        // The petition's page says why.
        return Ok(see_other(&here.path));
    }
    form.with_code =
        Some(WithCode { code: Field::default(), ticket: plain_form::fresh_ticket(&app.ctx).expose() });
    let client = SigningClient::of(&app, &found);
    page(&WithCodePage { f: Frame::private(&app, None), petition: here, form, client })
}

/// The same form with a code in it, sent.
pub(super) async fn sign(
    app: &LocalizedApp,
    slug: String,
    here: PetitionRef,
    mut typed: SignForm,
    with_code: WithCode,
    view: PetitionView,
) -> Answer {
    let ticket = Ticket::parse(&with_code.ticket).unwrap_or_else(|_| plain_form::fresh_ticket(&app.ctx));
    let code = MailCode::parse(&with_code.code.value);
    let input = parse(app.lang(), &mut typed);
    typed.with_code = Some(WithCode { code: with_code.code, ticket: ticket.expose() });
    let (Some(input), Ok(code)) = (input, &code) else {
        if code.is_err() {
            mark_code(&mut typed, FieldProblem::CodeShape);
        }
        return again(app, here, typed, StatusCode::UNPROCESSABLE_ENTITY).map(nothing_tried);
    };
    let code = code.clone();
    let outcome =
        run(app, move |ctx| plain_form::sign_with_code(ctx, &slug, &input, &ticket, &code)).await??;
    let (status, problem) = match outcome {
        SignedWithCode::Refused(refusal) => {
            let field = match refusal {
                Refusal::ProofNotTaken => &mut typed.proof,
                _ => &mut typed.address,
            };
            mark(field, FieldProblem::Refused(refusal));
            return again(app, here, typed, StatusCode::UNPROCESSABLE_ENTITY).map(nothing_tried);
        }
        SignedWithCode::Tried(Confirmed::WrongCode { tries_left }) => {
            let problem = FieldProblem::CodeWrong { tries_left };
            (StatusCode::UNPROCESSABLE_ENTITY, problem)
        }
        SignedWithCode::Tried(Confirmed::TooManyTries) => (StatusCode::GONE, FieldProblem::CodeExhausted),
        SignedWithCode::Tried(Confirmed::CodeTooOld) => (StatusCode::GONE, FieldProblem::CodeTooOld),
        SignedWithCode::Tried(other) => return confirmed(app, here, other, view),
    };
    mark_code(&mut typed, problem);
    again(app, here, typed, status)
}

fn mark_code(form: &mut SignForm, problem: FieldProblem) {
    if let Some(with_code) = &mut form.with_code {
        mark(&mut with_code.code, problem);
    }
}

/// The form again, with everything that was typed.
fn again(app: &LocalizedApp, petition: PetitionRef, form: SignForm, status: StatusCode) -> Answer {
    let f = Frame { has_errors: true, ..Frame::private(app, None) };
    page_with_status(status, &WithCodePage { f, petition, form, client: None })
}
