//! The genesis leaf: what is fixed when signing begins, quietly or in public. Its hash G is in every token's
//! challenge, so that nobody can be shown another petition, or another key, than everyone else.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};

use super::{
    GENESIS, LeafError, encode_json, leaf_hash, parse_json, split_header, time_from_wire, time_to_wire,
};
use crate::{
    domain::{
        ids::PetitionId,
        proof::{CrowdIndex, ProofName},
        time::Timestamp,
    },
    protocol::{
        origin::LogOrigin,
        token::{IssuerKey, TokenChallenge},
    },
};

const VERSION: u8 = 1;
/// The crowd's index is one byte in the challenge.
const CROWDS_MAX: usize = 256;

/// What is fixed when signing begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Genesis {
    /// The petition.
    pub petition: PetitionId,
    /// The name of its log.
    pub origin: LogOrigin,
    /// Its title.
    pub title: String,
    /// Whom it is addressed to.
    pub addressed_to: String,
    /// What it asks for, in order.
    pub demands: Vec<String>,
    /// SHA-256 of its text (Markdown, as stored).
    pub body_hash: [u8; 32],
    /// Whose staff are asked, with the mail domains that count.
    pub employers: Vec<GenesisEmployer>,
    /// Its crowds, in the order of their indexes; at least one.
    pub crowds: Vec<GenesisCrowd>,
    /// The trustee's key (X25519), where names may be sealed.
    pub sealing_key: Option<[u8; 32]>,
    /// When signing begins.
    pub opens: Timestamp,
    /// When issuing tokens ends.
    pub issue_until: Timestamp,
    /// When the petition closes.
    pub closes: Timestamp,
    /// When casting ends.
    pub cast_until: Timestamp,
    /// When all traces of who asked for a code are destroyed at the latest, however often the petition is extended.
    /// `None` in logs from before this was fixed.
    pub traces_until: Option<Timestamp>,
    /// B: the least number of casts in a batch.
    pub batch: u32,
    /// k: the least number in a published cell.
    pub min_cell: u32,
}

/// An employer as genesis names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GenesisEmployer {
    /// Its name.
    pub name: String,
    /// The mail domains that prove a mailbox there.
    pub domains: Vec<String>,
}

/// A crowd as genesis names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GenesisCrowd {
    /// What its members prove; a kind that is newer than this program has a name only.
    pub proof: ProofName,
    /// The name of its employer, where employers are counted apart.
    pub employer: Option<String>,
    /// Its issuing key, 342 bytes.
    pub spki: Vec<u8>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wire {
    v: u8,
    origin: String,
    text: WireText,
    body: String,
    employers: Vec<GenesisEmployer>,
    crowds: Vec<WireCrowd>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sealing_key: Option<String>,
    opens: String,
    issue_until: String,
    closes: String,
    cast_until: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    traces_until: Option<String>,
    batch: u32,
    min_cell: u32,
    /// Not understood by this version: must be empty.
    attributes: Vec<serde_json::Value>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct WireText {
    title: String,
    addressed_to: String,
    demands: Vec<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct WireCrowd {
    proof: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    employer: Option<String>,
    spki: String,
}

impl Genesis {
    /// The bytes of the leaf.
    ///
    /// # Errors
    /// [`LeafError::TooLong`] where the text and keys do not fit into one leaf, [`LeafError::Payload`] for no or
    /// too many crowds, a key that is none, or a time out of range.
    pub fn encode(&self) -> Result<Vec<u8>, LeafError> {
        self.check()?;
        encode_json(GENESIS, self.petition, &self.to_wire()?)
    }

    /// G: SHA-256 of the leaf.
    ///
    /// # Errors
    /// As [`Self::encode`].
    pub fn hash(&self) -> Result<[u8; 32], LeafError> {
        Ok(leaf_hash(&self.encode()?))
    }

    /// Reads a genesis leaf.
    ///
    /// # Errors
    /// [`LeafError`].
    pub fn parse(bytes: &[u8]) -> Result<Self, LeafError> {
        let (petition, json) = split_header(bytes, GENESIS)?;
        let genesis = Self::from_wire(petition, parse_json(json)?)?;
        // Times and base64 have other spellings too: only ours comes out as it went in.
        if genesis.encode()? == bytes { Ok(genesis) } else { Err(LeafError::Payload) }
    }

    /// The challenge for the tokens of one crowd. `None` for a crowd that genesis does not name.
    ///
    /// # Errors
    /// As [`Self::encode`].
    pub fn challenge(&self, crowd: CrowdIndex) -> Result<Option<TokenChallenge>, LeafError> {
        if usize::from(crowd.get()) >= self.crowds.len() {
            return Ok(None);
        }
        Ok(Some(TokenChallenge::new(&self.origin, self.petition, &self.hash()?, crowd)))
    }

    fn check(&self) -> Result<(), LeafError> {
        let keys_are_ours = self.crowds.iter().all(|crowd| IssuerKey::parse(&crowd.spki).is_ok());
        if self.crowds.is_empty() || self.crowds.len() > CROWDS_MAX || !keys_are_ours {
            return Err(LeafError::Payload);
        }
        Ok(())
    }

    fn to_wire(&self) -> Result<Wire, LeafError> {
        Ok(Wire {
            v: VERSION,
            origin: self.origin.as_str().to_owned(),
            text: WireText {
                title: self.title.clone(),
                addressed_to: self.addressed_to.clone(),
                demands: self.demands.clone(),
            },
            body: URL_SAFE_NO_PAD.encode(self.body_hash),
            employers: self.employers.clone(),
            crowds: self
                .crowds
                .iter()
                .map(|crowd| WireCrowd {
                    proof: crowd.proof.as_str().to_owned(),
                    employer: crowd.employer.clone(),
                    spki: URL_SAFE_NO_PAD.encode(&crowd.spki),
                })
                .collect(),
            sealing_key: self.sealing_key.map(|key| URL_SAFE_NO_PAD.encode(key)),
            opens: time_to_wire(self.opens)?,
            issue_until: time_to_wire(self.issue_until)?,
            closes: time_to_wire(self.closes)?,
            cast_until: time_to_wire(self.cast_until)?,
            traces_until: self.traces_until.map(time_to_wire).transpose()?,
            batch: self.batch,
            min_cell: self.min_cell,
            attributes: Vec::new(),
        })
    }

    fn from_wire(petition: PetitionId, wire: Wire) -> Result<Self, LeafError> {
        if wire.v != VERSION || !wire.attributes.is_empty() {
            return Err(LeafError::Payload);
        }
        let crowds = wire
            .crowds
            .into_iter()
            .map(|crowd| {
                Ok(GenesisCrowd {
                    proof: ProofName::parse(&crowd.proof).ok_or(LeafError::Payload)?,
                    employer: crowd.employer,
                    spki: URL_SAFE_NO_PAD.decode(crowd.spki).or(Err(LeafError::Payload))?,
                })
            })
            .collect::<Result<_, LeafError>>()?;
        Ok(Self {
            petition,
            origin: LogOrigin::parse(&wire.origin).or(Err(LeafError::Payload))?,
            title: wire.text.title,
            addressed_to: wire.text.addressed_to,
            demands: wire.text.demands,
            body_hash: bytes_from_wire(&wire.body)?,
            employers: wire.employers,
            crowds,
            sealing_key: wire.sealing_key.as_deref().map(bytes_from_wire).transpose()?,
            opens: time_from_wire(&wire.opens)?,
            issue_until: time_from_wire(&wire.issue_until)?,
            closes: time_from_wire(&wire.closes)?,
            cast_until: time_from_wire(&wire.cast_until)?,
            traces_until: wire.traces_until.as_deref().map(time_from_wire).transpose()?,
            batch: wire.batch,
            min_cell: wire.min_cell,
        })
    }
}

fn bytes_from_wire(text: &str) -> Result<[u8; 32], LeafError> {
    let bytes = URL_SAFE_NO_PAD.decode(text).or(Err(LeafError::Payload))?;
    bytes.try_into().or(Err(LeafError::Payload))
}
