//! Spending a token: over a connection of its own, after the key check was made over that connection too.

use std::fmt;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use zeroize::Zeroizing;

use super::{
    failure::{Failure, Untrusted},
    log::Checked,
    server::Server,
    sign::text_of,
};
use crate::{
    domain::text::{DisplayName, JobTitle},
    entropy::Entropy,
    log::promise::Promise,
    protocol::{ballot::Ballot, client, extension::Extension, leaf::leaf_hash},
};

/// Every body is filled up to this length: what is cast does not show on the way.
const BODY_BYTES: usize = 2_560;

/// How a signature wants to be shown.
#[derive(Clone)]
pub enum Visibility {
    /// Counted; nobody can tell whose it is.
    Anonymous,
    /// With a name on the page.
    Public(DisplayName, Option<JobTitle>),
}

impl Visibility {
    fn extension(&self) -> Extension {
        match self {
            Self::Anonymous => Extension::Anonymous,
            Self::Public(name, title) => Extension::Public {
                name: name.expose().to_owned(),
                title: title.as_ref().map(|title| title.expose().to_owned()),
            },
        }
    }
}

/// A cast that is ready to be sent, however often it takes: the identical one is counted once.
pub struct Ready {
    leaf: Vec<u8>,
    body: Zeroizing<String>,
}

/// Signs a cast for a ballot of this petition.
///
/// # Errors
/// [`Failure::Ballot`] where it is for another one.
pub fn prepare(
    checked: &Checked,
    ballot: &Ballot,
    visibility: &Visibility,
    entropy: &dyn Entropy,
) -> Result<Ready, Failure> {
    ballot.crowd_in(&checked.genesis).map_err(Failure::Ballot)?;
    let cast = client::cast(ballot.petition, &ballot.token, &ballot.code, &visibility.extension(), entropy);
    let mut body = json!({ "leaf": URL_SAFE_NO_PAD.encode(&cast.leaf), "padding": "" });
    // Anonymous: salt and extension stay here, and are forgotten.
    if let (Visibility::Public(..), Value::Object(fields)) = (visibility, &mut body) {
        fields.insert(String::from("extension"), URL_SAFE_NO_PAD.encode(&cast.extension).into());
        fields.insert(String::from("salt"), URL_SAFE_NO_PAD.encode(cast.salt).into());
    }
    let missing = BODY_BYTES.saturating_sub(body.to_string().len());
    if let Some(padding) = body.get_mut("padding") {
        *padding = "0".repeat(missing).into();
    }
    Ok(Ready { leaf: cast.leaf, body: Zeroizing::new(body.to_string()) })
}

/// Sends a cast, and checks the promise that comes back: signed by the log's key, for just this leaf, with a group
/// no smaller than the genesis names.
///
/// # Errors
/// [`Failure`]: only after `Ok` it is certain that the signature will be published.
pub fn send(server: &Server<'_>, checked: &Checked, ready: &Ready) -> Result<Promise, Failure> {
    let answer = server.post(checked.genesis.petition, "casts", &ready.body)?;
    let note = text_of(&answer, "promise").ok_or(Untrusted::Promise)?;
    let promise = Promise::verify(note.as_bytes(), &checked.key).or(Err(Untrusted::Promise))?;
    if promise.leaf != leaf_hash(&ready.leaf) {
        return Err(Untrusted::Promise.into());
    }
    if promise.batch < checked.genesis.batch {
        return Err(Untrusted::SmallerGroup.into());
    }
    Ok(promise)
}

impl fmt::Debug for Visibility {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Anonymous => "Anonymous",
            Self::Public(..) => "Public(redacted)",
        })
    }
}

impl fmt::Debug for Ready {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Ready(redacted)")
    }
}
