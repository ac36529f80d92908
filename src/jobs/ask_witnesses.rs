//! Asking witnesses to cosign: who is due, and what became of it. Reaching them is the caller's, who has a network.

use std::{
    collections::{BTreeMap, BTreeSet},
    error::Error as StdError,
    time::Duration,
};

use super::Node;
use crate::{
    actions::{
        Ctx, Error,
        collector::Due,
        leases::{self, Holder},
        scheduled::witnessing,
    },
    domain::{ids::PetitionId, time::Timestamp},
    log::witness::parse_size,
};

/// The name of the lease.
pub(super) const JOB: &str = "ask witnesses";
/// First wait for a witness that does not answer; it doubles each time.
const SHORTEST_WAIT: Duration = Duration::from_mins(1);
/// But not longer than this.
const LONGEST_WAIT: Duration = Duration::from_hours(1);
/// After so many refusals in a round a witness is asked about the rest in later rounds: the other witnesses wait for it.
const REFUSALS_A_ROUND: u32 = 8;

/// Submits checkpoints to witnesses over the network.
pub trait WitnessClient {
    /// Posts `submission` to `url`.
    ///
    /// # Errors
    /// [`Unreachable`] where there was no answer.
    fn submit(&self, url: &str, submission: &str) -> Result<Reply, Unreachable>;
}

/// What a witness answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// The body.
    pub body: Vec<u8>,
}

/// There was no answer.
#[derive(Debug, thiserror::Error)]
#[error("no answer")]
pub struct Unreachable(#[source] pub Box<dyn StdError + Send + Sync>);

/// Back-off per witness: who refused in this turn, and who is away. In memory only: after a restart all are asked.
#[derive(Debug, Default)]
pub struct Backoff {
    turn: Option<Timestamp>,
    refused: BTreeSet<(PetitionId, String)>,
    away: BTreeMap<String, Away>,
    /// How long each took in the last round in which it was asked: whoever is slow comes last.
    took: BTreeMap<String, Duration>,
}

#[derive(Debug, Clone, Copy)]
struct Away {
    /// Of this process's uptime: no clock that is set makes a witness wait.
    until: Duration,
    wait: Duration,
}

/// What came of a round of asking.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Asked {
    /// Cosignatures that came.
    pub cosigned: u64,
    /// Checkpoints that a witness did not cosign.
    pub refused: u64,
    /// Witnesses that did not answer.
    pub away: u64,
}

/// What came of asking one witness.
enum Outcome {
    Cosigned,
    Refused,
    Away,
}

/// Asks each witness that is due, one witness after the other. `goes_on` is asked before each. `None`: another node is at it.
///
/// # Errors
/// [`Error`] when the database or the secrets folder is away. Where one petition fails, all others are asked about first.
pub fn ask(
    ctx: &Ctx,
    node: &Node,
    client: &dyn WitnessClient,
    backoff: &mut Backoff,
    goes_on: &dyn Fn() -> bool,
) -> Result<Option<Asked>, Error> {
    if ctx.rules.witnesses.is_empty() {
        return Ok(Some(Asked::default()));
    }
    let (mut asked, mut failed) = (Asked::default(), None);
    let mut due = witnessing::due(ctx)?;
    let turn = due.iter().map(|due| due.turn).max();
    if turn > backoff.turn {
        let took = std::mem::take(&mut backoff.took);
        *backoff = Backoff { turn, took, ..Backoff::default() };
    }
    due.sort_by_cached_key(|due| {
        let who = due.witness.key.to_string();
        (backoff.took.get(&who).copied().unwrap_or_default(), who)
    });
    let mut refusals = BTreeMap::<String, u32>::new();
    let mut took = BTreeMap::<String, Duration>::new();
    for due in due {
        let now = ctx.clock.uptime();
        let (who, what) = (due.witness.key.to_string(), due.petition);
        let is_away = backoff.away.get(&who).is_some_and(|away| now < away.until);
        let is_over_refusal_limit = refusals.get(&who).is_some_and(|refusals| *refusals >= REFUSALS_A_ROUND);
        if is_away || is_over_refusal_limit || backoff.refused.contains(&(what, who.clone())) {
            continue;
        }
        if leases::take(ctx, JOB, &node.name)? == Holder::Another {
            return Ok(None);
        }
        if !goes_on() {
            break;
        }
        let outcome = ask_one(ctx, client, &due);
        let total = took.entry(who.clone()).or_default();
        *total = total.saturating_add(ctx.clock.uptime().saturating_sub(now));
        backoff.took.insert(who.clone(), *total);
        let outcome = match outcome {
            Ok(outcome) => outcome,
            Err(error) => {
                failed.get_or_insert(error);
                continue;
            }
        };
        match outcome {
            Outcome::Cosigned => {
                backoff.away.remove(&who);
                asked.cosigned = asked.cosigned.saturating_add(1);
            }
            Outcome::Refused => {
                let refusals = refusals.entry(who.clone()).or_default();
                *refusals = refusals.saturating_add(1);
                backoff.refused.insert((what, who));
                asked.refused = asked.refused.saturating_add(1);
            }
            Outcome::Away => {
                let wait = backoff.away.get(&who).map_or(SHORTEST_WAIT, |away| away.wait.saturating_mul(2));
                let wait = wait.min(LONGEST_WAIT);
                backoff.away.insert(who, Away { until: now.saturating_add(wait), wait });
                asked.away = asked.away.saturating_add(1);
            }
        }
    }
    failed.map_or(Ok(Some(asked)), Err)
}

fn ask_one(ctx: &Ctx, client: &dyn WitnessClient, due: &Due) -> Result<Outcome, Error> {
    let witness = due.witness.key.name();
    let (mut known, mut is_told) = (due.known, false);
    loop {
        let submission = witnessing::submission(ctx, due, known)?;
        let reply = match client.submit(&due.witness.url, &submission.encode()) {
            Ok(reply) => reply,
            Err(error) => {
                let cause: &dyn StdError = &error;
                tracing::warn!(witness, cause, "a witness did not answer");
                return Ok(Outcome::Away);
            }
        };
        match (reply.status, parse_size(&reply.body)) {
            (200, _) => {
                if witnessing::take_answer(ctx, due, &reply.body)? {
                    return Ok(Outcome::Cosigned);
                }
                tracing::warn!(witness, "a witness answered without a cosignature of its own");
                return Ok(Outcome::Refused);
            }
            // It says how much it knows: then that is proved to continue.
            (409, Some(size)) if size <= due.size && size != known && !is_told => {
                (known, is_told) = (size, true);
            }
            // Somebody else has shown it a newer checkpoint since the turn began: the next turn's is newer still.
            (409, Some(size)) if size > due.size && !witnessing::is_more_than_there_is(ctx, due, size)? => {
                return Ok(Outcome::Refused);
            }
            (409, Some(size)) if size > due.size => {
                let log = submission.origin();
                tracing::error!(witness, log, "a witness has seen more of a log than this database holds");
                return Ok(Outcome::Refused);
            }
            (409 | 422, _) => {
                let log = submission.origin();
                tracing::error!(witness, log, "a witness has seen another history of a log");
                return Ok(Outcome::Refused);
            }
            (status @ (429 | 500..), _) => {
                tracing::warn!(witness, status, "a witness can do nothing now");
                return Ok(Outcome::Away);
            }
            (status, _) => {
                tracing::warn!(witness, status, "a witness refused a checkpoint");
                return Ok(Outcome::Refused);
            }
        }
    }
}
