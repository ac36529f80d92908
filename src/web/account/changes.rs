//! Changing an account: passphrase, recovery codes, address.

use actix_web::web::Data;

use super::{
    overview,
    page::{AccountDone, RecoveryCodesPage},
    slowed_down,
};
use crate::{
    actions::organizers::{self, Changed},
    domain::{email::EmailAddress, secret::SecretText},
    web::{Answer, App, Form, Session, field::Field, frame::Frame, page, run, run_heavy},
};

/// `POST /account/passphrase`
///
/// # Errors
/// 503 when the database is away.
pub async fn passphrase(app: Data<App>, session: Session, form: Form) -> Answer {
    let fields = form.fields(&["current", "passphrase"], &[])?;
    let secret = |name: &str| SecretText::new(String::from(fields.get(name)));
    let (current, new) = (secret("current"), secret("passphrase"));
    let attempt = slowed_down(&app, &session.pseudonym).await;
    let (organizer, this) = (session.organizer, session.id);
    let changed =
        run_heavy(&app, move |ctx| organizers::change_passphrase(ctx, organizer, this, &current, &new));
    match changed.await?? {
        Changed::Done(()) => {
            app.guessing.was_right(attempt);
            Ok(overview::to(AccountDone::PassphraseChanged))
        }
        Changed::Wrong => {
            let problem = app.locale.text("account-current-wrong");
            overview::again(&app, &session, |page| page.current.problem = Some(problem)).await
        }
        Changed::Passphrase(problem) => {
            app.guessing.was_right(attempt);
            let problem = app.locale.problem(&problem);
            overview::again(&app, &session, |page| page.passphrase.problem = Some(problem)).await
        }
    }
}

/// `POST /account/recovery-codes`: the new ones are shown once.
///
/// # Errors
/// 503 when the database is away.
pub async fn recovery_codes(app: Data<App>, session: Session, form: Form) -> Answer {
    let current = SecretText::new(String::from(form.fields(&["current"], &[])?.get("current")));
    let attempt = slowed_down(&app, &session.pseudonym).await;
    let organizer = session.organizer;
    let changed = run_heavy(&app, move |ctx| organizers::renew_recovery_codes(ctx, organizer, &current));
    let Changed::Done(codes) = changed.await?? else {
        let problem = app.locale.text("account-current-wrong");
        return overview::again(&app, &session, |page| page.codes_current.problem = Some(problem)).await;
    };
    app.guessing.was_right(attempt);
    page(&RecoveryCodesPage {
        f: Frame::private(&app, Some(&session)),
        pseudonym: session.pseudonym,
        codes: codes.iter().map(|code| String::from(code.expose())).collect(),
        next: String::from("/account"),
    })
}

/// `POST /account/mail`: an empty field removes the address.
///
/// # Errors
/// 503 when the database is away.
pub async fn mail(app: Data<App>, session: Session, form: Form) -> Answer {
    let fields = form.fields(&["mail"], &[])?;
    let typed = fields.get("mail");
    let mail = (!typed.trim().is_empty()).then(|| EmailAddress::parse(typed)).transpose();
    let mail = match mail {
        Ok(mail) => mail,
        Err(problem) => {
            let field = Field::new(typed).with_problem(app.locale.problem(&problem));
            return overview::again(&app, &session, |page| page.mail = field).await;
        }
    };
    let done = if mail.is_some() { AccountDone::MailSaved } else { AccountDone::MailRemoved };
    run(&app, move |ctx| organizers::set_mail(ctx, session.organizer, mail.as_ref())).await??;
    Ok(overview::to(done))
}
