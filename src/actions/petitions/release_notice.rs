//! Which script and which page people sign with: told in each petition's log, so that whoever is given another one can
//! be shown it. What the page looks like is not known here: the web layer hands in how to hash it.

use std::sync::Arc;

use crate::{
    actions::{
        Ctx, Error, Rules, collector,
        queries::pages::{self, AtPublicPlace},
    },
    db::petitions,
    domain::{client_release::ClientRelease, ids::PetitionId},
};

/// Says what is given out for a petition now. `None` where nothing is.
pub type ReleaseOf = Arc<dyn Fn(&Rules, &AtPublicPlace) -> Option<ClientRelease> + Send + Sync>;

/// Tells the log what is given out for this petition, unless it was the last thing told. `true`: it was new.
///
/// # Errors
/// [`Error`] when the database or the secrets folder is away, or the log is older than what was published of it.
pub fn tell(ctx: &Ctx, petition: PetitionId) -> Result<bool, Error> {
    let Some(release_of) = &ctx.release_of else { return Ok(false) };
    let Some(found) = pages::at_own_place(ctx, petition)? else { return Ok(false) };
    if !found.takes_casts {
        return Ok(false);
    }
    match release_of(&ctx.rules, &found) {
        Some(release) if found.release.as_ref() != Some(&release) => {
            ctx.write_logs(|db| collector::append_release_notice(ctx, db, petition, &release))
        }
        Some(_) | None => Ok(false),
    }
}

/// The same for every petition that takes casts: after an update of the program, say. Says how many logs were told.
///
/// # Errors
/// [`Error`] when the database or the secrets folder is away.
pub fn tell_all(ctx: &Ctx) -> Result<u64, Error> {
    let (mut told, mut failed) = (0_u64, None);
    for petition in ctx.store.read(|db| Ok::<_, Error>(petitions::takes_casts(db, ctx.now())?))? {
        match tell(ctx, petition) {
            Ok(new) => told = told.saturating_add(u64::from(new)),
            // The operator is told of it elsewhere; the other petitions go on.
            Err(Error::Forked(_)) => {}
            Err(error) => {
                failed.get_or_insert(error);
            }
        }
    }
    failed.map_or(Ok(told), Err)
}
