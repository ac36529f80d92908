//! The access log: method, route pattern, status, milliseconds. Never the address asked for (it holds tokens
//! and slugs), never who asked; and nothing at all where people sign, since a line's time tells when.

use actix_web::{
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::StatusCode,
    middleware::Next,
};
use tokio::time::Instant;

use super::row;

/// The middleware.
///
/// # Errors
/// None of its own.
pub async fn record(
    req: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let began = Instant::now();
    let res = next.call(req).await?.map_into_boxed_body();
    let request = res.request();
    let pattern = request.match_pattern();
    let is_quiet = row::is_quiet(request);
    // Somebody led to the right address may be about to sign there.
    if !is_quiet && res.status() != StatusCode::PERMANENT_REDIRECT {
        // A method may be any word a client makes up.
        let method = match request.method().as_str() {
            known @ ("GET" | "HEAD" | "POST" | "PUT" | "DELETE" | "PATCH" | "OPTIONS") => known,
            _ => "other",
        };
        let route = pattern.as_deref().unwrap_or("none");
        let millis = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
        tracing::info!(target: "access", method, route, status = res.status().as_u16(), millis, "answered");
    }
    Ok(res)
}
