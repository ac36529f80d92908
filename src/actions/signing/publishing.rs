//! Publishing a cast: at once where it shows a name, else in the spool until its batch. Stands above issuer and
//! collector: the number of issued tokens goes into the log before the casts that it covers.

use crate::{
    actions::{
        Ctx, Error,
        collector::{self, Accepted, Spooled},
    },
    db::{Db, issuer},
    domain::ids::PetitionId,
};

/// How many tokens were issued per crowd of a petition, each rounded down to a whole batch.
pub(in crate::actions) fn issued_floors(db: &mut Db, petition: PetitionId) -> Result<Vec<u64>, Error> {
    let batch = u64::from(collector::batch_of(db, petition)?.max(1));
    let issued = issuer::issued(db, petition)?;
    Ok(issued.into_iter().map(|issued| issued.saturating_sub(issued % batch)).collect())
}

/// Publishes an accepted cast that shows a name at once; puts any other where it waits for its batch.
pub(super) fn publish_or_spool(ctx: &Ctx, db: &mut Db, accepted: Accepted) -> Result<Spooled, Error> {
    if accepted.shows_name() {
        let issued = issued_floors(db, accepted.petition())?;
        collector::publish(ctx, db, accepted, &issued)
    } else {
        collector::spool(ctx, db, accepted)
    }
}
