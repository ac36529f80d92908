//! Purging: keys whose time has come are destroyed; rows that they sealed are noise from then on, and go.

use crate::{
    actions::{Ctx, Error, sessions},
    db::{issuer, outbox},
};

/// How many outbox rows are looked at in one go.
const PART: i64 = 500;

/// What a purge took away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Purged {
    /// Keys destroyed.
    pub keys: u64,
    /// Rows whose key was gone.
    pub rows: u64,
}

/// Destroys keys that ran out, then removes the rows that nobody can open any more.
///
/// # Errors
/// [`Error`] when the database or the secrets folder is away.
pub fn purge(ctx: &Ctx) -> Result<Purged, Error> {
    let now = ctx.now();
    let destroyed = ctx.keys.destroy_expired(now)?;
    let gone = |sealed: &[u8]| Ok::<_, Error>(ctx.keys.key_that_sealed(sealed)?.is_none());
    let mut rows = 0;

    let pending = ctx.store.read(|db| issuer::sealed_pending(db).map_err(Error::from))?;
    let mut dead = Vec::new();
    for (id, sealed) in pending {
        if gone(&sealed)? {
            dead.push(id);
        }
    }
    rows += dead.len();
    if !dead.is_empty() {
        ctx.store.write(|db| issuer::remove_pending(db, &dead).map_err(Error::from))?;
    }

    let codes = ctx.store.read(|db| issuer::sealed_codes(db).map_err(Error::from))?;
    let mut dead = Vec::new();
    for (id, sealed) in codes {
        if gone(&sealed)? {
            dead.push(id);
        }
    }
    rows += dead.len();
    if !dead.is_empty() {
        ctx.store.write(|db| issuer::remove_codes(db, &dead).map_err(Error::from))?;
    }

    let mut after: Vec<u8> = Vec::new();
    loop {
        let part = ctx.store.read(|db| outbox::waiting(db, &after, PART).map_err(Error::from))?;
        let Some((last, _)) = part.last() else { break };
        after.clone_from(last);
        for (id, sealed) in part {
            if gone(&sealed)? {
                rows += 1;
                ctx.store.write(|db| outbox::remove(db, &id).map_err(Error::from))?;
            }
        }
    }

    if destroyed.days > 0 {
        // A limit says nothing once its day's key is gone; today's begin anew, which only lets people ask.
        ctx.store.write(|db| issuer::remove_limits(db).map_err(Error::from))?;
    }
    sessions::purge(ctx, now)?;
    let keys = destroyed.hours.saturating_add(destroyed.days);
    Ok(Purged {
        keys: u64::try_from(keys).unwrap_or(u64::MAX),
        rows: u64::try_from(rows).unwrap_or(u64::MAX),
    })
}
