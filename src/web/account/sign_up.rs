//! Making an account.

use actix_web::http::StatusCode;

use super::{
    in_use,
    page::{RecoveryCodesPage, SignUpFields, SignUpPage},
};
use crate::{
    actions::accounts::organizers::{self, NewAccount, SignedUp},
    domain::{email::EmailAddress, secret::SecretText, text::Pseudonym},
    web::{
        Answer, App, Form, LocalizedApp, MaybeSession, admission::nothing_tried, field::FieldProblem,
        frame::Frame, page, page_with_status, run_heavy, session,
    },
};

/// `GET /sign-up`
///
/// # Errors
/// None of its own.
pub async fn show(app: LocalizedApp, session: MaybeSession) -> Answer {
    page(&SignUpPage { f: Frame::private(&app, session.0.as_ref()), form: SignUpFields::default() })
}

/// `POST /sign-up`
///
/// # Errors
/// 503 when the database is away.
pub async fn sign_up(app: LocalizedApp, session: MaybeSession, form: Form) -> Answer {
    let fields = form.fields(SignUpFields::NAMES, &[])?;
    let passphrase = SecretText::new(String::from(fields.get("passphrase")));
    let mut typed =
        SignUpPage { f: Frame::private(&app, session.0.as_ref()), form: SignUpFields::read(&fields) };
    let Some((pseudonym, mail)) = parse(&mut typed.form) else {
        return again(typed).map(nothing_tried);
    };
    let before = session.0.as_ref().map(in_use);
    let signed_up =
        run_heavy(&app, move |ctx| organizers::sign_up(ctx, &pseudonym, &passphrase, mail.as_ref(), before));
    match signed_up.await?? {
        SignedUp::Done(account) => welcome(&app, &account, typed),
        SignedUp::NameTaken => {
            typed.form.pseudonym.problem = Some(FieldProblem::NameTaken);
            again(typed)
        }
        SignedUp::Passphrase(problem) => {
            typed.form.passphrase.problem = Some(problem.into());
            again(typed).map(nothing_tried)
        }
    }
}

/// What was typed, read. `None`, with the problems beside the fields, when something is to be mended.
fn parse(form: &mut SignUpFields) -> Option<(Pseudonym, Option<EmailAddress>)> {
    let pseudonym = Pseudonym::parse(&form.pseudonym.value);
    if let Err(problem) = pseudonym {
        form.pseudonym.problem = Some(problem.into());
    }
    let left_empty = form.mail.value.trim().is_empty();
    let mail = (!left_empty).then(|| EmailAddress::parse(&form.mail.value)).transpose();
    if let Err(problem) = mail {
        form.mail.problem = Some(problem.into());
    }
    Some((pseudonym.ok()?, mail.ok()?))
}

/// The form again, with everything that was typed but the passphrase.
fn again(mut typed: SignUpPage) -> Answer {
    typed.f.has_errors = true;
    page_with_status(StatusCode::UNPROCESSABLE_ENTITY, &typed)
}

/// Signed in, with the recovery codes: shown once.
fn welcome(app: &App, account: &NewAccount, typed: SignUpPage) -> Answer {
    let mut answer = page(&RecoveryCodesPage {
        f: typed.f,
        pseudonym: typed.form.pseudonym.value,
        codes: account.recovery_codes.iter().map(|code| String::from(code.expose())).collect(),
        next: String::from("/organize"),
    })?;
    session::begin(&mut answer, &app.site, account.session.expose())?;
    Ok(answer)
}
