//! An audit as it is kept between two runs: what the auditor knows, as JSON, its lists in base64. It holds nothing of
//! a person, and no one's entry stands out in it.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::{Deserialize, Serialize};

use super::{Auditor, CastRow, Reference, VoidRow, read::facts};
use crate::log::tree::Frontier;

const CAST_BYTES: usize = 25;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wire {
    v: u8,
    key: String,
    genesis: String,
    frontier: String,
    prints: String,
    casts: String,
    references: Vec<(String, u32, Option<String>)>,
    voids: Vec<(u32, u64, bool)>,
    issued: Vec<u64>,
    closed: bool,
}

/// The text is no kept audit, or one of another version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an audit that was kept")]
pub struct NotKept;

impl Auditor {
    /// As it is kept. `None` where anything was found: such a log is audited from its beginning again.
    #[must_use]
    pub fn keep(&self) -> Option<String> {
        let facts = self.facts.as_ref().filter(|_| self.findings.is_empty())?;
        let casts: Vec<u8> = self.casts.iter().flat_map(encode_cast).collect();
        let wire = Wire {
            v: 1,
            key: STANDARD.encode(self.key),
            genesis: STANDARD.encode(&facts.leaf),
            frontier: STANDARD.encode(self.frontier.encode()),
            prints: STANDARD.encode(self.prints.as_flattened()),
            casts: STANDARD.encode(casts),
            references: self
                .references
                .iter()
                .map(|one| {
                    (STANDARD.encode(one.nonce), one.at, one.commitment.map(|bytes| STANDARD.encode(bytes)))
                })
                .collect(),
            voids: self.voids.iter().map(|void| (void.at, void.cast, void.reversal)).collect(),
            issued: self.issued.clone(),
            closed: self.closed,
        };
        serde_json::to_string(&wire).ok()
    }

    /// Reads [`Self::keep`].
    ///
    /// # Errors
    /// [`NotKept`]; never panics, whatever the text.
    pub fn resume(text: &str) -> Result<Self, NotKept> {
        read(text).ok_or(NotKept)
    }
}

fn read(text: &str) -> Option<Auditor> {
    let wire: Wire = serde_json::from_str(text).ok().filter(|wire: &Wire| wire.v == 1)?;
    let facts = facts(&STANDARD.decode(wire.genesis).ok()?).ok()?;
    let prints = STANDARD.decode(wire.prints).ok()?;
    let (prints, rest) = prints.as_chunks::<8>();
    let casts = STANDARD.decode(wire.casts).ok()?;
    let (casts, cut) = casts.as_chunks::<CAST_BYTES>();
    if !rest.is_empty() || !cut.is_empty() {
        return None;
    }
    let frontier = Frontier::decode(&STANDARD.decode(wire.frontier).ok()?).ok()?;
    let casts: Vec<CastRow> = casts.iter().map(decode_cast).collect();
    let mut cast_counts = vec![0_u64; facts.crowds.len()];
    for cast in &casts {
        let count = cast_counts.get_mut(usize::from(cast.crowd))?;
        *count = count.saturating_add(1);
    }
    let mut references = Vec::new();
    for (nonce, at, commitment) in wire.references {
        references.push(Reference {
            nonce: array(&nonce)?,
            at,
            commitment: match commitment {
                Some(text) => Some(array(&text)?),
                None => None,
            },
        });
    }
    let key = array(&wire.key)?;
    let is_whole = u64::try_from(prints.len()).ok()? == frontier.size()
        && wire.issued.len() == facts.crowds.len()
        && casts.is_sorted_by_key(|cast| cast.at);
    is_whole.then(|| Auditor {
        facts: Some(facts),
        frontier,
        prints: prints.to_vec(),
        casts,
        references,
        voids: wire.voids.into_iter().map(|(at, cast, reversal)| VoidRow { at, cast, reversal }).collect(),
        issued: wire.issued,
        cast_counts,
        closed: wire.closed,
        ..Auditor::new(key)
    })
}

fn array<const N: usize>(text: &str) -> Option<[u8; N]> {
    STANDARD.decode(text).ok()?.try_into().ok()
}

fn encode_cast(cast: &CastRow) -> [u8; CAST_BYTES] {
    let mut bytes = [0; CAST_BYTES];
    let parts =
        cast.nonce.iter().chain(&cast.commitment).copied().chain(cast.at.to_be_bytes()).chain([cast.crowd]);
    // What is taken back or voided is found out anew each time.
    bytes.iter_mut().zip(parts).for_each(|(to, from)| *to = from);
    bytes
}

fn decode_cast(bytes: &[u8; CAST_BYTES]) -> CastRow {
    let mut parts = bytes.iter().copied();
    let mut next = || parts.next().unwrap_or_default();
    CastRow {
        nonce: std::array::from_fn(|_| next()),
        commitment: std::array::from_fn(|_| next()),
        at: u32::from_be_bytes(std::array::from_fn(|_| next())),
        crowd: next(),
        taken_back: false,
        voided: false,
    }
}
