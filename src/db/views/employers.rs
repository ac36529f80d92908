//! Employers as forms and the admin's pages show them.

use diesel::prelude::*;

use super::{list::like_pattern, petition::head_count};
use crate::{
    db::{
        Db, Error,
        employers::domains,
        schema::{employer, employer_search},
    },
    domain::{employer::HeadCount, ids::EmployerId, text::search},
};

/// How many employers a page of the admin's list holds.
pub const PAGE: i64 = 50;

/// An employer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedEmployer {
    /// Its id.
    pub id: EmployerId,
    /// Its name.
    pub name: String,
    /// Its mail domains.
    pub domains: Vec<String>,
    /// How many work there, if a source says so.
    pub head_count: Option<HeadCount>,
    /// Whether an admin has listed it.
    pub listed: bool,
}

type Row = (String, String, Option<i64>, Option<String>, bool);

fn read(db: &mut Db, (id, name, people, source, listed): Row) -> Result<ListedEmployer, Error> {
    Ok(ListedEmployer {
        domains: domains(db, &id)?,
        id: EmployerId::parse(&id).or(Err(Error::row("employer")))?,
        name,
        head_count: head_count(people, source)?,
        listed,
    })
}

/// All employers by name, the proposed ones among them.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn all(db: &mut Db) -> Result<Vec<ListedEmployer>, Error> {
    let rows: Vec<Row> = employer::table
        .order((employer::name_folded, employer::id))
        .select((
            employer::id,
            employer::name,
            employer::head_count,
            employer::head_count_source,
            employer::listed,
        ))
        .load(db)?;
    rows.into_iter().map(|row| read(db, row)).collect()
}

/// A page (from 1) of the listed employers by name, and how many there are in all: those whose name or one of
/// whose domains holds every word of `words`.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn page(db: &mut Db, words: &str, page: u32) -> Result<(Vec<ListedEmployer>, u64), Error> {
    let total: i64 = matching(words).count().get_result(db)?;
    let rows: Vec<Row> = matching(words)
        .order((employer::name_folded, employer::id))
        .limit(PAGE)
        .offset(i64::from(page.saturating_sub(1)).saturating_mul(PAGE))
        .select((
            employer::id,
            employer::name,
            employer::head_count,
            employer::head_count_source,
            employer::listed,
        ))
        .load(db)?;
    let employers = rows.into_iter().map(|row| read(db, row)).collect::<Result<_, Error>>()?;
    Ok((employers, u64::try_from(total).or(Err(Error::row("employer")))?))
}

type Matching<'a> = employer::BoxedQuery<'a, <Db as diesel::Connection>::Backend>;

fn matching(words: &str) -> Matching<'static> {
    let mut matching = employer::table.filter(employer::listed.eq(true)).into_boxed();
    for word in search::words(words) {
        let pattern = like_pattern(&word);
        let found = employer_search::table
            .filter(
                employer_search::name
                    .like(pattern.clone())
                    .escape('!')
                    .or(employer_search::domains.like(pattern).escape('!')),
            )
            .select(employer_search::employer_id);
        matching = matching.filter(employer::id.eq_any(found));
    }
    matching
}

/// One employer.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn find(db: &mut Db, id: EmployerId) -> Result<Option<ListedEmployer>, Error> {
    let row: Option<Row> = employer::table
        .filter(employer::id.eq(id.to_string()))
        .select((
            employer::id,
            employer::name,
            employer::head_count,
            employer::head_count_source,
            employer::listed,
        ))
        .first(db)
        .optional()?;
    row.map(|row| read(db, row)).transpose()
}
