//! Which script, page and host a petition's log named last, so that the log itself need not be searched.

use std::collections::BTreeMap;

use diesel::prelude::*;

use crate::{
    db::{
        Db, Error,
        schema::{client_release as table, client_release_page as pages, served_at},
    },
    domain::{
        client_release::{ClientRelease, Hash, LanguageTag, SavedPages},
        ids::PetitionId,
    },
};

/// In place of a language: the page of a release from before there were languages.
const NO_LANGUAGE: &str = "";

/// What the log named last. `None` as long as it named nothing.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn release(db: &mut Db, petition: PetitionId) -> Result<Option<ClientRelease>, Error> {
    let rows: Vec<(Vec<u8>, String, Vec<u8>)> = table::table
        .inner_join(pages::table.on(pages::petition_id.eq(table::petition_id)))
        .filter(table::petition_id.eq(petition.to_string()))
        .select((table::script, pages::language, pages::page))
        .load(db)?;
    let hash = |bytes: &[u8]| <Hash>::try_from(bytes).or(Err(Error::row("client_release")));
    let Some((script, language, page)) = rows.first() else { return Ok(None) };
    let script = hash(script)?;
    if language == NO_LANGUAGE {
        return Ok(Some(ClientRelease { pages: SavedPages::One(hash(page)?), script }));
    }
    let read = |(_, language, page): &(Vec<u8>, String, Vec<u8>)| {
        let tag = LanguageTag::parse(language).ok_or(Error::row("client_release_page"))?;
        Ok((tag, hash(page)?))
    };
    let pages = rows.iter().map(read).collect::<Result<BTreeMap<_, _>, Error>>()?;
    Ok(Some(ClientRelease { pages: SavedPages::ByLanguage(pages), script }))
}

/// Keeps what the log has just named, in place of what it named before.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn remember_release(db: &mut Db, petition: PetitionId, release: &ClientRelease) -> Result<(), Error> {
    let mine = petition.to_string();
    diesel::delete(table::table.filter(table::petition_id.eq(&mine))).execute(db)?;
    diesel::delete(pages::table.filter(pages::petition_id.eq(&mine))).execute(db)?;
    diesel::insert_into(table::table)
        .values((table::petition_id.eq(&mine), table::script.eq(release.script.as_slice())))
        .execute(db)?;
    let pages: Vec<(&str, &Hash)> = match &release.pages {
        SavedPages::One(page) => vec![(NO_LANGUAGE, page)],
        SavedPages::ByLanguage(pages) => pages.iter().map(|(tag, page)| (tag.as_str(), page)).collect(),
    };
    for (language, page) in pages {
        diesel::insert_into(pages::table)
            .values((
                pages::petition_id.eq(&mine),
                pages::language.eq(language),
                pages::page.eq(page.as_slice()),
            ))
            .execute(db)?;
    }
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
