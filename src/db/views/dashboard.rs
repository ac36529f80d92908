//! What organizers see: their petitions, and numbers per day.

use diesel::prelude::*;

use super::petition::tally;
use crate::{
    db::{
        Db, Error,
        schema::{petition, petition_crowd, petition_member, published_day},
    },
    domain::{
        ids::{OrganizerId, PetitionId},
        petition::PetitionState,
        proof::ProofKind,
        tally::{ByProof, Tally},
        time::Day,
    },
};

/// A petition in its member's list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MyPetition {
    /// Its place under `/organize/`.
    pub slug: String,
    /// The ask; empty while nothing was typed.
    pub title: String,
    /// Where it stands.
    pub state: PetitionState,
    /// Its published numbers.
    pub tally: Tally,
    /// The day on which what it says was last saved. `None` where that was before such days were kept.
    pub edited: Option<Day>,
}

/// Signatures published on one day, by proof kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DayNumber {
    /// The day.
    pub day: Day,
    /// How many by each kind; a kind without any is left out.
    pub numbers: ByProof,
}

/// An organizer's petitions, newest first.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn my_petitions(db: &mut Db, organizer: OrganizerId) -> Result<Vec<MyPetition>, Error> {
    let rows: Vec<(String, String, String, String, Option<i32>)> = petition::table
        .inner_join(petition_member::table.on(petition_member::petition_id.eq(petition::id)))
        .filter(petition_member::organizer_id.eq(organizer.to_string()))
        .order((petition::created_day.desc(), petition::slug))
        .select((petition::id, petition::slug, petition::title, petition::state, petition::edited_day))
        .load(db)?;
    rows.into_iter()
        .map(|(id, slug, title, state, edited)| {
            let id = PetitionId::parse(&id).or(Err(Error::row("petition")))?;
            let state = PetitionState::parse(&state).ok_or(Error::row("petition"))?;
            let edited = edited.map(Day::from_days);
            Ok(MyPetition { slug, title, state, tally: tally(db, id)?, edited })
        })
        .collect()
}

/// Signatures published per day, oldest first. Days without any are left out.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn days(db: &mut Db, id: PetitionId) -> Result<Vec<DayNumber>, Error> {
    let rows: Vec<(i32, String, i64)> = published_day::table
        .inner_join(
            petition_crowd::table.on(petition_crowd::petition_id
                .eq(published_day::petition_id)
                .and(petition_crowd::crowd.eq(published_day::crowd))),
        )
        .filter(published_day::petition_id.eq(id.to_string()))
        .order(published_day::day)
        .select((published_day::day, petition_crowd::proof, published_day::number))
        .load(db)?;
    let mut days: Vec<DayNumber> = Vec::new();
    for (day, proof, number) in rows {
        let day = Day::from_days(day);
        let number = u64::try_from(number).or(Err(Error::row("published_day")))?;
        if days.last().is_none_or(|last| last.day != day) {
            days.push(DayNumber { day, numbers: ByProof::new() });
        }
        let proof = ProofKind::parse(&proof).ok_or(Error::row("petition_crowd"))?;
        let Some(last) = days.last_mut() else { continue };
        *last.numbers.entry(proof).or_default() += number;
    }
    Ok(days)
}
