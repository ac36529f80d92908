//! An organizer's sessions: naming them, ending them.

use actix_web::web::{Data, Path};

use super::{overview, page::AccountDone};
use crate::{
    actions::accounts::sessions,
    domain::ids::SessionId,
    web::{Answer, App, Form, LocalizedApp, Session, WebError, field::Field, run, see_other, session},
};

/// `POST /account/sessions/{id}/label`
///
/// # Errors
/// 404 where there is none, or it is somebody else's.
pub async fn label(app: LocalizedApp, id: Path<String>, session: Session, form: Form) -> Answer {
    let id = SessionId::parse(&id).or(Err(WebError::NotFound))?;
    let fields = form.fields(&["label"], &[])?;
    let (organizer, typed) = (session.organizer, String::from(fields.get("label")));
    let labelled = run(&app, move |ctx| sessions::label(ctx, organizer, id, &typed)).await??;
    match labelled {
        Ok(true) => Ok(overview::to(AccountDone::SessionLabelled)),
        Ok(false) => Err(WebError::NotFound),
        Err(problem) => {
            let field = Field::new(fields.get("label")).with_problem(problem);
            let name = id.to_string();
            overview::again(&app, &session, |page| {
                if let Some(row) = page.sessions.iter_mut().find(|row| row.id == name) {
                    row.label = field;
                }
            })
            .await
        }
    }
}

/// `POST /account/sessions/{id}/revocation`
///
/// # Errors
/// 404 where there is none, or it is somebody else's.
pub async fn revoke(app: Data<App>, id: Path<String>, session: Session, form: Form) -> Answer {
    let id = SessionId::parse(&id).or(Err(WebError::NotFound))?;
    form.fields(&[], &[])?;
    let organizer = session.organizer;
    if !run(&app, move |ctx| sessions::end(ctx, organizer, id)).await?? {
        return Err(WebError::NotFound);
    }
    if id == session.id {
        let mut answer = see_other("/");
        session::end(&mut answer, &app.site)?;
        return Ok(answer);
    }
    Ok(overview::to(AccountDone::SessionRevoked))
}

/// `POST /account/sessions/revocation`: signed out everywhere, here too.
///
/// # Errors
/// 503 when the database is away.
pub async fn revoke_all(app: Data<App>, session: Session, form: Form) -> Answer {
    form.fields(&[], &[])?;
    run(&app, move |ctx| sessions::end_everywhere(ctx, session.organizer)).await??;
    let mut answer = see_other("/");
    session::end(&mut answer, &app.site)?;
    Ok(answer)
}
