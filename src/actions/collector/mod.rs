//! The collector: casts, the log, openings, published numbers. Knows tokens and never an address, and never
//! imports the issuer.
//!
//! Every cast goes through [`accept`] and then [`publish`]; for public ones the second follows at once, in
//! the same transaction.
//!
//! Every leaf goes through [`append`], which signs the new checkpoint; [`raise_marks`] and [`forked`] see to it that
//! a log never signs a second history.

mod cast;
mod log;
mod mark;
mod openings;
mod tiles;

pub use cast::{Accepted, CastRefused, Published, accept, publish, publish_together};
pub use log::{append, append_event, complete_old_logs, has_begun, start};
pub use mark::{Resumed, forked, raise_marks, resume};
pub use openings::{NameRemoved, Signed, Withdrawn, find, hide_name, remove_name, withdraw};
pub use tiles::{checkpoint, tile, verifier_key};
