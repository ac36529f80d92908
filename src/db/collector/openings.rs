//! Published casts and what opens them. An opening is erased by its signer, or hidden by an owner or admin;
//! nobody can add or reveal one.

use diesel::prelude::*;

use crate::{
    db::{
        Db, Error,
        schema::{amended, opening as table, published_cast},
        unless_taken,
    },
    domain::{ids::PetitionId, proof::CrowdIndex},
};

/// A published cast, found by its nonce.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublishedCast {
    /// The petition whose log holds it.
    pub petition: PetitionId,
    /// Its place in the log.
    pub index: u64,
    /// The crowd that it counts in.
    pub crowd: CrowdIndex,
    /// Whether it was withdrawn.
    pub retracted: bool,
    /// Whether it came in a batch, with no name shown.
    pub batched: bool,
    /// The void by which it counts no longer: the place of its first leaf.
    pub voided: Option<u64>,
}

impl PublishedCast {
    /// Whether the published number holds it.
    #[must_use]
    pub const fn is_counted(&self) -> bool {
        !self.retracted && self.voided.is_none()
    }
}

type CastRow = (String, i64, i32, bool, bool, Option<i64>);

/// Marks a nonce as published. `false` when it was before: that token was cast already.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn add_cast(
    db: &mut Db,
    nonce: &[u8; 32],
    petition: PetitionId,
    index: u64,
    crowd: CrowdIndex,
    batched: bool,
) -> Result<bool, Error> {
    let index = i64::try_from(index).or(Err(Error::row("published_cast")))?;
    unless_taken(db, |db| {
        diesel::insert_into(published_cast::table)
            .values((
                published_cast::nonce.eq(nonce.as_slice()),
                published_cast::petition_id.eq(petition.to_string()),
                published_cast::idx.eq(index),
                published_cast::crowd.eq(i32::from(crowd.get())),
                published_cast::retracted.eq(false),
                published_cast::batched.eq(batched),
            ))
            .execute(db)
    })
}

/// The cast with this nonce.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn find_cast(db: &mut Db, nonce: &[u8; 32]) -> Result<Option<PublishedCast>, Error> {
    let row: Option<CastRow> = published_cast::table
        .filter(published_cast::nonce.eq(nonce.as_slice()))
        .select((
            published_cast::petition_id,
            published_cast::idx,
            published_cast::crowd,
            published_cast::retracted,
            published_cast::batched,
            published_cast::voided,
        ))
        .first(db)
        .optional()?;
    row.map(|(petition, index, crowd, retracted, batched, voided)| {
        let broken = || Error::row("published_cast");
        Ok(PublishedCast {
            petition: PetitionId::parse(&petition).or(Err(broken()))?,
            index: u64::try_from(index).or(Err(broken()))?,
            crowd: CrowdIndex::new(u8::try_from(crowd).or(Err(broken()))?),
            retracted,
            batched,
            voided: voided.map(|first| u64::try_from(first).or(Err(broken()))).transpose()?,
        })
    })
    .transpose()
}

/// How many casts of a crowd are published, withdrawn ones included.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn casts_of(db: &mut Db, petition: PetitionId, crowd: CrowdIndex) -> Result<u64, Error> {
    let casts: i64 = published_cast::table
        .filter(published_cast::petition_id.eq(petition.to_string()))
        .filter(published_cast::crowd.eq(i32::from(crowd.get())))
        .count()
        .get_result(db)?;
    u64::try_from(casts).or(Err(Error::row("published_cast")))
}

/// Marks a cast as withdrawn. `false` when it was before.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn retract_cast(db: &mut Db, nonce: &[u8; 32]) -> Result<bool, Error> {
    let marked = diesel::update(
        published_cast::table
            .filter(published_cast::nonce.eq(nonce.as_slice()))
            .filter(published_cast::retracted.eq(false)),
    )
    .set(published_cast::retracted.eq(true))
    .execute(db)?;
    Ok(marked == 1)
}

/// From now on the cast at `index` shows a name: what its signer does with it is no longer done in groups.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn show_cast(db: &mut Db, petition: PetitionId, index: u64) -> Result<(), Error> {
    let index = i64::try_from(index).or(Err(Error::row("published_cast")))?;
    diesel::update(
        published_cast::table
            .filter(published_cast::petition_id.eq(petition.to_string()))
            .filter(published_cast::idx.eq(index)),
    )
    .set(published_cast::batched.eq(false))
    .execute(db)?;
    Ok(())
}

/// Keeps what opens the cast at `index`.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn open_cast(
    db: &mut Db,
    petition: PetitionId,
    index: u64,
    salt: &[u8; 32],
    extension: &[u8],
) -> Result<(), Error> {
    let index = i64::try_from(index).or(Err(Error::row("opening")))?;
    diesel::insert_into(table::table)
        .values((
            table::petition_id.eq(petition.to_string()),
            table::idx.eq(index),
            table::salt.eq(salt.as_slice()),
            table::extension.eq(extension),
            table::hidden.eq(false),
        ))
        .execute(db)?;
    Ok(())
}

/// The extension that opens the cast at `index`, and whether it is hidden. `None` when it was erased.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn opening(db: &mut Db, petition: PetitionId, index: u64) -> Result<Option<(Vec<u8>, bool)>, Error> {
    let index = i64::try_from(index).or(Err(Error::row("opening")))?;
    Ok(table::table
        .filter(table::petition_id.eq(petition.to_string()))
        .filter(table::idx.eq(index))
        .select((table::extension, table::hidden))
        .first(db)
        .optional()?)
}

/// Replaces what opens the cast at `index`, or keeps it where there is nothing: its signer said it anew. What was
/// hidden stays hidden.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn replace_opening(
    db: &mut Db,
    petition: PetitionId,
    index: u64,
    salt: &[u8; 32],
    extension: &[u8],
) -> Result<(), Error> {
    let place = i64::try_from(index).or(Err(Error::row("opening")))?;
    let replaced = diesel::update(
        table::table.filter(table::petition_id.eq(petition.to_string())).filter(table::idx.eq(place)),
    )
    .set((table::salt.eq(salt.as_slice()), table::extension.eq(extension)))
    .execute(db)?;
    if replaced == 0 { open_cast(db, petition, index, salt, extension) } else { Ok(()) }
}

/// Takes note of what an amendment commits to. `false` when one with this commitment was taken before.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn first_amendment(db: &mut Db, petition: PetitionId, commitment: &[u8; 32]) -> Result<bool, Error> {
    let row = (amended::petition_id.eq(petition.to_string()), amended::ext_commit.eq(commitment.as_slice()));
    let known: bool = diesel::select(diesel::dsl::exists(
        amended::table
            .filter(amended::petition_id.eq(petition.to_string()))
            .filter(amended::ext_commit.eq(commitment.as_slice())),
    ))
    .get_result(db)?;
    if !known {
        diesel::insert_into(amended::table).values(row).execute(db)?;
    }
    Ok(!known)
}

/// Erases an opening: the name is gone, the leaf says nothing any more. `false` when there was none.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn erase_opening(db: &mut Db, petition: PetitionId, index: u64) -> Result<bool, Error> {
    let index = i64::try_from(index).or(Err(Error::row("opening")))?;
    let erased = diesel::delete(
        table::table.filter(table::petition_id.eq(petition.to_string())).filter(table::idx.eq(index)),
    )
    .execute(db)?;
    Ok(erased == 1)
}

/// Erases all names of a petition. Says how many there were.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn erase_openings(db: &mut Db, petition: PetitionId) -> Result<usize, Error> {
    Ok(diesel::delete(table::table.filter(table::petition_id.eq(petition.to_string()))).execute(db)?)
}

/// Hides a name. There is no way back: what is hidden is never revealed by somebody else than its signer.
/// `false` when there is no name at `index`.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn hide_opening(db: &mut Db, petition: PetitionId, index: u64) -> Result<bool, Error> {
    let index = i64::try_from(index).or(Err(Error::row("opening")))?;
    let hidden = diesel::update(
        table::table.filter(table::petition_id.eq(petition.to_string())).filter(table::idx.eq(index)),
    )
    .set(table::hidden.eq(true))
    .execute(db)?;
    Ok(hidden == 1)
}
