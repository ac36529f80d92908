//! What runs beside the web server: the mail worker's outbox, the jobs, and the heartbeat of the leases.

use std::{error::Error, io, time::Duration};

use super::worker::Worker;
use crate::{
    actions::{self, Ctx},
    domain::{
        mail_health::Found,
        sending::{Later, SendFailure},
    },
    jobs::{self, Node, deliver_mail},
    mail::{DueMail, Outbox, OutboxError},
};

/// How long between two rounds of jobs, at most: shorter where batches are to be looked at more often.
const ROUND: Duration = Duration::from_mins(1);
/// After a round in which something failed the next one comes sooner, at first: the database may be back.
const AFTER_FAILURE: Duration = Duration::from_secs(5);

/// Between two rounds of jobs, and of asking witnesses.
pub fn between_rounds(ctx: &Ctx) -> Duration {
    let schedule = ctx.rules.schedule;
    let turn = u64::try_from(schedule.quiet_secs.min(schedule.busy_secs)).unwrap_or(0);
    ROUND.min(Duration::from_secs(turn.max(1)))
}

/// The outbox in the database.
#[derive(Clone)]
pub struct DatabaseOutbox {
    /// What actions need.
    pub ctx: Ctx,
    /// Who takes the lease.
    pub node: Node,
}

fn away(error: actions::Error) -> OutboxError {
    OutboxError(Box::new(error))
}

impl Outbox for DatabaseOutbox {
    fn due(&self, limit: usize) -> Result<Vec<DueMail>, OutboxError> {
        let due = deliver_mail::due(&self.ctx, &self.node, limit).map_err(away)?;
        Ok(due.into_iter().map(|mail| DueMail { id: mail.id, outgoing: mail.outgoing }).collect())
    }

    fn accepted(&self, id: &[u8]) -> Result<(), OutboxError> {
        deliver_mail::accepted(&self.ctx, id).map_err(away)
    }

    fn failed(&self, id: &[u8], why: SendFailure) -> Result<Later, OutboxError> {
        deliver_mail::failed(&self.ctx, id, why).map_err(away)
    }

    fn is_ours(&self) -> Result<bool, OutboxError> {
        deliver_mail::is_ours(&self.ctx, &self.node).map_err(away)
    }

    fn looked(&self, found: &Found) -> Result<Option<String>, OutboxError> {
        deliver_mail::looked(&self.ctx, found).map_err(away)
    }
}

/// Does what the clock says.
///
/// # Errors
/// [`io::Error`] if the machine gives no thread.
pub fn start_jobs(ctx: Ctx, node: Node) -> io::Result<Worker> {
    let (mut scrubbed, mut failures) = (None, 0_u32);
    Worker::start("jobs", move |_goes_on| {
        // What failed, the round itself has logged.
        failures = match jobs::round(&ctx, &node, &mut scrubbed) {
            Ok(Some(round)) => {
                tracing::debug!(?round, "a round of jobs is done");
                0
            }
            Ok(None) => 0,
            Err(_logged) => failures.saturating_add(1),
        };
        let usual = between_rounds(&ctx);
        if failures == 0 { usual } else { usual.min(AFTER_FAILURE.saturating_mul(failures)) }
    })
}

/// Says every few seconds that this node is there, and takes the leases of nodes that are not; `wake` is called when
/// there are such.
///
/// # Errors
/// [`io::Error`] if the machine gives no thread.
pub fn start_heartbeat(ctx: Ctx, node: Node, wake: impl Fn() + Send + 'static) -> io::Result<Worker> {
    let mut is_away = false;
    Worker::start("heartbeat", move |_goes_on| {
        match jobs::heartbeat(&ctx, &node) {
            Ok(has_new) => {
                // Also after an outage: what could not be done meanwhile is done now.
                if has_new || std::mem::take(&mut is_away) {
                    wake();
                }
            }
            Err(error) => {
                let cause: &dyn Error = &error;
                tracing::debug!(cause, "nobody hears this node now");
                is_away = true;
            }
        }
        Duration::from_secs(jobs::BEAT_SECS)
    })
}
