//! Where a petition lets names be sealed: the trustee, N, and how far the names are from being shown. The sealed names
//! themselves are the collector's.

use diesel::prelude::*;

use super::{Db, Error, schema::sealing as table};
use crate::domain::{
    ids::PetitionId,
    sealing::{Sealing, SealingStage, SealingTerms},
    time::Day,
};

type Row = (String, String, i64, Option<i32>, bool, Option<i32>, bool);

fn read(
    (trustee, key, reveal_at, notice_until, notice_over, opened_day, deleted): Row,
) -> Result<Sealing, Error> {
    let stage = match (deleted, notice_over, notice_until, opened_day) {
        (true, _, _, None) => SealingStage::Deleted,
        (false, true, ..) => SealingStage::Due,
        (false, false, Some(until), _) => SealingStage::Notice { until: Day::from_days(until) },
        (true, _, _, Some(day)) | (false, false, None, Some(day)) => {
            SealingStage::Opened(Day::from_days(day))
        }
        (false, false, None, None) => SealingStage::Waiting,
    };
    let reveal_at = u64::try_from(reveal_at).or(Err(Error::row("sealing")))?;
    Ok(Sealing { terms: SealingTerms { trustee, key, reveal_at }, stage })
}

/// Writes a draft's terms, or that it has none, in place of earlier ones.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn replace(db: &mut Db, id: PetitionId, terms: Option<&SealingTerms>) -> Result<(), Error> {
    diesel::delete(table::table.filter(table::petition_id.eq(id.to_string()))).execute(db)?;
    let Some(terms) = terms else { return Ok(()) };
    diesel::insert_into(table::table)
        .values((
            table::petition_id.eq(id.to_string()),
            table::trustee.eq(&terms.trustee),
            table::sealing_key.eq(&terms.key),
            table::reveal_at.eq(i64::try_from(terms.reveal_at).or(Err(Error::row("sealing")))?),
            table::notice_over.eq(false),
            table::deleted.eq(false),
        ))
        .execute(db)?;
    Ok(())
}

/// The terms of a petition, and where it stands. `None`: it takes no sealed names.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn find(db: &mut Db, id: PetitionId) -> Result<Option<Sealing>, Error> {
    let row: Option<Row> = table::table
        .filter(table::petition_id.eq(id.to_string()))
        .select((
            table::trustee,
            table::sealing_key,
            table::reveal_at,
            table::notice_until,
            table::notice_over,
            table::opened_day,
            table::deleted,
        ))
        .first(db)
        .optional()?;
    row.map(read).transpose()
}

/// Petitions that take sealed names and have not deleted them.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn all_kept(db: &mut Db) -> Result<Vec<PetitionId>, Error> {
    let rows: Vec<String> =
        table::table.filter(table::deleted.eq(false)).select(table::petition_id).load(db)?;
    rows.iter().map(|id| PetitionId::parse(id).or(Err(Error::row("sealing")))).collect()
}

/// Moves a petition to another stage. The day on which names were shown last is kept, also when the rest is deleted.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn set_stage(db: &mut Db, id: PetitionId, stage: SealingStage) -> Result<(), Error> {
    let (notice_until, notice_over, deleted) = match stage {
        SealingStage::Waiting | SealingStage::Opened(_) => (None, false, false),
        SealingStage::Notice { until } => (Some(until.days()), false, false),
        SealingStage::Due => (None, true, false),
        SealingStage::Deleted => (None, false, true),
    };
    let row = || table::table.filter(table::petition_id.eq(id.to_string()));
    diesel::update(row())
        .set((
            table::notice_until.eq(notice_until),
            table::notice_over.eq(notice_over),
            table::deleted.eq(deleted),
        ))
        .execute(db)?;
    if let SealingStage::Opened(day) = stage {
        diesel::update(row()).set(table::opened_day.eq(Some(day.days()))).execute(db)?;
    }
    Ok(())
}
