//! Signing with a code that was mailed before, for people whose "check your inbox" page is gone: a reload, a restored tab, another
//! device. The address and what is to be shown are typed again; nothing of it stands in an address or a cookie.

use actix_web::{http::StatusCode, web::Path};

use crate::{
    actions::{
        Ctx, Error,
        facts::PetitionFacts,
        signing::{
            confirming::{self, Confirmed, SignedWithCode},
            plain_form::{self, MailCode, Ticket},
        },
    },
    db::views::PetitionView,
    domain::eligibility::Refusal,
    web::{
        Answer, LocalizedApp,
        admission::nothing_tried,
        field::{Field, FieldProblem},
        frame::Frame,
        page, page_with_status, petition, see_other,
        sign::{
            answering::{Needs, Outcome},
            confirmed::confirmed,
            form::{SignForm, mark, parse},
            page::WithCodePage,
            petition_ref::PetitionRef,
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
    form.takes_code = true;
    form.typed.ticket = Field::new(plain_form::fresh_ticket(&app.ctx).expose());
    let client = SigningClient::of(&app, &found);
    page(&WithCodePage { f: Frame::private(&app, None), petition: here, form, client })
}

/// What the same form with a code in it led to.
pub(super) enum Sent {
    /// Something is to be mended: nothing was tried.
    ToMend,
    /// It was looked at.
    Signed(SignedWithCode),
}

impl Outcome for Sent {
    fn needs(&self) -> Needs {
        match self {
            Self::ToMend | Self::Signed(SignedWithCode::Refused(_)) => Needs::Nothing,
            Self::Signed(SignedWithCode::Tried(confirmed)) => confirmed.needs(),
        }
    }
}

/// Takes the same form with a code in it.
pub(super) fn sign(
    app: &LocalizedApp,
    ctx: &Ctx,
    facts: &PetitionFacts,
    typed: &mut SignForm,
) -> Result<Sent, Error> {
    let ticket = Ticket::parse(&typed.typed.ticket.value).unwrap_or_else(|_| plain_form::fresh_ticket(ctx));
    let code = MailCode::parse(&typed.typed.code.value);
    let input = parse(app.lang(), typed);
    typed.typed.ticket = Field::new(ticket.expose());
    match (input, code) {
        (Some(input), Ok(code)) => {
            confirming::sign_with_code(ctx, facts, &input, &ticket, &code).map(Sent::Signed)
        }
        (_, code) => {
            if code.is_err() {
                mark(&mut typed.typed.code, FieldProblem::CodeShape);
            }
            Ok(Sent::ToMend)
        }
    }
}

/// The answer to the same form with a code in it.
pub(super) fn answer(
    app: &LocalizedApp,
    here: PetitionRef,
    mut typed: SignForm,
    sent: Sent,
    view: Option<PetitionView>,
) -> Answer {
    let (status, problem) = match sent {
        Sent::ToMend => {
            return again(app, here, typed, StatusCode::UNPROCESSABLE_ENTITY).map(nothing_tried);
        }
        Sent::Signed(SignedWithCode::Refused(refusal)) => {
            let field = match refusal {
                Refusal::ProofNotTaken => &mut typed.typed.proof,
                _ => &mut typed.typed.address,
            };
            mark(field, FieldProblem::Refused(refusal));
            return again(app, here, typed, StatusCode::UNPROCESSABLE_ENTITY).map(nothing_tried);
        }
        Sent::Signed(SignedWithCode::Tried(Confirmed::WrongCode { tries_left })) => {
            let problem = FieldProblem::CodeWrong { tries_left };
            (StatusCode::UNPROCESSABLE_ENTITY, problem)
        }
        Sent::Signed(SignedWithCode::Tried(Confirmed::TooManyTries)) => {
            (StatusCode::GONE, FieldProblem::CodeExhausted)
        }
        Sent::Signed(SignedWithCode::Tried(Confirmed::CodeTooOld)) => {
            (StatusCode::GONE, FieldProblem::CodeTooOld)
        }
        Sent::Signed(SignedWithCode::Tried(other)) => return confirmed(app, here, other, view),
    };
    mark(&mut typed.typed.code, problem);
    again(app, here, typed, status)
}

/// The form again, with everything that was typed.
fn again(app: &LocalizedApp, petition: PetitionRef, form: SignForm, status: StatusCode) -> Answer {
    let f = Frame { has_errors: true, ..Frame::private(app, None) };
    page_with_status(status, &WithCodePage { f, petition, form, client: None })
}
