//! The mailed link: a page that says what its button does, and the button.

use actix_web::web::{Data, Path};

use super::{
    page::{ConfirmLinkPage, LinkStands},
    post::{confirmed, expired, not_taking, reference},
};
use crate::{
    actions::signing::plain_form::{self, LinkToken, Linked},
    web::{Answer, App, Form, LocalizedApp, WebError, frame::Frame, page, run},
};

/// `GET /confirm/{token}`: what is to be signed, under which name, and a button. Opening it changes nothing, however often, and
/// whoever opens it.
///
/// # Errors
/// 503 when the database is away.
pub async fn link(app: LocalizedApp, token: Path<String>) -> Answer {
    let (petition, stands) = match linked(&app, &token).await? {
        None => return expired(&app, None),
        Some(Linked::NotTaking { petition, why }) => {
            return not_taking(&app, why, reference(&app, petition).await?.1);
        }
        Some(Linked::Waiting { petition, name, title }) => (petition, LinkStands::Waiting { name, title }),
        Some(Linked::Done { petition, status }) => (petition, LinkStands::Done(status)),
    };
    let (petition, _) = reference(&app, petition).await?;
    let action_path = format!("/confirm/{token}");
    page(&ConfirmLinkPage { f: Frame::private(&app, None), petition, action_path, stands })
}

/// `POST /confirm/{token}`: the button.
///
/// # Errors
/// 503 when the database is away.
pub async fn press(app: LocalizedApp, token: Path<String>, form: Form) -> Answer {
    form.fields(&[], &[])?;
    let (Some(linked), Ok(link)) = (linked(&app, &token).await?, LinkToken::parse(&token)) else {
        return expired(&app, None);
    };
    let (Linked::Waiting { petition, .. }
    | Linked::NotTaking { petition, .. }
    | Linked::Done { petition, .. }) = linked;
    let (here, view) = reference(&app, petition).await?;
    let outcome = run(&app, move |ctx| plain_form::confirm_by_link(ctx, &link)).await??;
    confirmed(&app, here, outcome, view)
}

async fn linked(app: &Data<App>, token: &str) -> Result<Option<Linked>, WebError> {
    let Ok(link) = LinkToken::parse(token) else { return Ok(None) };
    Ok(run(app, move |ctx| plain_form::look_at_link(ctx, &link)).await??)
}
