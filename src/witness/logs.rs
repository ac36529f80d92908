//! How far a witness has seen each log: a file for each, in its folder. What it signs stands there first, written through to
//! the disk. One process has the folder at a time, and in it one request after the other is decided.

use std::{
    collections::BTreeMap,
    fmt,
    fs::{self, DirBuilder, File, OpenOptions, TryLockError},
    io::{self, ErrorKind, Write as _},
    os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _},
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
};

use base64::{Engine as _, engine::general_purpose::STANDARD};

use crate::{
    faults::{CrashPoint, reach},
    log::{
        checkpoint::Checkpoint,
        note::VerifierKey,
        tiles::decimal,
        witness::{Decision, Seen, Submission},
    },
};

const FOLDER: &str = "logs";
const LOCK: &str = "lock";
const DRAFT: &str = ".draft";
/// More than any witness watches; and no number of instances fills the disk.
const MOST: usize = 100_000;
/// More than an instance has petitions; and none fills the witness.
pub const MOST_OF_A_SOURCE: usize = 1_000;
const PINNED: &str = "pinned";
const FROM: &str = "from ";

/// Why a witness cannot go on.
#[derive(Debug, thiserror::Error)]
pub enum LogsError {
    /// A file could not be read or written.
    #[error("{path} cannot be read or written")]
    Io {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A file says nothing that it could say.
    #[error(
        "{0} is damaged: bring it back from a copy; a witness that forgot what it has signed must not sign"
    )]
    Damaged(PathBuf),
    /// Another process has the folder.
    #[error("another witness runs in this folder")]
    Taken,
    /// It knows as many logs as it can.
    #[error("this witness knows {MOST} logs, and takes no more")]
    Full,
    /// A log was cosigned by another key than the one that is to be its only one.
    #[error(
        "{log} was cosigned already with another key than the one given, which was learned {source_name}: a witness signs one history alone; begin a new one in another folder"
    )]
    Cosigned {
        /// Its name.
        log: String,
        /// Where the other key comes from.
        source_name: Source,
    },
}

fn io_error(path: &Path) -> impl FnOnce(io::Error) -> LogsError + '_ {
    move |source| LogsError::Io { path: path.to_path_buf(), source }
}

/// Where the key of a log was learned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// Nobody remembers: the file is of an earlier version.
    Unknown,
    /// From whoever runs the witness.
    Pinned,
    /// From the list at this URL.
    List(String),
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown => f.write_str("from a source that an earlier version did not write down"),
            Self::Pinned => f.write_str("from --log"),
            Self::List(url) => write!(f, "from {url}"),
        }
    }
}

/// What became of a key that was met.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Learned {
    /// Its log is known from now on.
    New,
    /// It was known.
    Known,
    /// Its log is known by another key: that one stays.
    OtherKey {
        /// Where that one comes from.
        first: Source,
    },
    /// As many logs were learned from its source as may be.
    TooMany,
}

/// A log that a witness knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// Its key.
    pub key: VerifierKey,
    /// Where the key was learned.
    pub source: Source,
    /// How far it was seen.
    pub seen: Option<Seen>,
}

/// All logs that a witness knows.
#[derive(Debug)]
pub struct Logs {
    folder: PathBuf,
    known: Mutex<BTreeMap<String, Known>>,
    /// Held as long as this is.
    _lock: File,
}

/// Whether a witness's folder knows any log.
///
/// # Errors
/// [`io::Error`].
pub fn are_known(folder: &Path) -> io::Result<bool> {
    match fs::read_dir(folder.join(FOLDER)) {
        Ok(mut entries) => Ok(entries.next().is_some()),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

impl Logs {
    /// Opens the logs in a witness's folder, which is there.
    ///
    /// # Errors
    /// [`LogsError`], also where another process has them.
    pub fn open(folder: &Path) -> Result<Self, LogsError> {
        let path = folder.join(LOCK);
        let options = OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(&path);
        let lock = options.map_err(io_error(&path))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(LogsError::Taken),
            Err(TryLockError::Error(error)) => return Err(io_error(&path)(error)),
        }
        let folder = folder.join(FOLDER);
        DirBuilder::new().recursive(true).mode(0o700).create(&folder).map_err(io_error(&folder))?;
        let mut known = BTreeMap::new();
        for entry in fs::read_dir(&folder).map_err(io_error(&folder))? {
            let path = entry.map_err(io_error(&folder))?.path();
            if path.extension().is_some_and(|extension| extension == "draft") {
                // Of a crash: it never took its place, and nothing was signed.
                fs::remove_file(&path).map_err(io_error(&path))?;
                continue;
            }
            let text = fs::read_to_string(&path).map_err(io_error(&path))?;
            let log = parse(&text).ok_or_else(|| LogsError::Damaged(path.clone()))?;
            if folder.join(file_name(&log.key)) != path {
                return Err(LogsError::Damaged(path));
            }
            known.insert(log.key.origin().as_str().to_owned(), log);
        }
        Ok(Self { folder, known: Mutex::new(known), _lock: lock })
    }

    /// What is known of each log, by its name.
    #[must_use]
    pub fn all(&self) -> Vec<Known> {
        self.lock().values().cloned().collect()
    }

    /// Meets the key of a log in the list at `url`. The first one is taken, and none after it.
    ///
    /// # Errors
    /// [`LogsError`].
    pub fn learn(&self, key: &VerifierKey, url: &str) -> Result<Learned, LogsError> {
        let mut known = self.lock();
        let source = Source::List(url.to_owned());
        let (seen, learned) = match known.get(key.origin().as_str()) {
            Some(log) if log.key != *key => return Ok(Learned::OtherKey { first: log.source.clone() }),
            // From now on it counts as one of this source.
            Some(log) if log.source == Source::Unknown => (log.seen, Learned::Known),
            Some(_) => return Ok(Learned::Known),
            None if known.values().filter(|log| log.source == source).count() >= MOST_OF_A_SOURCE => {
                return Ok(Learned::TooMany);
            }
            None if known.len() >= MOST => return Err(LogsError::Full),
            None => (None, Learned::New),
        };
        self.keep(&mut known, Known { key: key.clone(), source, seen })?;
        Ok(learned)
    }

    /// Takes the key of a log from whoever runs the witness: it replaces one from a list, if nothing was cosigned for it.
    ///
    /// # Errors
    /// [`LogsError::Cosigned`] where something was; else as the disk has it.
    pub fn pin(&self, key: &VerifierKey) -> Result<(), LogsError> {
        let mut known = self.lock();
        let seen = match known.get(key.origin().as_str()) {
            Some(log) if log.key == *key => log.seen,
            Some(Known { seen: Some(_), source, .. }) => {
                let log = key.origin().as_str().to_owned();
                return Err(LogsError::Cosigned { log, source_name: source.clone() });
            }
            Some(Known { seen: None, .. }) | None => None,
        };
        self.keep(&mut known, Known { key: key.clone(), source: Source::Pinned, seen })
    }

    fn keep(&self, known: &mut BTreeMap<String, Known>, log: Known) -> Result<(), LogsError> {
        self.write(&log)?;
        known.insert(log.key.origin().as_str().to_owned(), log);
        Ok(())
    }

    /// Decides about a submission; what is to be cosigned is written down before `cosign` is called, and no other is
    /// decided meanwhile. `None`: no such log is known.
    ///
    /// # Errors
    /// [`LogsError`]: then nothing may be signed.
    pub fn decide<T>(
        &self,
        submission: &Submission,
        cosign: impl FnOnce(&Checkpoint) -> T,
    ) -> Result<Option<Result<T, Decision>>, LogsError> {
        let mut known = self.lock();
        let Some(log) = known.get_mut(submission.origin()) else { return Ok(None) };
        let checkpoint = match submission.judge(&log.key, log.seen) {
            Decision::Cosign(checkpoint) => checkpoint,
            other => return Ok(Some(Err(other))),
        };
        let seen = Some(Seen { size: checkpoint.size, root: checkpoint.root });
        if log.seen != seen {
            let next = Known { seen, ..log.clone() };
            self.write(&next)?;
            *log = next;
        }
        reach(CrashPoint::WitnessBeforeAnswer);
        Ok(Some(Ok(cosign(&checkpoint))))
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Known>> {
        // What is under the lock is changed in one step, after the disk: a panic leaves it whole.
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self, log: &Known) -> Result<(), LogsError> {
        let path = self.folder.join(file_name(&log.key));
        let draft = self.folder.join(format!("{}{DRAFT}", file_name(&log.key)));
        let write = || {
            let options = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&draft);
            let mut file = options?;
            file.write_all(spell(log).as_bytes())?;
            file.sync_all()?;
            fs::rename(&draft, &path)?;
            File::open(&self.folder)?.sync_all()
        };
        write().map_err(io_error(&path))
    }
}

/// Small letters and digits: what follows the slash in a log's name.
fn file_name(key: &VerifierKey) -> String {
    key.origin().as_str().rsplit('/').next().unwrap_or_default().to_owned()
}

/// The verifier key; size and root as in a checkpoint, once something was seen; where the key comes from.
fn spell(log: &Known) -> String {
    let seen = log.seen.map(|seen| format!("{}\n{}\n", seen.size, STANDARD.encode(seen.root)));
    let source = match &log.source {
        Source::Unknown => String::new(),
        Source::Pinned => format!("{PINNED}\n"),
        Source::List(url) => format!("{FROM}{url}\n"),
    };
    format!("{}\n{}{source}", log.key, seen.unwrap_or_default())
}

fn parse(text: &str) -> Option<Known> {
    let lines: Vec<&str> = text.strip_suffix('\n')?.split('\n').collect();
    let (key, rest) = lines.split_first()?;
    // Files of earlier versions end before it.
    let (source, rest) = match rest.split_last() {
        Some((&PINNED, rest)) => (Source::Pinned, rest),
        Some((last, before)) => match last.strip_prefix(FROM) {
            Some(url) => (Source::List(url.to_owned()), before),
            None => (Source::Unknown, rest),
        },
        None => (Source::Unknown, rest),
    };
    let seen = match rest {
        [] => None,
        [size, root] => {
            Some(Seen { size: decimal(size)?, root: STANDARD.decode(root).ok()?.try_into().ok()? })
        }
        _ => return None,
    };
    Some(Known { key: VerifierKey::parse(key).ok()?, source, seen })
}
