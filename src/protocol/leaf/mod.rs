//! Leaves: the entries of a petition's public log. Every reader parses every one; an unknown kind, or JSON in
//! another than the canonical form, fails.
//!
//! Nothing personal stands in a leaf: a cast leaf holds a key, a token and a salted commitment.

mod amend;
mod cast;
mod genesis;
mod notice;
mod retract;

pub use amend::AmendLeaf;
pub(super) use cast::verify_by;
pub use cast::{CastError, CastLeaf};
pub use genesis::{Genesis, GenesisCrowd, GenesisEmployer};
pub use notice::{Notice, NoticeKind};
pub use retract::RetractLeaf;

use super::token::Token;
use super::{hash::sha256, wire::Reader};
use crate::domain::{
    ids::PetitionId,
    time::{Day, Timestamp},
};

/// The longest leaf: entry bundles of the log (C2SP tlog-tiles) give its length in 16 bits.
pub const MAX_LEN_BYTES: usize = 65_535;

/// The format of this protocol, first byte of every leaf.
const FORMAT: u8 = 1;
const GENESIS: u8 = 0x00;
const CAST: u8 = 0x01;
const RETRACT: u8 = 0x02;
/// Format, kind, petition.
const HEADER_BYTES: usize = 18;
/// Where K stands in a cast: after the token.
const CAST_KEY_AT: usize = HEADER_BYTES + Token::LEN_BYTES;

/// Why bytes are no leaf, or why a leaf could not be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LeafError {
    /// Shorter or longer than its kind is.
    #[error("wrong length")]
    Length,
    /// Another format than 01.
    #[error("unknown format")]
    Format,
    /// A kind that this version does not know, or not the one that was asked for.
    #[error("unknown kind of leaf")]
    Kind,
    /// The payload is not the canonical JSON of its kind.
    #[error("the payload is not the canonical form of its kind")]
    Payload,
    /// It would be longer than the log can hold.
    #[error("the leaf would be longer than 65,535 bytes")]
    TooLong,
}

/// A leaf of any known kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Leaf {
    /// Kind 00: the first leaf of every log.
    Genesis(Box<Genesis>),
    /// Kind 01: a signature.
    Cast(Box<CastLeaf>),
    /// Kind 02: a signature taken back.
    Retract(RetractLeaf),
    /// Kind 0A: what a signature shows, said anew.
    Amend(AmendLeaf),
    /// All others.
    Notice(PetitionId, Notice),
}

impl Leaf {
    /// Reads a leaf.
    ///
    /// # Errors
    /// [`LeafError`]; never panics, whatever the bytes.
    pub fn parse(bytes: &[u8]) -> Result<Self, LeafError> {
        match bytes {
            [FORMAT, GENESIS, ..] => Ok(Self::Genesis(Box::new(Genesis::parse(bytes)?))),
            [FORMAT, CAST, ..] => Ok(Self::Cast(Box::new(CastLeaf::parse(bytes)?))),
            [FORMAT, RETRACT, ..] => Ok(Self::Retract(RetractLeaf::parse(bytes)?)),
            [FORMAT, amend::AMEND, ..] => Ok(Self::Amend(AmendLeaf::parse(bytes)?)),
            [FORMAT, _, ..] => {
                let (petition, notice) = Notice::parse(bytes)?;
                Ok(Self::Notice(petition, notice))
            }
            [_, _, ..] => Err(LeafError::Format),
            _ => Err(LeafError::Length),
        }
    }

    /// The bytes that go into the log.
    ///
    /// # Errors
    /// [`LeafError::TooLong`], [`LeafError::Payload`] for a time out of range.
    pub fn encode(&self) -> Result<Vec<u8>, LeafError> {
        match self {
            Self::Genesis(genesis) => genesis.encode(),
            Self::Cast(cast) => Ok(cast.encode()),
            Self::Retract(retract) => Ok(retract.encode()),
            Self::Amend(amend) => amend.encode(),
            Self::Notice(petition, notice) => notice.encode(*petition),
        }
    }

    /// The petition it belongs to.
    #[must_use]
    pub fn petition(&self) -> PetitionId {
        match self {
            Self::Genesis(genesis) => genesis.petition,
            Self::Cast(cast) => cast.petition(),
            Self::Retract(retract) => retract.petition(),
            Self::Amend(amend) => amend.petition(),
            Self::Notice(petition, _) => *petition,
        }
    }
}

/// SHA-256 of a whole leaf: G for a genesis leaf, what a promise names for a cast leaf.
#[must_use]
pub fn leaf_hash(leaf: &[u8]) -> [u8; 32] {
    sha256(&[leaf])
}

/// Format and kind are read; returns the petition and what follows.
fn split_header(bytes: &[u8], kind: u8) -> Result<(PetitionId, &[u8]), LeafError> {
    let mut reader = Reader::new(bytes);
    let [format, found] = reader.array().ok_or(LeafError::Length)?;
    if format != FORMAT {
        return Err(LeafError::Format);
    }
    if found != kind {
        return Err(LeafError::Kind);
    }
    let petition = PetitionId::new(uuid::Uuid::from_bytes(reader.array().ok_or(LeafError::Length)?));
    Ok((petition, reader.rest()))
}

/// Format, kind and petition: 18 bytes.
fn header(kind: u8, petition: PetitionId) -> Vec<u8> {
    [&[FORMAT, kind][..], petition.as_bytes()].concat()
}

/// What those leaves begin with that take back a signature of this key, void any signature of this petition, or end a
/// void: all that can change how a signature stands.
#[must_use]
pub fn beginnings_about(petition: PetitionId, public_key: &[u8; 32]) -> [Vec<u8>; 3] {
    let retraction = [&header(RETRACT, petition)[..], public_key].concat();
    [retraction, header(notice::VOID, petition), header(notice::VOID_REVERSED, petition)]
}

/// A leaf with a JSON payload.
/// Whom an entry speaks of, going by its bytes alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum About<'a> {
    /// A signature or a withdrawal by this key, as it says.
    Key(&'a [u8; 32]),
    /// A void, or the end of one.
    Void,
    /// Something else.
    Other,
}

/// Whom an entry speaks of. Nothing is verified, so that looking takes no longer for some entries than for others.
#[must_use]
pub fn about(entry: &[u8]) -> About<'_> {
    let key = |from: usize| entry.get(from..).and_then(|rest| rest.first_chunk::<32>());
    let found = match entry {
        [FORMAT, CAST, ..] if entry.len() == CastLeaf::LEN_BYTES => key(CAST_KEY_AT),
        [FORMAT, RETRACT, ..] if entry.len() == RetractLeaf::LEN_BYTES => key(HEADER_BYTES),
        [FORMAT, notice::VOID | notice::VOID_REVERSED, ..] => return About::Void,
        _ => None,
    };
    found.map_or(About::Other, About::Key)
}

fn encode_json(
    kind: u8,
    petition: PetitionId,
    payload: &impl serde::Serialize,
) -> Result<Vec<u8>, LeafError> {
    // Only a number that JSON does not know fails to serialize.
    let json = serde_json_canonicalizer::to_vec(payload).or(Err(LeafError::Payload))?;
    let leaf = [header(kind, petition), json].concat();
    if leaf.len() > MAX_LEN_BYTES { Err(LeafError::TooLong) } else { Ok(leaf) }
}

/// Reads a JSON payload, and refuses any other than its canonical form: a second spelling would be a second leaf
/// hash for the same statement.
fn parse_json<T>(json: &[u8]) -> Result<T, LeafError>
where
    T: serde::de::DeserializeOwned + serde::Serialize,
{
    if json.len() > MAX_LEN_BYTES {
        return Err(LeafError::TooLong);
    }
    // serde's message would repeat what was read.
    let read: T = serde_json::from_slice(json).or(Err(LeafError::Payload))?;
    let again = serde_json_canonicalizer::to_vec(&read).or(Err(LeafError::Payload))?;
    if again == json { Ok(read) } else { Err(LeafError::Payload) }
}

/// A time as leaves write it.
fn time_to_wire(time: Timestamp) -> Result<String, LeafError> {
    let text = time.to_rfc3339();
    if time_from_wire(&text)? == time { Ok(text) } else { Err(LeafError::Payload) }
}

/// Reads `2026-06-03T12:00:00Z`: RFC 3339, UTC, whole seconds, this one spelling.
pub(crate) fn time_from_wire(text: &str) -> Result<Timestamp, LeafError> {
    let (date, clock) = text.split_once('T').ok_or(LeafError::Payload)?;
    let day = Day::parse(date).ok_or(LeafError::Payload)?;
    let mut parts = clock.strip_suffix('Z').ok_or(LeafError::Payload)?.splitn(3, ':');
    let mut secs = 0_i64;
    for _ in 0..3 {
        let part: u8 = parts.next().and_then(|part| part.parse().ok()).ok_or(LeafError::Payload)?;
        secs = secs.saturating_mul(60).saturating_add(i64::from(part));
    }
    let time = day.start().plus_secs(secs);
    // 24:00:00, leap seconds and left-out zeros do not come out as they went in.
    if time.to_rfc3339() == text { Ok(time) } else { Err(LeafError::Payload) }
}

#[cfg(test)]
mod tests;
