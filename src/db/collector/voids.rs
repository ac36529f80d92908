//! Voids: which casts count no longer, and what can be chosen for it. Nothing here finds a single cast that shows no
//! name.

use std::collections::BTreeSet;

use diesel::prelude::*;

use crate::{
    db::{
        Db, Error,
        schema::{cast_void, cast_void_crowd, dispute, opening, published_batch, published_cast},
    },
    domain::{
        ids::{OrganizerId, PetitionId},
        proof::CrowdIndex,
        time::Day,
        void::{ChosenBy, Void, VoidReason},
    },
};

/// How many casts are named in one statement.
const PART: usize = 500;

/// How many groups a page of them holds.
pub const BATCHES_PAGE: i64 = 50;

/// A cast that counts and was chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Selected {
    /// Its place in the log.
    pub index: u64,
    /// The crowd that it counts in.
    pub crowd: CrowdIndex,
    /// Whether a name stands on the public list for it (or "name hidden").
    pub named: bool,
}

/// A group in which nameless casts came out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    /// Where it begins in the log.
    pub first: u64,
    /// How many entries it has.
    pub size: u64,
    /// How many of which crowd still count and show no name.
    pub crowds: Vec<(CrowdIndex, u64)>,
}

/// What an admin did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VoidRow {
    /// What everybody is told of it.
    pub void: Void,
    /// By what the casts were chosen.
    pub chosen_by: ChosenBy,
    /// By whom; for admins alone.
    pub done_by: OrganizerId,
    /// By whom it was reversed, if it was; for admins alone.
    pub reversed_by: Option<OrganizerId>,
}

fn broken() -> Error {
    Error::row("published_cast")
}

fn place(index: u64) -> Result<i64, Error> {
    i64::try_from(index).or(Err(broken()))
}

fn number(place: i64) -> Result<u64, Error> {
    u64::try_from(place).or(Err(broken()))
}

fn crowd_index(crowd: i32) -> Result<CrowdIndex, Error> {
    Ok(CrowdIndex::new(u8::try_from(crowd).or(Err(broken()))?))
}

/// Takes note of a group that was published.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn add_batch(db: &mut Db, petition: PetitionId, first: u64, size: u64) -> Result<(), Error> {
    diesel::insert_into(published_batch::table)
        .values((
            published_batch::petition_id.eq(petition.to_string()),
            published_batch::first_idx.eq(place(first)?),
            published_batch::casts.eq(place(size)?),
        ))
        .execute(db)?;
    Ok(())
}

/// How many groups were published.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn batches_count(db: &mut Db, petition: PetitionId) -> Result<u64, Error> {
    let count: i64 = published_batch::table
        .filter(published_batch::petition_id.eq(petition.to_string()))
        .count()
        .get_result(db)?;
    number(count)
}

/// A page (from 1) of the groups that were published, newest first.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn batches(db: &mut Db, petition: PetitionId, page: u32) -> Result<Vec<Batch>, Error> {
    let rows: Vec<(i64, i64)> = published_batch::table
        .filter(published_batch::petition_id.eq(petition.to_string()))
        .order(published_batch::first_idx.desc())
        .limit(BATCHES_PAGE)
        .offset(i64::from(page.saturating_sub(1)).saturating_mul(BATCHES_PAGE))
        .select((published_batch::first_idx, published_batch::casts))
        .load(db)?;
    let mut batches = Vec::new();
    for (first, size) in rows {
        let crowds: Vec<(i32, i64)> = published_cast::table
            .filter(published_cast::petition_id.eq(petition.to_string()))
            .filter(published_cast::idx.ge(first))
            .filter(published_cast::idx.lt(first.saturating_add(size)))
            .filter(published_cast::batched.eq(true))
            .filter(published_cast::retracted.eq(false))
            .filter(published_cast::voided.is_null())
            .group_by(published_cast::crowd)
            .order(published_cast::crowd)
            .select((published_cast::crowd, diesel::dsl::count_star()))
            .load(db)?;
        let crowds = crowds.into_iter().map(|(crowd, count)| Ok((crowd_index(crowd)?, number(count)?)));
        batches.push(Batch {
            first: number(first)?,
            size: number(size)?,
            crowds: crowds.collect::<Result<_, Error>>()?,
        });
    }
    Ok(batches)
}

/// Everything of a crowd that counts, in the order of the log.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn counted_in_crowd(
    db: &mut Db,
    petition: PetitionId,
    crowd: CrowdIndex,
) -> Result<Vec<Selected>, Error> {
    let rows: Vec<i64> = published_cast::table
        .filter(published_cast::petition_id.eq(petition.to_string()))
        .filter(published_cast::crowd.eq(i32::from(crowd.get())))
        .filter(published_cast::retracted.eq(false))
        .filter(published_cast::voided.is_null())
        .order(published_cast::idx)
        .select(published_cast::idx)
        .load(db)?;
    let named: Vec<i64> =
        opening::table.filter(opening::petition_id.eq(petition.to_string())).select(opening::idx).load(db)?;
    let named: BTreeSet<i64> = named.into_iter().collect();
    rows.into_iter()
        .map(|index| Ok(Selected { index: number(index)?, crowd, named: named.contains(&index) }))
        .collect()
}

/// Those of a crowd that count and show no name, in the group that begins at `first`. None where no group begins there.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn counted_in_group(
    db: &mut Db,
    petition: PetitionId,
    first: u64,
    crowd: CrowdIndex,
) -> Result<Vec<Selected>, Error> {
    // No group begins beyond what the database can count.
    let Ok(first) = i64::try_from(first) else { return Ok(Vec::new()) };
    let size: Option<i64> = published_batch::table
        .filter(published_batch::petition_id.eq(petition.to_string()))
        .filter(published_batch::first_idx.eq(first))
        .select(published_batch::casts)
        .first(db)
        .optional()?;
    let Some(size) = size else { return Ok(Vec::new()) };
    let rows: Vec<i64> = published_cast::table
        .filter(published_cast::petition_id.eq(petition.to_string()))
        .filter(published_cast::idx.ge(first))
        .filter(published_cast::idx.lt(first.saturating_add(size)))
        .filter(published_cast::crowd.eq(i32::from(crowd.get())))
        .filter(published_cast::batched.eq(true))
        .filter(published_cast::retracted.eq(false))
        .filter(published_cast::voided.is_null())
        .order(published_cast::idx)
        .select(published_cast::idx)
        .load(db)?;
    rows.into_iter().map(|index| Ok(Selected { index: number(index)?, crowd, named: false })).collect()
}

/// What a chosen signature shows: a canonical JSON text, and whether an owner or admin hid it.
pub type ShownText = (Vec<u8>, bool);

/// Those of these entries that count and stand on the public list, with what they show, in the order of the log.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn counted_by_name(
    db: &mut Db,
    petition: PetitionId,
    entries: &BTreeSet<u64>,
) -> Result<Vec<(Selected, ShownText)>, Error> {
    let places: Vec<i64> = entries.iter().filter_map(|entry| i64::try_from(*entry).ok()).collect();
    let mut found = Vec::new();
    for part in places.chunks(PART) {
        let rows: Vec<(i64, i32, Vec<u8>, bool)> = published_cast::table
            .inner_join(
                opening::table.on(opening::petition_id
                    .eq(published_cast::petition_id)
                    .and(opening::idx.eq(published_cast::idx))),
            )
            .filter(published_cast::petition_id.eq(petition.to_string()))
            .filter(published_cast::idx.eq_any(part.to_vec()))
            .filter(published_cast::retracted.eq(false))
            .filter(published_cast::voided.is_null())
            .order(published_cast::idx)
            .select((published_cast::idx, published_cast::crowd, opening::extension, opening::hidden))
            .load(db)?;
        for (index, crowd, extension, hidden) in rows {
            let index = number(index)?;
            found.push((Selected { index, crowd: crowd_index(crowd)?, named: true }, (extension, hidden)));
        }
    }
    Ok(found)
}

/// Marks casts as voided by the void whose first leaf stands at `first`.
///
/// # Errors
/// [`Error`] when the database is away, or one of them does not count.
pub fn void_casts(db: &mut Db, petition: PetitionId, first: u64, indices: &[u64]) -> Result<(), Error> {
    let places = indices.iter().map(|index| place(*index)).collect::<Result<Vec<i64>, Error>>()?;
    for part in places.chunks(PART) {
        let marked = diesel::update(
            published_cast::table
                .filter(published_cast::petition_id.eq(petition.to_string()))
                .filter(published_cast::idx.eq_any(part.to_vec()))
                .filter(published_cast::retracted.eq(false))
                .filter(published_cast::voided.is_null()),
        )
        .set(published_cast::voided.eq(Some(place(first)?)))
        .execute(db)?;
        if marked != part.len() {
            return Err(broken());
        }
    }
    Ok(())
}

/// The casts that a void still holds, in the order of the log, and how many of it were taken back since.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn voided_by(
    db: &mut Db,
    petition: PetitionId,
    first: u64,
) -> Result<(Vec<(u64, CrowdIndex)>, u64), Error> {
    let rows: Vec<(i64, i32, bool)> = published_cast::table
        .filter(published_cast::petition_id.eq(petition.to_string()))
        .filter(published_cast::voided.eq(Some(place(first)?)))
        .order(published_cast::idx)
        .select((published_cast::idx, published_cast::crowd, published_cast::retracted))
        .load(db)?;
    let (mut held, mut retracted) = (Vec::new(), 0_u64);
    for (index, crowd, is_retracted) in rows {
        if is_retracted {
            retracted = retracted.saturating_add(1);
        } else {
            held.push((number(index)?, crowd_index(crowd)?));
        }
    }
    Ok((held, retracted))
}

/// Lets the casts that a void holds count again, but for those that were taken back.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn restore_casts(db: &mut Db, petition: PetitionId, first: u64) -> Result<(), Error> {
    diesel::update(
        published_cast::table
            .filter(published_cast::petition_id.eq(petition.to_string()))
            .filter(published_cast::voided.eq(Some(place(first)?)))
            .filter(published_cast::retracted.eq(false)),
    )
    .set(published_cast::voided.eq(None::<i64>))
    .execute(db)?;
    Ok(())
}

/// How many of a crowd are voided now and were not taken back.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn voided_of(db: &mut Db, petition: PetitionId, crowd: CrowdIndex) -> Result<u64, Error> {
    let count: i64 = published_cast::table
        .filter(published_cast::petition_id.eq(petition.to_string()))
        .filter(published_cast::crowd.eq(i32::from(crowd.get())))
        .filter(published_cast::retracted.eq(false))
        .filter(published_cast::voided.is_not_null())
        .count()
        .get_result(db)?;
    number(count)
}

/// Keeps what an admin did. `reversed` is left out.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn add_void(db: &mut Db, petition: PetitionId, row: &VoidRow) -> Result<(), Error> {
    let void = &row.void;
    diesel::insert_into(cast_void::table)
        .values((
            cast_void::petition_id.eq(petition.to_string()),
            cast_void::first_idx.eq(place(void.first)?),
            cast_void::reason.eq(void.reason.code()),
            cast_void::chosen_by.eq(row.chosen_by.as_str()),
            cast_void::day.eq(void.day.days()),
            cast_void::done_by.eq(row.done_by.to_string()),
        ))
        .execute(db)?;
    for (crowd, casts) in &void.crowds {
        diesel::insert_into(cast_void_crowd::table)
            .values((
                cast_void_crowd::petition_id.eq(petition.to_string()),
                cast_void_crowd::first_idx.eq(place(void.first)?),
                cast_void_crowd::crowd.eq(i32::from(crowd.get())),
                cast_void_crowd::casts.eq(place(*casts)?),
            ))
            .execute(db)?;
    }
    Ok(())
}

/// Takes note that a void was reversed.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn reverse_void(
    db: &mut Db,
    petition: PetitionId,
    first: u64,
    day: Day,
    by: OrganizerId,
) -> Result<(), Error> {
    diesel::update(
        cast_void::table
            .filter(cast_void::petition_id.eq(petition.to_string()))
            .filter(cast_void::first_idx.eq(place(first)?)),
    )
    .set((cast_void::reversed_day.eq(Some(day.days())), cast_void::reversed_by.eq(Some(by.to_string()))))
    .execute(db)?;
    Ok(())
}

type Row = (i64, String, String, i32, String, Option<i32>, Option<String>);

fn read(db: &mut Db, petition: PetitionId, row: Row) -> Result<VoidRow, Error> {
    let broken = || Error::row("cast_void");
    let organizer = |id: &str| OrganizerId::parse(id).or(Err(broken()));
    let (first, reason, chosen_by, day, done_by, reversed_day, reversed_by) = row;
    let crowds: Vec<(i32, i64)> = cast_void_crowd::table
        .filter(cast_void_crowd::petition_id.eq(petition.to_string()))
        .filter(cast_void_crowd::first_idx.eq(first))
        .order(cast_void_crowd::crowd)
        .select((cast_void_crowd::crowd, cast_void_crowd::casts))
        .load(db)?;
    let crowds = crowds.into_iter().map(|(crowd, casts)| Ok((crowd_index(crowd)?, number(casts)?)));
    let reversed = match (reversed_day, reversed_by) {
        (Some(day), Some(by)) => Some((Day::from_days(day), organizer(&by)?)),
        _ => None,
    };
    let void = Void {
        first: number(first)?,
        reason: VoidReason::parse(&reason).ok_or_else(broken)?,
        day: Day::from_days(day),
        reversed: reversed.map(|(day, _)| day),
        crowds: crowds.collect::<Result<_, Error>>()?,
    };
    Ok(VoidRow {
        void,
        chosen_by: ChosenBy::parse(&chosen_by).ok_or_else(broken)?,
        done_by: organizer(&done_by)?,
        reversed_by: reversed.map(|(_, by)| by),
    })
}

/// All voids of a petition, newest first.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn voids(db: &mut Db, petition: PetitionId) -> Result<Vec<VoidRow>, Error> {
    let rows: Vec<Row> = cast_void::table
        .filter(cast_void::petition_id.eq(petition.to_string()))
        .order(cast_void::first_idx.desc())
        .select((
            cast_void::first_idx,
            cast_void::reason,
            cast_void::chosen_by,
            cast_void::day,
            cast_void::done_by,
            cast_void::reversed_day,
            cast_void::reversed_by,
        ))
        .load(db)?;
    rows.into_iter().map(|row| read(db, petition, row)).collect()
}

/// The void whose first leaf stands at `first`.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn find_void(db: &mut Db, petition: PetitionId, first: u64) -> Result<Option<VoidRow>, Error> {
    Ok(voids(db, petition)?.into_iter().find(|row| row.void.first == first))
}

/// Why a cast with this mark counts no longer.
///
/// # Errors
/// [`Error`] when the database is away, or there is no such void.
pub fn reason_of(db: &mut Db, petition: PetitionId, first: u64) -> Result<VoidReason, Error> {
    let reason: String = cast_void::table
        .filter(cast_void::petition_id.eq(petition.to_string()))
        .filter(cast_void::first_idx.eq(place(first)?))
        .select(cast_void::reason)
        .first(db)?;
    VoidReason::parse(&reason).ok_or(Error::row("cast_void"))
}

/// Takes note of a note of dispute. `by`: the admin, or nobody where an operator's command wrote it.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn add_dispute(
    db: &mut Db,
    petition: PetitionId,
    index: u64,
    day: Day,
    by: Option<OrganizerId>,
) -> Result<(), Error> {
    diesel::insert_into(dispute::table)
        .values((
            dispute::petition_id.eq(petition.to_string()),
            dispute::idx.eq(place(index)?),
            dispute::day.eq(Some(day.days())),
            dispute::done_by.eq(by.map(|by| by.to_string())),
        ))
        .execute(db)?;
    Ok(())
}

/// Where the log holds notes of dispute, and since when, newest first.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn disputes(db: &mut Db, petition: PetitionId) -> Result<Vec<(u64, Option<Day>)>, Error> {
    let rows: Vec<(i64, Option<i32>)> = dispute::table
        .filter(dispute::petition_id.eq(petition.to_string()))
        .order(dispute::idx.desc())
        .select((dispute::idx, dispute::day))
        .load(db)?;
    rows.into_iter().map(|(index, day)| Ok((number(index)?, day.map(Day::from_days)))).collect()
}
