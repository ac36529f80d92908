//! Taking a signature back. Final: the proof stays used.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::json;

use super::{failure::Failure, log::Checked, server::Server};
use crate::protocol::{client, withdrawal_code::WithdrawalCode};

/// Takes back what was cast with this code. Doing it twice does no harm.
///
/// # Errors
/// [`Failure`].
pub fn withdraw(server: &Server<'_>, checked: &Checked, code: &WithdrawalCode) -> Result<(), Failure> {
    let leaf = client::retract(checked.genesis.petition, code);
    let body = json!({ "leaf": URL_SAFE_NO_PAD.encode(leaf) }).to_string();
    server.post(checked.genesis.petition, "retractions", &body)?;
    Ok(())
}
