//! The high-water mark of each log, against a database that was restored from an older backup: the log must never
//! sign a second history of what it has published.

use super::{
    super::{Ctx, Error, OwnData},
    head::{extend, frontier_now, lock_frontier, log_key},
    tiles::hashes,
};
use crate::{
    db::{Db, collector as rows},
    domain::ids::PetitionId,
    keys::Mark,
    log::{
        checkpoint::Checkpoint,
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

/// Refuses to go on where the log ends before its mark, or does not continue it. In the caller's transaction, the head
/// locked. A mark that could not be raised after the last append is raised here: it is never behind by more than one.
pub(super) fn refuse_fork(
    ctx: &Ctx,
    db: &mut Db,
    petition: PetitionId,
    frontier: &Frontier,
) -> Result<(), Error> {
    let Some(mark) = ctx.keys.log_mark(petition)? else { return Ok(()) };
    if frontier.size() == mark.size && frontier.root() == mark.root {
        return Ok(());
    }
    set_mark(ctx, db, petition, frontier)
}

/// Refuses where a log ends before its mark: what was published is not in the database, so neither is what else people did.
///
/// # Errors
/// [`Error::Forked`] then; [`Error`] when the database or the secrets folder is away.
pub fn refuse_behind(ctx: &Ctx, db: &mut Db, petition: PetitionId) -> Result<(), Error> {
    let Some(mark) = ctx.keys.log_mark(petition)? else { return Ok(()) };
    let is_behind = rows::head_size(db, petition)?.is_none_or(|size| size < mark.size);
    if is_behind { Err(Error::Forked(petition)) } else { Ok(()) }
}

/// Refuses where any log does: a database that has fallen back has lost things of all petitions.
///
/// # Errors
/// As [`refuse_behind`].
pub fn refuse_any_behind(ctx: &Ctx, db: &mut Db) -> Result<(), Error> {
    for petition in ctx.keys.marked_logs()? {
        refuse_behind(ctx, db, petition)?;
    }
    Ok(())
}

/// The newest checkpoint that may be shown, and its size: never one above the mark that has been written. `None` where there is
/// no log, or nothing of it is marked yet.
///
/// # Errors
/// [`Error::Forked`] where the log does not continue what was published; [`Error`] when the database or the secrets folder is
/// away.
pub(super) fn shown_checkpoint(
    ctx: &Ctx,
    db: &mut Db,
    petition: PetitionId,
) -> Result<Option<(u64, String)>, Error> {
    let (Some(head), Some(mark)) = (rows::head(db, petition)?, ctx.keys.log_mark(petition)?) else {
        return Ok(None);
    };
    if head.size > mark.size {
        // Signed again over what is marked: the same bytes as then.
        let checkpoint = Checkpoint::sign(&log_key(ctx, db, petition)?, mark.size, mark.root);
        return Ok(Some((mark.size, checkpoint)));
    }
    Ok(head.checkpoint.map(|checkpoint| (head.size, checkpoint)))
}

/// The newest checkpoint of a log that may be shown, signed. `None` where there is no log.
///
/// # Errors
/// [`Error`] when the database or the secrets folder is away.
pub fn checkpoint(ctx: &Ctx, db: &mut Db, petition: PetitionId) -> Result<Option<String>, Error> {
    Ok(shown_checkpoint(ctx, db, petition)?.map(|(_, note)| note))
}

/// Raises the marks of all logs that have grown: by the regular jobs. Each append does it too.
///
/// # Errors
/// [`Error::Forked`] where a log does not continue what it has published; [`Error`] when the database or the
/// secrets folder is away.
pub fn raise_marks(ctx: &Ctx) -> Result<(), Error> {
    let sizes = ctx.store.read(|db| rows::head_sizes(db).map_err(Error::from))?;
    let mut forked = None;
    for (petition, _) in sizes {
        match raise_mark_of(ctx, petition) {
            // The others go on; this one is reported.
            Err(Error::Forked(petition)) => forked = Some(petition),
            other => other?,
        }
    }
    forked.map_or(Ok(()), |petition| Err(Error::Forked(petition)))
}

/// Raises the mark of one log, if it has grown.
///
/// # Errors
/// As [`raise_marks`].
pub fn raise_mark_of(ctx: &Ctx, petition: PetitionId) -> Result<(), Error> {
    let size = ctx.store.read(|db| rows::head_size(db, petition).map_err(Error::from))?;
    if size.is_none() || ctx.keys.log_mark(petition)?.map(|mark| mark.size) == size {
        return Ok(());
    }
    ctx.store.write(|db| raise_mark(ctx, db, petition))
}

/// The head is locked meanwhile, so that two nodes raise a mark one after the other.
fn raise_mark(ctx: &Ctx, db: &mut Db, petition: PetitionId) -> Result<(), Error> {
    let frontier = lock_frontier(db, petition)?;
    set_mark(ctx, db, petition, &frontier)
}

fn set_mark(ctx: &Ctx, db: &mut Db, petition: PetitionId, frontier: &Frontier) -> Result<(), Error> {
    if !continues_its_mark(ctx, db, petition, frontier)? {
        return Err(Error::Forked(petition));
    }
    let mark = Mark { size: frontier.size(), root: frontier.root() };
    Ok(ctx.keys.raise_log_mark(petition, mark, ctx.now().day(), ctx.entropy.as_ref())?)
}

/// The petitions whose log in the database is not the one that was published, and those whose log is not in the
/// database at all although it was published: checked before the server starts. Only read, so that a full disk keeps
/// nobody from reading; each mark before its log, which another node may let grow meanwhile.
///
/// # Errors
/// [`Error`] when the database or the secrets folder is away.
pub fn forked(ctx: &Ctx) -> Result<Vec<PetitionId>, Error> {
    let mut forked = Vec::new();
    for petition in ctx.keys.marked_logs()? {
        let Some(mark) = ctx.keys.log_mark(petition)? else { continue };
        let continues = |db: &mut Db| match frontier_now(db, petition)? {
            Some(frontier) => continues(db, petition, &frontier, &mark),
            None => Ok(false),
        };
        // A log from before frontiers were stored gets one here, which is written.
        let is_old = |db: &mut Db| {
            Ok::<_, Error>(rows::head(db, petition)?.is_some_and(|head| head.frontier.is_none()))
        };
        let continues =
            if ctx.store.read(is_old)? { ctx.store.write(continues)? } else { ctx.store.read(continues)? };
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
    match ctx.keys.log_mark(petition)? {
        Some(mark) => continues(db, petition, frontier, &mark),
        None => Ok(true),
    }
}

fn continues(db: &mut Db, petition: PetitionId, frontier: &Frontier, mark: &Mark) -> Result<bool, Error> {
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
        proof::TileError::Missing => Error::Broken(OwnData::LogSubtrees),
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
        let leaf = notice.encode(petition).or(Err(Error::Broken(OwnData::Notice)))?;
        let place = extend(ctx, db, petition, &mut frontier, &[leaf])?;
        rows::add_dispute(db, petition, place, ctx.now().day(), None)?;
        Ok::<_, Error>(Some(Mark { size: frontier.size(), root: frontier.root() }))
    })?;
    let Some(mark) = resumed else { return Ok(Resumed::NotForked) };
    // After the commit: a crash between the two leaves a log that is still refused, and the choice to be made again.
    ctx.keys.set_log_mark(petition, mark, ctx.now().day(), ctx.entropy.as_ref())?;
    Ok(Resumed::Done)
}
