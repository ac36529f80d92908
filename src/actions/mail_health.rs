//! How mail goes, for pages to tell. Written at turns of the clock by the node that delivers mail; whoever reads it learns
//! nothing about a single request (`mail::tally` says why).

use super::{Ctx, Error};
use crate::{
    db::{
        Db, employers,
        mail_health::{self as rows, MailHealthRow},
    },
    domain::{
        email::MailDomain,
        mail_health::{Found, FoundState, MailHealth, MailState, hour, turn},
        sending::SendFailure,
        time::Timestamp,
    },
};

const WELL: &str = "well";
const SLOW: &str = "slow";
const FAILING: &str = "failing";

/// Writes down what a look at the mail server has found. Returns the domain that may be named from now on.
///
/// A domain is named only if an admin has listed it for an employer, or if it is a public provider's, and ten mailboxes
/// at least are concerned (`mail::tally` counts them): a family's or a single person's domain is never named.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn record(ctx: &Ctx, found: &Found) -> Result<Option<String>, Error> {
    let turn = turn(ctx.now());
    ctx.store.write(|db| {
        let known = rows::read(db)?;
        let (state, since, reason) = match found.state {
            FoundState::Well => (WELL, None, None),
            FoundState::Slow => (SLOW, None, None),
            FoundState::Failing { why, since } => {
                let before = known.and_then(|row| row.since.filter(|_| row.state == FAILING));
                let since = before.unwrap_or_else(|| hour(since).secs());
                (FAILING, Some(since), Some(why.to_text()))
            }
        };
        let refused = match &found.refused_at {
            Some((domain, why)) if is_shared(db, domain)? => Some((domain.to_string(), why.to_text())),
            _ => None,
        };
        let (refused_domain, refused_reason) = refused.unzip();
        let row = MailHealthRow {
            turn: turn.secs(),
            state: String::from(state),
            since,
            reason,
            refused_domain: refused_domain.clone(),
            refused_reason,
        };
        rows::write(db, &row)?;
        Ok(refused_domain)
    })
}

/// Whether many people have a mailbox there.
fn is_shared(db: &mut Db, domain: &MailDomain) -> Result<bool, Error> {
    Ok(domain.is_provider() || employers::is_listed_domain(db, domain)?)
}

/// How mail goes.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn read(ctx: &Ctx) -> Result<MailHealth, Error> {
    ctx.store.read(|db| read_in(ctx, db))
}

/// The same within a transaction that reads more.
pub(super) fn read_in(ctx: &Ctx, db: &mut Db) -> Result<MailHealth, Error> {
    let Some(row) = rows::read(db)? else { return Ok(MailHealth::UNKNOWN) };
    let turn = Timestamp::from_secs(row.turn);
    // What another version wrote and this one does not know is told as if nobody had looked.
    let health = understood(row).unwrap_or(MailHealth::UNKNOWN);
    Ok(health.read_at(turn, ctx.now()))
}

fn understood(row: MailHealthRow) -> Option<MailHealth> {
    let failure = |text: Option<String>| SendFailure::parse(text.as_deref()?);
    let state = match (row.state.as_str(), row.since, failure(row.reason)) {
        (WELL, ..) => MailState::Well,
        (SLOW, ..) => MailState::Slow,
        (FAILING, Some(since), Some(why)) => MailState::Failing { since: Timestamp::from_secs(since), why },
        _ => return None,
    };
    Some(MailHealth { state, refused_at: row.refused_domain.zip(failure(row.refused_reason)) })
}
