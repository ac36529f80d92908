//! Which script, page and host a petition's log named last.

use super::{
    super::{Ctx, Error, OwnData},
    log::append_event,
};
use crate::{
    db::{Db, collector as rows},
    domain::{client_release::ClientRelease, ids::PetitionId},
    protocol::leaf::{Leaf, Notice},
};

/// What the log named last.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn last_release_notice(db: &mut Db, petition: PetitionId) -> Result<Option<ClientRelease>, Error> {
    Ok(rows::release(db, petition)?)
}

/// Appends it, unless it was named last, also by another node in the same moment. `true`: it was new.
///
/// # Errors
/// As `append_event`.
pub fn append_release_notice(
    ctx: &Ctx,
    db: &mut Db,
    petition: PetitionId,
    release: &ClientRelease,
) -> Result<bool, Error> {
    rows::lock_head(db, petition)?.ok_or(Error::Broken(OwnData::PetitionLog))?;
    if rows::release(db, petition)?.as_ref() == Some(release) {
        return Ok(false);
    }
    append_event(ctx, db, petition, &Notice::ClientRelease(release.clone()))?;
    rows::remember_release(db, petition, release)?;
    Ok(true)
}

/// Appends the host that serves the log, unless it was named last, also by another node in the same moment. `true`: it
/// was new.
///
/// # Errors
/// As `append_event`.
pub fn append_host_notice(ctx: &Ctx, db: &mut Db, petition: PetitionId, host: &str) -> Result<bool, Error> {
    rows::lock_head(db, petition)?.ok_or(Error::Broken(OwnData::PetitionLog))?;
    let remembered = rows::told_host(db, petition)?;
    if remembered.as_deref() == Some(host) {
        return Ok(false);
    }
    // A log from before hosts were remembered named one when it began, and none since.
    let is_new = remembered.is_some() || told_at_the_start(db, petition)?.as_deref() != Some(host);
    if is_new {
        append_event(ctx, db, petition, &Notice::ServedAt { host: host.to_owned() })?;
    }
    rows::remember_host(db, petition, host)?;
    Ok(is_new)
}

fn told_at_the_start(db: &mut Db, petition: PetitionId) -> Result<Option<String>, Error> {
    let first = rows::entries(db, petition, 0, 2)?;
    Ok(first.iter().find_map(|entry| match Leaf::parse(&entry.leaf) {
        Ok(Leaf::Notice(_, Notice::ServedAt { host })) => Some(host),
        _ => None,
    }))
}
