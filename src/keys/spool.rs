//! The keys of all spools, in one file that is rewritten by the clock and never because somebody came.
//!
//! Each spool has two chains of keys: one for its intake, whose place moves on with every change, and one for its store,
//! whose place moves on with every turn. The places stand in the database; the file holds, for each chain, the key of the place
//! that was current when the file was written, and a random state from which the keys of all later places are derived. So
//! whoever changes a spool needs no new file, and each rewriting makes every key before it underivable.
//!
//! Whoever rewrites the file holds the locks of all spools in the database: nobody then seals anything under a key that the
//! new file does not give. Each file has a number in its name. The highest one counts; a lower one is being destroyed, or a
//! leftover of a crash that the next rewriting destroys.

use zeroize::Zeroizing;

use super::{EphemeralKey, Error, Secrets};
use crate::{domain::ids::PetitionId, entropy::Entropy, protocol::hash::hkdf};

const PREFIX: &str = "spools-";
const PREFIX_BEFORE: &str = "spool-";
const PLACE_BYTES: usize = 8;
const STATE_BYTES: usize = 32;
const CHAIN_BYTES: usize = PLACE_BYTES + EphemeralKey::FILE_BYTES + STATE_BYTES;
const PETITION_BYTES: usize = 16;
const RECORD_BYTES: usize = PETITION_BYTES + 2 * CHAIN_BYTES;
/// Another node may destroy a file between the look at its name and the look into it.
const TRIES: u32 = 10;
/// Further than this no chain goes between two rewritings: more is a database that is not this folder's.
const STEPS_MAX: u64 = 10_000_000;

/// A chain of keys, from the place at which the file was written.
#[derive(Clone)]
struct Chain {
    at: u64,
    key: Zeroizing<[u8; EphemeralKey::FILE_BYTES]>,
    next: Zeroizing<[u8; STATE_BYTES]>,
}

impl Chain {
    fn begin(at: u64, entropy: &dyn Entropy) -> Self {
        Self { at, key: Zeroizing::new(entropy.bytes()), next: Zeroizing::new(entropy.bytes()) }
    }

    /// The key of a place. `None` for one that lies before the file, or absurdly far behind it.
    fn key(&self, place: u64) -> Option<EphemeralKey> {
        self.bytes(place).map(|bytes| EphemeralKey::from_bytes(&bytes))
    }

    fn bytes(&self, place: u64) -> Option<Zeroizing<[u8; EphemeralKey::FILE_BYTES]>> {
        let steps = place.checked_sub(self.at).filter(|steps| *steps <= STEPS_MAX)?;
        if steps == 0 {
            return Some(self.key.clone());
        }
        let mut state = self.next.clone();
        for _ in 1..steps {
            state = Zeroizing::new(hkdf(&*state, &[b"undersigned/spool/v1\0next"]));
        }
        let mut bytes = Zeroizing::new([0; EphemeralKey::FILE_BYTES]);
        let (id, key) = bytes.split_at_mut(EphemeralKey::ID_BYTES);
        let named = Zeroizing::new(hkdf(&*state, &[b"undersigned/spool/v1\0id"]));
        id.iter_mut().zip(named.iter()).for_each(|(to, from)| *to = *from);
        key.copy_from_slice(&*Zeroizing::new(hkdf(&*state, &[b"undersigned/spool/v1\0key"])));
        Some(bytes)
    }

    /// The chain from this place on: what comes after it is drawn anew, what came before cannot be derived any more.
    fn from(&self, place: u64, entropy: &dyn Entropy) -> Option<Self> {
        let key = self.bytes(place)?;
        Some(Self { at: place, key, next: Zeroizing::new(entropy.bytes()) })
    }

    fn write(&self, to: &mut Vec<u8>) {
        to.extend(self.at.to_be_bytes());
        to.extend(self.key.iter());
        to.extend(self.next.iter());
    }

    fn read(bytes: &[u8; CHAIN_BYTES]) -> Option<Self> {
        let (at, rest) = bytes.split_first_chunk()?;
        let (key, next) = rest.split_first_chunk()?;
        let next = next.try_into().ok()?;
        Some(Self { at: u64::from_be_bytes(*at), key: Zeroizing::new(*key), next: Zeroizing::new(next) })
    }
}

/// The keys of one spool. Not to be kept: read them again for the next use.
#[derive(Clone)]
pub struct SpoolKeys {
    intake: Chain,
    store: Chain,
}

impl SpoolKeys {
    /// The key of the intake at a place. `None` once it is destroyed.
    #[must_use]
    pub fn intake(&self, place: u64) -> Option<EphemeralKey> {
        self.intake.key(place)
    }

    /// The key of the store at a place. `None` once it is destroyed.
    #[must_use]
    pub fn store(&self, place: u64) -> Option<EphemeralKey> {
        self.store.key(place)
    }
}

impl std::fmt::Debug for SpoolKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SpoolKeys(redacted)")
    }
}

/// How far the database says that a spool has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SpoolPlace {
    /// Whose spool.
    pub petition: PetitionId,
    /// The place of its intake.
    pub intake: u64,
    /// The place of its store.
    pub store: u64,
    /// Whether anything waits in it.
    pub holds_something: bool,
}

/// What is in a file, and its number.
struct Contents {
    number: u64,
    records: Vec<(PetitionId, SpoolKeys)>,
}

fn name(number: u64) -> String {
    // As many digits as the highest has, so that names sort by it.
    format!("{PREFIX}{number:020}")
}

fn number(name: &str) -> Option<u64> {
    name.strip_prefix(PREFIX)?.parse().ok()
}

impl Contents {
    fn find(&self, petition: PetitionId) -> Option<&SpoolKeys> {
        self.records.iter().find(|(found, _)| *found == petition).map(|(_, keys)| keys)
    }

    fn parse(number: u64, bytes: &[u8]) -> Option<Self> {
        let (records, left) = bytes.as_chunks::<RECORD_BYTES>();
        let read = |record: &[u8; RECORD_BYTES]| {
            let (petition, rest) = record.split_first_chunk::<PETITION_BYTES>()?;
            let (intake, store) = rest.split_first_chunk::<CHAIN_BYTES>()?;
            let keys =
                SpoolKeys { intake: Chain::read(intake)?, store: Chain::read(store.try_into().ok()?)? };
            Some((PetitionId::new(uuid::Uuid::from_bytes(*petition)), keys))
        };
        let records = records.iter().map(read).collect::<Option<Vec<_>>>()?;
        left.is_empty().then_some(Self { number, records })
    }

    fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        // In one piece: a buffer that grows leaves copies of its content behind.
        let mut bytes = Zeroizing::new(Vec::with_capacity(self.records.len().saturating_mul(RECORD_BYTES)));
        for (petition, keys) in &self.records {
            bytes.extend(petition.as_bytes());
            keys.intake.write(&mut bytes);
            keys.store.write(&mut bytes);
        }
        bytes
    }
}

/// The file that counts from now on: those before it are to be destroyed.
#[derive(Debug)]
#[must_use]
pub struct Renewed(u64);

impl Secrets {
    /// The keys of a petition's spool. `None`: there are none yet, or they are lost.
    ///
    /// # Errors
    /// [`Error`] when the folder cannot be used.
    pub fn spool_keys(&self, petition: PetitionId) -> Result<Option<SpoolKeys>, Error> {
        let Some(contents) = self.newest_spools()? else { return Ok(None) };
        Ok(contents.records.into_iter().find(|(found, _)| *found == petition).map(|(_, keys)| keys))
    }

    /// Writes the file anew: every spool goes on from its place with keys that are drawn now, and those of earlier places are
    /// not in it. Spools that are not named leave it. The caller holds the locks of all spools, and gives what comes back to
    /// [`end_old_spools`](Self::end_old_spools) after letting go of them.
    ///
    /// # Errors
    /// [`Error`] when the folder cannot be used; then the old file still counts.
    pub fn renew_spools(&self, places: &[SpoolPlace], entropy: &dyn Entropy) -> Result<Renewed, Error> {
        let newest = self.newest_spools()?;
        let mut records = Vec::with_capacity(places.len());
        for place in places {
            let found = newest.as_ref().and_then(|contents| contents.find(place.petition));
            let kept = found.and_then(|keys| {
                let intake = keys.intake.from(place.intake, entropy)?;
                Some(SpoolKeys { intake, store: keys.store.from(place.store, entropy)? })
            });
            // A database that has fallen back behind the file may come forward again: its keys are kept as they are. And what
            // waits under keys that are gone is given no others: it would look as if it were damaged.
            let keys = kept.or_else(|| match (place.holds_something, found) {
                (true, found) => found.cloned(),
                (false, _) => Some(SpoolKeys {
                    intake: Chain::begin(place.intake, entropy),
                    store: Chain::begin(place.store, entropy),
                }),
            });
            records.extend(keys.map(|keys| (place.petition, keys)));
        }
        let number = newest.map_or(1, |contents| contents.number.saturating_add(1));
        let contents = Contents { number, records };
        self.ephemeral.create(&name(number), &contents.to_bytes(), None, entropy)?;
        Ok(Renewed(number))
    }

    /// Destroys the files before the one that counts now.
    ///
    /// # Errors
    /// [`Error`] when the folder cannot be used; the next rewriting destroys them.
    pub fn end_old_spools(&self, renewed: &Renewed) -> Result<(), Error> {
        for found in self.ephemeral.names()? {
            if number(&found).is_some_and(|number| number < renewed.0) {
                self.ephemeral.destroy(&found)?;
            }
        }
        Ok(())
    }

    /// The key of a spool from before its keys lay in one file.
    ///
    /// # Errors
    /// [`Error`] when the folder cannot be used.
    pub fn spool_key_from_before(
        &self,
        petition: PetitionId,
        generation: &str,
    ) -> Result<Option<EphemeralKey>, Error> {
        self.read_key(&format!("{PREFIX_BEFORE}{petition}-{generation}"))
    }

    /// Destroys all keys of that kind.
    ///
    /// # Errors
    /// [`Error`] when the folder cannot be used.
    pub fn end_spool_keys_from_before(&self) -> Result<(), Error> {
        for found in self.ephemeral.names()?.iter().filter(|name| name.starts_with(PREFIX_BEFORE)) {
            self.ephemeral.destroy(found)?;
        }
        Ok(())
    }

    /// The file that counts.
    fn newest_spools(&self) -> Result<Option<Contents>, Error> {
        for _ in 0..TRIES {
            let Some(newest) = self.ephemeral.names()?.iter().filter_map(|name| number(name)).max() else {
                return Ok(None);
            };
            let name = name(newest);
            let Some(bytes) = self.ephemeral.read(&name)? else { continue };
            if !bytes.is_empty() && bytes.iter().all(|byte| *byte == 0) {
                continue; // destroyed in this very moment: there is a newer one
            }
            let broken = || Error::Broken { path: self.ephemeral.place(&name) };
            return Contents::parse(newest, &bytes).map(Some).ok_or_else(broken);
        }
        Ok(None)
    }
}
