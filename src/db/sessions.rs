//! Sessions of organizers: no address, no user agent; days, never times.

use diesel::prelude::*;

use super::{
    Db, Error,
    schema::{organizer, session},
};
use crate::domain::{
    ids::{OrganizerId, SessionId},
    time::Day,
};

/// A session with the account it belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionRow {
    /// As named in the list of sessions.
    pub id: SessionId,
    /// Whose.
    pub organizer: OrganizerId,
    /// The name the account goes by.
    pub pseudonym: String,
    /// Whether the account may moderate.
    pub is_admin: bool,
    /// The day it began.
    pub created: Day,
    /// The day of last use.
    pub last_used: Day,
}

/// A session as its owner sees it in the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedSession {
    /// Its id.
    pub id: SessionId,
    /// What its owner calls it.
    pub label: String,
    /// The day it began.
    pub created: Day,
    /// The day of last use.
    pub last_used: Day,
}

/// Begins a session.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn add(
    db: &mut Db,
    token_hash: &[u8; 32],
    id: SessionId,
    organizer: OrganizerId,
    label: &str,
    today: Day,
) -> Result<(), Error> {
    diesel::insert_into(session::table)
        .values((
            session::token_hash.eq(token_hash.as_slice()),
            session::id.eq(id.to_string()),
            session::organizer_id.eq(organizer.to_string()),
            session::label.eq(label),
            session::created_day.eq(today.days()),
            session::last_used_day.eq(today.days()),
        ))
        .execute(db)?;
    Ok(())
}

/// The session of a cookie.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn find(db: &mut Db, token_hash: &[u8; 32]) -> Result<Option<SessionRow>, Error> {
    let row: Option<(String, String, String, bool, i32, i32)> = session::table
        .inner_join(organizer::table.on(organizer::id.eq(session::organizer_id)))
        .filter(session::token_hash.eq(token_hash.as_slice()))
        .select((
            session::id,
            session::organizer_id,
            organizer::pseudonym,
            organizer::is_admin,
            session::created_day,
            session::last_used_day,
        ))
        .first(db)
        .optional()?;
    row.map(|(id, organizer, pseudonym, is_admin, created, last_used)| {
        Ok(SessionRow {
            id: SessionId::parse(&id).or(Err(Error::row("session")))?,
            organizer: OrganizerId::parse(&organizer).or(Err(Error::row("session")))?,
            pseudonym,
            is_admin,
            created: Day::from_days(created),
            last_used: Day::from_days(last_used),
        })
    })
    .transpose()
}

/// Notes the day of last use.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn touch(db: &mut Db, token_hash: &[u8; 32], today: Day) -> Result<(), Error> {
    diesel::update(session::table.filter(session::token_hash.eq(token_hash.as_slice())))
        .set(session::last_used_day.eq(today.days()))
        .execute(db)?;
    Ok(())
}

/// An organizer's sessions, the most recently used first.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn of_organizer(db: &mut Db, organizer: OrganizerId) -> Result<Vec<ListedSession>, Error> {
    let rows: Vec<(String, String, i32, i32)> = session::table
        .filter(session::organizer_id.eq(organizer.to_string()))
        .order((session::last_used_day.desc(), session::id))
        .select((session::id, session::label, session::created_day, session::last_used_day))
        .load(db)?;
    rows.into_iter()
        .map(|(id, label, created, last_used)| {
            Ok(ListedSession {
                id: SessionId::parse(&id).or(Err(Error::row("session")))?,
                label,
                created: Day::from_days(created),
                last_used: Day::from_days(last_used),
            })
        })
        .collect()
}

/// Names one of an organizer's own sessions. `false` when it is not hers.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn label(db: &mut Db, organizer: OrganizerId, id: SessionId, label: &str) -> Result<bool, Error> {
    let named = diesel::update(
        session::table
            .filter(session::organizer_id.eq(organizer.to_string()))
            .filter(session::id.eq(id.to_string())),
    )
    .set(session::label.eq(label))
    .execute(db)?;
    Ok(named == 1)
}

/// Ends one of an organizer's own sessions. `false` when it is not hers.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn revoke(db: &mut Db, organizer: OrganizerId, id: SessionId) -> Result<bool, Error> {
    let ended = diesel::delete(
        session::table
            .filter(session::organizer_id.eq(organizer.to_string()))
            .filter(session::id.eq(id.to_string())),
    )
    .execute(db)?;
    Ok(ended == 1)
}

/// Ends all of an organizer's sessions.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn revoke_all(db: &mut Db, organizer: OrganizerId) -> Result<(), Error> {
    diesel::delete(session::table.filter(session::organizer_id.eq(organizer.to_string()))).execute(db)?;
    Ok(())
}

/// Removes sessions that were last used before `used`, and those that began before `begun`.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn remove_ended(db: &mut Db, used: Day, begun: Day) -> Result<(), Error> {
    diesel::delete(session::table.filter(session::last_used_day.lt(used.days()))).execute(db)?;
    diesel::delete(session::table.filter(session::created_day.lt(begun.days()))).execute(db)?;
    Ok(())
}
