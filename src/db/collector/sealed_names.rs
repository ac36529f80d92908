//! Names sealed to a trustee, of published casts. Only who has the trustee's private key can read them.

use diesel::prelude::*;

use crate::{
    db::{Db, Error, schema::sealed_name},
    domain::ids::PetitionId,
};

/// Keeps the sealed name of the cast at `index`.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn keep_sealed_name(db: &mut Db, petition: PetitionId, index: u64, sealed: &[u8]) -> Result<(), Error> {
    let index = i64::try_from(index).or(Err(Error::row("sealed_name")))?;
    diesel::insert_into(sealed_name::table)
        .values((
            sealed_name::petition_id.eq(petition.to_string()),
            sealed_name::idx.eq(index),
            sealed_name::sealed.eq(sealed),
        ))
        .execute(db)?;
    Ok(())
}

/// Forgets the sealed name of the cast at `index`, if there is one.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn forget_sealed_name(db: &mut Db, petition: PetitionId, index: u64) -> Result<(), Error> {
    let index = i64::try_from(index).or(Err(Error::row("sealed_name")))?;
    diesel::delete(
        sealed_name::table
            .filter(sealed_name::petition_id.eq(petition.to_string()))
            .filter(sealed_name::idx.eq(index)),
    )
    .execute(db)?;
    Ok(())
}
