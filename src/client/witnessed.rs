//! What witnesses say of a log that is audited: whether the checkpoint that they cosigned is of the same history, and
//! whether those whom the reader trusts are among them, and enough.

use std::{cell::RefCell, collections::HashMap};

use crate::{
    client::{
        bounds::{NOTE_MAX_BYTES, tile_max_bytes},
        failure::{Failure, Untrusted},
        source::{Source, whole},
    },
    domain::time::Timestamp,
    log::{
        audit::finding::Finding,
        checkpoint::Checkpoint,
        cosignature::{Claimed, claimed_on},
        note::VerifierKey,
        policy::Policy,
        proof::{self, FromTiles, TileError},
        tiles::Tile,
        tree::Hash,
    },
};

const SECS_PER_DAY: i64 = 86_400;

/// A checkpoint that witnesses cosigned, as served: signed by the log, the cosignatures not looked at.
pub(super) struct WitnessedNote {
    pub(super) note: String,
    pub(super) checkpoint: Checkpoint,
}

/// What is known of the witnesses of a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Witnessing {
    /// Cosignatures, those of the policy's witnesses verified.
    pub cosignatures: Vec<Seen>,
    /// How many entries the checkpoint has on which they stand.
    pub size: u64,
    /// Whether they are what the policy asks for, of a log that has one history. `None`: no policy was given.
    pub is_enough: Option<bool>,
}

/// A cosignature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// The name in it.
    pub name: String,
    /// The hash of its key, in hexadecimal.
    pub key_hash: String,
    /// The verifier key, if the policy names it and the cosignature verifies.
    pub key: Option<String>,
    /// How many days ago it was made, as it says.
    pub days: u64,
}

/// The witnessed checkpoint of a log, if there is one.
pub(super) fn fetch(source: &dyn Source, key: &VerifierKey) -> Result<Option<WitnessedNote>, Failure> {
    let Some(bytes) = whole(source, "log/witnessed", NOTE_MAX_BYTES)? else { return Ok(None) };
    let checkpoint = Checkpoint::verify(&bytes, key).or(Err(Untrusted::Checkpoint))?;
    let note = String::from_utf8(bytes).or(Err(Untrusted::Checkpoint))?;
    Ok(Some(WitnessedNote { note, checkpoint }))
}

/// Whether the witnessed checkpoint belongs to the log of which this is audited.
///
/// # Errors
/// [`Failure`] where the tiles that would show it are not to be had.
pub(super) fn compare(
    source: &dyn Source,
    witnessed: &Checkpoint,
    audited: &Checkpoint,
) -> Result<Option<Finding>, Failure> {
    let (size, now) = (witnessed.size, audited.size);
    if size > now {
        return Ok(Some(Finding::WitnessedLonger { witnessed: size, now }));
    }
    // Where the sizes differ, the tiles lead from one root to the other. They are believed for what they prove alone.
    let read: RefCell<HashMap<String, Vec<Hash>>> = RefCell::default();
    let mut hashes = FromTiles::new(now, |tile: Tile| {
        let name = tile.to_string();
        if let Some(hashes) = read.borrow().get(&name) {
            return Ok(hashes.clone());
        }
        let bytes =
            whole(source, &format!("log/tile/{name}"), tile_max_bytes(tile))?.ok_or(Untrusted::Root)?;
        let (hashes, rest) = bytes.as_chunks::<32>();
        if !rest.is_empty() {
            return Err(Untrusted::Root.into());
        }
        let hashes = hashes.to_vec();
        read.borrow_mut().insert(name, hashes.clone());
        Ok::<_, Failure>(hashes)
    });
    let path = proof::consistency(&mut hashes, size, now).map_err(|error| match error {
        TileError::Fetch(failure) => failure,
        TileError::Missing => Untrusted::Root.into(),
    })?;
    let continues = size > 0 && proof::continues(size, &witnessed.root, now, &audited.root, &path);
    Ok((!continues).then_some(Finding::WitnessedOther { size }))
}

/// What stands on these notes, all of the log that was audited, the one to be preferred first: and whether that is what
/// the policy asks for.
pub(super) fn weigh(
    notes: &[(&str, u64)],
    key: &VerifierKey,
    policy: Option<&Policy>,
    now: Timestamp,
) -> (Witnessing, Option<Finding>) {
    let enough = |note: &str| {
        policy.is_some_and(|policy| {
            policy.is_about(&key.to_string())
                && policy.is_satisfied(|witness| witness.find_on(note.as_bytes()).is_some())
        })
    };
    let has_any = |note: &str| !claimed_on(note.as_bytes()).is_empty();
    let chosen = notes.iter().find(|(note, _)| enough(note));
    let chosen = chosen.or_else(|| notes.iter().find(|(note, _)| has_any(note))).copied();
    let (note, size) = chosen.unwrap_or_default();
    let cosignatures: Vec<Seen> =
        claimed_on(note.as_bytes()).into_iter().map(|claimed| seen(claimed, note, policy, now)).collect();
    let size = if cosignatures.is_empty() { 0 } else { size };
    let is_enough = policy.map(|_| enough(note) || notes.iter().any(|(note, _)| enough(note)));
    let finding = policy.filter(|_| is_enough == Some(false)).map(|policy| {
        if policy.is_about(&key.to_string()) {
            let cosigned = cosignatures.iter().filter(|one| one.key.is_some()).count();
            Finding::Unwitnessed { cosigned: u64::try_from(cosigned).unwrap_or(u64::MAX) }
        } else {
            Finding::PolicyOtherLog
        }
    });
    (Witnessing { cosignatures, size, is_enough }, finding)
}

fn seen(claimed: Claimed, note: &str, policy: Option<&Policy>, now: Timestamp) -> Seen {
    let key_hash = format!("{:08x}", u32::from_be_bytes(claimed.key_hash));
    let mut witnesses = policy.map(Policy::witnesses).unwrap_or_default().iter();
    let key = witnesses.find_map(|witness| {
        let found = witness.find_on(note.as_bytes())?;
        let spelled = witness.to_string();
        let is_this =
            spelled.starts_with(&format!("{}+{key_hash}+", claimed.name)) && found.time == claimed.time;
        is_this.then_some(spelled)
    });
    let age_secs = now.secs().saturating_sub(claimed.time.secs()).max(0);
    let days = u64::try_from(age_secs.div_euclid(SECS_PER_DAY)).unwrap_or_default();
    Seen { name: claimed.name, key_hash, key, days }
}
