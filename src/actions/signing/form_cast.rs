//! The client's part, done by the server for forms without script: making a token and a cast in memory, outside of any
//! transaction; then using up the proof and publishing, in one.

use crate::{
    actions::{
        Ctx, Error, OwnData,
        collector::{Accepted, Spooled, Submission},
        facts::PetitionFacts,
        issuer::{self, BlindSigned, Proof, ShownProof, Typed},
        signing::publishing,
    },
    db::Db,
    protocol::{client, extension::Extension, withdrawal_code::WithdrawalCode},
};

/// A signature that is made, and counts nowhere yet.
pub(super) struct Made {
    signed: BlindSigned,
    accepted: Accepted,
}

/// Makes a signature: asks for a token, gets it signed, casts it, and checks the cast as any other.
pub(super) fn make(
    ctx: &Ctx,
    facts: &PetitionFacts,
    crowd: u8,
    proved: ShownProof<'_>,
    typed: &Typed,
    code: &WithdrawalCode,
) -> Result<Made, Error> {
    let (entropy, id) = (ctx.entropy.as_ref(), facts.id());
    let (crowd, spki) = facts.crowd(crowd)?;
    let (request, unfinished) = client::begin(spki, &facts.challenge(crowd), code, entropy)
        .or(Err(Error::Broken(OwnData::IssuingKey)))?;
    let keys = ctx.keys.petition_keys(id)?;
    let signed = issuer::sign_blind(&keys, id, crowd, proved, &request, entropy)?
        .ok_or(Error::Broken(OwnData::OwnRequest))?;
    let token = unfinished.finish(signed.response()).or(Err(Error::Broken(OwnData::TokenResponse)))?;
    let submission = if typed.shows_name {
        let extension = Extension::Public { name: typed.name.clone(), title: typed.title.clone() };
        Submission::with_name(client::cast(id, &token, code, &extension, entropy))
    } else {
        Submission::without_name(client::cast(id, &token, code, &Extension::Anonymous, entropy))
    };
    let accepted = facts.accept(submission).or(Err(Error::Broken(OwnData::OwnCast)))?;
    Ok(Made { signed, accepted })
}

/// Uses up the proof and publishes the cast, or puts it where it waits for others. `facts` are held in this transaction.
pub(super) fn take(ctx: &Ctx, db: &mut Db, facts: &PetitionFacts, made: &Made) -> Result<Proof, Error> {
    if issuer::use_up(db, &made.signed)? == Proof::Used {
        return Ok(Proof::Used);
    }
    match publishing::publish_or_spool(ctx, db, facts, made.accepted.clone())? {
        Spooled::Waiting => Ok(Proof::Taken),
        Spooled::Before | Spooled::Other => Err(Error::Broken(OwnData::FreshNonce)),
    }
}
