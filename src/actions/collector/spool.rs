//! The spool: casts that show no name wait here, sealed, until enough of the same crowd have come to publish
//! them together; and so do their retractions.
//!
//! Nothing in a row can be tied to the leaf that it becomes once the generation's key is destroyed, not even by
//! whoever recomputes a published nonce. While few wait, all rows are rewritten, shuffled, under a fresh key with
//! each one that comes in: where and when a row was written says nothing about when its cast came.
//!
//! Generations end after the transaction that leaves them: [`Ended`] is what the caller then destroys. What a crash
//! leaves is destroyed by the next round of jobs.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};

use super::super::{Ctx, Error, sealed};
use crate::{
    db::{Db, collector as rows, collector::SpoolHead},
    domain::{ids::PetitionId, proof::CrowdIndex},
    keys::{EphemeralKey, Generation},
    protocol::leaf::{CastLeaf, RetractLeaf},
};

const SPOOL: &str = "spool";
const CAST: &str = "spooled cast";
const RETRACTION: &str = "spooled retraction";
/// Up to so many rows, all are rewritten with each that comes in; beyond, whenever a quarter has been added.
const REWRITTEN_EACH_TIME: i64 = 256;

/// All rows are as long as one with a sealed name: what waits in them must not show.
const ROW_BYTES: usize = 4_096;

/// What waits, opened.
pub(super) enum Waiting {
    /// A cast.
    Cast {
        /// The crowd that it counts in.
        crowd: CrowdIndex,
        /// Its nonce.
        nonce: [u8; 32],
        /// The leaf.
        leaf: Vec<u8>,
        /// The name, sealed to the trustee.
        sealed_name: Option<Vec<u8>>,
    },
    /// A retraction of a cast that showed no name.
    Retraction {
        /// Nonce of the cast.
        nonce: [u8; 32],
        /// The leaf.
        leaf: Vec<u8>,
    },
}

/// As it is sealed: base64url, so that every row has the same length.
#[derive(Serialize, Deserialize)]
struct Row {
    leaf: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    crowd: Option<u8>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sealed_name: Option<String>,
}

impl Waiting {
    fn purpose_and_nonce(&self) -> (&'static str, &[u8; 32]) {
        match self {
            Self::Cast { nonce, .. } => (CAST, nonce),
            Self::Retraction { nonce, .. } => (RETRACTION, nonce),
        }
    }

    /// The nonce of the cast that it is, or takes back.
    pub(super) fn nonce(&self) -> &[u8; 32] {
        self.purpose_and_nonce().1
    }

    fn leaf(&self) -> &[u8] {
        match self {
            Self::Cast { leaf, .. } | Self::Retraction { leaf, .. } => leaf,
        }
    }

    fn to_row(&self) -> Row {
        let text = |bytes: &Vec<u8>| URL_SAFE_NO_PAD.encode(bytes);
        match self {
            Self::Cast { crowd, leaf, sealed_name, .. } => Row {
                leaf: text(leaf),
                crowd: Some(crowd.get()),
                sealed_name: sealed_name.as_ref().map(text),
            },
            Self::Retraction { leaf, .. } => Row { leaf: text(leaf), crowd: None, sealed_name: None },
        }
    }

    fn from_row(row: &Row) -> Option<Self> {
        let bytes = |text: &String| URL_SAFE_NO_PAD.decode(text).ok();
        let leaf = bytes(&row.leaf)?;
        Some(match row.crowd {
            Some(crowd) => Self::Cast {
                crowd: CrowdIndex::new(crowd),
                nonce: *CastLeaf::parse(&leaf).ok()?.nonce(),
                sealed_name: match &row.sealed_name {
                    Some(text) => Some(bytes(text)?),
                    None => None,
                },
                leaf,
            },
            None => Self::Retraction { nonce: RetractLeaf::parse(&leaf).ok()?.nonce(), leaf },
        })
    }
}

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

/// Generations whose keys are to be destroyed once the transaction is committed.
#[derive(Debug, Default)]
#[must_use]
pub struct Ended(Vec<(PetitionId, Generation)>);

impl Ended {
    /// Destroys the keys. What cannot be destroyed now is by the next round of jobs.
    pub fn destroy(self, ctx: &Ctx) {
        for (petition, generation) in self.0 {
            if ctx.keys.end_spool(petition, &generation).is_err() {
                tracing::warn!("a spool's old key could not be destroyed yet");
            }
        }
    }

    /// Several at once.
    pub fn and(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self
    }
}

/// A petition's spool, locked until the transaction ends.
pub(super) struct Locked<'a> {
    ctx: &'a Ctx,
    petition: PetitionId,
    pub(super) head: SpoolHead,
    key: Option<EphemeralKey>,
}

impl<'a> Locked<'a> {
    /// Locks it. What waits must be readable: what came in now would otherwise take the place of all of it.
    pub(super) fn lock(ctx: &'a Ctx, db: &mut Db, petition: PetitionId) -> Result<Self, Error> {
        let locked = Self::lock_unread(ctx, db, petition)?;
        if locked.is_unreadable() { Err(Error::SpoolKeyAway(petition)) } else { Ok(locked) }
    }

    fn is_unreadable(&self) -> bool {
        self.head.held > 0 && self.key.is_none()
    }

    fn lock_unread(ctx: &'a Ctx, db: &mut Db, petition: PetitionId) -> Result<Self, Error> {
        let head = rows::lock_spool(db, petition)?;
        let key = match Generation::parse(&head.generation) {
            Some(generation) => ctx.keys.spool_key(petition, &generation)?,
            None => None,
        };
        Ok(Self { ctx, petition, head, key })
    }

    /// The cast with this nonce, if it waits.
    pub(super) fn cast(&self, db: &mut Db, nonce: &[u8; 32]) -> Result<Option<Waiting>, Error> {
        self.find(db, CAST, nonce)
    }

    fn find(&self, db: &mut Db, purpose: &'static str, nonce: &[u8; 32]) -> Result<Option<Waiting>, Error> {
        let Some(key) = &self.key else { return Ok(None) };
        find_with(key, db, self.petition, purpose, nonce)
    }

    /// Puts something in. Whether its nonce is published already is the caller's to check, under this lock.
    pub(super) fn put(&mut self, db: &mut Db, waiting: Waiting) -> Result<(Spooled, Ended), Error> {
        let (purpose, nonce) = waiting.purpose_and_nonce();
        if let Some(there) = self.find(db, purpose, nonce)? {
            let same = there.leaf() == waiting.leaf();
            return Ok((if same { Spooled::Before } else { Spooled::Other }, Ended::default()));
        }
        let held = self.head.held.saturating_add(1);
        let grown = held.saturating_mul(4) >= self.head.rewritten.saturating_mul(5);
        if let Some(key) = self.key.as_ref().filter(|_| held > REWRITTEN_EACH_TIME && !grown) {
            let row = seal(self.ctx, key, &waiting)?;
            rows::add_spooled(db, self.petition, &[row])?;
            self.head.held = held;
            rows::set_spool_head(db, self.petition, &self.head)?;
            return Ok((Spooled::Waiting, Ended::default()));
        }
        let mut all = self.all(db)?;
        if all.is_empty() {
            // Nothing waited for the turn under way: the next one is looked at, and not the minute after this came.
            let began = self.ctx.rules.schedule.began(self.ctx.now().secs(), false);
            self.head.looked_at = self.head.looked_at.max(began);
        }
        all.push(waiting);
        Ok((Spooled::Waiting, self.rewrite(db, all)?))
    }

    /// All that waits.
    pub(super) fn all(&self, db: &mut Db) -> Result<Vec<Waiting>, Error> {
        let mut all = Vec::new();
        let mut lost = 0_u64;
        for (lookup, sealed) in rows::spooled(db, self.petition)? {
            let plain = self.key.as_ref().and_then(|key| key.open(SPOOL, &lookup, &sealed));
            match plain.map(|plain| serde_json::from_slice(&plain)) {
                Some(row) => {
                    // serde's message would repeat what it read.
                    let row = row.or(Err(Error::Broken("a spooled row")))?;
                    all.push(Waiting::from_row(&row).ok_or(Error::Broken("a spooled row"))?);
                }
                None => lost = lost.saturating_add(1),
            }
        }
        if lost > 0 {
            tracing::error!(petition = %self.petition, lost, "casts that waited do not read back");
        }
        Ok(all)
    }

    /// Writes all that waits from now on, shuffled, under a fresh key.
    pub(super) fn rewrite(&mut self, db: &mut Db, mut waiting: Vec<Waiting>) -> Result<Ended, Error> {
        let old = Generation::parse(&self.head.generation);
        rows::empty_spool(db, self.petition)?;
        if waiting.is_empty() {
            self.head.generation = String::new();
            self.key = None;
        } else {
            shuffle(self.ctx, &mut waiting);
            let (generation, key) = self.ctx.keys.begin_spool(self.petition, self.ctx.entropy.as_ref())?;
            let sealed =
                waiting.iter().map(|one| seal(self.ctx, &key, one)).collect::<Result<Vec<_>, Error>>()?;
            rows::add_spooled(db, self.petition, &sealed)?;
            self.head.generation = String::from(generation.as_str());
            self.key = Some(key);
        }
        self.head.held = i64::try_from(waiting.len()).or(Err(Error::Broken("a spool's size")))?;
        self.head.rewritten = self.head.held;
        rows::set_spool_head(db, self.petition, &self.head)?;
        Ok(Ended(old.map(|generation| (self.petition, generation)).into_iter().collect()))
    }

    /// Destroys keys that a crash left. Nobody makes one meanwhile: the lock is held.
    pub(super) fn end_leftovers(&self) -> Result<usize, Error> {
        let living = Generation::parse(&self.head.generation);
        Ok(self.ctx.keys.end_spools_but(self.petition, living.as_ref())?)
    }
}

/// Forgets what waits in spools whose keys are gone, and tells how much. Done at the start of the server: ephemeral keys
/// are never backed up, so after a restore it can never be read, and nobody else could be taken.
///
/// # Errors
/// [`Error`] when the database or the secrets folder is away.
pub fn forget_lost(ctx: &Ctx) -> Result<(), Error> {
    for (petition, _) in ctx.store.read(rows::waiting_spools)? {
        let ended = ctx.store.write(|db| {
            let mut spool = Locked::lock_unread(ctx, db, petition)?;
            if !spool.is_unreadable() {
                return Ok::<_, Error>(Ended::default());
            }
            let lost = spool.head.held;
            tracing::error!(%petition, lost, "casts and withdrawals that waited are lost: their key is gone");
            spool.rewrite(db, Vec::new())
        })?;
        ended.destroy(ctx);
    }
    Ok(())
}

/// A cast that waits, as the holder of its withdrawal code sees it.
pub(super) struct Found {
    pub(super) petition: PetitionId,
    pub(super) withdrawn: bool,
    /// Whether a name is sealed in it.
    pub(super) sealed: bool,
}

/// Whether the cast with this nonce waits in a petition's spool. Locks nothing.
pub(super) fn waits(ctx: &Ctx, db: &mut Db, nonce: &[u8; 32]) -> Result<Option<Found>, Error> {
    let (found, is_stale) = look(ctx, db, nonce)?;
    // Its key may have gone since its name was read: somebody else's cast came in.
    if found.is_none() && is_stale { Ok(look(ctx, db, nonce)?.0) } else { Ok(found) }
}

/// What waits, and whether a spool's key was gone.
fn look(ctx: &Ctx, db: &mut Db, nonce: &[u8; 32]) -> Result<(Option<Found>, bool), Error> {
    let mut is_stale = false;
    for (petition, generation) in rows::waiting_spools(db)? {
        let Some(generation) = Generation::parse(&generation) else { continue };
        let Some(key) = ctx.keys.spool_key(petition, &generation)? else {
            is_stale = true;
            continue;
        };
        if let Some(waiting) = find_with(&key, db, petition, CAST, nonce)? {
            let withdrawn = find_with(&key, db, petition, RETRACTION, nonce)?.is_some();
            let sealed = matches!(waiting, Waiting::Cast { sealed_name: Some(_), .. });
            return Ok((Some(Found { petition, withdrawn, sealed }), false));
        }
    }
    Ok((None, is_stale))
}

/// Whether the retraction of a published cast waits. Locks nothing.
pub(super) fn is_being_retracted(
    ctx: &Ctx,
    db: &mut Db,
    petition: PetitionId,
    nonce: &[u8; 32],
) -> Result<bool, Error> {
    for (found, generation) in rows::waiting_spools(db)? {
        if found == petition
            && let Some(generation) = Generation::parse(&generation)
            && let Some(key) = ctx.keys.spool_key(petition, &generation)?
        {
            return Ok(find_with(&key, db, petition, RETRACTION, nonce)?.is_some());
        }
    }
    Ok(false)
}

fn find_with(
    key: &EphemeralKey,
    db: &mut Db,
    petition: PetitionId,
    purpose: &'static str,
    nonce: &[u8; 32],
) -> Result<Option<Waiting>, Error> {
    let lookup = key.mac(purpose, nonce);
    let Some(sealed) = rows::find_spooled(db, petition, &lookup)? else { return Ok(None) };
    let plain = key.open(SPOOL, &lookup, &sealed).ok_or(Error::Broken("a spooled row"))?;
    let row = serde_json::from_slice(&plain).or(Err(Error::Broken("a spooled row")))?;
    Waiting::from_row(&row).map(Some).ok_or(Error::Broken("a spooled row"))
}

fn seal(ctx: &Ctx, key: &EphemeralKey, waiting: &Waiting) -> Result<rows::SpoolRow, Error> {
    let (purpose, nonce) = waiting.purpose_and_nonce();
    let lookup = key.mac(purpose, nonce).to_vec();
    let (row, entropy) = (waiting.to_row(), ctx.entropy.as_ref());
    let sealed = sealed::seal_padded(key, SPOOL, &lookup, &row, ROW_BYTES, entropy)?;
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
