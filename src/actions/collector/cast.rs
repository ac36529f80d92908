//! Accepting a cast, and publishing it.

use super::super::Error;
use crate::{
    db::{Db, collector as rows},
    domain::{
        ids::PetitionId,
        proof::{Crowd, CrowdIndex},
        time::Day,
    },
    protocol::{
        client::Cast,
        leaf::{CastLeaf, Notice},
        origin::LogOrigin,
        token::{IssuerKey, TokenChallenge},
    },
};

/// A cast that was checked and may be published.
pub struct Accepted {
    petition: PetitionId,
    crowd: CrowdIndex,
    nonce: [u8; 32],
    cast: Cast,
}

/// Why a cast is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CastRefused {
    /// The leaf is not one of this petition, or does not verify.
    #[error("the cast does not verify")]
    Invalid,
    /// What is to be shown is not what the leaf commits to.
    #[error("the extension is not the one committed to")]
    Extension,
}

/// What publishing led to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Published {
    /// It is the leaf at this place.
    At(u64),
    /// This token was cast before.
    CastBefore,
}

/// Checks a public cast: token, challenge, key, nonce binding, the caster's signature, and that the
/// extension opens the leaf. The time is the caller's to check.
///
/// # Errors
/// [`CastRefused`]; nothing was written.
pub fn accept(
    petition: PetitionId,
    log_origin: &LogOrigin,
    genesis_hash: &[u8; 32],
    crowds: &[(Crowd, Vec<u8>)],
    cast: Cast,
) -> Result<Accepted, CastRefused> {
    let leaf = CastLeaf::parse(&cast.leaf).or(Err(CastRefused::Invalid))?;
    if leaf.petition() != petition {
        return Err(CastRefused::Invalid);
    }
    let named = leaf.token().input().token_key_id;
    let is_named = |spki: &[u8]| IssuerKey::parse(spki).is_ok_and(|key| *key.id() == named);
    let (crowd, spki) = crowds.iter().find(|(_, spki)| is_named(spki)).ok_or(CastRefused::Invalid)?;
    let challenge = TokenChallenge::new(log_origin, petition, genesis_hash, crowd.index);
    leaf.verify(spki, &challenge).or(Err(CastRefused::Invalid))?;
    leaf.verify_opening(&cast.salt, &cast.extension).or(Err(CastRefused::Extension))?;
    Ok(Accepted { petition, crowd: crowd.index, nonce: *leaf.nonce(), cast })
}

/// Appends an accepted public cast to the log, keeps its opening, and moves the published number. `issued`
/// is how many tokens were issued per crowd, already floored: an "issued so far" leaf goes before the cast
/// when it has grown.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn publish(db: &mut Db, accepted: &Accepted, issued: &[u64], today: Day) -> Result<Published, Error> {
    let petition = accepted.petition;
    // The number's row is locked first, so that two publications of one crowd never wait for each other.
    rows::add_published(db, petition, accepted.crowd, 1, today)?;
    if rows::issued_floors(db, petition)? != issued {
        let leaf = Notice::Issued(issued.to_vec()).encode(petition).or(Err(Error::Broken("a notice")))?;
        rows::append(db, petition, &leaf)?;
        rows::remember_issued(db, petition, issued)?;
    }
    let index = rows::append(db, petition, &accepted.cast.leaf)?;
    if !rows::add_cast(db, &accepted.nonce, petition, index, accepted.crowd)? {
        return Ok(Published::CastBefore);
    }
    rows::open_cast(db, petition, index, &accepted.cast.salt, &accepted.cast.extension)?;
    Ok(Published::At(index))
}
