//! The account's page, on which everything about an account is changed.

use actix_web::{HttpResponse, http::StatusCode, web::Query};
use serde::Deserialize;

use super::page::{AccountDone, AccountPage, SessionRow};
use crate::{
    actions::{
        self,
        accounts::{organizers, sessions},
    },
    web::{
        Answer, LocalizedApp, Session, WebError, field::Field, frame::Frame, page, page_with_status, run,
        see_other,
    },
};

/// The query of the account's page.
#[derive(Debug, Default, Deserialize)]
pub struct AccountParams {
    #[serde(default)]
    done: String,
}

/// `GET /account`
///
/// # Errors
/// 503 when the database is away.
pub async fn show(app: LocalizedApp, params: Query<AccountParams>, session: Session) -> Answer {
    let mut shown = build(&app, &session).await?;
    shown.done = AccountDone::parse(&params.done);
    page(&shown)
}

/// Back to the account's page, which says what was done.
#[must_use]
pub fn to(done: AccountDone) -> HttpResponse {
    see_other(&format!("/account?done={}", done.as_str()))
}

/// The page as it stands.
///
/// # Errors
/// 503 when the database is away.
pub async fn build(app: &LocalizedApp, session: &Session) -> Result<AccountPage, WebError> {
    let organizer = session.organizer;
    let (view, listed) = run(app, move |ctx| {
        Ok::<_, actions::Error>((organizers::view(ctx, organizer)?, sessions::list(ctx, organizer)?))
    })
    .await??;
    let mut sessions: Vec<SessionRow> = listed
        .into_iter()
        .map(|row| SessionRow {
            id: row.id.to_string(),
            label: Field::new(row.label),
            last_used: row.last_used,
            this: row.id == session.id,
        })
        .collect();
    // This one first; the others stay in the order of last use.
    sessions.sort_by_key(|row| !row.this);
    Ok(AccountPage {
        f: Frame::private(app, Some(session)),
        done: None,
        sessions,
        current: Field::default(),
        passphrase: Field::default(),
        codes_current: Field::default(),
        codes_left: view.recovery_codes_left,
        mail_current: Field::default(),
        mail: Field::new(view.mail.as_ref().map_or("", |mail| mail.expose())),
    })
}

/// The page with problems in one of its forms; the others are as they stand.
///
/// # Errors
/// 503 when the database is away.
pub async fn again(app: &LocalizedApp, session: &Session, mark: impl FnOnce(&mut AccountPage)) -> Answer {
    let mut shown = build(app, session).await?;
    shown.f.has_errors = true;
    mark(&mut shown);
    page_with_status(StatusCode::UNPROCESSABLE_ENTITY, &shown)
}
