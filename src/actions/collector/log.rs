//! The one way into a petition's log: [`append`]. Every leaf goes through it (genesis, casts, retractions, what
//! happens to the petition), and each time the new checkpoint is signed and written with the leaves.

use super::{
    super::{Ctx, Error, OwnData},
    growth::note_growth,
    head::{extend, lock_frontier},
    mark::refuse_fork,
};
use crate::{
    db::{Db, collector as rows},
    domain::{ids::PetitionId, proof::Crowd},
    log::tree::Frontier,
    protocol::leaf::{Genesis, Notice},
};

/// Begins the log with its first leaves, genesis before all, and the crowds' numbers.
///
/// # Errors
/// [`Error`] when the database or the secrets folder is away, or the log exists.
pub fn start(
    ctx: &Ctx,
    db: &mut Db,
    petition: PetitionId,
    leaves: &[Vec<u8>],
    crowds: &[Crowd],
) -> Result<(), Error> {
    rows::start_log(db, petition, &Frontier::new().encode())?;
    rows::add_spool(db, petition)?;
    append(ctx, db, petition, leaves)?;
    for crowd in crowds {
        rows::start_numbers(db, petition, crowd.index)?;
    }
    Ok(())
}

/// Appends leaves in the caller's transaction: locks the head, writes the leaves and the subtrees that became
/// complete, signs one checkpoint over all of them. Says at which place the first leaf is. Whoever changes numbers
/// too does so after: the head is locked before them, by everybody.
///
/// # Errors
/// [`Error::Forked`] when the log is older than what was published of it; [`Error`] when the database or the
/// secrets folder is away, or the log was never begun.
pub fn append(ctx: &Ctx, db: &mut Db, petition: PetitionId, leaves: &[Vec<u8>]) -> Result<u64, Error> {
    note_growth(petition)?;
    let mut frontier = lock_frontier(db, petition)?;
    refuse_fork(ctx, db, petition, &frontier)?;
    extend(ctx, db, petition, &mut frontier, leaves)
}

/// Appends an event (closing changed, closed, taken down …).
///
/// # Errors
/// As [`append`].
pub fn append_event(ctx: &Ctx, db: &mut Db, petition: PetitionId, notice: &Notice) -> Result<(), Error> {
    let leaf = notice.encode(petition).or(Err(Error::Broken(OwnData::Notice)))?;
    append(ctx, db, petition, &[leaf])?;
    Ok(())
}

/// B, as the petition's genesis says: promises and the log itself are held to it, whatever the operator sets later.
///
/// # Errors
/// [`Error`] when the database is away, or the log was never begun.
pub fn batch_of(db: &mut Db, petition: PetitionId) -> Result<u32, Error> {
    let entry = rows::entries(db, petition, 0, 1)?.into_iter().next();
    let genesis = entry.and_then(|entry| Genesis::parse(&entry.leaf).ok());
    Ok(genesis.ok_or(Error::Broken(OwnData::PetitionLog))?.batch)
}

/// Whether a petition has a log: signing has begun.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn has_begun(db: &mut Db, petition: PetitionId) -> Result<bool, Error> {
    Ok(rows::head(db, petition)?.is_some())
}

/// Makes frontier, subtrees and checkpoint of logs that were begun before these were kept. Done at the start of the
/// server: entries are never lost, and a log without checkpoint is never served.
///
/// # Errors
/// As [`append`].
pub fn complete_old_logs(ctx: &Ctx) -> Result<(), Error> {
    let old: Vec<PetitionId> = ctx.store.read(|db| {
        let heads = rows::heads(db)?;
        Ok::<_, Error>(
            heads.into_iter().filter(|(_, head)| head.checkpoint.is_none()).map(|(id, _)| id).collect(),
        )
    })?;
    for petition in old {
        ctx.write_logs(|db| append(ctx, db, petition, &[]))?;
    }
    Ok(())
}
