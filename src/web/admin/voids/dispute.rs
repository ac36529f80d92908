//! Handlers of a note of dispute.

use actix_web::{http::StatusCode, web::Path};

use super::page::{DisputeFields, DisputePage};
use crate::{
    actions::moderation::voids::{self, Disputed},
    domain::reason::Reason,
    web::{
        Answer, Form, LocalizedApp, Session, WebError, field::FieldProblem, frame::Frame, page,
        page_with_status, run, see_other,
    },
};

/// `GET /admin/petitions/{slug}/dispute`
///
/// # Errors
/// 404 for what is not public.
pub async fn ask(app: LocalizedApp, slug: Path<String>, session: Session) -> Answer {
    page(&dispute_page(&app, &session, slug.into_inner()).await?)
}

async fn dispute_page(app: &LocalizedApp, session: &Session, slug: String) -> Result<DisputePage, WebError> {
    let found = run(app, move |ctx| voids::last_entry(ctx, &slug)).await??;
    let (view, last_entry) = found.ok_or(WebError::NotFound)?;
    Ok(DisputePage {
        f: Frame::private(app, Some(session)),
        slug: view.slug,
        title: view.title,
        last_entry,
        form: DisputeFields::default(),
    })
}

/// `POST /admin/petitions/{slug}/dispute`
///
/// # Errors
/// 404 for what is not public.
pub async fn publish(app: LocalizedApp, slug: Path<String>, session: Session, form: Form) -> Answer {
    let fields = form.fields(DisputeFields::NAMES, &[])?;
    let place = |name: &str| fields.get(name).trim().parse::<u64>().ok();
    let (first, last) = (place("first"), place("last"));
    let text = Reason::parse(fields.get("text"));
    let mut is_range_refused = false;
    if let (Some(first), Some(last), Ok(text)) = (first, last, &text) {
        let (name, text, admin) = (slug.clone(), text.clone(), session.organizer);
        match run(&app, move |ctx| voids::dispute(ctx, &name, (first, last), &text, admin)).await?? {
            Disputed::Done => return Ok(see_other(&format!("/admin/petitions/{slug}/voids?done=yes"))),
            Disputed::NotFound => return Err(WebError::NotFound),
            Disputed::NoSuchEntries => is_range_refused = true,
        }
    }
    let again = dispute_page(&app, &session, slug.into_inner()).await?;
    let end = again.last_entry;
    let is_wrong = |place: Option<u64>| is_range_refused || place.is_none_or(|place| place > end);
    let problem = |place| is_wrong(place).then_some(FieldProblem::DisputeRange { last: end });
    let mut form = DisputeFields::read(&fields);
    form.first.problem = problem(first);
    form.last.problem = problem(last);
    form.text.problem = text.err().map(FieldProblem::from);
    let again = DisputePage { f: Frame { has_errors: true, ..again.f }, form, ..again };
    page_with_status(StatusCode::UNPROCESSABLE_ENTITY, &again)
}
