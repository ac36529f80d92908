//! Handlers of letting what was invalidated count again.

use actix_web::{http::StatusCode, web::Path};

use super::{choosing::part_before, decode, encode, page::ReverseVoidPage};
use crate::{
    actions::moderation::voids::{self, Reversed},
    domain::sealing::Sealing,
    web::{
        Answer, Form, LocalizedApp, Session, WebError, frame::Frame, page, page_with_status,
        petition::voids::VoidLine, run, see_other,
    },
};

fn index(text: &str) -> Result<u64, WebError> {
    text.parse().or(Err(WebError::NotFound))
}

/// `GET /admin/petitions/{slug}/voids/{index}/reversal`
///
/// # Errors
/// 404 for what is not public, and where nothing was invalidated.
pub async fn ask(app: LocalizedApp, place: Path<(String, String)>, session: Session) -> Answer {
    let (slug, first) = place.into_inner();
    page(&reverse_page(&app, &session, slug, index(&first)?, false).await?)
}

async fn reverse_page(
    app: &LocalizedApp,
    session: &Session,
    slug: String,
    first: u64,
    changed: bool,
) -> Result<ReverseVoidPage, WebError> {
    let found = run(app, move |ctx| voids::returning(ctx, &slug, first)).await??;
    let (view, returning) = found.ok_or(WebError::NotFound)?;
    let row = |(crowd, again): &(_, u64)| {
        let before = part_before(&view, *crowd)?;
        let after = before.number.saturating_add(*again);
        Some((before, *again, after))
    };
    Ok(ReverseVoidPage {
        f: Frame::private(app, Some(session)),
        changed,
        line: VoidLine::of(&view, returning.void.clone()),
        rows: returning.crowds.iter().filter_map(row).collect(),
        withdrawn: returning.taken_back,
        notice_again: view.sealing.as_ref().is_some_and(Sealing::is_urgent),
        counted: returning.is_possible().then(|| encode(returning.digest)),
        slug: view.slug,
        title: view.title,
    })
}

/// `POST /admin/petitions/{slug}/voids/{index}/reversal`
///
/// # Errors
/// 404 for what is not public, and where nothing was invalidated.
pub async fn reverse(
    app: LocalizedApp,
    place: Path<(String, String)>,
    session: Session,
    form: Form,
) -> Answer {
    let (slug, first) = place.into_inner();
    let first = index(&first)?;
    let counted = decode(form.fields(&["counted"], &[])?.get("counted"));
    let (name, admin) = (slug.clone(), session.organizer);
    match run(&app, move |ctx| voids::reverse(ctx, &name, first, admin, counted)).await?? {
        Reversed::Done => Ok(see_other(&format!("/admin/petitions/{slug}/voids?done=yes"))),
        Reversed::NotAsCounted => {
            let again = reverse_page(&app, &session, slug, first, true).await?;
            page_with_status(StatusCode::CONFLICT, &again)
        }
        Reversed::NotFound => Err(WebError::NotFound),
    }
}
