//! Turns errors into words: a page for people, RFC 9457 `application/problem+json` for programs, by `Accept`.
//! 5xx are logged here, once, with their chain and the id that the page shows.

use actix_web::{
    HttpMessage, HttpRequest, HttpResponse,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::{StatusCode, header},
    middleware::Next,
    web::Data,
};
use askama::Template;

use super::{
    App, LocalizedApp, Session, WebError,
    api::{ApiProblem, answer},
    error::{BadRequest, Forbidden},
    frame::Frame,
    kept,
    limits::pass::Challenge,
    row,
    site::page::{KeptForm, ProblemPage, WaitPage},
};
use crate::locale::Locale;

/// The middleware: whatever failed inside is answered here.
///
/// # Errors
/// None of its own.
pub async fn render(
    req: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let res = next.call(req).await?.map_into_boxed_body();
    let (request, response) = res.into_parts();
    let (Some(error), Some(app)) = (response.error(), request.app_data::<Data<App>>().cloned()) else {
        return Ok(ServiceResponse::new(request, response));
    };
    let app = &LocalizedApp::new(app, &request);
    let foreign;
    let error = if let Some(ours) = error.as_error::<WebError>() {
        ours
    } else {
        foreign = from_framework(response.status());
        &foreign
    };
    let request_id = error.status().is_server_error().then(|| {
        let id = app.ctx.entropy.uuid().simple().to_string();
        report(error, &id, &Logged::of(&request));
        id
    });
    let api = if let WebError::Api(problem) = error { Some(problem) } else { None };
    let mut problem = Problem {
        status: error.status(),
        words: Words::of(error, app.words()),
        code: match error {
            WebError::Behind(_) => Some("behind"),
            WebError::Work { .. } => Some("work"),
            _ => api.map(ApiProblem::code),
        },
        tries_left: api.and_then(ApiProblem::tries_left),
        request_id,
    };
    let mut answer = HttpResponse::build(problem.status);
    let asked = match error {
        WebError::Work { challenge, .. } => Some(challenge),
        _ => None,
    };
    if let Some(pair) = error.header() {
        answer.insert_header(pair);
    }
    let accept = request.headers().get(header::ACCEPT).and_then(|accept| accept.to_str().ok());
    let for_programs = row::at(&request).iter().any(|row| row.is_open());
    let answer = if for_programs || accept.is_some_and(prefers_json) {
        answer::problem(&mut answer, problem.to_json(asked))
    } else if let WebError::Wait(waiting) = error {
        let session = request.extensions().get::<Session>().cloned();
        let page = WaitPage::of(Frame::private(app, session.as_ref()), waiting);
        answer.content_type("text/html; charset=utf-8").body(page.render().unwrap_or_default())
    } else {
        let session = request.extensions().get::<Session>().cloned();
        let kept = kept::given_back(&request, error, app);
        if kept.is_some()
            && let Some(words) = kept::what_to_do(error, app.words())
        {
            problem.words.what_to_do = words;
        }
        answer.content_type("text/html; charset=utf-8").body(problem.into_html(app, session.as_ref(), kept))
    };
    Ok(ServiceResponse::new(request, answer))
}

/// What a log may say of where a request went: nothing where the moment would tell when somebody signed, and what.
struct Logged {
    route: String,
    is_quiet: bool,
}

impl Logged {
    fn of(request: &HttpRequest) -> Self {
        let pattern = request.match_pattern().unwrap_or_default();
        let is_quiet = row::is_quiet(request);
        Self { route: if is_quiet { String::from("-") } else { pattern }, is_quiet }
    }
}

/// The one line a failed request leaves. The route's pattern holds no slug and no token.
fn report(error: &WebError, request_id: &str, logged: &Logged) {
    let chain = error.chain();
    let chain = if logged.is_quiet { without_ids(&chain) } else { chain };
    let route = logged.route.as_str();
    if matches!(error, WebError::Unavailable(_)) {
        tracing::warn!(request_id, route, chain, "a request had to be put off");
    } else {
        tracing::error!(request_id, route, chain, "a request failed");
    }
}

/// The text with a dash for every UUID in it: together with the moment, a petition's would tell what somebody signed.
fn without_ids(text: &str) -> String {
    const GROUPS: [usize; 5] = [8, 4, 4, 4, 12];
    let is_id = |word: &str| {
        let mut groups = word.split('-').map(|group| {
            let is_hex = group.bytes().all(|byte| byte.is_ascii_hexdigit());
            if is_hex { group.len() } else { 0 }
        });
        GROUPS.iter().all(|length| groups.next() == Some(*length)) && groups.next().is_none()
    };
    let in_ids = |one: char| one.is_ascii_alphanumeric() || one == '-';
    let mut kept = String::new();
    for part in text.split_inclusive(|one: char| !in_ids(one)) {
        let word = part.trim_end_matches(|one: char| !in_ids(one));
        kept.push_str(if is_id(word) { "-" } else { word });
        kept.push_str(part.get(word.len()..).unwrap_or_default());
    }
    kept
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

/// Whether a client would rather have JSON than a page.
fn prefers_json(accept: &str) -> bool {
    let json = accept.contains("application/json") || accept.contains("application/problem+json");
    json && !accept.contains("text/html")
}

/// What the page says.
struct Problem {
    status: StatusCode,
    words: Words,
    code: Option<&'static str>,
    tries_left: Option<u32>,
    request_id: Option<String>,
}

impl Problem {
    fn to_json(&self, asked: Option<&Challenge>) -> String {
        let mut problem = serde_json::json!({
            "type": "about:blank",
            "title": self.words.heading,
            "status": self.status.as_u16(),
            "detail": self.words.what_to_do,
        });
        if let Some(object) = problem.as_object_mut() {
            let id = self.request_id.as_ref().map(|id| format!("urn:uuid:{id}"));
            let more = [("instance", id), ("code", self.code.map(String::from))];
            object.extend(
                more.into_iter().filter_map(|(name, value)| Some((String::from(name), value?.into()))),
            );
            let work = asked.map(|work| serde_json::json!({"challenge": work.text, "bits": work.bits}));
            object.extend(work.map(|work| (String::from("work"), work)));
            object.extend(self.tries_left.map(|tries| (String::from("tries_left"), tries.into())));
        }
        problem.to_string()
    }

    fn into_html(self, app: &LocalizedApp, session: Option<&Session>, kept: Option<KeptForm>) -> String {
        let page = ProblemPage {
            f: Frame::private(app, session),
            status: self.status.as_u16(),
            heading: self.words.heading,
            what_to_do: self.words.what_to_do,
            request_id: self.request_id,
            kept,
        };
        // A test renders this page in every language; if it fails all the same, the status says enough.
        page.render().unwrap_or_default()
    }
}

struct Words {
    heading: String,
    what_to_do: String,
}

impl Words {
    fn of(error: &WebError, t: &Locale) -> Self {
        let what_to_do = match error {
            WebError::Api(problem) => problem.words(t),
            WebError::TooMany { retry_after_secs } => {
                let minutes = retry_after_secs.div_ceil(60);
                t.with1("problem-too-many-text", "minutes", minutes)
            }
            WebError::Wait(waiting) => t.with1("wait-lead", "secs", waiting.secs),
            WebError::BadRequest(BadRequest::UnknownField(name)) => {
                t.with1("problem-unknown-field-text", "name", name.as_str())
            }
            WebError::BadRequest(BadRequest::RepeatedField(name)) => {
                t.with1("problem-repeated-field-text", "name", name.as_str())
            }
            _ => t.text(text_message_id(error)),
        };
        Self { heading: t.text(heading_message_id(error)), what_to_do }
    }
}

const fn heading_message_id(error: &WebError) -> &'static str {
    match error {
        WebError::Api(_) => "problem-api-heading",
        WebError::NotFound => "problem-not-found-heading",
        WebError::MethodNotAllowed { .. } => "problem-method-heading",
        WebError::Gone => "problem-gone-heading",
        WebError::Conflict => "problem-conflict-heading",
        WebError::Forbidden(Forbidden::SignedOut) => "problem-signed-out-heading",
        WebError::Forbidden(_) => "problem-forbidden-heading",
        WebError::TooMany { .. } | WebError::Wait(_) | WebError::Work { .. } => "problem-too-many-heading",
        WebError::PayloadTooLarge => "problem-too-large-heading",
        WebError::UnsupportedMediaType | WebError::BadRequest(_) => "problem-bad-request-heading",
        WebError::Unavailable(_) => "problem-unavailable-heading",
        WebError::Behind(_) => "problem-behind-heading",
        WebError::Internal(_) | WebError::Panicked => "problem-internal-heading",
    }
}

const fn text_message_id(error: &WebError) -> &'static str {
    match error {
        WebError::NotFound => "problem-not-found-text",
        WebError::MethodNotAllowed { .. } => "problem-method-text",
        WebError::Gone => "problem-gone-text",
        WebError::Conflict => "problem-conflict-text",
        WebError::Forbidden(Forbidden::CrossSite) => "problem-cross-site-text",
        WebError::Forbidden(Forbidden::HiddenOrigin) => "problem-hidden-origin-text",
        WebError::Forbidden(Forbidden::FormToken) => "problem-form-token-text",
        WebError::Forbidden(Forbidden::SignedOut) => "problem-signed-out-text",
        WebError::PayloadTooLarge => "problem-too-large-text",
        WebError::UnsupportedMediaType => "problem-media-type-text",
        WebError::BadRequest(BadRequest::Nul) => "problem-nul-text",
        WebError::BadRequest(BadRequest::Incomplete) => "problem-incomplete-text",
        WebError::BadRequest(BadRequest::Query) => "problem-query-text",
        WebError::BadRequest(BadRequest::TooManyFields) => "problem-too-many-fields-text",
        // Those with a name or a number of their own are worded by the caller.
        WebError::BadRequest(
            BadRequest::Encoding | BadRequest::UnknownField(_) | BadRequest::RepeatedField(_),
        )
        | WebError::Api(_)
        | WebError::TooMany { .. } => "problem-encoding-text",
        WebError::Wait(_) => "wait-title",
        WebError::Work { .. } => "problem-work-text",
        WebError::Unavailable(_) => "problem-unavailable-text",
        WebError::Behind(_) => "problem-behind-text",
        WebError::Internal(_) | WebError::Panicked => "problem-internal-text",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_went_wrong_is_told_without_saying_for_which_petition() {
        let id = "7d4b0a52-0d1c-4f3e-9a55-0b7a3f1c2d4e";
        assert_eq!(
            without_ids(&format!("the key of {id} is away: durable/{id}.pepper: not found (os error 2)")),
            "the key of - is away: durable/-.pepper: not found (os error 2)"
        );
        assert_eq!(without_ids(id), "-");
        let plain = "pool timed out: 2026-11-29, well-known, 7d4b0a52-0d1c-4f3e-9a55-0b7a3f1c2d4";
        assert_eq!(without_ids(plain), plain);
    }
}
