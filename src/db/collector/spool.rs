//! What waits for its batch: sealed rows that only the spool's key can read, and one head per petition that is
//! locked by whoever casts or publishes. What is inside is the actions' business.

use diesel::{prelude::*, upsert::excluded};

use crate::{
    db::{
        Db, Error,
        schema::{spool, spool_head, spool_intake},
    },
    domain::ids::PetitionId,
};

/// How many rows are written in one statement: one to two kilobytes each.
const PART: usize = 100;

/// The head of a spool.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct SpoolHead {
    /// How many rows wait.
    pub held: i64,
    /// When the schedule last had a turn at it, in seconds; 0: never.
    pub looked_at: i64,
    /// Whether the last batch is out and the log says that casting has ended.
    pub closed: bool,
    /// The place of its intake in the chain of keys: one further with every change.
    pub intake: i64,
    /// The place of its store in the chain of keys: one further with every turn.
    pub store: i64,
}

/// A row: what finds it, and what was sealed.
pub type SpoolRow = (Vec<u8>, Vec<u8>);

/// Makes the head of a petition's spool, empty.
///
/// # Errors
/// [`Error`] when the database is away, or it is there already.
pub fn add_spool(db: &mut Db, petition: PetitionId) -> Result<(), Error> {
    diesel::insert_into(spool_head::table)
        .values((
            spool_head::petition_id.eq(petition.to_string()),
            spool_head::generation.eq(""),
            spool_head::held.eq(0),
            spool_head::looked_at.eq(0),
            spool_head::closed.eq(false),
            spool_head::intake.eq(0),
            spool_head::store.eq(0),
        ))
        .execute(db)?;
    Ok(())
}

/// Locks a petition's spool until the transaction ends, and reads its head.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn lock_spool(db: &mut Db, petition: PetitionId) -> Result<SpoolHead, Error> {
    let head = spool_head::table.filter(spool_head::petition_id.eq(petition.to_string()));
    let locked: Option<SpoolHead> = diesel::update(head)
        .set(spool_head::held.eq(spool_head::held))
        .returning((
            spool_head::held,
            spool_head::looked_at,
            spool_head::closed,
            spool_head::intake,
            spool_head::store,
        ))
        .get_result(db)
        .optional()?;
    locked.ok_or(Error::row("spool_head"))
}

/// Locks all spools until the transaction ends: how far each has come, and whether it holds anything that its keys seal.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn lock_all_spools(db: &mut Db) -> Result<Vec<SpoolPlaces>, Error> {
    let all = spool_head::table.order(spool_head::petition_id).select((
        spool_head::petition_id,
        spool_head::held,
        spool_head::generation,
        spool_head::intake,
        spool_head::store,
    ));
    let rows: Vec<(String, i64, String, i64, i64)> = match db {
        // A transaction that writes has the whole database to itself; it has to be one, though nothing is changed.
        Db::Sqlite(connection) => all.load(connection)?,
        Db::Postgres(connection) => {
            diesel::sql_query("SELECT pg_advisory_xact_lock(7310584216490817)").execute(connection)?;
            all.for_update().load(connection)?
        }
    };
    rows.into_iter()
        .map(|(id, held, generation, intake, store)| {
            Ok(SpoolPlaces {
                petition: PetitionId::parse(&id).or(Err(Error::row("spool_head")))?,
                held: if generation.is_empty() { held } else { 0 },
                intake,
                store,
            })
        })
        .collect()
}

/// How far a spool has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SpoolPlaces {
    /// Whose.
    pub petition: PetitionId,
    /// How many wait under its keys.
    pub held: i64,
    /// The place of its intake.
    pub intake: i64,
    /// The place of its store.
    pub store: i64,
}

/// Writes the head back.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn set_spool_head(db: &mut Db, petition: PetitionId, head: &SpoolHead) -> Result<(), Error> {
    diesel::update(spool_head::table.filter(spool_head::petition_id.eq(petition.to_string())))
        .set((
            spool_head::generation.eq(""),
            spool_head::held.eq(head.held),
            spool_head::looked_at.eq(head.looked_at),
            spool_head::closed.eq(head.closed),
            spool_head::intake.eq(head.intake),
            spool_head::store.eq(head.store),
        ))
        .execute(db)?;
    Ok(())
}

/// What came in last, sealed in one piece. `None`: nothing ever came.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn spool_intake(db: &mut Db, petition: PetitionId) -> Result<Option<Vec<u8>>, Error> {
    Ok(spool_intake::table
        .filter(spool_intake::petition_id.eq(petition.to_string()))
        .select(spool_intake::sealed)
        .first(db)
        .optional()?)
}

/// Replaces it.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn set_spool_intake(db: &mut Db, petition: PetitionId, sealed: &[u8]) -> Result<(), Error> {
    let row = (spool_intake::petition_id.eq(petition.to_string()), spool_intake::sealed.eq(sealed));
    match db {
        Db::Sqlite(connection) => diesel::insert_into(spool_intake::table)
            .values(row)
            .on_conflict(spool_intake::petition_id)
            .do_update()
            .set(spool_intake::sealed.eq(excluded(spool_intake::sealed)))
            .execute(connection)?,
        Db::Postgres(connection) => diesel::insert_into(spool_intake::table)
            .values(row)
            .on_conflict(spool_intake::petition_id)
            .do_update()
            .set(spool_intake::sealed.eq(excluded(spool_intake::sealed)))
            .execute(connection)?,
    };
    Ok(())
}

/// Spools from before there was an intake, with the name of the key that sealed what waits in each.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn old_spools(db: &mut Db) -> Result<Vec<(PetitionId, String)>, Error> {
    let rows: Vec<(String, String)> = spool_head::table
        .filter(spool_head::generation.ne(""))
        .select((spool_head::petition_id, spool_head::generation))
        .load(db)?;
    rows.into_iter()
        .map(|(id, generation)| Ok((PetitionId::parse(&id).or(Err(Error::row("spool_head")))?, generation)))
        .collect()
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

/// Petitions whose spool holds something, with the places of intake and store.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn waiting_spools(db: &mut Db) -> Result<Vec<SpoolPlaces>, Error> {
    let rows: Vec<(String, i64, i64, i64)> = spool_head::table
        .filter(spool_head::held.gt(0))
        .select((spool_head::petition_id, spool_head::held, spool_head::intake, spool_head::store))
        .load(db)?;
    rows.into_iter()
        .map(|(id, held, intake, store)| {
            let petition = PetitionId::parse(&id).or(Err(Error::row("spool_head")))?;
            Ok(SpoolPlaces { petition, held, intake, store })
        })
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
