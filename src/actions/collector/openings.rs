//! What a signer can do with the withdrawal code, and what an owner or admin can do without it: hide a name,
//! never reveal one.

use super::{
    super::{Ctx, Error},
    log::append,
};
use crate::{
    db::{Db, collector as rows},
    domain::ids::PetitionId,
    protocol::{client::retract, withdrawal_code::WithdrawalCode},
};

/// A published signature, as the holder of its withdrawal code sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signed {
    /// The petition.
    pub petition: PetitionId,
    /// Its place in the log.
    pub index: u64,
    /// What is shown on the page (canonical JSON). `None`: nothing is shown any more.
    pub shown: Option<Vec<u8>>,
    /// Whether the owner or an admin hid the name.
    pub hidden: bool,
    /// Whether it was withdrawn.
    pub withdrawn: bool,
}

/// What withdrawing led to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Withdrawn {
    /// It is withdrawn, now or since before.
    Done(PetitionId),
    /// No signature has this code.
    Unknown,
}

/// What taking a name down led to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NameRemoved {
    /// No name is shown, now or since before; the signature still counts.
    Done(PetitionId),
    /// No signature has this code, or it was withdrawn.
    Unknown,
}

/// The signature that a withdrawal code belongs to.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn find(db: &mut Db, code: &WithdrawalCode) -> Result<Option<Signed>, Error> {
    let Some(cast) = rows::find_cast(db, &code.nonce())? else { return Ok(None) };
    let opening = rows::opening(db, cast.petition, cast.index)?;
    let hidden = opening.as_ref().is_some_and(|(_, hidden)| *hidden);
    Ok(Some(Signed {
        petition: cast.petition,
        index: cast.index,
        shown: opening.filter(|(_, hidden)| !hidden).map(|(extension, _)| extension),
        hidden,
        withdrawn: cast.retracted,
    }))
}

/// Withdraws a signature, for good: a retract leaf, the number, the name, in one go. Doing it twice is
/// success.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn withdraw(ctx: &Ctx, db: &mut Db, code: &WithdrawalCode) -> Result<Withdrawn, Error> {
    let nonce = code.nonce();
    let Some(cast) = rows::find_cast(db, &nonce)? else { return Ok(Withdrawn::Unknown) };
    if rows::retract_cast(db, &nonce)? {
        append(ctx, db, cast.petition, &[retract(cast.petition, code)])?;
        rows::add_published(db, cast.petition, cast.crowd, -1, ctx.now().day())?;
        rows::erase_opening(db, cast.petition, cast.index)?;
    }
    Ok(Withdrawn::Done(cast.petition))
}

/// Takes the name down and keeps the signature counted. Doing it twice is success.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn remove_name(db: &mut Db, code: &WithdrawalCode) -> Result<NameRemoved, Error> {
    let Some(cast) = rows::find_cast(db, &code.nonce())?.filter(|cast| !cast.retracted) else {
        return Ok(NameRemoved::Unknown);
    };
    rows::erase_opening(db, cast.petition, cast.index)?;
    Ok(NameRemoved::Done(cast.petition))
}

/// Hides the name at a place of the log. `false` when none is there.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn hide_name(db: &mut Db, petition: PetitionId, index: u64) -> Result<bool, Error> {
    Ok(rows::hide_opening(db, petition, index)?)
}
