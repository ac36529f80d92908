//! The head of a log: its key, its frontier under lock, and appending to it. The high-water mark is asked by the callers
//! ([`append`](super::append)), not here.

use super::super::{Ctx, Error, OwnData};
use crate::{
    db::{Db, collector as rows, petitions},
    domain::ids::PetitionId,
    log::{
        checkpoint::Checkpoint,
        note::LogKey,
        tree::{Completed, Frontier, hash_leaf},
    },
    protocol::origin::LogOrigin,
};

/// How many leaves are read at once where a frontier is computed from the leaves.
const PART: i64 = 256;

/// The log's key.
pub(super) fn log_key(ctx: &Ctx, db: &mut Db, petition: PetitionId) -> Result<LogKey, Error> {
    let origin = petitions::log_origin(db, petition)?.unwrap_or_default();
    let origin = LogOrigin::parse(&origin).or(Err(Error::Broken(OwnData::LogOrigin)))?;
    Ok(LogKey::new(origin, &*ctx.keys.log_seed(petition)?))
}

/// The frontier of a log, its head locked until the transaction ends.
pub(super) fn lock_frontier(db: &mut Db, petition: PetitionId) -> Result<Frontier, Error> {
    let head = rows::lock_head(db, petition)?.ok_or(Error::Broken(OwnData::PetitionLog))?;
    frontier_of(db, petition, &head)
}

/// The frontier of a log as it is now, not locked. `None` where signing has not begun.
pub(super) fn frontier_now(db: &mut Db, petition: PetitionId) -> Result<Option<Frontier>, Error> {
    let head = rows::head(db, petition)?;
    head.map(|head| frontier_of(db, petition, &head)).transpose()
}

fn frontier_of(db: &mut Db, petition: PetitionId, head: &rows::Head) -> Result<Frontier, Error> {
    let frontier = match &head.frontier {
        Some(bytes) => Frontier::decode(bytes).or(Err(Error::Broken(OwnData::LogFrontier)))?,
        None => frontier_anew(db, petition)?,
    };
    if frontier.size() == head.size { Ok(frontier) } else { Err(Error::Broken(OwnData::LogSize)) }
}

/// Appends without asking the high-water mark: that was done, or the operator has chosen to go on.
pub(super) fn extend(
    ctx: &Ctx,
    db: &mut Db,
    petition: PetitionId,
    frontier: &mut Frontier,
    leaves: &[Vec<u8>],
) -> Result<u64, Error> {
    let first = frontier.size();
    rows::add_entries(db, petition, first, leaves)?;
    for leaf in leaves {
        keep(db, petition, &frontier.append(hash_leaf(leaf)))?;
    }
    let key = log_key(ctx, db, petition)?;
    let checkpoint = Checkpoint::sign(&key, frontier.size(), frontier.root());
    let (size, encoded) = (frontier.size(), frontier.encode());
    if rows::move_head(db, petition, first, size, &encoded, &checkpoint)? {
        Ok(first)
    } else {
        Err(Error::Busy)
    }
}

fn keep(db: &mut Db, petition: PetitionId, completed: &[Completed]) -> Result<(), Error> {
    for subtree in completed {
        rows::add_subtree(db, petition, subtree.level, subtree.index, &subtree.hash)?;
    }
    Ok(())
}

fn frontier_anew(db: &mut Db, petition: PetitionId) -> Result<Frontier, Error> {
    rows::clear_subtrees(db, petition)?;
    let mut frontier = Frontier::new();
    loop {
        let entries = rows::entries(db, petition, frontier.size(), PART)?;
        if entries.is_empty() {
            return Ok(frontier);
        }
        for entry in entries {
            if entry.index != frontier.size() {
                return Err(Error::Broken(OwnData::LogEntries));
            }
            keep(db, petition, &frontier.append(hash_leaf(&entry.leaf)))?;
        }
    }
}

/// The log's verifier key, one line without its end.
///
/// # Errors
/// [`Error`] when the database or the secrets folder is away, or the log was never begun.
pub fn verifier_key(ctx: &Ctx, db: &mut Db, petition: PetitionId) -> Result<String, Error> {
    Ok(log_key(ctx, db, petition)?.verifier().to_string())
}
