//! The collector: casts, the log, openings, published numbers. Knows tokens and never an address, and never
//! imports the issuer.
//!
//! Every cast goes through [`accept`]; then [`publish`] at once where it shows a name, or [`spool`] and with others
//! of its crowd through [`take_turn`].
//!
//! Every leaf goes through [`append`], which signs the new checkpoint; [`raise_marks`] and [`forked`] see to it that
//! a log never signs a second history. Witnesses elsewhere are shown what it has signed ([`begin_witness_turn`]).

mod batch;
mod cast;
mod growth;
mod head;
mod log;
mod mark;
mod openings;
mod release;
mod spool;
mod tiles;
mod voids;
mod witnesses;

pub use batch::{
    RETRACTIONS_MIN, Schedule, Turn, Turned, abandon, forget_names, publish_retractions, take_turn,
};
pub use cast::{
    Accepted, CastRefused, IssuedFloors, Published, Shown, Submission, accept, publish, publish_together,
    spool,
};
pub(super) use growth::{note_no_growth, noting_growth};
pub use head::verifier_key;
pub use log::{append, append_event, batch_of, complete_old_logs, has_begun, start};
pub use mark::{
    Resumed, checkpoint, forked, raise_mark_of, raise_marks, refuse_any_behind, refuse_behind, resume,
};
pub use openings::{
    Amended, Held, NameRemoved, Signed, Withdrawn, amend, find, hide_name, remove_name, withdraw,
    withdraw_by_leaf,
};
pub use release::{append_host_notice, append_release_notice, last_release_notice};
pub use spool::{Spooled, begin_spools, renew_keys};
pub use tiles::tile;
pub use voids::{
    Chosen, ChosenOf, Counted, Returning, Reversed, SelectionDigest, Voided, count, count_returning, dispute,
    disputes, least_together, reverse, void,
};
pub use witnesses::{
    Cosigned, Due, WitnessAccount, begin_witness_turn, cosigned_checkpoint, due_witnesses, keep_cosignature,
    submission, was_witnessed, witness_accounts, witnessed,
};
