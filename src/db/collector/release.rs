//! Which script, page and host a petition's log named last, so that the log itself need not be searched.

use diesel::prelude::*;

use crate::{
    db::{
        Db, Error,
        schema::{client_release as table, served_at},
    },
    domain::{client_release::ClientRelease, ids::PetitionId},
};

/// What the log named last. `None` as long as it named nothing.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn release(db: &mut Db, petition: PetitionId) -> Result<Option<ClientRelease>, Error> {
    let row: Option<(Vec<u8>, Vec<u8>)> = table::table
        .filter(table::petition_id.eq(petition.to_string()))
        .select((table::page, table::script))
        .first(db)
        .optional()?;
    let hash = |bytes: Vec<u8>| <[u8; 32]>::try_from(bytes).or(Err(Error::row("client_release")));
    row.map(|(page, script)| Ok(ClientRelease { page: hash(page)?, script: hash(script)? })).transpose()
}

/// Keeps what the log has just named, in place of what it named before.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn remember_release(db: &mut Db, petition: PetitionId, release: &ClientRelease) -> Result<(), Error> {
    diesel::delete(table::table.filter(table::petition_id.eq(petition.to_string()))).execute(db)?;
    diesel::insert_into(table::table)
        .values((
            table::petition_id.eq(petition.to_string()),
            table::page.eq(release.page.as_slice()),
            table::script.eq(release.script.as_slice()),
        ))
        .execute(db)?;
    Ok(())
}

/// The host that the log named last as the one that serves it. `None` as long as it named none.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn told_host(db: &mut Db, petition: PetitionId) -> Result<Option<String>, Error> {
    let host = served_at::table.filter(served_at::petition_id.eq(petition.to_string()));
    Ok(host.select(served_at::host).first(db).optional()?)
}

/// Keeps the host that the log has just named, in place of the one before.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn remember_host(db: &mut Db, petition: PetitionId, host: &str) -> Result<(), Error> {
    diesel::delete(served_at::table.filter(served_at::petition_id.eq(petition.to_string()))).execute(db)?;
    diesel::insert_into(served_at::table)
        .values((served_at::petition_id.eq(petition.to_string()), served_at::host.eq(host)))
        .execute(db)?;
    Ok(())
}
