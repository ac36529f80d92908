//! Turns errors into words: a page for people, RFC 9457 `application/problem+json` for programs, by `Accept`.
//! 5xx are logged here, once, with their chain and the id that the page shows.

use actix_web::{
    HttpMessage, HttpResponse,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::{StatusCode, header},
    middleware::Next,
    web::Data,
};

use super::{
    App, WebError,
    error::{BadRequest, Forbidden},
};

/// The middleware: whatever failed inside is answered here.
///
/// # Errors
/// None of its own.
pub async fn render(
    req: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let res = next.call(req).await?.map_into_boxed_body();
    if res.response().error().is_none() {
        return Ok(res);
    }
    let (request, response) = res.into_parts();
    let app = request.app_data::<Data<App>>().cloned();
    let route = request.match_pattern().unwrap_or_else(|| String::from("none"));
    let as_json = request
        .headers()
        .get(header::ACCEPT)
        .and_then(|accept| accept.to_str().ok())
        .is_some_and(prefers_json);
    let status = response.status();
    let answer = match response.error() {
        Some(error) => answer(app.as_ref(), error, status, &route, as_json),
        None => response,
    };
    request.extensions_mut().insert(Answered);
    Ok(ServiceResponse::new(request, answer))
}

/// Marks a request whose answer is a problem page.
#[derive(Debug, Clone, Copy)]
pub struct Answered;

fn answer(
    app: Option<&Data<App>>,
    error: &actix_web::Error,
    status: StatusCode,
    route: &str,
    as_json: bool,
) -> HttpResponse {
    let foreign;
    let error = if let Some(ours) = error.as_error::<WebError>() {
        ours
    } else {
        foreign = from_framework(status);
        &foreign
    };
    let request_id = error.status().is_server_error().then(|| new_request_id(app));
    if let Some(id) = &request_id {
        match error {
            WebError::Unavailable(_) => {
                tracing::warn!(request_id = %id, route, chain = %error.chain(), "a request had to be put off");
            }
            _ => tracing::error!(request_id = %id, route, chain = %error.chain(), "a request failed"),
        }
    }
    let words = words(error);
    let mut response = HttpResponse::build(error.status());
    if let Some(pair) = error.header() {
        response.insert_header(pair);
    }
    if as_json {
        response.content_type("application/problem+json").body(json(
            error.status(),
            &words,
            request_id.as_deref(),
        ))
    } else {
        response.content_type("text/html; charset=utf-8").body(html(
            error.status(),
            &words,
            request_id.as_deref(),
        ))
    }
}

/// Errors the framework made: paths, queries and payloads it could not read.
fn from_framework(status: StatusCode) -> WebError {
    match status {
        StatusCode::NOT_FOUND => WebError::NotFound,
        StatusCode::PAYLOAD_TOO_LARGE => WebError::PayloadTooLarge,
        StatusCode::UNSUPPORTED_MEDIA_TYPE => WebError::UnsupportedMediaType,
        status if status.is_client_error() => WebError::BadRequest(BadRequest::Query),
        _ => WebError::internal("the framework failed"),
    }
}

fn new_request_id(app: Option<&Data<App>>) -> String {
    let bytes: [u8; 6] = app.map_or([0; 6], |app| app.ctx.entropy.as_ref().bytes());
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Whether a client would rather have JSON than a page.
fn prefers_json(accept: &str) -> bool {
    let json = accept.contains("application/json") || accept.contains("application/problem+json");
    json && !accept.contains("text/html")
}

struct Words {
    heading: &'static str,
    text: String,
}

fn words(error: &WebError) -> Words {
    let (heading, text) = match error {
        WebError::NotFound => ("Page not found", String::from("Check the address.")),
        WebError::MethodNotAllowed { .. } => {
            ("Not possible here", String::from("This address does not take that kind of request."))
        }
        WebError::Gone => ("No longer here", String::from("This page was here and has been removed.")),
        WebError::Conflict => {
            ("This has changed meanwhile", String::from("Go back, reload the page and try again."))
        }
        WebError::Forbidden(why) => (
            "Not accepted",
            String::from(match why {
                Forbidden::CrossSite => {
                    "The form was sent from another site. Open the page here and send it again."
                }
                Forbidden::HiddenOrigin => "Your browser hid where the form came from.",
                Forbidden::FormToken => "You signed in again since this page was opened.",
                Forbidden::SignedOut => "You are signed out.",
            }),
        ),
        WebError::TooMany { retry_after_secs } => {
            ("Too many attempts", format!("Try again in {retry_after_secs} seconds."))
        }
        WebError::PayloadTooLarge => ("Too much text", String::from("Shorten it and send it again.")),
        WebError::UnsupportedMediaType => ("Not a form", String::from("This address takes forms only.")),
        WebError::BadRequest(what) => (
            "The request could not be read",
            match what {
                BadRequest::UnknownField(name) => format!("The form has no field “{name}”."),
                BadRequest::RepeatedField(name) => format!("The field “{name}” was sent twice."),
                _ => String::from("Something in it is not readable text."),
            },
        ),
        WebError::Unavailable(_) => {
            ("Not reachable for a moment", String::from("Nothing was lost. Try again in a few seconds."))
        }
        WebError::Internal(_) | WebError::Panicked => {
            ("Something went wrong here", String::from("It is not your fault."))
        }
    };
    Words { heading, text }
}

fn json(status: StatusCode, words: &Words, request_id: Option<&str>) -> String {
    let mut problem = serde_json::json!({
        "type": "about:blank",
        "title": words.heading,
        "status": status.as_u16(),
        "detail": words.text,
    });
    if let (Some(id), Some(object)) = (request_id, problem.as_object_mut()) {
        object.insert(String::from("instance"), serde_json::Value::from(format!("urn:request:{id}")));
    }
    problem.to_string()
}

fn html(status: StatusCode, words: &Words, request_id: Option<&str>) -> String {
    let id = request_id.map(|id| format!("<p>{id}</p>")).unwrap_or_default();
    format!(
        "<!doctype html><html lang=en><title>{heading}</title><h1>{heading}</h1><p>{text}</p><p>{status}</p>{id}",
        heading = escape(words.heading),
        text = escape(&words.text),
        status = status.as_u16(),
    )
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
