//! What waits, and how it is written: every entry, and every intake, as long as any other.

use zeroize::Zeroizing;

use crate::{
    actions::{Error, OwnData},
    domain::proof::CrowdIndex,
    protocol::{
        leaf::{CastLeaf, RetractLeaf},
        sealing::SEALED_NAME_BYTES,
    },
};

/// A cast, in the MAC by which it is found.
pub(super) const CAST: &str = "spooled cast";
/// A retraction.
pub(super) const RETRACTION: &str = "spooled retraction";

/// How long each entry is made, whatever is in it: kind, crowd, two lengths, leaf, sealed name.
const ENTRY_BYTES: usize = 2 + 2 + CastLeaf::LEN_BYTES + 2 + SEALED_NAME_BYTES;
/// How many entries the intake has room for.
pub(super) const INTAKE_MAX: usize = 96;
const INTAKE_BYTES: usize = 2 + INTAKE_MAX * ENTRY_BYTES;

/// What waits, opened.
#[derive(Clone)]
pub(in crate::actions::collector) enum Waiting {
    /// A cast.
    Cast {
        /// The crowd that it counts in.
        crowd: CrowdIndex,
        /// Its nonce.
        nonce: [u8; 32],
        /// The leaf.
        leaf: Vec<u8>,
        /// The name, sealed to the trustee.
        sealed_name: Option<Vec<u8>>,
    },
    /// A retraction of a cast that showed no name.
    Retraction {
        /// Nonce of the cast.
        nonce: [u8; 32],
        /// The leaf.
        leaf: Vec<u8>,
    },
}

/// The kinds of entries, as they are written.
const CAST_ENTRY: u8 = 1;
const SEALED_CAST_ENTRY: u8 = 2;
const RETRACTION_ENTRY: u8 = 3;

impl Waiting {
    pub(super) fn purpose_and_nonce(&self) -> (&'static str, &[u8; 32]) {
        match self {
            Self::Cast { nonce, .. } => (CAST, nonce),
            Self::Retraction { nonce, .. } => (RETRACTION, nonce),
        }
    }

    pub(super) fn is(&self, purpose: &'static str, nonce: &[u8; 32]) -> bool {
        self.purpose_and_nonce() == (purpose, nonce)
    }

    /// The nonce of the cast that it is, or takes back.
    pub(in crate::actions::collector) fn nonce(&self) -> &[u8; 32] {
        self.purpose_and_nonce().1
    }

    pub(super) fn leaf(&self) -> &[u8] {
        match self {
            Self::Cast { leaf, .. } | Self::Retraction { leaf, .. } => leaf,
        }
    }

    /// Appends it, as long as any other. `None` if it does not fit, which nothing that was accepted does.
    fn write(&self, to: &mut Vec<u8>) -> Option<()> {
        let (kind, crowd, leaf, name): (u8, u8, &[u8], &[u8]) = match self {
            Self::Cast { crowd, leaf, sealed_name: None, .. } => (CAST_ENTRY, crowd.get(), leaf, &[]),
            Self::Cast { crowd, leaf, sealed_name: Some(name), .. } => {
                (SEALED_CAST_ENTRY, crowd.get(), leaf, name)
            }
            Self::Retraction { leaf, .. } => (RETRACTION_ENTRY, 0, leaf, &[]),
        };
        let end = to.len().checked_add(ENTRY_BYTES)?;
        to.extend([kind, crowd]);
        for part in [leaf, name] {
            to.extend(u16::try_from(part.len()).ok()?.to_be_bytes());
            to.extend(part);
        }
        let fits = to.len() <= end;
        to.resize(end, 0);
        fits.then_some(())
    }

    fn read(entry: &[u8]) -> Option<Self> {
        fn part(rest: &[u8]) -> Option<(&[u8], &[u8])> {
            let (length, rest) = rest.split_first_chunk::<2>()?;
            rest.split_at_checked(usize::from(u16::from_be_bytes(*length)))
        }
        let ([kind, crowd], rest) = entry.split_first_chunk::<2>()?;
        let (leaf, rest) = part(rest)?;
        let (name, _) = part(rest)?;
        Some(match *kind {
            kind @ (CAST_ENTRY | SEALED_CAST_ENTRY) => Self::Cast {
                crowd: CrowdIndex::new(*crowd),
                nonce: *CastLeaf::parse(leaf).ok()?.nonce(),
                leaf: leaf.to_vec(),
                // Empty: taken out before it came out.
                sealed_name: (kind == SEALED_CAST_ENTRY).then(|| name.to_vec()),
            },
            RETRACTION_ENTRY => {
                Self::Retraction { nonce: RetractLeaf::parse(leaf).ok()?.nonce(), leaf: leaf.to_vec() }
            }
            _ => return None,
        })
    }
}

/// One entry.
pub(super) fn entry_bytes(waiting: &Waiting) -> Result<Zeroizing<Vec<u8>>, Error> {
    let mut entry = Zeroizing::new(Vec::with_capacity(ENTRY_BYTES));
    waiting.write(&mut entry).ok_or(Error::Broken(OwnData::EntryToSeal))?;
    Ok(entry)
}

/// What [`entry_bytes`] wrote.
pub(super) fn entry_of(bytes: &[u8]) -> Result<Waiting, Error> {
    Waiting::read(bytes).ok_or(Error::Broken(OwnData::SpooledRow))
}

/// An intake, as many bytes whatever waits: how many, the entries, and zeros.
pub(super) fn intake_bytes(intake: &[Waiting]) -> Result<Zeroizing<Vec<u8>>, Error> {
    let broken = || Error::Broken(OwnData::IntakeToSeal);
    // In one piece: a buffer that grows leaves copies of its content behind.
    let mut plain = Zeroizing::new(Vec::with_capacity(INTAKE_BYTES));
    plain.extend(u16::try_from(intake.len()).or(Err(broken()))?.to_be_bytes());
    for one in intake {
        one.write(&mut plain).ok_or_else(broken)?;
    }
    if plain.len() > INTAKE_BYTES {
        return Err(broken());
    }
    plain.resize(INTAKE_BYTES, 0);
    Ok(plain)
}

/// What [`intake_bytes`] wrote.
pub(super) fn intake_of(bytes: &[u8]) -> Result<Vec<Waiting>, Error> {
    let broken = Error::Broken(OwnData::Intake);
    let Some((count, entries)) = bytes.split_first_chunk::<2>() else { return Err(broken) };
    let entries = entries.chunks_exact(ENTRY_BYTES).take(usize::from(u16::from_be_bytes(*count)));
    entries.map(Waiting::read).collect::<Option<Vec<_>>>().ok_or(broken)
}
