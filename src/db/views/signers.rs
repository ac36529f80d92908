//! Public names, in the order of the log.

use diesel::prelude::*;

use crate::{
    db::{Db, Error, schema::opening},
    domain::ids::PetitionId,
};

/// How many names a page holds.
pub const PAGE: i64 = 100;

/// A public signature as the list of names shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signer {
    /// Its place in the log.
    pub index: u64,
    /// What was signed for show (a canonical JSON text). `None` where an owner or admin hid it.
    pub extension: Option<Vec<u8>>,
}

/// A page of public signatures.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SignersPart {
    /// This page's signatures.
    pub signers: Vec<Signer>,
    /// How many there are on all pages.
    pub total: u64,
}

/// A page (from 1) of a petition's public signatures.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn page(db: &mut Db, petition: PetitionId, page: u32) -> Result<SignersPart, Error> {
    let total: i64 =
        opening::table.filter(opening::petition_id.eq(petition.to_string())).count().get_result(db)?;
    let rows: Vec<(i64, Vec<u8>, bool)> = opening::table
        .filter(opening::petition_id.eq(petition.to_string()))
        .order(opening::idx)
        .limit(PAGE)
        .offset(i64::from(page.saturating_sub(1)).saturating_mul(PAGE))
        .select((opening::idx, opening::extension, opening::hidden))
        .load(db)?;
    let signers = rows
        .into_iter()
        .map(|(index, extension, hidden)| {
            let index = u64::try_from(index).or(Err(Error::row("opening")))?;
            Ok(Signer { index, extension: (!hidden).then_some(extension) })
        })
        .collect::<Result<_, Error>>()?;
    Ok(SignersPart { signers, total: u64::try_from(total).or(Err(Error::row("opening")))? })
}
