//! A new passphrase by a recovery code.

use actix_web::http::StatusCode;

use super::{
    in_use,
    page::{AccountDone, RecoverFields, RecoverPage},
};
use crate::{
    actions::accounts::organizers::{self, SignedIn},
    domain::{secret::SecretText, text::Pseudonym},
    web::{
        Answer, Form, LocalizedApp, MaybeSession, admission::nothing_tried, field::FieldProblem,
        frame::Frame, page, page_with_status, run_heavy, session,
    },
};

/// `GET /recover`
///
/// # Errors
/// None of its own.
pub async fn show(app: LocalizedApp, session: MaybeSession) -> Answer {
    page(&RecoverPage { f: Frame::private(&app, session.0.as_ref()), form: RecoverFields::default() })
}

/// `POST /recover`
///
/// # Errors
/// 503 when the database is away.
pub async fn recover(app: LocalizedApp, session: MaybeSession, form: Form) -> Answer {
    let fields = form.fields(RecoverFields::NAMES, &[])?;
    let secret = |name: &str| SecretText::new(String::from(fields.get(name)));
    let (code, new) = (secret("recovery_code"), secret("passphrase"));
    let pseudonym = Pseudonym::parse(fields.get("pseudonym")).ok();
    // Recovery codes are drawn from 2^100: what is limited here is work, not luck.
    let before = session.0.as_ref().map(in_use);
    let recovered =
        run_heavy(&app, move |ctx| organizers::recover(ctx, pseudonym.as_ref(), &code, &new, before));
    let mut typed = RecoverPage {
        f: Frame { has_errors: true, ..Frame::private(&app, session.0.as_ref()) },
        form: RecoverFields::read(&fields),
    };
    match recovered.await?? {
        SignedIn::Done(secret) => {
            let mut answer = super::overview::to(AccountDone::PassphraseChanged);
            session::begin(&mut answer, &app.site, secret.expose())?;
            return Ok(answer);
        }
        SignedIn::Wrong => typed.form.recovery_code.problem = Some(FieldProblem::RecoverWrong),
        SignedIn::Passphrase(problem) => {
            typed.form.passphrase.problem = Some(problem.into());
            let answer = page_with_status(StatusCode::UNPROCESSABLE_ENTITY, &typed);
            return answer.map(nothing_tried);
        }
    }
    page_with_status(StatusCode::UNPROCESSABLE_ENTITY, &typed)
}
