//! How programs are answered: the one place that writes JSON. What has gone wrong is a problem document (RFC 9457), which
//! [`crate::web::problem`] words.

use actix_web::{HttpResponse, HttpResponseBuilder};
use serde::Serialize;

/// `answer` with `value` as its body.
#[expect(clippy::disallowed_methods, reason = "the one place that writes JSON")]
pub fn json(answer: &mut HttpResponseBuilder, value: impl Serialize) -> HttpResponse {
    answer.json(value)
}

/// `answer` with a problem document as its body.
pub fn problem(answer: &mut HttpResponseBuilder, document: String) -> HttpResponse {
    answer.content_type("application/problem+json").body(document)
}
