//! `undersigned mirror URL DIR`: keeps a copy of a petition and its log that any web server can serve, and audits it.

use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use super::{
    audit,
    failure::{Failure, While},
    files::Files,
    petition::{self, Connect},
};
use crate::client::mirror::{self, MirrorError};

/// Which petition, and where to.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct Arguments {
    /// The petition's address
    url: String,
    /// The folder for the copy; what is there of an earlier one is gone on with
    dir: PathBuf,
    #[command(flatten)]
    connect: Connect,
}

/// Copies what is new, then audits the copy.
pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    let dialog = arguments.connect.dialog()?;
    let expected = arguments.connect.expected(&dialog)?;
    let address = petition::address(&dialog, &arguments.url)?;
    let server = petition::server(&dialog, &arguments.connect.route(&dialog, &address)?, &address)?;
    let files = Files(arguments.dir.clone());
    let mirrored = mirror::mirror(&server, &files).map_err(|error| match error {
        MirrorError::Source(failure) => audit::not_audited(&dialog, &failure),
        MirrorError::Unserved(finding) => audit::unserved(&dialog, finding),
        MirrorError::Kept(error) => {
            While::doing(format!("the folder {} cannot be written", arguments.dir.display()))(error).into()
        }
    })?;
    dialog.say(&dialog.words.with2("mirror-done", "size", mirrored.size, "files", mirrored.files));
    dialog.event(&json!({ "event": "mirrored", "entries": mirrored.size, "files": mirrored.files }));
    let (audited, _) = audit::of(&dialog, &files, None, None, None);
    let audited = audited.map_err(|failure| audit::not_audited(&dialog, &failure))?;
    audit::refuse_other(&dialog, expected, &audited)?;
    audit::conclude(&dialog, &audited)
}
