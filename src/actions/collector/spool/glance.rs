//! Spools read without a lock: for the holder of a withdrawal code.

use super::{
    find_stored, open_intake, place,
    waiting::{CAST, RETRACTION, Waiting},
};
use crate::{
    actions::{Ctx, Error},
    db::{Db, collector as rows, collector::SpoolPlaces},
    domain::ids::PetitionId,
    keys::EphemeralKey,
};

/// A cast that waits, as the holder of its withdrawal code sees it.
pub(in crate::actions::collector) struct Found {
    pub(in crate::actions::collector) petition: PetitionId,
    pub(in crate::actions::collector) withdrawn: bool,
    /// Whether a name is sealed in it.
    pub(in crate::actions::collector) sealed: bool,
}

/// A spool, read without a lock.
struct Glance {
    petition: PetitionId,
    intake: Vec<Waiting>,
    store_key: EphemeralKey,
}

impl Glance {
    /// `None` where its keys are gone, or went on since its places were read.
    fn at(ctx: &Ctx, db: &mut Db, spool: SpoolPlaces) -> Result<Option<Self>, Error> {
        let petition = spool.petition;
        let sealed = rows::spool_intake(db, petition)?;
        let Some(keys) = ctx.keys.spool_keys(petition)? else { return Ok(None) };
        let intake = open_intake(&keys, petition, place(spool.intake)?, sealed.as_deref())?;
        let (Some(intake), Some(store_key)) = (intake, keys.store(place(spool.store)?)) else {
            return Ok(None);
        };
        Ok(Some(Self { petition, intake, store_key }))
    }

    fn find(&self, db: &mut Db, purpose: &'static str, nonce: &[u8; 32]) -> Result<Option<Waiting>, Error> {
        let stored = find_stored(&self.store_key, db, self.petition, purpose, nonce)?;
        Ok(self.intake.iter().find(|one| one.is(purpose, nonce)).cloned().or(stored))
    }
}

/// Whether the cast with this nonce waits in a petition's spool. Locks nothing.
pub(in crate::actions::collector) fn waits(
    ctx: &Ctx,
    db: &mut Db,
    nonce: &[u8; 32],
) -> Result<Option<Found>, Error> {
    let (found, is_stale) = look(ctx, db, nonce)?;
    // Its keys may have gone on since its places were read: somebody else's cast came in.
    if found.is_none() && is_stale { Ok(look(ctx, db, nonce)?.0) } else { Ok(found) }
}

/// What waits, and whether a spool could not be read.
fn look(ctx: &Ctx, db: &mut Db, nonce: &[u8; 32]) -> Result<(Option<Found>, bool), Error> {
    let mut is_stale = false;
    for spool in rows::waiting_spools(db)? {
        let Some(glance) = Glance::at(ctx, db, spool)? else {
            is_stale = true;
            continue;
        };
        if let Some(waiting) = glance.find(db, CAST, nonce)? {
            let withdrawn = glance.find(db, RETRACTION, nonce)?.is_some();
            let sealed = matches!(waiting, Waiting::Cast { sealed_name: Some(_), .. });
            return Ok((Some(Found { petition: glance.petition, withdrawn, sealed }), false));
        }
    }
    Ok((None, is_stale))
}

/// Whether the retraction of a published cast waits. Locks nothing.
pub(in crate::actions::collector) fn is_being_retracted(
    ctx: &Ctx,
    db: &mut Db,
    petition: PetitionId,
    nonce: &[u8; 32],
) -> Result<bool, Error> {
    for spool in rows::waiting_spools(db)?.into_iter().filter(|spool| spool.petition == petition) {
        if let Some(glance) = Glance::at(ctx, db, spool)? {
            return Ok(glance.find(db, RETRACTION, nonce)?.is_some());
        }
    }
    Ok(false)
}
