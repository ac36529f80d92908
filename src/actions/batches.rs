//! Publishing what waits in the spools, by the schedule. Stands above issuer and collector: the number of issued
//! tokens goes into the log before the casts that it covers.

use super::{
    Ctx, Error,
    collector::{self, Accepted, Ended, Spooled, Turn, Turned},
};
use crate::{
    db::{Db, collector as rows, issuer, petitions},
    domain::{ids::PetitionId, petition::PetitionState},
    faults::{CrashPoint, reach},
};

/// How many tokens were issued per crowd of a petition, each rounded down to a whole batch.
pub(super) fn issued_floors(db: &mut Db, petition: PetitionId) -> Result<Vec<u64>, Error> {
    let batch = u64::from(collector::batch_of(db, petition)?.max(1));
    let issued = issuer::issued(db, petition)?;
    Ok(issued.into_iter().map(|issued| issued.saturating_sub(issued % batch)).collect())
}

/// Publishes an accepted cast that shows a name at once; puts any other where it waits for its batch.
pub(super) fn publish_or_spool(
    ctx: &Ctx,
    db: &mut Db,
    accepted: Accepted,
) -> Result<(Spooled, Ended), Error> {
    if accepted.shows_name() {
        let issued = issued_floors(db, accepted.petition())?;
        Ok((collector::publish(ctx, db, accepted, &issued)?, Ended::default()))
    } else {
        collector::spool(ctx, db, accepted)
    }
}

/// Takes the turns that are due at all spools. Safe to be done by several nodes at once, and again after a crash.
///
/// # Errors
/// The first [`Error`] of a petition, after the others had their turn: a log that is refused holds up no other. What was
/// done stays done.
pub fn take_turns(ctx: &Ctx) -> Result<Turned, Error> {
    let now = ctx.now();
    let (waiting, over) = ctx.store.read(|db| {
        let closed = rows::closed_spools(db)?;
        let mut over = petitions::casting_over(db, now)?;
        over.retain(|petition| !closed.contains(petition));
        let waiting: Vec<_> = rows::waiting_spools(db)?.into_iter().map(|(petition, _)| petition).collect();
        Ok::<_, Error>((waiting, over))
    })?;
    // Also where nothing waits any more: a crash may have left a key there.
    let keyed = ctx.keys.spools()?.into_iter().filter(|petition| !waiting.contains(petition));
    let waiting: Vec<PetitionId> = keyed.chain(waiting.iter().copied()).collect();
    let (mut all, mut failed) = (Turned::default(), None);
    let scheduled = waiting.into_iter().filter(|petition| !over.contains(petition));
    let turns = scheduled.map(|petition| (petition, Turn::Scheduled));
    for (petition, turn) in turns.chain(over.iter().map(|petition| (*petition, Turn::Last))) {
        match take_turn(ctx, petition, turn) {
            Ok(turned) => {
                all.casts = all.casts.saturating_add(turned.casts);
                all.retractions = all.retractions.saturating_add(turned.retractions);
            }
            Err(error) => {
                failed.get_or_insert(error);
            }
        }
    }
    failed.map_or(Ok(all), Err)
}

fn take_turn(ctx: &Ctx, petition: PetitionId, turn: Turn) -> Result<Turned, Error> {
    let (turned, ended) = ctx.store.write(|db| {
        let state = petitions::find(db, petition)?.map(|petition| petition.state);
        let is_taken_down = state == Some(PetitionState::TakenDown);
        let abandoned = if is_taken_down { collector::abandon(ctx, db, petition)? } else { None };
        let done = if let Some(ended) = abandoned {
            (Turned::default(), ended)
        } else {
            let issued = issued_floors(db, petition)?;
            collector::take_turn(ctx, db, petition, turn, &issued)?
        };
        if done.0.casts > 0 {
            reach(CrashPoint::BatchBeforeCommit);
        }
        Ok::<_, Error>(done)
    })?;
    if turned.casts > 0 {
        reach(CrashPoint::BatchAfterCommit);
    }
    ended.destroy(ctx);
    Ok(turned)
}
