//! `undersigned cast FILE`: casts a ballot that was saved, from another network or device. And casting as such, which
//! `undersigned sign` does at its end.

use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use super::{
    ballot_file,
    dialog::Dialog,
    failure::Failure,
    petition::{self, Connect},
    visibility::Choice,
};
use crate::{
    client::{
        cast::{self, Visibility},
        failure::Failure as ClientFailure,
        log::Checked,
        server::Server,
    },
    entropy::SystemEntropy,
    log::promise::Promise,
    protocol::ballot::Ballot,
};

/// Which ballot, and where.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct Arguments {
    /// The ballot file; - reads it from the first line of standard input
    file: PathBuf,
    /// The petition's address; asked for if it is not given
    #[arg(long, value_name = "URL")]
    url: Option<String>,
    #[command(flatten)]
    visibility: Choice,
    #[command(flatten)]
    connect: Connect,
}

/// Casts.
pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    let dialog = arguments.connect.dialog()?;
    let ballot = ballot_file::read(&dialog, &arguments.file)?;
    let address = if let Some(url) = &arguments.url {
        petition::address(&dialog, url)?
    } else {
        let typed = dialog.ask("url", &dialog.words.text("client-url-prompt"))?;
        petition::address(&dialog, typed.expose())?
    };
    let route = arguments.connect.route(&dialog, &address)?;
    let server = petition::server(&dialog, &route, &address)?;
    let checked = arguments.connect.check(&dialog, &server)?;
    ballot.crowd_in(&checked.genesis).map_err(|error| dialog.failed(&ClientFailure::Ballot(error)))?;
    let visibility = arguments.visibility.resolve(&dialog, &checked)?;
    let file =
        if arguments.file.as_os_str() == "-" { None } else { Some(arguments.file.display().to_string()) };
    let kept = file.map_or(BallotKept::ByItsOwner, BallotKept::InFile);
    Casting { dialog: &dialog, server: &server, ballot: &ballot, kept: &kept }.cast(&checked, &visibility)?;
    dialog.say(&dialog.words.text("client-remove-file"));
    Ok(())
}

/// A ballot about to be cast over a connection of its own.
pub struct Casting<'a> {
    /// With whom it is spoken of.
    pub dialog: &'a Dialog,
    /// Where.
    pub server: &'a Server<'a>,
    /// What.
    pub ballot: &'a Ballot,
    /// Where it is besides.
    pub kept: &'a BallotKept,
}

/// Where a ballot is that could not be cast: without it, the proof that it was made with would be lost.
pub enum BallotKept {
    /// In this file.
    InFile(String),
    /// Whoever gave it has it.
    ByItsOwner,
    /// Nowhere yet.
    Nowhere,
}

impl Casting<'_> {
    /// Casts, and says so once the log has promised it.
    pub fn cast(&self, checked: &Checked, visibility: &Visibility) -> Result<(), Failure> {
        let ready = cast::prepare(checked, self.ballot, visibility, &SystemEntropy)
            .map_err(|failure| self.not_cast(&failure))?;
        let promise = self
            .dialog
            .insist(|| cast::send(self.server, checked, &ready))
            .map_err(|failure| self.not_cast(&failure))?;
        self.done(visibility, &promise);
        Ok(())
    }

    /// Says where the ballot is, and shows nothing of it.
    pub fn not_cast(&self, failure: &ClientFailure) -> Failure {
        not_cast(self.dialog, self.ballot, self.kept);
        self.dialog.failed(failure)
    }

    fn done(&self, visibility: &Visibility, promise: &Promise) {
        let words = &self.dialog.words;
        self.dialog.say(&match visibility {
            Visibility::Public(..) => words.text("client-done-public"),
            Visibility::Sealed(..) => {
                let until = words.day(promise.cast_until.day());
                words.with2("client-done-sealed", "n", u64::from(promise.batch), "day", until)
            }
            Visibility::Anonymous => {
                let until = words.day(promise.cast_until.day());
                words.with2("client-done-anonymous", "n", u64::from(promise.batch), "day", until)
            }
        });
        self.dialog.event(&json!({
            "event": "cast",
            "batch": promise.batch,
            "cast_until": promise.cast_until.to_rfc3339(),
            "withdrawal_code": self.ballot.code.expose(),
        }));
        show_code(self.dialog, self.ballot);
    }
}

/// The withdrawal code, and what it is for.
pub fn show_code(dialog: &Dialog, ballot: &Ballot) {
    let code = ballot.code.expose();
    dialog.say(&format!("\n{}", dialog.words.with1("client-withdrawal-code", "code", code)));
    dialog.say(&dialog.words.text("client-withdrawal-code-text"));
}

/// Says that a ballot may not have been cast and where it is, after putting it into a file where it is nowhere else.
pub fn not_cast(dialog: &Dialog, ballot: &Ballot, kept: &BallotKept) {
    let words = &dialog.words;
    let file = match kept {
        BallotKept::InFile(name) => Some(name.clone()),
        BallotKept::ByItsOwner => None,
        BallotKept::Nowhere => ballot_file::keep(dialog, ballot),
    };
    dialog.event(&json!({ "event": "not-cast", "file": file }));
    dialog.say(&match (kept, file) {
        (BallotKept::InFile(_), Some(file)) => words.with1("client-not-cast-kept", "file", file),
        (_, Some(file)) => words.with1("client-not-cast-saved", "file", file),
        (BallotKept::ByItsOwner, None) => words.text("client-not-cast"),
        (_, None) => words.text("client-not-cast-lost"),
    });
}
