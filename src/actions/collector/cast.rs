//! Accepting a cast, and publishing it.

use super::{
    super::{Ctx, Error},
    log::append,
};
use crate::{
    db::{Db, collector as rows},
    domain::{
        ids::PetitionId,
        proof::{Crowd, CrowdIndex},
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
/// [`Error`] when the database or the secrets folder is away.
pub fn publish(ctx: &Ctx, db: &mut Db, accepted: &Accepted, issued: &[u64]) -> Result<Published, Error> {
    let published = publish_together(ctx, db, accepted.petition, std::slice::from_ref(accepted), issued)?;
    published.into_iter().next().ok_or(Error::Broken("a publication"))
}

/// Publishes casts of one petition under one checkpoint, in the order given. What was cast before is left out
/// and said so, in the same order.
///
/// # Errors
/// [`Error`] when the database or the secrets folder is away.
pub fn publish_together(
    ctx: &Ctx,
    db: &mut Db,
    petition: PetitionId,
    accepted: &[Accepted],
    issued: &[u64],
) -> Result<Vec<Published>, Error> {
    // Before the numbers, which an "issued so far" leaf touches across crowds: publications come one after the
    // other, and never wait for each other in a circle.
    rows::lock_head(db, petition)?;
    let mut fresh: Vec<&Accepted> = Vec::new();
    for cast in accepted {
        if cast.petition != petition {
            return Err(Error::Broken("casts of one petition"));
        }
        let is_repeated = fresh.iter().any(|earlier| earlier.nonce == cast.nonce);
        if !is_repeated && rows::find_cast(db, &cast.nonce)?.is_none() {
            fresh.push(cast);
        }
    }
    if fresh.is_empty() {
        return Ok(vec![Published::CastBefore; accepted.len()]);
    }
    let mut leaves = Vec::new();
    let known = rows::issued_floors(db, petition)?;
    if known.len() != issued.len() {
        return Err(Error::Broken("what was issued"));
    }
    // `issued` was read before the head was locked: another publication may know more of another crowd.
    let issued: Vec<u64> = known.iter().zip(issued).map(|(known, issued)| *known.max(issued)).collect();
    if issued != known {
        leaves.push(Notice::Issued(issued.clone()).encode(petition).or(Err(Error::Broken("a notice")))?);
        rows::remember_issued(db, petition, &issued)?;
    }
    let notices = leaves.len();
    leaves.extend(fresh.iter().map(|cast| cast.cast.leaf.clone()));
    let first = append(ctx, db, petition, &leaves)?;
    let first = first.saturating_add(u64::try_from(notices).unwrap_or(u64::MAX));
    let mut places = Vec::new();
    for (index, cast) in (first..).zip(fresh) {
        if !rows::add_cast(db, &cast.nonce, petition, index, cast.crowd)? {
            // The nonce came in with another crowd's token this moment: nothing of this is kept, and asking again
            // finds it.
            return Err(Error::Busy);
        }
        rows::add_published(db, petition, cast.crowd, 1, ctx.now().day())?;
        rows::open_cast(db, petition, index, &cast.cast.salt, &cast.cast.extension)?;
        places.push((cast.nonce, index));
    }
    Ok(accepted.iter().map(|cast| take_place(&mut places, &cast.nonce)).collect())
}

/// The place of a cast; a second one with its nonce has none.
fn take_place(places: &mut Vec<([u8; 32], u64)>, nonce: &[u8; 32]) -> Published {
    match places.iter().position(|(placed, _)| placed == nonce) {
        Some(at) => Published::At(places.swap_remove(at).1),
        None => Published::CastBefore,
    }
}
