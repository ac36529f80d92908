//! Spools from before there was an intake: all their rows lay under one key, which had a file of its own.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::Deserialize;

use super::{Locked, SPOOL, waiting::Waiting};
use crate::{
    actions::{Ctx, Error, OwnData},
    db::{Db, collector as rows},
    domain::{ids::PetitionId, proof::CrowdIndex},
    protocol::leaf::{CastLeaf, RetractLeaf},
};

#[derive(Deserialize)]
struct Row {
    leaf: String,
    #[serde(default)]
    crowd: Option<u8>,
    #[serde(default)]
    sealed_name: Option<String>,
}

impl Row {
    fn waiting(&self) -> Option<Waiting> {
        let bytes = |text: &String| URL_SAFE_NO_PAD.decode(text).ok();
        let leaf = bytes(&self.leaf)?;
        Some(match self.crowd {
            Some(crowd) => Waiting::Cast {
                crowd: CrowdIndex::new(crowd),
                nonce: *CastLeaf::parse(&leaf).ok()?.nonce(),
                sealed_name: match &self.sealed_name {
                    Some(text) => Some(bytes(text)?),
                    None => None,
                },
                leaf,
            },
            None => Waiting::Retraction { nonce: RetractLeaf::parse(&leaf).ok()?.nonce(), leaf },
        })
    }
}

/// Reads over what waits under keys of that kind, and destroys them. Done at the start of the server; the keys of all spools
/// are there.
///
/// # Errors
/// [`Error`] when the database or the secrets folder is away.
pub fn read_over_old_spools(ctx: &Ctx) -> Result<(), Error> {
    for (petition, generation) in ctx.store.read(rows::old_spools)? {
        ctx.store.write(|db| read_over(ctx, db, petition, &generation))?;
    }
    Ok(ctx.keys.end_spool_keys_from_before()?)
}

fn read_over(ctx: &Ctx, db: &mut Db, petition: PetitionId, generation: &str) -> Result<(), Error> {
    let mut spool = Locked::lock_unread(ctx, db, petition)?;
    let key = ctx.keys.spool_key_from_before(petition, generation)?;
    let mut waiting = Vec::new();
    for (lookup, sealed) in rows::spooled(db, petition)? {
        let Some(plain) = key.as_ref().and_then(|key| key.open(SPOOL, &lookup, &sealed)) else { continue };
        // serde's message would repeat what it read.
        let row: Row = serde_json::from_slice(&plain).or(Err(Error::Broken(OwnData::SpooledRow)))?;
        waiting.push(row.waiting().ok_or(Error::Broken(OwnData::SpooledRow))?);
    }
    let lost = usize::try_from(spool.head.held).unwrap_or(0).saturating_sub(waiting.len());
    if lost > 0 {
        tracing::error!(%petition, lost, "casts and withdrawals that waited are lost: their key is gone");
    }
    spool.rewrite(db, waiting)
}
