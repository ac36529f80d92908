//! What signing needs of a petition that runs, read once and handed down: nothing below a handler looks it up again.
//!
//! It has two parts. [`Launched`] was fixed when signing began (the genesis leaf holds most of it), so it may be kept for as
//! long as the process lives. [`Progress`] can change: the state, the listing, the closing. It is small, and serves as its own
//! version, so that nobody can forget to raise a number beside it.
//!
//! The rule for whoever holds facts, for the length of a request or in a cache: outside a transaction they decide what an
//! answer looks like and what is worth preparing. Inside the write transaction that acts on them, `PetitionFacts::held` comes
//! first: it locks the petition's row, shared, and compares. Where the progress has moved, what it gives has the new one, and
//! that decides. Who holds facts longer than a request (a cache) refuses nobody by them: an extension may have come since, so a
//! refusal is given on facts that this request has read, or holds. The row is locked before any other (spool, log head, ticket): whoever changes a petition locks it first too.

use std::sync::Arc;

use crate::{
    actions::{
        Ctx, Error, OwnData,
        collector::{self, Accepted, CastRefused, Submission},
    },
    db::{Db, petitions, sealing},
    domain::{
        ids::{EmployerId, PetitionId},
        petition::{Listing, NotTaking, Standing},
        progress::Progress,
        proof::{Crowd, ProofKind},
        time::Timestamp,
    },
    protocol::{origin::LogOrigin, token::TokenChallenge},
};

/// What was fixed when signing began.
#[derive(Debug)]
pub struct Launched {
    /// The petition's id.
    pub id: PetitionId,
    /// Its title.
    pub title: String,
    slug: String,
    quiet_slug: Option<String>,
    /// When all traces of who asked for a code are gone, however often it is extended.
    pub traces_until: Option<Timestamp>,
    /// Its log's origin.
    pub origin: LogOrigin,
    /// Hash of its genesis leaf.
    pub genesis_hash: [u8; 32],
    /// The crowds in genesis order, with their public keys.
    pub crowds: Vec<(Crowd, Vec<u8>)>,
    /// The mail domains that prove work, in the order of the petition's employers.
    pub domains: Vec<(String, EmployerId)>,
    /// B, as genesis says: promises and the log are held to it, whatever the operator sets later.
    pub batch: u32,
    /// Whether names may be sealed to a trustee.
    pub takes_sealed_names: bool,
}

/// A petition that takes signatures, or took them. Cheap to clone.
#[derive(Debug, Clone)]
pub struct PetitionFacts {
    launched: Arc<Launched>,
    progress: Progress,
}

impl PetitionFacts {
    /// The petition at `/p/{place}`. `None`: there is none, or one may not know.
    ///
    /// # Errors
    /// [`Error`] when the database is away.
    pub fn at_place(ctx: &Ctx, place: &str) -> Result<Option<Self>, Error> {
        ctx.store.read(|db| {
            let found = petitions::launched_at(db, place)?;
            found.map(|found| Self::read(db, found)).transpose()
        })
    }

    /// The petition with this id. `None`: there is none, or a client that knows the id may not know of it.
    ///
    /// # Errors
    /// [`Error`] when the database is away.
    pub fn of(ctx: &Ctx, id: PetitionId) -> Result<Option<Self>, Error> {
        ctx.store.read(|db| Self::find(db, id))
    }

    /// The same in the caller's transaction.
    pub(in crate::actions) fn find(db: &mut Db, id: PetitionId) -> Result<Option<Self>, Error> {
        let found = petitions::launched(db, id)?;
        let known = found.filter(|found| is_known(found.progress));
        known.map(|found| Self::read(db, found)).transpose()
    }

    /// The one place where facts are put together.
    fn read(db: &mut Db, found: petitions::Launched) -> Result<Self, Error> {
        let broken = || Error::Broken(OwnData::RunningPetition);
        let id = found.id;
        let launched = Launched {
            id,
            title: found.title,
            slug: found.slug,
            quiet_slug: found.quiet_slug,
            traces_until: found.traces_until,
            origin: LogOrigin::parse(&found.log_origin).or(Err(broken()))?,
            genesis_hash: found.genesis_hash.try_into().or(Err(broken()))?,
            crowds: petitions::crowds(db, id)?,
            domains: petitions::domains(db, id)?,
            batch: collector::batch_of(db, id)?,
            takes_sealed_names: sealing::find(db, id)?.is_some(),
        };
        Ok(Self { launched: Arc::new(launched), progress: found.progress })
    }

    /// The same as they are in the caller's write transaction, and stay until it ends. `None`: one may not know of the
    /// petition any more.
    pub(in crate::actions) fn held(&self, db: &mut Db) -> Result<Option<Self>, Error> {
        let progress = petitions::hold_progress(db, self.launched.id)?.filter(|progress| is_known(*progress));
        Ok(progress.map(|progress| Self { launched: Arc::clone(&self.launched), progress }))
    }

    /// What was fixed at launch.
    #[must_use]
    pub fn launched(&self) -> &Launched {
        &self.launched
    }

    /// The petition's id.
    #[must_use]
    pub fn id(&self) -> PetitionId {
        self.launched.id
    }

    /// What can change: the version of these facts.
    #[must_use]
    pub const fn progress(&self) -> Progress {
        self.progress
    }

    /// What the petition's address leads to at `now`.
    #[must_use]
    pub fn standing_at(&self, now: Timestamp) -> Standing {
        self.progress.standing_at(now)
    }

    /// Why it takes nothing at `now`, if it takes nothing.
    pub(in crate::actions) fn not_taking(&self, now: Timestamp) -> NotTaking {
        self.standing_at(now).not_taking()
    }

    /// Where it lies under `/p/`: its secret place until it is opened to the public.
    #[must_use]
    pub fn place(&self) -> &str {
        let Launched { slug, quiet_slug, .. } = self.launched();
        match (self.progress.listing, quiet_slug) {
            (Listing::Unlisted, Some(quiet_slug)) => quiet_slug,
            (Listing::Unlisted, None) | (Listing::Listed, _) => slug,
        }
    }

    /// The kinds of proof that it takes, in genesis order.
    #[must_use]
    pub fn proofs(&self) -> Vec<ProofKind> {
        let mut proofs: Vec<ProofKind> = self.launched.crowds.iter().map(|(crowd, _)| crowd.proof).collect();
        proofs.dedup();
        proofs
    }

    /// The crowd at this place of genesis, with its public key.
    pub(in crate::actions) fn crowd(&self, index: u8) -> Result<(&Crowd, &[u8]), Error> {
        let found = self.launched.crowds.iter().find(|(crowd, _)| crowd.index.get() == index);
        found.map(|(crowd, spki)| (crowd, spki.as_slice())).ok_or(Error::Broken(OwnData::RunningPetition))
    }

    /// The crowd of the invited, if it takes invitations.
    pub(in crate::actions) fn invited(&self) -> Option<&Crowd> {
        self.launched.crowds.iter().map(|(crowd, _)| crowd).find(|crowd| crowd.proof == ProofKind::Invite)
    }

    /// What a token of a crowd is made for.
    pub(in crate::actions) fn challenge(&self, crowd: &Crowd) -> TokenChallenge {
        let Launched { origin, id, genesis_hash, .. } = self.launched();
        TokenChallenge::new(origin, *id, genesis_hash, crowd.index)
    }

    /// Checks a cast.
    pub(in crate::actions) fn accept(&self, submission: Submission) -> Result<Accepted, CastRefused> {
        let Launched { id, origin, genesis_hash, crowds, .. } = self.launched();
        collector::accept(*id, origin, genesis_hash, crowds, submission)
    }
}

/// Whether a client that knows the petition's id may know of it.
fn is_known(progress: Progress) -> bool {
    progress.state.standing(progress.listing) != Standing::Private
}
