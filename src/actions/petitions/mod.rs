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
    domain::{ids::OrganizerId, organizer::Capability, petition::PetitionState},
};

/// The petition with this slug, if `who` is a member in a role that may do that. What one may not do anything with does not
/// exist.
pub(in crate::actions) fn allowed(
    db: &mut Db,
    slug: &str,
    who: OrganizerId,
    capability: Capability,
) -> Result<Option<petitions::Petition>, Error> {
    let Some(petition) = petitions::by_slug(db, slug)? else { return Ok(None) };
    let role = petitions::role_of(db, petition.id, who)?;
    Ok(role.filter(|role| role.may(capability)).map(|_| petition))
}

/// The petition with this slug, if it was ever sent in. Drafts are their owner's alone, also before admins.
pub(in crate::actions) fn sent_in(db: &mut Db, slug: &str) -> Result<Option<petitions::Petition>, Error> {
    let petition = petitions::by_slug(db, slug)?;
    Ok(petition.filter(|petition| petition.state != PetitionState::Draft))
}

/// Hides a name on a petition of `who`. `false`: no such petition, or no name there.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn hide_name(ctx: &Ctx, slug: &str, who: OrganizerId, index: u64) -> Result<bool, Error> {
    ctx.store.write(|db| match allowed(db, slug, who, Capability::HideNames)? {
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
