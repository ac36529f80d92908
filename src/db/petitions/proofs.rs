//! Which kinds of proof a petition takes.

use diesel::prelude::*;

use crate::{
    db::{Db, Error, schema::petition_proof},
    domain::{ids::PetitionId, proof::ProofKind},
};

/// The kinds of proof that a petition takes, in genesis order.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn proofs(db: &mut Db, id: PetitionId) -> Result<Vec<ProofKind>, Error> {
    let names: Vec<String> = petition_proof::table
        .filter(petition_proof::petition_id.eq(id.to_string()))
        .select(petition_proof::kind)
        .load(db)?;
    let kinds = names.iter().map(|name| ProofKind::parse(name).ok_or(Error::row("petition_proof")));
    let mut kinds: Vec<ProofKind> = kinds.collect::<Result<_, _>>()?;
    kinds.sort_unstable();
    Ok(kinds)
}

/// Sets the kinds of proof that a petition takes.
pub(super) fn set(
    db: &mut Db,
    id: PetitionId,
    kinds: impl IntoIterator<Item = ProofKind>,
) -> Result<(), Error> {
    let mine = id.to_string();
    diesel::delete(petition_proof::table.filter(petition_proof::petition_id.eq(&mine))).execute(db)?;
    for kind in kinds {
        diesel::insert_into(petition_proof::table)
            .values((petition_proof::petition_id.eq(&mine), petition_proof::kind.eq(kind.as_str())))
            .execute(db)?;
    }
    Ok(())
}
