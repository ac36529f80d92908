//! What runs beside the web server: the mail worker's outbox, and the thread of all other jobs.

use std::{
    error::Error,
    io,
    sync::mpsc::{self, RecvTimeoutError},
    thread::JoinHandle,
    time::Duration,
};

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

/// The thread that does what the clock says. Dropping it stops it after the round under way.
pub struct JobsThread {
    stop: Option<mpsc::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl JobsThread {
    /// Starts it; the first round is at once.
    ///
    /// # Errors
    ///
    /// [`io::Error`] if the machine gives no thread.
    pub fn start(ctx: Ctx, node: Node) -> io::Result<Self> {
        let (stop, stopped) = mpsc::channel::<()>();
        let thread = std::thread::Builder::new().name(String::from("jobs")).spawn(move || {
            let mut scrubbed = None;
            loop {
                match jobs::round(&ctx, &node, &mut scrubbed) {
                    Ok(Some(round)) => tracing::debug!(?round, "a round of jobs is done"),
                    Ok(None) => tracing::debug!("another node does the jobs"),
                    Err(error) => {
                        let cause: &dyn Error = &error;
                        tracing::warn!(cause, "a round of jobs failed; the next one tries again");
                    }
                }
                match stopped.recv_timeout(between_rounds(&ctx)) {
                    Err(RecvTimeoutError::Timeout) => {}
                    Ok(()) | Err(RecvTimeoutError::Disconnected) => return,
                }
            }
        })?;
        Ok(Self { stop: Some(stop), thread: Some(thread) })
    }

    /// Tells the thread to end after the round under way, and returns at once.
    pub fn begin_to_stop(&mut self) {
        self.stop = None;
    }
}

impl Drop for JobsThread {
    fn drop(&mut self) {
        self.begin_to_stop();
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the jobs ended in a panic");
        }
    }
}
