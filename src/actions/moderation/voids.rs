//! An admin invalidates forged signatures, lets them count again, or says in public what there is to say against some
//! entries. Only on petitions that are public: what is done must be seen by everyone. Counted first, then done.

use crate::{
    actions::{
        Ctx, Error,
        collector::{self, ChosenOf, Returning},
        petitions::sent_in,
        queries::pages::shown_name,
    },
    db::{Db, collector as rows, organizers, petitions, views},
    domain::{
        ids::OrganizerId,
        reason::Reason,
        void::{Selection, Void, VoidReason},
    },
    faults::{CrashPoint, reach},
};

pub use crate::actions::collector::{Reversed, SelectionDigest};
pub use crate::db::{
    collector::{BATCHES_PAGE, Batch},
    views::PetitionView,
};

/// The petition, if it is public now. Before, nobody could see what was done to it; after it was taken down it has no
/// number any more.
fn public(db: &mut Db, slug: &str) -> Result<Option<petitions::Petition>, Error> {
    Ok(sent_in(db, slug)?.filter(|petition| petition.state.standing(petition.listing).is_public()))
}

fn with_view<T>(
    ctx: &Ctx,
    slug: &str,
    read: impl FnOnce(&mut Db, PetitionView) -> Result<Option<T>, Error>,
) -> Result<Option<T>, Error> {
    ctx.store.read(|db| {
        let Some(petition) = public(db, slug)? else { return Ok(None) };
        let Some(view) = views::petition::find(db, petition.id)? else { return Ok(None) };
        read(db, view)
    })
}

/// What admins did to a petition's signatures.
pub struct Overview {
    /// The petition.
    pub view: PetitionView,
    /// All voids, newest first, with the pseudonyms of who did and who reversed it, as far as their accounts exist.
    pub voids: Vec<(Void, Option<String>, Option<String>)>,
}

/// What admins did to a petition's signatures. `None`: there is no such public petition.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn overview(ctx: &Ctx, slug: &str) -> Result<Option<Overview>, Error> {
    with_view(ctx, slug, |db, view| {
        let mut voids = Vec::new();
        for row in rows::voids(db, view.id)? {
            let done_by = pseudonym(db, row.done_by)?;
            let reversed_by = match row.reversed_by {
                Some(by) => pseudonym(db, by)?,
                None => None,
            };
            voids.push((row.void, done_by, reversed_by));
        }
        Ok(Some(Overview { view, voids }))
    })
}

fn pseudonym(db: &mut Db, id: OrganizerId) -> Result<Option<String>, Error> {
    Ok(organizers::find(db, id)?.map(|account| account.pseudonym))
}

/// A petition, its groups, and how many of these there are.
pub struct Groups {
    /// The petition.
    pub view: PetitionView,
    /// A page of the groups in which nameless signatures came out, newest first.
    pub batches: Vec<Batch>,
    /// How many there are on all pages.
    pub total: u64,
    /// How many without a name are enough to be invalidated together.
    pub batch_min: u64,
}

/// A page (from 1) of the groups of a petition. `None`: there is no such public petition.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn groups(ctx: &Ctx, slug: &str, page: u32) -> Result<Option<Groups>, Error> {
    with_view(ctx, slug, |db, view| {
        let batch_min = collector::least_together(ctx, db, view.id)?;
        let total = rows::batches_count(db, view.id)?;
        let batches = rows::batches(db, view.id, page)?;
        Ok(Some(Groups { view, batches, total, batch_min }))
    })
}

/// What was chosen, counted. No `Debug`: it may hold names.
pub struct Count {
    /// The petition, with its numbers before.
    pub view: PetitionView,
    /// By crowd; none of them empty.
    pub crowds: Vec<ChosenOf>,
    /// The names that were chosen, by their places. `None`: hidden.
    pub names: Vec<(u64, Option<String>)>,
    /// How many without a name are enough to be invalidated together.
    pub batch_min: u64,
    /// Whether it can be done.
    pub is_possible: bool,
    /// Which entries these are.
    pub digest: SelectionDigest,
}

/// Counts what is chosen. `None`: there is no such public petition.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn count(ctx: &Ctx, slug: &str, selection: &Selection) -> Result<Option<Count>, Error> {
    with_view(ctx, slug, |db, view| {
        let counted = collector::count(ctx, db, view.id, selection)?;
        let name = |(place, shown): (u64, Option<Vec<u8>>)| {
            (place, shown.as_deref().and_then(shown_name).map(|(name, _)| name))
        };
        Ok(Some(Count {
            view,
            is_possible: counted.chosen.is_possible(),
            digest: counted.chosen.digest,
            crowds: counted.chosen.crowds,
            names: counted.shown.into_iter().map(name).collect(),
            batch_min: counted.batch,
        }))
    })
}

/// What voiding led to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Voided {
    /// It is done.
    Done,
    /// What is chosen now is not what was counted, or it cannot be done: nothing was.
    NotAsCounted,
    /// No such public petition.
    NotFound,
}

/// Invalidates what is chosen, if it is what was counted.
///
/// # Errors
/// [`Error`] when the database or the secrets folder is away; nothing was changed.
pub fn void(
    ctx: &Ctx,
    slug: &str,
    selection: &Selection,
    reason: VoidReason,
    by: OrganizerId,
    counted: SelectionDigest,
) -> Result<Voided, Error> {
    let done = ctx.write_logs(|db| {
        let Some(petition) = public(db, slug)? else { return Ok(Voided::NotFound) };
        let done = collector::void(ctx, db, petition.id, selection, reason, by, counted)?;
        reach(CrashPoint::VoidBeforeCommit);
        Ok::<_, Error>(match done {
            collector::Voided::Done(_) => Voided::Done,
            collector::Voided::NotAsCounted => Voided::NotAsCounted,
        })
    })?;
    reach(CrashPoint::VoidAfterCommit);
    Ok(done)
}

/// What reversing the void that begins at `first` would bring back, with the petition and its numbers before. `None`: there
/// is no such void, or no such public petition.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn returning(ctx: &Ctx, slug: &str, first: u64) -> Result<Option<(PetitionView, Returning)>, Error> {
    with_view(ctx, slug, |db, view| {
        Ok(collector::count_returning(db, view.id, first)?.map(|returning| (view, returning)))
    })
}

/// Lets what was invalidated count again, if it is what was counted.
///
/// # Errors
/// [`Error`] when the database or the secrets folder is away; nothing was changed.
pub fn reverse(
    ctx: &Ctx,
    slug: &str,
    first: u64,
    by: OrganizerId,
    counted: SelectionDigest,
) -> Result<Reversed, Error> {
    let done = ctx.write_logs(|db| {
        let Some(petition) = public(db, slug)? else { return Ok(Reversed::NotFound) };
        let done = collector::reverse(ctx, db, petition.id, first, by, counted)?;
        reach(CrashPoint::VoidBeforeCommit);
        Ok::<_, Error>(done)
    })?;
    reach(CrashPoint::VoidAfterCommit);
    Ok(done)
}

/// What saying something against entries led to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Disputed {
    /// It stands in the log.
    Done,
    /// The log does not hold these entries.
    NoSuchEntries,
    /// No such public petition.
    NotFound,
}

/// A petition, and the last place of its log. `None`: there is no such public petition.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn last_entry(ctx: &Ctx, slug: &str) -> Result<Option<(PetitionView, u64)>, Error> {
    with_view(ctx, slug, |db, view| {
        let size = rows::head(db, view.id)?.map_or(0, |head| head.size);
        Ok(Some((view, size.saturating_sub(1))))
    })
}

/// Appends a note of dispute about the entries from the first to the last of `range`, for good.
///
/// # Errors
/// [`Error`] when the database or the secrets folder is away; nothing was changed.
pub fn dispute(
    ctx: &Ctx,
    slug: &str,
    range: (u64, u64),
    text: &Reason,
    by: OrganizerId,
) -> Result<Disputed, Error> {
    ctx.write_logs(|db| {
        let Some(petition) = public(db, slug)? else { return Ok(Disputed::NotFound) };
        let is_done = collector::dispute(ctx, db, petition.id, range, text.as_str(), by)?;
        Ok::<_, Error>(if is_done { Disputed::Done } else { Disputed::NoSuchEntries })
    })
}
