//! Leases: who does a job, until when. Rows rather than advisory locks, which distributed engines lack.

use diesel::prelude::*;

use super::{Db, Error, schema::lease, unless_taken};
use crate::domain::time::Timestamp;

/// Takes the lease `name` for `holder` until `until`, if it is free, has run out by `now`, or is already
/// the holder's. Says whether the holder has it now.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn take(db: &mut Db, name: &str, holder: &str, now: Timestamp, until: Timestamp) -> Result<bool, Error> {
    let ours = lease::holder.eq(holder).or(lease::until.le(now.secs()));
    let renewed = diesel::update(lease::table.filter(lease::name.eq(name)).filter(ours))
        .set((lease::holder.eq(holder), lease::until.eq(until.secs())))
        .execute(db)?;
    if renewed > 0 {
        return Ok(true);
    }
    unless_taken(db, |db| {
        diesel::insert_into(lease::table)
            .values((lease::name.eq(name), lease::holder.eq(holder), lease::until.eq(until.secs())))
            .execute(db)
    })
}

/// Gives the lease back, if it is still the holder's.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn release(db: &mut Db, name: &str, holder: &str) -> Result<(), Error> {
    diesel::delete(lease::table.filter(lease::name.eq(name)).filter(lease::holder.eq(holder))).execute(db)?;
    Ok(())
}
