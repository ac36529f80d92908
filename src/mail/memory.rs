//! A mailbox in memory: for tests, and for the demo's page of mails.

use std::{
    collections::VecDeque,
    fmt,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
};

use super::Rendered;
use crate::domain::sending::{Phase, SendFailure};

/// How many mails are kept; older ones are forgotten.
const MOST_MAILS: usize = 1_000;

/// A mail that was "sent" into memory. Its `Debug` shows nothing.
#[derive(Clone, PartialEq, Eq)]
pub struct SentMail {
    to: String,
    subject: String,
    text: String,
    raw: String,
}

impl SentMail {
    /// Who it went to.
    #[must_use]
    pub fn to(&self) -> &str {
        &self.to
    }

    /// Its subject.
    #[must_use]
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// Its text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The whole mail with its headers.
    #[must_use]
    pub fn raw(&self) -> &str {
        &self.raw
    }
}

impl fmt::Debug for SentMail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SentMail(…)")
    }
}

#[derive(Default)]
struct State {
    mails: VecDeque<SentMail>,
    refusal: Option<SendFailure>,
}

/// A handle to the mails in memory; clones see the same mails.
#[derive(Clone, Default)]
pub struct MemoryMailbox {
    state: Arc<(Mutex<State>, Condvar)>,
}

impl MemoryMailbox {
    /// All mails so far, oldest first.
    #[must_use]
    pub fn mails(&self) -> Vec<SentMail> {
        self.lock().mails.iter().cloned().collect()
    }

    /// Waits until there are at least `count` mails and returns all of them: for tests, in place of a sleep.
    #[must_use]
    pub fn wait_for(&self, count: usize) -> Vec<SentMail> {
        let (_, arrived) = &*self.state;
        let state = arrived
            .wait_while(self.lock(), |state| state.mails.len() < count)
            .unwrap_or_else(PoisonError::into_inner);
        state.mails.iter().cloned().collect()
    }

    /// Forgets all mails.
    pub fn clear(&self) {
        self.lock().mails.clear();
    }

    /// From now on every mail is refused with `error`, or accepted again with `None`: a mail server that fails,
    /// for tests.
    pub fn refuse_with(&self, error: Option<SendFailure>) {
        self.lock().refusal = error;
    }

    /// What a mail server that fails so would say before it has heard of a recipient.
    pub(super) fn probe(&self) -> Result<(), SendFailure> {
        match self.lock().refusal {
            Some(SendFailure::Answered(answer)) if answer.phase >= Phase::RcptTo => Ok(()),
            Some(failure) => Err(failure),
            None => Ok(()),
        }
    }

    pub(super) fn deliver(&self, mail: &Rendered) -> Result<(), SendFailure> {
        let mut state = self.lock();
        if let Some(error) = state.refusal {
            return Err(error);
        }
        if state.mails.len() >= MOST_MAILS {
            state.mails.pop_front();
        }
        state.mails.push_back(SentMail {
            to: mail.to.expose().to_owned(),
            subject: mail.subject.clone(),
            text: mail.text.expose().to_owned(),
            raw: String::from_utf8_lossy(&mail.mime.formatted()).into_owned(),
        });
        drop(state);
        self.state.1.notify_all();
        Ok(())
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // A panic while holding the lock leaves whole mails behind: nothing to repair.
        self.state.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for MemoryMailbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MemoryMailbox(…)")
    }
}
