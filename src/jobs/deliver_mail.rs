//! Delivering mail: which mails are due, and what became of them. Sending itself is `mail`'s.

use super::Node;
use crate::{
    actions::{Ctx, Error, outbox},
    db::leases,
};

pub use crate::actions::outbox::{DueMail, Later};

/// The name of the lease.
pub(super) const JOB: &str = "deliver mail";
/// Longer than sending one batch takes; renewed with each.
const LEASE_SECS: i64 = 180;

/// At most `limit` mails that are due, if this node has the lease.
///
/// # Errors
/// [`Error`] when the database or the secrets folder is away.
pub fn due(ctx: &Ctx, node: &Node, limit: usize) -> Result<Vec<DueMail>, Error> {
    let now = ctx.now();
    let until = now.plus_secs(LEASE_SECS);
    let ours = ctx.store.write(|db| leases::take(db, JOB, &node.0, now, until).map_err(Error::from))?;
    if ours { outbox::due(ctx, limit) } else { Ok(Vec::new()) }
}

/// A mail was taken by the mail server, or was a decoy.
///
/// # Errors
/// [`Error`] when the database or the secrets folder is away.
pub fn accepted(ctx: &Ctx, id: &[u8]) -> Result<(), Error> {
    outbox::accepted(ctx, id)
}

/// A mail was not taken.
///
/// # Errors
/// [`Error`] when the database or the secrets folder is away.
pub fn failed(ctx: &Ctx, id: &[u8], permanent: bool) -> Result<Later, Error> {
    outbox::failed(ctx, id, permanent)
}
