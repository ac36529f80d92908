//! An audit as it is kept between two runs: a line of JSON, then 8 bytes for each entry and 25 for each cast, so that
//! neither writing nor reading takes more memory than the auditor itself. It holds nothing of a person.

use std::io::{self, BufRead, Read, Write};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::{Deserialize, Serialize};

use super::{Auditor, CastRow, Print, Reference, VoidRow, finding::Disputed, read::facts};
use crate::{domain::void::VoidReason, log::tree::Frontier};

const CAST_BYTES: usize = 25;
/// The longest first line: a genesis, and what a hundred thousand withdrawals take.
const HEAD_MAX_BYTES: u64 = 64 * 1024 * 1024;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Head {
    v: u8,
    key: String,
    genesis: String,
    frontier: String,
    casts: usize,
    references: Vec<(String, u32, Option<String>)>,
    voids: Vec<(u32, u64, Option<String>)>,
    issued: Vec<u64>,
    closed: bool,
    /// Not in what versions before this kept.
    #[serde(default)]
    host: Option<String>,
    #[serde(default)]
    disputes: Vec<Disputed>,
}

/// The bytes are no kept audit, or one of another version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an audit that was kept")]
pub struct NotAnAudit;

impl Auditor {
    /// Writes down what it knows. `false`, and nothing written: something was found. Such a log is audited from its
    /// beginning again.
    ///
    /// # Errors
    /// [`io::Error`] of `out`.
    pub fn keep(&self, out: &mut dyn Write) -> Result<bool, io::Error> {
        let Some(facts) = self.facts.as_ref().filter(|_| self.findings.is_empty()) else { return Ok(false) };
        let reference = |one: &Reference| {
            (STANDARD.encode(one.nonce), one.at, one.commitment.map(|bytes| STANDARD.encode(bytes)))
        };
        let head = Head {
            v: 1,
            key: STANDARD.encode(self.key),
            genesis: STANDARD.encode(&facts.leaf),
            frontier: STANDARD.encode(self.frontier.encode()),
            casts: self.casts.len(),
            references: self.references.iter().map(reference).collect(),
            voids: self.voids.iter().map(|void| (void.at, void.cast, void.reason.map(reason_code))).collect(),
            issued: self.issued.clone(),
            closed: self.closed,
            host: self.host.clone(),
            disputes: self.disputes.clone(),
        };
        serde_json::to_writer(&mut *out, &head)?;
        out.write_all(b"\n")?;
        out.write_all(self.prints.as_flattened())?;
        for cast in &self.casts {
            out.write_all(&encode_cast(cast))?;
        }
        Ok(true)
    }

    /// Reads [`Self::keep`], to its end.
    ///
    /// # Errors
    /// [`NotAnAudit`], also where it cannot be read; never panics, whatever the bytes.
    pub fn resume(from: &mut dyn BufRead) -> Result<Self, NotAnAudit> {
        read(from).ok_or(NotAnAudit)
    }
}

fn read(from: &mut dyn BufRead) -> Option<Auditor> {
    let mut line = Vec::new();
    from.take(HEAD_MAX_BYTES).read_until(b'\n', &mut line).ok()?;
    let head: Head = serde_json::from_slice(&line).ok().filter(|head: &Head| head.v == 1)?;
    let facts = facts(&STANDARD.decode(head.genesis).ok()?).ok()?;
    let frontier = Frontier::decode(&STANDARD.decode(head.frontier).ok()?).ok()?;
    // As many as there are: a length is only believed when the bytes have come.
    let mut prints: Vec<Print> = Vec::new();
    for _ in 0..frontier.size() {
        prints.push(next(from)?);
    }
    let mut casts: Vec<CastRow> = Vec::new();
    let mut cast_counts = vec![0_u64; facts.crowds.len()];
    for _ in 0..head.casts {
        let cast = decode_cast(&next(from)?);
        let count = cast_counts.get_mut(usize::from(cast.crowd))?;
        *count = count.saturating_add(1);
        casts.push(cast);
    }
    let mut references = Vec::new();
    for (nonce, at, commitment) in head.references {
        let commitment = match commitment {
            Some(text) => Some(array(&text)?),
            None => None,
        };
        references.push(Reference { nonce: array(&nonce)?, at, commitment });
    }
    let mut voids = Vec::new();
    for (at, cast, reason) in head.voids {
        let reason = match reason {
            Some(code) => Some(VoidReason::parse(&code)?),
            None => None,
        };
        voids.push(VoidRow { at, cast, reason });
    }
    let is_at_end = from.fill_buf().ok()?.is_empty();
    let key = array(&head.key)?;
    let is_whole =
        is_at_end && head.issued.len() == facts.crowds.len() && casts.is_sorted_by_key(|cast| cast.at);
    is_whole.then(|| Auditor {
        facts: Some(facts),
        frontier,
        prints,
        casts,
        references,
        voids,
        issued: head.issued,
        cast_counts,
        closed: head.closed,
        host: head.host,
        disputes: head.disputes,
        ..Auditor::new(key)
    })
}

fn reason_code(reason: VoidReason) -> String {
    String::from(reason.code())
}

fn next<const N: usize>(from: &mut dyn BufRead) -> Option<[u8; N]> {
    let mut bytes = [0; N];
    from.read_exact(&mut bytes).ok()?;
    Some(bytes)
}

fn array<const N: usize>(text: &str) -> Option<[u8; N]> {
    STANDARD.decode(text).ok()?.try_into().ok()
}

/// Whether it is taken back or voided is found out anew each time.
fn encode_cast(cast: &CastRow) -> [u8; CAST_BYTES] {
    let mut bytes = [0; CAST_BYTES];
    let parts =
        cast.nonce.iter().chain(&cast.commitment).copied().chain(cast.at.to_be_bytes()).chain([cast.crowd]);
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
        voided: None,
    }
}
