//! What waits to be confirmed, and the codes that were mailed. Every sensitive column is sealed under a key
//! that gets destroyed; what is in it is the actions' business.

use diesel::{prelude::*, upsert::excluded};

use crate::db::{
    Db, Error,
    schema::{address_limit, mail_code, pending_signature},
    unless_taken,
};

/// A pending signature as it lies in the table.
#[derive(Debug, Queryable)]
pub struct PendingRow {
    /// Hash of the ticket: the key.
    pub ticket_hash: Vec<u8>,
    /// Codes typed so far at this ticket, this one included.
    pub tries: i32,
    /// What was typed into the form, sealed.
    pub sealed: Vec<u8>,
}

/// The columns of a [`PendingRow`].
const PENDING_ROW: (pending_signature::ticket_hash, pending_signature::tries, pending_signature::sealed) =
    (pending_signature::ticket_hash, pending_signature::tries, pending_signature::sealed);

/// A row's key (or id) and what was sealed in it.
pub type SealedRow = (Vec<u8>, Vec<u8>);

/// Adds a pending signature.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn add_pending(db: &mut Db, ticket_hash: &[u8], link_hash: &[u8], sealed: &[u8]) -> Result<(), Error> {
    diesel::insert_into(pending_signature::table)
        .values((
            pending_signature::ticket_hash.eq(ticket_hash),
            pending_signature::link_hash.eq(link_hash),
            pending_signature::tries.eq(0),
            pending_signature::sealed.eq(sealed),
        ))
        .execute(db)?;
    Ok(())
}

/// Adds a pending signature unless its ticket is there. Whoever adds the same one at the same time is waited for.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn add_pending_once(
    db: &mut Db,
    ticket_hash: &[u8],
    link_hash: &[u8],
    sealed: &[u8],
) -> Result<bool, Error> {
    unless_taken(db, |db| {
        diesel::insert_into(pending_signature::table)
            .values((
                pending_signature::ticket_hash.eq(ticket_hash),
                pending_signature::link_hash.eq(link_hash),
                pending_signature::tries.eq(0),
                pending_signature::sealed.eq(sealed),
            ))
            .execute(db)
    })
}

/// The pending signature under a ticket. No try is counted.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn pending_by_ticket(db: &mut Db, ticket_hash: &[u8]) -> Result<Option<PendingRow>, Error> {
    Ok(pending_signature::table
        .filter(pending_signature::ticket_hash.eq(ticket_hash))
        .select(PENDING_ROW)
        .first(db)
        .optional()?)
}

/// Counts a try at a ticket and reads it. The update comes first, so that two tries at once are taken one
/// after the other on PostgreSQL too.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn take_try(db: &mut Db, ticket_hash: &[u8]) -> Result<Option<PendingRow>, Error> {
    Ok(diesel::update(pending_signature::table.filter(pending_signature::ticket_hash.eq(ticket_hash)))
        .set(pending_signature::tries.eq(pending_signature::tries + 1))
        .returning(PENDING_ROW)
        .get_result(db)
        .optional()?)
}

/// Gives a try back: the code was right.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn forget_try(db: &mut Db, ticket_hash: &[u8]) -> Result<(), Error> {
    diesel::update(pending_signature::table.filter(pending_signature::ticket_hash.eq(ticket_hash)))
        .set(pending_signature::tries.eq(pending_signature::tries - 1))
        .execute(db)?;
    Ok(())
}

/// The pending signature that a mailed link names.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn pending_by_link(db: &mut Db, link_hash: &[u8]) -> Result<Option<PendingRow>, Error> {
    Ok(pending_signature::table
        .filter(pending_signature::link_hash.eq(link_hash))
        .select(PENDING_ROW)
        .first(db)
        .optional()?)
}

/// The pending signature under a ticket, with its row locked until the transaction ends. No try is counted.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn hold_pending(db: &mut Db, ticket_hash: &[u8]) -> Result<Option<PendingRow>, Error> {
    Ok(diesel::update(pending_signature::table.filter(pending_signature::ticket_hash.eq(ticket_hash)))
        .set(pending_signature::tries.eq(pending_signature::tries))
        .returning(PENDING_ROW)
        .get_result(db)
        .optional()?)
}

/// Replaces what is sealed (it was confirmed).
///
/// # Errors
/// [`Error`] when the database is away.
pub fn replace_pending(db: &mut Db, ticket_hash: &[u8], sealed: &[u8]) -> Result<(), Error> {
    diesel::update(pending_signature::table.filter(pending_signature::ticket_hash.eq(ticket_hash)))
        .set(pending_signature::sealed.eq(sealed))
        .execute(db)?;
    Ok(())
}

/// Hash and sealed bytes of all pending signatures, for the purge.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn sealed_pending(db: &mut Db) -> Result<Vec<SealedRow>, Error> {
    Ok(pending_signature::table
        .select((pending_signature::ticket_hash, pending_signature::sealed))
        .load(db)?)
}

/// Removes pending signatures.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn remove_pending(db: &mut Db, ticket_hashes: &[Vec<u8>]) -> Result<(), Error> {
    diesel::delete(pending_signature::table.filter(pending_signature::ticket_hash.eq_any(ticket_hashes)))
        .execute(db)?;
    Ok(())
}

/// Adds a mailed code (or, for an address that gets no mail, a decoy that nothing finds).
///
/// # Errors
/// [`Error`] when the database is away.
pub fn add_code(db: &mut Db, lookup: &[u8], id: &[u8], sealed: &[u8]) -> Result<(), Error> {
    diesel::insert_into(mail_code::table)
        .values((mail_code::lookup.eq(lookup), mail_code::id.eq(id), mail_code::sealed.eq(sealed)))
        .execute(db)?;
    Ok(())
}

/// The codes under any of `lookups`, sealed.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn codes(db: &mut Db, lookups: &[Vec<u8>]) -> Result<Vec<SealedRow>, Error> {
    Ok(mail_code::table
        .filter(mail_code::lookup.eq_any(lookups))
        .select((mail_code::id, mail_code::sealed))
        .load(db)?)
}

/// One code, sealed.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn find_code(db: &mut Db, lookup: &[u8], id: &[u8]) -> Result<Option<Vec<u8>>, Error> {
    Ok(mail_code::table
        .filter(mail_code::lookup.eq(lookup))
        .filter(mail_code::id.eq(id))
        .select(mail_code::sealed)
        .first(db)
        .optional()?)
}

/// Replaces what is sealed (the mail was accepted).
///
/// # Errors
/// [`Error`] when the database is away.
pub fn replace_code(db: &mut Db, lookup: &[u8], id: &[u8], sealed: &[u8]) -> Result<(), Error> {
    diesel::update(mail_code::table.filter(mail_code::lookup.eq(lookup)).filter(mail_code::id.eq(id)))
        .set(mail_code::sealed.eq(sealed))
        .execute(db)?;
    Ok(())
}

/// Ids and sealed bytes of all codes, for the purge.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn sealed_codes(db: &mut Db) -> Result<Vec<SealedRow>, Error> {
    Ok(mail_code::table.select((mail_code::id, mail_code::sealed)).load(db)?)
}

/// Removes codes by id.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn remove_codes(db: &mut Db, ids: &[Vec<u8>]) -> Result<(), Error> {
    diesel::delete(mail_code::table.filter(mail_code::id.eq_any(ids))).execute(db)?;
    Ok(())
}

/// Counts so many more mails of today under `lookup`, and says how many that makes; with none, holds the count until the
/// transaction ends. One statement whether there were any today or not: the statements executed must not tell (protocol,
/// game G11).
///
/// # Errors
/// [`Error`] when the database is away.
pub fn count_mails(db: &mut Db, lookup: &[u8], more: i32) -> Result<i32, Error> {
    let row = (address_limit::lookup.eq(lookup), address_limit::mails.eq(more));
    let mails = match db {
        Db::Sqlite(connection) => diesel::insert_into(address_limit::table)
            .values(row)
            .on_conflict(address_limit::lookup)
            .do_update()
            .set(address_limit::mails.eq(address_limit::mails + excluded(address_limit::mails)))
            .returning(address_limit::mails)
            .get_result(connection)?,
        Db::Postgres(connection) => diesel::insert_into(address_limit::table)
            .values(row)
            .on_conflict(address_limit::lookup)
            .do_update()
            .set(address_limit::mails.eq(address_limit::mails + excluded(address_limit::mails)))
            .returning(address_limit::mails)
            .get_result(connection)?,
    };
    Ok(mails)
}

/// Counts so many mails less, where that day's count is still kept.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn uncount_mails(db: &mut Db, lookup: &[u8], fewer: i32) -> Result<(), Error> {
    let kept =
        address_limit::table.filter(address_limit::lookup.eq(lookup)).filter(address_limit::mails.ge(fewer));
    diesel::update(kept).set(address_limit::mails.eq(address_limit::mails - fewer)).execute(db)?;
    Ok(())
}

/// Forgets all limits: a day ended.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn remove_limits(db: &mut Db) -> Result<(), Error> {
    diesel::delete(address_limit::table).execute(db)?;
    Ok(())
}
