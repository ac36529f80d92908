//! Signing in and out.

use actix_web::{
    HttpRequest,
    http::StatusCode,
    web::{Data, Query},
};
use serde::Deserialize;

use super::{
    in_use,
    page::{SignInFields, SignInPage},
};
use crate::{
    actions::accounts::{
        organizers::{self, SignedIn},
        sessions,
    },
    domain::{secret::SecretText, text::Pseudonym},
    web::{
        Answer, App, Form, LocalizedApp, MaybeSession, Session,
        admission::{self, nothing_tried},
        field::{Field, FieldProblem},
        frame::Frame,
        page, page_with_status, run, run_heavy, see_other, session,
    },
};

/// The query of the sign-in page.
#[derive(Debug, Default, Deserialize)]
pub struct SignInParams {
    #[serde(default)]
    next: String,
}

/// `GET /sign-in`
///
/// # Errors
/// None of its own.
pub async fn show(app: LocalizedApp, params: Query<SignInParams>, session: MaybeSession) -> Answer {
    page(&SignInPage {
        f: Frame::private(&app, session.0.as_ref()),
        form: SignInFields { next: Field::new(params.into_inner().next), ..SignInFields::default() },
    })
}

/// `POST /sign-in`
///
/// # Errors
/// 503 when the database is away.
pub async fn sign_in(app: LocalizedApp, session: MaybeSession, request: HttpRequest, form: Form) -> Answer {
    let fields = form.fields(SignInFields::NAMES, &[])?;
    let pseudonym = Pseudonym::parse(fields.get("pseudonym")).ok();
    let passphrase = SecretText::new(String::from(fields.get("passphrase")));
    let attempt = admission::guess(&app, &request, fields.get("pseudonym"), &fields)?;
    let before = session.0.as_ref().map(in_use);
    let signed_in =
        run_heavy(&app, move |ctx| organizers::sign_in(ctx, pseudonym.as_ref(), &passphrase, before))
            .await??;
    if let SignedIn::Done(secret) = signed_in {
        attempt.was_no_guess();
        let mut answer = nothing_tried(see_other(session::safe_next(fields.get("next"))));
        session::begin(&mut answer, &app.site, secret.expose())?;
        return Ok(answer);
    }
    let mut form = SignInFields::read(&fields);
    form.passphrase.problem = Some(FieldProblem::SignInWrong);
    let page = SignInPage { f: Frame { has_errors: true, ..Frame::private(&app, session.0.as_ref()) }, form };
    page_with_status(StatusCode::UNPROCESSABLE_ENTITY, &page)
}

/// `POST /sign-out`
///
/// # Errors
/// 503 when the database is away.
pub async fn sign_out(app: Data<App>, session: Session, form: Form) -> Answer {
    form.fields(&[], &[])?;
    run(&app, move |ctx| sessions::end(ctx, session.organizer, session.id)).await??;
    let mut answer = see_other("/");
    session::end(&mut answer, &app.site)?;
    Ok(answer)
}
