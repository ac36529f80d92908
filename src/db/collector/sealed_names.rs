//! Names sealed to a trustee, of published casts. Only who has the trustee's private key can read them.
//!
//! The row of a cast whose retraction waits for others stays, emptied: its name is gone at once, and the number of
//! those who agreed to be named changes with the published retraction alone.

use diesel::prelude::*;

use crate::{
    db::{
        Db, Error,
        schema::{opening, published_cast, sealed_name as table},
    },
    domain::{ids::PetitionId, proof::CrowdIndex},
};

/// A sealed name and its place in the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedName {
    /// The cast's place.
    pub index: u64,
    /// The name, sealed to the trustee.
    pub sealed: Vec<u8>,
}

fn place(index: u64) -> Result<i64, Error> {
    i64::try_from(index).or(Err(Error::row("sealed_name")))
}

/// Keeps the sealed name of the cast at `index`.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn keep_sealed_name(db: &mut Db, petition: PetitionId, index: u64, sealed: &[u8]) -> Result<(), Error> {
    diesel::insert_into(table::table)
        .values((
            table::petition_id.eq(petition.to_string()),
            table::idx.eq(place(index)?),
            table::sealed.eq(sealed),
        ))
        .execute(db)?;
    Ok(())
}

/// Forgets the sealed name of the cast at `index`, if there is one: its retraction is published, or it is opened.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn forget_sealed_name(db: &mut Db, petition: PetitionId, index: u64) -> Result<(), Error> {
    let mine = table::petition_id.eq(petition.to_string());
    diesel::delete(table::table.filter(mine).filter(table::idx.eq(place(index)?))).execute(db)?;
    Ok(())
}

/// Empties the sealed name of the cast at `index`, if there is one: its retraction waits.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn empty_sealed_name(db: &mut Db, petition: PetitionId, index: u64) -> Result<(), Error> {
    let mine = table::petition_id.eq(petition.to_string());
    diesel::update(table::table.filter(mine).filter(table::idx.eq(place(index)?)))
        .set(table::sealed.eq(&[][..]))
        .execute(db)?;
    Ok(())
}

/// Whether the cast at `index` has a sealed name.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn has_sealed_name(db: &mut Db, petition: PetitionId, index: u64) -> Result<bool, Error> {
    let found: Option<Vec<u8>> = table::table
        .filter(table::petition_id.eq(petition.to_string()))
        .filter(table::idx.eq(place(index)?))
        .select(table::sealed)
        .first(db)
        .optional()?;
    Ok(found.is_some_and(|sealed| !sealed.is_empty()))
}

/// All sealed names of a petition that can be opened, in the order of the log. Emptied ones are not among them, nor
/// those of casts that were voided: they stay as they are, for when they count again.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn sealed_names(db: &mut Db, petition: PetitionId) -> Result<Vec<SealedName>, Error> {
    let cast = published_cast::petition_id.eq(table::petition_id).and(published_cast::idx.eq(table::idx));
    let rows: Vec<(i64, Vec<u8>)> = table::table
        .inner_join(published_cast::table.on(cast))
        .filter(table::petition_id.eq(petition.to_string()))
        .filter(published_cast::voided.is_null())
        .order(table::idx)
        .select((table::idx, table::sealed))
        .load(db)?;
    rows.into_iter()
        .filter(|(_, sealed)| !sealed.is_empty())
        .map(|(index, sealed)| {
            Ok(SealedName { index: u64::try_from(index).or(Err(Error::row("sealed_name")))?, sealed })
        })
        .collect()
}

/// Whether a petition has any sealed name: emptied ones, and those of casts that were voided, are names here too. Thus
/// neither a withdrawal that waits nor a void changes the answer.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn keeps_sealed_names(db: &mut Db, petition: PetitionId) -> Result<bool, Error> {
    let mine = table::table.filter(table::petition_id.eq(petition.to_string()));
    Ok(diesel::select(diesel::dsl::exists(mine)).get_result(db)?)
}

/// Forgets all sealed names of a petition. Says how many there were.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn forget_sealed_names(db: &mut Db, petition: PetitionId) -> Result<usize, Error> {
    Ok(diesel::delete(table::table.filter(table::petition_id.eq(petition.to_string()))).execute(db)?)
}

/// How many in these crowds have agreed to be named: published, neither retracted nor voided, with a name that is shown (or hidden
/// by an owner or admin) or sealed.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn agreed_to_be_named(db: &mut Db, petition: PetitionId, crowds: &[CrowdIndex]) -> Result<u64, Error> {
    let crowds: Vec<i32> = crowds.iter().map(|crowd| i32::from(crowd.get())).collect();
    let casts = published_cast::table
        .filter(published_cast::petition_id.eq(petition.to_string()))
        .filter(published_cast::retracted.eq(false))
        .filter(published_cast::voided.is_null())
        .filter(published_cast::crowd.eq_any(crowds));
    let shown: i64 = casts
        .clone()
        .inner_join(opening::table.on(
            opening::petition_id.eq(published_cast::petition_id).and(opening::idx.eq(published_cast::idx)),
        ))
        .count()
        .get_result(db)?;
    let sealed: i64 =
        casts
            .inner_join(table::table.on(
                table::petition_id.eq(published_cast::petition_id).and(table::idx.eq(published_cast::idx)),
            ))
            .count()
            .get_result(db)?;
    u64::try_from(shown.saturating_add(sealed)).or(Err(Error::row("sealed_name")))
}
