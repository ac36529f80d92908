//! The door for programs. Clients that make their own tokens post codes, tokens, casts and retractions, by the petition's id;
//! everybody reads the public log, by its place. JSON in and out, binary as base64url, no cookie, no credentials, from any origin
//! (a saved page reads and posts from a file). None of these routes writes an access-log line, and nothing a client sends
//! is ever logged.

pub mod answer;
mod body;
mod casts;
pub mod problem;
pub mod public_log;
mod tokens;

pub use body::Body;
pub use casts::{amendments, casts, retractions};
pub use problem::ApiProblem;
pub use tokens::{codes, tokens};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use super::WebError;
use crate::domain::ids::PetitionId;

/// The petition that a path names.
fn petition(id: &str) -> Result<PetitionId, WebError> {
    PetitionId::parse(id).or(Err(WebError::NotFound))
}

/// Bytes in base64url without padding, in its one spelling.
fn bytes(text: &str) -> Result<Vec<u8>, WebError> {
    // What was wrong with it is nobody's business.
    URL_SAFE_NO_PAD.decode(text).or(Err(ApiProblem::Malformed.into()))
}

fn text(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}
