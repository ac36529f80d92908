//! What machines ask for by convention: `robots.txt`, `security.txt` (RFC 9116), the page for changing a
//! passphrase.

use actix_web::{HttpResponse, http::header, web::Data};

use super::{
    App,
    error::{Answer, WebError},
    see_other,
};
use crate::domain::web_address::Contact;

/// How long `security.txt` holds; it is made anew on every request.
const SECURITY_DAYS: i64 = 180;

/// Pages that ask for or show a person; what is merely unlisted says so in a header, which must be read.
const ROBOTS: &str = "User-agent: *\nDisallow: /account\nDisallow: /admin\nDisallow: /confirm/\n\
                      Disallow: /dev/\nDisallow: /organize\nDisallow: /receipt\n";

/// `GET /robots.txt`
///
/// # Errors
/// None.
pub async fn robots() -> Answer {
    Ok(text(ROBOTS.to_owned()))
}

/// `GET /.well-known/security.txt`
///
/// # Errors
/// 404 when the operator named no contact.
pub async fn security(app: Data<App>) -> Answer {
    let contact = app.site.operator_contact.as_deref().and_then(contact_uri).ok_or(WebError::NotFound)?;
    let expires = app.ctx.clock.now().plus_days(SECURITY_DAYS).day().start().to_rfc3339();
    let base_url = &app.site.base_url;
    Ok(text(format!(
        "Contact: {contact}\nExpires: {expires}\nPreferred-Languages: en\n\
         Canonical: {base_url}/.well-known/security.txt\n"
    )))
}

/// `GET /.well-known/change-password`
///
/// # Errors
/// None.
pub async fn change_password() -> Answer {
    Ok(see_other("/account"))
}

/// RFC 9116, 2.5.3: a web address must be https.
fn contact_uri(contact: &str) -> Option<String> {
    match Contact::parse(contact) {
        Contact::Page(page) if !page.is_https() => None,
        contact => contact.href(),
    }
}

fn text(body: String) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/plain; charset=utf-8")
        .insert_header((header::CACHE_CONTROL, "public, max-age=3600"))
        .body(body)
}
