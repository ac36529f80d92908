//! Voids and their reversals, and notes of dispute: leaves, numbers and marks, in the caller's transaction.
//!
//! What is chosen is counted first; what is done must be what was counted, entry by entry. It is chosen without asking
//! the spool: whether somebody's withdrawal waits there must not show in what an admin is told.

use std::collections::BTreeMap;

use super::{
    super::{Ctx, Error, OwnData},
    log::{append, batch_of},
};
use crate::{
    db::{
        Db,
        collector::{self as rows, Selected, ShownText, VoidRow},
        sealing,
    },
    domain::{
        ids::{OrganizerId, PetitionId},
        proof::CrowdIndex,
        sealing::{SealingStage, notice_until},
        void::{Dispute, Selection, Void, VoidReason, meets_min_batch},
    },
    protocol::{hash::sha256, leaf::Notice},
};

/// SHA-256 over the selected entries. The confirming form must present the same digest (optimistic lock).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SelectionDigest(pub [u8; 32]);

/// What was chosen, counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chosen {
    /// By crowd, in the order of genesis; none of them empty.
    pub crowds: Vec<ChosenOf>,
    /// Which entries these are.
    pub digest: SelectionDigest,
}

/// Of one crowd.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChosenOf {
    /// Which one.
    pub crowd: CrowdIndex,
    /// How many that stand on the public list.
    pub named: u64,
    /// How many without a name.
    pub unnamed: u64,
    /// Whether those without a name are too few to be invalidated together.
    pub is_too_few: bool,
}

impl Chosen {
    /// Whether there is something, and no crowd of which too few are among it.
    #[must_use]
    pub fn is_possible(&self) -> bool {
        !self.crowds.is_empty() && self.crowds.iter().all(|crowd| !crowd.is_too_few)
    }
}

/// What voiding led to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Voided {
    /// It is done. The place of its first leaf.
    Done(u64),
    /// What is chosen now is not what was counted, or it cannot be done: nothing was.
    NotAsCounted,
}

/// B, as for publishing: never fewer than the petition was begun with.
///
/// # Errors
/// [`Error`] when the database is away, or the log was never begun.
pub fn least_together(ctx: &Ctx, db: &mut Db, petition: PetitionId) -> Result<u64, Error> {
    Ok(u64::from(batch_of(db, petition)?.max(ctx.rules.batch_min)))
}

/// What of a selection counts, in the order of the log, and what the chosen names show.
fn select(
    db: &mut Db,
    petition: PetitionId,
    selection: &Selection,
) -> Result<(Vec<Selected>, Vec<ShownText>), Error> {
    Ok(match selection {
        Selection::Names(entries) => rows::counted_by_name(db, petition, entries)?.into_iter().unzip(),
        Selection::Groups(groups) => {
            // Groups of old logs and new ones do not overlap; if they ever did, each cast is one.
            let mut all: BTreeMap<u64, Selected> = BTreeMap::new();
            for group in groups {
                let found = rows::counted_in_group(db, petition, group.first, group.crowd)?;
                all.extend(found.into_iter().map(|one| (one.index, one)));
            }
            (all.into_values().collect(), Vec::new())
        }
        Selection::Crowd(crowd) => (rows::counted_in_crowd(db, petition, *crowd)?, Vec::new()),
    })
}

fn tally<'a>(
    entries: impl Iterator<Item = u64>,
    shown: impl Iterator<Item = &'a ShownText>,
) -> SelectionDigest {
    let mut bytes: Vec<u8> = entries.flat_map(u64::to_be_bytes).collect();
    // A name that was changed since is another one to judge.
    bytes.extend(shown.flat_map(|(extension, _)| sha256(&[extension])));
    SelectionDigest(sha256(&[b"void/v1\0", &bytes]))
}

fn chosen(selected: &[Selected], shown: &[ShownText], batch: u64) -> Chosen {
    let mut crowds: BTreeMap<CrowdIndex, (u64, u64)> = BTreeMap::new();
    for one in selected {
        let (named, unnamed) = crowds.entry(one.crowd).or_default();
        let kind = if one.named { named } else { unnamed };
        *kind = kind.saturating_add(1);
    }
    let crowds = crowds.into_iter().map(|(crowd, (named, unnamed))| {
        let is_too_few = !meets_min_batch(unnamed, batch);
        ChosenOf { crowd, named, unnamed, is_too_few }
    });
    Chosen { crowds: crowds.collect(), digest: tally(selected.iter().map(|one| one.index), shown.iter()) }
}

/// What was chosen, counted, with the names among it. No `Debug`: they are shown to admins, not to logs.
pub struct Counted {
    /// The count.
    pub chosen: Chosen,
    /// Places and texts (canonical JSON) where names were chosen. `None`: an owner or admin hid it.
    pub shown: Vec<(u64, Option<Vec<u8>>)>,
    /// How many without a name are enough to be invalidated together.
    pub batch: u64,
}

/// Counts what is chosen. Nothing is changed.
///
/// # Errors
/// [`Error`] when the database is away, or the log was never begun.
pub fn count(ctx: &Ctx, db: &mut Db, petition: PetitionId, selection: &Selection) -> Result<Counted, Error> {
    let batch = least_together(ctx, db, petition)?;
    let (selected, shown) = select(db, petition, selection)?;
    let chosen = chosen(&selected, &shown, batch);
    let shown = shown.into_iter().map(|(extension, hidden)| (!hidden).then_some(extension));
    Ok(Counted { chosen, shown: selected.iter().map(|one| one.index).zip(shown).collect(), batch })
}

/// Voids what is chosen, if it is what was counted: a leaf for each cast under one checkpoint, and the numbers.
///
/// # Errors
/// [`Error`] when the database or the secrets folder is away; nothing was changed.
pub fn void(
    ctx: &Ctx,
    db: &mut Db,
    petition: PetitionId,
    selection: &Selection,
    reason: VoidReason,
    by: OrganizerId,
    counted: SelectionDigest,
) -> Result<Voided, Error> {
    // Nobody casts, withdraws or amends meanwhile, and no other admin voids.
    rows::lock_spool(db, petition)?;
    let batch = least_together(ctx, db, petition)?;
    let (selected, shown) = select(db, petition, selection)?;
    let chosen = chosen(&selected, &shown, batch);
    if chosen.digest != counted || !chosen.is_possible() {
        return Ok(Voided::NotAsCounted);
    }
    let leaf = |one: &Selected| Notice::Void { cast: one.index, reason }.encode(petition);
    let leaves =
        selected.iter().map(leaf).collect::<Result<Vec<_>, _>>().or(Err(Error::Broken(OwnData::Notice)))?;
    let first = append(ctx, db, petition, &leaves)?;
    let indices: Vec<u64> = selected.iter().map(|one| one.index).collect();
    rows::void_casts(db, petition, first, &indices)?;
    let mut crowds = Vec::new();
    for of in &chosen.crowds {
        let casts = of.named.saturating_add(of.unnamed);
        change_number(ctx, db, petition, of.crowd, casts, Direction::Down)?;
        crowds.push((of.crowd, casts));
    }
    let day = ctx.now().day();
    let void = Void { first, reason, day, reversed: None, crowds };
    let row = VoidRow { void, chosen_by: selection.by(), done_by: by, reversed_by: None };
    rows::add_void(db, petition, &row)?;
    Ok(Voided::Done(first))
}

#[derive(Clone, Copy)]
enum Direction {
    Up,
    Down,
}

fn change_number(
    ctx: &Ctx,
    db: &mut Db,
    petition: PetitionId,
    crowd: CrowdIndex,
    casts: u64,
    direction: Direction,
) -> Result<(), Error> {
    let casts = i64::try_from(casts).or(Err(Error::Broken(OwnData::Number)))?;
    let change = match direction {
        Direction::Up => casts,
        Direction::Down => casts.saturating_neg(),
    };
    Ok(rows::change_number(db, petition, crowd, change, ctx.now().day())?)
}

/// What reversing a void would bring back, counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Returning {
    /// The void.
    pub void: Void,
    /// How many of which crowd count again.
    pub crowds: Vec<(CrowdIndex, u64)>,
    /// How many of it were taken back by their signers since: they do not.
    pub taken_back: u64,
    /// Which entries these are.
    pub digest: SelectionDigest,
}

impl Returning {
    /// Whether it is not reversed yet, and something comes back.
    #[must_use]
    pub const fn is_possible(&self) -> bool {
        self.void.reversed.is_none() && !self.crowds.is_empty()
    }
}

/// What reversing leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reversed {
    /// It is done.
    Done,
    /// It is not what was counted, or was reversed before: nothing was done.
    NotAsCounted,
    /// No such void.
    NotFound,
}

/// Counts what reversing the void that begins at `first` would bring back. `None`: there is none.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn count_returning(db: &mut Db, petition: PetitionId, first: u64) -> Result<Option<Returning>, Error> {
    Ok(returning(db, petition, first)?.map(|(returning, _)| returning))
}

fn returning(db: &mut Db, petition: PetitionId, first: u64) -> Result<Option<(Returning, Vec<u64>)>, Error> {
    if i64::try_from(first).is_err() {
        return Ok(None);
    }
    let Some(VoidRow { void, .. }) = rows::find_void(db, petition, first)? else { return Ok(None) };
    let (held, taken_back) = rows::voided_by(db, petition, first)?;
    let mut crowds: BTreeMap<CrowdIndex, u64> = BTreeMap::new();
    for (_, crowd) in &held {
        let count = crowds.entry(*crowd).or_default();
        *count = count.saturating_add(1);
    }
    let entries: Vec<u64> = held.into_iter().map(|(index, _)| index).collect();
    let digest = tally(entries.iter().copied(), std::iter::empty());
    let counted = Returning { void, crowds: crowds.into_iter().collect(), taken_back, digest };
    Ok(Some((counted, entries)))
}

/// Reverses a void, if it brings back what was counted: a leaf for each cast that is not taken back, and the numbers.
/// A notice that sealed names will be shown begins again.
///
/// # Errors
/// [`Error`] when the database or the secrets folder is away; nothing was changed.
pub fn reverse(
    ctx: &Ctx,
    db: &mut Db,
    petition: PetitionId,
    first: u64,
    by: OrganizerId,
    counted: SelectionDigest,
) -> Result<Reversed, Error> {
    rows::lock_spool(db, petition)?;
    let Some((returning, entries)) = returning(db, petition, first)? else { return Ok(Reversed::NotFound) };
    if returning.digest != counted || !returning.is_possible() {
        return Ok(Reversed::NotAsCounted);
    }
    let leaf = |cast: &u64| Notice::VoidReversed { cast: *cast }.encode(petition);
    let leaves =
        entries.iter().map(leaf).collect::<Result<Vec<_>, _>>().or(Err(Error::Broken(OwnData::Notice)))?;
    append(ctx, db, petition, &leaves)?;
    rows::restore_casts(db, petition, first)?;
    for (crowd, casts) in &returning.crowds {
        change_number(ctx, db, petition, *crowd, *casts, Direction::Up)?;
    }
    rows::reverse_void(db, petition, first, ctx.now().day(), by)?;
    begin_notice_again(ctx, db, petition)?;
    Ok(Reversed::Done)
}

/// Nobody whose name can be opened again does without the two weeks. Whoever came back: were it done for sealed names
/// alone, it would tell that there is one among them.
fn begin_notice_again(ctx: &Ctx, db: &mut Db, petition: PetitionId) -> Result<(), Error> {
    let stage = sealing::find(db, petition)?.map(|sealing| sealing.stage);
    if let Some(SealingStage::Notice { .. } | SealingStage::Due) = stage {
        sealing::set_stage(db, petition, SealingStage::Notice { until: notice_until(ctx.now()) })?;
    }
    Ok(())
}

/// Appends a note of dispute about the entries from `first` to `last`, for good. `false`: the log does not hold these.
///
/// # Errors
/// [`Error`] when the database or the secrets folder is away; nothing was changed.
pub fn dispute(
    ctx: &Ctx,
    db: &mut Db,
    petition: PetitionId,
    (first, last): (u64, u64),
    text: &str,
    by: OrganizerId,
) -> Result<bool, Error> {
    let size = rows::lock_head(db, petition)?.map_or(0, |head| head.size);
    if first > last || last >= size {
        return Ok(false);
    }
    let notice = Notice::Dispute { first, end: last.saturating_add(1), text: String::from(text) };
    let leaf = notice.encode(petition).or(Err(Error::Broken(OwnData::Notice)))?;
    let index = append(ctx, db, petition, &[leaf])?;
    rows::add_dispute(db, petition, index, ctx.now().day(), Some(by))?;
    Ok(true)
}

/// The notes of dispute in a log, newest first.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn disputes(db: &mut Db, petition: PetitionId) -> Result<Vec<Dispute>, Error> {
    let mut disputes = Vec::new();
    for (index, day) in rows::disputes(db, petition)? {
        let entry = rows::entries(db, petition, index, 1)?.into_iter().next();
        let read = entry.and_then(|entry| Notice::parse(&entry.leaf).ok());
        let Some((_, Notice::Dispute { first, end, text })) = read else {
            return Err(Error::Broken(OwnData::DisputeNote));
        };
        disputes.push(Dispute { index, first, last: end.saturating_sub(1), text, day });
    }
    Ok(disputes)
}
