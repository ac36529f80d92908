//! The mailed link: a page that says what its button does, and the button.

use actix_web::web::Path;

use super::{
    answering::Answered,
    confirmed::{confirmed, expired, not_taking},
    page::{ConfirmLinkPage, LinkStands},
};
use crate::{
    actions::signing::{
        confirming::{self, Linked},
        plain_form::LinkToken,
    },
    web::{Answer, Form, LocalizedApp, frame::Frame, page, run},
};

/// `GET /confirm/{token}`: what is to be signed, under which name, and a button. Opening it changes nothing, however often, and
/// whoever opens it.
///
/// # Errors
/// 503 when the database is away.
pub async fn link(app: LocalizedApp, token: Path<String>) -> Answer {
    let Ok(link) = LinkToken::parse(&token) else { return expired(&app, None) };
    let answered = run(&app, move |ctx| {
        let Some((facts, linked)) = confirming::look_at_link(ctx, &link)? else { return Ok(None) };
        Answered::of(ctx, facts.place(), &facts, linked).map(Some)
    });
    let Some(Answered { outcome, here: petition, view, .. }) = answered.await?? else {
        return expired(&app, None);
    };
    let stands = match outcome {
        Linked::NotTaking(why) => return not_taking(&app, why, view),
        Linked::Waiting { name, title } => LinkStands::Waiting { name, title },
        Linked::Done(status) => LinkStands::Done(status),
    };
    let action_path = format!("/confirm/{token}");
    page(&ConfirmLinkPage { f: Frame::private(&app, None), petition, action_path, stands })
}

/// `POST /confirm/{token}`: the button.
///
/// # Errors
/// 503 when the database is away.
pub async fn press(app: LocalizedApp, token: Path<String>, form: Form) -> Answer {
    form.fields(&[], &[])?;
    let Ok(link) = LinkToken::parse(&token) else { return expired(&app, None) };
    let answered = run(&app, move |ctx| {
        let Some((facts, outcome)) = confirming::confirm_by_link(ctx, &link)? else { return Ok(None) };
        Answered::of(ctx, facts.place(), &facts, outcome).map(Some)
    });
    match answered.await?? {
        Some(Answered { outcome, here, view, .. }) => confirmed(&app, here, outcome, view),
        None => expired(&app, None),
    }
}
