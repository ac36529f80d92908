//! The public log of a petition, for whoever asks under its place at `/p/`: checkpoint, verifier key, tiles, and what
//! opens its leaves. It is served as long as the petition has a place, also after it was taken down.

use super::{Ctx, Error, collector};
use crate::{
    db::{Db, petitions, views},
    domain::petition::PetitionState,
};

pub use crate::{db::views::signers::ShownOpening, log::tiles::Tile};

/// Something of a petition's log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Served<T> {
    /// What was asked for.
    pub content: T,
    /// Whether the petition gathers quietly: its secret place stays out of caches.
    pub is_secret: bool,
}

/// What opens the leaves of a petition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Openings {
    /// What is shown now, in the order of the log.
    Shown(Served<Vec<ShownOpening>>),
    /// The petition was taken down, and its names with it.
    TakenDown,
}

/// Runs `read` for the petition at `/p/{slug}`, in one view of the database.
fn at_place<T>(
    ctx: &Ctx,
    slug: &str,
    read: impl FnOnce(&mut Db, &petitions::Petition) -> Result<Option<T>, Error>,
) -> Result<Option<Served<T>>, Error> {
    ctx.store.read(|db| {
        let Some(petition) = petitions::at_public_place(db, slug)? else { return Ok(None) };
        let is_secret = petition.state == PetitionState::Gathering;
        Ok(read(db, &petition)?.map(|content| Served { content, is_secret }))
    })
}

/// The newest checkpoint, signed. `None`: there is no such petition, or one may not know.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn checkpoint(ctx: &Ctx, slug: &str) -> Result<Option<Served<String>>, Error> {
    at_place(ctx, slug, |db, petition| collector::checkpoint(db, petition.id))
}

/// The log's verifier key. `None`: there is no such petition, or one may not know.
///
/// # Errors
/// [`Error`] when the database or the secrets folder is away.
pub fn verifier_key(ctx: &Ctx, slug: &str) -> Result<Option<Served<String>>, Error> {
    at_place(ctx, slug, |db, petition| collector::verifier_key(ctx, db, petition.id).map(Some))
}

/// The bytes of a tile. `None`: the log is not long enough, or there is no such petition, or one may not know.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn tile(ctx: &Ctx, slug: &str, tile: Tile) -> Result<Option<Served<Vec<u8>>>, Error> {
    at_place(ctx, slug, |db, petition| collector::tile(db, petition.id, tile))
}

/// What opens the leaves whose names are shown now: none while the petition gathers quietly. `None`: there is no
/// such petition, or one may not know.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn openings(ctx: &Ctx, slug: &str) -> Result<Option<Openings>, Error> {
    let found = at_place(ctx, slug, |db, petition| match petition.state {
        PetitionState::TakenDown => Ok(Some(None)),
        PetitionState::Gathering => Ok(Some(Some(Vec::new()))),
        _ => Ok(Some(Some(views::signers::openings(db, petition.id)?))),
    })?;
    Ok(found.map(|served| match served.content {
        Some(content) => Openings::Shown(Served { content, is_secret: served.is_secret }),
        None => Openings::TakenDown,
    }))
}
