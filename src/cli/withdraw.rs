//! `undersigned withdraw URL`: takes a signature back.

use clap::Args;
use serde_json::json;

use super::{
    dialog::Dialog,
    failure::Failure,
    petition::{self, Connect},
};
use crate::{
    client::withdraw,
    protocol::withdrawal_code::{WithdrawalCode, WithdrawalCodeError},
};

/// From which petition.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct Arguments {
    /// The petition's address
    url: String,
    #[command(flatten)]
    connect: Connect,
}

/// Withdraws.
pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    let dialog = arguments.connect.dialog()?;
    let words = &dialog.words;
    let address = petition::address(&dialog, &arguments.url)?;
    let server = petition::server(&dialog, &arguments.connect.route(&dialog, &address)?, &address)?;
    let checked = arguments.connect.check(&dialog, &server)?;
    let code = withdrawal_code(&dialog)?;
    dialog.say(&words.text("client-final"));
    if !dialog.ask_yes("withdraw", &words.text("client-withdraw-prompt"), false)? {
        dialog.say(&words.text("client-not-withdrawn"));
        dialog.event(&json!({ "event": "not-withdrawn" }));
        return Ok(());
    }
    dialog
        .insist(|| withdraw::withdraw(&server, &checked, &code))
        .map_err(|failure| dialog.failed(&failure))?;
    dialog.say(&words.text("client-withdrawn"));
    dialog.event(&json!({ "event": "withdrawn" }));
    Ok(())
}

/// Asks for a withdrawal code.
pub fn withdrawal_code(dialog: &Dialog) -> Result<WithdrawalCode, Failure> {
    let words = &dialog.words;
    dialog.ask_until("withdrawal-code", &words.text("client-code-for-withdrawal-prompt"), |typed| {
        WithdrawalCode::parse(typed).map_err(|error| match error {
            WithdrawalCodeError::Mistyped => words.text("withdrawal-code-mistyped"),
            WithdrawalCodeError::Length | WithdrawalCodeError::Character => {
                words.text("withdrawal-code-shape")
            }
        })
    })
}
