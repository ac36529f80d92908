//! What all commands of signers begin with: how to reach the server, and the key check.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use clap::Args;
use serde_json::json;

use super::{
    dialog::{Dialog, harmless},
    failure::Failure,
};
use crate::{
    client::{
        address::PetitionAddress,
        connection::{Connection, Route},
        failure::{self as client, Untrusted},
        log::{self, Checked},
        server::Server,
    },
    entropy::SystemEntropy,
};

/// How to reach the server, and how to talk.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct Connect {
    /// Reach the server through a SOCKS proxy that looks up names, such as Tor: `socks5h://127.0.0.1:9050`
    #[arg(long, value_name = "URL")]
    proxy: Option<String>,
    /// Refuse a petition with another fingerprint than this one
    #[arg(long, value_name = "FINGERPRINT", allow_hyphen_values = true)]
    genesis: Option<String>,
    /// Print one JSON object per event; answers are read from standard input, a line each, in the same order
    #[arg(long)]
    json: bool,
}

impl Connect {
    /// Begins to talk.
    pub fn dialog(&self) -> Result<Dialog, Failure> {
        Dialog::begin(self.json)
    }

    /// The way that was chosen.
    pub fn route(&self, dialog: &Dialog, address: &PetitionAddress) -> Result<Route, Failure> {
        match &self.proxy {
            Some(text) => {
                Route::parse(text).map_err(|_cause| Failure::usage(dialog.words.text("client-proxy-form")))
            }
            // The name would be looked up where everyone can see who asks for it.
            None if address.is_onion() => Err(Failure::usage(dialog.words.text("client-onion"))),
            None => Ok(Route::Direct),
        }
    }

    /// The genesis that was asked for.
    pub fn expected(&self, dialog: &Dialog) -> Result<Option<[u8; 32]>, Failure> {
        let Some(text) = &self.genesis else { return Ok(None) };
        let bytes = URL_SAFE_NO_PAD.decode(text.trim()).ok().and_then(|bytes| bytes.try_into().ok());
        bytes.map(Some).ok_or_else(|| Failure::usage(dialog.words.text("client-genesis-form")))
    }

    /// Checks the petition's log, and says which petition it is.
    pub fn check(&self, dialog: &Dialog, server: &Server<'_>) -> Result<Checked, Failure> {
        let expected = self.expected(dialog)?;
        let checked = log::check(server).map_err(|failure| dialog.failed(&failure))?;
        if expected.is_some_and(|expected| expected != checked.genesis_hash) {
            return Err(dialog.failed(&client::Failure::Untrusted(Untrusted::OtherGenesis)));
        }
        introduce(dialog, &checked);
        Ok(checked)
    }
}

/// Reads a petition's address.
pub fn address(dialog: &Dialog, text: &str) -> Result<PetitionAddress, Failure> {
    PetitionAddress::parse(text).map_err(|mistake| Failure::usage(dialog.words.text(mistake.message_id())))
}

/// A fresh connection to the server of a petition.
pub fn server<'a>(
    dialog: &'a Dialog,
    route: &Route,
    address: &'a PetitionAddress,
) -> Result<Server<'a>, Failure> {
    let connection = Connection::open(route, &SystemEntropy).map_err(|failure| dialog.failed(&failure))?;
    Ok(Server { connection, address, waiter: dialog })
}

fn introduce(dialog: &Dialog, checked: &Checked) {
    let (words, genesis) = (&dialog.words, &checked.genesis);
    let hash = URL_SAFE_NO_PAD.encode(checked.genesis_hash);
    dialog.say(&words.with1("client-petition", "title", harmless(&genesis.title)));
    dialog.say(&words.with1("client-addressed-to", "to", harmless(&genesis.addressed_to)));
    for (number, demand) in (1_u64..).zip(&genesis.demands) {
        let demand = harmless(demand);
        dialog.say(&format!("  {}", words.with2("client-demand", "number", number, "demand", demand)));
    }
    dialog.say(&words.with1("client-fingerprint", "hash", hash.as_str()));
    dialog.say(&format!("{}\n", words.text("client-fingerprint-text")));
    dialog.event(&json!({
        "event": "petition",
        "petition": genesis.petition.to_string(),
        "title": genesis.title,
        "addressed_to": genesis.addressed_to,
        "demands": genesis.demands,
        "genesis_hash": hash,
        "origin": genesis.origin.as_str(),
        "entries": checked.checkpoint.size,
    }));
}
