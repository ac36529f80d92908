//! The high-water mark of each log, against a database that was restored from an older backup: the log must never
//! sign a second history of what it has published.

use super::{
    super::{Ctx, Error},
    log::{extend, lock_frontier},
    tiles::hashes,
};
use crate::{
    db::{Db, collector as rows},
    domain::ids::PetitionId,
    keys::Mark,
    log::{
        proof::{self, FromTiles},
        tree::{Frontier, Hash},
    },
    protocol::leaf::Notice,
};

/// What going on with an older log led to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resumed {
    /// It goes on, and its next leaf says so.
    Done,
    /// The log holds all that is known to have been published: there is nothing to decide.
    NotForked,
}

/// Refuses to go on where the log ends before its mark, or at its mark with another root. In the caller's
/// transaction, the head locked.
pub(super) fn refuse_fork(ctx: &Ctx, petition: PetitionId, frontier: &Frontier) -> Result<(), Error> {
    match ctx.keys.log_mark(petition)? {
        Some(mark) if frontier.size() < mark.size => Err(Error::Forked(petition)),
        Some(mark) if frontier.size() == mark.size && frontier.root() != mark.root => {
            Err(Error::Forked(petition))
        }
        _ => Ok(()),
    }
}

/// Raises the marks of all logs that have grown: by the regular jobs, and after a batch.
///
/// # Errors
/// [`Error::Forked`] where a log does not continue what it has published; [`Error`] when the database or the
/// secrets folder is away.
pub fn raise_marks(ctx: &Ctx) -> Result<(), Error> {
    let heads = ctx.store.read(|db| rows::heads(db).map_err(Error::from))?;
    let mut forked = None;
    for (petition, head) in heads {
        let mark = ctx.keys.log_mark(petition)?;
        if mark.is_none_or(|mark| mark.size != head.size) {
            match ctx.store.write(|db| raise_mark(ctx, db, petition)) {
                // The others go on; this one is reported.
                Err(Error::Forked(petition)) => forked = Some(petition),
                other => other?,
            }
        }
    }
    forked.map_or(Ok(()), |petition| Err(Error::Forked(petition)))
}

/// The head is locked meanwhile, so that two nodes raise a mark one after the other.
fn raise_mark(ctx: &Ctx, db: &mut Db, petition: PetitionId) -> Result<(), Error> {
    let frontier = lock_frontier(db, petition)?;
    if !continues_its_mark(ctx, db, petition, &frontier)? {
        return Err(Error::Forked(petition));
    }
    let mark = Mark { size: frontier.size(), root: frontier.root() };
    Ok(ctx.keys.raise_log_mark(petition, mark, ctx.now().day(), ctx.entropy.as_ref())?)
}

/// The petitions whose log in the database is not the one that was published, and those whose log is not in the
/// database at all although it was published: checked before the server starts.
///
/// # Errors
/// [`Error`] when the database or the secrets folder is away.
pub fn forked(ctx: &Ctx) -> Result<Vec<PetitionId>, Error> {
    let mut forked = Vec::new();
    for petition in ctx.keys.marked_logs()? {
        let continues = ctx.store.write(|db| {
            if rows::head(db, petition)?.is_none() {
                return Ok(false);
            }
            let frontier = lock_frontier(db, petition)?;
            continues_its_mark(ctx, db, petition, &frontier)
        })?;
        if !continues {
            forked.push(petition);
        }
    }
    Ok(forked)
}

fn continues_its_mark(
    ctx: &Ctx,
    db: &mut Db,
    petition: PetitionId,
    frontier: &Frontier,
) -> Result<bool, Error> {
    let Some(mark) = ctx.keys.log_mark(petition)? else { return Ok(true) };
    if frontier.size() <= mark.size {
        return Ok(frontier.size() == mark.size && frontier.root() == mark.root);
    }
    Ok(root_at(db, petition, frontier.size(), mark.size)? == mark.root)
}

/// The root that a log of `size` leaves had when it had `earlier` ones.
fn root_at(db: &mut Db, petition: PetitionId, size: u64, earlier: u64) -> Result<Hash, Error> {
    let mut source = FromTiles::new(size, |tile| hashes(db, petition, tile));
    proof::root(&mut source, earlier).map_err(|error| match error {
        proof::TileError::Fetch(error) => error,
        proof::TileError::Missing => Error::Broken("a log's subtrees"),
    })
}

/// Goes on with a log that is older than what was published of it: the operator's explicit choice, where no newer
/// backup exists. The log says so itself, in `reason`'s words, and readers who saw the longer one can prove it.
///
/// # Errors
/// [`Error`] when the database or the secrets folder is away.
pub fn resume(ctx: &Ctx, petition: PetitionId, reason: &str) -> Result<Resumed, Error> {
    let Some(mark) = ctx.keys.log_mark(petition)? else { return Ok(Resumed::NotForked) };
    let resumed = ctx.store.write(|db| {
        let mut frontier = lock_frontier(db, petition)?;
        if continues_its_mark(ctx, db, petition, &frontier)? {
            return Ok(None);
        }
        // What was published from the first of these places on is in doubt.
        let from = if frontier.size() < mark.size { frontier.size() } else { 0 };
        let notice = Notice::Dispute { first: from, end: mark.size, text: String::from(reason) };
        let leaf = notice.encode(petition).or(Err(Error::Broken("a notice")))?;
        let place = extend(ctx, db, petition, &mut frontier, &[leaf])?;
        rows::add_dispute(db, petition, place, ctx.now().day(), None)?;
        Ok::<_, Error>(Some(Mark { size: frontier.size(), root: frontier.root() }))
    })?;
    let Some(mark) = resumed else { return Ok(Resumed::NotForked) };
    // After the commit: a crash between the two leaves a log that is still refused, and the choice to be made again.
    ctx.keys.set_log_mark(petition, mark, ctx.now().day(), ctx.entropy.as_ref())?;
    Ok(Resumed::Done)
}
