//! Asking a server, with retries: what got lost is asked for again with the same bytes, and a server that asks to
//! come later is left alone for as long as it says, a bounded number of times.

use std::io::Read;

use serde_json::Value;

use super::{
    address::PetitionAddress,
    connection::{Connection, Reply},
    failure::{Failure, Refusal, Untrusted},
    source::Source,
};
use crate::{domain::ids::PetitionId, protocol::work};

/// How often one thing is asked for.
const TRIES: u32 = 5;
/// Whoever is to wait longer than this comes again by herself.
const LONGEST_WAIT_SECS: u64 = 120;

/// Why there is a wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Because {
    /// The connection broke, or the server failed.
    Lost,
    /// The server asks for it.
    Busy,
}

/// Waits, and says so to whoever sits before the screen.
pub trait Waiter {
    /// Waits so many seconds.
    fn wait(&self, because: Because, secs: u64);
}

/// A petition's server over one connection.
pub struct Server<'a> {
    /// The connection.
    pub connection: Connection,
    /// The petition.
    pub address: &'a PetitionAddress,
    /// Waits.
    pub waiter: &'a dyn Waiter,
}

impl Source for Server<'_> {
    fn open(&self, path: &str) -> Result<Option<Box<dyn Read>>, Failure> {
        Self::open(self, path)
    }
}

impl Server<'_> {
    /// The bytes at a path of the log, no more than these; `None` where there is nothing.
    pub(super) fn log(&self, path: &str, max_bytes: u64) -> Result<Option<Vec<u8>>, Failure> {
        let url = self.address.log(path);
        let reply = self.ask(|| self.connection.get_within(&url, max_bytes))?;
        match reply.status {
            200 => Ok(Some(reply.body)),
            404 => Ok(None),
            _ => Err(refused(&reply)),
        }
    }

    /// The bytes below the petition's address, piece by piece; `None` where there is nothing (any more).
    pub(super) fn open(&self, path: &str) -> Result<Option<Box<dyn Read>>, Failure> {
        let url = self.address.below(path);
        let opened = self.patiently(|| {
            let opened = self.connection.open_body(&url)?;
            Ok((is_worth_waiting(opened.status), opened.retry_after_secs, opened))
        })?;
        match opened.status {
            200 => Ok(Some(opened.body)),
            404 | 410 => Ok(None),
            300..400 => Err(Refusal::Elsewhere.into()),
            _ => Err(Refusal::Other.into()),
        }
    }

    /// Posts to one of the calls for clients. The same `json` may be sent several times.
    pub(super) fn post(&self, petition: PetitionId, call: &str, json: &str) -> Result<Value, Failure> {
        let url = self.address.call(petition, call);
        let mut reply = self.ask(|| self.connection.post(&url, json, None))?;
        // The limit that all behind this network address share is used up: a proof of work is taken in its place.
        for _ in 0..WORK_TRIES {
            let Some(work) = worked(&reply) else { break };
            reply = self.ask(|| self.connection.post(&url, json, Some(&work)))?;
        }
        match reply.status {
            200 | 202 => Ok(serde_json::from_slice(&reply.body).or(Err(Untrusted::Answer))?),
            _ => Err(refused(&reply)),
        }
    }

    fn ask(&self, ask: impl Fn() -> Result<Reply, Failure>) -> Result<Reply, Failure> {
        self.patiently(|| {
            let reply = ask()?;
            let is_worth_waiting =
                is_worth_waiting(reply.status) && !matches!(code_of(&reply).as_deref(), Some(BEHIND | WORK));
            Ok((is_worth_waiting, reply.retry_after_secs, reply))
        })
    }

    /// `ask` gives whether to come again, when, and what came.
    fn patiently<T>(&self, ask: impl Fn() -> Result<(bool, Option<u64>, T), Failure>) -> Result<T, Failure> {
        let mut tried = 1_u32;
        loop {
            let failure = match ask() {
                Ok((true, retry_after_secs, _)) => Failure::Busy { retry_after_secs },
                Ok((false, _, came)) => return Ok(came),
                Err(failure) => failure,
            };
            // 1, 4, 9, 16 seconds, where nobody says better.
            let own = u64::from(tried).saturating_mul(u64::from(tried));
            let (because, secs) = match &failure {
                Failure::Busy { retry_after_secs } => (Because::Busy, retry_after_secs.unwrap_or(own)),
                Failure::Lost(_) => (Because::Lost, own),
                _ => return Err(failure),
            };
            if tried >= TRIES || secs > LONGEST_WAIT_SECS {
                return Err(failure);
            }
            self.waiter.wait(because, secs);
            tried = tried.saturating_add(1);
        }
    }
}

/// The code of a server whose database lacks what was published from it: its operator has to act first.
const BEHIND: &str = "behind";

/// The code of a server that takes a proof of work in place of a wait.
const WORK: &str = "work";
/// How often one request is worked for: a challenge may be too old by the time it is solved.
const WORK_TRIES: usize = 3;

/// The work that a server asks for, done. `None`: it asks for none, or for more than any honest one does.
fn worked(reply: &Reply) -> Option<String> {
    if code_of(reply).as_deref() != Some(WORK) {
        return None;
    }
    let problem = problem_of(reply);
    let asked = problem.get("work")?;
    let challenge = asked.get("challenge")?.as_str()?;
    let bits = u32::try_from(asked.get("bits")?.as_u64()?).ok()?;
    Some(work::header(challenge, work::solve(challenge, bits)?))
}

/// Whether it passes by itself: too many requests, or a server that is away for a moment.
const fn is_worth_waiting(status: u16) -> bool {
    status == 429 || status >= 500
}

fn problem_of(reply: &Reply) -> Value {
    serde_json::from_slice(&reply.body).unwrap_or_default()
}

fn code_of(reply: &Reply) -> Option<String> {
    problem_of(reply).get("code").and_then(Value::as_str).map(String::from)
}

/// What an answer that is not a good one says.
fn refused(reply: &Reply) -> Failure {
    let tries_left = problem_of(reply).get("tries_left").and_then(Value::as_u64);
    match (reply.status, code_of(reply)) {
        (300..400, _) => Refusal::Elsewhere.into(),
        (_, Some(code)) => Refusal::of(&code, tries_left).into(),
        (404, None) => Refusal::NotFound.into(),
        _ => Refusal::Other.into(),
    }
}
