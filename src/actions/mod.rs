//! What a person can do: one function per verb, plain and synchronous. Each reads and decides, then acts in one
//! transaction; expected outcomes are values, and mail is an outbox row.
//!
//! The rooms: [`accounts`] (organizers and admins), [`petitions`] (drafts, launch, closing), [`signing`] (form, tokens,
//! casts, invitations, receipts), [`moderation`] (review, employers, voids), [`scheduled`] (what jobs run), [`queries`]
//! (reads). [`facts`] is what signing needs of a petition, read once and handed down. Below them [`issuer`] (proofs,
//! participation, tokens) and [`collector`] (casts, log, numbers) never import each other; [`signing`] uses both.

use std::sync::Arc;

use crate::{
    clock::Clock,
    db::{Db, Store},
    domain::time::Timestamp,
    entropy::Entropy,
    keys::Secrets,
};

pub mod accounts;
pub mod collector;
mod error;
pub mod facts;
pub mod issuer;
pub mod leases;
pub mod mail_health;
pub mod moderation;
pub mod outbox;
mod own_data;
pub mod petitions;
pub mod queries;
pub mod readiness;
mod row_encryption;
pub mod scheduled;
pub mod signing;

pub use error::Error;
pub use own_data::OwnData;

/// What every action is handed: the database, keys, time, chance, and the instance's rules. Cheap to clone.
#[derive(Clone)]
pub struct Ctx {
    /// The database.
    pub store: Store,
    /// The secrets folder.
    pub keys: Arc<Secrets>,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Chance.
    pub entropy: Arc<dyn Entropy>,
    /// What this process does that only one may do at a time.
    pub leases: Arc<leases::Leases>,
    /// What the operator chose.
    pub rules: Rules,
    /// Says which script and page people are given, where this process gives out any.
    pub release_of: Option<petitions::release_notice::ReleaseOf>,
}

/// What the operator chose.
#[derive(Debug, Clone)]
pub struct Rules {
    /// Where the instance is reached, without a slash at the end.
    pub base_url: String,
    /// `BATCH_MIN`: the least number of nameless casts published together.
    pub batch_min: u32,
    /// `BATCH_EVERY`, `BATCH_EVERY_BUSY`: when unnamed signatures are published.
    pub schedule: collector::Schedule,
    /// `WITNESSES`: who is asked to cosign the logs of public petitions.
    pub witnesses: Vec<crate::config::Witness>,
    /// `MIN_CELL`: the smallest number shown in an aggregate.
    pub min_cell: u32,
    /// `REVIEW_REQUIRED`: whether an admin looks at each petition before signing begins.
    pub review_required: bool,
    /// `MAILED_LINKS`: whether mails to personal addresses carry a link besides the code.
    pub mailed_links: bool,
}

impl Ctx {
    /// One transaction that may append to logs. Their marks are raised before its outcome is told to anybody: what was
    /// acknowledged is never lost unseen. Where a mark cannot be raised, the transaction stays done and this fails; done again, it
    /// is answered as done before.
    ///
    /// # Errors
    /// Whatever `body` returns, or [`Error`] when the database or the secrets folder is away.
    pub fn write_logs<T>(&self, mut body: impl FnMut(&mut Db) -> Result<T, Error>) -> Result<T, Error> {
        let (done, grown) = collector::noting_growth(|| {
            self.store.write(|db| {
                collector::note_no_growth();
                body(db)
            })
        });
        let done = done?;
        for petition in grown {
            collector::raise_mark_of(self, petition)?;
        }
        Ok(done)
    }

    /// The present.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }
}
