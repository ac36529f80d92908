//! The other leaves: what happens to a petition, in canonical JSON.

use std::collections::BTreeMap;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};

use super::{LeafError, encode_json, parse_json, split_header, time_from_wire, time_to_wire};
use crate::domain::{
    client_release::{ClientRelease, Hash, LANGUAGES_MAX, LanguageTag, SavedPages},
    ids::PetitionId,
    time::Timestamp,
    void::VoidReason,
};

/// What a notice tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    /// Kind 04: casting has ended.
    Closed,
    /// Kind 05: tokens issued so far, per crowd in the order of genesis, each rounded down to a multiple of B.
    /// Stands before any cast that would exceed it.
    Issued(Vec<u64>),
    /// Kind 0B: other times than genesis said.
    ClosingChanged {
        /// When the petition closes.
        closes: Timestamp,
        /// When issuing tokens ends.
        issue_until: Timestamp,
        /// When casting ends.
        cast_until: Timestamp,
    },
    /// Kind 0D: taken down.
    TakenDown {
        /// Why, for the public.
        reason: String,
    },
    /// Kind 0E: where the log is served.
    ServedAt {
        /// The host.
        host: String,
    },
    /// Kind 0F: invitations made so far, in all.
    InvitationsMade(u64),
    /// Kind 08: which script and which pages to keep on disk people are given from now on.
    ClientRelease(ClientRelease),
    /// Kind 07: a cast that counts no longer.
    Void {
        /// Its entry.
        cast: u64,
        /// Why.
        reason: VoidReason,
    },
    /// Kind 0C: a voided cast counts again.
    VoidReversed {
        /// Its entry.
        cast: u64,
    },
    /// Kind 10: what an operator or admin has to say against some entries.
    Dispute {
        /// The first of them.
        first: u64,
        /// The place after the last one. Beyond the log's end where entries were lost.
        end: u64,
        /// What there is to say, for the public.
        text: String,
    },
    /// A kind that the protocol names and this version only carries.
    Carried(NoticeKind, serde_json::Map<String, serde_json::Value>),
}

/// The kinds that this version only carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoticeKind {
    /// 03: a new version of the body.
    BodyVersion,
    /// 06: release of aggregates.
    Release,
}

impl NoticeKind {
    const ALL: [Self; 2] = [Self::BodyVersion, Self::Release];

    const fn byte(self) -> u8 {
        match self {
            Self::BodyVersion => 0x03,
            Self::Release => 0x06,
        }
    }
}

const CLOSED: u8 = 0x04;
const ISSUED: u8 = 0x05;
const CLIENT_RELEASE: u8 = 0x08;
pub(super) const VOID: u8 = 0x07;
const CLOSING_CHANGED: u8 = 0x0b;
pub(super) const VOID_REVERSED: u8 = 0x0c;
const TAKEN_DOWN: u8 = 0x0d;
const SERVED_AT: u8 = 0x0e;
const INVITATIONS_MADE: u8 = 0x0f;
const DISPUTE: u8 = 0x10;
/// The largest whole number that canonical JSON keeps exactly.
const COUNT_MAX: u64 = (1 << 53) - 1;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Empty {}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct IssuedWire {
    issued: Vec<u64>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ClosingWire {
    closes: String,
    issue_until: String,
    cast_until: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct TakenDownWire {
    reason: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ServedAtWire {
    host: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct InvitationsWire {
    made: u64,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct PageWire {
    page: String,
    script: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct PagesWire {
    pages: BTreeMap<String, String>,
    script: String,
}

/// As releases were told before there were languages, and as they are told now.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum ReleaseWire {
    One(PageWire),
    ByLanguage(PagesWire),
}

impl ReleaseWire {
    fn of(release: &ClientRelease) -> Result<Self, LeafError> {
        let encode = |hash: &Hash| URL_SAFE_NO_PAD.encode(hash);
        let script = encode(&release.script);
        match &release.pages {
            SavedPages::One(page) => Ok(Self::One(PageWire { page: encode(page), script })),
            SavedPages::ByLanguage(pages) if matches!(pages.len(), 1..=LANGUAGES_MAX) => {
                let pages = pages.iter().map(|(tag, hash)| (tag.as_str().to_owned(), encode(hash))).collect();
                Ok(Self::ByLanguage(PagesWire { pages, script }))
            }
            SavedPages::ByLanguage(_) => Err(LeafError::Payload),
        }
    }

    fn read(self) -> Result<ClientRelease, LeafError> {
        match self {
            Self::One(PageWire { page, script }) => Ok(ClientRelease {
                pages: SavedPages::One(hash_from_wire(&page)?),
                script: hash_from_wire(&script)?,
            }),
            Self::ByLanguage(PagesWire { pages, script }) if matches!(pages.len(), 1..=LANGUAGES_MAX) => {
                let read = |(tag, hash): (String, String)| {
                    let tag = LanguageTag::parse(&tag).ok_or(LeafError::Payload)?;
                    Ok((tag, hash_from_wire(&hash)?))
                };
                let pages = pages.into_iter().map(read).collect::<Result<_, LeafError>>()?;
                Ok(ClientRelease { pages: SavedPages::ByLanguage(pages), script: hash_from_wire(&script)? })
            }
            Self::ByLanguage(_) => Err(LeafError::Payload),
        }
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct VoidWire {
    index: u64,
    reason: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct VoidReversedWire {
    index: u64,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct DisputeWire {
    range: (u64, u64),
    text: String,
}

/// Reads a hash in base64url, this one spelling: a second one would be a second leaf for the same statement.
fn hash_from_wire(text: &str) -> Result<[u8; 32], LeafError> {
    let bytes = URL_SAFE_NO_PAD.decode(text).or(Err(LeafError::Payload))?;
    bytes.try_into().or(Err(LeafError::Payload))
}

impl Notice {
    /// The bytes of the leaf.
    ///
    /// # Errors
    /// [`LeafError::TooLong`], [`LeafError::Payload`] for a time or count out of range.
    pub fn encode(&self, petition: PetitionId) -> Result<Vec<u8>, LeafError> {
        match self {
            Self::Closed => encode_json(CLOSED, petition, &Empty {}),
            Self::Issued(issued) => {
                // RFC 8785 writes numbers as JavaScript has them: a larger count would be rounded in silence.
                if issued.iter().any(|count| *count > COUNT_MAX) {
                    return Err(LeafError::Payload);
                }
                encode_json(ISSUED, petition, &IssuedWire { issued: issued.clone() })
            }
            Self::ClosingChanged { closes, issue_until, cast_until } => {
                let wire = ClosingWire {
                    closes: time_to_wire(*closes)?,
                    issue_until: time_to_wire(*issue_until)?,
                    cast_until: time_to_wire(*cast_until)?,
                };
                encode_json(CLOSING_CHANGED, petition, &wire)
            }
            Self::TakenDown { reason } => {
                encode_json(TAKEN_DOWN, petition, &TakenDownWire { reason: reason.clone() })
            }
            Self::ServedAt { host } => encode_json(SERVED_AT, petition, &ServedAtWire { host: host.clone() }),
            Self::InvitationsMade(made) if *made > COUNT_MAX => Err(LeafError::Payload),
            Self::InvitationsMade(made) => {
                encode_json(INVITATIONS_MADE, petition, &InvitationsWire { made: *made })
            }
            Self::ClientRelease(release) => encode_json(CLIENT_RELEASE, petition, &ReleaseWire::of(release)?),
            Self::Void { cast, .. } | Self::VoidReversed { cast } if *cast > COUNT_MAX => {
                Err(LeafError::Payload)
            }
            Self::Void { cast, reason } => {
                let wire = VoidWire { index: *cast, reason: String::from(reason.code()) };
                encode_json(VOID, petition, &wire)
            }
            Self::VoidReversed { cast } => {
                encode_json(VOID_REVERSED, petition, &VoidReversedWire { index: *cast })
            }
            Self::Dispute { first, end, .. } if *end > COUNT_MAX || first >= end => Err(LeafError::Payload),
            Self::Dispute { first, end, text } => {
                encode_json(DISPUTE, petition, &DisputeWire { range: (*first, *end), text: text.clone() })
            }
            Self::Carried(kind, payload) => encode_json(kind.byte(), petition, payload),
        }
    }

    /// Reads a notice.
    ///
    /// # Errors
    /// [`LeafError`].
    pub fn parse(bytes: &[u8]) -> Result<(PetitionId, Self), LeafError> {
        let kind = *bytes.get(1).ok_or(LeafError::Length)?;
        let (petition, json) = split_header(bytes, kind)?;
        let notice = match kind {
            CLOSED => parse_json::<Empty>(json).map(|_| Self::Closed)?,
            ISSUED => Self::Issued(parse_json::<IssuedWire>(json)?.issued),
            CLOSING_CHANGED => {
                let wire: ClosingWire = parse_json(json)?;
                Self::ClosingChanged {
                    closes: time_from_wire(&wire.closes)?,
                    issue_until: time_from_wire(&wire.issue_until)?,
                    cast_until: time_from_wire(&wire.cast_until)?,
                }
            }
            CLIENT_RELEASE => Self::ClientRelease(parse_json::<ReleaseWire>(json)?.read()?),
            TAKEN_DOWN => Self::TakenDown { reason: parse_json::<TakenDownWire>(json)?.reason },
            SERVED_AT => Self::ServedAt { host: parse_json::<ServedAtWire>(json)?.host },
            VOID => {
                let wire: VoidWire = parse_json(json)?;
                let reason = VoidReason::parse(&wire.reason).ok_or(LeafError::Payload)?;
                Self::Void { cast: wire.index, reason }
            }
            VOID_REVERSED => Self::VoidReversed { cast: parse_json::<VoidReversedWire>(json)?.index },
            DISPUTE => {
                let DisputeWire { range: (first, end), text } = parse_json(json)?;
                if first >= end {
                    return Err(LeafError::Payload);
                }
                Self::Dispute { first, end, text }
            }
            INVITATIONS_MADE => Self::InvitationsMade(parse_json::<InvitationsWire>(json)?.made),
            other => {
                let carried = NoticeKind::ALL.into_iter().find(|known| known.byte() == other);
                Self::Carried(carried.ok_or(LeafError::Kind)?, parse_json(json)?)
            }
        };
        // What is never written is not read: a count that canonical JSON does not keep exactly.
        if notice.encode(petition)? == bytes { Ok((petition, notice)) } else { Err(LeafError::Payload) }
    }

    /// The notice of tokens issued so far, each count rounded down to a multiple of `batch`.
    #[must_use]
    pub fn issued_floored(counts: &[u64], batch: u32) -> Self {
        let batch = u64::from(batch).max(1);
        Self::Issued(counts.iter().map(|count| count.saturating_sub(count % batch)).collect())
    }
}
