//! What the clock does: deliver mail, purge what ran out, close petitions, end issuing, publish batches, move sealed names on, tell the logs
//! which program people are given and where, show and ask witnesses, scrub at night, mark how far each log has come. Each job takes a lease in a row first, so that any number of nodes can run them.

pub mod ask_witnesses;
pub mod deliver_mail;
mod issuing_end;
mod purge;

use crate::{
    actions::{
        Ctx, Error,
        batches::take_turns,
        client_release,
        collector::{self, Turned},
        served_at,
        unsealing::Advanced,
        witnessing,
    },
    db::leases,
    domain::time::{Day, Timestamp},
};

pub use crate::actions::petitions::close_due as close_petitions;
pub use crate::actions::unsealing::advance;
pub use issuing_end::{IssuingEnded, end_issuing, issuing_due_to_end};
pub use purge::{Purged, purge};

/// How long a round of jobs may take before another node may do it.
const LEASE_SECS: i64 = 600;
/// Hour of the day (UTC) from which the nightly scrub may run.
const SCRUB_HOUR: i64 = 3;

/// Who takes leases: one running process.
#[derive(Debug, Clone)]
pub struct Node(String);

impl Node {
    /// A node with a fresh random name.
    #[must_use]
    pub fn new(ctx: &Ctx) -> Self {
        Self(ctx.entropy.uuid().to_string())
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

/// One round of everything but mail. `scrubbed`: the day of this node's last scrub, also after a round that failed.
/// `None`: another node is at it.
///
/// # Errors
/// [`Error`] when the database or the secrets folder is away. Where a log is refused, all else is done first.
pub fn round(ctx: &Ctx, node: &Node, scrubbed: &mut Option<Day>) -> Result<Option<Round>, Error> {
    let now = ctx.now();
    if !lease(ctx, "jobs", node, now)? {
        return Ok(None);
    }
    ctx.keys.make_keys_ahead(now, ctx.entropy.as_ref())?;
    let purged = purge(ctx)?;
    let closed = close_petitions(ctx)?;
    let issuing = end_issuing(ctx)?;
    // A log that is refused must not keep what ran out from being destroyed, nor the scrub.
    let (batches, sealing) = (take_turns(ctx), advance(ctx));
    let night = now.secs().saturating_sub(now.day().start().secs()) >= SCRUB_HOUR.saturating_mul(3_600);
    // What signers were told about the end of all traces holds for the bytes on the disk as well.
    let scrubs = (night && *scrubbed != Some(now.day())) || issuing.petitions > 0;
    if scrubs {
        ctx.store.scrub()?;
        *scrubbed = Some(now.day());
    }
    let (releases, hosts) = (client_release::tell_all(ctx), served_at::tell_all(ctx));
    collector::raise_marks(ctx)?;
    let (batches, sealing, releases, hosts) = (batches?, sealing?, releases?, hosts?);
    // After all that appends, so that witnesses see this turn's batch, and not before the marks know of it.
    let witnessed = witnessing::begin_turns(ctx)?;
    Ok(Some(Round {
        purged,
        closed,
        issuing,
        batches,
        sealing,
        releases,
        hosts,
        witnessed,
        scrubbed: scrubs,
    }))
}

fn lease(ctx: &Ctx, job: &str, node: &Node, now: Timestamp) -> Result<bool, Error> {
    let until = now.plus_secs(LEASE_SECS);
    ctx.store.write(|db| Ok(leases::take(db, job, &node.0, now, until)?))
}

/// Gives this node's leases back when it stops, so that another takes over at once.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn leave(ctx: &Ctx, node: &Node) -> Result<(), Error> {
    ctx.store.write(|db| {
        leases::release(db, "jobs", &node.0)?;
        leases::release(db, deliver_mail::JOB, &node.0)?;
        leases::release(db, ask_witnesses::JOB, &node.0)?;
        Ok(())
    })
}
