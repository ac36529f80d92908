//! Beginning a petition's log, and appending events to it.

use super::super::Error;
use crate::{
    db::{Db, collector as rows},
    domain::{ids::PetitionId, proof::Crowd},
    protocol::leaf::Notice,
};

/// Begins the log with its genesis leaf, and the crowds' numbers.
///
/// # Errors
/// [`Error`] when the database is away, or the log exists.
pub fn start(db: &mut Db, petition: PetitionId, genesis: &[u8], crowds: &[Crowd]) -> Result<(), Error> {
    rows::start_log(db, petition)?;
    rows::append(db, petition, genesis)?;
    for crowd in crowds {
        rows::start_numbers(db, petition, crowd.index)?;
    }
    Ok(())
}

/// Appends an event (closing changed, closed, taken down, served at …).
///
/// # Errors
/// [`Error`] when the database is away, or the log was never begun.
pub fn append_event(db: &mut Db, petition: PetitionId, notice: &Notice) -> Result<(), Error> {
    let leaf = notice.encode(petition).or(Err(Error::Broken("a notice")))?;
    rows::append(db, petition, &leaf)?;
    Ok(())
}
