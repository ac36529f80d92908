//! With the withdrawal code: see the signature, take the name down, mend it, withdraw. At any time, also after
//! closing, and after the petition was taken down.

use super::{
    Ctx, Error,
    casting::{self, AmendedCast},
    collector::{self, NameRemoved, Withdrawn},
};
use crate::{
    domain::{
        ids::PetitionId,
        text::{DisplayName, JobTitle},
    },
    faults::{CrashPoint, reach},
    protocol::{client, extension::Extension},
};

pub use super::collector::{Held, Signed};
pub use crate::protocol::withdrawal_code::{WithdrawalCode, WithdrawalCodeError};

/// The signature that a withdrawal code belongs to.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn find(ctx: &Ctx, code: &WithdrawalCode) -> Result<Option<Signed>, Error> {
    let look = || ctx.store.read(|db| collector::find(ctx, db, code));
    // While it waits, the key under which it does may be another by the time it is looked for: read once more.
    match look()? {
        None => look(),
        found => Ok(found),
    }
}

/// Withdraws a signature, for good.
///
/// # Errors
/// [`Error`] when the database is away; nothing was changed.
pub fn withdraw(ctx: &Ctx, code: &WithdrawalCode) -> Result<Withdrawn, Error> {
    let (withdrawn, ended) = ctx.store.write(|db| {
        let withdrawn = collector::withdraw(ctx, db, code)?;
        reach(CrashPoint::WithdrawBeforeCommit);
        Ok::<_, Error>(withdrawn)
    })?;
    reach(CrashPoint::WithdrawAfterCommit);
    ended.destroy(ctx);
    Ok(withdrawn)
}

/// What showing another name led to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NameChanged {
    /// The page shows it now.
    Done(PetitionId),
    /// The signature still waits for its group.
    Waits,
    /// An admin has invalidated the signature: nothing is shown for it.
    Voided,
    /// The owner or an admin hid the name: it stays hidden whatever it is, and nothing was changed.
    Hidden,
    /// No signature has this code, it was withdrawn, or the petition was taken down.
    Unknown,
}

/// Shows another name, or a name where none was shown. The server does the client's part: it learns the code, and
/// so whose signature this is, which is public from now on anyway.
///
/// # Errors
/// [`Error`] when the database or the secrets folder is away; nothing was changed.
pub fn change_name(
    ctx: &Ctx,
    code: &WithdrawalCode,
    name: &DisplayName,
    title: Option<&JobTitle>,
) -> Result<NameChanged, Error> {
    let Some(signed) = find(ctx, code)? else { return Ok(NameChanged::Unknown) };
    if signed.hidden && !signed.withdrawn {
        return Ok(NameChanged::Hidden);
    }
    let extension = Extension::Public {
        name: String::from(name.expose()),
        title: title.map(|title| String::from(title.expose())),
    };
    let amendment = client::amend(signed.petition, code, &extension, ctx.entropy.as_ref())
        .or(Err(Error::Broken("an amendment")))?;
    Ok(match casting::amend(ctx, signed.petition, &amendment)? {
        AmendedCast::Done => NameChanged::Done(signed.petition),
        AmendedCast::Waits => NameChanged::Waits,
        AmendedCast::Voided => NameChanged::Voided,
        AmendedCast::Unknown | AmendedCast::NotFound => NameChanged::Unknown,
        AmendedCast::Invalid | AmendedCast::NameRefused | AmendedCast::Before => {
            return Err(Error::Broken("an amendment"));
        }
    })
}

/// Takes the name down and keeps the signature counted.
///
/// # Errors
/// [`Error`] when the database is away; nothing was changed.
pub fn remove_name(ctx: &Ctx, code: &WithdrawalCode) -> Result<NameRemoved, Error> {
    ctx.store.write(|db| collector::remove_name(db, code))
}
