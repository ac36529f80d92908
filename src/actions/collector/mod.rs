//! The collector: casts, the log, openings, published numbers. Knows tokens and never an address, and never
//! imports the issuer.
//!
//! Every cast goes through [`accept`] and then [`publish`]; for public ones the second follows at once, in
//! the same transaction.

mod cast;
mod log;
mod openings;

pub use cast::{Accepted, CastRefused, Published, accept, publish};
pub use log::{append_event, start};
pub use openings::{NameRemoved, Signed, Withdrawn, find, hide_name, remove_name, withdraw};
