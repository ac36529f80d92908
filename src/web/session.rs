//! Sessions of organizers and admins. Signers and readers never get a cookie.
//!
//! The cookie holds 32 random bytes and nothing else; the server knows their hash. Over TLS it is a
//! `__Host-` cookie, which no other host and no plain-HTTP page can set.

use std::fmt;

use actix_web::{
    FromRequest, HttpMessage, HttpRequest, HttpResponse,
    cookie::{Cookie, SameSite},
    dev::{Payload, ServiceRequest},
    web::Data,
};
use std::future::{Ready, ready};

use super::{App, Site, WebError, error::Forbidden};
use crate::{
    actions::accounts::sessions,
    domain::{
        ids::{OrganizerId, SessionId},
        secret::SecretText,
    },
};

const SECURE_NAME: &str = "__Host-session";
/// Ours are 43 characters; anything much longer need not reach the database.
const COOKIE_MAX_BYTES: usize = 64;
const PLAIN_NAME: &str = "session";

/// Whoever is signed in.
#[derive(Clone)]
pub struct Session {
    /// The session, as named in the account's list.
    pub id: SessionId,
    /// Whose it is.
    pub organizer: OrganizerId,
    /// What they call themselves.
    pub pseudonym: String,
    /// Whether they run this instance.
    pub is_admin: bool,
    /// Goes into the hidden field of every form they are shown.
    pub form_token: String,
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Session(…)")
    }
}

/// Whoever is signed in, if anyone is.
#[derive(Debug, Clone)]
pub struct MaybeSession(pub Option<Session>);

impl FromRequest for MaybeSession {
    type Error = WebError;
    type Future = Ready<Result<Self, WebError>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self(req.extensions().get::<Session>().cloned())))
    }
}

impl FromRequest for Session {
    type Error = WebError;
    type Future = Ready<Result<Self, WebError>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(req.extensions().get::<Self>().cloned().ok_or(WebError::Forbidden(Forbidden::SignedOut)))
    }
}

const fn cookie_name(is_https: bool) -> &'static str {
    if is_https { SECURE_NAME } else { PLAIN_NAME }
}

/// The session cookie's value, if one came.
#[must_use]
pub fn cookie_of(site: &Site, req: &ServiceRequest) -> Option<String> {
    req.cookie(cookie_name(site.is_https())).map(|cookie| cookie.value().to_owned())
}

/// Who the cookie belongs to. `None` without a cookie, or when its session ended.
///
/// # Errors
/// When the database is away.
pub async fn look_up(app: &Data<App>, req: &ServiceRequest) -> Result<Option<Session>, WebError> {
    let cookie = cookie_of(&app.site, req).filter(|cookie| cookie.len() <= COOKIE_MAX_BYTES);
    let Some(secret) = cookie.map(SecretText::new) else {
        return Ok(None);
    };
    let living = super::run(app, move |ctx| sessions::find(ctx, &secret)).await??;
    Ok(living.map(|living| Session {
        id: living.session.id,
        organizer: living.session.organizer,
        pseudonym: living.session.pseudonym,
        is_admin: living.session.is_admin,
        form_token: String::from(living.form_token.expose()),
    }))
}

/// Hands `secret` to the browser.
///
/// # Errors
/// When the cookie does not fit a header, which base64url always does.
pub fn begin(response: &mut HttpResponse, site: &Site, secret: &str) -> Result<(), WebError> {
    response.add_cookie(&cookie(site, secret)).map_err(WebError::internal)
}

/// Takes the cookie back.
///
/// # Errors
/// When the cookie does not fit a header, which it always does.
pub fn end(response: &mut HttpResponse, site: &Site) -> Result<(), WebError> {
    let mut cookie = cookie(site, "");
    cookie.make_removal();
    response.add_cookie(&cookie).map_err(WebError::internal)
}

/// Without a lifetime: it ends with the browser, or when the server says so.
fn cookie<'a>(site: &Site, value: &'a str) -> Cookie<'a> {
    Cookie::build(cookie_name(site.is_https()), value)
        .path("/")
        .http_only(true)
        .secure(site.is_https())
        .same_site(SameSite::Lax)
        .finish()
}

/// Where to go after signing in: a path of this site, or the organizer's petitions.
#[must_use]
pub fn safe_next(next: &str) -> &str {
    let is_local = next.starts_with('/')
        && !next.starts_with("//")
        && next.chars().all(|character| character.is_ascii_graphic() && character != '\\');
    if is_local { next } else { "/organize" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn after_signing_in_nobody_lands_on_another_site() {
        for bad in
            ["https://evil.example", "//evil.example", "/\\evil.example", "", "organize", "/a b", "/a\n"]
        {
            assert_eq!(safe_next(bad), "/organize", "{bad:?}");
        }
        assert_eq!(safe_next("/organize/a-petition?page=2"), "/organize/a-petition?page=2");
    }
}
