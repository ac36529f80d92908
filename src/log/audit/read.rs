//! One entry by itself: parsed, and verified as far as genesis and the entry alone allow. Done on many threads.

use super::finding::Finding;
use crate::{
    domain::proof::CrowdIndex,
    log::tree::{Hash, hash_leaf},
    protocol::{
        leaf::{AmendLeaf, CastError, CastLeaf, Genesis, Leaf, LeafError, Notice, RetractLeaf},
        token::{IssuerKey, TokenError},
    },
};

/// What genesis says, made ready for verifying.
pub(super) struct Facts {
    pub(super) genesis: Genesis,
    pub(super) leaf: Vec<u8>,
    pub(super) crowds: Vec<(IssuerKey, [u8; 32])>,
    /// B, at least 1.
    pub(super) batch: u64,
}

/// One entry, parsed and verified by itself.
pub(super) struct Read {
    pub(super) hash: Hash,
    pub(super) leaf: Result<Checked, Finding>,
}

/// What an entry says, verified.
pub(super) enum Checked {
    Genesis,
    Cast { crowd: u8, nonce: [u8; 32], commitment: [u8; 32] },
    Retract([u8; 32]),
    Amend { nonce: [u8; 32], commitment: [u8; 32] },
    Notice(Notice),
}

/// Reads a genesis leaf, and the keys in it.
pub(super) fn facts(leaf: &[u8]) -> Result<Facts, LeafError> {
    let genesis = Genesis::parse(leaf)?;
    let mut crowds = Vec::new();
    for (index, crowd) in (0_u8..).zip(&genesis.crowds) {
        let challenge = genesis.challenge(CrowdIndex::new(index))?.ok_or(LeafError::Payload)?;
        crowds.push((IssuerKey::parse(&crowd.spki).or(Err(LeafError::Payload))?, challenge.digest()));
    }
    let batch = u64::from(genesis.batch).max(1);
    Ok(Facts { genesis, leaf: leaf.to_vec(), crowds, batch })
}

/// Reads the entries from `first` on.
pub(super) fn read_all(facts: Option<&Facts>, entries: &[Vec<u8>], first: u64) -> Vec<Read> {
    (first..)
        .zip(entries)
        .map(|(at, entry)| Read { hash: hash_leaf(entry), leaf: read(facts, entry, at) })
        .collect()
}

fn read(facts: Option<&Facts>, entry: &[u8], at: u64) -> Result<Checked, Finding> {
    let leaf = Leaf::parse(entry).map_err(|error| Finding::Leaf { at, error })?;
    // Without a genesis nothing can be said of the rest; that there is none is said once.
    let Some(facts) = facts else { return Ok(Checked::Notice(Notice::InvitationsMade(0))) };
    if leaf.petition() != facts.genesis.petition {
        return Err(Finding::Foreign { at });
    }
    match leaf {
        Leaf::Genesis(_) => Ok(Checked::Genesis),
        Leaf::Cast(cast) => read_cast(facts, &cast).map_err(|error| Finding::Cast { at, error }),
        Leaf::Retract(retract) => read_retract(&retract).ok_or(Finding::Unsigned { at }),
        Leaf::Amend(amend) => read_amend(&amend).ok_or(Finding::Unsigned { at }),
        Leaf::Notice(_, notice) => Ok(Checked::Notice(notice)),
    }
}

fn read_cast(facts: &Facts, cast: &CastLeaf) -> Result<Checked, CastError> {
    let named = cast.token().input().token_key_id;
    let crowd = facts.crowds.iter().position(|(key, _)| *key.id() == named);
    let other_key = CastError::Token(TokenError::OtherKey);
    let crowd = crowd.and_then(|crowd| u8::try_from(crowd).ok()).ok_or(other_key)?;
    let (key, digest) = facts.crowds.get(usize::from(crowd)).ok_or(other_key)?;
    cast.verify_with(key, facts.genesis.petition, digest)?;
    Ok(Checked::Cast { crowd, nonce: *cast.nonce(), commitment: *cast.commitment() })
}

fn read_retract(retract: &RetractLeaf) -> Option<Checked> {
    retract.verify().is_ok().then(|| Checked::Retract(retract.nonce()))
}

fn read_amend(amend: &AmendLeaf) -> Option<Checked> {
    amend.verify().is_ok().then(|| Checked::Amend { nonce: amend.nonce(), commitment: *amend.commitment() })
}
