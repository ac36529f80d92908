//! The one place that knows status codes. Each error of an action becomes a [`WebError`] here, in an
//! exhaustive `From` without a catch-all arm; [`super::problem`] turns it into words.

use std::{error::Error, fmt};

use actix_web::{
    HttpResponse, ResponseError,
    http::{
        StatusCode,
        header::{self, HeaderValue},
    },
};

/// What a handler returns.
pub type Answer = Result<HttpResponse, WebError>;

use super::{api::ApiProblem, limits::pass::Challenge, waiting::Waiting};
use crate::{actions, keys};

type Source = Box<dyn Error + Send + Sync>;

/// How long to wait before trying again when the database is away or the site is saturated.
const RETRY_SECS: u64 = 5;
/// How long to wait before trying again when the operator has to do something.
const BEHIND_RETRY_SECS: u64 = 600;

/// Why a POST was not taken as coming from one of our own pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Forbidden {
    /// It came from another site.
    CrossSite,
    /// The browser hid where it came from (`Origin: null`).
    HiddenOrigin,
    /// The form's token is not that of this session: signed in again in another tab, say.
    FormToken,
    /// The session ended.
    SignedOut,
}

/// What was wrong with a request that no page of ours sends.
#[derive(Clone, PartialEq, Eq)]
pub enum BadRequest {
    /// A percent sign not followed by two hexadecimal digits, or bytes that are not UTF-8.
    Encoding,
    /// A NUL character.
    Nul,
    /// A field the form does not have. The name is shown, shortened; it is never logged.
    UnknownField(String),
    /// A field given twice.
    RepeatedField(String),
    /// More fields than any form has.
    TooManyFields,
    /// The body broke off or did not come in time.
    Incomplete,
    /// The address asks for something that cannot be read.
    Query,
}

impl fmt::Debug for BadRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Encoding => "Encoding",
            Self::Nul => "Nul",
            // A field's name is free text from outside: it stays out of logs.
            Self::UnknownField(_) => "UnknownField(…)",
            Self::RepeatedField(_) => "RepeatedField(…)",
            Self::TooManyFields => "TooManyFields",
            Self::Incomplete => "Incomplete",
            Self::Query => "Query",
        })
    }
}

/// Every way a request can fail. Expected outcomes and mistakes in input are no errors: handlers answer them
/// with pages of their own.
#[derive(Debug, thiserror::Error)]
pub enum WebError {
    /// 404, also for what one may not know exists.
    #[error("not found")]
    NotFound,
    /// 405, with what the path does answer to.
    #[error("method not allowed")]
    MethodNotAllowed {
        /// The `Allow` header.
        allow: String,
    },
    /// 410: it was here.
    #[error("gone")]
    Gone,
    /// 409: someone (the same person in another tab, perhaps) was faster.
    #[error("the state has changed meanwhile")]
    Conflict,
    /// 403.
    #[error("refused: {0:?}")]
    Forbidden(Forbidden),
    /// 429.
    #[error("too many requests")]
    TooMany {
        /// Seconds until the next one is taken.
        retry_after_secs: u64,
    },
    /// 429 for a form: good after a wait, and everything that was typed comes back.
    #[error("a limit is used up: it has to wait")]
    Wait(Waiting),
    /// 429 for a program: good with a proof of work.
    #[error("a limit is used up: it has to work")]
    Work {
        /// What is to be solved.
        challenge: Challenge,
        /// Seconds after which it may go without, for programs that know no work.
        retry_after_secs: u64,
    },
    /// 413.
    #[error("the body is too large")]
    PayloadTooLarge,
    /// 415.
    #[error("the body is not a form")]
    UnsupportedMediaType,
    /// 400.
    #[error("the request cannot be read: {0:?}")]
    BadRequest(BadRequest),
    /// 503 with `Retry-After`: the database is away, full or locked, or too many people wait already.
    #[error("temporarily unavailable")]
    Unavailable(#[source] Source),
    /// 503: the database has fallen back behind what was published from it, and only its operator can put that right.
    #[error("nothing is signed: the database lacks what was published from it")]
    Behind(#[source] Source),
    /// What a client of the signing interface is told by a code of its own.
    #[error("refused: {}", .0.code())]
    Api(ApiProblem),
    /// 500: someone must look.
    #[error("internal error")]
    Internal(#[source] Source),
    /// 500: a handler panicked. What it said went to standard error.
    #[error("a handler panicked")]
    Panicked,
}

impl WebError {
    /// Wraps what must not happen.
    pub fn internal(source: impl Into<Source>) -> Self {
        Self::Internal(source.into())
    }

    /// Wraps what will pass.
    pub fn unavailable(source: impl Into<Source>) -> Self {
        Self::Unavailable(source.into())
    }

    /// The status this error is answered with.
    #[must_use]
    pub const fn status(&self) -> StatusCode {
        match self {
            Self::Api(problem) => status_of(problem),
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed { .. } => StatusCode::METHOD_NOT_ALLOWED,
            Self::Gone => StatusCode::GONE,
            Self::Conflict => StatusCode::CONFLICT,
            Self::Forbidden(_) => StatusCode::FORBIDDEN,
            Self::TooMany { .. } | Self::Wait(_) | Self::Work { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::PayloadTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::BadRequest(_) => StatusCode::BAD_REQUEST,
            Self::Unavailable(_) | Self::Behind(_) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal(_) | Self::Panicked => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The header that belongs to this error, if any.
    #[must_use]
    pub fn header(&self) -> Option<(header::HeaderName, HeaderValue)> {
        match self {
            Self::MethodNotAllowed { allow } => {
                HeaderValue::from_str(allow).ok().map(|value| (header::ALLOW, value))
            }
            Self::Wait(waiting) => Some((header::RETRY_AFTER, HeaderValue::from(waiting.secs))),
            Self::TooMany { retry_after_secs } | Self::Work { retry_after_secs, .. } => {
                Some((header::RETRY_AFTER, HeaderValue::from(*retry_after_secs)))
            }
            Self::Unavailable(_) => Some((header::RETRY_AFTER, HeaderValue::from(RETRY_SECS))),
            Self::Behind(_) => Some((header::RETRY_AFTER, HeaderValue::from(BEHIND_RETRY_SECS))),
            _ => None,
        }
    }

    /// This error and what caused it, joined for the log.
    #[must_use]
    pub fn chain(&self) -> String {
        let mut text = self.to_string();
        let mut cause = self.source();
        while let Some(error) = cause {
            text.push_str(": ");
            text.push_str(&error.to_string());
            cause = error.source();
        }
        text
    }
}

const fn status_of(problem: &ApiProblem) -> StatusCode {
    match problem {
        ApiProblem::NotJson => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        ApiProblem::Malformed => StatusCode::BAD_REQUEST,
        ApiProblem::WrongCode { .. } | ApiProblem::UnknownInvitation => StatusCode::FORBIDDEN,
        ApiProblem::ProofUsed
        | ApiProblem::Closed
        | ApiProblem::OtherLeaf
        | ApiProblem::Waits
        | ApiProblem::Voided
        | ApiProblem::AmendedBefore => StatusCode::CONFLICT,
        ApiProblem::Expired | ApiProblem::CodeTooOld | ApiProblem::TooManyTries | ApiProblem::TakenDown => {
            StatusCode::GONE
        }
        ApiProblem::UnknownCast => StatusCode::NOT_FOUND,
        ApiProblem::Address(_)
        | ApiProblem::Refused(_)
        | ApiProblem::BadRequest
        | ApiProblem::Invalid
        | ApiProblem::Name
        | ApiProblem::NoTrustee => StatusCode::UNPROCESSABLE_ENTITY,
    }
}

impl From<ApiProblem> for WebError {
    fn from(problem: ApiProblem) -> Self {
        Self::Api(problem)
    }
}

impl From<actions::Error> for WebError {
    fn from(error: actions::Error) -> Self {
        match error {
            actions::Error::Away(_) | actions::Error::SpoolKeyAway(_) | actions::Error::Busy => {
                Self::unavailable(error)
            }
            actions::Error::Forked(_) => Self::Behind(error.into()),
            actions::Error::Keys(error) => Self::from(error),
            actions::Error::Database(_) | actions::Error::Broken(_) => Self::internal(error),
        }
    }
}

impl From<keys::Error> for WebError {
    fn from(error: keys::Error) -> Self {
        match error {
            // The folder is not there now, not whole, or its disk is full. Nothing is made anew, so nothing is lost.
            keys::Error::Io { .. } | keys::Error::SiteKeyMissing { .. } | keys::Error::Missing { .. } => {
                Self::unavailable(error)
            }
            keys::Error::Readable { .. }
            | keys::Error::NotOwned { .. }
            | keys::Error::NotPlain { .. }
            | keys::Error::PetitionsLackKeys { .. }
            | keys::Error::Exists { .. }
            | keys::Error::IssuingEnded { .. }
            | keys::Error::Broken { .. }
            | keys::Error::Generation => Self::internal(error),
        }
    }
}

impl From<BadRequest> for WebError {
    fn from(what: BadRequest) -> Self {
        Self::BadRequest(what)
    }
}

impl From<Forbidden> for WebError {
    fn from(why: Forbidden) -> Self {
        Self::Forbidden(why)
    }
}

impl ResponseError for WebError {
    fn status_code(&self) -> StatusCode {
        self.status()
    }

    /// Bare: `problem::render` puts the words in, whatever the route.
    fn error_response(&self) -> HttpResponse {
        HttpResponse::new(self.status())
    }
}
