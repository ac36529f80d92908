//! Addresses that are nearly right lead to the right one: chat programs take a full stop or a bracket along, people type
//! capitals and slashes, and other sites add parameters that follow people around.
//!
//! Only GET and HEAD are led on. A secret in a path (a mailed link's token) is passed on as it is, within this site, and no
//! cache keeps the answer.

use actix_web::{
    HttpResponse,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::{Method, header},
    middleware::Next,
};

/// What stands after an address in a sentence, and belongs to no address of this site: as browsers send it, bare or
/// percent-encoded (a space, an invisible space, quotation marks of several languages, full-width marks).
const AFTER_AN_ADDRESS: &[&str] = &[
    "/",
    ".",
    ",",
    ";",
    ":",
    "!",
    "?",
    ")",
    "]",
    "}",
    ">",
    "*",
    "'",
    "\"",
    "`",
    "|",
    "%20",
    "%21",
    "%22",
    "%27",
    "%29",
    "%2A",
    "%2C",
    "%2E",
    "%3A",
    "%3B",
    "%3E",
    "%3F",
    "%5D",
    "%60",
    "%7C",
    "%7D",
    "%C2%A0",
    "%C2%BB",
    "%E2%80%8B",
    "%E2%80%99",
    "%E2%80%9C",
    "%E2%80%9D",
    "%E2%80%A6",
    "%E3%80%82",
    "%E3%80%8D",
    "%EF%BC%81",
    "%EF%BC%89",
    "%EF%BC%8C",
    "%EF%BC%9F",
];

/// The beginnings of parameters by which other sites follow people.
const TRACKING_PREFIXES: &[&str] = &["utm_", "mtm_", "pk_", "hsa_", "mc_", "_hs", "oly_", "stm_"];

/// Parameters by which other sites follow people.
const TRACKING: &[&str] = &[
    "fbclid",
    "gclid",
    "gclsrc",
    "dclid",
    "gbraid",
    "wbraid",
    "msclkid",
    "yclid",
    "twclid",
    "ttclid",
    "igshid",
    "igsh",
    "li_fat_id",
    "mkt_tok",
    "ref_src",
    "ref_url",
    "vero_id",
    "wickedid",
    "epik",
    "si",
    "_ga",
    "_gl",
    "srsltid",
    "s_cid",
    "cmpid",
    "__twitter_impression",
];

/// Paths whose second part tells capitals from small letters: a token, a file named by its hash.
const CASE_MATTERS_BELOW: &[&str] = &["/confirm/", "/static/"];

/// The middleware before the routes.
///
/// # Errors
/// None of its own.
pub async fn lead(
    req: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let is_read = matches!(*req.method(), Method::GET | Method::HEAD);
    match right_address(req.uri().path(), req.uri().query()).filter(|_| is_read) {
        Some(address) => {
            let answer = HttpResponse::PermanentRedirect()
                .insert_header((header::LOCATION, address))
                .insert_header((header::CACHE_CONTROL, "no-store"))
                .finish();
            Ok(req.into_response(answer))
        }
        None => Ok(next.call(req).await?.map_into_boxed_body()),
    }
}

/// The address that is meant, where it is another than the one asked for.
fn right_address(path: &str, query: Option<&str>) -> Option<String> {
    // What programs read there is exact: an address beside it says that there is nothing.
    if path.starts_with("/p/") && path.contains("/log/") {
        return None;
    }
    let right_path = right_path(path);
    let right_query = query.map(right_query);
    let is_right = right_path == path && right_query.as_deref() == query;
    // A second slash, or what browsers take for one, would lead to another site.
    let stays_here = right_path.get(1..2).is_none_or(|second| second != "/" && second != "\\");
    if is_right || !stays_here {
        return None;
    }
    Some(match right_query {
        Some(query) if !query.is_empty() => format!("{right_path}?{query}"),
        _ => right_path,
    })
}

fn right_path(path: &str) -> String {
    let mut rest = path;
    while let Some(shorter) = AFTER_AN_ADDRESS.iter().find_map(|mark| without(rest, mark)) {
        rest = shorter;
    }
    if rest.is_empty() {
        return String::from("/");
    }
    let small = rest.to_ascii_lowercase();
    let kept = CASE_MATTERS_BELOW.iter().find(|prefix| small.starts_with(**prefix));
    match kept.and_then(|prefix| rest.get(prefix.len()..).map(|secret| (prefix, secret))) {
        Some((prefix, secret)) => format!("{prefix}{secret}"),
        // What is percent-encoded is another address than the same in small letters, and none of ours.
        None if rest.contains('%') => String::from(rest),
        None => small,
    }
}

/// The text without this ending, in whatever case its percent-encoding is written.
fn without<'a>(text: &'a str, ending: &str) -> Option<&'a str> {
    let (rest, last) = text.split_at_checked(text.len().checked_sub(ending.len())?)?;
    last.eq_ignore_ascii_case(ending).then_some(rest)
}

/// Without what others added, and each parameter once: the first counts.
fn right_query(query: &str) -> String {
    let mut kept: Vec<(&str, &str)> = Vec::new();
    for pair in query.split('&') {
        let name = pair.split('=').next().unwrap_or_default();
        if !is_tracking(name) && !kept.iter().any(|(one, _)| *one == name) {
            kept.push((name, pair));
        }
    }
    kept.into_iter().map(|(_, pair)| pair).collect::<Vec<_>>().join("&")
}

fn is_tracking(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    TRACKING.contains(&name.as_str()) || TRACKING_PREFIXES.iter().any(|prefix| name.starts_with(prefix))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_sentence_or_a_chat_program_added_is_dropped() {
        let right = |address: &str| {
            let (path, query) =
                address.split_once('?').map_or((address, None), |(path, query)| (path, Some(query)));
            right_address(path, query).unwrap_or_else(|| String::from(address))
        };
        for (asked, meant) in [
            ("/p/a-petition", "/p/a-petition"),
            ("/p/a-petition/", "/p/a-petition"),
            ("/p/a-petition).", "/p/a-petition"),
            ("/p/a-petition%E2%80%9d,", "/p/a-petition"),
            ("/P/A-Petition", "/p/a-petition"),
            ("/Confirm/aB_c-D.", "/confirm/aB_c-D"),
            ("/petitions?page=2&utm_source=x&fbclid=y&page=3", "/petitions?page=2"),
            ("/petitions/?fbclid=y", "/petitions"),
            ("/petitions?q=Why%3F", "/petitions?q=Why%3F"),
            ("/", "/"),
            ("/.", "/"),
        ] {
            assert_eq!(right(asked), meant, "{asked}");
            assert_eq!(right(meant), meant, "{asked} leads on and on");
        }
    }

    #[test]
    fn a_tile_that_is_not_there_is_not_taken_for_another() {
        assert_eq!(right_address("/p/a-petition/log/tile/0/000/", None), None);
        assert_eq!(right_address("/p/a-petition/log/tile/0/X001", None), None);
    }

    #[test]
    fn nobody_is_led_to_another_site() {
        for address in ["//evil.example/", "//evil.example.", "/\\evil.example/", "//", "/\\"] {
            let led = right_address(address, None);
            assert!(led.as_deref().is_none_or(|to| to == "/"), "{address}: {led:?}");
        }
    }
}
