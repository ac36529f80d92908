//! Auditing a petition: all of its log, what it shows, and whether it continues what was audited before. For journalists
//! and whoever else does not want to believe the site. Everything is fetched, whoever asks.

use std::{
    fmt,
    io::{self, BufRead, Read, Write},
    num::NonZeroUsize,
    sync::mpsc,
    thread,
};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{
    Deserialize, Deserializer as _, Serialize,
    de::{SeqAccess, Visitor},
};

use super::{
    failure::{Failure, Refusal, Untrusted},
    server::Server,
    witnessed::{self, WitnessedNote, Witnessing},
};
use crate::{
    domain::time::Timestamp,
    log::{
        audit::{Auditor, Opened, Verdict, finding::Finding, history},
        checkpoint::Checkpoint,
        note::VerifierKey,
        policy::Policy,
        tiles::{Tile, unbundle},
    },
};

/// How many bundles are verified at a time: a thousand entries. Some times as many are on their way.
const BUNDLES: usize = 4;
/// More than a full bundle of the longest entries.
const WHOLE_MAX_BYTES: u64 = 17 * 1024 * 1024;
/// More than a checkpoint and a key have.
const NOTE_MAX_BYTES: u64 = 128 * 1024;
/// How often checkpoint and openings are read again until they are of one moment.
const TRIES: u32 = 5;

/// Where a petition's files come from: its server, or a folder. Paths are as below the petition's address.
pub trait Source {
    /// The bytes at a path; `None` where there is nothing.
    ///
    /// # Errors
    /// [`Failure`].
    fn open(&self, path: &str) -> Result<Option<Box<dyn Read>>, Failure>;
}

impl Source for Server<'_> {
    fn open(&self, path: &str) -> Result<Option<Box<dyn Read>>, Failure> {
        Self::open(self, path)
    }
}

/// What an earlier audit left.
pub struct Kept {
    key: VerifierKey,
    note: String,
    auditor: Auditor,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct KeptHead {
    key: String,
    note: String,
}

/// The bytes are nothing that an audit left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not what an earlier audit left")]
pub struct NotKept;

impl Kept {
    /// Reads what an audit wrote down.
    ///
    /// # Errors
    /// [`NotKept`].
    pub fn read(from: &mut dyn BufRead) -> Result<Self, NotKept> {
        let mut line = Vec::new();
        from.take(NOTE_MAX_BYTES).read_until(b'\n', &mut line).or(Err(NotKept))?;
        let head: KeptHead = serde_json::from_slice(&line).or(Err(NotKept))?;
        Ok(Self {
            key: VerifierKey::parse(&head.key).or(Err(NotKept))?,
            note: head.note,
            auditor: Auditor::resume(from).or(Err(NotKept))?,
        })
    }

    fn write(
        out: &mut dyn Write,
        key: &VerifierKey,
        note: &str,
        auditor: &Auditor,
    ) -> Result<bool, io::Error> {
        let head = KeptHead { key: key.to_string(), note: note.to_owned() };
        serde_json::to_writer(&mut *out, &head)?;
        out.write_all(b"\n")?;
        auditor.keep(out)
    }
}

impl Kept {
    /// How many entries it knows.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.auditor.size()
    }
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
    /// From which entry on was audited anew.
    pub from: u64,
    /// Whether the site's numbers were compared: while signatures are gathered quietly, and after a takedown, none are
    /// shown.
    pub numbers: bool,
    /// What witnesses say of it.
    pub witnessing: Witnessing,
    /// Whether all of what the next audit can go on from was written down. If not, what was written is of no use.
    pub kept: bool,
}

/// What is served, all of one moment.
struct Served {
    note: String,
    checkpoint: Checkpoint,
    openings: Vec<Opened>,
    numbers: Option<Vec<Option<u64>>>,
    witnessed: Option<WitnessedNote>,
}

/// How to audit.
pub struct Way<'a> {
    /// What an earlier audit left.
    pub kept: Option<Kept>,
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
    let Way { kept, key, threads, progress, keep, policy, now } = way;
    let log_key = verifier_key(source)?;
    if kept.as_ref().is_some_and(|kept| kept.key != log_key) {
        return Err(Untrusted::OtherKey.into());
    }
    let (mut auditor, before) = match kept {
        Some(Kept { auditor, note, .. }) => {
            let prints = auditor.prints().to_vec();
            (auditor, Some((prints, note)))
        }
        None => (Auditor::new(key), None),
    };
    let served = snapshot(source, &log_key, &auditor)?;
    let size = served.checkpoint.size;
    let mut from = auditor.size();
    if size >= from {
        take_up_to(source, &mut auditor, size, threads, progress)?;
    }
    let mut findings = Vec::new();
    let mut earlier_note = None;
    if auditor.size() != size || auditor.root() != served.checkpoint.root {
        // With what was audited before it does not come out: all of it again.
        if let Some((prints, note)) = before {
            let fresh_key = auditor.key();
            auditor = Auditor::new(fresh_key);
            from = 0;
            take_up_to(source, &mut auditor, size, threads, progress)?;
            findings = history::compare(&prints, auditor.prints());
            if findings.is_empty() && auditor.root() == served.checkpoint.root {
                findings.push(Finding::Forked);
            }
            earlier_note = Some(note);
        }
        if auditor.size() != size || auditor.root() != served.checkpoint.root {
            findings.push(Finding::Root);
        }
    }
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
            Kept::write(out, &log_key, &served.note, &auditor).map_err(lost)?
        }
        _ => false,
    };
    let mut verdict = auditor.finish(&served.openings, served.numbers.as_deref());
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
        numbers: served.numbers.is_some(),
        note: served.note,
        earlier_note,
        key: log_key,
        from,
        witnessing,
        kept,
    })
}

pub(super) fn verifier_key(source: &dyn Source) -> Result<VerifierKey, Failure> {
    let bytes = whole(source, "log/vkey")?.ok_or(Refusal::NotFound)?;
    let text = std::str::from_utf8(&bytes).ok().and_then(|text| text.strip_suffix('\n'));
    Ok(text.and_then(|text| VerifierKey::parse(text).ok()).ok_or(Untrusted::Key)?)
}

fn snapshot(source: &dyn Source, key: &VerifierKey, auditor: &Auditor) -> Result<Served, Failure> {
    let (note, checkpoint, (openings, numbers, witnessed)) = settled(source, key, || {
        Ok((openings(source, auditor)?, numbers(source)?, witnessed::fetch(source, key)?))
    })?;
    let note = String::from_utf8(note).or(Err(Untrusted::Checkpoint))?;
    Ok(Served { note, checkpoint, openings, numbers, witnessed })
}

/// Openings and numbers change with the log: they are read between two looks at the same checkpoint. Gives that too, as
/// served and verified.
pub(super) fn settled<T>(
    source: &dyn Source,
    key: &VerifierKey,
    read: impl Fn() -> Result<T, Failure>,
) -> Result<(Vec<u8>, Checkpoint, T), Failure> {
    let look = || -> Result<(Vec<u8>, Checkpoint), Failure> {
        let note = whole(source, "log/checkpoint")?.ok_or(Refusal::NotFound)?;
        let checkpoint = Checkpoint::verify(&note, key).or(Err(Untrusted::Checkpoint))?;
        Ok((note, checkpoint))
    };
    let mut seen = look()?;
    let mut tried = 1_u32;
    loop {
        let found = read()?;
        let again = look()?;
        if again.1 == seen.1 || tried == TRIES {
            return Ok((again.0, again.1, found));
        }
        (seen, tried) = (again, tried.saturating_add(1));
    }
}

/// Fetches on this thread, verifies on others.
fn take_up_to(
    source: &dyn Source,
    auditor: &mut Auditor,
    size: u64,
    threads: NonZeroUsize,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<(), Failure> {
    auditor.expect(size);
    let mut next = auditor.size();
    thread::scope(|scope| {
        let (send, receive) = mpsc::sync_channel::<Vec<Vec<u8>>>(2);
        let verifying = scope.spawn(move || {
            for entries in receive {
                auditor.take(&entries, threads);
            }
        });
        let mut fetch = || {
            let mut entries = Vec::new();
            for _ in 0..BUNDLES {
                let Some(tile) = Tile::widest_bundle(next / 256, size).filter(|_| next < size) else { break };
                let skip = usize::try_from(next.saturating_sub(tile.first())).unwrap_or(usize::MAX);
                let bundle = bundle(source, tile)?;
                next = tile.first().saturating_add(u64::from(tile.width()));
                entries.extend(bundle.into_iter().skip(skip));
            }
            Ok::<_, Failure>((entries, next))
        };
        let mut fetched = Ok(());
        loop {
            match fetch() {
                Ok((entries, _)) if entries.is_empty() => break,
                Ok((entries, done)) => {
                    if send.send(entries).is_err() {
                        break;
                    }
                    progress(done, size);
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

/// The entries of a bundle. A partial one may be gone when the log has grown; the full one then begins with the same.
fn bundle(source: &dyn Source, tile: Tile) -> Result<Vec<Vec<u8>>, Failure> {
    let mut found = whole(source, &format!("log/tile/{tile}"))?;
    if found.is_none() && !tile.is_full() {
        found = whole(source, &format!("log/tile/{}", tile.full()))?;
    }
    let bytes = found.ok_or(Untrusted::Root)?;
    let mut entries: Vec<Vec<u8>> =
        unbundle(&bytes).or(Err(Untrusted::Root))?.into_iter().map(<[u8]>::to_vec).collect();
    entries.truncate(usize::from(tile.width()));
    if entries.len() == usize::from(tile.width()) { Ok(entries) } else { Err(Untrusted::Root.into()) }
}

/// All of a file, which is none that is longer than files of a log are.
pub(super) fn whole(source: &dyn Source, path: &str) -> Result<Option<Vec<u8>>, Failure> {
    let Some(body) = source.open(path)? else { return Ok(None) };
    let mut bytes = Vec::new();
    let read = body.take(WHOLE_MAX_BYTES).read_to_end(&mut bytes).map_err(lost)?;
    if u64::try_from(read).is_ok_and(|read| read < WHOLE_MAX_BYTES) {
        Ok(Some(bytes))
    } else {
        Err(Untrusted::Answer.into())
    }
}

pub(super) fn lost(error: io::Error) -> Failure {
    Failure::Lost(ureq::Error::Io(error))
}

#[derive(Deserialize)]
struct OpeningWire {
    index: u64,
    salt: String,
    extension: String,
}

/// Each opening is hashed and forgotten as it comes: names never pile up here.
fn openings(source: &dyn Source, auditor: &Auditor) -> Result<Vec<Opened>, Failure> {
    let Some(body) = source.open("openings.json")? else { return Ok(Vec::new()) };
    let mut json = serde_json::Deserializer::from_reader(io::BufReader::new(body));
    let read = json.deserialize_seq(Openings(auditor)).and_then(|openings| json.end().map(|()| openings));
    read.map_err(|error| if error.is_io() { lost(error.into()) } else { Untrusted::Answer.into() })
}

struct Openings<'a>(&'a Auditor);

impl<'de> Visitor<'de> for Openings<'_> {
    type Value = Vec<Opened>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("openings")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut openings = Vec::new();
        while let Some(line) = list.next_element::<OpeningWire>()? {
            let salt =
                URL_SAFE_NO_PAD.decode(line.salt).ok().and_then(|salt| <[u8; 32]>::try_from(salt).ok());
            let extension = URL_SAFE_NO_PAD.decode(line.extension).unwrap_or_default();
            // What cannot be read opens nothing, and is found as such.
            openings.push(self.0.opened(line.index, &salt.unwrap_or_default(), &extension));
        }
        Ok(openings)
    }
}

#[derive(Deserialize)]
struct NumbersWire {
    crowds: Vec<NumberWire>,
}

#[derive(Deserialize)]
struct NumberWire {
    number: Option<u64>,
}

fn numbers(source: &dyn Source) -> Result<Option<Vec<Option<u64>>>, Failure> {
    let Some(bytes) = whole(source, "numbers.json")? else { return Ok(None) };
    let wire: NumbersWire = serde_json::from_slice(&bytes).or(Err(Untrusted::Answer))?;
    Ok(Some(wire.crowds.into_iter().map(|crowd| crowd.number).collect()))
}
