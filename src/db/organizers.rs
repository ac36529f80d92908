//! Accounts and recovery codes.

use diesel::prelude::*;

use super::{
    Db, Error,
    schema::{organizer, recovery_code},
    unless_taken,
};
use crate::domain::{ids::OrganizerId, time::Day};

/// An account as it lies in the table.
#[derive(Clone, PartialEq, Eq)]
pub struct Account {
    /// Its id.
    pub id: OrganizerId,
    /// The name it goes by.
    pub pseudonym: String,
    /// PHC string of the passphrase.
    pub passphrase_hash: String,
    /// A private address, sealed under a durable key.
    pub mail_sealed: Option<Vec<u8>>,
    /// Whether it may moderate.
    pub is_admin: bool,
}

type AccountRow = (String, String, String, Option<Vec<u8>>, bool);

fn account((id, pseudonym, passphrase_hash, mail_sealed, is_admin): AccountRow) -> Result<Account, Error> {
    let id = OrganizerId::parse(&id).or(Err(Error::row("organizer")))?;
    Ok(Account { id, pseudonym, passphrase_hash, mail_sealed, is_admin })
}

/// Adds an account. `false` when somebody goes by that name, or by one that looks like it.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn add(db: &mut Db, new: &Account, pseudonym_folded: &str, today: Day) -> Result<bool, Error> {
    unless_taken(db, |db| {
        diesel::insert_into(organizer::table)
            .values((
                organizer::id.eq(new.id.to_string()),
                organizer::pseudonym.eq(&new.pseudonym),
                organizer::pseudonym_folded.eq(pseudonym_folded),
                organizer::passphrase_hash.eq(&new.passphrase_hash),
                organizer::mail_sealed.eq(new.mail_sealed.as_deref()),
                organizer::is_admin.eq(new.is_admin),
                organizer::created_day.eq(today.days()),
            ))
            .execute(db)
    })
}

/// Whether there is any account.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn any(db: &mut Db) -> Result<bool, Error> {
    Ok(organizer::table.count().get_result::<i64>(db)? > 0)
}

/// The columns of an account.
const ACCOUNT_ROW: (
    organizer::id,
    organizer::pseudonym,
    organizer::passphrase_hash,
    organizer::mail_sealed,
    organizer::is_admin,
) = (
    organizer::id,
    organizer::pseudonym,
    organizer::passphrase_hash,
    organizer::mail_sealed,
    organizer::is_admin,
);

/// The account that goes by a name.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn by_pseudonym(db: &mut Db, pseudonym_folded: &str) -> Result<Option<Account>, Error> {
    let row: Option<AccountRow> = organizer::table
        .filter(organizer::pseudonym_folded.eq(pseudonym_folded))
        .select(ACCOUNT_ROW)
        .first(db)
        .optional()?;
    row.map(account).transpose()
}

/// An account by id.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn find(db: &mut Db, id: OrganizerId) -> Result<Option<Account>, Error> {
    let row: Option<AccountRow> =
        organizer::table.filter(organizer::id.eq(id.to_string())).select(ACCOUNT_ROW).first(db).optional()?;
    row.map(account).transpose()
}

/// Changes the passphrase.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn set_passphrase(db: &mut Db, id: OrganizerId, hash: &str) -> Result<(), Error> {
    diesel::update(organizer::table.filter(organizer::id.eq(id.to_string())))
        .set(organizer::passphrase_hash.eq(hash))
        .execute(db)?;
    Ok(())
}

/// Changes or removes the private address.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn set_mail(db: &mut Db, id: OrganizerId, sealed: Option<&[u8]>) -> Result<(), Error> {
    diesel::update(organizer::table.filter(organizer::id.eq(id.to_string())))
        .set(organizer::mail_sealed.eq(sealed))
        .execute(db)?;
    Ok(())
}

/// Replaces all recovery codes.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn set_recovery_codes(db: &mut Db, id: OrganizerId, hashes: &[[u8; 32]]) -> Result<(), Error> {
    diesel::delete(recovery_code::table.filter(recovery_code::organizer_id.eq(id.to_string())))
        .execute(db)?;
    for hash in hashes {
        diesel::insert_into(recovery_code::table)
            .values((
                recovery_code::organizer_id.eq(id.to_string()),
                recovery_code::code_hash.eq(hash.as_slice()),
            ))
            .execute(db)?;
    }
    Ok(())
}

/// How many recovery codes are left.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn recovery_codes_left(db: &mut Db, id: OrganizerId) -> Result<u64, Error> {
    let count: i64 =
        recovery_code::table.filter(recovery_code::organizer_id.eq(id.to_string())).count().get_result(db)?;
    u64::try_from(count).or(Err(Error::row("recovery_code")))
}

/// Whether a recovery code is one of the account's.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn has_recovery_code(db: &mut Db, id: OrganizerId, hash: &[u8; 32]) -> Result<bool, Error> {
    let found: i64 = recovery_code::table
        .filter(recovery_code::organizer_id.eq(id.to_string()))
        .filter(recovery_code::code_hash.eq(hash.as_slice()))
        .count()
        .get_result(db)?;
    Ok(found > 0)
}

/// Uses a recovery code up. `false` when it is not one.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn use_recovery_code(db: &mut Db, id: OrganizerId, hash: &[u8; 32]) -> Result<bool, Error> {
    let used = diesel::delete(
        recovery_code::table
            .filter(recovery_code::organizer_id.eq(id.to_string()))
            .filter(recovery_code::code_hash.eq(hash.as_slice())),
    )
    .execute(db)?;
    Ok(used == 1)
}
