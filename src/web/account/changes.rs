//! Changing an account: passphrase, recovery codes, address.

use actix_web::HttpRequest;

use super::{
    in_use, overview,
    page::{AccountDone, RecoveryCodesPage},
};
use crate::{
    actions::accounts::organizers::{self, Changed},
    domain::{email::EmailAddress, secret::SecretText},
    web::{
        Answer, Form, LocalizedApp, Session,
        admission::{self, nothing_tried},
        field::{Field, FieldProblem},
        frame::Frame,
        page, run_heavy, session,
    },
};

/// `POST /account/passphrase`
///
/// # Errors
/// 503 when the database is away.
pub async fn passphrase(app: LocalizedApp, session: Session, request: HttpRequest, form: Form) -> Answer {
    let fields = form.fields(&["current", "passphrase"], &[])?;
    let secret = |name: &str| SecretText::new(String::from(fields.get(name)));
    let (current, new) = (secret("current"), secret("passphrase"));
    let attempt = admission::guess(&app, &request, &session.pseudonym, &fields)?;
    let before = in_use(&session);
    let changed = run_heavy(&app, move |ctx| {
        organizers::change_passphrase(ctx, before.organizer, &current, &new, before)
    });
    match changed.await?? {
        Changed::Done(cookie) => {
            attempt.was_no_guess();
            let mut answer = nothing_tried(overview::to(AccountDone::PassphraseChanged));
            session::begin(&mut answer, &app.site, cookie.expose())?;
            Ok(answer)
        }
        Changed::Wrong => {
            let problem = FieldProblem::CurrentPassphraseWrong;
            overview::again(&app, &session, |page| page.current.problem = Some(problem)).await
        }
        Changed::Passphrase(problem) => {
            attempt.was_no_guess();
            let problem = FieldProblem::from(problem);
            let answer = overview::again(&app, &session, |page| page.passphrase.problem = Some(problem));
            answer.await.map(nothing_tried)
        }
    }
}

/// `POST /account/recovery-codes`: the new ones are shown once.
///
/// # Errors
/// 503 when the database is away.
pub async fn recovery_codes(app: LocalizedApp, session: Session, request: HttpRequest, form: Form) -> Answer {
    let fields = form.fields(&["current"], &[])?;
    let current = SecretText::new(String::from(fields.get("current")));
    let attempt = admission::guess(&app, &request, &session.pseudonym, &fields)?;
    let organizer = session.organizer;
    let changed = run_heavy(&app, move |ctx| organizers::renew_recovery_codes(ctx, organizer, &current));
    let Changed::Done(codes) = changed.await?? else {
        let problem = FieldProblem::CurrentPassphraseWrong;
        return overview::again(&app, &session, |page| page.codes_current.problem = Some(problem)).await;
    };
    attempt.was_no_guess();
    let answer = page(&RecoveryCodesPage {
        f: Frame::private(&app, Some(&session)),
        pseudonym: session.pseudonym,
        codes: codes.iter().map(|code| String::from(code.expose())).collect(),
        next: String::from("/account"),
    });
    answer.map(nothing_tried)
}

/// `POST /account/mail`: with the passphrase; an empty field removes the address.
///
/// # Errors
/// 503 when the database is away.
pub async fn mail(app: LocalizedApp, session: Session, request: HttpRequest, form: Form) -> Answer {
    let fields = form.fields(&["mail", "current"], &[])?;
    let current = SecretText::new(String::from(fields.get("current")));
    let typed = fields.get("mail");
    let mail = (!typed.trim().is_empty()).then(|| EmailAddress::parse(typed)).transpose();
    let mail = match mail {
        Ok(mail) => mail,
        Err(problem) => {
            let field = Field::new(typed).with_problem(problem);
            return overview::again(&app, &session, |page| page.mail = field).await.map(nothing_tried);
        }
    };
    let done = if mail.is_some() { AccountDone::MailSaved } else { AccountDone::MailRemoved };
    let attempt = admission::guess(&app, &request, &session.pseudonym, &fields)?;
    let organizer = session.organizer;
    let changed = run_heavy(&app, move |ctx| organizers::set_mail(ctx, organizer, &current, mail.as_ref()));
    let Changed::Done(()) = changed.await?? else {
        let (problem, typed) = (FieldProblem::CurrentPassphraseWrong, Field::new(typed));
        return overview::again(&app, &session, |page| {
            page.mail = typed;
            page.mail_current.problem = Some(problem);
        })
        .await;
    };
    attempt.was_no_guess();
    Ok(nothing_tried(overview::to(done)))
}
