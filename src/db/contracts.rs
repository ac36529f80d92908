//! The contracts of a petition and their sources.

use diesel::prelude::*;

use super::{
    Db, Error,
    schema::{contract, contract_source, petition_contract},
};
use crate::domain::{
    contract::ContractFacts,
    ids::{ContractId, EmployerId, PetitionId},
    time::Day,
    web_address::WebAddress,
};

/// Replaces the contracts of a petition.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn replace(
    db: &mut Db,
    petition: PetitionId,
    contracts: &[(ContractId, ContractFacts<EmployerId>)],
) -> Result<(), Error> {
    let mine = petition_contract::table
        .filter(petition_contract::petition_id.eq(petition.to_string()))
        .select(petition_contract::contract_id);
    let old: Vec<String> = mine.load(db)?;
    diesel::delete(contract::table.filter(contract::id.eq_any(old))).execute(db)?;
    for (position, (id, facts)) in (0i32..).zip(contracts) {
        add(db, *id, facts)?;
        diesel::insert_into(petition_contract::table)
            .values((
                petition_contract::petition_id.eq(petition.to_string()),
                petition_contract::position.eq(position),
                petition_contract::contract_id.eq(id.to_string()),
            ))
            .execute(db)?;
    }
    Ok(())
}

fn add(db: &mut Db, id: ContractId, facts: &ContractFacts<EmployerId>) -> Result<(), Error> {
    let amount = facts
        .value
        .as_ref()
        .map(|value| i64::try_from(value.amount).or(Err(Error::row("contract"))))
        .transpose()?;
    diesel::insert_into(contract::table)
        .values((
            contract::id.eq(id.to_string()),
            contract::supplier_id.eq(facts.supplier.to_string()),
            contract::customer.eq(&facts.customer),
            contract::title.eq(&facts.title),
            contract::provides.eq(&facts.provides),
            contract::value_amount.eq(amount),
            contract::value_currency.eq(facts.value.as_ref().map(|value| value.currency.clone())),
            contract::status.eq(facts.status.as_str()),
            contract::starts_day.eq(facts.starts.map(Day::days)),
            contract::ends_day.eq(facts.ends.map(Day::days)),
        ))
        .execute(db)?;
    for (position, source) in (0i32..).zip(&facts.sources) {
        diesel::insert_into(contract_source::table)
            .values((
                contract_source::contract_id.eq(id.to_string()),
                contract_source::position.eq(position),
                contract_source::url.eq(source.url.as_ref().map_or("", WebAddress::as_str)),
                contract_source::publisher.eq(&source.publisher),
                contract_source::published_day.eq(source.published.map(Day::days)),
                contract_source::shows.eq(&source.shows),
            ))
            .execute(db)?;
    }
    Ok(())
}
