//! The leaves of a petition's log, appended in order and never changed.

use diesel::prelude::*;

use crate::{
    db::{
        Db, Error,
        schema::{log_entry, log_head},
    },
    domain::ids::PetitionId,
};

/// A leaf and its place in the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its place, from 0.
    pub index: u64,
    /// Its bytes, exactly as hashed.
    pub leaf: Vec<u8>,
}

/// Begins a petition's log, empty.
///
/// # Errors
/// [`Error`] when the database is away, or the log exists.
pub fn start_log(db: &mut Db, petition: PetitionId) -> Result<(), Error> {
    diesel::insert_into(log_head::table)
        .values((log_head::petition_id.eq(petition.to_string()), log_head::size.eq(0)))
        .execute(db)?;
    Ok(())
}

/// Appends a leaf and says at which place. The update of the head locks it, so that two transactions append
/// one after the other.
///
/// # Errors
/// [`Error`] when the database is away, or the log was never begun.
pub fn append(db: &mut Db, petition: PetitionId, leaf: &[u8]) -> Result<u64, Error> {
    let size: i64 = diesel::update(log_head::table.filter(log_head::petition_id.eq(petition.to_string())))
        .set(log_head::size.eq(log_head::size + 1))
        .returning(log_head::size)
        .get_result(db)?;
    let index = size - 1;
    diesel::insert_into(log_entry::table)
        .values((
            log_entry::petition_id.eq(petition.to_string()),
            log_entry::idx.eq(index),
            log_entry::leaf.eq(leaf),
        ))
        .execute(db)?;
    u64::try_from(index).or(Err(Error::row("log_head")))
}

/// How many leaves the log holds. `None` where signing has not begun.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn log_size(db: &mut Db, petition: PetitionId) -> Result<Option<u64>, Error> {
    let size: Option<i64> = log_head::table
        .filter(log_head::petition_id.eq(petition.to_string()))
        .select(log_head::size)
        .first(db)
        .optional()?;
    size.map(|size| u64::try_from(size).or(Err(Error::row("log_head")))).transpose()
}

/// At most `limit` leaves from place `from` on, in order.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn entries(db: &mut Db, petition: PetitionId, from: u64, limit: i64) -> Result<Vec<Entry>, Error> {
    let from = i64::try_from(from).or(Err(Error::row("log_entry")))?;
    let rows: Vec<(i64, Vec<u8>)> = log_entry::table
        .filter(log_entry::petition_id.eq(petition.to_string()))
        .filter(log_entry::idx.ge(from))
        .order(log_entry::idx)
        .limit(limit)
        .select((log_entry::idx, log_entry::leaf))
        .load(db)?;
    rows.into_iter()
        .map(|(index, leaf)| {
            Ok(Entry { index: u64::try_from(index).or(Err(Error::row("log_entry")))?, leaf })
        })
        .collect()
}
