//! What signing needs of a petition's row: what was fixed at launch, and what can change since.

use diesel::prelude::*;

use super::{is_place_of, listing};
use crate::{
    db::{Db, Error, schema::petition},
    domain::{ids::PetitionId, petition::PetitionState, progress::Progress, time::Timestamp},
};

/// A petition whose signing has begun. But for `progress`, nothing of it ever changes.
#[derive(Debug, Clone)]
pub struct Launched {
    /// Its id.
    pub id: PetitionId,
    /// Its place under `/p/` once it is public.
    pub slug: String,
    /// Its secret place under `/p/` while it gathers.
    pub quiet_slug: Option<String>,
    /// Its title.
    pub title: String,
    /// When all traces of who asked for a code are gone, however often it is extended.
    pub traces_until: Option<Timestamp>,
    /// Its log's origin.
    pub log_origin: String,
    /// Hash of its genesis leaf.
    pub genesis_hash: Vec<u8>,
    /// What can change.
    pub progress: Progress,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = petition)]
struct ProgressRow {
    state: String,
    unlisted: bool,
    closes: Option<i64>,
    cast_until: Option<i64>,
}

impl ProgressRow {
    fn read(&self) -> Result<Progress, Error> {
        Ok(Progress {
            state: PetitionState::parse(&self.state).ok_or(Error::row("petition"))?,
            listing: listing(self.unlisted),
            closes: self.closes.map(Timestamp::from_secs),
            cast_until: self.cast_until.map(Timestamp::from_secs),
        })
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = petition)]
struct LaunchedRow {
    id: String,
    slug: String,
    quiet_slug: Option<String>,
    title: String,
    traces_until: Option<i64>,
    log_origin: Option<String>,
    genesis_hash: Option<Vec<u8>>,
    #[diesel(embed)]
    progress: ProgressRow,
}

impl LaunchedRow {
    /// `None` where signing has not begun.
    fn read(self) -> Result<Option<Launched>, Error> {
        let (Some(log_origin), Some(genesis_hash)) = (self.log_origin, self.genesis_hash) else {
            return Ok(None);
        };
        Ok(Some(Launched {
            id: PetitionId::parse(&self.id).or(Err(Error::row("petition")))?,
            slug: self.slug,
            quiet_slug: self.quiet_slug,
            title: self.title,
            traces_until: self.traces_until.map(Timestamp::from_secs),
            log_origin,
            genesis_hash,
            progress: self.progress.read()?,
        }))
    }
}

/// The petition with this id. `None` where there is none, or signing has not begun.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn launched(db: &mut Db, id: PetitionId) -> Result<Option<Launched>, Error> {
    let row: Option<LaunchedRow> = petition::table
        .filter(petition::id.eq(id.to_string()))
        .select(LaunchedRow::as_select())
        .first(db)
        .optional()?;
    Ok(row.map(LaunchedRow::read).transpose()?.flatten())
}

/// The same by its place, as [`super::at_public_place`] finds it.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn launched_at(db: &mut Db, place: &str) -> Result<Option<Launched>, Error> {
    let row: Option<LaunchedRow> = petition::table
        .filter(petition::slug.eq(place).or(petition::quiet_slug.eq(place)))
        .select(LaunchedRow::as_select())
        .first(db)
        .optional()?;
    let found = row.map(LaunchedRow::read).transpose()?.flatten();
    Ok(found.filter(|found| is_place_of(place, found.progress, found.quiet_slug.as_deref())))
}

/// What can change of a petition, held as it is until the transaction ends. Many hold it at once; who changes it waits for
/// them. On SQLite the write transaction itself holds everything.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn hold_progress(db: &mut Db, id: PetitionId) -> Result<Option<Progress>, Error> {
    let held = petition::table.filter(petition::id.eq(id.to_string()));
    let row: Option<ProgressRow> = match db {
        Db::Sqlite(connection) => held.select(ProgressRow::as_select()).first(connection).optional()?,
        Db::Postgres(connection) => {
            held.select(ProgressRow::as_select()).for_share().first(connection).optional()?
        }
    };
    row.map(|row| row.read()).transpose()
}
