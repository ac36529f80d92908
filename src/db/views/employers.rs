//! Employers as forms and the admin's pages show them.

use diesel::prelude::*;

use super::petition::head_count;
use crate::{
    db::{Db, Error, employers::domains, schema::employer},
    domain::{employer::HeadCount, ids::EmployerId},
};

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
