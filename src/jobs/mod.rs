//! What the clock does: deliver mail, purge what ran out, close petitions, end issuing, publish batches, move sealed names on, tell the logs
//! which program people are given and where, mark how far each log has come, show and ask witnesses, scrub at night. Jobs
//! take a lease first, so that any number of nodes can run them. Each fails alone: what ran out is destroyed on time
//! although a log is refused, and the other way round.

pub mod ask_witnesses;
pub mod deliver_mail;
mod issuing_end;
mod purge;
mod scrub;

use std::{
    error::Error as StdError,
    sync::{Arc, Mutex, PoisonError},
};

use crate::{
    actions::{
        Ctx, Error,
        collector::{self, Turned},
        leases::{self, Holder},
        petitions::{host_notice, release_notice},
        scheduled::{batches::take_turns, sealed_names::Advanced, witnessing},
    },
    domain::time::Day,
};

pub use crate::actions::{
    leases::BEAT_SECS, petitions::close_due as close_petitions, scheduled::sealed_names::advance,
};
pub use issuing_end::{IssuingEnded, end_issuing, issuing_due_to_end};
pub use purge::{Purged, purge};

/// The name of the lease of everything but mail and witnesses.
const JOBS: &str = "jobs";
/// All leases that a server takes.
const LEASES: [&str; 3] = [JOBS, deliver_mail::JOB, ask_witnesses::JOB];

/// Who takes leases: one running process.
#[derive(Debug, Clone)]
pub struct Node {
    name: String,
    scrubbing: Arc<Mutex<scrub::Scrubbing>>,
}

impl Node {
    /// A node with a fresh random name.
    #[must_use]
    pub fn new(ctx: &Ctx) -> Self {
        Self { name: ctx.entropy.uuid().to_string(), scrubbing: Arc::default() }
    }
}

/// What a round did, for the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Round {
    /// Rows and keys that ran out.
    pub purged: Purged,
    /// Petitions that closed.
    pub closed: u64,
    /// What went with the end of issuing.
    pub issuing: IssuingEnded,
    /// Signatures and retractions published from the spools.
    pub batches: Turned,
    /// Notices before sealed names are shown, and sealed names deleted.
    pub sealing: Advanced,
    /// Logs that were told of another script or page.
    pub releases: u64,
    /// Logs that were told of another host.
    pub hosts: u64,
    /// Checkpoints picked for witnesses.
    pub witnessed: u64,
    /// Whether the database was scrubbed.
    pub scrubbed: bool,
}

/// One round of everything but mail. `scrubbed`: the day of this node's last scrub. `None`: another node is at it.
///
/// # Errors
/// The first failure, when all else is done; each is logged.
pub fn round(ctx: &Ctx, node: &Node, scrubbed: &mut Option<Day>) -> Result<Option<Round>, Error> {
    let mut jobs = Jobs::default();
    let (now, entropy) = (ctx.now(), ctx.entropy.as_ref());
    match leases::take(ctx, JOBS, &node.name) {
        Ok(Holder::Still | Holder::FromNowOn) => {}
        Ok(Holder::Another) => return Ok(None),
        Err(error) => {
            // The database is away: keys die on time all the same.
            jobs.run("destroying keys", || ctx.keys.destroy_expired(now).map_err(Error::from));
            jobs.run::<()>("taking the lease", || Err(error));
            return jobs.end(Round::default()).map(Some);
        }
    }
    jobs.run("making keys ahead", || ctx.keys.make_keys_ahead(now, entropy).map_err(Error::from));
    let mut round = Round {
        purged: jobs.run("purging", || purge(ctx)).unwrap_or_default(),
        closed: jobs.run("closing petitions", || close_petitions(ctx)).unwrap_or_default(),
        issuing: jobs.run("ending issuing", || end_issuing(ctx)).unwrap_or_default(),
        batches: jobs.run("publishing groups", || take_turns(ctx)).unwrap_or_default(),
        sealing: jobs.run("moving sealed names on", || advance(ctx)).unwrap_or_default(),
        releases: jobs.run("naming the program", || release_notice::tell_all(ctx)).unwrap_or_default(),
        hosts: jobs.run("naming the host", || host_notice::tell_all(ctx)).unwrap_or_default(),
        ..Round::default()
    };
    if jobs.run("raising marks", || collector::raise_marks(ctx)).is_some() {
        // After all that appends, so that witnesses see this turn's batch, and not before the marks know of it.
        round.witnessed = jobs.run("showing witnesses", || witnessing::begin_turns(ctx)).unwrap_or_default();
    }
    // Last: it may take long, and nothing waits behind it.
    let mut scrubbing = node.scrubbing.lock().unwrap_or_else(PoisonError::into_inner);
    if round.issuing.petitions > 0 {
        scrubbing.want();
    }
    let scrub = jobs.run("scrubbing", || scrubbing.go_on(ctx, scrubbed));
    round.scrubbed = scrub.unwrap_or_default();
    jobs.end(round).map(Some)
}

/// Jobs of a round, each on its own.
#[derive(Default)]
struct Jobs {
    failed: Option<Error>,
}

impl Jobs {
    fn run<T>(&mut self, job: &'static str, body: impl FnOnce() -> Result<T, Error>) -> Option<T> {
        match body() {
            Ok(done) => Some(done),
            Err(error) => {
                let cause: &dyn StdError = &error;
                tracing::warn!(job, cause, "a job failed; it is tried again soon");
                self.failed.get_or_insert(error);
                None
            }
        }
    }

    fn end(self, round: Round) -> Result<Round, Error> {
        self.failed.map_or(Ok(round), Err)
    }
}

/// Says that this node is there, and takes the leases of those that were not heard of any more. `true`: there is
/// something to do that was another's before.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn heartbeat(ctx: &Ctx, node: &Node) -> Result<bool, Error> {
    leases::renew_all(ctx)?;
    let mut is_new = false;
    for lease in LEASES.iter().filter(|lease| !ctx.leases.holds(lease, &node.name)) {
        is_new |= leases::take(ctx, lease, &node.name)? == Holder::FromNowOn;
    }
    Ok(is_new)
}

/// Gives this node's leases back when it stops, so that another takes over at once.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn leave(ctx: &Ctx, node: &Node) -> Result<(), Error> {
    LEASES.iter().try_for_each(|lease| leases::release(ctx, lease, &node.name))
}
