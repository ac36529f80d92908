//! Closing earlier (with a week's notice) and extending.

use super::{Ctx, Error, owned, starting::CAST_DAYS_AFTER_CLOSING};
use crate::{
    actions::collector,
    db::{Db, petitions},
    domain::{
        draft::{OPEN_MAX_DAYS, last_second},
        ids::OrganizerId,
        petition::ISSUING_KEPT_DAYS,
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

/// What extending led to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extended {
    /// It closes then.
    Until(Timestamp),
    /// The new day is not later than the old one.
    NotLater,
    /// A petition closes within twelve months of opening.
    TooFar,
    /// It takes no signatures any more.
    NotOpen,
    /// Codes have not been given out for a while, and the keys for it are gone or about to go.
    IssuingOver,
    /// No such petition, or not hers.
    NotFound,
}

/// Sets the closing a week from now.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn close(ctx: &Ctx, slug: &str, owner: OrganizerId) -> Result<Closed, Error> {
    let now = ctx.now();
    ctx.store.write(|db| {
        let Some(petition) = owned(db, slug, owner)? else { return Ok(Closed::NotFound) };
        let notice = now.plus_days(NOTICE_DAYS);
        let Some(closes) = petition.closes.filter(|closes| *closes > notice) else {
            return Ok(Closed::NothingToDo);
        };
        if !petition.state.takes_signatures() || closes < now {
            return Ok(Closed::NothingToDo);
        }
        let issue_until = petition.issue_until.unwrap_or(notice).min(notice);
        let cast_until = kept(petition.cast_until, notice);
        set(ctx, db, &petition, issue_until, notice, cast_until)?;
        Ok::<_, Error>(Closed::At(notice))
    })
}

/// Moves the closing to the end of a later day. Codes are given out until then.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn extend(ctx: &Ctx, slug: &str, owner: OrganizerId, last_day: Day) -> Result<Extended, Error> {
    let now = ctx.now();
    ctx.store.write(|db| {
        let Some(petition) = owned(db, slug, owner)? else { return Ok(Extended::NotFound) };
        let (Some(opens), Some(old)) = (petition.opens, petition.closes) else {
            return Ok(Extended::NotOpen);
        };
        if !petition.state.takes_signatures() || old < now {
            return Ok(Extended::NotOpen);
        }
        if petition.issue_until.is_none_or(|until| until.plus_days(ISSUING_KEPT_DAYS) <= now) {
            return Ok(Extended::IssuingOver);
        }
        let closes = last_second(last_day);
        let issuing_grows = petition.issue_until.is_none_or(|until| until < closes);
        if closes < old || (closes == old && !issuing_grows) {
            return Ok(Extended::NotLater);
        }
        if closes > opens.plus_days(OPEN_MAX_DAYS) {
            return Ok(Extended::TooFar);
        }
        let cast_until = kept(petition.cast_until, closes);
        set(ctx, db, &petition, closes, closes, cast_until)?;
        Ok::<_, Error>(Extended::Until(closes))
    })
}

/// What was promised to saved ballots is kept: casting never ends earlier than it was to.
fn kept(promised: Option<Timestamp>, closes: Timestamp) -> Timestamp {
    let usual = closes.plus_days(CAST_DAYS_AFTER_CLOSING);
    promised.map_or(usual, |promised| promised.max(usual))
}

fn set(
    ctx: &Ctx,
    db: &mut Db,
    petition: &petitions::Petition,
    issue_until: Timestamp,
    closes: Timestamp,
    cast_until: Timestamp,
) -> Result<(), Error> {
    petitions::set_times(db, petition.id, issue_until, closes, cast_until)?;
    collector::append_event(ctx, db, petition.id, &Notice::ClosingChanged { closes, issue_until, cast_until })
}
