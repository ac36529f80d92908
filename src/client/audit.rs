//! Auditing a petition: all of its log, what it shows, and whether it continues what was audited before. For journalists
//! and whoever else does not want to believe the site. Everything is fetched, whoever asks.

use std::{
    io::{self, BufRead, Read, Write},
    num::NonZeroUsize,
    sync::mpsc,
    thread,
};

use serde::{Deserialize, Serialize};

use crate::{
    client::{
        bounds::NOTE_MAX_BYTES,
        failure::{Failure, Untrusted},
        reread::{Remembered, Reread, reread},
        shown,
        source::{Source, bundle, lost, settled, verifier_key},
        witnessed::{self, WitnessedNote, Witnessing},
    },
    domain::time::{Day, Timestamp},
    log::{
        audit::{
            Auditor, Opened, Verdict,
            finding::{Finding, Kind},
            history,
        },
        checkpoint::Checkpoint,
        note::VerifierKey,
        policy::Policy,
        tiles::Tile,
    },
};

/// How many bundles are verified at a time: a thousand entries. Some times as many are on their way.
const BUNDLES: usize = 4;
/// Fewer, where they are this long already: ordinary ones have a hundred thousand bytes.
const BUNDLES_BYTES: usize = 4 * 1024 * 1024;
/// More than a checkpoint and a key have, as an audit is kept.
const HEAD_MAX_BYTES: u64 = 2 * NOTE_MAX_BYTES;

/// What an earlier audit left.
pub struct EarlierAudit {
    key: VerifierKey,
    note: String,
    day: Option<Day>,
    auditor: Auditor,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct EarlierHead {
    key: String,
    note: String,
    /// When it was audited. Not in what versions before this kept.
    #[serde(default)]
    day: Option<String>,
}

/// The bytes are nothing that an audit left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not what an earlier audit left")]
pub struct NotAnAudit;

impl EarlierAudit {
    /// Reads what an audit wrote down.
    ///
    /// # Errors
    /// [`NotAnAudit`].
    pub fn read(from: &mut dyn BufRead) -> Result<Self, NotAnAudit> {
        let mut line = Vec::new();
        from.take(HEAD_MAX_BYTES).read_until(b'\n', &mut line).or(Err(NotAnAudit))?;
        let head: EarlierHead = serde_json::from_slice(&line).or(Err(NotAnAudit))?;
        Ok(Self {
            key: VerifierKey::parse(&head.key).or(Err(NotAnAudit))?,
            note: head.note,
            day: head.day.as_deref().and_then(Day::parse),
            auditor: Auditor::resume(from).or(Err(NotAnAudit))?,
        })
    }

    fn write(
        out: &mut dyn Write,
        key: &VerifierKey,
        (note, day): (&str, Day),
        auditor: &Auditor,
    ) -> Result<bool, io::Error> {
        let head = EarlierHead { key: key.to_string(), note: note.to_owned(), day: Some(day.to_string()) };
        serde_json::to_writer(&mut *out, &head)?;
        out.write_all(b"\n")?;
        auditor.keep(out)
    }
}

impl EarlierAudit {
    /// How many entries it knows.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.auditor.size()
    }

    /// When that was audited, if it is known.
    #[must_use]
    pub const fn day(&self) -> Option<Day> {
        self.day
    }
}

/// What was read for an audit, and what was taken from the memory of an earlier one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Coverage {
    /// Entries that were read and verified now.
    pub read: u64,
    /// Entries that an earlier audit has verified, and this one has not.
    pub remembered: u64,
    /// Of these, entries that were read again now, and are what they were.
    pub reread: u64,
    /// When the earlier audit was, if it is known.
    pub since: Option<Day>,
    /// Whether all that the checkpoint counts was read, or is remembered.
    pub is_whole: bool,
}

/// What an audit came to.
pub struct Audited {
    /// What was found.
    pub verdict: Verdict,
    /// The signed checkpoint that was audited, as served.
    pub note: String,
    /// The checkpoint of the audit before, if the two do not go together: both together prove it to anybody.
    pub earlier_note: Option<String>,
    /// The log's key.
    pub key: VerifierKey,
    /// What was read, and what was remembered.
    pub coverage: Coverage,
    /// Whether the site's numbers were compared: while signatures are gathered quietly, and after a takedown, none are
    /// shown.
    pub numbers: bool,
    /// Whether the names that it shows were compared: after a takedown none are served.
    pub names: bool,
    /// What witnesses say of it.
    pub witnessing: Witnessing,
    /// Whether all of what the next audit can go on from was written down. If not, what was written is of no use.
    pub kept: bool,
}

/// What is served, all of one moment.
struct Served {
    note: String,
    checkpoint: Checkpoint,
    openings: Option<Vec<Opened>>,
    numbers: Option<Vec<Option<u64>>>,
    witnessed: Option<WitnessedNote>,
}

/// How to audit.
pub struct Way<'a> {
    /// What an earlier audit left.
    pub kept: Option<EarlierAudit>,
    /// How much of that is read again.
    pub reread: Reread,
    /// From chance, and nobody else's.
    pub key: [u8; 32],
    /// How many threads verify.
    pub threads: NonZeroUsize,
    /// Told how many entries of how many are done.
    pub progress: &'a mut dyn FnMut(u64, u64),
    /// Where what the next audit can go on from is written down.
    pub keep: Option<&'a mut dyn Write>,
    /// Which witnesses the reader trusts.
    pub policy: Option<&'a Policy>,
    /// When this is.
    pub now: Timestamp,
}

/// Audits.
///
/// # Errors
/// [`Failure`] where there is nothing to audit: no connection, no key, no checkpoint that the key has signed, another
/// key than before.
pub fn audit(source: &dyn Source, way: Way<'_>) -> Result<Audited, Failure> {
    let Way { kept, reread, key, threads, progress, keep, policy, now } = way;
    let log_key = verifier_key(source)?;
    if kept.as_ref().is_some_and(|kept| kept.key != log_key) {
        return Err(Untrusted::OtherKey.into());
    }
    let since = kept.as_ref().and_then(|kept| kept.day);
    let (auditor, before) = match kept {
        Some(EarlierAudit { auditor, note, .. }) => {
            let prints = auditor.prints().to_vec();
            (auditor, Some((prints, note)))
        }
        None => (Auditor::new(key), None),
    };
    let served = snapshot(source, &log_key, &auditor)?;
    let size = served.checkpoint.size;
    let is_first = before.is_none();
    let reading = Reading { source, served: &served, threads, reread, seed: key, is_first };
    let Taken { auditor, mut findings, mut coverage, mut earlier_note } =
        reading.take(auditor, before, progress)?;
    let is_whole = coverage.is_whole;
    coverage.since = since.filter(|_| coverage.remembered > 0);
    if auditor.genesis_leaf().is_some() && auditor.origin() != Some(log_key.origin()) {
        findings.push(Finding::Foreign { at: 0 });
    }
    // Counted only where it is known to be of the history that was audited.
    let mut witnessed = None;
    if let Some(found) = served.witnessed.as_ref().filter(|_| findings.is_empty()) {
        match witnessed::compare(source, &found.checkpoint, &served.checkpoint)? {
            Some(finding) => {
                findings.push(finding);
                earlier_note = Some(found.note.clone());
            }
            None => witnessed = Some((found.note.as_str(), found.checkpoint.size)),
        }
    }
    let is_one_history = findings.is_empty();
    let kept = match keep {
        Some(out) if findings.is_empty() => {
            EarlierAudit::write(out, &log_key, (&served.note, now.day()), &auditor).map_err(lost)?
        }
        _ => false,
    };
    // What is shown belongs to entries of which some may not have been read.
    let openings = served.openings.as_deref().filter(|_| is_whole).unwrap_or_default();
    let numbers = served.numbers.as_deref().filter(|_| is_whole);
    let mut verdict = auditor.finish(openings, numbers);
    findings.append(&mut verdict.findings);
    verdict.findings = findings;
    let kept = kept && verdict.findings.is_empty();
    // Whoever trusts no witness of it may go on from here all the same.
    let notes: Vec<(&str, u64)> = [(served.note.as_str(), size)].into_iter().chain(witnessed).collect();
    let (mut witnessing, unwitnessed) = witnessed::weigh(&notes, &log_key, policy, now);
    if is_one_history {
        verdict.findings.extend(unwitnessed);
    } else {
        // No cosignature makes up for a second history, and the graver finding is told.
        witnessing.is_enough = witnessing.is_enough.and(Some(false));
    }
    Ok(Audited {
        verdict,
        numbers: numbers.is_some(),
        names: served.openings.is_some() && is_whole,
        note: served.note,
        earlier_note,
        key: log_key,
        coverage,
        witnessing,
        kept,
    })
}

/// How the entries are read.
struct Reading<'a> {
    source: &'a dyn Source,
    served: &'a Served,
    threads: NonZeroUsize,
    reread: Reread,
    seed: [u8; 32],
    is_first: bool,
}

/// What came of reading them.
struct Taken {
    auditor: Auditor,
    findings: Vec<Finding>,
    coverage: Coverage,
    earlier_note: Option<String>,
}

impl Reading<'_> {
    /// What is new, after a look at what is remembered; all of it where the two do not go together.
    fn take(
        &self,
        mut auditor: Auditor,
        before: Option<(Vec<[u8; 8]>, String)>,
        progress: &mut dyn FnMut(u64, u64),
    ) -> Result<Taken, Failure> {
        let Checkpoint { size, root, .. } = self.served.checkpoint;
        let mut coverage = Coverage { remembered: auditor.size(), ..Coverage::default() };
        let (mut findings, mut earlier_note) = (Vec::new(), None);
        let mut has_changed = false;
        if size >= auditor.size() {
            match reread(self.source, &auditor, size, self.reread, &self.seed)? {
                Remembered::Same(entries) => coverage.reread = entries,
                Remembered::Changed => has_changed = true,
                Remembered::Missing(finding) => findings.push(finding),
            }
            if !has_changed {
                coverage.read = self.up_to(&mut auditor, size, &mut findings, progress)?;
            }
        }
        let is_unserved = |findings: &[Finding]| findings.iter().any(|one| one.kind() == Kind::Unserved);
        let fits = |auditor: &Auditor| auditor.size() == size && auditor.root() == root;
        if (has_changed || !fits(&auditor)) && !is_unserved(&findings) {
            // With what was audited before it does not come out: all of it again.
            if let Some((prints, note)) = before {
                auditor = Auditor::new(auditor.key());
                coverage = Coverage::default();
                coverage.read = self.up_to(&mut auditor, size, &mut findings, progress)?;
                if !is_unserved(&findings) {
                    findings = history::compare(&prints, auditor.prints());
                    if findings.is_empty() && auditor.root() == root {
                        findings.push(Finding::Forked);
                    }
                }
                earlier_note = Some(note);
            }
            if !fits(&auditor) && !is_unserved(&findings) {
                findings.push(Finding::Root);
            }
        }
        coverage.is_whole = fits(&auditor);
        Ok(Taken { auditor, findings, coverage, earlier_note })
    }

    /// Takes the entries up to `size`; gives how many there were. Those that are not served end it: as a finding where the
    /// log was audited before, else there is nothing to audit.
    fn up_to(
        &self,
        auditor: &mut Auditor,
        size: u64,
        findings: &mut Vec<Finding>,
        progress: &mut dyn FnMut(u64, u64),
    ) -> Result<u64, Failure> {
        let from = auditor.size();
        let missing = take_up_to(self.source, auditor, size, self.threads, progress)?;
        if missing.is_some() && self.is_first {
            return Err(Untrusted::Root.into());
        }
        findings.extend(missing);
        Ok(auditor.size().saturating_sub(from))
    }
}

fn snapshot(source: &dyn Source, key: &VerifierKey, auditor: &Auditor) -> Result<Served, Failure> {
    let (note, checkpoint, (openings, numbers, witnessed)) = settled(source, key, |checkpoint| {
        let openings = shown::openings(source, auditor, checkpoint.size)?;
        Ok::<_, Failure>((openings, shown::numbers(source)?, witnessed::fetch(source, key)?))
    })?;
    let note = String::from_utf8(note).or(Err(Untrusted::Checkpoint))?;
    Ok(Served { note, checkpoint, openings, numbers, witnessed })
}

/// Fetches on this thread, verifies on others. Entries that are not there end it: they are what is given.
fn take_up_to(
    source: &dyn Source,
    auditor: &mut Auditor,
    size: u64,
    threads: NonZeroUsize,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Option<Finding>, Failure> {
    auditor.expect(size);
    let mut next = auditor.size();
    thread::scope(|scope| {
        let (send, receive) = mpsc::sync_channel::<Vec<Vec<u8>>>(2);
        let verifying = scope.spawn(move || {
            for entries in receive {
                auditor.take(&entries, threads);
            }
        });
        let mut fetched = Ok(None);
        while next < size {
            match fetch(source, next, size) {
                Ok(Fetched { entries, end, missing }) => {
                    next = end;
                    if !entries.is_empty() && send.send(entries).is_err() {
                        break;
                    }
                    progress(next, size);
                    if missing.is_some() {
                        fetched = Ok(missing);
                        break;
                    }
                }
                Err(failure) => {
                    fetched = Err(failure);
                    break;
                }
            }
        }
        drop(send);
        if let Err(panic) = verifying.join() {
            std::panic::resume_unwind(panic);
        }
        fetched
    })
}

/// Some bundles in a row.
struct Fetched {
    entries: Vec<Vec<u8>>,
    end: u64,
    missing: Option<Finding>,
}

/// The entries from `next` on, as many as are verified at a time.
fn fetch(source: &dyn Source, next: u64, size: u64) -> Result<Fetched, Failure> {
    let mut fetched = Fetched { entries: Vec::new(), end: next, missing: None };
    let mut bytes = 0_usize;
    for _ in 0..BUNDLES {
        let here = fetched.end;
        let Some(tile) = Tile::widest_bundle(here / 256, size).filter(|_| here < size) else { break };
        let skip = usize::try_from(here.saturating_sub(tile.first())).unwrap_or(usize::MAX);
        let end = tile.first().saturating_add(u64::from(tile.width()));
        let Some(bundle) = bundle(source, tile)? else {
            fetched.missing = Some(Finding::NotServed { first: here, end });
            break;
        };
        fetched.end = end;
        bytes = bundle.iter().fold(bytes, |bytes, entry| bytes.saturating_add(entry.len()));
        fetched.entries.extend(bundle.into_iter().skip(skip));
        if bytes > BUNDLES_BYTES {
            break;
        }
    }
    Ok(fetched)
}
