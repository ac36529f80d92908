//! Publishing a cast: at once where it shows a name, else in the spool until its batch. Stands above issuer and
//! collector: the number of issued tokens goes into the log before the casts that it covers.

use crate::{
    actions::{
        Ctx, Error,
        collector::{self, Accepted, IssuedFloors, Spooled},
        facts::PetitionFacts,
    },
    db::{Db, issuer},
    domain::ids::PetitionId,
};

/// How many tokens were issued per crowd of a petition, each rounded down to a whole batch of `batch` casts.
pub(in crate::actions) fn issued_floors(
    db: &mut Db,
    petition: PetitionId,
    batch: u32,
) -> Result<IssuedFloors, Error> {
    let issued = issuer::issued(db, petition)?;
    Ok(IssuedFloors::of(batch, &issued))
}

/// Publishes an accepted cast that shows a name at once; puts any other where it waits for its batch.
pub(super) fn publish_or_spool(
    ctx: &Ctx,
    db: &mut Db,
    facts: &PetitionFacts,
    accepted: Accepted,
) -> Result<Spooled, Error> {
    if accepted.shows_name() {
        let issued = issued_floors(db, facts.id(), facts.launched().batch)?;
        collector::publish(ctx, db, accepted, &issued)
    } else {
        collector::spool(ctx, db, accepted)
    }
}
