//! Where a petition's log is served: told in the log itself, when that changes. A log's name is no host, since hosts get taken
//! down; whoever has a copy so learns where the log went on.

use crate::{
    actions::{Ctx, Error, collector},
    db::{collector as rows, petitions},
    domain::petition::PetitionState,
};

/// The host of this instance, as logs name it: with its port, where it has one of its own.
pub(super) fn host(ctx: &Ctx) -> &str {
    ctx.rules.base_url.split("://").nth(1).unwrap_or(&ctx.rules.base_url)
}

/// Tells every log that has begun which host serves it now, unless it named that last. Not those of petitions that were
/// taken down, where nothing is to be found any more. Says how many were told.
///
/// # Errors
/// [`Error`] when the database or the secrets folder is away.
pub fn tell_all(ctx: &Ctx) -> Result<u64, Error> {
    let host = host(ctx);
    let states: Vec<PetitionState> =
        PetitionState::ALL.into_iter().filter(|state| *state != PetitionState::TakenDown).collect();
    let untold = ctx.store.read(|db| {
        let mut untold = Vec::new();
        for petition in petitions::started_in(db, &states)? {
            if rows::told_host(db, petition)?.as_deref() != Some(host) {
                untold.push(petition);
            }
        }
        Ok::<_, Error>(untold)
    })?;
    let (mut told, mut failed) = (0_u64, None);
    for petition in untold {
        match ctx.write_logs(|db| collector::append_host_notice(ctx, db, petition, host)) {
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
