//! Employers and their mail domains.

use diesel::prelude::*;

use super::{
    Db, Error,
    schema::{employer, employer_domain, petition_employer},
    search,
};
use crate::domain::{email::MailDomain, employer::EmployerFacts, ids::EmployerId, text::search::name_folded};

/// Adds an employer: listed (by an admin) or proposed (by an organizer).
///
/// # Errors
/// [`Error`] when the database is away.
pub fn add(db: &mut Db, id: EmployerId, facts: &EmployerFacts, listed: bool) -> Result<(), Error> {
    let head_count = facts.head_count.as_ref();
    diesel::insert_into(employer::table)
        .values((
            employer::id.eq(id.to_string()),
            employer::name.eq(&facts.name),
            employer::name_folded.eq(name_folded(&facts.name)),
            employer::listed.eq(listed),
            employer::head_count.eq(people(facts)?),
            employer::head_count_source.eq(head_count.map(|count| count.source.to_string())),
        ))
        .execute(db)?;
    set_domains(db, id, facts)?;
    search::index_employer(db, id)
}

/// Replaces what is known of an employer.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn replace(db: &mut Db, id: EmployerId, facts: &EmployerFacts) -> Result<bool, Error> {
    let head_count = facts.head_count.as_ref();
    let replaced = diesel::update(employer::table.filter(employer::id.eq(id.to_string())))
        .set((
            employer::name.eq(&facts.name),
            employer::name_folded.eq(name_folded(&facts.name)),
            employer::head_count.eq(people(facts)?),
            employer::head_count_source.eq(head_count.map(|count| count.source.to_string())),
        ))
        .execute(db)?;
    set_domains(db, id, facts)?;
    search::index_employer(db, id)?;
    Ok(replaced == 1)
}

fn people(facts: &EmployerFacts) -> Result<Option<i64>, Error> {
    facts
        .head_count
        .as_ref()
        .map(|count| i64::try_from(count.people).or(Err(Error::row("employer"))))
        .transpose()
}

fn set_domains(db: &mut Db, id: EmployerId, facts: &EmployerFacts) -> Result<(), Error> {
    diesel::delete(employer_domain::table.filter(employer_domain::employer_id.eq(id.to_string())))
        .execute(db)?;
    for domain in &facts.domains {
        diesel::insert_into(employer_domain::table)
            .values((
                employer_domain::employer_id.eq(id.to_string()),
                employer_domain::domain.eq(domain.as_str()),
            ))
            .execute(db)?;
    }
    Ok(())
}

/// Lists an employer that was proposed.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn list(db: &mut Db, id: EmployerId) -> Result<(), Error> {
    diesel::update(employer::table.filter(employer::id.eq(id.to_string())))
        .set(employer::listed.eq(true))
        .execute(db)?;
    Ok(())
}

/// Removes proposed employers that no petition names any more.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn remove_unused_proposals(db: &mut Db) -> Result<(), Error> {
    let used = petition_employer::table.select(petition_employer::employer_id);
    let supplied = super::schema::contract::table.select(super::schema::contract::supplier_id);
    diesel::delete(
        employer::table
            .filter(employer::listed.eq(false))
            .filter(employer::id.ne_all(used))
            .filter(employer::id.ne_all(supplied)),
    )
    .execute(db)?;
    Ok(())
}

/// Which of `ids` are listed.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn listed(db: &mut Db, ids: &[EmployerId]) -> Result<Vec<EmployerId>, Error> {
    let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
    let rows: Vec<String> = employer::table
        .filter(employer::id.eq_any(ids))
        .filter(employer::listed.eq(true))
        .select(employer::id)
        .load(db)?;
    rows.iter().map(|id| EmployerId::parse(id).or(Err(Error::row("employer")))).collect()
}

/// The listed employer with this name, letter case and Unicode forms aside.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn listed_by_name(db: &mut Db, name: &str) -> Result<Option<EmployerId>, Error> {
    let row: Option<String> = employer::table
        .filter(employer::name_folded.eq(name_folded(name)))
        .filter(employer::listed.eq(true))
        .select(employer::id)
        .first(db)
        .optional()?;
    row.map(|id| EmployerId::parse(&id).or(Err(Error::row("employer")))).transpose()
}

/// Whether an admin has listed this domain for an employer.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn is_listed_domain(db: &mut Db, domain: &MailDomain) -> Result<bool, Error> {
    let listed: i64 = employer::table
        .inner_join(employer_domain::table.on(employer_domain::employer_id.eq(employer::id)))
        .filter(employer_domain::domain.eq(domain.as_str()))
        .filter(employer::listed.eq(true))
        .count()
        .get_result(db)?;
    Ok(listed > 0)
}

/// Whether any employer exists, listed or not.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn any(db: &mut Db) -> Result<bool, Error> {
    let count: i64 = employer::table.count().get_result(db)?;
    Ok(count > 0)
}

pub(super) fn domains(db: &mut Db, employer_id: &str) -> Result<Vec<String>, Error> {
    Ok(employer_domain::table
        .filter(employer_domain::employer_id.eq(employer_id))
        .order(employer_domain::domain)
        .select(employer_domain::domain)
        .load(db)?)
}
