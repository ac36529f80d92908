//! What petitions and employers are found by: their public words, folded by the program (`domain::text::search`) and
//! kept beside them, so that both databases find the same. Read by `views` alone.

use diesel::prelude::*;

use super::{
    Db, Error,
    schema::{
        contract, contract_source, employer, employer_domain, employer_search, petition, petition_contract,
        petition_demand, petition_search,
    },
};
use crate::domain::{
    email::domain_in_unicode,
    ids::{EmployerId, PetitionId},
    text::search::{FOLD_VERSION, folded, name_folded},
};

/// Folds a petition's words anew: title, addressee, summary, text, demands, contracts and what their sources say. Names of
/// employers are looked up where they stand. After every change to any of these.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn index_petition(db: &mut Db, id: PetitionId) -> Result<(), Error> {
    index_petition_row(db, &id.to_string())
}

fn index_petition_row(db: &mut Db, id: &str) -> Result<(), Error> {
    let (title, addressed_to, summary, body): (String, String, String, String) = petition::table
        .filter(petition::id.eq(id))
        .select((petition::title, petition::addressed_to, petition::summary, petition::body))
        .first(db)?;
    let mut words = vec![title, addressed_to, summary, body];
    words.extend(
        petition_demand::table
            .filter(petition_demand::petition_id.eq(id))
            .order(petition_demand::position)
            .select(petition_demand::text)
            .load::<String>(db)?,
    );
    let contracts: Vec<String> = petition_contract::table
        .filter(petition_contract::petition_id.eq(id))
        .order(petition_contract::position)
        .select(petition_contract::contract_id)
        .load(db)?;
    let facts: Vec<(String, String, String)> = contract::table
        .filter(contract::id.eq_any(&contracts))
        .order(contract::id)
        .select((contract::customer, contract::title, contract::provides))
        .load(db)?;
    words.extend(facts.into_iter().flat_map(|(customer, title, provides)| [customer, title, provides]));
    let sources: Vec<(String, String)> = contract_source::table
        .filter(contract_source::contract_id.eq_any(&contracts))
        .order((contract_source::contract_id, contract_source::position))
        .select((contract_source::publisher, contract_source::shows))
        .load(db)?;
    words.extend(sources.into_iter().flat_map(|(publisher, shows)| [publisher, shows]));
    // Line by line: no word of a query holds a line break, so that none is found across two texts.
    let text = words.iter().map(|text| folded(text)).collect::<Vec<_>>().join("\n");
    diesel::delete(petition_search::table.filter(petition_search::petition_id.eq(id))).execute(db)?;
    diesel::insert_into(petition_search::table)
        .values((
            petition_search::petition_id.eq(id),
            petition_search::folded.eq(text),
            petition_search::version.eq(FOLD_VERSION),
        ))
        .execute(db)?;
    Ok(())
}

/// Folds an employer's name and domains anew. After every change to either.
///
/// # Errors
/// [`Error`] when the database is away.
pub(super) fn index_employer(db: &mut Db, id: EmployerId) -> Result<(), Error> {
    index_employer_row(db, &id.to_string())
}

fn index_employer_row(db: &mut Db, id: &str) -> Result<(), Error> {
    let name: String = employer::table.filter(employer::id.eq(id)).select(employer::name).first(db)?;
    let domains: Vec<String> = employer_domain::table
        .filter(employer_domain::employer_id.eq(id))
        .order(employer_domain::domain)
        .select(employer_domain::domain)
        .load(db)?;
    let spellings = domains.iter().flat_map(|domain| [domain.clone(), domain_in_unicode(domain)]);
    let domains = spellings.map(|domain| folded(&domain)).collect::<Vec<_>>().join("\n");
    diesel::update(employer::table.filter(employer::id.eq(id)))
        .set(employer::name_folded.eq(name_folded(&name)))
        .execute(db)?;
    diesel::delete(employer_search::table.filter(employer_search::employer_id.eq(id))).execute(db)?;
    diesel::insert_into(employer_search::table)
        .values((
            employer_search::employer_id.eq(id),
            employer_search::name.eq(folded(&name)),
            employer_search::domains.eq(domains),
            employer_search::version.eq(FOLD_VERSION),
        ))
        .execute(db)?;
    Ok(())
}

/// What was never folded, or by an older program.
struct Stale {
    petitions: Vec<String>,
    employers: Vec<String>,
}

fn stale(db: &mut Db) -> Result<Stale, Error> {
    let known = petition_search::table
        .filter(petition_search::version.eq(FOLD_VERSION))
        .select(petition_search::petition_id);
    // A draft has no words yet that anybody searches.
    let petitions = petition::table
        .filter(petition::body.ne(""))
        .filter(petition::id.ne_all(known))
        .select(petition::id)
        .load(db)?;
    let known = employer_search::table
        .filter(employer_search::version.eq(FOLD_VERSION))
        .select(employer_search::employer_id);
    let employers = employer::table.filter(employer::id.ne_all(known)).select(employer::id).load(db)?;
    Ok(Stale { petitions, employers })
}

/// Whether everything was folded by this program.
pub(super) fn is_current(db: &mut Db) -> Result<bool, Error> {
    let stale = stale(db)?;
    Ok(stale.petitions.is_empty() && stale.employers.is_empty())
}

/// Folds what was never folded, or by an older program: at every start, before anything is served.
pub(super) fn refresh(db: &mut Db) -> Result<(), Error> {
    let Stale { petitions, employers } = stale(db)?;
    for id in petitions {
        index_petition_row(db, &id)?;
    }
    for id in employers {
        index_employer_row(db, &id)?;
    }
    Ok(())
}
