//! The logs of `tests/vectors/audit.json`, made by a script that shares no code with this one, honest and tampered
//! with: the audit finds in each what stands there. The browser's module is held against the same by
//! `tests/browser/statements/audit.mjs`.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    io::{Cursor, Read},
    num::NonZeroUsize,
    path::Path,
    process::Command,
};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use undersigned::{
    client::{
        audit::{self, Audited, EarlierAudit, Way},
        failure::Failure,
        reread::Reread,
        source::Source,
    },
    domain::{proof::ProofKind, time::Timestamp},
    log::{
        audit::finding::Finding,
        tiles::{Tile, bundle},
    },
};

/// What a site serves of one log.
struct Served(BTreeMap<String, Vec<u8>>);

impl Source for Served {
    fn open(&self, path: &str) -> Result<Option<Box<dyn Read>>, Failure> {
        let Some(bytes) = self.0.get(path) else { return Ok(None) };
        Ok(Some(Box::new(Cursor::new(bytes.clone()))))
    }
}

impl Served {
    fn of(vectors: &Value, log: &Value) -> Self {
        let leaf = |name: &str| URL_SAFE_NO_PAD.decode(text(&vectors["leaves"][name])).expect("base64url");
        let entries: Vec<Vec<u8>> = list(&log["entries"])
            .iter()
            .flat_map(|one| match one.as_str() {
                Some(name) => vec![leaf(name)],
                None => vec![leaf(text(&one[0])); usize::try_from(one[1].as_u64().unwrap()).unwrap()],
            })
            .collect();
        let mut files = BTreeMap::from([
            (String::from("log/vkey"), text(&log["vkey"]).as_bytes().to_vec()),
            (String::from("log/checkpoint"), text(&log["checkpoint"]).as_bytes().to_vec()),
        ]);
        for (path, content) in [("openings.json", &log["openings"]), ("numbers.json", &log["numbers"])] {
            if !content.is_null() {
                files.insert(String::from(path), content.to_string().into_bytes());
            }
        }
        let size = u64::try_from(entries.len()).unwrap();
        for (index, part) in (0..).zip(entries.chunks(256)) {
            let tile = Tile::widest_bundle(index, size).expect("a tile");
            files.insert(
                format!("log/tile/{tile}"),
                bundle(part.iter().map(Vec::as_slice)).expect("short entries"),
            );
        }
        Self(files)
    }

    /// Audits it; gives what the next audit goes on from, too.
    fn audit(&self, kept: Option<EarlierAudit>) -> (Result<Audited, Failure>, Vec<u8>) {
        let mut keep = Vec::new();
        let way = Way {
            kept,
            reread: Reread::All,
            key: [7; 32],
            threads: NonZeroUsize::MIN,
            progress: &mut |_, _| (),
            keep: Some(&mut keep),
            policy: None,
            now: Timestamp::from_secs(0),
        };
        (audit::audit(self, way), keep)
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}"))
}

fn list(value: &Value) -> &[Value] {
    value.as_array().unwrap_or_else(|| panic!("no list: {value}"))
}

fn vectors() -> Value {
    serde_json::from_str(include_str!("../vectors/audit.json")).expect("JSON")
}

/// What came later: a kind of proof, `later-kind`, that this program does not know, and leaves 08 with a page for each language.
fn later_vectors() -> Value {
    serde_json::from_str(include_str!("../vectors/audit_later.json")).expect("JSON")
}

/// As the vectors write it; why a leaf or cast is none is said by each reader in its own words.
fn written(finding: &Finding) -> Value {
    match *finding {
        Finding::Leaf { at, .. } => json!({"what": "leaf", "at": at}),
        Finding::Genesis { at } => json!({"what": "genesis", "at": at}),
        Finding::Foreign { at } => json!({"what": "foreign", "at": at}),
        Finding::Cast { at, .. } => json!({"what": "cast", "at": at}),
        Finding::CastTwice { first, again } => json!({"what": "cast-twice", "first": first, "again": again}),
        Finding::AfterClose { at } => json!({"what": "after-close", "at": at}),
        Finding::Unsigned { at } => json!({"what": "unsigned", "at": at}),
        Finding::OfNothing { at } => json!({"what": "of-nothing", "at": at}),
        Finding::TakenBackBefore { at } => json!({"what": "taken-back", "at": at}),
        Finding::MoreThanIssued { at, crowd } => {
            json!({"what": "more-than-issued", "at": at, "crowd": crowd})
        }
        Finding::Issued { at } => json!({"what": "issued", "at": at}),
        Finding::Opening { at } => json!({"what": "opening", "at": at}),
        Finding::Number { crowd, counted, shown } => {
            json!({"what": "number", "crowd": crowd, "counted": counted, "shown": shown})
        }
        Finding::Root => json!({"what": "root"}),
        other => panic!("not in a first audit: {other:?}"),
    }
}

fn in_order(findings: impl Iterator<Item = Value>) -> Vec<String> {
    let mut lines: Vec<String> = findings
        .map(|mut finding| {
            finding.as_object_mut().expect("an object").remove("why");
            finding.to_string()
        })
        .collect();
    lines.sort();
    lines
}

#[test]
fn an_auditor_finds_in_the_logs_of_the_vectors_what_everybody_must_find() {
    let vectors = vectors();
    assert!(judge(&vectors) > 60);
}

#[test]
fn an_auditor_takes_what_came_later_and_counts_kinds_of_proof_that_it_does_not_know() {
    let vectors = later_vectors();
    assert_eq!(judge(&vectors), 4);
    let log = &list(&vectors["logs"])[0];
    let verdict = Served::of(&vectors, log).audit(None).0.expect("an audit").verdict;
    let genesis = verdict.genesis.expect("a genesis");
    let kinds: Vec<_> =
        genesis.crowds.iter().map(|crowd| (crowd.proof.as_str(), crowd.proof.kind())).collect();
    let known = [ProofKind::WorkMail, ProofKind::AnyMail];
    assert_eq!(kinds, [("work-mail", Some(known[0])), ("later-kind", None), ("any-mail", Some(known[1]))]);
}

#[test]
fn somebody_with_an_older_program_is_told_of_a_kind_of_proof_that_it_does_not_know() {
    let vectors = later_vectors();
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("later-kind-{}", std::process::id()));
    for (path, bytes) in Served::of(&vectors, &list(&vectors["logs"])[0]).0 {
        let file = folder.join(path);
        fs::create_dir_all(file.parent().expect("a folder")).expect("folders");
        fs::write(file, bytes).expect("a file");
    }
    let audit =
        Command::new(env!("CARGO_BIN_EXE_undersigned")).arg("audit").arg(&folder).env_clear().output();
    let audit = audit.expect("the program runs");
    let said = String::from_utf8(audit.stdout).expect("UTF-8");
    assert!(said.contains("does not know the kind of proof “later-kind”"), "{said}{:?}", audit.stderr);
    assert!(said.contains("All is well"), "{said}");
    fs::remove_dir_all(folder).expect("a folder that can be removed");
}

/// Audits all logs with a verdict. Returns how many there are.
fn judge(vectors: &Value) -> usize {
    let judged: Vec<&Value> = list(&vectors["logs"]).iter().filter(|log| log["found"].is_array()).collect();
    for log in &judged {
        let name = &log["name"];
        let audited =
            Served::of(vectors, log).audit(None).0.unwrap_or_else(|error| panic!("{name}: {error}"));
        let found = in_order(audited.verdict.findings.iter().map(written));
        assert_eq!(found, in_order(list(&log["found"]).iter().cloned()), "{name}");
        let crowds: Vec<Value> = audited
            .verdict
            .crowds
            .iter()
            .map(|crowd| json!([crowd.cast, crowd.taken_back, crowd.voided, crowd.issued]))
            .collect();
        assert_eq!(Value::from(crowds), log["crowds"], "{name}");
    }
    judged.len()
}

#[test]
fn an_auditor_does_not_begin_with_what_is_no_log() {
    let vectors = vectors();
    for log in list(&vectors["logs"]).iter().filter(|log| log["refused"].is_string()) {
        let failure = Served::of(&vectors, log).audit(None).0.err();
        let code = failure.unwrap_or_else(|| panic!("{} is audited", log["name"])).message_id();
        assert_eq!(code.strip_prefix("client-"), log["refused"].as_str(), "{}", log["name"]);
    }
}

#[test]
fn an_auditor_who_was_there_before_finds_what_became_of_the_log() {
    let vectors = vectors();
    let logs = list(&vectors["logs"]);
    let later: Vec<&Value> = logs.iter().filter(|log| log["after"].is_string()).collect();
    assert!(later.len() > 9);
    for log in later {
        let before = logs.iter().find(|other| other["name"] == log["after"]).expect("the log before");
        let (well, kept) = Served::of(&vectors, before).audit(None);
        assert!(well.expect("an audit").kept);
        let kept = EarlierAudit::read(&mut kept.as_slice()).expect("what was kept");
        let audited = Served::of(&vectors, log).audit(Some(kept)).0.expect("an audit");
        let kinds: BTreeSet<&str> =
            audited.verdict.findings.iter().map(|found| found.kind().code()).collect();
        let kinds: Vec<&str> = kinds.into_iter().collect();
        assert_eq!(json!(kinds), log["kinds"]["with_all_entries"], "{}", log["name"]);
    }
}
