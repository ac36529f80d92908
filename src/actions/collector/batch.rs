//! Publishing what waits: casts in shuffled batches of at least B of the same crowd, retractions in groups. One
//! transaction each; a crash anywhere leaves it to be done again, never twice.

use std::collections::BTreeMap;

use super::{
    super::{Ctx, Error, OwnData},
    cast::{Accepted, IssuedFloors, Published, publish_together},
    log::append,
    spool::{Locked, Waiting, shuffle},
};
use crate::{
    db::{Db, collector as rows},
    domain::{ids::PetitionId, proof::CrowdIndex, time::Timestamp},
    protocol::leaf::Notice,
};

/// Retractions of casts that show no name are published together, at least this many, or on the first of a month.
pub const RETRACTIONS_MIN: usize = 5;

/// How often a spool is looked at. Turns begin at whole multiples of these, the same on all nodes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Schedule {
    /// Seconds between two turns.
    pub quiet_secs: i64,
    /// Seconds between two turns while five times as many wait as a batch needs.
    pub busy_secs: i64,
}

impl Schedule {
    /// Once a day, and every hour while many wait.
    pub const DEFAULT: Self = Self { quiet_secs: 24 * 3_600, busy_secs: 3_600 };

    /// When the turn began in which `now` is: the same on all nodes, and on every day.
    #[must_use]
    pub const fn turn(self, now: Timestamp) -> Timestamp {
        Timestamp::from_secs(self.began(now.secs(), false))
    }

    /// When the turn began in which this is: no row says more about when somebody came.
    pub(super) const fn began(self, now: i64, many: bool) -> i64 {
        let every = if self.every(many) > 1 { self.every(many) } else { 1 };
        now.saturating_sub(now.rem_euclid(every))
    }

    const fn every(self, many: bool) -> i64 {
        if many && self.busy_secs < self.quiet_secs { self.busy_secs } else { self.quiet_secs }
    }

    /// Whether a spool that was last looked at then is to be looked at now.
    fn is_due(self, looked_at: i64, now: i64, many: bool) -> bool {
        self.began(looked_at, many) != self.began(now, many)
    }
}

/// A turn at a spool.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// By the schedule.
    Scheduled,
    /// Casting has ended: the last batch.
    Last,
}

/// What a turn led to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Turned {
    /// Casts published.
    pub casts: u64,
    /// Retractions published.
    pub retractions: u64,
}

/// Takes a turn at a petition's spool. `issued` as in [`publish_together`].
///
/// # Errors
/// [`Error`] when the database or the secrets folder is away.
pub fn take_turn(
    ctx: &Ctx,
    db: &mut Db,
    petition: PetitionId,
    turn: Turn,
    issued: &IssuedFloors,
) -> Result<Turned, Error> {
    // Never fewer than the petition was begun with; more, if the operator has become more careful since.
    let least = issued.batch().max(ctx.rules.batch_min);
    let least = usize::try_from(least).unwrap_or(usize::MAX);
    let mut spool = Locked::lock(ctx, db, petition)?;
    let waiting = spool.all(db)?;
    let (now, looked_at) = (ctx.now(), spool.head.looked_at);
    let is_last = turn == Turn::Last && !spool.head.closed;
    let many = are_many(&waiting, least);
    let is_due = ctx.rules.schedule.is_due(looked_at, now.secs(), many);
    if !is_last && (!is_due || waiting.is_empty()) {
        return Ok(Turned::default());
    }
    // The first turn of a month lets go of retractions however few they are.
    let is_new_month = looked_at > 0 && month(Timestamp::from_secs(looked_at)) != month(now);
    let (casts, mut retractions) = split(waiting);
    let mut casts = by_publication(db, casts, false)?;
    let mut batch = take_batch(petition, &mut casts, &retractions, least);
    shuffle(ctx, &mut batch);
    let mut turned = Turned { casts: count(batch.len()), retractions: 0 };
    if !batch.is_empty() {
        let published = publish_together(ctx, db, petition, &batch, issued)?;
        remember_batch(db, petition, &published)?;
    }
    turned.retractions = retract_together(ctx, db, petition, &mut retractions, is_new_month)?;
    if is_last {
        let closed = Notice::Closed.encode(petition).or(Err(Error::Broken(OwnData::Notice)))?;
        append(ctx, db, petition, &[closed])?;
        spool.head.closed = true;
    }
    if spool.head.closed {
        // Fewer than B are left of each crowd: they are never published one by one, and no longer kept.
        casts.clear();
        retractions = by_publication(db, retractions, true)?;
    }
    spool.head.looked_at = ctx.rules.schedule.began(now.secs(), many);
    casts.extend(retractions);
    spool.rewrite(db, casts)?;
    Ok(turned)
}

/// Takes note of where this group stands in the log: an admin can invalidate whole groups, and no single one of them.
fn remember_batch(db: &mut Db, petition: PetitionId, published: &[Published]) -> Result<(), Error> {
    let places = published.iter().filter_map(|one| match one {
        Published::At(place) => Some(*place),
        Published::CastBefore => None,
    });
    let Some(first) = places.clone().min() else { return Ok(()) };
    Ok(rows::add_batch(db, petition, first, count(places.count()))?)
}

/// Those whose cast is published, or those whose cast is not: a cast whose key cast elsewhere while it waited counts
/// nowhere else and hides nobody; a retraction is kept for as long as there is something to take back.
fn by_publication(db: &mut Db, waiting: Vec<Waiting>, published: bool) -> Result<Vec<Waiting>, Error> {
    let mut kept = Vec::new();
    for one in waiting {
        if rows::find_cast(db, one.nonce())?.is_some() == published {
            kept.push(one);
        }
    }
    Ok(kept)
}

fn month(time: Timestamp) -> Option<(i16, i8)> {
    time.day().date().map(|date| (date.year(), date.month()))
}

/// Whether five times as many wait as a batch needs.
fn are_many(waiting: &[Waiting], least: usize) -> bool {
    let casts = waiting.iter().filter(|one| matches!(one, Waiting::Cast { .. })).count();
    casts >= least.saturating_mul(5)
}

fn split(waiting: Vec<Waiting>) -> (Vec<Waiting>, Vec<Waiting>) {
    waiting.into_iter().partition(|one| matches!(one, Waiting::Cast { .. }))
}

/// How many casts of a crowd wait that hide each other: its anonymity set.
#[derive(Default)]
struct AnonymitySet {
    anonymous: usize,
    sealed: usize,
}

impl AnonymitySet {
    /// Whether casts of this kind may be published. Sealed casts do not count toward the minimum of the anonymous ones: once
    /// opened they give no cover. Sealed casts are published with either kind.
    const fn is_enough(&self, sealed: bool, least: usize) -> bool {
        self.anonymous >= least || (sealed && self.sealed >= least)
    }
}

/// Takes out the casts of every crowd that has enough. Who has taken a cast back does not count toward B, and hides
/// nobody.
fn take_batch(
    petition: PetitionId,
    casts: &mut Vec<Waiting>,
    retractions: &[Waiting],
    least: usize,
) -> Vec<Accepted> {
    let is_retracted = |nonce: &[u8; 32]| {
        retractions
            .iter()
            .any(|one| matches!(one, Waiting::Retraction { nonce: taken, .. } if taken == nonce))
    };
    let mut crowds: BTreeMap<CrowdIndex, AnonymitySet> = BTreeMap::new();
    for one in casts.iter() {
        if let Waiting::Cast { crowd, nonce, sealed_name, .. } = one
            && !is_retracted(nonce)
        {
            let set = crowds.entry(*crowd).or_default();
            let size = if sealed_name.is_some() { &mut set.sealed } else { &mut set.anonymous };
            *size = size.saturating_add(1);
        }
    }
    let is_ready = |one: &mut Waiting| match one {
        Waiting::Cast { crowd, sealed_name, .. } => {
            crowds.get(crowd).is_some_and(|set| set.is_enough(sealed_name.is_some(), least))
        }
        Waiting::Retraction { .. } => false,
    };
    let mut ready: Vec<Waiting> = casts.extract_if(.., is_ready).collect();
    for one in &mut ready {
        // Whoever took it back before it came out: the name is forgotten here.
        if let Waiting::Cast { nonce, sealed_name: Some(sealed), .. } = one
            && is_retracted(nonce)
        {
            sealed.clear();
        }
    }
    ready.into_iter().filter_map(|one| one.into_accepted(petition)).collect()
}

/// Publishes the retractions whose casts are published, if they are enough, or it is time.
fn retract_together(
    ctx: &Ctx,
    db: &mut Db,
    petition: PetitionId,
    retractions: &mut Vec<Waiting>,
    however_few: bool,
) -> Result<u64, Error> {
    let mut ready: Vec<([u8; 32], Vec<u8>, rows::PublishedCast)> = Vec::new();
    for one in retractions.iter() {
        if let Waiting::Retraction { nonce, leaf } = one
            && let Some(cast) = rows::find_cast(db, nonce)?
            && !cast.retracted
        {
            ready.push((*nonce, leaf.clone(), cast));
        }
    }
    if ready.is_empty() || (ready.len() < RETRACTIONS_MIN && !however_few) {
        return Ok(0);
    }
    shuffle(ctx, &mut ready);
    let leaves: Vec<Vec<u8>> = ready.iter().map(|(_, leaf, _)| leaf.clone()).collect();
    append(ctx, db, petition, &leaves)?;
    let mut crowds: BTreeMap<CrowdIndex, i64> = BTreeMap::new();
    // What an admin has invalidated was taken off the number then.
    for (_, _, cast) in ready.iter().filter(|(_, _, cast)| cast.is_counted()) {
        let taken = crowds.entry(cast.crowd).or_default();
        *taken = taken.saturating_add(1);
    }
    for (crowd, taken) in crowds {
        rows::change_number(db, petition, crowd, taken.saturating_neg(), ctx.now().day())?;
    }
    for (nonce, _, cast) in &ready {
        rows::retract_cast(db, nonce)?;
        rows::forget_sealed_name(db, petition, cast.index)?;
    }
    retractions.retain(|one| {
        !matches!(one, Waiting::Retraction { nonce, .. } if ready.iter().any(|(taken, _, _)| taken == nonce))
    });
    Ok(count(ready.len()))
}

/// Publishes all retractions of published casts, however few they are: before names are opened, whoever has withdrawn
/// is out of the number.
///
/// # Errors
/// [`Error`] when the database or the secrets folder is away.
pub fn publish_retractions(ctx: &Ctx, db: &mut Db, petition: PetitionId) -> Result<u64, Error> {
    let mut spool = Locked::lock(ctx, db, petition)?;
    let (mut waiting, mut retractions) = split(spool.all(db)?);
    let published = retract_together(ctx, db, petition, &mut retractions, true)?;
    if published == 0 {
        return Ok(0);
    }
    waiting.extend(retractions);
    spool.rewrite(db, waiting)?;
    Ok(published)
}

fn count(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

/// Forgets the casts that wait for a petition that was taken down: none is published any more. What was published can
/// still be withdrawn, by the turns that follow. `false`: that was done before.
///
/// # Errors
/// [`Error`] when the database or the secrets folder is away.
pub fn abandon(ctx: &Ctx, db: &mut Db, petition: PetitionId) -> Result<bool, Error> {
    let mut spool = Locked::lock(ctx, db, petition)?;
    if spool.head.closed {
        return Ok(false);
    }
    spool.head.closed = true;
    let retractions = split(spool.all(db)?).1;
    let kept = by_publication(db, retractions, true)?;
    spool.rewrite(db, kept)?;
    Ok(true)
}

/// Erases every name that was given to a petition, shown, sealed or waiting: it ended without having been opened to the
/// public. What was cast stays in its log without a name, and can be withdrawn.
///
/// # Errors
/// [`Error`] when the database or the secrets folder is away.
pub fn forget_names(ctx: &Ctx, db: &mut Db, petition: PetitionId) -> Result<(), Error> {
    let mut spool = Locked::lock(ctx, db, petition)?;
    rows::erase_openings(db, petition)?;
    rows::forget_sealed_names(db, petition)?;
    let mut waiting = spool.all(db)?;
    let mut holds_names = false;
    for one in &mut waiting {
        if let Waiting::Cast { sealed_name, .. } = one {
            holds_names |= sealed_name.take().is_some();
        }
    }
    if holds_names { spool.rewrite(db, waiting) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spool_is_looked_at_once_a_day_and_every_hour_while_many_wait() {
        let schedule = Schedule::DEFAULT;
        let noon = 1_780_488_000;
        assert!(!schedule.is_due(noon, noon + 11 * 3_600, false));
        assert!(schedule.is_due(noon, noon + 12 * 3_600, false), "a new day has begun");
        assert!(schedule.is_due(noon, noon + 3_600, true));
        assert!(!schedule.is_due(noon, noon + 3_599, true));
    }
}
