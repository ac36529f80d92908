//! Forms: `application/x-www-form-urlencoded` and nothing else. What no page of ours would send is refused
//! with an answer that says why; what a person may mistype is not judged here but by the action.

use std::{fmt, pin::Pin, sync::Arc, time::Duration};

use actix_web::{
    FromRequest, HttpMessage, HttpRequest,
    dev::Payload,
    http::header,
    web::{self, Bytes},
};
use tokio::sync::OwnedSemaphorePermit;

use super::{
    WebError, admission, csrf,
    error::{BadRequest, Forbidden},
    row::{self, Row},
    session::Session,
    waiting::TICKET_FIELD,
};

/// How long a body may take to arrive.
const BODY_TIMEOUT: Duration = Duration::from_secs(30);
/// More fields than any form has.
const MAX_FIELDS: usize = 1_000;
/// How much of an unknown field's name is shown.
const SHOWN_NAME_CHARS: usize = 40;
/// The hidden field that ties a form to the session it was made for.
pub const TOKEN_FIELD: &str = "form_token";

/// A form as it came in, readable text throughout, its token checked. Handlers say which fields they know by
/// calling [`Form::fields`].
pub struct Form {
    pairs: Pairs,
}

/// The fields of a form, none of them unknown or repeated.
pub struct Fields {
    pairs: Pairs,
}

/// Names and values in their order; shared with [`PutAside`], which gives them back if the form is refused.
pub type Pairs = Arc<Vec<(String, String)>>;

/// What was typed into a form, put aside until its answer is known.
pub struct PutAside {
    /// The fields.
    pub pairs: Pairs,
    /// The token that came with them.
    pub token: Option<String>,
    /// Held while a large form is kept.
    _place: Option<OwnedSemaphorePermit>,
}

impl PutAside {
    /// The fields, and the token that came with them.
    #[must_use]
    pub const fn new(pairs: Pairs, token: Option<String>, place: Option<OwnedSemaphorePermit>) -> Self {
        Self { pairs, token, _place: place }
    }
}

/// A body as far as it can be read.
pub struct Read {
    /// What was typed. Where something is wrong with it, as near to it as text can be.
    pub pairs: Vec<(String, String)>,
    /// The first thing that is wrong with it.
    pub fault: Option<BadRequest>,
}

impl fmt::Debug for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Form(…)")
    }
}

impl fmt::Debug for Fields {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Fields(…)")
    }
}

impl Form {
    /// Reads `body` strictly.
    ///
    /// # Errors
    /// 400 for what is not properly encoded UTF-8, for NUL, and for too many fields.
    pub fn parse(body: &[u8]) -> Result<Self, WebError> {
        let Read { pairs, fault } = Read::of(body);
        fault.map_or_else(|| Ok(Self { pairs: Arc::new(pairs) }), |fault| Err(fault.into()))
    }

    /// The fields, if there are none but `single` (at most once each) and `multiple` (any number of times).
    ///
    /// # Errors
    /// 400 naming the first field that is unknown or repeated.
    pub fn fields(self, single: &[&str], multiple: &[&str]) -> Result<Fields, WebError> {
        self.fields_where(|name| single.contains(&name), multiple)
    }

    /// Like [`Form::fields`], for forms whose field names are numbered (`c0_title`, `c1_title` …).
    ///
    /// # Errors
    /// 400 naming the first field that is unknown or repeated.
    pub fn fields_where(self, single: impl Fn(&str) -> bool, multiple: &[&str]) -> Result<Fields, WebError> {
        let mut seen = std::collections::HashSet::new();
        for (name, _) in self.pairs.iter() {
            if multiple.contains(&name.as_str()) {
                continue;
            }
            if !single(name) {
                return Err(BadRequest::UnknownField(shown(name)).into());
            }
            if !seen.insert(name.as_str()) {
                return Err(BadRequest::RepeatedField(shown(name)).into());
            }
        }
        Ok(Fields { pairs: self.pairs })
    }
}

impl Read {
    /// Reads `body`, and goes on where something is wrong with it: what was typed is to be given back.
    #[must_use]
    pub fn of(body: &[u8]) -> Self {
        let mut fault = None;
        let mut pairs = Vec::new();
        for pair in body.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty()) {
            if pairs.len() == MAX_FIELDS {
                fault = fault.or(Some(BadRequest::TooManyFields));
                break;
            }
            let mut halves = pair.splitn(2, |byte| *byte == b'=');
            let mut half = || {
                let (text, wrong) = decode(halves.next().unwrap_or_default());
                fault = fault.take().or(wrong);
                text
            };
            let name = half();
            pairs.push((name, half()));
        }
        Self { pairs, fault }
    }

    /// Takes a field out of the form: what this site put into it, and nobody typed.
    pub fn take(&mut self, field: &str) -> Option<String> {
        let place = self.pairs.iter().position(|(name, _)| name == field)?;
        Some(self.pairs.remove(place).1)
    }
}

impl Fields {
    /// What was typed into `name`; empty when the field did not come.
    #[must_use]
    pub fn get(&self, name: &str) -> &str {
        self.pairs.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str())
    }

    /// Whether the field came at all: a ticked box, a pressed button.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.pairs.iter().any(|(key, _)| key == name)
    }

    /// Every value of a field that may come more than once, in order.
    #[must_use]
    pub fn all(&self, name: &str) -> Vec<&str> {
        self.pairs.iter().filter(|(key, _)| key == name).map(|(_, value)| value.as_str()).collect()
    }

    /// All names and values, in order, to be given back.
    #[must_use]
    pub fn to_pairs(&self) -> Vec<(String, String)> {
        self.pairs.to_vec()
    }

    /// All names and values, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.pairs.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

impl FromRequest for Form {
    type Error = WebError;
    type Future = Pin<Box<dyn Future<Output = Result<Self, WebError>>>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let req = req.clone();
        let payload = payload.take();
        Box::pin(async move { read(&req, payload).await })
    }
}

async fn read(req: &HttpRequest, payload: Payload) -> Result<Form, WebError> {
    let row = row::of(req).ok_or(WebError::NotFound)?;
    let body = body(req, payload, row.body_bytes).await?;
    let mut read = Read::of(&body);
    let token = if row.form_token { read.take(TOKEN_FIELD) } else { None };
    let ticket = read.take(TICKET_FIELD);
    let pairs = Arc::new(read.pairs);
    // Before anything is judged: whatever is wrong with it, what was typed is given back.
    req.extensions_mut().insert(PutAside::new(Arc::clone(&pairs), token.clone(), None));
    if let Some(fault) = read.fault {
        return Err(fault.into());
    }
    check_token(req, row, token.as_deref())?;
    admission::settle(req, ticket.as_deref(), &pairs)?;
    Ok(Form { pairs })
}

/// The body of a form, at most `body_bytes` of it.
///
/// # Errors
/// 415 for what is no form, 413 for what is larger, 400 for what does not come whole and in time.
pub async fn body(req: &HttpRequest, payload: Payload, body_bytes: usize) -> Result<Bytes, WebError> {
    if !req.content_type().eq_ignore_ascii_case("application/x-www-form-urlencoded") {
        return Err(WebError::UnsupportedMediaType);
    }
    if announced_bytes(req).is_some_and(|bytes| bytes > body_bytes) {
        return Err(WebError::PayloadTooLarge);
    }
    let payload = web::Payload::from_request(req, &mut { payload })
        .await
        .map_err(|_cause| WebError::from(BadRequest::Incomplete))?;
    let Ok(read) = tokio::time::timeout(BODY_TIMEOUT, payload.to_bytes_limited(body_bytes)).await else {
        return Err(BadRequest::Incomplete.into());
    };
    let Ok(body) = read else {
        return Err(WebError::PayloadTooLarge);
    };
    body.or(Err(BadRequest::Incomplete.into()))
}

/// How long the body says that it is.
#[must_use]
pub fn announced_bytes(req: &HttpRequest) -> Option<usize> {
    req.headers().get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

/// Forms of signed-in people carry a token of their session, besides the checks on the origin.
fn check_token(req: &HttpRequest, row: &Row, token: Option<&str>) -> Result<(), WebError> {
    if !row.form_token {
        return Ok(());
    }
    let extensions = req.extensions();
    let Some(session) = extensions.get::<Session>() else {
        return Ok(());
    };
    if token.is_some_and(|token| csrf::tokens_match(token, &session.form_token)) {
        return Ok(());
    }
    Err(Forbidden::FormToken.into())
}

fn shown(name: &str) -> String {
    name.chars().filter(|character| !character.is_control()).take(SHOWN_NAME_CHARS).collect()
}

/// The text, as near as it can be read, and what is wrong with its encoding.
fn decode(raw: &[u8]) -> (String, Option<BadRequest>) {
    let mut fault = None;
    let mut bytes = Vec::with_capacity(raw.len());
    let mut rest = raw.iter().copied();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let mut ahead = rest.clone();
                let high = ahead.next().and_then(hex_digit);
                let low = ahead.next().and_then(hex_digit);
                if let (Some(high), Some(low)) = (high, low) {
                    rest = ahead;
                    (high << 4) | low
                } else {
                    fault = Some(BadRequest::Encoding);
                    b'%'
                }
            }
            byte => byte,
        });
    }
    let text = String::from_utf8(bytes).unwrap_or_else(|error| {
        fault = Some(BadRequest::Encoding);
        String::from_utf8_lossy(error.as_bytes()).into_owned()
    });
    if text.contains('\0') {
        return (text.replace('\0', ""), fault.or(Some(BadRequest::Nul)));
    }
    (text, fault)
}

const fn hex_digit(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        b'A'..=b'F' => Some(byte - b'A' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(body: &[u8]) -> String {
        format!(
            "{:?}",
            Form::parse(body).and_then(|form| form.fields(&["name", "title"], &["employer"])).unwrap_err()
        )
    }

    #[test]
    fn what_was_typed_arrives_as_it_was_typed() {
        let fields = Form::parse("name=Zo%C3%AB+%26+co%2E&employer=a&employer=b&title=".as_bytes())
            .and_then(|form| form.fields(&["name", "title", "other"], &["employer"]))
            .unwrap();
        assert_eq!(fields.get("name"), "Zoë & co.");
        assert_eq!(fields.all("employer"), ["a", "b"]);
        assert_eq!((fields.has("title"), fields.has("other")), (true, false));
    }

    #[test]
    fn a_field_that_is_unknown_or_repeated_is_named() {
        let named = |body: &[u8]| match Form::parse(body).and_then(|form| form.fields(&["name"], &[])) {
            Err(WebError::BadRequest(BadRequest::UnknownField(name) | BadRequest::RepeatedField(name))) => {
                name
            }
            other => panic!("{other:?}"),
        };
        assert_eq!(named(b"name=a&is_admin=1"), "is_admin");
        assert_eq!(named(b"name=a&name=b"), "name");
    }

    #[test]
    fn what_is_not_text_is_refused() {
        assert_eq!(refused(b"name=%zz"), "BadRequest(Encoding)");
        assert_eq!(refused(b"name=%4"), "BadRequest(Encoding)");
        assert_eq!(refused(b"name=%ff%fe"), "BadRequest(Encoding)");
        assert_eq!(refused(b"name=\xff"), "BadRequest(Encoding)");
        assert_eq!(refused(b"name=a%00b"), "BadRequest(Nul)");
        assert_eq!(refused("a=b&".repeat(2_000).as_bytes()), "BadRequest(TooManyFields)");
    }

    #[test]
    fn neither_the_form_nor_an_error_shows_what_was_typed() {
        let form = Form::parse(b"secret=canary").unwrap();
        assert!(!format!("{form:?}").contains("canary"));
        assert!(!format!("{:?}", form.fields(&[], &[]).unwrap_err()).contains("secret"));
    }
}
