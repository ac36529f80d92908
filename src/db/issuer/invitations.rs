//! The invitations that exist: hashes only. Which of them were used is nowhere written down; what a used one leaves
//! is a keyed tag among the participations.

use diesel::{dsl::exists, prelude::*, select};

use crate::{
    db::{Db, Error, schema::invitation},
    domain::ids::PetitionId,
};

/// Adds an invitation.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn add_invitation(db: &mut Db, petition: PetitionId, hash: &[u8; 32]) -> Result<(), Error> {
    diesel::insert_into(invitation::table)
        .values((invitation::petition_id.eq(petition.to_string()), invitation::hash.eq(hash.as_slice())))
        .execute(db)?;
    Ok(())
}

/// Whether this invitation was made for this petition, used or not.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn invitation_exists(db: &mut Db, petition: PetitionId, hash: &[u8; 32]) -> Result<bool, Error> {
    let found = invitation::table
        .filter(invitation::petition_id.eq(petition.to_string()))
        .filter(invitation::hash.eq(hash.as_slice()));
    Ok(select(exists(found)).get_result(db)?)
}

/// Forgets the invitations of a petition.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn forget_invitations(db: &mut Db, petition: PetitionId) -> Result<(), Error> {
    diesel::delete(invitation::table.filter(invitation::petition_id.eq(petition.to_string()))).execute(db)?;
    Ok(())
}
