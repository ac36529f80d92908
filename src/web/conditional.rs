//! `ETag` and 304 for public pages; and no compression for the others: compressed size leaks what a page
//! holds besides what an attacker made it repeat (BREACH).

use actix_web::{
    HttpMessage, HttpResponse,
    body::{BoxBody, MessageBody, to_bytes_limited},
    dev::{ServiceRequest, ServiceResponse},
    http::{
        Method, StatusCode,
        header::{self, HeaderMap, HeaderValue},
    },
    middleware::Next,
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};

use super::{
    WebError,
    row::{self, Cache},
    session::Session,
};

/// No page comes near this; the openings of hundred thousands of names stay under it.
const MAX_PAGE_BYTES: usize = 64 * 1024 * 1024;

/// The middleware.
///
/// # Errors
/// When a page is too large to be hashed.
pub async fn conditional(
    req: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let mut res = next.call(req).await?.map_into_boxed_body();
    let request = res.request().clone();
    let row = row::of(&request);
    let is_signed_in = request.extensions().get::<Session>().is_some();
    let cache = row.map_or(Cache::NoStore, |row| row.cache);
    if is_signed_in || cache == Cache::NoStore {
        res.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static("identity"));
        return Ok(res);
    }
    let is_read = matches!(*request.method(), Method::GET | Method::HEAD);
    if cache != Cache::Revalidate || !is_read || res.status() != StatusCode::OK {
        return Ok(res);
    }
    let (request, response) = res.into_parts();
    let (response, body) = response.into_parts();
    let Ok(Ok(body)) = to_bytes_limited(body, MAX_PAGE_BYTES).await else {
        return Ok(ServiceResponse::from_err(WebError::internal("a page is too large"), request));
    };
    let tag = etag(&body);
    if matches(request.headers(), &tag) {
        let mut unchanged = HttpResponse::NotModified();
        unchanged.insert_header((header::ETAG, tag));
        return Ok(ServiceResponse::new(request, unchanged.finish()));
    }
    let mut response = response.set_body(BoxBody::new(body));
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        response.headers_mut().insert(header::ETAG, tag);
    }
    Ok(ServiceResponse::new(request, response))
}

/// Weak: compression changes the bytes, not the page.
fn etag(body: &[u8]) -> String {
    let hash = Sha256::digest(body);
    let short: Vec<u8> = hash.iter().copied().take(12).collect();
    format!("W/\"{}\"", URL_SAFE_NO_PAD.encode(short))
}

fn matches(headers: &HeaderMap, tag: &str) -> bool {
    let bare = tag.trim_start_matches("W/");
    headers.get_all(header::IF_NONE_MATCH).filter_map(|value| value.to_str().ok()).any(|line| {
        line.split(',').map(str::trim).any(|known| known == "*" || known.trim_start_matches("W/") == bare)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_known_tag_matches_weak_or_strong_and_in_a_list() {
        let tag = etag(b"page");
        let strong = tag.trim_start_matches("W/").to_owned();
        for (given, expected) in [
            (tag.clone(), true),
            (strong.clone(), true),
            (format!("\"other\", {strong}"), true),
            (String::from("*"), true),
            (etag(b"another page"), false),
            (String::new(), false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::IF_NONE_MATCH, HeaderValue::from_str(&given).unwrap());
            assert_eq!(matches(&headers, &tag), expected, "{given}");
        }
    }
}
