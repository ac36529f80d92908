//! What a signer can do with the withdrawal code, and what an owner or admin can do without it: hide a name,
//! never reveal one.

use super::{
    super::{Ctx, Error, OwnData},
    log::append,
    spool,
};
use crate::{
    db::{Db, collector as rows},
    domain::{ids::PetitionId, void::VoidReason},
    protocol::{
        client::retract,
        leaf::{AmendLeaf, RetractLeaf},
        withdrawal_code::WithdrawalCode,
    },
};

/// A signature, as the holder of its withdrawal code sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signed {
    /// The petition.
    pub petition: PetitionId,
    /// Its place in the log. `None`: it waits for its group.
    pub index: Option<u64>,
    /// What is shown on the page (canonical JSON). `None`: nothing is shown (any more).
    pub shown: Option<Vec<u8>>,
    /// Whether the owner or an admin hid the name.
    pub hidden: bool,
    /// Whether it was withdrawn; the number may follow with the next group.
    pub withdrawn: bool,
    /// Whether it shows no name, and never did.
    pub nameless: bool,
    /// What is held of a name that is not shown.
    pub held: Held,
    /// Why an admin has invalidated it, where one has: then it is not counted, and its name is not shown.
    pub voided: Option<VoidReason>,
}

/// What is held of a name that is not shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Held {
    /// Nothing.
    Nothing,
    /// The name, sealed to the trustee.
    SealedName,
}

impl Held {
    pub(super) const fn of(is_sealed: bool) -> Self {
        if is_sealed { Self::SealedName } else { Self::Nothing }
    }
}

/// What withdrawing led to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Withdrawn {
    /// It is withdrawn, now or since before.
    Done {
        /// The petition.
        petition: PetitionId,
        /// Whether it showed no name: then the number follows with others.
        nameless: bool,
        /// Whether it was invalidated: then the number held it no longer.
        voided: bool,
    },
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
/// [`Error`] when the database or the secrets folder is away.
pub fn find(ctx: &Ctx, db: &mut Db, code: &WithdrawalCode) -> Result<Option<Signed>, Error> {
    let nonce = code.nonce();
    let Some(cast) = rows::find_cast(db, &nonce)? else {
        let waiting = spool::waits(ctx, db, &nonce)?;
        return Ok(waiting.map(|waiting| Signed {
            petition: waiting.petition,
            index: None,
            shown: None,
            hidden: false,
            withdrawn: waiting.withdrawn,
            nameless: true,
            held: Held::of(waiting.sealed),
            voided: None,
        }));
    };
    let opening = rows::opening(db, cast.petition, cast.index)?;
    let hidden = opening.as_ref().is_some_and(|(_, hidden)| *hidden);
    let withdrawn = cast.retracted || spool::is_being_retracted(ctx, db, cast.petition, &nonce)?;
    let voided = match cast.voided {
        Some(first) => Some(rows::reason_of(db, cast.petition, first)?),
        None => None,
    };
    Ok(Some(Signed {
        voided,
        petition: cast.petition,
        index: Some(cast.index),
        shown: opening.filter(|(_, hidden)| !hidden).map(|(extension, _)| extension),
        hidden,
        withdrawn,
        nameless: cast.batched,
        held: Held::of(rows::has_sealed_name(db, cast.petition, cast.index)?),
    }))
}

/// Withdraws a signature, for good. One with a name goes at once: a retract leaf, the number, the name. One
/// without a name goes with the next group of such. Doing it twice is success.
///
/// # Errors
/// [`Error`] when the database or the secrets folder is away.
pub fn withdraw(ctx: &Ctx, db: &mut Db, code: &WithdrawalCode) -> Result<Withdrawn, Error> {
    let nonce = code.nonce();
    let petition = match rows::find_cast(db, &nonce)? {
        Some(cast) => Some(cast.petition),
        None => spool::waits(ctx, db, &nonce)?.map(|waiting| waiting.petition),
    };
    match petition {
        Some(petition) => withdraw_by_leaf(ctx, db, petition, &retract(petition, code)),
        None => Ok(Withdrawn::Unknown),
    }
}

/// Withdraws the signature that a retract leaf is for. The leaf's signature is the caller's to check.
///
/// # Errors
/// [`Error`] when the database or the secrets folder is away.
pub fn withdraw_by_leaf(
    ctx: &Ctx,
    db: &mut Db,
    petition: PetitionId,
    leaf: &[u8],
) -> Result<Withdrawn, Error> {
    let nonce = RetractLeaf::parse(leaf).or(Err(Error::Broken(OwnData::Retraction)))?.nonce();
    // Under the spool's lock, so that what waits does not come out of it meanwhile.
    let mut spool = spool::Locked::lock(ctx, db, petition)?;
    let cast = rows::find_cast(db, &nonce)?.filter(|cast| cast.petition == petition);
    let nameless = cast.as_ref().is_none_or(|cast| cast.batched);
    let voided = cast.as_ref().is_some_and(|cast| cast.voided.is_some());
    match cast {
        Some(cast) if cast.retracted => {}
        Some(cast) if !cast.batched => {
            append(ctx, db, petition, &[leaf.to_vec()])?;
            rows::retract_cast(db, &nonce)?;
            if cast.is_counted() {
                rows::change_number(db, petition, cast.crowd, -1, ctx.now().day())?;
            }
            rows::erase_opening(db, petition, cast.index)?;
        }
        None if spool.cast(db, &nonce)?.is_none() => return Ok(Withdrawn::Unknown),
        cast @ (Some(_) | None) => {
            // The name goes at once; that it went shows with the others.
            if let Some(cast) = cast {
                rows::empty_sealed_name(db, petition, cast.index)?;
                rows::erase_opening(db, petition, cast.index)?;
            }
            let waiting = spool::Waiting::Retraction { nonce, leaf: leaf.to_vec() };
            spool.put(db, waiting)?;
        }
    }
    Ok(Withdrawn::Done { petition, nameless, voided })
}

/// What saying anew what a signature shows led to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Amended {
    /// It shows that now.
    Done(PetitionId),
    /// It still waits for its group: only what is published can be amended.
    Waits,
    /// An admin has invalidated it: it shows nothing.
    Voided,
    /// This very amendment was made before, and something else was shown, or nothing, since.
    Before,
    /// No signature has this code, or it was withdrawn.
    Unknown,
}

/// Shows what an amend leaf says. The leaf's signature, and that it is opened by this, is the caller's to check.
///
/// # Errors
/// [`Error`] when the database or the secrets folder is away.
pub fn amend(
    ctx: &Ctx,
    db: &mut Db,
    petition: PetitionId,
    leaf: &[u8],
    salt: &[u8; 32],
    extension: &[u8],
) -> Result<Amended, Error> {
    let parsed = AmendLeaf::parse(leaf).or(Err(Error::Broken(OwnData::Amendment)))?;
    let nonce = parsed.nonce();
    let spool = spool::Locked::lock(ctx, db, petition)?;
    let Some(cast) = rows::find_cast(db, &nonce)?.filter(|cast| cast.petition == petition) else {
        return Ok(if spool.cast(db, &nonce)?.is_some() { Amended::Waits } else { Amended::Unknown });
    };
    if cast.retracted || spool::is_being_retracted(ctx, db, petition, &nonce)? {
        return Ok(Amended::Unknown);
    }
    if cast.voided.is_some() {
        // What nobody sees is not changed either: when it counts again, it shows what it showed.
        return Ok(Amended::Voided);
    }
    let shown = rows::opening(db, petition, cast.index)?;
    if shown.is_some_and(|(now, _)| now == extension) {
        // Sent twice: nothing new is said.
        return Ok(Amended::Done(petition));
    }
    // It is public from now on: everybody could send it again.
    if !rows::first_amendment(db, petition, parsed.commitment())? {
        return Ok(Amended::Before);
    }
    append(ctx, db, petition, &[leaf.to_vec()])?;
    rows::replace_opening(db, petition, cast.index, salt, extension)?;
    // Withdrawn as any other name now, at once; what was sealed is not opened beside it.
    rows::show_cast(db, petition, cast.index)?;
    rows::forget_sealed_name(db, petition, cast.index)?;
    Ok(Amended::Done(petition))
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
