//! Which script and page a petition's log named last.

use super::{
    super::{Ctx, Error},
    log::append_event,
};
use crate::{
    db::{Db, collector as rows},
    domain::{client_release::ClientRelease, ids::PetitionId},
    protocol::leaf::Notice,
};

/// What the log named last.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn told_release(db: &mut Db, petition: PetitionId) -> Result<Option<ClientRelease>, Error> {
    Ok(rows::release(db, petition)?)
}

/// Appends it, unless it was named last, also by another node in the same moment. `true`: it was new.
///
/// # Errors
/// As `append_event`.
pub fn tell_release(
    ctx: &Ctx,
    db: &mut Db,
    petition: PetitionId,
    release: &ClientRelease,
) -> Result<bool, Error> {
    rows::lock_head(db, petition)?.ok_or(Error::Broken("a petition's log"))?;
    if rows::release(db, petition)?.as_ref() == Some(release) {
        return Ok(false);
    }
    append_event(ctx, db, petition, &Notice::ClientRelease(*release))?;
    rows::remember_release(db, petition, release)?;
    Ok(true)
}
