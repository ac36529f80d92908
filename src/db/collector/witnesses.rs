//! Checkpoints that witnesses are shown, and what they cosigned. Rows say in which turn of the clock, and no finer time.

use diesel::prelude::*;

use crate::{
    db::{
        Db, Error,
        schema::{cosignature, witnessed},
    },
    domain::{ids::PetitionId, time::Timestamp},
};

/// A checkpoint that witnesses are shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WitnessedRow {
    /// How many entries.
    pub size: u64,
    /// When the turn began in which they are shown it.
    pub turn: Timestamp,
    /// As the log has signed it.
    pub note: String,
}

/// A cosignature that was verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CosignatureRow {
    /// Of the checkpoint of this size.
    pub size: u64,
    /// The witness's verifier key.
    pub witness: String,
    /// In which turn it was given.
    pub turn: Timestamp,
    /// The signature line, with its line feed.
    pub line: String,
}

fn place(size: u64) -> Result<i64, Error> {
    i64::try_from(size).or(Err(Error::row("witnessed")))
}

fn size_of(size: i64) -> Result<u64, Error> {
    u64::try_from(size).or(Err(Error::row("witnessed")))
}

/// The checkpoints of a petition that are kept for witnesses, the smallest first.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn witnessed_of(db: &mut Db, petition: PetitionId) -> Result<Vec<WitnessedRow>, Error> {
    let rows: Vec<(i64, i64, String)> = witnessed::table
        .filter(witnessed::petition_id.eq(petition.to_string()))
        .order(witnessed::size)
        .select((witnessed::size, witnessed::turn, witnessed::note))
        .load(db)?;
    rows.into_iter()
        .map(|(size, turn, note)| {
            Ok(WitnessedRow { size: size_of(size)?, turn: Timestamp::from_secs(turn), note })
        })
        .collect()
}

/// The cosignatures of a petition that are kept, the smallest size first.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn cosignatures_of(db: &mut Db, petition: PetitionId) -> Result<Vec<CosignatureRow>, Error> {
    let rows: Vec<(i64, String, i64, String)> = cosignature::table
        .filter(cosignature::petition_id.eq(petition.to_string()))
        .order((cosignature::size, cosignature::witness))
        .select((cosignature::size, cosignature::witness, cosignature::turn, cosignature::line))
        .load(db)?;
    rows.into_iter()
        .map(|(size, witness, turn, line)| {
            Ok(CosignatureRow { size: size_of(size)?, witness, turn: Timestamp::from_secs(turn), line })
        })
        .collect()
}

/// The petitions with a checkpoint that witnesses are shown in this turn.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn shown_in(db: &mut Db, turn: Timestamp) -> Result<Vec<PetitionId>, Error> {
    let rows: Vec<String> = witnessed::table
        .filter(witnessed::turn.eq(turn.secs()))
        .order(witnessed::petition_id)
        .select(witnessed::petition_id)
        .load(db)?;
    rows.iter().map(|id| PetitionId::parse(id).or(Err(Error::row("witnessed")))).collect()
}

/// The petitions with a checkpoint that witnesses are shown.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn shown(db: &mut Db) -> Result<Vec<PetitionId>, Error> {
    let all = witnessed::table.select(witnessed::petition_id).distinct().order(witnessed::petition_id);
    let rows: Vec<String> = all.load(db)?;
    rows.iter().map(|id| PetitionId::parse(id).or(Err(Error::row("witnessed")))).collect()
}

/// Shows witnesses a checkpoint in this turn, also one that they were shown before.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn show_to_witnesses(
    db: &mut Db,
    petition: PetitionId,
    size: u64,
    turn: Timestamp,
    note: &str,
) -> Result<(), Error> {
    forget_witnessed(db, petition, size)?;
    diesel::insert_into(witnessed::table)
        .values((
            witnessed::petition_id.eq(petition.to_string()),
            witnessed::size.eq(place(size)?),
            witnessed::turn.eq(turn.secs()),
            witnessed::note.eq(note),
        ))
        .execute(db)?;
    Ok(())
}

/// Forgets a checkpoint that a newer one has replaced.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn forget_witnessed(db: &mut Db, petition: PetitionId, size: u64) -> Result<(), Error> {
    let of_size = witnessed::table
        .filter(witnessed::petition_id.eq(petition.to_string()))
        .filter(witnessed::size.eq(place(size)?));
    diesel::delete(of_size).execute(db)?;
    Ok(())
}

/// Keeps a verified cosignature, in place of an older one of this witness for this size.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn keep_cosignature(db: &mut Db, petition: PetitionId, row: &CosignatureRow) -> Result<(), Error> {
    forget_cosignature(db, petition, row.size, &row.witness)?;
    diesel::insert_into(cosignature::table)
        .values((
            cosignature::petition_id.eq(petition.to_string()),
            cosignature::size.eq(place(row.size)?),
            cosignature::witness.eq(&row.witness),
            cosignature::turn.eq(row.turn.secs()),
            cosignature::line.eq(&row.line),
        ))
        .execute(db)?;
    Ok(())
}

/// Forgets a cosignature.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn forget_cosignature(db: &mut Db, petition: PetitionId, size: u64, witness: &str) -> Result<(), Error> {
    let one = cosignature::table
        .filter(cosignature::petition_id.eq(petition.to_string()))
        .filter(cosignature::size.eq(place(size)?))
        .filter(cosignature::witness.eq(witness));
    diesel::delete(one).execute(db)?;
    Ok(())
}
