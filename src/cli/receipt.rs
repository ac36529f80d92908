//! `undersigned receipt URL`: finds a signature in the public log, without telling the server which one it looks for;
//! keeps a receipt, compares with one that was kept, and signs a phrase to prove that the signature is one's own.

use std::{
    fs,
    path::{Path, PathBuf},
};

use clap::Args;
use serde_json::{Value, json};
use zeroize::Zeroizing;

use super::{
    audit::Progress,
    ballot_file::Place,
    dialog::{Dialog, harmless},
    failure::{Failure, While},
    petition::{self, Connect},
    withdraw::withdrawal_code,
};
use crate::{
    client::{
        log::Checked,
        receipt::{self, Found, Since},
        receipt_file::{NotAReceipt, ReceiptFile},
    },
    domain::text::Phrase,
    locale::Locale,
    log::{standing::Standing, tlog_proof::LogProof},
    protocol::{leaf::GenesisCrowd, statement::Statement, withdrawal_code::WithdrawalCode},
};

/// The log is not the one that the receipt is of: as `audit` says it.
const FORKED: u8 = 10;
/// The log is shorter than it was.
const PUT_BACK: u8 = 11;

/// In which petition's log, and what to do with what is found.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct Arguments {
    /// The petition's address
    url: String,
    /// Write a receipt into a new file that only you can read: the code, and a proof that the signature is in the log
    #[arg(long, value_name = "FILE")]
    keep: Option<PathBuf>,
    /// Take the code from a receipt that was kept, and say whether the log is still the one that it proves
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,
    /// Sign a phrase that somebody chose, as proof to them that you signed; asks for the phrase
    #[arg(long)]
    prove: bool,
    #[command(flatten)]
    connect: Connect,
}

/// Looks.
pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    let dialog = arguments.connect.dialog()?;
    let words = &dialog.words;
    let address = petition::address(&dialog, &arguments.url)?;
    let kept = arguments.file.as_deref().map(|file| read(&dialog, file)).transpose()?;
    let place = arguments.keep.as_deref().map(|file| Place::at(&dialog, file)).transpose()?;
    let server = petition::server(&dialog, &arguments.connect.route(&dialog, &address)?, &address)?;
    let checked = arguments.connect.check(&dialog, &server)?;
    let code = match kept.as_ref().and_then(|kept| kept.code.clone()) {
        Some(code) => code,
        None => withdrawal_code(&dialog)?,
    };
    let key = code.public_key();
    let mut progress = Progress::begin(words);
    let found =
        dialog.insist(|| receipt::look(&server, &checked, key, &mut |done, size| progress.show(done, size)));
    progress.end();
    let found = found.map_err(|failure| dialog.failed(&failure))?;
    dialog.say(&match found.entry() {
        Some(entry) => words.with2("client-found", "entry", entry, "size", found.size),
        None => words.with1("client-not-found-in-log", "size", found.size),
    });
    if let Some(standing) = &found.standing {
        tell(&dialog, &checked, standing);
    }
    let since = kept.as_ref().and_then(|kept| found.since(kept, &checked));
    if let Some(since) = since {
        dialog.say(&since_in_words(words, since, found.size));
    }
    dialog.event(&event(&checked, &found, since));
    if let Some(place) = place {
        keep(
            &dialog,
            &place,
            &Receipt { url: &arguments.url, code: &code, checked: &checked, proof: found.proof(&checked) },
        )?;
    }
    if arguments.prove {
        prove(&dialog, &checked, &code, &found)?;
    }
    judge(words, since)
}

/// What the log says of a signature, for people.
pub fn tell(dialog: &Dialog, checked: &Checked, standing: &Standing) {
    let words = &dialog.words;
    if let Some(crowd) = checked.genesis.crowds.get(usize::from(standing.crowd.get())) {
        dialog.say(&words.with1("standing-crowd", "proof", proof_in_words(words, crowd)));
    }
    if let Some(entry) = standing.retracted {
        dialog.say(&words.with1("client-retracted", "entry", entry));
    }
    if let Some(voided) = standing.voided {
        let why = words.text(voided.reason.why_message_id());
        dialog.say(&words.with2("standing-voided", "entry", voided.at, "reason", why));
    }
    if standing.counts() {
        dialog.say(&words.text("standing-counts"));
    }
}

fn proof_in_words(words: &Locale, crowd: &GenesisCrowd) -> String {
    words.proof_by_name(&crowd.proof, crowd.employer.as_deref().map(harmless).as_deref())
}

/// What the log says of a signature, for programs.
pub fn standing_event(checked: &Checked, standing: Option<&Standing>) -> Value {
    let crowd = standing.and_then(|standing| checked.genesis.crowds.get(usize::from(standing.crowd.get())));
    let voided = standing.and_then(|standing| standing.voided);
    json!({
        "entry": standing.map(|standing| standing.entry),
        "proof": crowd.map(|crowd| crowd.proof.as_str()),
        "employer": crowd.and_then(|crowd| crowd.employer.as_ref()),
        "retracted_by": standing.and_then(|standing| standing.retracted),
        "voided_by": voided.map(|voided| voided.at),
        "void_reason": voided.map(|voided| voided.reason.code()),
        "counts": standing.is_some_and(Standing::counts),
    })
}

fn event(checked: &Checked, found: &Found, since: Option<Since>) -> Value {
    let mut event = standing_event(checked, found.standing.as_ref());
    if let Value::Object(fields) = &mut event {
        fields.insert(String::from("event"), json!("receipt"));
        fields.insert(String::from("entries"), json!(found.size));
        fields.insert(String::from("since"), json!(since.map(since_code)));
    }
    event
}

const fn since_code(since: Since) -> &'static str {
    match since {
        Since::Still { .. } => "still",
        Since::OtherKey => "other-key",
        Since::Shorter { .. } => "shorter",
        Since::Changed => "changed",
        Since::OtherSignature => "other-signature",
        Since::Damaged => "damaged",
    }
}

fn since_in_words(words: &Locale, since: Since, now: u64) -> String {
    match since {
        Since::Still { size } => words.with1("own-since-still", "size", size),
        Since::OtherKey => words.text("own-since-other-key"),
        Since::Shorter { size } => words.with2("own-since-shorter", "before", size, "size", now),
        Since::Changed => words.text("own-since-changed"),
        Since::OtherSignature => words.text("own-since-other-signature"),
        Since::Damaged => words.text("own-since-damaged"),
    }
}

/// How the process ends.
fn judge(words: &Locale, since: Option<Since>) -> Result<(), Failure> {
    let failed = |since| Failure::because(since_in_words(words, since, 0));
    match since {
        None | Some(Since::Still { .. }) => Ok(()),
        Some(since @ (Since::OtherKey | Since::Changed)) => Err(failed(since).with_exit_code(FORKED)),
        Some(Since::Shorter { .. }) => {
            Err(Failure::because(words.text("client-shorter")).with_exit_code(PUT_BACK))
        }
        Some(since @ (Since::OtherSignature | Since::Damaged)) => Err(failed(since)),
    }
}

fn read(dialog: &Dialog, file: &Path) -> Result<ReceiptFile, Failure> {
    let text = fs::read_to_string(file)
        .map(Zeroizing::new)
        .map_err(While::doing(dialog.words.text("receipt-file-unreadable")))?;
    ReceiptFile::parse(&text).map_err(|bad| {
        Failure::because(dialog.words.text(match bad {
            NotAReceipt::Form => "receipt-file-bad",
            NotAReceipt::Mistyped => "receipt-file-bad-code",
            NotAReceipt::Proof => "receipt-file-bad-proof",
        }))
    })
}

struct Receipt<'a> {
    url: &'a str,
    code: &'a WithdrawalCode,
    checked: &'a Checked,
    proof: Option<LogProof>,
}

fn keep(dialog: &Dialog, place: &Place, receipt: &Receipt<'_>) -> Result<(), Failure> {
    let words = &dialog.words;
    let Some(proof) = &receipt.proof else {
        dialog.say(&words.text("own-keep-not-yet"));
        dialog.event(&json!({ "event": "not-kept" }));
        return Ok(());
    };
    let line = |label: &str, value: &str| format!("{}: {value}\n", words.text(label));
    let text = Zeroizing::new(
        [
            format!("{}\n\n", words.text("receipt-file-title")),
            line("receipt-file-petition", receipt.url),
            line("receipt-file-code", &receipt.code.expose()),
            line("receipt-file-key", &receipt.checked.key.to_string()),
            format!("\n{}\n\n", words.text("receipt-file-proof")),
            proof.to_text(),
        ]
        .concat(),
    );
    place.write_text(&text).map_err(While::doing(format!("{} cannot be written", place.name())))?;
    dialog.say(&words.with1("receipt-kept", "file", place.name()));
    dialog.event(&json!({ "event": "kept", "file": place.name() }));
    Ok(())
}

/// The phrase is asked for: on a command line others on this machine could read with whom somebody speaks.
fn prove(dialog: &Dialog, checked: &Checked, code: &WithdrawalCode, found: &Found) -> Result<(), Failure> {
    let words = &dialog.words;
    for text in ["prove-lead", "prove-shows", "prove-names", "prove-what"] {
        dialog.say(&words.text(text));
    }
    if found.standing.is_none() {
        dialog.say(&words.text("prove-waits"));
    }
    let phrase = dialog.ask_until("phrase", &words.text("prove-prompt"), |typed| {
        Phrase::parse(typed).map_err(|problem| words.problem(&problem))
    })?;
    let petition = checked.genesis.petition;
    let statement = Statement::sign(petition, checked.genesis_hash, code, phrase).to_json();
    dialog.say(&format!("{}\n\n{statement}\n", words.text("statement-made-lead")));
    dialog.event(&json!({ "event": "statement", "statement": statement }));
    Ok(())
}
