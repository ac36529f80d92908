//! What the start of signing fixes: times, log, crowds with their keys, mail domains.

use diesel::prelude::*;

use crate::{
    db::{
        Db, Error,
        schema::{petition, petition_crowd, petition_domain, petition_employer},
    },
    domain::{
        ids::{EmployerId, PetitionId},
        petition::{Listing, PetitionState},
        proof::{Crowd, CrowdIndex, ProofKind},
        time::Timestamp,
    },
};

/// Everything that the start of signing fixes.
#[derive(Debug, Clone)]
pub struct Start<'a> {
    /// Gathering or open.
    pub state: PetitionState,
    /// Where it is reached while it gathers.
    pub quiet_slug: Option<&'a str>,
    /// Now.
    pub opens: Timestamp,
    /// Whether it has a public place from now on.
    pub listing: Listing,
    /// Until when codes are given out.
    pub closes: Timestamp,
    /// Until when casts are taken.
    pub cast_until: Timestamp,
    /// When all traces of who asked for a code are gone, however often it is extended.
    pub traces_until: Timestamp,
    /// The log's origin.
    pub log_origin: &'a str,
    /// Hash of the genesis leaf.
    pub genesis_hash: &'a [u8; 32],
    /// Crowds in genesis order with their public keys.
    pub crowds: &'a [(Crowd, Vec<u8>)],
    /// Mail domains with their employers.
    pub domains: &'a [(EmployerId, String)],
}

/// Begins signing. `false` when the petition is not in state `from` any more.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn start(db: &mut Db, id: PetitionId, from: PetitionState, start: &Start<'_>) -> Result<bool, Error> {
    let changed = diesel::update(
        petition::table
            .filter(petition::id.eq(id.to_string()))
            .filter(petition::state.eq(from.as_str()))
            .filter(petition::genesis_hash.is_null()),
    )
    .set((
        petition::state.eq(start.state.as_str()),
        petition::quiet_slug.eq(start.quiet_slug),
        petition::opens.eq(Some(start.opens.secs())),
        petition::unlisted.eq(start.listing == Listing::Unlisted),
        petition::traces_until.eq(Some(start.traces_until.secs())),
        petition::closes.eq(Some(start.closes.secs())),
        petition::cast_until.eq(Some(start.cast_until.secs())),
        petition::log_origin.eq(Some(start.log_origin)),
        petition::genesis_hash.eq(Some(start.genesis_hash.as_slice())),
        petition::reason.eq(None::<String>),
    ))
    .execute(db)?;
    if changed != 1 {
        return Ok(false);
    }
    for (crowd, spki) in start.crowds {
        diesel::insert_into(petition_crowd::table)
            .values((
                petition_crowd::petition_id.eq(id.to_string()),
                petition_crowd::crowd.eq(i32::from(crowd.index.get())),
                petition_crowd::proof.eq(crowd.proof.as_str()),
                petition_crowd::employer_id.eq(crowd.employer.map(|employer| employer.to_string())),
                petition_crowd::spki.eq(spki),
            ))
            .execute(db)?;
    }
    for (employer, domain) in start.domains {
        diesel::insert_into(petition_domain::table)
            .values((
                petition_domain::petition_id.eq(id.to_string()),
                petition_domain::domain.eq(domain),
                petition_domain::employer_id.eq(employer.to_string()),
            ))
            .execute(db)?;
    }
    Ok(true)
}

/// Counts invitations that are being made. `false` where that would be more than `most` in all.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn count_invitations(db: &mut Db, id: PetitionId, more: u32, most: u32) -> Result<bool, Error> {
    let more = i64::from(more);
    let counted = diesel::update(
        petition::table
            .filter(petition::id.eq(id.to_string()))
            .filter(petition::invitations_made.le(i64::from(most).saturating_sub(more))),
    )
    .set(petition::invitations_made.eq(petition::invitations_made + more))
    .execute(db)?;
    Ok(counted == 1)
}

/// How many invitations were made in all.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn invitations_made(db: &mut Db, id: PetitionId) -> Result<u64, Error> {
    let made: i64 = petition::table
        .filter(petition::id.eq(id.to_string()))
        .select(petition::invitations_made)
        .first(db)?;
    u64::try_from(made).or(Err(Error::row("petition")))
}

/// Opens a quiet start to the public. `false` when it does not gather any more.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn open_to_public(db: &mut Db, id: PetitionId) -> Result<bool, Error> {
    let gathers = petition::table
        .filter(petition::id.eq(id.to_string()))
        .filter(petition::state.eq(PetitionState::Gathering.as_str()));
    let opened = diesel::update(gathers)
        .set((petition::state.eq(PetitionState::Open.as_str()), petition::unlisted.eq(false)))
        .execute(db)?;
    Ok(opened == 1)
}

/// When a petition closes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Closing {
    /// The end of the last day to sign.
    pub closes: Timestamp,
    /// Until when casts are taken.
    pub cast_until: Timestamp,
    /// Whether this is an early closing that was announced.
    pub is_early: bool,
}

/// Changes when a petition closes.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn set_closing(db: &mut Db, id: PetitionId, closing: Closing) -> Result<(), Error> {
    diesel::update(petition::table.filter(petition::id.eq(id.to_string())))
        .set((
            petition::closes.eq(Some(closing.closes.secs())),
            petition::cast_until.eq(Some(closing.cast_until.secs())),
            petition::closes_early.eq(closing.is_early),
        ))
        .execute(db)?;
    Ok(())
}

/// The crowds of genesis with their public keys, in order.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn crowds(db: &mut Db, id: PetitionId) -> Result<Vec<(Crowd, Vec<u8>)>, Error> {
    let rows: Vec<(i32, String, Option<String>, Vec<u8>)> = petition_crowd::table
        .filter(petition_crowd::petition_id.eq(id.to_string()))
        .order(petition_crowd::crowd)
        .select((
            petition_crowd::crowd,
            petition_crowd::proof,
            petition_crowd::employer_id,
            petition_crowd::spki,
        ))
        .load(db)?;
    rows.into_iter()
        .map(|(index, proof, employer, spki)| {
            let broken = || Error::row("petition_crowd");
            let crowd = Crowd {
                index: CrowdIndex::new(u8::try_from(index).or(Err(broken()))?),
                proof: ProofKind::parse(&proof).ok_or_else(broken)?,
                employer: employer.map(|id| EmployerId::parse(&id).or(Err(broken()))).transpose()?,
            };
            Ok((crowd, spki))
        })
        .collect()
}

/// The mail domains fixed in genesis, with their employers, in the employers' order.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn domains(db: &mut Db, id: PetitionId) -> Result<Vec<(String, EmployerId)>, Error> {
    let is_asked = petition_employer::petition_id
        .eq(petition_domain::petition_id)
        .and(petition_employer::employer_id.eq(petition_domain::employer_id));
    let rows: Vec<(String, String)> = petition_domain::table
        .inner_join(petition_employer::table.on(is_asked))
        .filter(petition_domain::petition_id.eq(id.to_string()))
        .order((petition_employer::position, petition_domain::domain))
        .select((petition_domain::domain, petition_domain::employer_id))
        .load(db)?;
    rows.into_iter()
        .map(|(domain, employer)| {
            Ok((domain, EmployerId::parse(&employer).or(Err(Error::row("petition_domain")))?))
        })
        .collect()
}
