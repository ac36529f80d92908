//! Which logs a witness knows: those of the petitions and instances that whoever runs it has named. Of each log the first key
//! that was met stays, unless another is pinned; another one later is refused, and said.

use super::logs::{Learned, Logs, LogsError, MOST_OF_A_SOURCE, Source};
use crate::{
    client::{
        address::{AddressMistake, InstanceAddress, PetitionAddress},
        failure::Failure,
        witness::Messenger,
    },
    log::note::VerifierKey,
};

/// A petition, or all public ones of an instance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Followed {
    /// `https://host/p/petition`
    Petition(PetitionAddress),
    /// `https://host`
    Instance(InstanceAddress),
}

/// What came of looking.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Looked {
    /// Logs that are new.
    pub new: u64,
    /// Lines that are no key of a log.
    pub unread: u64,
    /// Logs that are more than are learned from one source.
    pub left: u64,
}

/// Why there was nothing to be seen.
#[derive(Debug, thiserror::Error)]
pub enum FollowError {
    /// There was no answer.
    #[error("no answer")]
    Away(#[from] Failure),
    /// The answer is not a list of keys.
    #[error("the answer ({0}) is no list of keys")]
    Answer(u16),
    /// What was met could not be written down.
    #[error("what was met cannot be written down")]
    Logs(#[from] LogsError),
}

impl Followed {
    /// Reads an address of either kind.
    ///
    /// # Errors
    /// [`AddressMistake`].
    pub fn parse(text: &str) -> Result<Self, AddressMistake> {
        match InstanceAddress::parse(text) {
            Ok(instance) => Ok(Self::Instance(instance)),
            Err(AddressMistake::Form) => PetitionAddress::parse(text).map(Self::Petition),
            Err(mistake) => Err(mistake),
        }
    }

    /// Where its keys are: a verifier key a line.
    #[must_use]
    pub fn keys_url(&self) -> String {
        match self {
            Self::Petition(petition) => petition.verifier_key(),
            Self::Instance(instance) => instance.verifier_keys(),
        }
    }

    /// Looks which logs there are, and remembers those that are new.
    ///
    /// # Errors
    /// [`FollowError`].
    pub fn look(&self, messenger: &Messenger, logs: &Logs) -> Result<Looked, FollowError> {
        let url = self.keys_url();
        let answer = messenger.fetch(&url)?;
        let text = std::str::from_utf8(&answer.body).ok().filter(|_| answer.status == 200);
        let text = text.ok_or(FollowError::Answer(answer.status))?;
        let mut looked = Looked::default();
        for line in text.lines() {
            let Ok(key) = VerifierKey::parse(line) else {
                looked.unread = looked.unread.saturating_add(1);
                continue;
            };
            let log = key.origin().as_str();
            match logs.learn(&key, &url)? {
                Learned::New => looked.new = looked.new.saturating_add(1),
                Learned::Known => {}
                Learned::TooMany => looked.left = looked.left.saturating_add(1),
                Learned::OtherKey { first: Source::List(first) } if first == url => {
                    tracing::warn!(
                        log,
                        url,
                        "a log is shown with another key than before; the first one stays"
                    );
                }
                Learned::OtherKey { first } => {
                    tracing::error!(
                        log,
                        url,
                        %first,
                        "two sources show a log with different keys; the first one stays"
                    );
                }
            }
        }
        if looked.left > 0 {
            let (left, most) = (looked.left, MOST_OF_A_SOURCE);
            tracing::warn!(url, left, most, "a source names more logs than are learned from one");
        }
        Ok(looked)
    }
}
