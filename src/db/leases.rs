//! Leases: who does a job, and how often it has said so. Rows rather than advisory locks, which distributed engines lack.
//! When a holder counts as gone is decided by whoever watches ([`crate::actions`]): no time is written.

use diesel::prelude::*;

use super::{Db, Error, schema::lease, unless_taken};

/// A lease as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lease {
    /// Who has it.
    pub holder: String,
    /// Another number each time its holder was heard of.
    pub beat: i64,
}

/// Who has the lease `name`.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn find(db: &mut Db, name: &str) -> Result<Option<Lease>, Error> {
    let found: Option<(String, i64)> = lease::table
        .filter(lease::name.eq(name))
        .select((lease::holder, lease::beat))
        .first(db)
        .optional()?;
    Ok(found.map(|(holder, beat)| Lease { holder, beat }))
}

/// Takes a lease that nobody has. `false`: somebody was faster.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn begin(db: &mut Db, name: &str, holder: &str, beat: i64) -> Result<bool, Error> {
    unless_taken(db, |db| {
        diesel::insert_into(lease::table)
            .values((lease::name.eq(name), lease::holder.eq(holder), lease::beat.eq(beat)))
            .execute(db)
    })
}

/// Its holder is there. `false`: it is another's now, or nobody's.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn renew(db: &mut Db, name: &str, holder: &str, beat: i64) -> Result<bool, Error> {
    let own = lease::table.filter(lease::name.eq(name)).filter(lease::holder.eq(holder));
    Ok(diesel::update(own).set(lease::beat.eq(beat)).execute(db)? > 0)
}

/// Takes a lease over if it stands as it was `seen`. `false`: its holder was heard of since, or somebody was faster.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn take_over(db: &mut Db, name: &str, seen: &Lease, holder: &str, beat: i64) -> Result<bool, Error> {
    let silent = lease::table
        .filter(lease::name.eq(name))
        .filter(lease::holder.eq(&seen.holder))
        .filter(lease::beat.eq(seen.beat));
    Ok(diesel::update(silent).set((lease::holder.eq(holder), lease::beat.eq(beat))).execute(db)? > 0)
}

/// Gives the lease back, if it is still the holder's.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn release(db: &mut Db, name: &str, holder: &str) -> Result<(), Error> {
    diesel::delete(lease::table.filter(lease::name.eq(name)).filter(lease::holder.eq(holder))).execute(db)?;
    Ok(())
}
