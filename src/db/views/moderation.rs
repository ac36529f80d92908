//! What admins see: petitions that wait for a decision, and those that were decided. Drafts are not theirs to read.

use diesel::prelude::*;

use super::petition::{Asked, asked};
use crate::{
    db::{
        Db, Error,
        schema::{organizer, petition, petition_member},
    },
    domain::{ids::PetitionId, organizer::Role, petition::PetitionState, time::Timestamp},
};

/// How many decided petitions a page of the list holds.
pub const PAGE: i64 = 20;
/// How many waiting petitions are shown at once. The others come up as these are decided.
const QUEUE_MAX: i64 = 50;

/// A petition that waits for an admin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// Its place under `/admin/petitions/`.
    pub slug: String,
    /// The ask.
    pub title: String,
    /// The pseudonym of its owner. `None` once the account is gone.
    pub written_by: Option<String>,
    /// The employers that it proposes.
    pub proposed: Vec<Asked>,
}

/// A petition that was decided: it gathers, is or was public, was refused or taken down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decided {
    /// Its place under `/admin/petitions/`.
    pub slug: String,
    /// The ask.
    pub title: String,
    /// Where it stands.
    pub state: PetitionState,
    /// When signing began.
    pub opens: Option<Timestamp>,
}

/// The petitions in review, oldest first, and how many there are in all.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn waiting(db: &mut Db) -> Result<(Vec<Waiting>, u64), Error> {
    let state = PetitionState::InReview.as_str();
    let total: i64 = petition::table.filter(petition::state.eq(state)).count().get_result(db)?;
    let rows: Vec<(String, String, String)> = petition::table
        .filter(petition::state.eq(state))
        .order((petition::created_day, petition::slug))
        .limit(QUEUE_MAX)
        .select((petition::id, petition::slug, petition::title))
        .load(db)?;
    let waiting = rows
        .into_iter()
        .map(|(id, slug, title)| {
            let id = PetitionId::parse(&id).or(Err(Error::row("petition")))?;
            let proposed = asked(db, id)?.into_iter().filter(|employer| !employer.listed).collect();
            Ok(Waiting { slug, title, written_by: written_by(db, id)?, proposed })
        })
        .collect::<Result<_, Error>>()?;
    Ok((waiting, u64::try_from(total).or(Err(Error::row("petition")))?))
}

/// A page (from 1) of the petitions that were decided, newest first, and how many there are in all.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn decided(db: &mut Db, page: u32) -> Result<(Vec<Decided>, u64), Error> {
    let undecided = [PetitionState::Draft, PetitionState::InReview];
    let states: Vec<&str> = PetitionState::ALL
        .into_iter()
        .filter(|state| !undecided.contains(state))
        .map(PetitionState::as_str)
        .collect();
    let total: i64 = petition::table.filter(petition::state.eq_any(states.clone())).count().get_result(db)?;
    let rows: Vec<(String, String, String, Option<i64>)> = petition::table
        .filter(petition::state.eq_any(states))
        .order((petition::created_day.desc(), petition::slug))
        .limit(PAGE)
        .offset(i64::from(page.saturating_sub(1)).saturating_mul(PAGE))
        .select((petition::slug, petition::title, petition::state, petition::opens))
        .load(db)?;
    let decided = rows
        .into_iter()
        .map(|(slug, title, state, opens)| {
            let state = PetitionState::parse(&state).ok_or(Error::row("petition"))?;
            Ok(Decided { slug, title, state, opens: opens.map(Timestamp::from_secs) })
        })
        .collect::<Result<_, Error>>()?;
    Ok((decided, u64::try_from(total).or(Err(Error::row("petition")))?))
}

/// The pseudonym of a petition's owner. `None` once the account is gone.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn written_by(db: &mut Db, id: PetitionId) -> Result<Option<String>, Error> {
    Ok(organizer::table
        .inner_join(petition_member::table.on(petition_member::organizer_id.eq(organizer::id)))
        .filter(petition_member::petition_id.eq(id.to_string()))
        .filter(petition_member::role.eq(Role::Owner.as_str()))
        .select(organizer::pseudonym)
        .first(db)
        .optional()?)
}
