//! The issuer: proofs, participation, tokens. Knows addresses for as long as a code is on its way; never
//! knows a cast, and never imports the collector.

mod codes;
mod mail_limit;
mod pending;
mod token;

pub(super) use codes::{CodeRef, MailTo, mark_accepted, queue_code};
pub use mail_limit::{MAILS_PER_DAY, TAGGED_MAILS_PER_DAY};
pub(super) use mail_limit::{Reserved, release};
pub(super) use pending::{
    Answered, Covered, Pending, Typed, add, add_done, add_or_replace, done_before, finish,
};
pub use pending::{Held, Tried, VerifiedTicket, hold, open_link, try_code};
pub use token::{BlindSigned, Proof, ShownProof, sign_blind, use_up};
