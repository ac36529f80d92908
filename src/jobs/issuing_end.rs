//! Ending issuing: a day after the last code could be asked for, the tags that say whose proof was used are
//! deleted, the invitations forgotten, and the keys that could test them destroyed. From then on nobody can tell who took part, no court
//! and no thief.

use crate::{
    actions::{Ctx, Error},
    db::{issuer, petitions},
    domain::{ids::PetitionId, petition::issuing_over_if_closed_before},
};

/// What ending issuing took away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct IssuingEnded {
    /// Petitions whose pepper and issuing keys were destroyed.
    pub petitions: u64,
    /// Participation tags deleted.
    pub tags: u64,
}

/// Petitions whose tags and issuing keys are to go now.
///
/// # Errors
/// [`Error`] when the database or the secrets folder is away.
pub fn issuing_due_to_end(ctx: &Ctx) -> Result<Vec<PetitionId>, Error> {
    let cutoff = issuing_over_if_closed_before(ctx.now());
    let over = ctx.store.read(|db| petitions::issuing_over(db, cutoff).map_err(Error::from))?;
    Ok(ctx.keys.issuing_left(&over)?)
}

/// Ends issuing where its time has come. The tags go first: a crash in between leaves the keys, and the next
/// round finds the petition by them.
///
/// # Errors
/// [`Error`] when the database or the secrets folder is away. Where one petition fails, the others are done first.
pub fn end_issuing(ctx: &Ctx) -> Result<IssuingEnded, Error> {
    let (mut ended, mut failed) = (IssuingEnded::default(), None);
    for petition in issuing_due_to_end(ctx)? {
        match end_one(ctx, petition) {
            Ok(tags) => {
                ended.petitions = ended.petitions.saturating_add(1);
                ended.tags = ended.tags.saturating_add(tags);
            }
            Err(error) => {
                failed.get_or_insert(error);
            }
        }
    }
    failed.map_or(Ok(ended), Err)
}

/// Says how many tags there were.
fn end_one(ctx: &Ctx, petition: PetitionId) -> Result<u64, Error> {
    let tags = ctx.store.write(|db| {
        issuer::forget_invitations(db, petition)?;
        issuer::forget_participation(db, petition).map_err(Error::from)
    })?;
    ctx.keys.destroy_issuing(petition, ctx.entropy.as_ref())?;
    Ok(u64::try_from(tags).unwrap_or(u64::MAX))
}
