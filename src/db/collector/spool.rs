//! What waits for its batch: sealed rows that only the spool's key can read, and one head per petition that is
//! locked by whoever casts or publishes. What is inside is the actions' business.

use diesel::prelude::*;

use crate::{
    db::{
        Db, Error,
        schema::{spool, spool_head},
        unless_taken,
    },
    domain::ids::PetitionId,
};

/// How many rows are written in one statement: a few kilobytes each.
const PART: usize = 100;

/// The head of a spool.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct SpoolHead {
    /// Names the key; empty: nothing waits.
    pub generation: String,
    /// How many rows wait.
    pub held: i64,
    /// How many there were when all were last rewritten.
    pub rewritten: i64,
    /// When the schedule last had a turn at it, in seconds; 0: never.
    pub looked_at: i64,
    /// Whether the last batch is out and the log says that casting has ended.
    pub closed: bool,
}

/// A row: what finds it, and what was sealed.
pub type SpoolRow = (Vec<u8>, Vec<u8>);

/// Locks a petition's spool until the transaction ends, and reads its head. Made at the first call.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn lock_spool(db: &mut Db, petition: PetitionId) -> Result<SpoolHead, Error> {
    if let Some(head) = lock_existing(db, petition)? {
        return Ok(head);
    }
    unless_taken(db, |db| {
        diesel::insert_into(spool_head::table)
            .values((
                spool_head::petition_id.eq(petition.to_string()),
                spool_head::generation.eq(""),
                spool_head::held.eq(0),
                spool_head::rewritten.eq(0),
                spool_head::looked_at.eq(0),
                spool_head::closed.eq(false),
            ))
            .execute(db)
    })?;
    lock_existing(db, petition)?.ok_or(Error::row("spool_head"))
}

fn lock_existing(db: &mut Db, petition: PetitionId) -> Result<Option<SpoolHead>, Error> {
    let head = spool_head::table.filter(spool_head::petition_id.eq(petition.to_string()));
    Ok(diesel::update(head)
        .set(spool_head::held.eq(spool_head::held))
        .returning((
            spool_head::generation,
            spool_head::held,
            spool_head::rewritten,
            spool_head::looked_at,
            spool_head::closed,
        ))
        .get_result(db)
        .optional()?)
}

/// Writes the head back.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn set_spool_head(db: &mut Db, petition: PetitionId, head: &SpoolHead) -> Result<(), Error> {
    diesel::update(spool_head::table.filter(spool_head::petition_id.eq(petition.to_string())))
        .set((
            spool_head::generation.eq(&head.generation),
            spool_head::held.eq(head.held),
            spool_head::rewritten.eq(head.rewritten),
            spool_head::looked_at.eq(head.looked_at),
            spool_head::closed.eq(head.closed),
        ))
        .execute(db)?;
    Ok(())
}

/// All that waits for a petition.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn spooled(db: &mut Db, petition: PetitionId) -> Result<Vec<SpoolRow>, Error> {
    Ok(spool::table
        .filter(spool::petition_id.eq(petition.to_string()))
        .select((spool::lookup, spool::sealed))
        .load(db)?)
}

/// One row.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn find_spooled(db: &mut Db, petition: PetitionId, lookup: &[u8]) -> Result<Option<Vec<u8>>, Error> {
    Ok(spool::table
        .filter(spool::petition_id.eq(petition.to_string()))
        .filter(spool::lookup.eq(lookup))
        .select(spool::sealed)
        .first(db)
        .optional()?)
}

/// Adds rows, in the order given.
///
/// # Errors
/// [`Error`] when the database is away, or one is there already.
pub fn add_spooled(db: &mut Db, petition: PetitionId, rows: &[SpoolRow]) -> Result<(), Error> {
    for part in rows.chunks(PART) {
        let values: Vec<_> = part
            .iter()
            .map(|(lookup, sealed)| {
                (
                    spool::petition_id.eq(petition.to_string()),
                    spool::lookup.eq(lookup),
                    spool::sealed.eq(sealed),
                )
            })
            .collect();
        // A batch of rows needs to know its database.
        match db {
            Db::Sqlite(connection) => {
                diesel::insert_into(spool::table).values(&values).execute(connection)?;
            }
            Db::Postgres(connection) => {
                diesel::insert_into(spool::table).values(&values).execute(connection)?;
            }
        }
    }
    Ok(())
}

/// Takes all rows of a petition out.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn empty_spool(db: &mut Db, petition: PetitionId) -> Result<(), Error> {
    diesel::delete(spool::table.filter(spool::petition_id.eq(petition.to_string()))).execute(db)?;
    Ok(())
}

/// Petitions whose spool holds something, with the name of its key.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn waiting_spools(db: &mut Db) -> Result<Vec<(PetitionId, String)>, Error> {
    let rows: Vec<(String, String)> = spool_head::table
        .filter(spool_head::held.gt(0))
        .select((spool_head::petition_id, spool_head::generation))
        .load(db)?;
    rows.into_iter()
        .map(|(id, generation)| Ok((PetitionId::parse(&id).or(Err(Error::row("spool_head")))?, generation)))
        .collect()
}

/// How many rows wait for a petition.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn held(db: &mut Db, petition: PetitionId) -> Result<u64, Error> {
    let held: Option<i64> = spool_head::table
        .filter(spool_head::petition_id.eq(petition.to_string()))
        .select(spool_head::held)
        .first(db)
        .optional()?;
    u64::try_from(held.unwrap_or(0)).or(Err(Error::row("spool_head")))
}

/// Petitions whose last batch is out.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn closed_spools(db: &mut Db) -> Result<Vec<PetitionId>, Error> {
    let rows: Vec<String> =
        spool_head::table.filter(spool_head::closed.eq(true)).select(spool_head::petition_id).load(db)?;
    rows.iter().map(|id| PetitionId::parse(id).or(Err(Error::row("spool_head")))).collect()
}
