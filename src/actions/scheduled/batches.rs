//! Publishing what waits in the spools, by the schedule. Stands above issuer and collector: the number of issued
//! tokens goes into the log before the casts that it covers.

use crate::{
    actions::{
        Ctx, Error,
        collector::{self, Turn, Turned},
        signing::publishing::issued_floors,
    },
    db::{collector as rows, petitions},
    domain::{ids::PetitionId, petition::PetitionState},
    faults::{CrashPoint, reach},
};

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
        let waiting: Vec<PetitionId> =
            rows::waiting_spools(db)?.into_iter().map(|spool| spool.petition).collect();
        Ok::<_, Error>((waiting, over))
    })?;
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
    let turned = ctx.write_logs(|db| {
        let state = petitions::find(db, petition)?.map(|petition| petition.state);
        if state == Some(PetitionState::TakenDown) && collector::abandon(ctx, db, petition)? {
            return Ok::<_, Error>(Turned::default());
        }
        let batch = collector::batch_of(db, petition)?;
        let issued = issued_floors(db, petition, batch)?;
        let turned = collector::take_turn(ctx, db, petition, turn, &issued)?;
        if turned.casts > 0 {
            reach(CrashPoint::BatchBeforeCommit);
        }
        Ok(turned)
    })?;
    if turned.casts > 0 {
        reach(CrashPoint::BatchAfterCommit);
    }
    Ok(turned)
}
