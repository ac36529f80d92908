//! Public names, in the order of the log.

use diesel::prelude::*;

use crate::{
    db::{
        Db, Error,
        schema::{opening, published_cast},
    },
    domain::{ids::PetitionId, proof::CrowdIndex},
};

/// How many names a page holds.
pub const PAGE: i64 = 100;

/// A public signature as the list of names shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signer {
    /// Its place in the log.
    pub index: u64,
    /// The crowd that it counts in.
    pub crowd: CrowdIndex,
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
    let total = count(db, petition)?;
    let rows: Vec<(i64, i32, Vec<u8>, bool)> = opening::table
        .inner_join(published_cast::table.on(
            published_cast::petition_id.eq(opening::petition_id).and(published_cast::idx.eq(opening::idx)),
        ))
        .filter(opening::petition_id.eq(petition.to_string()))
        .filter(published_cast::voided.is_null())
        .order(opening::idx)
        .limit(PAGE)
        .offset(i64::from(page.saturating_sub(1)).saturating_mul(PAGE))
        .select((opening::idx, published_cast::crowd, opening::extension, opening::hidden))
        .load(db)?;
    let signers = rows
        .into_iter()
        .map(|(index, crowd, extension, hidden)| {
            let index = u64::try_from(index).or(Err(Error::row("opening")))?;
            let crowd = CrowdIndex::new(u8::try_from(crowd).or(Err(Error::row("published_cast")))?);
            Ok(Signer { index, crowd, extension: (!hidden).then_some(extension) })
        })
        .collect::<Result<_, Error>>()?;
    Ok(SignersPart { signers, total })
}

/// How many public signatures a petition has: voided ones are not among them.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn count(db: &mut Db, petition: PetitionId) -> Result<u64, Error> {
    let all: i64 =
        opening::table.filter(opening::petition_id.eq(petition.to_string())).count().get_result(db)?;
    // Few, as a rule, or none: every visit of a petition's page counts.
    let voided: i64 = published_cast::table
        .inner_join(opening::table.on(
            opening::petition_id.eq(published_cast::petition_id).and(opening::idx.eq(published_cast::idx)),
        ))
        .filter(published_cast::petition_id.eq(petition.to_string()))
        .filter(published_cast::voided.is_not_null())
        .count()
        .get_result(db)?;
    u64::try_from(all.saturating_sub(voided)).or(Err(Error::row("opening")))
}

/// How many public names are shown: those of [`count`] without those that were hidden.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn count_shown(db: &mut Db, petition: PetitionId) -> Result<u64, Error> {
    let hidden: i64 = opening::table
        .inner_join(published_cast::table.on(
            published_cast::petition_id.eq(opening::petition_id).and(published_cast::idx.eq(opening::idx)),
        ))
        .filter(opening::petition_id.eq(petition.to_string()))
        .filter(opening::hidden)
        .filter(published_cast::voided.is_null())
        .count()
        .get_result(db)?;
    let hidden = u64::try_from(hidden).or(Err(Error::row("opening")))?;
    Ok(count(db, petition)?.saturating_sub(hidden))
}

/// What opens a leaf whose name is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShownOpening {
    /// The leaf's place in the log.
    pub index: u64,
    /// The salt of its commitment.
    pub salt: Vec<u8>,
    /// What was signed for show (a canonical JSON text).
    pub extension: Vec<u8>,
}

/// Everything that opens a leaf and is shown now, in the order of the log. What an owner or admin hid, and what was
/// voided, is not among it.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn openings(db: &mut Db, petition: PetitionId) -> Result<Vec<ShownOpening>, Error> {
    let rows: Vec<(i64, Vec<u8>, Vec<u8>)> = opening::table
        .inner_join(published_cast::table.on(
            published_cast::petition_id.eq(opening::petition_id).and(published_cast::idx.eq(opening::idx)),
        ))
        .filter(opening::petition_id.eq(petition.to_string()))
        .filter(published_cast::voided.is_null())
        .filter(opening::hidden.eq(false))
        .order(opening::idx)
        .select((opening::idx, opening::salt, opening::extension))
        .load(db)?;
    rows.into_iter()
        .map(|(index, salt, extension)| {
            Ok(ShownOpening { index: u64::try_from(index).or(Err(Error::row("opening")))?, salt, extension })
        })
        .collect()
}
