//! What an audit found, in words and for programs.

use std::collections::BTreeMap;

use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use serde_json::{Value, json};

use crate::{
    cli::audit_witnesses,
    client::audit::Audited,
    locale::Locale,
    log::audit::{
        Verdict,
        finding::{Finding, Kind},
    },
};

/// The words for a finding.
pub fn say(words: &Locale, finding: &Finding) -> String {
    match *finding {
        Finding::Leaf { at, error } => words.with2("audit-found-leaf", "at", at, "why", error.to_string()),
        Finding::Genesis { at } => words.with1("audit-found-genesis", "at", at),
        Finding::Foreign { at } => words.with1("audit-found-foreign", "at", at),
        Finding::Cast { at, error } => words.with2("audit-found-cast", "at", at, "why", error.to_string()),
        Finding::CastTwice { first, again } => {
            words.with2("audit-found-cast-twice", "first", first, "again", again)
        }
        Finding::AfterClose { at } => words.with1("audit-found-after-close", "at", at),
        Finding::Unsigned { at } => words.with1("audit-found-unsigned", "at", at),
        Finding::OfNothing { at } => words.with1("audit-found-of-nothing", "at", at),
        Finding::TakenBackBefore { at } => words.with1("audit-found-taken-back", "at", at),
        Finding::MoreThanIssued { at, crowd } => {
            words.with2("audit-found-more-than-issued", "at", at, "crowd", u64::from(crowd))
        }
        Finding::Issued { at } => words.with1("audit-found-issued", "at", at),
        Finding::Opening { at } => words.with1("audit-found-opening", "at", at),
        Finding::Number { crowd, counted, shown } => {
            words.with3("audit-found-number", "crowd", u64::from(crowd), "counted", counted, "shown", shown)
        }
        Finding::NotServed { first, end } => {
            words.with2("audit-found-not-served", "first", first, "last", end.saturating_sub(1))
        }
        Finding::NoLongerServed { first, end } => {
            words.with2("audit-found-no-longer-served", "first", first, "last", end.saturating_sub(1))
        }
        Finding::Gone { known } => words.with1("audit-found-gone", "size", known),
        Finding::Root => words.text("audit-found-root"),
        Finding::Shorter { before, now } => words.with2("audit-found-shorter", "before", before, "now", now),
        Finding::Edited { at } => words.with1("audit-found-edited", "at", at),
        Finding::Dropped { at } => words.with1("audit-found-dropped", "at", at),
        Finding::Moved { from, to } => words.with2("audit-found-moved", "from", from, "to", to),
        Finding::Repeated { first, again } => {
            words.with2("audit-found-repeated", "first", first, "again", again)
        }
        Finding::Forked => words.text("audit-found-forked"),
        Finding::WitnessedLonger { witnessed, now } => {
            words.with2("audit-found-witnessed-longer", "witnessed", witnessed, "now", now)
        }
        Finding::WitnessedOther { size } => words.with1("audit-found-witnessed-other", "size", size),
        Finding::Unwitnessed { cosigned } => words.with1("audit-found-unwitnessed", "n", cosigned),
        Finding::PolicyOtherLog => words.text("audit-found-policy-other-log"),
    }
}

/// All of it, for programs.
pub fn event(words: &Locale, audited: &Audited) -> Value {
    let (verdict, coverage) = (&audited.verdict, audited.coverage);
    let genesis = verdict.genesis.as_ref();
    let crowds = genesis.filter(|_| coverage.is_whole).map(|genesis| {
        let counts = genesis.crowds.iter().zip(&verdict.crowds);
        counts
            .map(|(crowd, count)| {
                json!({
                    "proof": crowd.proof.as_str(),
                    "employer": crowd.employer,
                    "cast": count.cast,
                    "taken_back": count.taken_back,
                    "voided": count.voided,
                    "voided_for": count.reasons.iter().map(|(reason, n)| (reason.code(), *n)).collect::<BTreeMap<_, _>>(),
                    "counted": count.counted(),
                    "issued": count.issued,
                })
            })
            .collect::<Vec<_>>()
    });
    let findings = verdict.findings.iter();
    json!({
        "event": "audit",
        "well": verdict.findings.is_empty(),
        "origin": audited.key.origin().as_str(),
        "vkey": audited.key.to_string(),
        "checkpoint": audited.note,
        "earlier_checkpoint": audited.earlier_note,
        "earlier_contradicts": audited.earlier_note.is_some() && !is_shorter_only(verdict),
        "entries": verdict.size,
        "from": coverage.remembered,
        "read": coverage.read,
        "remembered": coverage.remembered,
        "remembered_since": coverage.since.map(|day| day.to_string()),
        "reread": coverage.reread,
        "root": STANDARD.encode(verdict.root),
        "genesis_hash": fingerprint(verdict),
        "title": genesis.map(|genesis| &genesis.title),
        "crowds": crowds,
        "openings": verdict.openings,
        "numbers_compared": audited.numbers,
        "names_compared": audited.names,
        "host": verdict.host,
        "voids_reversed": verdict.reversed,
        "disputes": verdict.disputes,
        "witnesses": audit_witnesses::event(audited),
        "witnessed_entries": audited.witnessing.size,
        "policy_satisfied": audited.witnessing.is_enough,
        "findings": findings.map(|one| json!({"kind": one.kind().code(), "text": say(words, one)})).collect::<Vec<_>>(),
        "more_findings": verdict.more,
    })
}

/// An older copy of an honest log is shorter, too: two such notes prove nothing by themselves.
pub fn is_shorter_only(verdict: &Verdict) -> bool {
    let is_other =
        |finding: &Finding| finding.kind() == Kind::Fork || matches!(finding, Finding::WitnessedOther { .. });
    !verdict.findings.iter().any(is_other)
}

/// G as people compare it.
pub fn fingerprint(verdict: &Verdict) -> Option<String> {
    verdict.genesis_hash.map(|hash| URL_SAFE_NO_PAD.encode(hash))
}
