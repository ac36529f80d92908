//! With the withdrawal code: see the signature, take the name down, withdraw. At any time, also after
//! closing, and after the petition was taken down.

use super::{
    Ctx, Error,
    collector::{self, NameRemoved, Withdrawn},
};
use crate::faults::{CrashPoint, reach};

pub use super::collector::{Held, Signed};
pub use crate::protocol::withdrawal_code::{WithdrawalCode, WithdrawalCodeError};

/// The signature that a withdrawal code belongs to.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn find(ctx: &Ctx, code: &WithdrawalCode) -> Result<Option<Signed>, Error> {
    ctx.store.read(|db| collector::find(ctx, db, code))
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

/// Takes the name down and keeps the signature counted.
///
/// # Errors
/// [`Error`] when the database is away; nothing was changed.
pub fn remove_name(ctx: &Ctx, code: &WithdrawalCode) -> Result<NameRemoved, Error> {
    ctx.store.write(|db| collector::remove_name(db, code))
}
