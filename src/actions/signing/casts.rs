//! Casting: what every cast of a petition is checked against, and taking casts and retractions from clients.

use crate::{
    actions::{
        Ctx, Error,
        collector::{self, Amended, CastRefused, Shown, Spooled, Submission, Withdrawn},
        facts::PetitionFacts,
        signing::publishing,
    },
    db::{collector as rows, petitions},
    domain::{
        ids::PetitionId,
        petition::{NotTaking, Standing},
        text::{DisplayName, JobTitle},
    },
    faults::{CrashPoint, reach},
    log::{note::LogKey, promise::Promise},
    protocol::{
        extension::Extension,
        leaf::{AmendLeaf, RetractLeaf, leaf_hash},
    },
};

pub use crate::protocol::client;
pub use crate::protocol::sealing::SEALED_NAME_BYTES;

/// What casting led to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cast {
    /// It is published, or will be with its batch: what the log promises, a signed note.
    Promised(String),
    /// Another leaf was cast with this token.
    OtherLeaf,
    /// It does not verify, or what is to be shown is not what it commits to.
    Invalid,
    /// The name or job title cannot be shown as it is written.
    NameRefused,
    /// The petition named no trustee to whom a name could be sealed.
    NoTrustee,
    /// The petition takes no casts now.
    NotTaking(NotTaking),
    /// No such petition, or one may not know.
    NotFound,
}

/// What retracting led to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Retracted {
    /// It is taken back, now or since before; the number may follow with the next group.
    Done,
    /// K did not sign this.
    Invalid,
    /// Nothing was cast by this K.
    Unknown,
    /// No such petition.
    NotFound,
}

/// Takes a cast. The identical one again gets the same promise.
///
/// # Errors
/// [`Error`] when the database or the secrets folder is away; then nothing was promised.
pub fn cast(ctx: &Ctx, petition: PetitionId, submission: Submission) -> Result<Cast, Error> {
    let now = ctx.now();
    let Some(facts) = PetitionFacts::of(ctx, petition)? else { return Ok(Cast::NotFound) };
    if !facts.progress().takes_casts(now) {
        return Ok(Cast::NotTaking(facts.not_taking(now)));
    }
    if !name_can_be_shown(&submission) {
        return Ok(Cast::NameRefused);
    }
    if let Shown::SealedName(sealed) = &submission.shown {
        if !facts.launched().takes_sealed_names {
            return Ok(Cast::NoTrustee);
        }
        if sealed.len() != SEALED_NAME_BYTES {
            return Ok(Cast::Invalid);
        }
    }
    let hash = leaf_hash(&submission.leaf);
    let accepted = match facts.accept(submission) {
        Ok(accepted) => accepted,
        Err(CastRefused::Invalid | CastRefused::Extension) => return Ok(Cast::Invalid),
    };
    let promised = ctx.write_logs(|db| {
        let Some(facts) = facts.held(db)? else { return Ok(None) };
        // Under the spool's lock: what is promised must not come after the last turn.
        let head = rows::lock_spool(db, petition)?;
        let until = facts.progress().cast_until.filter(|_| facts.progress().takes_casts(ctx.now()));
        let Some(until) = until.filter(|_| !head.closed) else { return Ok(None) };
        let done = publishing::publish_or_spool(ctx, db, &facts, accepted.clone())?;
        reach(CrashPoint::CastBeforeCommit);
        Ok::<_, Error>(Some((done, until)))
    })?;
    let Some((spooled, until)) = promised else { return Ok(Cast::NotTaking(facts.not_taking(now))) };
    reach(CrashPoint::CastAfterCommit);
    match spooled {
        Spooled::Waiting | Spooled::Before => {
            let key = LogKey::new(facts.launched().origin.clone(), &*ctx.keys.log_seed(petition)?);
            Ok(Cast::Promised(Promise::sign(&key, hash, facts.launched().batch, until)))
        }
        Spooled::Other => Ok(Cast::OtherLeaf),
    }
}

/// Takes a signature back: the retract leaf, signed by K.
///
/// # Errors
/// [`Error`] when the database or the secrets folder is away.
pub fn retract(ctx: &Ctx, petition: PetitionId, leaf: &[u8]) -> Result<Retracted, Error> {
    let Ok(parsed) = RetractLeaf::parse(leaf) else { return Ok(Retracted::Invalid) };
    if parsed.petition() != petition || parsed.verify().is_err() {
        return Ok(Retracted::Invalid);
    }
    let done = ctx.write_logs(|db| {
        if petitions::find(db, petition)?.is_none_or(|found| found.genesis_hash.is_none()) {
            return Ok(None);
        }
        let done = collector::withdraw_by_leaf(ctx, db, petition, leaf)?;
        reach(CrashPoint::WithdrawBeforeCommit);
        Ok::<_, Error>(Some(done))
    })?;
    reach(CrashPoint::WithdrawAfterCommit);
    let Some(withdrawn) = done else { return Ok(Retracted::NotFound) };
    Ok(match withdrawn {
        Withdrawn::Done { .. } => Retracted::Done,
        Withdrawn::Unknown => Retracted::Unknown,
    })
}

/// What amending led to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AmendedCast {
    /// It shows that now.
    Done,
    /// K did not sign this, or it is not opened by what came with it.
    Invalid,
    /// The name or job title cannot be shown as it is written.
    NameRefused,
    /// It still waits for its group.
    Waits,
    /// An admin has invalidated it: it shows nothing.
    Voided,
    /// This very amendment was made before, and something else was shown, or nothing, since.
    Before,
    /// Nothing was cast by this K, or it was withdrawn.
    Unknown,
    /// No such petition, or it ended quietly or was taken down: no name is shown there.
    NotFound,
}

/// Says anew what a signature shows: a mended name, or a name for one that showed none.
///
/// # Errors
/// [`Error`] when the database or the secrets folder is away.
pub fn amend(ctx: &Ctx, petition: PetitionId, amendment: &client::Cast) -> Result<AmendedCast, Error> {
    let Ok(parsed) = AmendLeaf::parse(&amendment.leaf) else { return Ok(AmendedCast::Invalid) };
    let opens = parsed.verify_opening(&amendment.salt, &amendment.extension).is_ok();
    if parsed.petition() != petition || parsed.verify().is_err() || !opens {
        return Ok(AmendedCast::Invalid);
    }
    if !is_a_name_to_show(&amendment.extension) {
        return Ok(AmendedCast::NameRefused);
    }
    let amended = ctx.write_logs(|db| {
        let known = petitions::find(db, petition)?.filter(|found| {
            is_known(found) && matches!(found.standing_at(ctx.now()), Standing::Quiet | Standing::Public)
        });
        if known.is_none() {
            return Ok(None);
        }
        let client::Cast { leaf, salt, extension } = amendment;
        collector::amend(ctx, db, petition, leaf, salt, extension).map(Some)
    })?;
    Ok(match amended {
        Some(Amended::Done(_)) => AmendedCast::Done,
        Some(Amended::Waits) => AmendedCast::Waits,
        Some(Amended::Voided) => AmendedCast::Voided,
        Some(Amended::Before) => AmendedCast::Before,
        Some(Amended::Unknown) => AmendedCast::Unknown,
        None => AmendedCast::NotFound,
    })
}

/// Whether a client that knows the petition's id may know of it: signing has begun.
fn is_known(petition: &petitions::Petition) -> bool {
    petition.genesis_hash.is_some() && petition.state.standing(petition.listing) != Standing::Private
}

/// Names that the form would refuse are refused here too: the page shows what it shows.
fn name_can_be_shown(submission: &Submission) -> bool {
    match &submission.shown {
        Shown::Name { extension, .. } => {
            !matches!(Extension::parse(extension), Ok(Extension::Public { .. }))
                || is_a_name_to_show(extension)
        }
        Shown::SealedName(_) | Shown::Nothing => true,
    }
}

/// Whether an extension is public, with name and title as they would be kept from the form.
fn is_a_name_to_show(extension: &[u8]) -> bool {
    match Extension::parse(extension) {
        Ok(Extension::Public { name, title }) => can_be_shown(&name, title.as_deref()),
        _ => false,
    }
}

/// Whether a name and a job title are as the form would have kept them.
#[must_use]
pub fn can_be_shown(name: &str, title: Option<&str>) -> bool {
    let name_is = DisplayName::parse(name).is_ok_and(|parsed| parsed.expose() == name);
    let title_is = title.is_none_or(|title| {
        JobTitle::parse(title).is_ok_and(|parsed| parsed.is_some_and(|parsed| parsed.expose() == title))
    });
    name_is && title_is
}
