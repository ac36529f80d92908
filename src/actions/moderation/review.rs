//! What an admin decides: approve (and list a proposed employer in the same step), reject, take down.

use crate::{
    actions::{
        Ctx, Error, collector,
        petitions::{
            closing::forget_names_of_quiet_start,
            launch::{How, Started, start},
            sent_in,
        },
    },
    db::petitions,
    domain::{petition::PetitionState, reason::Reason},
    protocol::leaf::Notice,
};

/// What deciding led to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decided {
    /// It is done.
    Done,
    /// The petition is not in a state in which this can be decided (any more).
    TooLate,
    /// Its last day to sign has passed while it waited: its owner has to choose another one.
    LastDayPassed,
    /// No such petition.
    NotFound,
}

/// Approves a petition: proposed employers are listed and signing begins, in one step. Too late also when an
/// employer of the proposed name was listed meanwhile: no two go by the same.
///
/// # Errors
/// [`Error`] when the database or the secrets folder is away.
pub fn approve(ctx: &Ctx, slug: &str) -> Result<Decided, Error> {
    let Some(petition) = ctx.store.read(|db| sent_in(db, slug))? else {
        return Ok(Decided::NotFound);
    };
    if petition.state != PetitionState::InReview {
        return Ok(Decided::TooLate);
    }
    let how = petition.start_wanted.as_deref().and_then(How::parse).unwrap_or(How::Quietly);
    Ok(match start(ctx, petition.id, how, true)? {
        Started::Done => Decided::Done,
        Started::Meanwhile => Decided::TooLate,
        Started::LastDayPassed => Decided::LastDayPassed,
    })
}

/// Rejects a petition in review, with a reason that its owner reads.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn reject(ctx: &Ctx, slug: &str, reason: &Reason) -> Result<Decided, Error> {
    ctx.write_logs(|db| {
        let Some(petition) = sent_in(db, slug)? else { return Ok(Decided::NotFound) };
        let (from, to) = (PetitionState::InReview, PetitionState::Rejected);
        let done = petitions::change_state(db, petition.id, from, to, Some(reason.as_str()))?;
        Ok(if done { Decided::Done } else { Decided::TooLate })
    })
}

/// Takes a petition down, with a reason that stands on its page and in its log.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn take_down(ctx: &Ctx, slug: &str, reason: &Reason) -> Result<Decided, Error> {
    ctx.write_logs(|db| {
        let Some(petition) = sent_in(db, slug)? else { return Ok(Decided::NotFound) };
        let to = PetitionState::TakenDown;
        if !petition.state.may_become(to) {
            return Ok(Decided::TooLate);
        }
        if !petitions::change_state(db, petition.id, petition.state, to, Some(reason.as_str()))? {
            return Ok(Decided::TooLate);
        }
        if collector::has_begun(db, petition.id)? {
            collector::append_event(
                ctx,
                db,
                petition.id,
                &Notice::TakenDown { reason: String::from(reason.as_str()) },
            )?;
        }
        forget_names_of_quiet_start(ctx, db, &petition)?;
        Ok::<_, Error>(Decided::Done)
    })
}
