//! Mail: what the mails say, how they are handed over, and the worker that drains the outbox.
//!
//! Knows addresses and codes for as long as it takes to hand a mail over; must never log either, nor what a
//! mail server says in its own words (servers quote the address). Knows nothing of petitions: every mail looks
//! the same (protocol, section 7). Who queues mails: `actions`; where they wait, sealed: `db::outbox`.

mod causes;
mod folder;
mod memory;
mod messages;
mod smtp;
pub mod tally;
mod transport;
mod watch;
mod worker;

pub use memory::{MemoryMailbox, SentMail};
pub use messages::{IdentityError, MailIdentity, RenderError, Rendered, render, render_test};
pub use tally::Tally;
pub use transport::{Observer, SetupError, Smtp, Step, Transport};
pub use worker::{DueMail, MailWorker, Outbox, OutboxError, Post, start};
