//! The collector's tables: the log of each petition, openings, and the numbers as they were published. Never
//! imports the issuer's module, never reads its tables.

mod log;
mod numbers;
mod openings;
mod release;
mod sealed_names;
mod spool;
mod voids;
mod witnesses;

pub use log::{
    Entry, Head, add_entries, add_subtree, clear_subtrees, entries, entries_beginning, head, head_size,
    head_sizes, heads, lock_head, move_head, start_log, subtrees,
};
pub use numbers::{add_published, change_number, issued_floors, remember_issued, start_numbers};
pub use openings::{
    PublishedCast, add_cast, casts_of, erase_opening, erase_openings, find_cast, first_amendment,
    hide_opening, open_cast, opening, replace_opening, retract_cast, show_cast,
};
pub use release::{release, remember_host, remember_release, told_host};
pub use sealed_names::{
    SealedName, agreed_to_be_named, empty_sealed_name, forget_sealed_name, forget_sealed_names,
    has_sealed_name, keep_sealed_name, keeps_sealed_names, sealed_names,
};
pub use spool::{
    SpoolHead, SpoolPlaces, SpoolRow, add_spool, add_spooled, closed_spools, empty_spool, find_spooled, held,
    lock_all_spools, lock_spool, old_spools, set_spool_head, set_spool_intake, spool_intake, spooled,
    waiting_spools,
};
pub use voids::{
    BATCHES_PAGE, Batch, Selected, ShownText, VoidRow, add_batch, add_dispute, add_void, batches,
    batches_count, counted_by_name, counted_in_crowd, counted_in_group, disputes, find_void, reason_of,
    restore_casts, reverse_void, void_casts, voided_by, voided_of, voids,
};
pub use witnesses::{
    CosignatureRow, WitnessedRow, cosignatures_of, forget_cosignature, forget_witnessed, keep_cosignature,
    show_to_witnesses, shown, shown_in, witnessed_of,
};
