//! A browser without script: keeps cookies, follows no redirects by itself, sends what browsers send.

use std::{cell::RefCell, collections::BTreeMap};

use ureq::http::{HeaderMap, Method, Request};

use super::TestApp;

/// One person's browser.
pub struct Client<'a> {
    app: &'a TestApp,
    agent: ureq::Agent,
    cookies: RefCell<BTreeMap<String, String>>,
    headers: Vec<(&'static str, String)>,
}

/// An answer, whatever its status.
pub struct Reply {
    /// The status code.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body as text.
    pub body: String,
    /// The body as it came.
    pub bytes: Vec<u8>,
}

/// An HTTP agent that shows each answer as it came.
pub(super) fn agent() -> ureq::Agent {
    let config = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .proxy(None)
        .build();
    config.new_agent()
}

impl<'a> Client<'a> {
    pub(super) fn new(app: &'a TestApp) -> Self {
        Self { app, agent: agent(), cookies: RefCell::default(), headers: Vec::new() }
    }

    /// Sends this header with everything.
    pub fn with_header(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, String::from(value)));
        self
    }

    /// GET.
    pub fn get(&self, path: &str) -> Reply {
        self.send(&Method::GET, path, &[("accept", "text/html,*/*;q=0.8")], String::new())
    }

    /// GET with more headers.
    pub fn get_with(&self, path: &str, headers: &[(&str, &str)]) -> Reply {
        self.send(&Method::GET, path, headers, String::new())
    }

    /// HEAD.
    pub fn head(&self, path: &str) -> Reply {
        self.send(&Method::HEAD, path, &[], String::new())
    }

    /// Any method, without a body.
    pub fn call(&self, method: &str, path: &str) -> Reply {
        self.send(&method.parse().expect("a method"), path, &[], String::new())
    }

    /// POST of a form from a page of this site. What is typed here must never show up in the log.
    pub fn post(&self, path: &str, fields: &[(&str, &str)]) -> Reply {
        let origin = self.app.base_url();
        self.post_with(path, fields, &[("origin", &origin), ("sec-fetch-site", "same-origin")])
    }

    /// POST of a form with chosen headers of provenance.
    pub fn post_with(&self, path: &str, fields: &[(&str, &str)], headers: &[(&str, &str)]) -> Reply {
        for (_, value) in fields.iter().filter(|(name, _)| is_personal(name)) {
            // The beginning tells as much as the whole, and what is searched for must stay small.
            self.app.remember_canary(&value.chars().take(64).collect::<String>());
        }
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let mut all = vec![("content-type", "application/x-www-form-urlencoded")];
        all.extend_from_slice(headers);
        self.send(&Method::POST, path, &all, body)
    }

    /// POST of JSON, as a client that makes its own tokens does it.
    pub fn post_json(&self, path: &str, body: &str) -> Reply {
        let headers = [("content-type", "application/json"), ("origin", "null")];
        self.send(&Method::POST, path, &headers, String::from(body))
    }

    /// The same with more headers.
    pub fn post_json_with(&self, path: &str, body: &str, more: &[(&str, &str)]) -> Reply {
        let mut headers = vec![("content-type", "application/json"), ("origin", "null")];
        headers.extend_from_slice(more);
        self.send(&Method::POST, path, &headers, String::from(body))
    }

    /// What must never show up in the log.
    pub fn canary(&self, value: &str) {
        self.app.remember_canary(value);
    }

    /// POST of a form of a signed-in person: the session's token is fetched from the page at `from`.
    pub fn submit(&self, from: &str, path: &str, fields: &[(&str, &str)]) -> Reply {
        let page = self.get(from);
        let token =
            page.hidden("form_token").unwrap_or_else(|| panic!("no form token on {from}: {}", page.status));
        let mut all = vec![("form_token", token.as_str())];
        all.extend_from_slice(fields);
        self.post(path, &all)
    }

    /// The cookies held now.
    pub fn cookies(&self) -> BTreeMap<String, String> {
        self.cookies.borrow().clone()
    }

    /// Takes a cookie as if the server had set it.
    pub fn set_cookie(&self, name: &str, value: &str) {
        self.cookies.borrow_mut().insert(String::from(name), String::from(value));
    }

    fn send(&self, method: &Method, path: &str, headers: &[(&str, &str)], body: String) -> Reply {
        let mut request = Request::builder().method(method).uri(format!("{}{path}", self.app.base_url()));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        for (name, value) in &self.headers {
            request = request.header(*name, value);
        }
        let cookies: Vec<String> =
            self.cookies.borrow().iter().map(|(name, value)| format!("{name}={value}")).collect();
        if !cookies.is_empty() {
            request = request.header("cookie", cookies.join("; "));
        }
        let answer = if *method == Method::POST {
            self.agent.run(request.body(body).expect("a request"))
        } else {
            self.agent.run(request.body(()).expect("a request"))
        };
        let mut answer = answer.expect("the server answers");
        let bytes = answer.body_mut().read_to_vec().expect("a readable body");
        let reply = Reply {
            status: answer.status().as_u16(),
            headers: answer.headers().clone(),
            body: String::from_utf8_lossy(&bytes).into_owned(),
            bytes,
        };
        self.keep_cookies(&reply);
        reply
    }

    fn keep_cookies(&self, reply: &Reply) {
        for line in reply.headers.get_all("set-cookie") {
            let line = line.to_str().expect("a readable cookie");
            let pair = line.split(';').next().unwrap_or_default();
            let (name, value) = pair.split_once('=').expect("a cookie has a name and a value");
            let is_removal = line.contains("Max-Age=0");
            let mut cookies = self.cookies.borrow_mut();
            if is_removal {
                cookies.remove(name);
            } else {
                cookies.insert(String::from(name), String::from(value));
            }
        }
    }
}

/// Fields whose values must never be logged.
fn is_personal(name: &str) -> bool {
    matches!(
        name,
        "address"
            | "name"
            | "title"
            | "code"
            | "invitation"
            | "ticket"
            | "passphrase"
            | "current"
            | "recovery_code"
            | "mail"
    )
}

impl Reply {
    /// The body as JSON.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.bytes).expect("JSON")
    }

    /// A header's value, if it came.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().expect("a readable header"))
    }

    /// Where a redirect leads.
    #[track_caller]
    pub fn location(&self) -> &str {
        self.header("location").expect("a redirect")
    }

    /// This reply, if its status is `expected`.
    #[track_caller]
    pub fn expect(self, expected: u16) -> Self {
        assert_eq!(self.status, expected, "{}", self.body);
        self
    }

    /// The value of a hidden field.
    pub fn hidden(&self, name: &str) -> Option<String> {
        self.input_value(name)
    }

    /// The value of the first input of that name, with its entities decoded.
    pub fn input_value(&self, name: &str) -> Option<String> {
        let wanted = format!("name=\"{name}\"");
        let tag = self.body.split('<').find(|tag| tag.starts_with("input") && tag.contains(&wanted))?;
        let value = tag.split_once("value=\"")?.1.split('"').next()?;
        Some(decode_entities(value))
    }

    /// The text that stands on the page, without tags, and without what waits in templates for the script.
    pub fn words(&self) -> String {
        let mut text = String::new();
        let mut shown = String::new();
        for (number, part) in self.body.split("<template").enumerate() {
            let after = part.split_once("</template>").map(|(_, after)| after);
            shown.push_str(if number == 0 { part } else { after.unwrap_or_default() });
        }
        for piece in shown.split('<') {
            let words = piece.split_once('>').map_or(piece, |(_, words)| words);
            text.push_str(words);
            text.push(' ');
        }
        decode_entities(&text).split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// Fails unless the page says `expected`.
    #[track_caller]
    pub fn says(&self, expected: &str) -> &Self {
        let words = self.words();
        assert!(words.contains(expected), "“{expected}” is not on the page: {words}");
        self
    }

    /// Fails if the page says `unexpected`.
    #[track_caller]
    pub fn does_not_say(&self, unexpected: &str) -> &Self {
        let words = self.words();
        assert!(!words.contains(unexpected), "“{unexpected}” is on the page: {words}");
        self
    }
}

fn decode_entities(text: &str) -> String {
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#34;", "\"")
        .replace("&#39;", "'")
        .replace("&#x27;", "'")
        .replace("&#60;", "<")
        .replace("&#62;", ">")
        .replace("&#38;", "&")
        .replace("&amp;", "&")
}
