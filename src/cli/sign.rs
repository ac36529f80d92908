//! `undersigned sign URL`: from the key check to the withdrawal code, without a browser.

use std::path::PathBuf;

use clap::{
    Args,
    builder::{PossibleValue, PossibleValuesParser, TypedValueParser},
};
use serde_json::json;

use super::{
    ballot_file::Place,
    cast::{self, BallotKept, Casting},
    dialog::Dialog,
    failure::Failure,
    petition::{self, Connect},
    visibility::WithSealed,
};
use crate::{
    client::{
        cast::Visibility,
        failure::{Failure as ClientFailure, Refusal},
        log::{Checked, check_again},
        server::Server,
        sign::{self, Shown, Signing, ask_code, crowd_for, needs_new_code, proofs_taken},
    },
    domain::{
        eligibility,
        email::EmailAddress,
        proof::{Evidence, ProofKind},
    },
    entropy::SystemEntropy,
    protocol::{ballot::Ballot, mail_code::MailCode},
};

/// What to sign, and how.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct Arguments {
    /// The petition's address, without what may follow # in it: that is a secret, and is asked for
    url: String,
    /// How you show that you may sign; asked for where the petition takes several proofs
    #[arg(long, value_parser = proof_kind())]
    proof: Option<ProofKind>,
    #[command(flatten)]
    visibility: WithSealed,
    /// Save a ballot file to cast later from another network, and cast nothing now
    #[arg(long, value_name = "FILE", conflicts_with = "WithSealed")]
    later: Option<PathBuf>,
    #[command(flatten)]
    connect: Connect,
}

/// Reads a kind of proof by its name, with all of them in the help.
fn proof_kind() -> impl TypedValueParser<Value = ProofKind> {
    let names = ProofKind::ALL.iter().map(|kind| PossibleValue::new(kind.as_str()).help(kind.about()));
    PossibleValuesParser::new(names).try_map(ProofKind::try_from)
}

/// Signs.
pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    let dialog = arguments.connect.dialog()?;
    let address = petition::address(&dialog, &arguments.url)?;
    let route = arguments.connect.route(&dialog, &address)?;
    let place = arguments.later.as_deref().map(|path| Place::at(&dialog, path)).transpose()?;
    let server = petition::server(&dialog, &route, &address)?;
    let checked = arguments.connect.check(&dialog, &server)?;
    let visibility = match place {
        Some(_) => None,
        None => Some(arguments.visibility.resolve(&dialog, &checked)?),
    };
    let ballot = token(&dialog, &server, &checked, arguments.proof)?;
    // What proved who may sign ends here; the rest goes over connections that never saw it.
    drop(server);
    if let Some(place) = place {
        return save(&dialog, &checked, &place, &ballot);
    }
    let visibility = visibility.unwrap_or(Visibility::Anonymous);
    dialog.say(&dialog.words.text("client-same-network"));
    let server = petition::server(&dialog, &route, &address)
        .inspect_err(|_| cast::not_cast(&dialog, &ballot, &BallotKept::Nowhere))?;
    let casting = Casting { dialog: &dialog, server: &server, ballot: &ballot, kept: &BallotKept::Nowhere };
    let again = dialog.insist(|| check_again(&server, &checked));
    let checked = again.map_err(|failure| casting.not_cast(&failure))?;
    casting.cast(&checked, &visibility)
}

fn save(dialog: &Dialog, checked: &Checked, place: &Place, ballot: &Ballot) -> Result<(), Failure> {
    if let Err(error) = place.write(ballot) {
        cast::not_cast(dialog, ballot, &BallotKept::Nowhere);
        return Err(Failure::because(error));
    }
    let (words, name) = (&dialog.words, place.name());
    let until = words.day(checked.genesis.cast_until.day());
    dialog.say(&words.with1("client-saved", "file", name.as_str()));
    dialog.say(&words.with2("client-saved-text", "day", until, "file", name.as_str()));
    dialog.event(&json!({
        "event": "saved",
        "file": name,
        "cast_until": checked.genesis.cast_until.to_rfc3339(),
        "withdrawal_code": ballot.code.expose(),
    }));
    cast::show_code(dialog, ballot);
    Ok(())
}

/// From a proof to a token.
fn token(
    dialog: &Dialog,
    server: &Server<'_>,
    checked: &Checked,
    chosen: Option<ProofKind>,
) -> Result<Ballot, Failure> {
    let proof = choose_proof(dialog, checked, chosen)?;
    match proof.evidence() {
        Evidence::Invitation => by_invitation(dialog, server, checked, proof),
        Evidence::MailedCode(_) => by_mail(dialog, server, checked, proof),
    }
}

fn choose_proof(dialog: &Dialog, checked: &Checked, chosen: Option<ProofKind>) -> Result<ProofKind, Failure> {
    let words = &dialog.words;
    let taken = proofs_taken(&checked.genesis);
    if let Some(proof) = chosen {
        let refused = || Failure::usage(words.text("client-proof-not-taken"));
        return taken.contains(&proof).then_some(proof).ok_or_else(refused);
    }
    if let [only] = taken.as_slice() {
        dialog.say(&words.proof(*only).offer());
        return Ok(*only);
    }
    dialog.say(&words.text("client-proof-heading"));
    for (number, proof) in (1_u64..).zip(&taken) {
        let text = words.proof(*proof).offer();
        dialog.say(&words.with2("client-proof-option", "number", number, "text", text));
    }
    dialog.ask_until("proof", &words.text("client-proof-prompt"), |typed| {
        let typed = if typed.is_empty() { "1" } else { typed };
        let mut numbered = (1_u64..).zip(&taken);
        let found = numbered.find(|(number, proof)| typed == number.to_string() || typed == proof.as_str());
        found.map(|(_, proof)| *proof).ok_or_else(|| words.text("client-proof-mistake"))
    })
}

fn by_mail(
    dialog: &Dialog,
    server: &Server<'_>,
    checked: &Checked,
    proof: ProofKind,
) -> Result<Ballot, Failure> {
    let words = &dialog.words;
    let (address, crowd) = dialog.ask_until("address", &words.text("client-address-prompt"), |typed| {
        let address = EmailAddress::parse(typed).map_err(|problem| dialog.problem(&problem))?;
        let crowd = crowd_for(&checked.genesis, proof, Some(&address))
            .map_err(|refusal| words.text(refusal_message_id(refusal)))?;
        Ok((address, crowd))
    })?;
    let ask = || {
        let asked = dialog.insist(|| ask_code(server, checked, proof, &address));
        let ticket = asked.map_err(|failure| dialog.failed(&failure))?;
        dialog.say(&words.text("client-code-sent"));
        dialog.event(&json!({ "event": "code-asked" }));
        Ok::<_, Failure>(ticket)
    };
    let mut ticket = ask()?;
    let signing =
        Signing::begin(checked, crowd, &SystemEntropy).map_err(|failure| dialog.failed(&failure))?;
    loop {
        let code = dialog.ask_until("code", &words.text("client-code-prompt"), |typed| {
            MailCode::parse(typed).map_err(|_cause| words.text("code-shape"))
        })?;
        let shown = Shown::MailedCode(&ticket, &code);
        match dialog.insist(|| signing.redeem(server, checked, &shown)) {
            Ok(ballot) => return Ok(ballot),
            Err(failure @ ClientFailure::Refused(Refusal::WrongCode { .. })) => {
                dialog.mistake("code", &dialog.words_for(&failure));
            }
            Err(failure) if needs_new_code(&failure) => {
                let text = format!("{} {}", dialog.words_for(&failure), words.text("client-new-code"));
                dialog.mistake("code", &text);
                ticket = ask()?;
            }
            Err(failure) => return Err(dialog.failed(&failure)),
        }
    }
}

/// The form's words, where they do not speak of the form.
const fn refusal_message_id(refusal: eligibility::Refusal) -> &'static str {
    match refusal {
        eligibility::Refusal::OutsideDomains => "address-outside-domains",
        eligibility::Refusal::RoleMailbox => "address-role-mailbox",
        eligibility::Refusal::WorkAddress => "address-work-address",
        eligibility::Refusal::ProofNotTaken => "client-proof-not-taken",
    }
}

fn by_invitation(
    dialog: &Dialog,
    server: &Server<'_>,
    checked: &Checked,
    proof: ProofKind,
) -> Result<Ballot, Failure> {
    let words = &dialog.words;
    let crowd = crowd_for(&checked.genesis, proof, None)
        .map_err(|_refusal| Failure::usage(words.text("client-proof-not-taken")))?;
    let signing =
        sign::Signing::begin(checked, crowd, &SystemEntropy).map_err(|failure| dialog.failed(&failure))?;
    loop {
        let invitation = dialog.ask("invitation", &words.text("client-invitation-prompt"))?;
        let shown = Shown::Invitation(&invitation);
        match dialog.insist(|| signing.redeem(server, checked, &shown)) {
            Ok(ballot) => return Ok(ballot),
            Err(failure @ ClientFailure::Refused(Refusal::UnknownInvitation)) => {
                dialog.mistake("invitation", &dialog.words_for(&failure));
            }
            Err(failure) => return Err(dialog.failed(&failure)),
        }
    }
}
