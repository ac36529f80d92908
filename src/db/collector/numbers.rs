//! Numbers as they were published: changed by publication and withdrawal, never counted live.

use diesel::prelude::*;

use crate::{
    db::{
        Db, Error,
        schema::{published_day, published_number},
    },
    domain::{ids::PetitionId, proof::CrowdIndex, time::Day},
};

/// Begins a crowd's number.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn start_numbers(db: &mut Db, petition: PetitionId, crowd: CrowdIndex) -> Result<(), Error> {
    diesel::insert_into(published_number::table)
        .values((
            published_number::petition_id.eq(petition.to_string()),
            published_number::crowd.eq(i32::from(crowd.get())),
            published_number::number.eq(0),
            published_number::issued_floor.eq(0),
        ))
        .execute(db)?;
    Ok(())
}

/// Adds `change` to a crowd's number as of `day`: for what is taken back or voided, or counts again.
///
/// # Errors
/// [`Error`] when the database is away, or the crowd was never begun.
pub fn change_number(
    db: &mut Db,
    petition: PetitionId,
    crowd: CrowdIndex,
    change: i64,
    day: Day,
) -> Result<(), Error> {
    let changed = diesel::update(
        published_number::table
            .filter(published_number::petition_id.eq(petition.to_string()))
            .filter(published_number::crowd.eq(i32::from(crowd.get()))),
    )
    .set((
        published_number::number.eq(published_number::number + change),
        published_number::as_of_day.eq(Some(day.days())),
    ))
    .execute(db)?;
    if changed == 1 { Ok(()) } else { Err(Error::row("published_number")) }
}

/// Adds published signatures to a crowd's number as of `day`, and to the day's own line.
///
/// # Errors
/// [`Error`] when the database is away, or the crowd was never begun.
pub fn add_published(
    db: &mut Db,
    petition: PetitionId,
    crowd: CrowdIndex,
    published: i64,
    day: Day,
) -> Result<(), Error> {
    change_number(db, petition, crowd, published, day)?;
    let line = published_day::table
        .filter(published_day::petition_id.eq(petition.to_string()))
        .filter(published_day::crowd.eq(i32::from(crowd.get())))
        .filter(published_day::day.eq(day.days()));
    // The update above holds the crowd's row, so nobody else can add this day's line meanwhile.
    if diesel::update(line).set(published_day::number.eq(published_day::number + published)).execute(db)? == 0
    {
        diesel::insert_into(published_day::table)
            .values((
                published_day::petition_id.eq(petition.to_string()),
                published_day::crowd.eq(i32::from(crowd.get())),
                published_day::day.eq(day.days()),
                published_day::number.eq(published),
            ))
            .execute(db)?;
    }
    Ok(())
}

/// What the newest "issued so far" leaf says, per crowd in genesis order.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn issued_floors(db: &mut Db, petition: PetitionId) -> Result<Vec<u64>, Error> {
    let floors: Vec<i64> = published_number::table
        .filter(published_number::petition_id.eq(petition.to_string()))
        .order(published_number::crowd)
        .select(published_number::issued_floor)
        .load(db)?;
    floors.into_iter().map(|floor| u64::try_from(floor).or(Err(Error::row("published_number")))).collect()
}

/// Keeps what an "issued so far" leaf said.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn remember_issued(db: &mut Db, petition: PetitionId, floors: &[u64]) -> Result<(), Error> {
    for (crowd, floor) in (0i32..).zip(floors) {
        let floor = i64::try_from(*floor).or(Err(Error::row("published_number")))?;
        diesel::update(
            published_number::table
                .filter(published_number::petition_id.eq(petition.to_string()))
                .filter(published_number::crowd.eq(crowd)),
        )
        .set(published_number::issued_floor.eq(floor))
        .execute(db)?;
    }
    Ok(())
}
