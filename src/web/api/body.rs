//! JSON bodies: small, of the one content type, every field known.

use std::{fmt, pin::Pin, time::Duration};

use actix_web::{FromRequest, HttpRequest, dev::Payload, web};
use serde::de::DeserializeOwned;

use super::ApiProblem;
use crate::web::{WebError, error::BadRequest, row};

/// How long a body may take to arrive.
const BODY_TIMEOUT: Duration = Duration::from_secs(30);

/// A JSON body, read strictly. Its `Debug` shows nothing.
pub struct Body<T>(pub T);

impl<T> fmt::Debug for Body<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Body(…)")
    }
}

impl<T: DeserializeOwned + 'static> FromRequest for Body<T> {
    type Error = WebError;
    type Future = Pin<Box<dyn Future<Output = Result<Self, WebError>>>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let req = req.clone();
        let payload = payload.take();
        Box::pin(async move { read(&req, payload).await })
    }
}

async fn read<T: DeserializeOwned>(req: &HttpRequest, payload: Payload) -> Result<Body<T>, WebError> {
    let row = row::of(req).ok_or(WebError::NotFound)?;
    let content_type = actix_web::HttpMessage::content_type(req);
    if !content_type.eq_ignore_ascii_case("application/json") {
        return Err(ApiProblem::NotJson.into());
    }
    let payload = web::Payload::from_request(req, &mut { payload })
        .await
        .map_err(|_cause| WebError::from(BadRequest::Incomplete))?;
    let Ok(read) = tokio::time::timeout(BODY_TIMEOUT, payload.to_bytes_limited(row.body_bytes)).await else {
        return Err(BadRequest::Incomplete.into());
    };
    let Ok(body) = read else {
        return Err(WebError::PayloadTooLarge);
    };
    let Ok(body) = body else {
        return Err(BadRequest::Incomplete.into());
    };
    // serde's message would repeat what was sent.
    serde_json::from_slice(&body).map(Body).or(Err(ApiProblem::Malformed.into()))
}
