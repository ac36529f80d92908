//! After the answer: forgets who asked for what. The server keeps the heads of requests for the next ones, with headers,
//! address asked for and address of the client in them, for as long as nobody else comes; and a connection keeps what it
//! has read for as long as it is open.

use std::panic::{AssertUnwindSafe, catch_unwind};

use actix_web::{
    HttpRequest,
    body::{BoxBody, MessageBody},
    dev::{Path, RequestHead, ServiceRequest, ServiceResponse, Url},
    http::{ConnectionType, Method},
    middleware::Next,
};

use super::row;
use crate::memory::wipe_stack;

/// The middleware. It must be the outermost, so that nobody else holds the request any more.
///
/// # Errors
/// None of its own.
pub async fn forget(
    req: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let res = next.call(req).await?;
    let holds_secrets = holds_secrets(res.request());
    let (request, mut response) = res.into_parts();
    if holds_secrets {
        response.head_mut().set_connection_type(ConnectionType::Close);
    }
    let request = forgotten(request);
    if holds_secrets {
        wipe_stack();
    }
    Ok(ServiceResponse::new(request, response).map_into_boxed_body())
}

/// Whether what was sent may hold an address, a code, a token or a ballot.
fn holds_secrets(request: &HttpRequest) -> bool {
    // Public logs are read in thousands of requests.
    let is_read_only = request.method() != Method::POST;
    row::at(request).iter().any(|row| row.is_quiet && !(is_read_only && row.is_open()))
}

fn forgotten(request: HttpRequest) -> HttpRequest {
    let mut request = ServiceRequest::from_request(request);
    let cleared = catch_unwind(AssertUnwindSafe(|| {
        *request.head_mut() = RequestHead::default();
        *request.match_info_mut() = Path::new(Url::default());
    }));
    if cleared.is_err() {
        tracing::error!("a request could not be forgotten: something still holds it");
    }
    request.into_parts().0
}
