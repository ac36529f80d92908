//! Whether a POST comes from one of our own pages.
//!
//! In order: `Sec-Fetch-Site`, which pages cannot forge, must say `same-origin`, or `none` on a navigation (a
//! reload, a restored tab). Browsers leave it out over plain HTTP and onion addresses: there `Origin` must be
//! ours. `Origin: null` is refused with an explanation, since a sandboxed frame of a stranger sends the same.
//! With neither header (very old browsers, programs) a request is taken only if it carries no session cookie:
//! there is nothing then that a stranger's page could borrow. Forms of signed-in people carry a token besides
//! (see [`super::form`]).

use actix_web::http::header::{HeaderMap, ORIGIN};
use subtle::ConstantTimeEq;

use super::{Site, error::Forbidden};

/// Checks a POST's provenance.
///
/// # Errors
/// Why it is not taken as ours.
pub fn check(headers: &HeaderMap, site: &Site, has_session_cookie: bool) -> Result<(), Forbidden> {
    let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or("unreadable"));
    let origin = headers.get(ORIGIN).map(|value| value.to_str().unwrap_or("unreadable"));
    match (text("sec-fetch-site"), origin) {
        (Some("same-origin"), None) => Ok(()),
        (Some("same-origin"), Some(origin)) if is_ours(origin, site) || is_host(origin, text("host")) => {
            Ok(())
        }
        (Some("none"), _) if text("sec-fetch-mode").is_none_or(|mode| mode == "navigate") => Ok(()),
        (None | Some("same-origin"), Some("null")) => Err(Forbidden::HiddenOrigin),
        (None, Some(origin)) if is_ours(origin, site) => Ok(()),
        (None, None) if !has_session_cookie => Ok(()),
        _ => Err(Forbidden::CrossSite),
    }
}

fn is_ours(origin: &str, site: &Site) -> bool {
    origin == site.base_url || site.onion_location.as_deref() == Some(origin)
}

/// Same-origin with whatever host the page was opened under: `127.0.0.1` instead of `localhost`, say.
fn is_host(origin: &str, host: Option<&str>) -> bool {
    let bare = origin.strip_prefix("https://").or_else(|| origin.strip_prefix("http://"));
    bare.is_some() && bare == host
}

/// Compares two tokens in constant time; an empty one matches nothing.
#[must_use]
pub fn tokens_match(given: &str, expected: &str) -> bool {
    !expected.is_empty() && bool::from(given.as_bytes().ct_eq(expected.as_bytes()))
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::{HeaderName, HeaderValue};

    use super::*;

    fn checked(pairs: &[(&'static str, &'static str)], cookie: bool) -> Result<(), Forbidden> {
        let site = Site {
            base_url: String::from("https://site.example"),
            cast_url: None,
            onion_location: Some(String::from("http://site.onion")),
            operator_name: String::new(),
            operator_contact: None,
            trusted_proxies: Vec::new(),
            extra_pages: Vec::new(),
            demo: false,
        };
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
        }
        check(&headers, &site, cookie)
    }

    #[test]
    fn our_own_pages_may_post() {
        assert_eq!(
            checked(&[("sec-fetch-site", "same-origin"), ("origin", "https://site.example")], true),
            Ok(())
        );
        assert_eq!(checked(&[("sec-fetch-site", "same-origin")], true), Ok(()));
        assert_eq!(checked(&[("sec-fetch-site", "none"), ("sec-fetch-mode", "navigate")], true), Ok(()));
        assert_eq!(checked(&[("origin", "https://site.example")], true), Ok(()));
        assert_eq!(checked(&[("origin", "http://site.onion")], true), Ok(()));
        assert_eq!(
            checked(
                &[
                    ("sec-fetch-site", "same-origin"),
                    ("origin", "http://127.0.0.1:8080"),
                    ("host", "127.0.0.1:8080")
                ],
                true
            ),
            Ok(())
        );
    }

    #[test]
    fn strangers_pages_may_not() {
        let refused = Err(Forbidden::CrossSite);
        assert_eq!(checked(&[("sec-fetch-site", "cross-site")], false), refused);
        assert_eq!(
            checked(&[("sec-fetch-site", "same-site"), ("origin", "https://site.example")], true),
            refused
        );
        assert_eq!(checked(&[("sec-fetch-site", "none"), ("sec-fetch-mode", "no-cors")], true), refused);
        assert_eq!(
            checked(
                &[
                    ("sec-fetch-site", "same-origin"),
                    ("origin", "https://evil.example"),
                    ("host", "site.example")
                ],
                true
            ),
            refused
        );
        assert_eq!(checked(&[("origin", "https://evil.example")], false), refused);
        assert_eq!(checked(&[("origin", "https://site.example.evil.example")], false), refused);
    }

    #[test]
    fn a_hidden_origin_is_refused_in_words_of_its_own() {
        assert_eq!(checked(&[("origin", "null")], false), Err(Forbidden::HiddenOrigin));
    }

    #[test]
    fn a_request_without_either_header_is_taken_only_without_a_session() {
        assert_eq!(checked(&[], false), Ok(()));
        assert_eq!(checked(&[], true), Err(Forbidden::CrossSite));
    }

    #[test]
    fn a_form_token_fits_its_own_session_only() {
        assert!(tokens_match("abc", "abc"));
        assert!(!tokens_match("abd", "abc"));
        assert!(!tokens_match("", ""));
    }
}
