//! The list of public petitions, with search.

use diesel::prelude::*;
use serde::Serialize;

use super::petition::tally;
use crate::{
    db::{
        Db, Error,
        schema::{
            contract, employer, employer_search, petition, petition_contract, petition_employer,
            petition_search,
        },
    },
    domain::{
        ids::{EmployerId, PetitionId},
        petition::PetitionState,
        tally::Tally,
        text::search,
        time::Timestamp,
    },
};

/// How many petitions a page of the list holds.
pub const PAGE: i64 = 20;

/// What to list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ListQuery {
    /// Words, all of which stand in title, addressee, text, demands, contracts or names of employers; empty for all.
    pub words: String,
    /// Only petitions that ask this employer's staff.
    pub employer: Option<EmployerId>,
    /// Only petitions in this (public) state.
    pub state: Option<PetitionState>,
    /// Which page, from 1.
    pub page: u32,
}

/// A petition in the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Card {
    /// Its place under `/p/`.
    pub slug: String,
    /// The ask.
    pub title: String,
    /// To whom.
    pub addressed_to: String,
    /// In a sentence or two.
    pub summary: String,
    /// Names of the employers whose staff are asked.
    pub employers: Vec<String>,
    /// Where it stands.
    pub state: PetitionState,
    /// When it closes.
    pub closes: Option<Timestamp>,
    /// Whether it is an example.
    pub example: bool,
    /// Its published numbers.
    pub tally: Tally,
}

type Row = (String, String, String, String, String, String, Option<i64>, bool);

/// A page of public petitions, newest first, and how many there are in all.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn page(db: &mut Db, query: &ListQuery) -> Result<(Vec<Card>, u64), Error> {
    let total: i64 = matching(query).count().get_result(db)?;
    let offset = i64::from(query.page.saturating_sub(1)).saturating_mul(PAGE);
    let rows: Vec<Row> = matching(query)
        .order((petition::opens.desc(), petition::slug))
        .limit(PAGE)
        .offset(offset)
        .select((
            petition::id,
            petition::slug,
            petition::title,
            petition::addressed_to,
            petition::summary,
            petition::state,
            petition::closes,
            petition::example,
        ))
        .load(db)?;
    let cards = rows
        .into_iter()
        .map(|(id, slug, title, addressed_to, summary, state, closes, example)| {
            let id = PetitionId::parse(&id).or(Err(Error::row("petition")))?;
            Ok(Card {
                employers: employer_names(db, id)?,
                tally: tally(db, id)?,
                slug,
                title,
                addressed_to,
                summary,
                state: PetitionState::parse(&state).ok_or(Error::row("petition"))?,
                closes: closes.map(Timestamp::from_secs),
                example,
            })
        })
        .collect::<Result<_, Error>>()?;
    Ok((cards, u64::try_from(total).or(Err(Error::row("petition")))?))
}

type Matching<'a> = petition::BoxedQuery<'a, <Db as diesel::Connection>::Backend>;

fn matching(query: &ListQuery) -> Matching<'static> {
    let states: Vec<&'static str> = PetitionState::public()
        .filter(|state| query.state.is_none_or(|wanted| wanted == *state))
        .map(PetitionState::as_str)
        .collect();
    let mut matching = petition::table
        .filter(petition::state.eq_any(states))
        .filter(petition::unlisted.eq(false))
        .into_boxed();
    for word in search::words(&query.words) {
        let pattern = like_pattern(&word);
        let said = petition_search::table
            .filter(petition_search::folded.like(pattern.clone()).escape('!'))
            .select(petition_search::petition_id);
        let named = || {
            employer_search::table
                .filter(employer_search::name.like(pattern.clone()).escape('!'))
                .select(employer_search::employer_id)
        };
        let asked = petition_employer::table
            .filter(petition_employer::employer_id.eq_any(named()))
            .select(petition_employer::petition_id);
        let supplied = petition_contract::table
            .inner_join(contract::table.on(contract::id.eq(petition_contract::contract_id)))
            .filter(contract::supplier_id.eq_any(named()))
            .select(petition_contract::petition_id);
        matching = matching.filter(
            petition::id.eq_any(said).or(petition::id.eq_any(asked)).or(petition::id.eq_any(supplied)),
        );
    }
    if let Some(employer) = query.employer {
        matching = matching.filter(
            petition::id.eq_any(
                petition_employer::table
                    .filter(petition_employer::employer_id.eq(employer.to_string()))
                    .select(petition_employer::petition_id),
            ),
        );
    }
    matching
}

/// A folded word to be found anywhere; what `LIKE` would read as a wildcard is escaped.
pub(super) fn like_pattern(word: &str) -> String {
    let mut pattern = String::from("%");
    for letter in word.chars() {
        if matches!(letter, '%' | '_' | '!') {
            pattern.push('!');
        }
        pattern.push(letter);
    }
    pattern.push('%');
    pattern
}

fn employer_names(db: &mut Db, id: PetitionId) -> Result<Vec<String>, Error> {
    Ok(petition_employer::table
        .inner_join(employer::table.on(employer::id.eq(petition_employer::employer_id)))
        .filter(petition_employer::petition_id.eq(id.to_string()))
        .order(petition_employer::position)
        .select(employer::name)
        .load(db)?)
}
