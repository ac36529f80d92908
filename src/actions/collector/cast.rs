//! Accepting a cast, and publishing it.

use super::{
    super::{Ctx, Error, OwnData},
    log::append,
    spool::{Locked, Spooled, Waiting},
};
use crate::{
    db::{Db, collector as rows},
    domain::{
        ids::PetitionId,
        proof::{Crowd, CrowdIndex},
    },
    protocol::{
        client::Cast,
        extension::Extension,
        leaf::{CastLeaf, Notice},
        origin::LogOrigin,
        token::{IssuerKey, TokenChallenge},
    },
};

/// A cast as it comes in.
#[derive(Clone)]
pub struct Submission {
    /// The leaf, 500 bytes.
    pub leaf: Vec<u8>,
    /// What comes with it.
    pub shown: Shown,
}

/// What comes with a cast, beside the leaf.
#[derive(Clone)]
pub enum Shown {
    /// A name for everyone: published at once.
    Name {
        /// The salt of the commitment.
        salt: [u8; 32],
        /// The extension, as canonical JSON.
        extension: Vec<u8>,
    },
    /// A name that only the trustee can read: waits for its batch.
    SealedName(Vec<u8>),
    /// Nothing: waits for its batch.
    Nothing,
}

impl Submission {
    /// A cast whose name is shown.
    #[must_use]
    pub fn with_name(cast: Cast) -> Self {
        let Cast { leaf, salt, extension } = cast;
        Self { leaf, shown: Shown::Name { salt, extension } }
    }

    /// A cast of which nothing is shown: what opens it is forgotten here.
    #[must_use]
    pub fn without_name(cast: Cast) -> Self {
        Self { leaf: cast.leaf, shown: Shown::Nothing }
    }
}

/// A cast that was checked and may be published, or put where it waits for others.
#[derive(Clone)]
pub struct Accepted {
    petition: PetitionId,
    crowd: CrowdIndex,
    nonce: [u8; 32],
    submission: Submission,
}

impl Accepted {
    /// Of which petition.
    #[must_use]
    pub const fn petition(&self) -> PetitionId {
        self.petition
    }

    /// Whether it is published at once, with a name.
    #[must_use]
    pub const fn shows_name(&self) -> bool {
        matches!(self.submission.shown, Shown::Name { .. })
    }
}

/// Why a cast is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CastRefused {
    /// The leaf is not one of this petition, or does not verify.
    #[error("the cast does not verify")]
    Invalid,
    /// What is to be shown is not what the leaf commits to, or is no name to show.
    #[error("the extension is not the one committed to")]
    Extension,
}

/// How many tokens were issued per crowd, each rounded down to whole batches, and how large a batch is. Fixed when the
/// petition began (B), or counted by the issuer: the collector is told, since it knows no proofs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuedFloors {
    batch: u32,
    per_crowd: Vec<u64>,
}

impl IssuedFloors {
    /// Rounds down what was issued per crowd, in genesis order.
    #[must_use]
    pub fn of(batch: u32, issued: &[u64]) -> Self {
        let floors = Self { batch, per_crowd: Vec::new() };
        Self { per_crowd: issued.iter().map(|issued| floors.round_down(*issued)).collect(), ..floors }
    }

    /// B.
    #[must_use]
    pub const fn batch(&self) -> u32 {
        self.batch
    }

    fn round_down(&self, number: u64) -> u64 {
        number.saturating_sub(number % u64::from(self.batch.max(1)))
    }
}

/// What publishing led to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Published {
    /// It is the leaf at this place.
    At(u64),
    /// This token was cast before.
    CastBefore,
}

/// Checks a cast: token, challenge, key, nonce binding, the caster's signature, and, where a name is shown, that
/// the extension opens the leaf. The time is the caller's to check.
///
/// # Errors
/// [`CastRefused`]; nothing was written.
pub fn accept(
    petition: PetitionId,
    log_origin: &LogOrigin,
    genesis_hash: &[u8; 32],
    crowds: &[(Crowd, Vec<u8>)],
    submission: Submission,
) -> Result<Accepted, CastRefused> {
    let leaf = CastLeaf::parse(&submission.leaf).or(Err(CastRefused::Invalid))?;
    if leaf.petition() != petition {
        return Err(CastRefused::Invalid);
    }
    let named = leaf.token().input().token_key_id;
    let is_named = |spki: &[u8]| IssuerKey::parse(spki).is_ok_and(|key| *key.id() == named);
    let (crowd, spki) = crowds.iter().find(|(_, spki)| is_named(spki)).ok_or(CastRefused::Invalid)?;
    let challenge = TokenChallenge::new(log_origin, petition, genesis_hash, crowd.index);
    leaf.verify(spki, &challenge).or(Err(CastRefused::Invalid))?;
    if let Shown::Name { salt, extension } = &submission.shown {
        leaf.verify_opening(salt, extension).or(Err(CastRefused::Extension))?;
        if !matches!(Extension::parse(extension), Ok(Extension::Public { .. })) {
            return Err(CastRefused::Extension);
        }
    }
    Ok(Accepted { petition, crowd: crowd.index, nonce: *leaf.nonce(), submission })
}

/// Puts an accepted cast where it waits for enough others of its crowd.
///
/// # Errors
/// [`Error`] when the database or the secrets folder is away.
pub fn spool(ctx: &Ctx, db: &mut Db, accepted: Accepted) -> Result<Spooled, Error> {
    let Accepted { petition, crowd, nonce, submission } = accepted;
    let mut spool = Locked::lock(ctx, db, petition)?;
    if let Some(same) = published_before(db, petition, &nonce, &submission.leaf)? {
        return Ok(if same { Spooled::Before } else { Spooled::Other });
    }
    let sealed_name = match submission.shown {
        Shown::SealedName(sealed) => Some(sealed),
        Shown::Nothing => None,
        Shown::Name { .. } => return Err(Error::Broken(OwnData::NamelessCast)),
    };
    spool.put(db, Waiting::Cast { crowd, nonce, leaf: submission.leaf, sealed_name })
}

/// Whether a cast with this nonce is published: `Some(true)` if it is this very leaf.
fn published_before(
    db: &mut Db,
    petition: PetitionId,
    nonce: &[u8; 32],
    leaf: &[u8],
) -> Result<Option<bool>, Error> {
    let Some(cast) = rows::find_cast(db, nonce)? else { return Ok(None) };
    let entry = rows::entries(db, cast.petition, cast.index, 1)?.into_iter().next();
    Ok(Some(cast.petition == petition && entry.is_some_and(|entry| entry.leaf == leaf)))
}

/// Publishes an accepted cast with its name, at once. The identical leaf again is success.
///
/// # Errors
/// [`Error`] when the database or the secrets folder is away.
pub fn publish(ctx: &Ctx, db: &mut Db, accepted: Accepted, issued: &IssuedFloors) -> Result<Spooled, Error> {
    // Under the spool's lock: the same token must not come out of it at the same moment.
    let spool = Locked::lock(ctx, db, accepted.petition)?;
    let (petition, nonce) = (accepted.petition, accepted.nonce);
    if let Some(same) = published_before(db, petition, &nonce, &accepted.submission.leaf)? {
        return Ok(if same { Spooled::Before } else { Spooled::Other });
    }
    if spool.cast(db, &nonce)?.is_some() {
        return Ok(Spooled::Other);
    }
    match publish_together(ctx, db, petition, &[accepted], issued)?.first() {
        Some(Published::At(_)) => Ok(Spooled::Waiting),
        Some(Published::CastBefore) => Ok(Spooled::Other),
        None => Err(Error::Broken(OwnData::Publication)),
    }
}

/// Publishes casts of one petition under one checkpoint, in the order given. What was cast before is left out
/// and said so, in the same order. For `issued` see `to_be_stated`.
///
/// # Errors
/// [`Error`] when the database or the secrets folder is away.
pub fn publish_together(
    ctx: &Ctx,
    db: &mut Db,
    petition: PetitionId,
    accepted: &[Accepted],
    issued: &IssuedFloors,
) -> Result<Vec<Published>, Error> {
    // Before the numbers, which an "issued so far" leaf touches across crowds: publications come one after the
    // other, and never wait for each other in a circle.
    rows::lock_head(db, petition)?;
    let mut crowds: Vec<CrowdIndex> = accepted.iter().map(|cast| cast.crowd).collect();
    crowds.sort_unstable_by_key(|crowd| crowd.get());
    crowds.dedup();
    let mut fresh: Vec<&Accepted> = Vec::new();
    for cast in accepted {
        if cast.petition != petition {
            return Err(Error::Broken(OwnData::CastsOfOnePetition));
        }
        let is_repeated = fresh.iter().any(|earlier| earlier.nonce == cast.nonce);
        if !is_repeated && rows::find_cast(db, &cast.nonce)?.is_none() {
            fresh.push(cast);
        }
    }
    if fresh.is_empty() {
        return Ok(vec![Published::CastBefore; accepted.len()]);
    }
    let mut leaves = Vec::new();
    let stated = rows::issued_floors(db, petition)?;
    let to_state = to_be_stated(db, petition, &fresh, &stated, issued)?;
    if to_state != stated {
        leaves
            .push(Notice::Issued(to_state.clone()).encode(petition).or(Err(Error::Broken(OwnData::Notice)))?);
        rows::remember_issued(db, petition, &to_state)?;
    }
    let notices = leaves.len();
    leaves.extend(fresh.iter().map(|cast| cast.submission.leaf.clone()));
    let first = append(ctx, db, petition, &leaves)?;
    let first = first.saturating_add(u64::try_from(notices).unwrap_or(u64::MAX));
    let mut places = Vec::new();
    for (index, cast) in (first..).zip(&fresh) {
        if !rows::add_cast(db, &cast.nonce, petition, index, cast.crowd, !cast.shows_name())? {
            // The nonce came in with another crowd's token this moment: nothing of this is kept, and asking again
            // finds it.
            return Err(Error::Busy);
        }
        match &cast.submission.shown {
            Shown::Name { salt, extension } => rows::open_cast(db, petition, index, salt, extension)?,
            Shown::SealedName(sealed) => rows::keep_sealed_name(db, petition, index, sealed)?,
            Shown::Nothing => {}
        }
        places.push((cast.nonce, index));
    }
    for crowd in crowds {
        let published = fresh.iter().filter(|cast| cast.crowd == crowd).count();
        let published = i64::try_from(published).or(Err(Error::Broken(OwnData::BatchSize)))?;
        rows::add_published(db, petition, crowd, published, ctx.now().day())?;
    }
    Ok(accepted.iter().map(|cast| take_place(&mut places, &cast.nonce)).collect())
}

/// What the log has to say of issued tokens before these casts. A batch states how many were issued to its own crowd.
/// A cast with a name states only what the casts themselves show, and another crowd nothing: else whoever casts one
/// token of his own in public, whenever he likes, would learn whether somebody else has just taken one.
fn to_be_stated(
    db: &mut Db,
    petition: PetitionId,
    fresh: &[&Accepted],
    stated: &[u64],
    issued: &IssuedFloors,
) -> Result<Vec<u64>, Error> {
    let mut to_state = Vec::with_capacity(stated.len());
    for (index, (stated, floor)) in (0u8..).zip(stated.iter().zip(&issued.per_crowd)) {
        let crowd = CrowdIndex::new(index);
        let mut casts = 0_u64;
        let mut is_batch = false;
        for cast in fresh.iter().filter(|cast| cast.crowd == crowd) {
            casts = casts.saturating_add(1);
            is_batch |= !cast.shows_name();
        }
        let shown = if is_batch {
            *floor
        } else if casts > 0 {
            let all = rows::casts_of(db, petition, crowd)?.saturating_add(casts);
            issued.round_down(all)
        } else {
            0
        };
        to_state.push(shown.max(*stated));
    }
    Ok(to_state)
}

/// The place of a cast; a second one with its nonce has none.
fn take_place(places: &mut Vec<([u8; 32], u64)>, nonce: &[u8; 32]) -> Published {
    match places.iter().position(|(placed, _)| placed == nonce) {
        Some(at) => Published::At(places.swap_remove(at).1),
        None => Published::CastBefore,
    }
}

impl Waiting {
    /// A cast that waited, to be published. `None` for a retraction.
    pub(super) fn into_accepted(self, petition: PetitionId) -> Option<Accepted> {
        let Self::Cast { crowd, nonce, leaf, sealed_name } = self else { return None };
        let shown = sealed_name.map_or(Shown::Nothing, Shown::SealedName);
        Some(Accepted { petition, crowd, nonce, submission: Submission { leaf, shown } })
    }
}
