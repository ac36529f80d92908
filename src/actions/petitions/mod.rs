//! What organizers and admins do with petitions: write, send in, start signing, decide, close, extend.

pub mod closing;
pub(super) mod drafts;
pub mod host_notice;
pub mod launch;
pub mod release_notice;

pub use closing::{Closed, EarlyClosing, Extended, close, close_due, early_closing, extend};
pub use drafts::{
    Mine, Preview, Saved, SavedStep, create, delete_idle_drafts, load, preview, save, save_step, version,
};
pub use launch::{How, Sent, open_gathering, send_in};

use super::{Ctx, Error};
use crate::{
    db::{Db, petitions},
    domain::{
        ids::{OrganizerId, PetitionId},
        organizer::Role,
        petition::PetitionState,
    },
};

/// The petition with this slug, if `organizer` is its owner. What she may not know of does not exist.
pub(in crate::actions) fn owned(
    db: &mut Db,
    slug: &str,
    organizer: OrganizerId,
) -> Result<Option<petitions::Petition>, Error> {
    let Some(petition) = petitions::by_slug(db, slug)? else { return Ok(None) };
    let role = petitions::role_of(db, petition.id, organizer)?;
    Ok((role == Some(Role::Owner)).then_some(petition))
}

/// The petition with this slug, if it was ever sent in. Drafts are their owner's alone, also before admins.
pub(in crate::actions) fn sent_in(db: &mut Db, slug: &str) -> Result<Option<petitions::Petition>, Error> {
    let petition = petitions::by_slug(db, slug)?;
    Ok(petition.filter(|petition| petition.state != PetitionState::Draft))
}

/// The petition that `organizer` owns under this slug: its id, for the pages that show it.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn owned_id(ctx: &Ctx, slug: &str, organizer: OrganizerId) -> Result<Option<PetitionId>, Error> {
    ctx.store.read(|db| Ok(owned(db, slug, organizer)?.map(|petition| petition.id)))
}

/// Hides a name on a petition that `organizer` owns. `false`: no such petition, or no name there.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn hide_name(ctx: &Ctx, slug: &str, organizer: OrganizerId, index: u64) -> Result<bool, Error> {
    ctx.store.write(|db| match owned(db, slug, organizer)? {
        Some(petition) => super::collector::hide_name(db, petition.id, index),
        None => Ok(false),
    })
}

/// Hides a name on any petition, for admins. `false`: no such petition, or no name there.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn hide_name_as_admin(ctx: &Ctx, slug: &str, index: u64) -> Result<bool, Error> {
    ctx.store.write(|db| match sent_in(db, slug)? {
        Some(petition) => super::collector::hide_name(db, petition.id, index),
        None => Ok(false),
    })
}
