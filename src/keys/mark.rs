//! High-water marks: the size and root of the highest checkpoint that each log is known to have signed. They lie
//! here, apart from the database, so that a database restored from an older backup is noticed before it signs a
//! second history.

use std::time::{Duration, SystemTime};

use base64::{Engine as _, engine::general_purpose::STANDARD};

use super::{Error, Secrets};
use crate::{
    domain::{ids::PetitionId, time::Day},
    entropy::Entropy,
};

const SUFFIX: &str = ".mark";

/// How far a log is known to have come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    /// How many leaves the checkpoint was over.
    pub size: u64,
    /// Its root.
    pub root: [u8; 32],
}

impl Mark {
    /// Size and root in base64, a line each, as at the end of a checkpoint.
    fn encode(&self) -> String {
        format!("{}\n{}\n", self.size, STANDARD.encode(self.root))
    }

    fn decode(bytes: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(bytes).ok()?;
        let (size, root) = text.strip_suffix('\n')?.split_once('\n')?;
        let mark = Self { size: size.parse().ok()?, root: STANDARD.decode(root).ok()?.try_into().ok()? };
        (mark.encode() == text).then_some(mark)
    }
}

pub(super) fn mark_name(petition: PetitionId) -> String {
    format!("{petition}{SUFFIX}")
}

impl Secrets {
    /// The mark of a petition's log. `None` where none was set yet.
    ///
    /// # Errors
    /// [`Error::Broken`] when the file holds no mark, [`Error`] when the folder cannot be used.
    pub fn log_mark(&self, petition: PetitionId) -> Result<Option<Mark>, Error> {
        let name = mark_name(petition);
        let Some(bytes) = self.durable.read(&name)? else { return Ok(None) };
        Mark::decode(&bytes).ok_or_else(|| Error::Broken { path: self.durable.place(&name) }).map(Some)
    }

    /// Sets the mark of a log, unless it is as high already. The caller makes sure that nobody else sets it at the
    /// same time (the lock on the log's head). Its time says the day and no more.
    ///
    /// # Errors
    /// [`Error`] when the folder cannot be used.
    pub fn raise_log_mark(
        &self,
        petition: PetitionId,
        mark: Mark,
        today: Day,
        entropy: &dyn Entropy,
    ) -> Result<(), Error> {
        match self.log_mark(petition)? {
            Some(old) if old.size >= mark.size => Ok(()),
            _ => self.set_log_mark(petition, mark, today, entropy),
        }
    }

    /// Sets the mark of a log to whatever it is to be: for an operator who goes on with an older database.
    ///
    /// # Errors
    /// [`Error`] when the folder cannot be used.
    pub fn set_log_mark(
        &self,
        petition: PetitionId,
        mark: Mark,
        today: Day,
        entropy: &dyn Entropy,
    ) -> Result<(), Error> {
        let secs = u64::try_from(today.start().secs()).unwrap_or(0);
        let time = SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(secs));
        self.durable.replace(&mark_name(petition), mark.encode().as_bytes(), time, entropy)
    }

    /// All petitions whose log has a mark.
    ///
    /// # Errors
    /// [`Error`] when the folder cannot be used.
    pub fn marked_logs(&self) -> Result<Vec<PetitionId>, Error> {
        let names = self.durable.names()?;
        Ok(names.iter().filter_map(|name| PetitionId::parse(name.strip_suffix(SUFFIX)?).ok()).collect())
    }
}
