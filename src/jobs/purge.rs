//! Purging: keys whose time has come are destroyed; rows that they sealed are noise from then on, and go.

use crate::{
    actions::{Ctx, Error, accounts::sessions, petitions},
    db::{self, Db, issuer, outbox},
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
    let pending = ctx.store.read(|db| issuer::sealed_pending(db).map_err(Error::from))?;
    let codes = ctx.store.read(|db| issuer::sealed_codes(db).map_err(Error::from))?;
    let queued = ctx.store.read(|db| all_queued(db).map_err(Error::from))?;
    // Read after the rows: the key of every row that was read and still lives is among them.
    let living = ctx.keys.living_keys()?;
    let dead = |rows: Vec<(Vec<u8>, Vec<u8>)>| -> Vec<Vec<u8>> {
        let is_dead = |sealed: &[u8]| !living.iter().any(|key| key.has_sealed(sealed));
        rows.into_iter().filter(|(_, sealed)| is_dead(sealed)).map(|(id, _)| id).collect()
    };
    let (pending, codes, queued) = (dead(pending), dead(codes), dead(queued));
    let rows = pending.len().saturating_add(codes.len()).saturating_add(queued.len());
    if rows > 0 {
        ctx.store.write(|db| {
            issuer::remove_pending(db, &pending)?;
            issuer::remove_codes(db, &codes)?;
            for id in &queued {
                outbox::remove(db, id)?;
            }
            Ok::<_, Error>(())
        })?;
    }
    if destroyed.days > 0 {
        // A limit says nothing once its day's key is gone; today's begin anew, which only lets people ask.
        ctx.store.write(|db| issuer::remove_limits(db).map_err(Error::from))?;
    }
    sessions::purge(ctx, now)?;
    petitions::delete_idle_drafts(ctx)?;
    let keys = destroyed.hours.saturating_add(destroyed.days);
    Ok(Purged {
        keys: u64::try_from(keys).unwrap_or(u64::MAX),
        rows: u64::try_from(rows).unwrap_or(u64::MAX),
    })
}

/// Every mail that waits, sealed.
fn all_queued(db: &mut Db) -> Result<Vec<outbox::OutboxRow>, db::Error> {
    let mut all: Vec<outbox::OutboxRow> = Vec::new();
    loop {
        let after = all.last().map(|(id, _)| id.clone()).unwrap_or_default();
        let part = outbox::waiting(db, &after, PART)?;
        if part.is_empty() {
            return Ok(all);
        }
        all.extend(part);
    }
}
