//! Having logs cosigned by witnesses: which checkpoint each is shown in this turn of the clock, and what to do with what
//! they answer. Asking them is the jobs', over the network, and never in reaction to a signature.

use crate::{
    actions::{
        Ctx, Error, OwnData,
        collector::{self, Due},
    },
    db::{collector as rows, petitions},
    domain::{ids::PetitionId, time::Timestamp},
    log::{checkpoint::Checkpoint, note::VerifierKey, witness::Submission},
};

/// When the turn began in which this is.
fn turn(ctx: &Ctx) -> Timestamp {
    ctx.rules.schedule.turn(ctx.now())
}

/// The petitions whose logs everyone may know: not those that were never opened to the public, and of those that were taken down the ones
/// that witnesses had seen by then. A log must not get away from its witnesses by being taken down.
fn shown_to_witnesses(ctx: &Ctx) -> Result<Vec<PetitionId>, Error> {
    ctx.store.read(|db| {
        let mut petitions = petitions::public(db)?;
        for petition in petitions::taken_down(db)? {
            if collector::was_witnessed(db, petition)? {
                petitions.push(petition);
            }
        }
        Ok(petitions)
    })
}

/// Picks the checkpoints of this turn. Done after the batches of the turn are out. Says how many.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn begin_turns(ctx: &Ctx) -> Result<u64, Error> {
    if ctx.rules.witnesses.is_empty() {
        return Ok(0);
    }
    let (turn, mut begun) = (turn(ctx), 0_u64);
    let done = ctx.store.read(|db| rows::shown_in(db, turn).map_err(Error::from))?;
    for petition in shown_to_witnesses(ctx)?.into_iter().filter(|petition| !done.contains(petition)) {
        let is_new = ctx.store.write(|db| collector::begin_witness_turn(ctx, db, petition, turn))?;
        begun = begun.saturating_add(u64::from(is_new));
    }
    Ok(begun)
}

/// Who is to be asked about what: of the checkpoints that were picked last, those without an answer yet.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn due(ctx: &Ctx) -> Result<Vec<Due>, Error> {
    if ctx.rules.witnesses.is_empty() {
        return Ok(Vec::new());
    }
    ctx.store.read(|db| {
        let mut due = Vec::new();
        for petition in rows::shown(db)? {
            due.extend(collector::due_witnesses(ctx, db, petition)?);
        }
        Ok(due)
    })
}

/// What the witness is sent, if it knows `known` entries, which is no more than there are.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn submission(ctx: &Ctx, due: &Due, known: u64) -> Result<Submission, Error> {
    ctx.store.read(|db| collector::submission(db, due, known))
}

/// Takes what a witness answered. `false`: there is no cosignature of its own on what it was shown.
///
/// # Errors
/// [`Error`] when the database or the secrets folder is away.
pub fn take_answer(ctx: &Ctx, due: &Due, answer: &[u8]) -> Result<bool, Error> {
    let key = ctx.store.read(|db| collector::verifier_key(ctx, db, due.petition))?;
    let key = VerifierKey::parse(&key).or(Err(Error::Broken(OwnData::LogKey)))?;
    let checkpoint =
        Checkpoint::verify(due.note.as_bytes(), &key).or(Err(Error::Broken(OwnData::Checkpoint)))?;
    let Some(cosignature) = due.witness.key.find_in(&checkpoint.body(), answer) else { return Ok(false) };
    ctx.store.write(|db| collector::keep_cosignature(db, due, &cosignature))?;
    Ok(true)
}

/// Whether a witness that knows so many entries knows more than the log has now.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn is_more_than_there_is(ctx: &Ctx, due: &Due, known: u64) -> Result<bool, Error> {
    let head = ctx.store.read(|db| rows::head(db, due.petition).map_err(Error::from))?;
    Ok(head.is_none_or(|head| known > head.size))
}
