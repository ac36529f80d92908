//! What holds for a path: who may come, what caches may do, how often, which script runs. [`super::routes`] fills the table;
//! what runs before and after a handler looks a request's row up here, through the data of the app.

use actix_web::{HttpRequest, Route, http::Method, web::Data};

use super::limits::Purpose;
use crate::domain::organizer::Capability;

/// Who may use a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Whoever comes.
    Anyone,
    /// Whoever is signed in. Whether they may touch *this* petition is for the action to say: see [`Row::needs`].
    Organizer,
    /// Admins; for everyone else it does not exist.
    Admin,
    /// Whoever comes, in the demo; elsewhere it does not exist.
    Demo,
}

/// The two verbs in use. HEAD is answered wherever GET is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verb {
    /// Reads, and changes nothing.
    Get,
    /// Changes something.
    Post,
}

/// What caches may do with an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cache {
    /// Nothing: it is personal, or might be.
    NoStore,
    /// Keep it and ask whether it still holds (`ETag`).
    Revalidate,
    /// The handler says.
    Own,
}

/// CORS policy of a route: whose pages may read its answers by script.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cors {
    /// Our own: no header is sent.
    SameOrigin,
    /// Any, also one saved to disk; errors too (`Access-Control-Allow-Origin`).
    AnyOrigin,
}

/// What the policy of a page lets a browser run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Script {
    /// Nothing.
    None,
    /// The one script of this site, with which people sign.
    Signing,
}

/// Forms are small, but for what people bring from elsewhere.
const FORM_BYTES: usize = 64 * 1024;
const LONG_FORM_BYTES: usize = 256 * 1024;
/// A step of a petition. A text of 20,000 characters takes up to 240,000 bytes on the way: what is somewhat longer must
/// still be read, so that its writer hears by how much and keeps it.
const STEP_FORM_BYTES: usize = 2 * 1024 * 1024;
/// What clients send is small: a cast is padded to 2,560 bytes.
const CLIENT_BYTES: usize = 8 * 1024;

/// One route.
#[derive(Debug)]
pub struct Row {
    /// GET (and HEAD) or POST.
    pub verb: Verb,
    /// The path, with names for what varies.
    pub pattern: &'static str,
    /// Who may.
    pub access: Access,
    /// What an organizer must be allowed to do with the petition in the path; its action asks for the same.
    pub needs: Option<Capability>,
    /// What caches may do with a 200 answer.
    pub cache: Cache,
    /// Whether search engines may list it.
    pub is_indexed: bool,
    /// Whether the access log knows it and a session is looked up. Neither happens where people sign.
    pub is_quiet: bool,
    /// What its page may run.
    pub script: Script,
    /// Whether a form must carry the session's token.
    pub form_token: bool,
    /// Its CORS policy.
    pub cors: Cors,
    /// How often a client may come.
    pub limit: Option<Purpose>,
    /// The largest body taken.
    pub body_bytes: usize,
    /// Where the address leads when it is opened by itself: a reload, a restored tab, a link from a history.
    pub leads_to: Option<&'static str>,
    /// Makes the route that answers.
    pub handler: fn() -> Route,
}

/// A route that answers to `verb`, as strict as can be: not cached, not listed, without script; builders below loosen it.
#[must_use]
pub const fn row(verb: Verb, pattern: &'static str, access: Access, handler: fn() -> Route) -> Row {
    Row {
        verb,
        pattern,
        access,
        needs: None,
        cache: Cache::NoStore,
        is_indexed: false,
        is_quiet: false,
        script: Script::None,
        form_token: matches!(access, Access::Organizer | Access::Admin),
        cors: Cors::SameOrigin,
        limit: None,
        body_bytes: FORM_BYTES,
        leads_to: None,
        handler,
    }
}

/// A page.
#[must_use]
pub const fn get(pattern: &'static str, access: Access, handler: fn() -> Route) -> Row {
    row(Verb::Get, pattern, access, handler)
}

/// A form, or what a program sends.
#[must_use]
pub const fn post(pattern: &'static str, access: Access, handler: fn() -> Route) -> Row {
    row(Verb::Post, pattern, access, handler)
}

/// A page for those of a petition's organizers who may do that.
#[must_use]
pub const fn get_to(capability: Capability, pattern: &'static str, handler: fn() -> Route) -> Row {
    Row { needs: Some(capability), ..get(pattern, Access::Organizer, handler) }
}

/// A form for those of a petition's organizers who may do that.
#[must_use]
pub const fn post_to(capability: Capability, pattern: &'static str, handler: fn() -> Route) -> Row {
    Row { needs: Some(capability), ..post(pattern, Access::Organizer, handler) }
}

impl Row {
    /// Whether pages of any origin may use it.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.cors == Cors::AnyOrigin
    }

    /// A page for everyone: cached with an `ETag`, and listed by search engines.
    #[must_use]
    pub const fn public(mut self) -> Self {
        self.cache = Cache::Revalidate;
        self.is_indexed = true;
        self
    }

    /// Kept out of search engines.
    #[must_use]
    pub const fn unlisted(mut self) -> Self {
        self.is_indexed = false;
        self
    }

    /// The handler sets `Cache-Control` itself.
    #[must_use]
    pub const fn own_cache(mut self) -> Self {
        self.cache = Cache::Own;
        self
    }

    /// Where people sign: no line in the access log, no session looked up.
    #[must_use]
    pub const fn quiet(mut self) -> Self {
        self.is_quiet = true;
        self
    }

    /// The page runs the one script of this site.
    #[must_use]
    pub const fn scripted(mut self) -> Self {
        self.script = Script::Signing;
        self
    }

    /// For pages of any origin, such as one saved to disk.
    #[must_use]
    pub const fn any_origin(mut self) -> Self {
        self.cors = Cors::AnyOrigin;
        self
    }

    /// For clients that make their own tokens: small JSON bodies, from any origin, no line in the access log.
    #[must_use]
    pub const fn for_clients(mut self, purpose: Purpose) -> Self {
        self.body_bytes = CLIENT_BYTES;
        self.quiet().any_origin().limited(purpose)
    }

    /// At most so often per client.
    #[must_use]
    pub const fn limited(mut self, purpose: Purpose) -> Self {
        self.limit = Some(purpose);
        self
    }

    /// Takes what people bring from elsewhere: a statement, opened names.
    #[must_use]
    pub const fn long(mut self) -> Self {
        self.body_bytes = LONG_FORM_BYTES;
        self
    }

    /// Takes the text of a petition, also when it is far too long.
    #[must_use]
    pub const fn with_text(mut self) -> Self {
        self.body_bytes = STEP_FORM_BYTES;
        self
    }
}

/// The table, as the server has it.
#[derive(Debug, Clone, Copy)]
pub struct Table(pub &'static [Row]);

impl Table {
    /// The row of a pattern that answers to `method`.
    #[must_use]
    pub fn find(self, pattern: &str, method: &Method) -> Option<&'static Row> {
        let verb = match *method {
            Method::GET | Method::HEAD => Verb::Get,
            Method::POST => Verb::Post,
            _ => return None,
        };
        self.of(pattern).find(|row| row.verb == verb)
    }

    /// The rows of a pattern.
    pub fn of(self, pattern: &str) -> impl Iterator<Item = &'static Row> {
        self.0.iter().filter(move |row| row.pattern == pattern)
    }
}

/// The row that a request has reached. `None` where its path or its method is not in the table.
#[must_use]
pub fn of(request: &HttpRequest) -> Option<&'static Row> {
    table(request)?.find(&request.match_pattern()?, request.method())
}

/// The rows of the path that a request has reached, whatever its method.
#[must_use]
pub fn at(request: &HttpRequest) -> Vec<&'static Row> {
    let pattern = request.match_pattern().unwrap_or_default();
    table(request).map(|table| table.of(&pattern).collect()).unwrap_or_default()
}

/// Whether people sign at the path that a request has reached: nothing is written of it then.
#[must_use]
pub fn is_quiet(request: &HttpRequest) -> bool {
    at(request).iter().any(|row| row.is_quiet)
}

/// The `Allow` header of the path that a request has reached.
#[must_use]
pub fn allow(request: &HttpRequest) -> String {
    let verbs = at(request).into_iter().map(|row| match row.verb {
        Verb::Get => "GET, HEAD",
        Verb::Post => "POST",
    });
    verbs.collect::<Vec<_>>().join(", ")
}

fn table(request: &HttpRequest) -> Option<Table> {
    request.app_data::<Data<Table>>().map(|table| *table.get_ref())
}
