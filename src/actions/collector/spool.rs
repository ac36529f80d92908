//! The spool: casts that show no name wait here, sealed, until enough of the same crowd have come to publish
//! them together; and so do their retractions.
//!
//! What comes in goes into the intake: one sealed piece of always the same length, which is rewritten whole, shuffled, under
//! the next key of its chain with each change. So a cast costs the same however many wait, and neither the rows nor the
//! database's own log tell which entry came with which change once the keys before are destroyed (within seconds, by the
//! clock: see `keys::spool`). When many have come, the clock moves a random part of the intake into the store: a row each,
//! found by a MAC, under a key that lives until the next turn. What stays behind mixes with those who come next.

mod before;
mod glance;
mod waiting;

use super::{
    super::{Ctx, Error, OwnData},
    mark::refuse_behind,
};
use crate::{
    db::{
        Db, collector as rows,
        collector::{SpoolHead, SpoolPlaces},
    },
    domain::ids::PetitionId,
    keys::{EphemeralKey, SpoolKeys, SpoolPlace},
};
use waiting::{CAST, INTAKE_MAX, entry_bytes, intake_bytes};

pub(super) use glance::{is_being_retracted, waits};
pub(super) use waiting::Waiting;

const SPOOL: &str = "spool";
const INTAKE: &str = "spool_intake";
/// From so many on, the clock moves some into the store.
const INTAKE_FULL: usize = 64;
/// So many stay behind then: at least as many as mix with whoever comes next.
const INTAKE_KEPT: usize = 32;

/// What putting something into the spool led to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spooled {
    /// It waits now.
    Waiting,
    /// The same one waited already, or is published.
    Before,
    /// Another one with this nonce waits, or is published.
    Other,
}

/// A place of a chain of keys, as the database has it.
fn place(stored: i64) -> Result<u64, Error> {
    u64::try_from(stored).or(Err(Error::Broken(OwnData::SpoolPlace)))
}

/// A petition's spool, locked until the transaction ends.
pub(super) struct Locked<'a> {
    ctx: &'a Ctx,
    petition: PetitionId,
    pub(super) head: SpoolHead,
    keys: Option<SpoolKeys>,
    /// What lies in the intake. `None` where it cannot be read.
    intake: Option<Vec<Waiting>>,
}

impl<'a> Locked<'a> {
    /// Locks it. What waits must be readable: what came in now would otherwise take the place of all of it.
    pub(super) fn lock(ctx: &'a Ctx, db: &mut Db, petition: PetitionId) -> Result<Self, Error> {
        let locked = Self::lock_unread(ctx, db, petition)?;
        refuse_behind(ctx, db, petition)?;
        if locked.is_unreadable() { Err(Error::SpoolKeyAway(petition)) } else { Ok(locked) }
    }

    fn is_unreadable(&self) -> bool {
        self.keys.is_none() || self.intake.is_none()
    }

    fn lock_unread(ctx: &'a Ctx, db: &mut Db, petition: PetitionId) -> Result<Self, Error> {
        let head = rows::lock_spool(db, petition)?;
        let sealed = rows::spool_intake(db, petition)?;
        let keys = ctx.keys.spool_keys(petition)?;
        let intake = match (&keys, head.held > 0) {
            (_, false) => Some(Vec::new()),
            (Some(keys), true) => open_intake(keys, petition, place(head.intake)?, sealed.as_deref())?,
            (None, true) => None,
        };
        Ok(Self { ctx, petition, head, keys, intake })
    }

    fn keys(&self) -> Result<&SpoolKeys, Error> {
        self.keys.as_ref().ok_or(Error::SpoolKeyAway(self.petition))
    }

    fn intake(&mut self) -> Result<&mut Vec<Waiting>, Error> {
        self.intake.as_mut().ok_or(Error::SpoolKeyAway(self.petition))
    }

    fn store_key(&self) -> Result<EphemeralKey, Error> {
        self.keys()?.store(place(self.head.store)?).ok_or(Error::SpoolKeyAway(self.petition))
    }

    /// The cast with this nonce, if it waits.
    pub(super) fn cast(&self, db: &mut Db, nonce: &[u8; 32]) -> Result<Option<Waiting>, Error> {
        self.find(db, CAST, nonce)
    }

    fn find(&self, db: &mut Db, purpose: &'static str, nonce: &[u8; 32]) -> Result<Option<Waiting>, Error> {
        // Both are looked at each time: the same statements, wherever it lies.
        let stored = find_stored(&self.store_key()?, db, self.petition, purpose, nonce)?;
        let mut inside = self.intake.iter().flatten();
        Ok(inside.find(|one| one.is(purpose, nonce)).cloned().or(stored))
    }

    /// Puts something in. Whether its nonce is published already is the caller's to check, under this lock.
    pub(super) fn put(&mut self, db: &mut Db, waiting: Waiting) -> Result<Spooled, Error> {
        let (purpose, nonce) = waiting.purpose_and_nonce();
        if let Some(there) = self.find(db, purpose, nonce)? {
            let same = there.leaf() == waiting.leaf();
            return Ok(if same { Spooled::Before } else { Spooled::Other });
        }
        if self.intake()?.len() >= INTAKE_MAX {
            // So many came since the clock last looked that it makes no difference who sees that this took longer.
            self.settle(db)?;
        }
        if self.head.held == 0 {
            // Nothing waited for the turn under way: the next one is looked at, and not the minute after this came.
            let began = self.ctx.rules.schedule.began(self.ctx.now().secs(), false);
            self.head.looked_at = self.head.looked_at.max(began);
        }
        self.intake()?.push(waiting);
        self.head.held = self.head.held.saturating_add(1);
        self.write_intake(db)?;
        rows::set_spool_head(db, self.petition, &self.head)?;
        Ok(Spooled::Waiting)
    }

    /// All that waits.
    pub(super) fn all(&self, db: &mut Db) -> Result<Vec<Waiting>, Error> {
        let key = self.store_key()?;
        let mut all: Vec<Waiting> = self.intake.iter().flatten().cloned().collect();
        let mut lost = 0_u64;
        for (lookup, sealed) in rows::spooled(db, self.petition)? {
            match key.open(SPOOL, &lookup, &sealed) {
                Some(entry) => all.push(waiting::entry_of(&entry)?),
                None => lost = lost.saturating_add(1),
            }
        }
        if lost > 0 {
            tracing::error!(petition = %self.petition, lost, "casts that waited do not read back");
        }
        Ok(all)
    }

    /// Moves a random part of a full intake into the store. `false` where it is not full.
    fn settle(&mut self, db: &mut Db) -> Result<bool, Error> {
        let ctx = self.ctx;
        let intake = self.intake()?;
        if intake.len() < INTAKE_FULL {
            return Ok(false);
        }
        shuffle(ctx, intake);
        let moved = intake.split_off(INTAKE_KEPT);
        self.store(db, &moved)?;
        self.write_intake(db)?;
        Ok(true)
    }

    fn store(&self, db: &mut Db, moved: &[Waiting]) -> Result<(), Error> {
        let key = self.store_key()?;
        let sealed = moved.iter().map(|one| seal(self.ctx, &key, one)).collect::<Result<Vec<_>, Error>>()?;
        Ok(rows::add_spooled(db, self.petition, &sealed)?)
    }

    /// Writes what waits from now on, shuffled, under fresh keys for intake and store.
    pub(super) fn rewrite(&mut self, db: &mut Db, mut waiting: Vec<Waiting>) -> Result<(), Error> {
        shuffle(self.ctx, &mut waiting);
        self.head.held = i64::try_from(waiting.len()).or(Err(Error::Broken(OwnData::SpoolSize)))?;
        self.head.store = self.head.store.saturating_add(1);
        rows::empty_spool(db, self.petition)?;
        let stored = waiting.split_off(waiting.len().min(INTAKE_FULL.saturating_sub(1)));
        self.store(db, &stored)?;
        self.intake = Some(waiting);
        self.write_intake(db)?;
        Ok(rows::set_spool_head(db, self.petition, &self.head)?)
    }

    /// Seals the intake, shuffled, under the next key of its chain. The head is the caller's to write.
    fn write_intake(&mut self, db: &mut Db) -> Result<(), Error> {
        let ctx = self.ctx;
        shuffle(ctx, self.intake()?);
        self.head.intake = self.head.intake.saturating_add(1);
        let at = place(self.head.intake)?;
        let key = self.keys()?.intake(at).ok_or(Error::SpoolKeyAway(self.petition))?;
        let plain = intake_bytes(self.intake()?)?;
        let sealed = key.seal(INTAKE, self.petition.as_bytes(), &plain, ctx.entropy.as_ref());
        rows::set_spool_intake(db, self.petition, &sealed)?;
        Ok(())
    }
}

/// Renews the keys of all spools: those with which anything before was sealed are destroyed. Done by the clock every few
/// seconds, whether anybody came or not, and at the start of the server before anybody is served.
///
/// # Errors
/// [`Error`] when the database or the secrets folder is away; then the keys before live on until the next time.
pub fn renew_keys(ctx: &Ctx) -> Result<(), Error> {
    // First what is full, in transactions of their own: after the keys are renewed nothing may fail that has used them.
    for spool in ctx.store.read(rows::waiting_spools)? {
        if usize::try_from(spool.held).is_ok_and(|held| held >= INTAKE_FULL) {
            ctx.store.write(|db| settle_one(ctx, db, spool.petition))?;
        }
    }
    let renewed = ctx.store.write(|db| {
        let places = rows::lock_all_spools(db)?;
        let places = places.into_iter().map(place_of).collect::<Result<Vec<_>, Error>>()?;
        Ok::<_, Error>(ctx.keys.renew_spools(&places, ctx.entropy.as_ref())?)
    })?;
    Ok(ctx.keys.end_old_spools(&renewed)?)
}

fn settle_one(ctx: &Ctx, db: &mut Db, petition: PetitionId) -> Result<(), Error> {
    let mut spool = Locked::lock_unread(ctx, db, petition)?;
    if !spool.is_unreadable() && spool.settle(db)? {
        rows::set_spool_head(db, petition, &spool.head)?;
    }
    Ok(())
}

fn place_of(spool: SpoolPlaces) -> Result<SpoolPlace, Error> {
    Ok(SpoolPlace {
        petition: spool.petition,
        intake: place(spool.intake)?,
        store: place(spool.store)?,
        holds_something: spool.held > 0,
    })
}

/// Makes all spools ready at the start of the server, before anybody is served: destroys keys that a crash left, reads over what
/// waits since before there was an intake, and forgets what cannot be read any more.
///
/// # Errors
/// [`Error`] when the database or the secrets folder is away.
pub fn begin_spools(ctx: &Ctx) -> Result<(), Error> {
    ctx.keys.make_keys_ahead(ctx.now(), ctx.entropy.as_ref())?;
    renew_keys(ctx)?;
    before::read_over_old_spools(ctx)?;
    forget_lost(ctx)
}

/// Forgets what waits in spools whose keys are gone, and tells how much: ephemeral keys are never backed up, so after a restore
/// it can never be read, and nobody else could be taken.
fn forget_lost(ctx: &Ctx) -> Result<(), Error> {
    for spool in ctx.store.read(rows::waiting_spools)? {
        let petition = spool.petition;
        ctx.store.write(|db| {
            let mut spool = Locked::lock_unread(ctx, db, petition)?;
            if !spool.is_unreadable() {
                return Ok::<_, Error>(());
            }
            let lost = spool.head.held;
            tracing::error!(%petition, lost, "casts and withdrawals that waited are lost: their key is gone");
            rows::empty_spool(db, petition)?;
            spool.head.held = 0;
            Ok(rows::set_spool_head(db, petition, &spool.head)?)
        })?;
    }
    // They get others now that nothing waits.
    renew_keys(ctx)
}

/// What lies in an intake. `None` where its key is gone.
fn open_intake(
    keys: &SpoolKeys,
    petition: PetitionId,
    at: u64,
    sealed: Option<&[u8]>,
) -> Result<Option<Vec<Waiting>>, Error> {
    let (Some(key), Some(sealed)) = (keys.intake(at), sealed) else { return Ok(None) };
    let plain = key.open(INTAKE, petition.as_bytes(), sealed);
    plain.map(|plain| waiting::intake_of(&plain)).transpose()
}

fn find_stored(
    key: &EphemeralKey,
    db: &mut Db,
    petition: PetitionId,
    purpose: &'static str,
    nonce: &[u8; 32],
) -> Result<Option<Waiting>, Error> {
    let lookup = key.mac(purpose, nonce);
    let Some(sealed) = rows::find_spooled(db, petition, &lookup)? else { return Ok(None) };
    let entry = key.open(SPOOL, &lookup, &sealed).ok_or(Error::Broken(OwnData::SpooledRow))?;
    waiting::entry_of(&entry).map(Some)
}

fn seal(ctx: &Ctx, key: &EphemeralKey, waiting: &Waiting) -> Result<rows::SpoolRow, Error> {
    let (purpose, nonce) = waiting.purpose_and_nonce();
    let lookup = key.mac(purpose, nonce).to_vec();
    let sealed = key.seal(SPOOL, &lookup, &entry_bytes(waiting)?, ctx.entropy.as_ref());
    Ok((lookup, sealed))
}

/// Fisher and Yates. The bias of a 64-bit remainder is far below anything that could be measured.
pub(super) fn shuffle<T>(ctx: &Ctx, list: &mut [T]) {
    for last in (1..list.len()).rev() {
        let drawn = u64::from_le_bytes(ctx.entropy.bytes());
        let below = u64::try_from(last).unwrap_or(0).saturating_add(1);
        let place = drawn.checked_rem(below).and_then(|place| usize::try_from(place).ok()).unwrap_or(last);
        list.swap(last, place);
    }
}
