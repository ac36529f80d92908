//! Ids of petitions in a state or past a deadline: what jobs and the public log go through.

use diesel::prelude::*;

use crate::{
    db::{Db, Error, schema::petition},
    domain::{ids::PetitionId, petition::PetitionState, time::Timestamp},
};

/// All petitions for which signing has begun: their keys must exist.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn started(db: &mut Db) -> Result<Vec<PetitionId>, Error> {
    let rows: Vec<String> =
        petition::table.filter(petition::genesis_hash.is_not_null()).select(petition::id).load(db)?;
    rows.iter().map(|id| PetitionId::parse(id).or(Err(Error::row("petition")))).collect()
}

/// Petitions with a log whose state is one of these, whether they are listed or not.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn started_in(db: &mut Db, states: &[PetitionState]) -> Result<Vec<PetitionId>, Error> {
    let rows: Vec<String> = petition::table
        .filter(petition::genesis_hash.is_not_null())
        .filter(petition::state.eq_any(states.iter().map(|state| state.as_str())))
        .order(petition::id)
        .select(petition::id)
        .load(db)?;
    rows.iter().map(|id| PetitionId::parse(id).or(Err(Error::row("petition")))).collect()
}

/// Public petitions: each has a log that everyone may know.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn public(db: &mut Db) -> Result<Vec<PetitionId>, Error> {
    listed_in(db, &PetitionState::public().collect::<Vec<_>>())
}

/// Petitions that were taken down after they had been public.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn taken_down(db: &mut Db) -> Result<Vec<PetitionId>, Error> {
    listed_in(db, &[PetitionState::TakenDown])
}

fn listed_in(db: &mut Db, states: &[PetitionState]) -> Result<Vec<PetitionId>, Error> {
    let rows: Vec<String> = petition::table
        .filter(petition::genesis_hash.is_not_null())
        .filter(petition::unlisted.eq(false))
        .filter(petition::state.eq_any(states.iter().map(|state| state.as_str())))
        .order(petition::id)
        .select(petition::id)
        .load(db)?;
    rows.iter().map(|id| PetitionId::parse(id).or(Err(Error::row("petition")))).collect()
}

/// Petitions that gather or are open and whose closing time has passed by `now`.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn due_to_close(db: &mut Db, now: Timestamp) -> Result<Vec<PetitionId>, Error> {
    let states = [PetitionState::Gathering.as_str(), PetitionState::Open.as_str()];
    let rows: Vec<String> = petition::table
        .filter(petition::state.eq_any(states))
        .filter(petition::closes.lt(now.secs()))
        .select(petition::id)
        .load(db)?;
    rows.iter().map(|id| PetitionId::parse(id).or(Err(Error::row("petition")))).collect()
}

/// Petitions for which no token can be asked for any more: they closed before `cutoff`, ended quietly, or were taken down.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn issuing_over(db: &mut Db, cutoff: Timestamp) -> Result<Vec<PetitionId>, Error> {
    let started = petition::table.filter(petition::genesis_hash.is_not_null()).select(petition::id);
    let mut rows: Vec<String> = started.filter(petition::closes.lt(cutoff.secs())).load(db)?;
    rows.extend(
        started
            .filter(petition::closes.ge(cutoff.secs()))
            .filter(
                petition::state
                    .eq(PetitionState::TakenDown.as_str())
                    .or(petition::unlisted.eq(true).and(petition::state.eq(PetitionState::Closed.as_str()))),
            )
            .load::<String>(db)?,
    );
    rows.iter().map(|id| PetitionId::parse(id).or(Err(Error::row("petition")))).collect()
}

/// Petitions whose casting has ended by `now`, or that were taken down.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn casting_over(db: &mut Db, now: Timestamp) -> Result<Vec<PetitionId>, Error> {
    let started = petition::table.filter(petition::genesis_hash.is_not_null()).select(petition::id);
    let mut rows: Vec<String> = started.filter(petition::cast_until.lt(now.secs())).load(db)?;
    rows.extend(
        started
            .filter(petition::cast_until.ge(now.secs()))
            .filter(petition::state.eq(PetitionState::TakenDown.as_str()))
            .load::<String>(db)?,
    );
    rows.iter().map(|id| PetitionId::parse(id).or(Err(Error::row("petition")))).collect()
}

/// Petitions that take casts at `now`.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn takes_casts(db: &mut Db, now: Timestamp) -> Result<Vec<PetitionId>, Error> {
    let rows: Vec<String> = petition::table
        .filter(petition::genesis_hash.is_not_null())
        .filter(petition::cast_until.ge(now.secs()))
        .filter(petition::state.ne(PetitionState::TakenDown.as_str()))
        .filter(petition::unlisted.eq(false).or(petition::closes.ge(now.secs())))
        .select(petition::id)
        .load(db)?;
    rows.iter().map(|id| PetitionId::parse(id).or(Err(Error::row("petition")))).collect()
}
