//! The collector's tables: the log of each petition, openings, and the numbers as they were published. Never
//! imports the issuer's module, never reads its tables.

mod log;
mod numbers;
mod openings;
mod spool;

pub use log::{Entry, append, entries, log_size, start_log};
pub use numbers::{add_published, issued_floors, remember_issued, start_numbers};
pub use openings::{
    PublishedCast, add_cast, erase_opening, find_cast, hide_opening, open_cast, opening, retract_cast,
};
pub use spool::{
    SpoolHead, SpoolRow, add_spooled, empty_spool, find_spooled, lock_spool, set_spool_head, spooled, spools,
    waiting_spools,
};
