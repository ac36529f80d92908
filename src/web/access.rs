//! The door of every route: method, session, role, provenance of a POST, limits. What the table does not
//! list, or not for this person, goes no further.

use std::{
    future::{Future, poll_fn},
    net::{IpAddr, Ipv4Addr},
    panic::{AssertUnwindSafe, catch_unwind},
    pin::pin,
    task::Poll,
};

use actix_web::{
    HttpMessage, HttpResponse,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::{
        Method,
        header::{self, HeaderMap, HeaderName},
    },
    middleware::Next,
    web::Data,
};

use super::{
    App, WebError, admission, csrf,
    error::{BadRequest, Forbidden},
    kept,
    row::{self, Access, Row, Verb},
    see_other,
    session::{self, Session},
};

/// How a request is turned away.
enum Refused {
    /// To the sign-in page, and back afterwards.
    SignIn,
    /// With an error.
    With(WebError),
}

impl<E: Into<WebError>> From<E> for Refused {
    fn from(error: E) -> Self {
        Self::With(error.into())
    }
}

/// The middleware around each route's handler.
///
/// # Errors
/// None of its own: refusals are answers.
pub async fn check(
    mut req: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    if let Some(answer) = preflight(&req) {
        return Ok(req.into_response(answer));
    }
    match admit(&mut req).await {
        Ok(()) => {}
        Err(Refused::SignIn) => {
            let back: String = form_urlencoded::byte_serialize(
                req.uri().path_and_query().map_or("/", |path| path.as_str()).as_bytes(),
            )
            .collect();
            return Ok(req.into_response(see_other(&format!("/sign-in?next={back}"))));
        }
        Err(Refused::With(error)) => {
            kept::keep(&mut req, &error).await;
            return Ok(req.error_response(error));
        }
    }
    let request = req.request().clone();
    let mut handler = pin!(next.call(req));
    // A panic in one handler must not cost the others on this worker their answers.
    let outcome =
        poll_fn(|context| match catch_unwind(AssertUnwindSafe(|| handler.as_mut().poll(context))) {
            Ok(poll) => poll.map(Some),
            Err(_said_on_standard_error) => Poll::Ready(None),
        })
        .await;
    match outcome {
        Some(answer) => {
            let answer = answer?;
            if let Some(app) = answer.request().app_data::<Data<App>>() {
                admission::give_back(app, &answer);
            }
            Ok(answer.map_into_boxed_body())
        }
        None => Ok(ServiceResponse::from_err(WebError::Panicked, request)),
    }
}

/// What a browser asks before a page of another origin may post (Fetch standard, CORS preflight). Nothing else
/// answers to OPTIONS.
fn preflight(req: &ServiceRequest) -> Option<HttpResponse> {
    if req.method() != Method::OPTIONS {
        return None;
    }
    let is_open = row::at(req.request()).iter().any(|row| row.is_open() && row.verb == Verb::Post);
    is_open.then(|| {
        HttpResponse::NoContent()
            .insert_header((header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"))
            .insert_header((header::ACCESS_CONTROL_ALLOW_METHODS, "POST"))
            .insert_header((header::ACCESS_CONTROL_ALLOW_HEADERS, "content-type, work"))
            .insert_header((header::ACCESS_CONTROL_MAX_AGE, "7200"))
            .finish()
    })
}

async fn admit(req: &mut ServiceRequest) -> Result<(), Refused> {
    let app = req.app_data::<Data<App>>().cloned().ok_or_else(|| WebError::internal("no app"))?;
    // PostgreSQL takes no NUL in text, and no address of ours holds one.
    if req.uri().path_and_query().is_some_and(|address| address.as_str().contains("%00")) {
        return Err(WebError::from(BadRequest::Nul).into());
    }
    let rows = row::at(req.request());
    if rows.is_empty() || (!app.site.demo && rows.iter().any(|row| matches!(row.access, Access::Demo))) {
        return Err(WebError::NotFound.into());
    }
    let Some(row) = row::of(req.request()) else {
        return Err(wrong_method(&app, req).await);
    };
    let session = if row.is_quiet { None } else { session::look_up(&app, req).await? };
    may(row, session.as_ref())?;
    if let Some(session) = session {
        req.extensions_mut().insert::<Session>(session);
    }
    if row.verb == Verb::Post {
        // What is open to pages of any origin knows no cookie that a stranger's page could borrow.
        if !row.is_open() {
            let has_cookie = session::cookie_of(&app.site, req).is_some();
            csrf::check(req.headers(), &app.site, has_cookie).map_err(WebError::from)?;
        }
        admission::admit(&app, req, row, client_of(&app, req))?;
    }
    Ok(())
}

fn may(row: &Row, session: Option<&Session>) -> Result<(), Refused> {
    match (row.access, session) {
        (Access::Anyone | Access::Demo, _) | (Access::Organizer, Some(_)) => Ok(()),
        (Access::Organizer, None) if row.verb == Verb::Get => Err(Refused::SignIn),
        (Access::Organizer, None) => Err(WebError::from(Forbidden::SignedOut).into()),
        (Access::Admin, Some(session)) if session.is_admin => Ok(()),
        (Access::Admin, _) => Err(WebError::NotFound.into()),
    }
}

/// 405 with `Allow`, but nothing about paths that do not exist for this person.
async fn wrong_method(app: &Data<App>, req: &ServiceRequest) -> Refused {
    if row::at(req.request()).iter().all(|row| row.access == Access::Admin) {
        match session::look_up(app, req).await {
            Ok(Some(session)) if session.is_admin => {}
            Ok(_) => return WebError::NotFound.into(),
            Err(error) => return error.into(),
        }
    }
    WebError::MethodNotAllowed { allow: row::allow(req.request()) }.into()
}

fn client_of(app: &App, req: &ServiceRequest) -> IpAddr {
    let peer = req.peer_addr().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |address| address.ip());
    app.client(peer, &forwarded_for(req.headers()))
}

fn forwarded_for(headers: &HeaderMap) -> Vec<&str> {
    let name = HeaderName::from_static("x-forwarded-for");
    headers.get_all(name).filter_map(|value| value.to_str().ok()).collect()
}
