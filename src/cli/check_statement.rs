//! `undersigned check-statement URL FILE`: checks what somebody says to prove that they signed, against the whole log.

use std::{
    fs,
    io::{self, Read as _},
    path::{Path, PathBuf},
};

use clap::Args;
use serde_json::{Value, json};

use super::{
    audit::{Progress, not_audited},
    dialog::Dialog,
    failure::{Failure, While},
    petition::{self, Connect},
    receipt::{standing_event, tell},
};
use crate::{
    client::receipt::{self, Found, StatementChecked},
    log::standing::Standing,
    protocol::statement::{Statement, StatementError},
};

/// What the process ends with where the signature is not in the log.
const NOT_IN_LOG: u8 = 3;
const WITHDRAWN: u8 = 4;
const VOIDED: u8 = 5;
const FALSE: u8 = 6;
/// More than a mail with a statement in it has.
const MAX_BYTES: u64 = 64 * 1024;

/// About which petition, and what was said.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct Arguments {
    /// The petition's address
    url: String,
    /// The statement, or the mail that it came in; - reads it from standard input
    file: PathBuf,
    #[command(flatten)]
    connect: Connect,
}

/// Checks.
pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    let dialog = arguments.connect.dialog()?;
    let words = &dialog.words;
    let text = read(&dialog, &arguments.file)?;
    let statement = Statement::parse(&text).map_err(|error| {
        Failure::because(words.text(match error {
            StatementError::TooLong => "statement-too-long",
            StatementError::Form => "statement-form",
        }))
    })?;
    let address = petition::address(&dialog, &arguments.url)?;
    let server = petition::server(&dialog, &arguments.connect.route(&dialog, &address)?, &address)?;
    let checked = arguments.connect.check(&dialog, &server)?;
    let mut progress = Progress::begin(words);
    let outcome = dialog.insist(|| {
        receipt::check_statement(&server, &checked, &statement, &mut |done, size| progress.show(done, size))
    });
    progress.end();
    let outcome = outcome.map_err(|failure| not_audited(&dialog, &failure))?;
    let found = match outcome {
        StatementChecked::OtherPetition => return refused(&dialog, "statement-other-petition"),
        StatementChecked::NotSigned => return refused(&dialog, "statement-not-signed"),
        StatementChecked::Signed(found) => found,
    };
    let mut event = standing_event(&checked, found.standing.as_ref());
    if let Value::Object(fields) = &mut event {
        fields.insert(String::from("event"), json!("statement-checked"));
        fields.insert(String::from("signed"), json!(true));
        fields.insert(String::from("phrase"), json!(statement.phrase.expose()));
        fields.insert(String::from("entries"), json!(found.size));
    }
    dialog.event(&event);
    let Some(standing) = found.standing else {
        let text = words.with1("statement-not-in-log", "size", found.size);
        return Err(Failure::because(text).with_exit_code(NOT_IN_LOG));
    };
    let head = if standing.counts() { "statement-holds" } else { "statement-holds-no-more" };
    dialog.say(&words.with1(head, "entry", standing.entry));
    dialog.say(&format!("\n  {}\n", statement.phrase.expose()));
    tell(&dialog, &checked, &standing);
    dialog.say(&words.text("statement-compare"));
    dialog.say(&words.text("statement-means"));
    judge(&dialog, &found, &standing)
}

fn judge(dialog: &Dialog, found: &Found, standing: &Standing) -> Result<(), Failure> {
    let words = &dialog.words;
    match (found.retracted(), standing.voided) {
        (None, None) => Ok(()),
        (Some(entry), _) => {
            let text = words.with1("standing-retracted", "entry", entry);
            Err(Failure::because(text).with_exit_code(WITHDRAWN))
        }
        (None, Some(_)) => {
            let text = words.with1("statement-holds-no-more", "entry", standing.entry);
            Err(Failure::because(text.trim_end_matches(':').to_owned()).with_exit_code(VOIDED))
        }
    }
}

fn refused(dialog: &Dialog, id: &'static str) -> Result<(), Failure> {
    let text = dialog.words.text(id);
    let code = id.trim_start_matches("statement-");
    dialog.event(&json!({ "event": "statement-checked", "signed": false, "code": code, "text": text }));
    Err(Failure::because(text).with_exit_code(FALSE))
}

fn read(dialog: &Dialog, file: &Path) -> Result<String, Failure> {
    let cannot = || dialog.words.text("statement-unreadable");
    let mut bytes = Vec::new();
    if file == Path::new("-") {
        io::stdin().lock().take(MAX_BYTES).read_to_end(&mut bytes).map_err(While::doing(cannot()))?;
    } else {
        let opened = fs::File::open(file).map_err(While::doing(cannot()))?;
        opened.take(MAX_BYTES).read_to_end(&mut bytes).map_err(While::doing(cannot()))?;
    }
    // A mail may hold anything: what is not text around a statement does no harm.
    let text = String::from_utf8_lossy(&bytes).into_owned();
    if text.trim().is_empty() {
        Err(Failure::because(dialog.words.text("statement-empty")))
    } else {
        Ok(text)
    }
}
