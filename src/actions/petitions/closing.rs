//! The end of signing: by the clock, earlier (with a week's notice), or extended within the bound that signers were told.

use crate::{
    actions::{
        Ctx, Error, collector,
        petitions::{allowed, launch::CAST_DAYS_AFTER_CLOSING},
    },
    db::{Db, petitions},
    domain::{
        draft::last_second,
        ids::{OrganizerId, PetitionId},
        organizer::Capability,
        petition::{Listing, PetitionState, latest_closing},
        time::{Day, Timestamp},
    },
    protocol::leaf::Notice,
};

/// Closing earlier takes this many days' public notice (protocol, section 3, step 9).
pub const NOTICE_DAYS: i64 = 7;

/// What closing led to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Closed {
    /// It closes then.
    At(Timestamp),
    /// It closes within the notice anyway, or takes no signatures any more.
    NothingToDo,
    /// No such petition, or not hers.
    NotFound,
}

/// Whether the organizer agrees that an early closing that was announced is called off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EarlyClosing {
    /// It stands.
    Keep,
    /// It is called off.
    CallOff,
}

/// What extending led to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extended {
    /// It closes then.
    Until(Timestamp),
    /// The new day is not later than the old one.
    NotLater,
    /// Later than signers were told that traces are kept at most.
    TooFar {
        /// The latest day that is possible.
        latest: Day,
    },
    /// An early closing was announced: extending calls it off, which has to be said.
    ClosingAnnounced,
    /// It takes no signatures any more.
    NotOpen,
    /// No such petition, or not hers.
    NotFound,
}

/// When a petition that is closed early now would close: with the end of the last day of the notice.
#[must_use]
pub fn early_closing(now: Timestamp) -> Timestamp {
    last_second(now.plus_days(NOTICE_DAYS).day())
}

/// Announces that the petition closes a week from now.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn close(ctx: &Ctx, slug: &str, who: OrganizerId) -> Result<Closed, Error> {
    let now = ctx.now();
    ctx.write_logs(|db| {
        let Some(petition) = allowed(db, slug, who, Capability::MoveClosing)? else {
            return Ok(Closed::NotFound);
        };
        let notice = early_closing(now);
        if !petition.takes_signatures(now) || petition.closes.is_none_or(|closes| closes <= notice) {
            return Ok(Closed::NothingToDo);
        }
        move_closing(ctx, db, &petition, notice, Moved::Earlier)?;
        Ok::<_, Error>(Closed::At(notice))
    })
}

/// Moves the last day to sign later. Codes are given out until its end.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn extend(
    ctx: &Ctx,
    slug: &str,
    who: OrganizerId,
    last_day: Day,
    early: EarlyClosing,
) -> Result<Extended, Error> {
    let now = ctx.now();
    ctx.write_logs(|db| {
        let Some(petition) = allowed(db, slug, who, Capability::MoveClosing)? else {
            return Ok(Extended::NotFound);
        };
        let (Some(closes), Some(traces_until)) = (petition.closes, petition.traces_until) else {
            return Ok(Extended::NotOpen);
        };
        if !petition.takes_signatures(now) {
            return Ok(Extended::NotOpen);
        }
        let later = last_second(last_day);
        let latest = latest_closing(traces_until);
        if later <= closes {
            return Ok(Extended::NotLater);
        }
        if later > latest {
            return Ok(Extended::TooFar { latest: latest.day() });
        }
        if petition.closes_early && early == EarlyClosing::Keep {
            return Ok(Extended::ClosingAnnounced);
        }
        move_closing(ctx, db, &petition, later, Moved::Later)?;
        Ok::<_, Error>(Extended::Until(later))
    })
}

/// In which direction the end of signing is moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Moved {
    Earlier,
    Later,
}

/// Moves the end of signing, and says so in the log. What was promised to saved ballots is kept: casting never ends earlier
/// than it was to.
fn move_closing(
    ctx: &Ctx,
    db: &mut Db,
    petition: &petitions::Petition,
    closes: Timestamp,
    moved: Moved,
) -> Result<(), Error> {
    let usual = closes.plus_days(CAST_DAYS_AFTER_CLOSING);
    let cast_until = petition.cast_until.map_or(usual, |promised| promised.max(usual));
    let closing = petitions::Closing { closes, cast_until, is_early: moved == Moved::Earlier };
    petitions::set_closing(db, petition.id, closing)?;
    // The log has a field of its own for the end of giving out codes: it is the same moment.
    let notice = Notice::ClosingChanged { closes, issue_until: closes, cast_until };
    collector::append_event(ctx, db, petition.id, &notice)
}

/// Closes petitions whose last day has ended. Says how many.
///
/// # Errors
/// The first [`Error`] (the database or the secrets folder is away), when all others are closed.
pub fn close_due(ctx: &Ctx) -> Result<u64, Error> {
    let now = ctx.now();
    let due = ctx.store.read(|db| petitions::due_to_close(db, now).map_err(Error::from))?;
    let (mut closed, mut failed): (u64, _) = (0, None);
    for id in due {
        match ctx.write_logs(|db| close_one(ctx, db, id, now)) {
            Ok(()) => closed = closed.saturating_add(1),
            // The others are closed all the same.
            Err(error) => drop(failed.get_or_insert(error)),
        }
    }
    failed.map_or(Ok(closed), Err)
}

fn close_one(ctx: &Ctx, db: &mut Db, id: PetitionId, now: Timestamp) -> Result<(), Error> {
    let Some(petition) = petitions::find(db, id)? else { return Ok(()) };
    // It may have been extended, or opened, since it was found to be due.
    if petition.takes_signatures(now) || !petition.state.takes_signatures() {
        return Ok(());
    }
    petitions::change_state(db, id, petition.state, PetitionState::Closed, None)?;
    forget_names_of_quiet_start(ctx, db, &petition)
}

/// Erases all names that were given to a quiet start that ends without having been opened: nobody ever sees them.
/// Nothing to do for a petition that was public.
pub(in crate::actions) fn forget_names_of_quiet_start(
    ctx: &Ctx,
    db: &mut Db,
    petition: &petitions::Petition,
) -> Result<(), Error> {
    match petition.listing {
        Listing::Unlisted if petition.genesis_hash.is_some() => collector::forget_names(ctx, db, petition.id),
        Listing::Unlisted | Listing::Listed => Ok(()),
    }
}
