//! Delivering mail: which mails are due, and what became of them. Sending itself is `mail`'s.

use super::Node;
use crate::{
    actions::{
        Ctx, Error,
        leases::{self, Holder},
        mail_health, outbox,
    },
    domain::{
        mail_health::Found,
        sending::{Later, SendFailure},
    },
};

pub use crate::actions::outbox::DueMail;

/// The name of the lease.
pub(super) const JOB: &str = "deliver mail";

/// At most `limit` mails that are due, if this node has the lease.
///
/// # Errors
/// [`Error`] when the database or the secrets folder is away.
pub fn due(ctx: &Ctx, node: &Node, limit: usize) -> Result<Vec<DueMail>, Error> {
    if is_ours(ctx, node)? { outbox::due(ctx, limit) } else { Ok(Vec::new()) }
}

/// Whether this node delivers mail now: it has the lease, or takes it.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn is_ours(ctx: &Ctx, node: &Node) -> Result<bool, Error> {
    Ok(match leases::take(ctx, JOB, &node.name)? {
        Holder::Still | Holder::FromNowOn => true,
        Holder::Another => false,
    })
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
pub fn failed(ctx: &Ctx, id: &[u8], why: SendFailure) -> Result<Later, Error> {
    outbox::failed(ctx, id, why)
}

/// The mail server was looked at, at a turn of the clock. Returns the domain that may be named.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn looked(ctx: &Ctx, found: &Found) -> Result<Option<String>, Error> {
    mail_health::record(ctx, found)
}
