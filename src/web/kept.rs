//! A refused form is given back with everything that was typed in it: whatever the reason (the session ended, a limit,
//! a conflict, the database is away), nobody writes a text twice.
//!
//! The form's fields are put aside when it is read, or when it is refused before that; [`super::problem`] shows them on
//! the page that says what happened, in a form with the same address and a fresh token. Passphrases are never repeated.
//! What another site's page sent is not shown: its text would stand on a page of ours, one button from being done.

use std::sync::Arc;

use super::{
    App, LocalizedApp, Session, Site, WebError, csrf,
    error::{BadRequest, Forbidden},
    form::{self, PutAside, Read},
    row::{self, Access, Row},
    site::page::KeptForm,
    waiting::TICKET_FIELD,
};
use crate::locale::Locale;
use actix_web::{
    HttpMessage, HttpRequest,
    dev::ServiceRequest,
    http::{Method, header::HeaderMap},
    web::Data,
};

/// Up to here the body of a refused form is read whoever sends it.
const SMALL_BYTES: usize = 64 * 1024;
/// How many larger ones are held at once: those who are not signed in must not fill the memory.
pub const LARGE_AT_ONCE: usize = 16;

/// Reads the form of a request that is refused before its handler saw it.
pub async fn keep(req: &mut ServiceRequest, error: &WebError) {
    let row = row::of(req.request());
    let (Some(row), Some(app)) = (row, req.app_data::<Data<App>>().cloned()) else { return };
    if may_show(error, req.headers(), &app.site, row) == Shown::Nothing || req.method() != Method::POST {
        return;
    }
    let announced = form::announced_bytes(req.request());
    let place = if announced.is_some_and(|bytes| bytes > SMALL_BYTES) {
        let Ok(place) = Arc::clone(&app.kept_places).try_acquire_owned() else { return };
        Some(place)
    } else {
        None
    };
    let bytes = if place.is_some() { row.body_bytes } else { row.body_bytes.min(SMALL_BYTES) };
    let payload = req.take_payload();
    let Ok(body) = form::body(req.request(), payload, bytes).await else { return };
    let mut read = Read::of(&body);
    let token = if row.form_token { read.take(form::TOKEN_FIELD) } else { None };
    read.take(TICKET_FIELD);
    req.extensions_mut().insert(PutAside::new(Arc::new(read.pairs), token, place));
}

/// How much of a refused form may be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shown {
    /// All of it, ready to be sent again.
    Form,
    /// The texts, to be copied: it is not known which page sent them.
    Texts,
    /// Nothing.
    Nothing,
}

fn may_show(error: &WebError, headers: &HeaderMap, site: &Site, row: &Row) -> Shown {
    if row.is_open() {
        return Shown::Nothing;
    }
    match (error, csrf::check(headers, site, row.form_token)) {
        (WebError::Forbidden(Forbidden::CrossSite), _) | (_, Err(Forbidden::CrossSite)) => Shown::Nothing,
        (_, Err(_)) => Shown::Texts,
        (_, Ok(())) => Shown::Form,
    }
}

/// The form that `error` refused, to be shown again. `None` where nothing was typed, or nothing may be shown.
#[must_use]
pub fn given_back(request: &HttpRequest, error: &WebError, app: &LocalizedApp) -> Option<KeptForm> {
    let row = row::of(request)?;
    let shown = may_show(error, request.headers(), &app.site, row);
    let extensions = request.extensions();
    let kept = extensions.get::<PutAside>().filter(|_| shown != Shown::Nothing)?;
    let session = extensions.get::<Session>();
    let needs_session = matches!(row.access, Access::Organizer | Access::Admin);
    let signed_out = needs_session && session.is_none() && !matches!(error, WebError::Unavailable(_));
    if kept.pairs.is_empty() && signed_out {
        return None;
    }
    let mut form = KeptForm {
        action: (shown == Shown::Form).then(|| String::from(request.path())),
        // While the session could not be looked up, the token that came is as good as any.
        token: session.map(|session| session.form_token.clone()).or_else(|| kept.token.clone()),
        signed_out,
        ..KeptForm::default()
    };
    let refused = match error {
        WebError::BadRequest(BadRequest::UnknownField(name) | BadRequest::RepeatedField(name)) => Some(name),
        _ => None,
    };
    for (name, value) in kept.pairs.iter() {
        let is_taken = form.has(name) || matches!(error, WebError::BadRequest(BadRequest::UnknownField(_)));
        let is_refused = refused == Some(name) && is_taken;
        form.add(row.pattern, name, value, is_refused || shown == Shown::Texts, app.words());
    }
    Some(form)
}

/// What to do about an error whose form is given back, where the words for its bare page would lead elsewhere.
#[must_use]
pub fn what_to_do(error: &WebError, t: &Locale) -> Option<String> {
    match error {
        WebError::Forbidden(Forbidden::SignedOut) => Some(t.text("kept-signed-out")),
        WebError::Forbidden(Forbidden::FormToken) => Some(t.text("kept-form-token")),
        WebError::Conflict => Some(t.text("kept-conflict")),
        WebError::NotFound | WebError::Gone => Some(t.text("kept-not-found")),
        WebError::BadRequest(BadRequest::UnknownField(name)) => {
            Some(t.with1("kept-unknown-field", "name", name.as_str()))
        }
        WebError::BadRequest(BadRequest::RepeatedField(name)) => {
            Some(t.with1("kept-repeated-field", "name", name.as_str()))
        }
        WebError::BadRequest(BadRequest::Encoding) => Some(t.text("kept-encoding")),
        WebError::BadRequest(BadRequest::Nul) => Some(t.text("kept-nul")),
        WebError::MethodNotAllowed { .. }
        | WebError::Forbidden(_)
        | WebError::TooMany { .. }
        | WebError::Wait(_)
        | WebError::Work { .. }
        | WebError::PayloadTooLarge
        | WebError::UnsupportedMediaType
        | WebError::BadRequest(_)
        | WebError::Unavailable(_)
        | WebError::Behind(_)
        | WebError::Api(_)
        | WebError::Internal(_)
        | WebError::Panicked => None,
    }
}
