//! Mail waiting to be sent: rows of random id and sealed bytes, in no order.

use diesel::prelude::*;

use super::{Db, Error, schema::outbox};

/// A row: its id (random, 16 bytes) and what was sealed.
pub type OutboxRow = (Vec<u8>, Vec<u8>);

/// Adds a mail.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn add(db: &mut Db, id: &[u8], sealed: &[u8]) -> Result<(), Error> {
    diesel::insert_into(outbox::table).values((outbox::id.eq(id), outbox::sealed.eq(sealed))).execute(db)?;
    Ok(())
}

/// All waiting mail, by id, at most `limit` rows above `after`.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn waiting(db: &mut Db, after: &[u8], limit: i64) -> Result<Vec<OutboxRow>, Error> {
    Ok(outbox::table
        .filter(outbox::id.gt(after))
        .order(outbox::id)
        .limit(limit)
        .select((outbox::id, outbox::sealed))
        .load(db)?)
}

/// One waiting mail.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn find(db: &mut Db, id: &[u8]) -> Result<Option<Vec<u8>>, Error> {
    Ok(outbox::table.filter(outbox::id.eq(id)).select(outbox::sealed).first(db).optional()?)
}

/// Replaces what is sealed (a later try).
///
/// # Errors
/// [`Error`] when the database is away.
pub fn replace(db: &mut Db, id: &[u8], sealed: &[u8]) -> Result<(), Error> {
    diesel::update(outbox::table.filter(outbox::id.eq(id))).set(outbox::sealed.eq(sealed)).execute(db)?;
    Ok(())
}

/// Removes a mail that was sent, or given up.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn remove(db: &mut Db, id: &[u8]) -> Result<(), Error> {
    diesel::delete(outbox::table.filter(outbox::id.eq(id))).execute(db)?;
    Ok(())
}

/// How many mails wait, decoys included.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn count(db: &mut Db) -> Result<u64, Error> {
    let count: i64 = outbox::table.count().get_result(db)?;
    u64::try_from(count).or(Err(Error::row("outbox")))
}
