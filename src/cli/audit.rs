//! `undersigned audit URL`: checks a petition's whole log, for whoever does not want to believe the site.

use std::{
    collections::BTreeMap,
    fs,
    io::{self, BufReader, BufWriter, IsTerminal as _, Write as _},
    num::NonZeroUsize,
    path::{Path, PathBuf},
    thread,
};

use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use clap::Args;
use serde_json::{Value, json};

use super::{
    audit_witnesses,
    dialog::{Dialog, harmless},
    failure::{Failure, While},
    files::{self, Files},
    petition::{self, Connect},
    prepare,
};
use crate::{
    client::{
        audit::{self, Audited, Kept, Source, Way},
        failure::{self as client, Untrusted},
    },
    clock::{Clock as _, SystemClock},
    config,
    domain::proof::ProofKind,
    entropy::{Entropy, SystemEntropy},
    locale::Locale,
    log::{
        audit::{
            Verdict,
            finding::{Disputed, Finding, Kind},
        },
        policy::Policy,
    },
    protocol::hash::sha256,
};

/// What the process ends with where key or checkpoint cannot be trusted, so that there is nothing to audit.
const UNTRUSTED: u8 = 9;

/// Which petition, and from where.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct Arguments {
    /// The petition's address, or a folder with its files
    url: String,
    /// Where what was audited is kept, to go on from there next time [default: a file for each address in
    /// ~/.local/state/undersigned]
    #[arg(long, value_name = "FILE", conflicts_with = "afresh")]
    state: Option<PathBuf>,
    /// Audit from the beginning, without what is known here, and keep nothing
    #[arg(long)]
    afresh: bool,
    /// Which witnesses must have cosigned: a policy file (C2SP tlog-policy, as Sigsum's tools read it)
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
    #[command(flatten)]
    connect: Connect,
}

/// Audits.
pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    let dialog = arguments.connect.dialog()?;
    let expected = arguments.connect.expected(&dialog)?;
    let policy = arguments.policy.as_deref().map(audit_witnesses::read_policy).transpose()?;
    let folder = Path::new(&arguments.url);
    let state = arguments.state_file();
    let kept = match &state {
        Some(file) => read_kept(&dialog, file)?,
        None => None,
    };
    dialog.say(&dialog.words.with1("audit-begins", "url", arguments.url.as_str()));
    let draft = state.as_deref().map(Draft::begin).transpose()?;
    let (audited, draft) = if folder.is_dir() {
        of(&dialog, &Files(folder.to_path_buf()), kept, draft, policy.as_ref())
    } else {
        let address = petition::address(&dialog, &arguments.url)?;
        let server = petition::server(&dialog, &arguments.connect.route(&dialog, &address)?, &address)?;
        of(&dialog, &server, kept, draft, policy.as_ref())
    };
    let audited = audited.map_err(|failure| match (&failure, &state) {
        (client::Failure::Untrusted(Untrusted::OtherKey), Some(file)) => {
            let text = dialog.words.with1("audit-other-key", "file", file.display().to_string());
            dialog.failed_as(&failure, text).with_exit_code(UNTRUSTED)
        }
        _ => not_audited(&dialog, &failure),
    })?;
    refuse_other(&dialog, expected, &audited)?;
    if let Some(draft) = draft.filter(|_| audited.kept) {
        let file = draft.file.display().to_string();
        draft.finish()?;
        dialog.say(&dialog.words.with1("audit-kept", "file", file));
    }
    conclude(&dialog, &audited)
}

/// Audits what this source has, with progress for whoever looks.
pub fn of(
    dialog: &Dialog,
    source: &dyn Source,
    kept: Option<Kept>,
    mut draft: Option<Draft>,
    policy: Option<&Policy>,
) -> (Result<Audited, client::Failure>, Option<Draft>) {
    let entropy: &dyn Entropy = &SystemEntropy;
    let mut progress = Progress::begin(&dialog.words);
    let way = Way {
        kept,
        key: entropy.bytes(),
        threads: thread::available_parallelism().unwrap_or(NonZeroUsize::MIN),
        progress: &mut |done, size| progress.show(done, size),
        keep: draft.as_mut().map(Draft::out),
        policy,
        now: SystemClock.now(),
    };
    let audited = audit::audit(source, way);
    progress.end();
    (audited, draft)
}

/// Says what came of it.
pub fn conclude(dialog: &Dialog, audited: &Audited) -> Result<(), Failure> {
    tell(dialog, audited);
    dialog.event(&event(&dialog.words, audited));
    match gravest(&audited.verdict) {
        None => Ok(()),
        Some(kind) => {
            let text = dialog.words.with1("audit-bad", "n", total(&audited.verdict));
            Err(Failure::because(text.trim_end_matches(':').to_owned()).with_exit_code(kind.exit_code()))
        }
    }
}

/// Refuses another petition than the one that was asked for.
pub fn refuse_other(dialog: &Dialog, expected: Option<[u8; 32]>, audited: &Audited) -> Result<(), Failure> {
    if expected.is_none() || expected == audited.verdict.genesis_hash {
        return Ok(());
    }
    Err(not_audited(dialog, &client::Failure::Untrusted(Untrusted::OtherGenesis)))
}

/// There was nothing to audit.
pub fn not_audited(dialog: &Dialog, failure: &client::Failure) -> Failure {
    let exit_code = if matches!(failure, client::Failure::Untrusted(_)) { UNTRUSTED } else { 1 };
    dialog.failed(failure).with_exit_code(exit_code)
}

impl Arguments {
    /// One file for each address.
    fn state_file(&self) -> Option<PathBuf> {
        if self.afresh {
            return None;
        }
        let default = || {
            let states = config::state_home()?;
            let [name @ .., _, _, _, _] = sha256(&[self.url.trim().trim_end_matches('/').as_bytes()]);
            let name = URL_SAFE_NO_PAD.encode::<[u8; 28]>(name);
            Some(states.join("undersigned").join(format!("audit-{name}.json")))
        };
        self.state.clone().or_else(default)
    }
}

fn read_kept(dialog: &Dialog, file: &Path) -> Result<Option<Kept>, Failure> {
    let opened = match fs::File::open(file) {
        Ok(opened) => opened,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => Err(While::doing(format!("{} cannot be read", file.display()))(error))?,
    };
    let doing = || format!("{} is damaged: remove it, or audit with --afresh", file.display());
    let kept = Kept::read(&mut BufReader::new(opened)).map_err(While::doing(doing()))?;
    dialog.say(&dialog.words.with1("audit-goes-on", "size", kept.size()));
    Ok(Some(kept))
}

/// What the next audit can go on from, while it is written: it takes its place only when it is whole.
pub struct Draft {
    file: PathBuf,
    unfinished: PathBuf,
    out: BufWriter<fs::File>,
}

impl Draft {
    fn begin(file: &Path) -> Result<Self, Failure> {
        if let Some(folder) = file.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            prepare::private_folder(folder)?;
        }
        let unfinished = files::draft_of(file);
        let out = fs::File::create(&unfinished)
            .map_err(While::doing(format!("{} cannot be written", file.display())))?;
        Ok(Self { file: file.to_path_buf(), unfinished, out: BufWriter::new(out) })
    }

    fn out(&mut self) -> &mut dyn io::Write {
        &mut self.out
    }

    fn finish(mut self) -> Result<(), Failure> {
        let written = self.out.flush().and_then(|()| fs::rename(&self.unfinished, &self.file));
        Ok(written.map_err(While::doing(format!("{} cannot be written", self.file.display())))?)
    }
}

/// What was not finished is of no use.
impl Drop for Draft {
    fn drop(&mut self) {
        fs::remove_file(&self.unfinished).unwrap_or_default();
    }
}

/// A line that is written over, where somebody looks.
pub struct Progress<'a> {
    words: &'a Locale,
    is_begun: bool,
    is_seen: bool,
}

impl<'a> Progress<'a> {
    /// Nothing is shown yet.
    pub fn begin(words: &'a Locale) -> Self {
        Self { words, is_begun: false, is_seen: io::stderr().is_terminal() }
    }

    /// So far.
    pub fn show(&mut self, done: u64, size: u64) {
        if self.is_seen {
            self.is_begun = true;
            let text = self.words.with2("audit-progress", "done", done, "size", size);
            write!(io::stderr(), "\r{text}  ").unwrap_or_default();
        }
    }

    /// The line is left.
    pub fn end(&self) {
        if self.is_begun {
            writeln!(io::stderr()).unwrap_or_default();
        }
    }
}

/// What the exit code goes by.
fn gravest(verdict: &Verdict) -> Option<Kind> {
    verdict.findings.iter().map(Finding::kind).min()
}

fn total(verdict: &Verdict) -> u64 {
    u64::try_from(verdict.findings.len()).unwrap_or(u64::MAX).saturating_add(verdict.more)
}

fn tell(dialog: &Dialog, audited: &Audited) {
    let (words, verdict) = (&dialog.words, &audited.verdict);
    if let Some(genesis) = &verdict.genesis {
        dialog.say(&words.with1("client-petition", "title", harmless(&genesis.title)));
        dialog.say(&words.with1("client-addressed-to", "to", harmless(&genesis.addressed_to)));
        if let Some(hash) = fingerprint(verdict) {
            dialog.say(&words.with1("client-fingerprint", "hash", hash));
        }
        for (crowd, count) in genesis.crowds.iter().zip(&verdict.crowds) {
            let proof = words.text(proof_id(crowd.proof));
            let proof = match &crowd.employer {
                Some(employer) => format!("{proof}, {}", harmless(employer)),
                None => proof,
            };
            let out = count.taken_back.saturating_add(count.voided);
            let cast = words.with3("audit-crowd", "proof", proof, "cast", count.cast, "out", out);
            let counted = words.with1("audit-crowd-counted", "counted", count.counted());
            let issued = words.with1("audit-crowd-issued", "n", count.issued);
            dialog.say(&format!("{cast} {counted} {issued}"));
            for (reason, n) in &count.reasons {
                let why = words.text(reason.message_id());
                dialog.say(&format!("  {}", words.with2("audit-crowd-voided", "n", *n, "reason", why)));
            }
        }
    }
    if verdict.reversed > 0 {
        dialog.say(&words.with1("audit-reversed", "n", verdict.reversed));
    }
    for Disputed { first, end, text } in &verdict.disputes {
        let last = end.saturating_sub(1);
        dialog.say(&words.with3("audit-disputed", "first", *first, "last", last, "text", harmless(text)));
    }
    if verdict.findings.is_empty() {
        dialog.say(&words.with1("audit-openings", "n", verdict.openings));
        dialog.say(&words.text(if audited.numbers { "audit-numbers" } else { "audit-no-numbers" }));
        dialog.say(&words.with1("audit-well", "size", verdict.size));
        dialog.say(&words.text("audit-means"));
        dialog.say(&match audited.from {
            0 => words.text("audit-means-first"),
            size => {
                let newer = verdict.size.saturating_sub(size);
                words.with2("audit-means-again", "size", size, "newer", newer)
            }
        });
    } else {
        dialog.say(&words.with1("audit-bad", "n", total(verdict)));
        for finding in &verdict.findings {
            dialog.say(&format!("  {}", say(words, finding)));
        }
        if verdict.more > 0 {
            dialog.say(&format!("  {}", words.with1("audit-more", "n", verdict.more)));
        }
        if let Some(earlier) = &audited.earlier_note {
            dialog.say(&format!(
                "{}\n\n{}\n\n{}\n",
                words.text(if is_shorter_only(verdict) { "audit-shorter-notes" } else { "audit-both-notes" }),
                harmless_note(earlier),
                harmless_note(&audited.note)
            ));
        }
    }
    audit_witnesses::tell(dialog, audited);
    if let Some(host) = &verdict.host {
        dialog.say(&words.with1("audit-host", "host", harmless(host)));
    }
    let root = STANDARD.encode(verdict.root);
    let origin = audited.key.origin().as_str();
    dialog.say(&words.with3("audit-checkpoint", "origin", origin, "size", verdict.size, "root", root));
}

/// An older copy of an honest log is shorter, too: two such notes prove nothing by themselves.
fn is_shorter_only(verdict: &Verdict) -> bool {
    let is_other =
        |finding: &Finding| finding.kind() == Kind::Fork || matches!(finding, Finding::WitnessedOther { .. });
    !verdict.findings.iter().any(is_other)
}

/// G as people compare it.
fn fingerprint(verdict: &Verdict) -> Option<String> {
    verdict.genesis_hash.map(|hash| URL_SAFE_NO_PAD.encode(hash))
}

/// Line by line.
fn harmless_note(note: &str) -> String {
    note.lines().map(harmless).collect::<Vec<_>>().join("\n")
}

const fn proof_id(proof: ProofKind) -> &'static str {
    match proof {
        ProofKind::WorkMail => "audit-proof-work-mail",
        ProofKind::Invite => "audit-proof-invite",
        ProofKind::AnyMail => "audit-proof-any-mail",
    }
}

/// The words for a finding.
fn say(words: &Locale, finding: &Finding) -> String {
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

fn event(words: &Locale, audited: &Audited) -> Value {
    let verdict = &audited.verdict;
    let genesis = verdict.genesis.as_ref();
    let crowds = genesis.map(|genesis| {
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
        "from": audited.from,
        "root": STANDARD.encode(verdict.root),
        "genesis_hash": fingerprint(verdict),
        "title": genesis.map(|genesis| &genesis.title),
        "crowds": crowds,
        "openings": verdict.openings,
        "numbers_compared": audited.numbers,
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
