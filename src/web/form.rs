//! Forms: `application/x-www-form-urlencoded` and nothing else. What no page of ours would send is refused
//! with an answer that says why; what a person may mistype is not judged here but by the action.

use std::{fmt, pin::Pin, time::Duration};

use actix_web::{FromRequest, HttpMessage, HttpRequest, dev::Payload, http::header, web};

use super::{
    WebError, admission, csrf,
    error::{BadRequest, Forbidden},
    routes,
    session::Session,
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
    pairs: Vec<(String, String)>,
}

/// The fields of a form, none of them unknown or repeated.
pub struct Fields {
    pairs: Vec<(String, String)>,
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
        let pairs = body
            .split(|byte| *byte == b'&')
            .filter(|pair| !pair.is_empty())
            .take(MAX_FIELDS.saturating_add(1))
            .map(|pair| {
                let mut halves = pair.splitn(2, |byte| *byte == b'=');
                let name = decode(halves.next().unwrap_or_default())?;
                let value = decode(halves.next().unwrap_or_default())?;
                Ok((name, value))
            })
            .collect::<Result<Vec<_>, WebError>>()?;
        if pairs.len() > MAX_FIELDS {
            return Err(BadRequest::TooManyFields.into());
        }
        Ok(Self { pairs })
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
        for (name, _) in &self.pairs {
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

    /// Takes the token out of the form.
    fn take_token(&mut self) -> Option<String> {
        let place = self.pairs.iter().position(|(name, _)| name == TOKEN_FIELD)?;
        Some(self.pairs.swap_remove(place).1)
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
        self.pairs.clone()
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
    let row = req
        .match_pattern()
        .and_then(|pattern| routes::find(&pattern, req.method()))
        .ok_or(WebError::NotFound)?;
    if !req.content_type().eq_ignore_ascii_case("application/x-www-form-urlencoded") {
        return Err(WebError::UnsupportedMediaType);
    }
    let announced = req
        .headers()
        .get(header::CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.parse::<usize>().ok());
    if announced.is_some_and(|bytes| bytes > row.body_bytes) {
        return Err(WebError::PayloadTooLarge);
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
    let mut form = Form::parse(&body)?;
    check_token(req, row.form_token, &mut form)?;
    admission::settle(req, &mut form.pairs)?;
    Ok(form)
}

/// Forms of signed-in people carry a token of their session, besides the checks on the origin.
fn check_token(req: &HttpRequest, required: bool, form: &mut Form) -> Result<(), WebError> {
    if !required {
        return Ok(());
    }
    let token = form.take_token();
    let extensions = req.extensions();
    let Some(session) = extensions.get::<Session>() else {
        return Ok(());
    };
    if token.is_some_and(|token| csrf::tokens_match(&token, &session.form_token)) {
        return Ok(());
    }
    Err(Forbidden::FormToken.into())
}

fn shown(name: &str) -> String {
    name.chars().filter(|character| !character.is_control()).take(SHOWN_NAME_CHARS).collect()
}

fn decode(raw: &[u8]) -> Result<String, WebError> {
    let mut bytes = Vec::with_capacity(raw.len());
    let mut rest = raw.iter().copied();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let high = rest.next().and_then(hex_digit);
                let low = rest.next().and_then(hex_digit);
                match (high, low) {
                    (Some(high), Some(low)) => (high << 4) | low,
                    _ => return Err(BadRequest::Encoding.into()),
                }
            }
            byte => byte,
        });
    }
    if bytes.contains(&0) {
        return Err(BadRequest::Nul.into());
    }
    // The cause would repeat what was typed.
    String::from_utf8(bytes).or(Err(BadRequest::Encoding.into()))
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
