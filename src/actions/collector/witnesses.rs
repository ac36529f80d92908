//! What witnesses are shown of a log, and what they cosigned. The clock picks the checkpoint, once a turn: a cosignature
//! holds the second in which it was made, and must not tell when somebody signed.

use std::collections::BTreeSet;

use super::{
    super::{Ctx, Error, OwnData},
    mark::shown_checkpoint,
    tiles::hashes,
};
use crate::{
    config::Witness,
    db::{
        Db,
        collector::{self as rows, CosignatureRow, WitnessedRow},
    },
    domain::{ids::PetitionId, time::Timestamp},
    log::{
        cosignature::{Cosignature, with_lines},
        proof::{self, FromTiles},
        witness::Submission,
    },
};

/// A checkpoint with the cosignatures that it has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cosigned {
    /// How many entries.
    pub size: u64,
    /// The note, its cosignature lines at the end.
    pub note: String,
    lines: Vec<String>,
}

/// A witness and the newest that it cosigned of a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WitnessAccount {
    /// Its name.
    pub name: String,
    /// Its verifier key.
    pub key: String,
    /// How many entries it has seen, and when it said so. `None`: it has not cosigned this log yet.
    pub seen: Option<(u64, Timestamp)>,
}

/// A witness that is to be asked about a petition's log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    /// The petition.
    pub petition: PetitionId,
    /// Whom to ask.
    pub witness: Witness,
    /// The checkpoint, as signed.
    pub note: String,
    /// How many entries it has.
    pub size: u64,
    /// How many entries the witness knows, as far as we do.
    pub known: u64,
    /// When the turn began in which it was picked.
    pub turn: Timestamp,
}

/// The cosignatures of witnesses that the operator has named; others are kept for no longer than they must.
fn cosignatures(ctx: &Ctx, db: &mut Db, petition: PetitionId) -> Result<Vec<CosignatureRow>, Error> {
    let keys: BTreeSet<String> = ctx.rules.witnesses.iter().map(|one| one.key.to_string()).collect();
    let mut all = rows::cosignatures_of(db, petition)?;
    all.retain(|row| keys.contains(&row.witness));
    Ok(all)
}

/// The cosigned checkpoint that readers are given: the newest, but the one of the turn before as long as more witnesses
/// have cosigned that. A reader who asks for several witnesses so never meets a moment when only the first has answered.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn witnessed(ctx: &Ctx, db: &mut Db, petition: PetitionId) -> Result<Option<Cosigned>, Error> {
    let cosignatures = cosignatures(ctx, db, petition)?;
    let cosigned = |row: WitnessedRow| {
        let of_size = cosignatures.iter().filter(|one| one.size == row.size);
        let lines: Vec<String> = of_size.map(|one| one.line.clone()).collect();
        let note = with_lines(&row.note, lines.iter().map(String::as_str));
        Cosigned { size: row.size, note, lines }
    };
    let all = rows::witnessed_of(db, petition)?.into_iter().map(cosigned);
    Ok(all.filter(|one| !one.lines.is_empty()).max_by_key(|one| (one.lines.len(), one.size)))
}

/// The newest checkpoint of a log, signed, and cosigned where witnesses have seen just this one. `None` where there is
/// no log.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn cosigned_checkpoint(ctx: &Ctx, db: &mut Db, petition: PetitionId) -> Result<Option<String>, Error> {
    let Some((size, note)) = shown_checkpoint(ctx, db, petition)? else { return Ok(None) };
    let witnessed = witnessed(ctx, db, petition)?.filter(|one| one.size == size);
    let lines = witnessed.map(|one| one.lines).unwrap_or_default();
    Ok(Some(with_lines(&note, lines.iter().map(String::as_str))))
}

/// The witnesses that the operator has named, and how far each has seen this log.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn witness_accounts(ctx: &Ctx, db: &mut Db, petition: PetitionId) -> Result<Vec<WitnessAccount>, Error> {
    let cosignatures = cosignatures(ctx, db, petition)?;
    let notes = rows::witnessed_of(db, petition)?;
    let account = |witness: &Witness| {
        let key = witness.key.to_string();
        let newest = cosignatures.iter().rev().find(|one| one.witness == key);
        let seen = newest.and_then(|one| Some((one.size, time_of(witness, one, &notes)?)));
        WitnessAccount { name: witness.key.name().to_owned(), key, seen }
    };
    Ok(ctx.rules.witnesses.iter().map(account).collect())
}

/// The time in a line; the day of its turn where the note that it belongs to is kept no longer.
fn time_of(witness: &Witness, row: &CosignatureRow, notes: &[WitnessedRow]) -> Option<Timestamp> {
    let note = notes.iter().find(|note| note.size == row.size);
    let whole = note.map(|note| with_lines(&note.note, [row.line.as_str()]));
    match whole {
        Some(whole) => witness.key.find_on(whole.as_bytes()).map(|found| found.time),
        None => Some(row.turn),
    }
}

/// Whether witnesses were ever shown this log.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn was_witnessed(db: &mut Db, petition: PetitionId) -> Result<bool, Error> {
    Ok(!rows::witnessed_of(db, petition)?.is_empty())
}

/// Picks the checkpoint that witnesses are shown in this turn, unless that was done. `true`: it was not.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn begin_witness_turn(
    ctx: &Ctx,
    db: &mut Db,
    petition: PetitionId,
    turn: Timestamp,
) -> Result<bool, Error> {
    let before = rows::witnessed_of(db, petition)?;
    if before.iter().any(|row| row.turn == turn) {
        return Ok(false);
    }
    let Some((size, note)) = shown_checkpoint(ctx, db, petition)? else { return Ok(false) };
    // What was cosigned before the last turn is given to readers no longer, by however many.
    let cosigned: BTreeSet<u64> = cosignatures(ctx, db, petition)?.iter().map(|one| one.size).collect();
    let newest = before.iter().map(|row| row.size).rfind(|size| cosigned.contains(size));
    let is_kept = |kept: u64| kept == size || Some(kept) == newest;
    for row in before.iter().filter(|row| !is_kept(row.size)) {
        rows::forget_witnessed(db, petition, row.size)?;
    }
    // Of each witness the newest stays, so that it is known how far it has seen the log.
    let mut newer = BTreeSet::new();
    for row in rows::cosignatures_of(db, petition)?.into_iter().rev() {
        if !newer.insert(row.witness.clone()) && !is_kept(row.size) {
            rows::forget_cosignature(db, petition, row.size, &row.witness)?;
        }
    }
    rows::show_to_witnesses(db, petition, size, turn, &note)?;
    Ok(true)
}

/// The witnesses that have not cosigned the checkpoint that was picked last.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn due_witnesses(ctx: &Ctx, db: &mut Db, petition: PetitionId) -> Result<Vec<Due>, Error> {
    let shown = rows::witnessed_of(db, petition)?.into_iter().max_by_key(|row| row.turn);
    let Some(shown) = shown else { return Ok(Vec::new()) };
    let turn = shown.turn;
    let cosignatures = rows::cosignatures_of(db, petition)?;
    let due = |witness: &Witness| {
        let key = witness.key.to_string();
        let own: Vec<&CosignatureRow> = cosignatures.iter().filter(|one| one.witness == key).collect();
        let is_done = own.iter().any(|one| one.size == shown.size && one.turn == turn);
        let known = own.iter().map(|one| one.size).filter(|size| *size <= shown.size).max();
        (!is_done).then(|| Due {
            petition,
            witness: witness.clone(),
            note: shown.note.clone(),
            size: shown.size,
            known: known.unwrap_or_default(),
            turn,
        })
    };
    Ok(ctx.rules.witnesses.iter().filter_map(due).collect())
}

/// What the witness is sent: the checkpoint, and that it continues the log of `known` entries, which is no larger.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn submission(db: &mut Db, due: &Due, known: u64) -> Result<Submission, Error> {
    let mut source = FromTiles::new(due.size, |tile| hashes(db, due.petition, tile));
    let proof = proof::consistency(&mut source, known, due.size).map_err(|error| match error {
        proof::TileError::Fetch(error) => error,
        proof::TileError::Missing => Error::Broken(OwnData::LogSubtrees),
    })?;
    Ok(Submission { old: known, proof, note: due.note.clone() })
}

/// Keeps a cosignature that was verified, unless the turn is over.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn keep_cosignature(db: &mut Db, due: &Due, cosignature: &Cosignature) -> Result<(), Error> {
    let shown = rows::witnessed_of(db, due.petition)?;
    if !shown.iter().any(|row| row.size == due.size && row.turn == due.turn) {
        return Ok(());
    }
    let (witness, line) = (due.witness.key.to_string(), cosignature.line.clone());
    let row = CosignatureRow { size: due.size, witness, turn: due.turn, line };
    Ok(rows::keep_cosignature(db, due.petition, &row)?)
}
