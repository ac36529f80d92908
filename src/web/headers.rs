//! The strict headers that go with every answer, errors among them.

use actix_web::{
    HttpMessage,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::{
        StatusCode,
        header::{self, HeaderMap, HeaderName, HeaderValue},
    },
    middleware::Next,
    web::Data,
};

use super::{
    App,
    row::{self, Cache, Row, Script},
    session::Session,
};

/// No script at all: nothing on most pages needs one.
const CSP: &str = "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; \
                   base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'";

/// The policy where people sign: the one script of this site, and requests to this site (and to where casts go) alone.
/// No policy for Trusted Types may be made, so that no text ever becomes markup.
#[must_use]
pub(super) fn scripted_policy(cast_url: Option<&str>) -> HeaderValue {
    let connect = cast_url.map_or(String::from("'self'"), |cast| format!("'self' {cast}"));
    let policy = format!("{CSP}; trusted-types 'none'; script-src 'self'; connect-src {connect}");
    HeaderValue::from_str(&policy).unwrap_or(HeaderValue::from_static(CSP))
}

const PERMISSIONS: &str = "accelerometer=(), ambient-light-sensor=(), attribution-reporting=(), autoplay=(), \
                           battery=(), bluetooth=(), browsing-topics=(), camera=(), display-capture=(), \
                           encrypted-media=(), fullscreen=(), gamepad=(), geolocation=(), gyroscope=(), hid=(), \
                           idle-detection=(), local-fonts=(), magnetometer=(), microphone=(), midi=(), \
                           payment=(), picture-in-picture=(), publickey-credentials-get=(), \
                           screen-wake-lock=(), serial=(), storage-access=(), usb=(), web-share=(), \
                           window-management=(), xr-spatial-tracking=()";

/// Two years. Subdomains are left to whoever owns the domain.
const HSTS: &str = "max-age=63072000";

/// The same on every answer.
static ALWAYS: [(HeaderName, &str); 6] = [
    (header::CONTENT_SECURITY_POLICY, CSP),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    // `no-referrer` would make browsers post `Origin: null`, and plain-HTTP visitors were locked out.
    (header::REFERRER_POLICY, "same-origin"),
    (header::CROSS_ORIGIN_OPENER_POLICY, "same-origin"),
    (header::CROSS_ORIGIN_RESOURCE_POLICY, "same-origin"),
    (header::PERMISSIONS_POLICY, PERMISSIONS),
];

/// The middleware.
///
/// # Errors
/// None of its own.
pub async fn strict(
    req: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let mut res = next.call(req).await?.map_into_boxed_body();
    let request = res.request().clone();
    let Some(app) = request.app_data::<Data<App>>() else {
        return Ok(res);
    };
    let row = row::of(&request);
    let is_signed_in = request.extensions().get::<Session>().is_some();
    let status = res.status();
    let headers = res.headers_mut();
    for (name, value) in &ALWAYS {
        headers.insert(name.clone(), HeaderValue::from_static(value));
    }
    // The headers of a 304 replace those of the page that the browser kept.
    let is_page = is_html(headers) || status == StatusCode::NOT_MODIFIED;
    if is_page && row.is_some_and(|row| row.script == Script::Signing) {
        headers.insert(header::CONTENT_SECURITY_POLICY, app.scripted_policy.clone());
    }
    if app.site.is_https() {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static(HSTS));
    }
    if row.is_some_and(Row::is_open) {
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    }
    let is_fine = status.is_success() || status == StatusCode::NOT_MODIFIED;
    cache(headers, row.filter(|_| is_fine), is_signed_in);
    if !row.is_some_and(|row| row.is_indexed && is_fine) {
        set_default(headers, HeaderName::from_static("x-robots-tag"), "noindex");
    }
    if status == StatusCode::OK && is_html(headers) {
        let onion = app.site.onion_location.as_deref().and_then(|onion| {
            let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
            HeaderValue::from_str(&format!("{onion}{path}")).ok()
        });
        if let Some(onion) = onion {
            headers.insert(HeaderName::from_static("onion-location"), onion);
        }
    }
    // Said inside to keep personal answers out of compression (see `conditional`); nobody else needs it.
    if headers.get(header::CONTENT_ENCODING).is_some_and(|value| value == "identity") {
        headers.remove(header::CONTENT_ENCODING);
    }
    Ok(res)
}

fn cache(headers: &mut HeaderMap, row: Option<&Row>, is_signed_in: bool) {
    match row.map(|row| row.cache) {
        Some(Cache::Own) => set_default(headers, header::CACHE_CONTROL, "no-store"),
        Some(Cache::Revalidate) if !is_signed_in => {
            set_default(headers, header::CACHE_CONTROL, "no-cache");
            headers.append(header::VARY, HeaderValue::from_static("cookie"));
        }
        Some(Cache::Revalidate | Cache::NoStore) | None => {
            headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        }
    }
}

fn set_default(headers: &mut HeaderMap, name: HeaderName, value: &'static str) {
    if !headers.contains_key(&name) {
        headers.insert(name, HeaderValue::from_static(value));
    }
}

fn is_html(headers: &HeaderMap) -> bool {
    headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| value.starts_with("text/html"))
}
