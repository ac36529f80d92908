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
    protocol::{
        ballot::Ballot,
        client,
        extension::Extension,
        leaf::leaf_hash,
        sealing::{Opening, SealedFor, SealingError, SealingKey},
        withdrawal_code::WithdrawalCode,
    },
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
    /// With a name that only the petition's trustee can open, until enough have agreed to be named.
    Sealed(DisplayName, Option<JobTitle>),
}

impl Visibility {
    /// Whether it can be cast for this petition: a name finds room in what is sealed. Sealed for trying, and thrown
    /// away, so that it is known before a proof is spent.
    ///
    /// # Errors
    /// [`Failure::Sealing`]
    pub fn check(&self, checked: &Checked, entropy: &dyn Entropy) -> Result<(), Failure> {
        let Self::Sealed(..) = self else { return Ok(()) };
        let opening = Opening { salt: entropy.bytes(), extension: self.extension().to_jcs() };
        seal(checked, &WithdrawalCode::generate(entropy), &opening, entropy).map(drop)
    }

    fn extension(&self) -> Extension {
        match self {
            Self::Anonymous => Extension::Anonymous,
            Self::Public(name, title) => Extension::Public {
                name: name.expose().to_owned(),
                title: title.as_ref().map(|title| title.expose().to_owned()),
            },
            Self::Sealed(name, title) => Extension::Sealed {
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
/// [`Failure::Ballot`] where it is for another one; [`Failure::Sealing`].
pub fn prepare(
    checked: &Checked,
    ballot: &Ballot,
    visibility: &Visibility,
    entropy: &dyn Entropy,
) -> Result<Ready, Failure> {
    ballot.crowd_in(&checked.genesis).map_err(Failure::Ballot)?;
    let cast = client::cast(ballot.petition, &ballot.token, &ballot.code, &visibility.extension(), entropy);
    let mut body = json!({ "leaf": URL_SAFE_NO_PAD.encode(&cast.leaf), "padding": "" });
    let mut show = |name: &str, bytes: &[u8]| {
        if let Value::Object(fields) = &mut body {
            fields.insert(name.to_owned(), URL_SAFE_NO_PAD.encode(bytes).into());
        }
    };
    match visibility {
        // Salt and extension stay here, and are forgotten.
        Visibility::Anonymous => {}
        Visibility::Public(..) => {
            show("extension", &cast.extension);
            show("salt", &cast.salt);
        }
        Visibility::Sealed(..) => {
            let opening = Opening { salt: cast.salt, extension: cast.extension };
            show("sealed", &seal(checked, &ballot.code, &opening, entropy)?);
        }
    }
    let missing = BODY_BYTES.saturating_sub(body.to_string().len());
    if let Some(padding) = body.get_mut("padding") {
        *padding = "0".repeat(missing).into();
    }
    Ok(Ready { leaf: cast.leaf, body: Zeroizing::new(body.to_string()) })
}

/// Seals to the trustee whom the genesis names: the one in the log, which everybody is shown.
fn seal(
    checked: &Checked,
    code: &WithdrawalCode,
    opening: &Opening,
    entropy: &dyn Entropy,
) -> Result<Vec<u8>, Failure> {
    let key = trustee(checked)?;
    let public_key = code.public_key();
    let of = SealedFor {
        petition: checked.genesis.petition,
        genesis_hash: &checked.genesis_hash,
        public_key: &public_key,
    };
    key.seal(of, opening, entropy).map_err(Failure::Sealing)
}

/// The trustee's key.
///
/// # Errors
/// [`Failure::Sealing`] where the genesis names none, or one to which anybody could open.
pub fn trustee(checked: &Checked) -> Result<SealingKey, Failure> {
    let key = checked.genesis.sealing_key.ok_or(SealingError::Key).and_then(SealingKey::from_bytes);
    key.map_err(Failure::Sealing)
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
            Self::Sealed(..) => "Sealed(redacted)",
        })
    }
}

impl fmt::Debug for Ready {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Ready(redacted)")
    }
}
