//! `undersigned receipt URL`: finds a signature in the public log, without telling the server which one it looks for.

use clap::Args;
use serde_json::json;

use super::{
    failure::Failure,
    petition::{self, Connect},
    withdraw::withdrawal_code,
};
use crate::client::receipt;

/// In which petition's log.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct Arguments {
    /// The petition's address
    url: String,
    #[command(flatten)]
    connect: Connect,
}

/// Looks.
pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    let dialog = arguments.connect.dialog()?;
    let words = &dialog.words;
    let address = petition::address(&dialog, &arguments.url)?;
    let server = petition::server(&dialog, &arguments.connect.route(&dialog, &address)?, &address)?;
    let checked = arguments.connect.check(&dialog, &server)?;
    let code = withdrawal_code(&dialog)?;
    let found = dialog
        .insist(|| receipt::look(&server, &checked, &code))
        .map_err(|failure| dialog.failed(&failure))?;
    dialog.say(&match found.entry {
        Some(entry) => words.with2("client-found", "entry", entry, "size", found.size),
        None => words.with1("client-not-found-in-log", "size", found.size),
    });
    if let Some(entry) = found.retracted {
        dialog.say(&words.with1("client-retracted", "entry", entry));
    }
    dialog.event(&json!({
        "event": "receipt",
        "entries": found.size,
        "entry": found.entry,
        "retracted_by": found.retracted,
    }));
    Ok(())
}
