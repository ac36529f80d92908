//! How mail goes: one row.

use diesel::prelude::*;

use super::{Db, Error, schema::mail_health, unless_taken};

/// The one row's id.
const ID: i32 = 1;

/// The row.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, AsChangeset)]
#[diesel(table_name = mail_health, treat_none_as_null = true)]
pub struct MailHealthRow {
    /// When it was found.
    pub turn: i64,
    /// `well`, `slow`, `failing`.
    pub state: String,
    /// Since which hour it fails.
    pub since: Option<i64>,
    /// Why it fails, as `SendFailure` writes it.
    pub reason: Option<String>,
    /// The domain whose mailboxes are refused.
    pub refused_domain: Option<String>,
    /// Why those are.
    pub refused_reason: Option<String>,
}

/// The row, if anything was ever found.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn read(db: &mut Db) -> Result<Option<MailHealthRow>, Error> {
    Ok(mail_health::table
        .filter(mail_health::id.eq(ID))
        .select((
            mail_health::turn,
            mail_health::state,
            mail_health::since,
            mail_health::reason,
            mail_health::refused_domain,
            mail_health::refused_reason,
        ))
        .first(db)
        .optional()?)
}

/// Writes the row.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn write(db: &mut Db, row: &MailHealthRow) -> Result<(), Error> {
    let columns = || {
        (
            mail_health::turn.eq(row.turn),
            mail_health::state.eq(row.state.clone()),
            mail_health::since.eq(row.since),
            mail_health::reason.eq(row.reason.clone()),
            mail_health::refused_domain.eq(row.refused_domain.clone()),
            mail_health::refused_reason.eq(row.refused_reason.clone()),
        )
    };
    let replaced =
        diesel::update(mail_health::table.filter(mail_health::id.eq(ID))).set(columns()).execute(db)?;
    if replaced == 0 {
        unless_taken(db, |db| {
            diesel::insert_into(mail_health::table).values((mail_health::id.eq(ID), columns())).execute(db)
        })?;
    }
    Ok(())
}
