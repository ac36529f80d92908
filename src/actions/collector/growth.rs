//! Which logs a transaction has appended to: their high-water marks are raised after its commit, before anybody is told of
//! its outcome.

use std::{cell::RefCell, collections::BTreeSet};

use super::super::{Error, OwnData};
use crate::domain::ids::PetitionId;

thread_local! {
    /// The logs that the current transaction of this thread has appended to. `None` outside of `Ctx::write_logs`.
    static GROWN: RefCell<Option<BTreeSet<PetitionId>>> = const { RefCell::new(None) };
}

/// Runs a transaction, and says which logs have grown in it, or were told of as having grown before.
pub(in crate::actions) fn noting_growth<T>(transaction: impl FnOnce() -> T) -> (T, BTreeSet<PetitionId>) {
    GROWN.set(Some(BTreeSet::new()));
    let done = transaction();
    (done, GROWN.take().unwrap_or_default())
}

/// The transaction begins, perhaps again.
pub(in crate::actions) fn note_no_growth() {
    GROWN.set(Some(BTreeSet::new()));
}

/// Takes note that what is told of this log must lie below its mark.
pub(super) fn note_growth(petition: PetitionId) -> Result<(), Error> {
    GROWN.with_borrow_mut(|grown| match grown {
        Some(grown) => {
            grown.insert(petition);
            Ok(())
        }
        None => Err(Error::Broken(OwnData::AppendOutsideOfWriteLogs)),
    })
}
