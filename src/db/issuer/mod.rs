//! The issuer's tables: whose proof is used up, what waits to be confirmed, which codes were mailed. Never
//! imports the collector's module, never reads its tables.

mod invitations;
mod participation;
mod pending;

pub use invitations::{add_invitation, forget_invitations, invitation_exists};
pub use participation::{
    count_issued, forget_participation, issued, participate, participated_with, participations,
    start_counting,
};
pub use pending::{
    PendingRow, SealedRow, add_code, add_pending, add_pending_once, codes, count_mails, find_code,
    forget_try, hold_pending, pending_by_link, pending_by_ticket, remove_codes, remove_limits,
    remove_pending, replace_code, replace_pending, sealed_codes, sealed_pending, take_try, uncount_mails,
};
