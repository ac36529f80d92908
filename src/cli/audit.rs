//! `undersigned audit URL`: checks a petition's whole log, for whoever does not want to believe the site.

use std::{
    io::{self, IsTerminal as _, Write as _},
    num::NonZeroUsize,
    path::PathBuf,
    thread,
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use clap::Args;
use serde_json::json;

use super::{
    audit_findings,
    audit_findings::{fingerprint, is_shorter_only},
    audit_state::{self, self as state, Draft},
    audit_witnesses,
    dialog::{Dialog, harmless},
    failure::Failure,
    files::Files,
    petition::{self, Connect},
};
use crate::{
    client::{
        address::{AddressMistake, PetitionAddress},
        audit::{self, Audited, Coverage, EarlierAudit, Way},
        failure::{self as client, Refusal, Untrusted},
        reread::Reread,
        source::Source,
    },
    clock::{Clock as _, SystemClock},
    entropy::{Entropy, SystemEntropy},
    locale::Locale,
    log::{
        audit::{
            Verdict,
            finding::{Disputed, Finding, Kind},
        },
        policy::Policy,
    },
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
    let what = arguments.what(&dialog)?;
    let states = arguments.state_files(&what);
    let kept = audit_state::read(&states)?;
    if let (state::Audited::Folder(folder), None) = (&what, &kept)
        && !folder.is_dir()
    {
        // Neither a folder nor an address, and nothing that was audited here before.
        petition::address(&dialog, &arguments.url)?;
    }
    // Never as it was typed: behind a # there may be an invitation.
    let name = match &what {
        state::Audited::Address(address) => address.to_string(),
        state::Audited::Folder(folder) => folder.display().to_string(),
    };
    dialog.say(&dialog.words.with1("audit-begins", "url", name));
    if let Some(kept) = &kept {
        dialog.say(&dialog.words.with1("audit-goes-on", "size", kept.size()));
    }
    let known = kept.as_ref().map(EarlierAudit::size);
    let draft = states.first().map(|file| Draft::begin(file)).transpose()?;
    let (audited, draft) = match &what {
        state::Audited::Folder(folder) => {
            let before = kept.map(|kept| (kept, Reread::All));
            of(&dialog, &Files(folder.clone()), before, draft, policy.as_ref())
        }
        state::Audited::Address(address) => {
            let server = petition::server(&dialog, &arguments.connect.route(&dialog, address)?, address)?;
            let before = kept.map(|kept| (kept, Reread::Sample));
            of(&dialog, &server, before, draft, policy.as_ref())
        }
    };
    let audited = audited.map_err(|failure| match (&failure, states.first(), known) {
        (client::Failure::Untrusted(Untrusted::OtherKey), Some(file), _) => {
            let text = dialog.words.with1("audit-other-key", "file", file.display().to_string());
            dialog.failed_as(&failure, text).with_exit_code(UNTRUSTED)
        }
        (client::Failure::Refused(Refusal::NotFound), _, Some(known)) => {
            unserved(&dialog, Finding::Gone { known })
        }
        _ => not_audited(&dialog, &failure),
    })?;
    refuse_other(&dialog, expected, &audited)?;
    if let Some(draft) = draft.filter(|_| audited.kept) {
        let file = draft.finish()?;
        dialog.say(&dialog.words.with1("audit-kept", "file", file));
    }
    conclude(&dialog, &audited)
}

impl Arguments {
    /// A folder that is there; else an address; else a folder that may have been there.
    fn what(&self, dialog: &Dialog) -> Result<state::Audited, Failure> {
        let folder = PathBuf::from(&self.url);
        if !folder.is_dir() {
            match PetitionAddress::parse(&self.url) {
                Ok(address) => return Ok(state::Audited::Address(address)),
                Err(AddressMistake::Form) if !self.url.contains("://") => {}
                Err(mistake) => return Err(Failure::usage(dialog.words.text(mistake.message_id()))),
            }
        }
        Ok(state::Audited::Folder(folder))
    }

    /// Where what is known is kept: written to the first, read from any.
    fn state_files(&self, what: &state::Audited) -> Vec<PathBuf> {
        match &self.state {
            _ if self.afresh => Vec::new(),
            Some(file) => vec![file.clone()],
            None => what.state_files(&self.url).unwrap_or_default(),
        }
    }
}

/// Something is not served, or not any more, and that is all that there is to say.
pub fn unserved(dialog: &Dialog, finding: Finding) -> Failure {
    let (text, kind) = (audit_findings::say(&dialog.words, &finding), finding.kind());
    dialog.event(&json!({
        "event": "audit",
        "well": false,
        "findings": [{ "kind": kind.code(), "text": text }],
        "more_findings": 0,
    }));
    Failure::because(text).with_exit_code(kind.exit_code())
}

/// Audits what this source has, with progress for whoever looks.
pub fn of(
    dialog: &Dialog,
    source: &dyn Source,
    before: Option<(EarlierAudit, Reread)>,
    mut draft: Option<Draft>,
    policy: Option<&Policy>,
) -> (Result<Audited, client::Failure>, Option<Draft>) {
    let entropy: &dyn Entropy = &SystemEntropy;
    let mut progress = Progress::begin(&dialog.words);
    let (kept, reread) = before.map_or((None, Reread::All), |(kept, reread)| (Some(kept), reread));
    let way = Way {
        kept,
        reread,
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
    dialog.event(&audit_findings::event(&dialog.words, audited));
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
        // Of a log that was not read to its end there is nothing to count.
        let counted = verdict.crowds.iter().filter(|_| audited.coverage.is_whole);
        for name in genesis.crowds.iter().map(|crowd| &crowd.proof).filter(|name| name.kind().is_none()) {
            dialog.say(&words.with1("proof-unknown-note", "name", name.as_str()));
        }
        for (crowd, count) in genesis.crowds.iter().zip(counted) {
            let proof = words.proof_name(&crowd.proof);
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
        dialog.say(&if audited.names {
            words.with1("audit-openings", "n", verdict.openings)
        } else {
            words.text("audit-no-names")
        });
        dialog.say(&words.text(if audited.numbers { "audit-numbers" } else { "audit-no-numbers" }));
        tell_coverage(dialog, audited);
        dialog.say(&words.text("audit-means"));
        dialog.say(&match audited.coverage.remembered {
            0 => words.text("audit-means-first"),
            size => {
                let newer = verdict.size.saturating_sub(size);
                words.with2("audit-means-again", "size", size, "newer", newer)
            }
        });
    } else {
        dialog.say(&words.with1("audit-bad", "n", total(verdict)));
        for finding in &verdict.findings {
            dialog.say(&format!("  {}", audit_findings::say(words, finding)));
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

/// What was read now, and what is taken from memory.
fn tell_coverage(dialog: &Dialog, audited: &Audited) {
    let words = &dialog.words;
    let Coverage { read, remembered, reread, since, .. } = audited.coverage;
    if remembered == 0 {
        dialog.say(&words.with1("audit-well", "size", audited.verdict.size));
        return;
    }
    let known = match since {
        Some(day) => words.with2("audit-remembered", "n", remembered, "day", words.day(day)),
        None => words.with1("audit-remembered-once", "n", remembered),
    };
    let again = if reread == remembered { "audit-reread-all" } else { "audit-reread-some" };
    dialog.say(&format!(
        "{} {} {known} {}",
        words.with1("audit-well-again", "size", audited.verdict.size),
        words.with1("audit-read", "n", read),
        words.with1(again, "n", reread),
    ));
}

/// Line by line.
fn harmless_note(note: &str) -> String {
    note.lines().map(harmless).collect::<Vec<_>>().join("\n")
}
