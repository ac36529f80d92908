//! Whose proof is used up (a keyed tag), and how many tokens were issued per crowd.

use diesel::prelude::*;

use crate::{
    db::{
        Db, Error,
        schema::{issuing_counter, participation},
        unless_taken,
    },
    domain::{
        ids::PetitionId,
        proof::{CrowdIndex, ProofKind},
    },
};

/// Marks a proof as used. `false` when it was used before.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn participate(
    db: &mut Db,
    petition: PetitionId,
    tag: &[u8; 32],
    proof: ProofKind,
    request_hash: &[u8; 32],
) -> Result<bool, Error> {
    unless_taken(db, |db| {
        diesel::insert_into(participation::table)
            .values((
                participation::petition_id.eq(petition.to_string()),
                participation::tag.eq(tag.as_slice()),
                participation::proof.eq(proof.as_str()),
                participation::request_hash.eq(request_hash.as_slice()),
            ))
            .execute(db)
    })
}

/// Whether a used proof was used for this very request.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn participated_with(
    db: &mut Db,
    petition: PetitionId,
    tag: &[u8; 32],
    request_hash: &[u8; 32],
) -> Result<bool, Error> {
    let kept: Option<Vec<u8>> = participation::table
        .filter(participation::petition_id.eq(petition.to_string()))
        .filter(participation::tag.eq(tag.as_slice()))
        .select(participation::request_hash)
        .first(db)
        .optional()?;
    Ok(kept.is_some_and(|kept| kept == request_hash))
}

/// Forgets whose proofs were used for a petition. Says how many there were.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn forget_participation(db: &mut Db, petition: PetitionId) -> Result<usize, Error> {
    Ok(diesel::delete(participation::table.filter(participation::petition_id.eq(petition.to_string())))
        .execute(db)?)
}

/// How many proofs were used for a petition and are still kept.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn participations(db: &mut Db, petition: PetitionId) -> Result<u64, Error> {
    let kept: i64 = participation::table
        .filter(participation::petition_id.eq(petition.to_string()))
        .count()
        .get_result(db)?;
    u64::try_from(kept).or(Err(Error::row("participation")))
}

/// Begins to count for a crowd, at none.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn start_counting(db: &mut Db, petition: PetitionId, crowd: CrowdIndex) -> Result<(), Error> {
    diesel::insert_into(issuing_counter::table)
        .values((
            issuing_counter::petition_id.eq(petition.to_string()),
            issuing_counter::crowd.eq(i32::from(crowd.get())),
            issuing_counter::issued.eq(0),
        ))
        .execute(db)?;
    Ok(())
}

/// Adds one issued token to a crowd.
///
/// # Errors
/// [`Error`] when the database is away, or never counted for this crowd.
pub fn count_issued(db: &mut Db, petition: PetitionId, crowd: CrowdIndex) -> Result<(), Error> {
    let counted = diesel::update(
        issuing_counter::table
            .filter(issuing_counter::petition_id.eq(petition.to_string()))
            .filter(issuing_counter::crowd.eq(i32::from(crowd.get()))),
    )
    .set(issuing_counter::issued.eq(issuing_counter::issued + 1))
    .execute(db)?;
    if counted == 1 { Ok(()) } else { Err(Error::row("issuing_counter")) }
}

/// How many tokens were issued, per crowd in genesis order.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn issued(db: &mut Db, petition: PetitionId) -> Result<Vec<u64>, Error> {
    let counts: Vec<i64> = issuing_counter::table
        .filter(issuing_counter::petition_id.eq(petition.to_string()))
        .order(issuing_counter::crowd)
        .select(issuing_counter::issued)
        .load(db)?;
    counts.into_iter().map(|count| u64::try_from(count).or(Err(Error::row("issuing_counter")))).collect()
}
