//! With the withdrawal code: see the signature, take the name down, mend it, withdraw. At any time, also after
//! closing, and after the petition was taken down.

use crate::{
    actions::{
        Ctx, Error, OwnData,
        collector::{self, NameRemoved, Withdrawn},
        signing::casts::{self, AmendedCast},
    },
    db::petitions,
    domain::{
        ids::PetitionId,
        text::{DisplayName, JobTitle, Phrase},
    },
    faults::{CrashPoint, reach},
    protocol::{client, extension::Extension, statement::Statement},
};

pub use crate::actions::collector::{Held, Signed};
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
    let withdrawn = ctx.write_logs(|db| {
        let withdrawn = collector::withdraw(ctx, db, code)?;
        reach(CrashPoint::WithdrawBeforeCommit);
        Ok::<_, Error>(withdrawn)
    })?;
    reach(CrashPoint::WithdrawAfterCommit);
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
    /// The petition shows nothing any more: it was taken down, or ended without having been opened to the public.
    NotShown,
    /// No signature has this code, or it was withdrawn.
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
        .or(Err(Error::Broken(OwnData::Amendment)))?;
    Ok(match casts::amend(ctx, signed.petition, &amendment)? {
        AmendedCast::Done => NameChanged::Done(signed.petition),
        AmendedCast::Waits => NameChanged::Waits,
        AmendedCast::Voided => NameChanged::Voided,
        AmendedCast::NotFound => NameChanged::NotShown,
        AmendedCast::Unknown => NameChanged::Unknown,
        AmendedCast::Invalid | AmendedCast::NameRefused | AmendedCast::Before => {
            return Err(Error::Broken(OwnData::Amendment));
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

/// What the holder of a code has said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedStatement {
    /// The signature.
    pub signed: Signed,
    /// The statement, one line. It shows which entry of the log is whose.
    pub statement: StatementLine,
}

/// A statement as it is handed over. Redacted in `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct StatementLine(String);

impl StatementLine {
    /// The line.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for StatementLine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("StatementLine(…)")
    }
}

/// Signs a phrase with the key of a code, so that its holder can prove to somebody that a signature is theirs. Done in
/// memory: nothing is written anywhere. `None`: no signature has this code.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn prove(ctx: &Ctx, code: &WithdrawalCode, phrase: &Phrase) -> Result<Option<SignedStatement>, Error> {
    let Some(signed) = find(ctx, code)? else { return Ok(None) };
    let petition = ctx.store.read(|db| petitions::find(db, signed.petition))?;
    let genesis_hash = petition.and_then(|petition| petition.genesis_hash?.try_into().ok());
    let genesis_hash = genesis_hash.ok_or(Error::Broken(OwnData::SignatureWithoutGenesis))?;
    let line = Statement::sign(signed.petition, genesis_hash, code, phrase.clone()).to_json();
    Ok(Some(SignedStatement { signed, statement: StatementLine(line) }))
}
