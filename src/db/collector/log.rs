//! The leaves of a petition's log, appended in order and never changed; its head; and the roots of complete
//! subtrees, from which its tiles are served.

use diesel::prelude::*;

use crate::{
    db::{
        Db, Error,
        schema::{log_entry, log_head, log_tile},
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

/// The head of a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// How many leaves it holds.
    pub size: u64,
    /// What it needs to grow (`log::tree::Frontier`). `None` in a log from before this was kept.
    pub frontier: Option<Vec<u8>>,
    /// Its newest checkpoint, signed. `None` as long as none was.
    pub checkpoint: Option<String>,
}

type HeadRow = (i64, Option<Vec<u8>>, Option<String>);

fn read_head((size, frontier, checkpoint): HeadRow) -> Result<Head, Error> {
    Ok(Head { size: u64::try_from(size).or(Err(Error::row("log_head")))?, frontier, checkpoint })
}

fn place(index: u64) -> Result<i64, Error> {
    i64::try_from(index).or(Err(Error::row("log_entry")))
}

/// Begins a petition's log, empty.
///
/// # Errors
/// [`Error`] when the database is away, or the log exists.
pub fn start_log(db: &mut Db, petition: PetitionId, frontier: &[u8]) -> Result<(), Error> {
    diesel::insert_into(log_head::table)
        .values((
            log_head::petition_id.eq(petition.to_string()),
            log_head::size.eq(0),
            log_head::frontier.eq(frontier),
        ))
        .execute(db)?;
    Ok(())
}

/// The head of a log, locked until the transaction ends, so that two of them append one after the other.
/// `None` where signing has not begun.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn lock_head(db: &mut Db, petition: PetitionId) -> Result<Option<Head>, Error> {
    // An update that changes nothing locks the row on both databases.
    let row: Option<HeadRow> =
        diesel::update(log_head::table.filter(log_head::petition_id.eq(petition.to_string())))
            .set(log_head::size.eq(log_head::size))
            .returning((log_head::size, log_head::frontier, log_head::checkpoint))
            .get_result(db)
            .optional()?;
    row.map(read_head).transpose()
}

/// The head of a log. `None` where signing has not begun.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn head(db: &mut Db, petition: PetitionId) -> Result<Option<Head>, Error> {
    let row: Option<HeadRow> = log_head::table
        .filter(log_head::petition_id.eq(petition.to_string()))
        .select((log_head::size, log_head::frontier, log_head::checkpoint))
        .first(db)
        .optional()?;
    row.map(read_head).transpose()
}

/// The heads of all logs.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn heads(db: &mut Db) -> Result<Vec<(PetitionId, Head)>, Error> {
    let rows: Vec<(String, HeadRow)> = log_head::table
        .select((log_head::petition_id, (log_head::size, log_head::frontier, log_head::checkpoint)))
        .load(db)?;
    rows.into_iter()
        .map(|(id, row)| Ok((PetitionId::parse(&id).or(Err(Error::row("log_head")))?, read_head(row)?)))
        .collect()
}

/// How many leaves a log has. `None` where there is no log.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn head_size(db: &mut Db, petition: PetitionId) -> Result<Option<u64>, Error> {
    let size: Option<i64> = log_head::table
        .filter(log_head::petition_id.eq(petition.to_string()))
        .select(log_head::size)
        .first(db)
        .optional()?;
    size.map(|size| u64::try_from(size).or(Err(Error::row("log_head")))).transpose()
}

/// How many leaves each log has.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn head_sizes(db: &mut Db) -> Result<Vec<(PetitionId, u64)>, Error> {
    let rows: Vec<(String, i64)> =
        log_head::table.select((log_head::petition_id, log_head::size)).load(db)?;
    let read = |(id, size): (String, i64)| Some((PetitionId::parse(&id).ok()?, u64::try_from(size).ok()?));
    rows.into_iter().map(|row| read(row).ok_or(Error::row("log_head"))).collect()
}

/// How many leaves are written in one statement: three values each.
const PART: usize = 500;

/// Writes leaves at the places from `first` on.
///
/// # Errors
/// [`Error`] when the database is away, or a leaf is there.
pub fn add_entries(db: &mut Db, petition: PetitionId, first: u64, leaves: &[Vec<u8>]) -> Result<(), Error> {
    let petition = petition.to_string();
    let mut index = place(first)?;
    for part in leaves.chunks(PART) {
        let values: Vec<_> = (index..)
            .zip(part)
            .map(|(index, leaf)| {
                (log_entry::petition_id.eq(&petition), log_entry::idx.eq(index), log_entry::leaf.eq(leaf))
            })
            .collect();
        // Several rows need to know their database.
        match db {
            Db::Sqlite(connection) => {
                diesel::insert_into(log_entry::table).values(&values).execute(connection)?;
            }
            Db::Postgres(connection) => {
                diesel::insert_into(log_entry::table).values(&values).execute(connection)?;
            }
        }
        index = index.saturating_add(i64::try_from(part.len()).or(Err(Error::row("log_entry")))?);
    }
    Ok(())
}

/// Keeps the root of the `index`th complete subtree of 256^`level` leaves.
///
/// # Errors
/// [`Error`] when the database is away, or it is there.
pub fn add_subtree(
    db: &mut Db,
    petition: PetitionId,
    level: u8,
    index: u64,
    hash: &[u8; 32],
) -> Result<(), Error> {
    diesel::insert_into(log_tile::table)
        .values((
            log_tile::petition_id.eq(petition.to_string()),
            log_tile::level.eq(i32::from(level)),
            log_tile::idx.eq(place(index)?),
            log_tile::hash.eq(hash.as_slice()),
        ))
        .execute(db)?;
    Ok(())
}

/// Forgets the subtrees of a log, before they are computed anew.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn clear_subtrees(db: &mut Db, petition: PetitionId) -> Result<(), Error> {
    diesel::delete(log_tile::table.filter(log_tile::petition_id.eq(petition.to_string()))).execute(db)?;
    Ok(())
}

/// Moves the head from size `from` to `size`, with all that goes with it. `false` when it is not at `from`: then
/// somebody else has appended, and nothing of this may be kept.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn move_head(
    db: &mut Db,
    petition: PetitionId,
    from: u64,
    size: u64,
    frontier: &[u8],
    checkpoint: &str,
) -> Result<bool, Error> {
    let moved = diesel::update(
        log_head::table
            .filter(log_head::petition_id.eq(petition.to_string()))
            .filter(log_head::size.eq(place(from)?)),
    )
    .set((
        log_head::size.eq(place(size)?),
        log_head::frontier.eq(Some(frontier)),
        log_head::checkpoint.eq(Some(checkpoint)),
    ))
    .execute(db)?;
    Ok(moved == 1)
}

/// `count` roots of complete subtrees of 256^`level` leaves from the `from`th on, in order. Fewer where there
/// are fewer.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn subtrees(
    db: &mut Db,
    petition: PetitionId,
    level: u8,
    from: u64,
    count: i64,
) -> Result<Vec<[u8; 32]>, Error> {
    let rows: Vec<Vec<u8>> = log_tile::table
        .filter(log_tile::petition_id.eq(petition.to_string()))
        .filter(log_tile::level.eq(i32::from(level)))
        .filter(log_tile::idx.ge(place(from)?))
        .order(log_tile::idx)
        .limit(count)
        .select(log_tile::hash)
        .load(db)?;
    rows.into_iter().map(|hash| hash.try_into().or(Err(Error::row("log_tile")))).collect()
}

/// The leaves from place `from` on that begin with one of these, in order. Reads all of the log behind that place.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn entries_beginning(
    db: &mut Db,
    petition: PetitionId,
    from: u64,
    beginnings: [&[u8]; 3],
) -> Result<Vec<Entry>, Error> {
    let within = |beginning: &[u8]| (beginning.to_vec(), end_of(beginning));
    let [(a, a_end), (b, b_end), (c, c_end)] = beginnings.map(within);
    let leaf = log_entry::leaf;
    let rows: Vec<(i64, Vec<u8>)> = log_entry::table
        .filter(log_entry::petition_id.eq(petition.to_string()))
        .filter(log_entry::idx.ge(place(from)?))
        .filter(
            (leaf.ge(a).and(leaf.lt(a_end)))
                .or(leaf.ge(b).and(leaf.lt(b_end)))
                .or(leaf.ge(c).and(leaf.lt(c_end))),
        )
        .order(log_entry::idx)
        .select((log_entry::idx, log_entry::leaf))
        .load(db)?;
    rows.into_iter().map(read_entry).collect()
}

/// The first bytes that come after all that begin with `beginning`; both databases compare bytes one by one.
fn end_of(beginning: &[u8]) -> Vec<u8> {
    let mut end = beginning.to_vec();
    while end.pop_if(|last| *last == u8::MAX).is_some() {}
    if let Some(last) = end.last_mut() {
        *last = last.saturating_add(1);
    }
    end
}

fn read_entry((index, leaf): (i64, Vec<u8>)) -> Result<Entry, Error> {
    Ok(Entry { index: u64::try_from(index).or(Err(Error::row("log_entry")))?, leaf })
}

/// At most `limit` leaves from place `from` on, in order.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn entries(db: &mut Db, petition: PetitionId, from: u64, limit: i64) -> Result<Vec<Entry>, Error> {
    let rows: Vec<(i64, Vec<u8>)> = log_entry::table
        .filter(log_entry::petition_id.eq(petition.to_string()))
        .filter(log_entry::idx.ge(place(from)?))
        .order(log_entry::idx)
        .limit(limit)
        .select((log_entry::idx, log_entry::leaf))
        .load(db)?;
    rows.into_iter().map(read_entry).collect()
}
