//! Closing petitions whose time has passed. Signatures stop at that time by themselves; this moves the state.

use crate::{
    actions::{Ctx, Error},
    db::petitions,
    domain::petition::PetitionState,
};

/// Moves petitions whose closing time has passed to closed. Says how many.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn close_petitions(ctx: &Ctx) -> Result<u64, Error> {
    let now = ctx.now();
    let due = ctx.store.read(|db| petitions::due_to_close(db, now).map_err(Error::from))?;
    let mut closed = 0;
    for id in due {
        ctx.store.write(|db| {
            for from in [PetitionState::Gathering, PetitionState::Open] {
                petitions::change_state(db, id, from, PetitionState::Closed, None)?;
            }
            Ok::<_, Error>(())
        })?;
        closed += 1;
    }
    Ok(closed)
}
