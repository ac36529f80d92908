//! The keys of the spool: one per generation. A generation ends when the spool is rewritten or published; its
//! key is then destroyed, and with it every tie between the order in which casts came in and the leaves they
//! became.
//!
//! The files lie among the ephemeral keys as `spool-{petition}-{generation}`. Whoever makes or ends a generation
//! holds the lock of the petition's spool in the database, so that a key that no committed row names is a
//! leftover of a crash, and may go.

use std::time::SystemTime;

use zeroize::Zeroizing;

use super::{EphemeralKey, Error, Secrets};
use crate::{domain::ids::PetitionId, entropy::Entropy};

/// A generation of a petition's spool: its random name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Generation(String);

impl Generation {
    /// Reads what [`Self::as_str`] gave. `None` for the empty name: nothing waits.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        (!text.is_empty()).then(|| Self(String::from(text)))
    }

    /// 32 hexadecimal digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn prefix(petition: PetitionId) -> String {
    format!("spool-{petition}-")
}

fn name(petition: PetitionId, generation: &Generation) -> String {
    format!("{}{}", prefix(petition), generation.0)
}

impl Secrets {
    /// Begins a generation. The caller holds the spool's lock.
    ///
    /// # Errors
    /// [`Error`] when the folder cannot be used.
    pub fn begin_spool(
        &self,
        petition: PetitionId,
        entropy: &dyn Entropy,
    ) -> Result<(Generation, EphemeralKey), Error> {
        let generation = Generation(entropy.uuid().simple().to_string());
        let bytes: Zeroizing<[u8; EphemeralKey::FILE_BYTES]> = Zeroizing::new(entropy.bytes());
        // All spool keys carry the same time: that of a file must not tell when the last cast came in.
        self.ephemeral.create(
            &name(petition, &generation),
            bytes.as_slice(),
            Some(SystemTime::UNIX_EPOCH),
            entropy,
        )?;
        let key = self.spool_key(petition, &generation)?.ok_or(Error::Generation)?;
        Ok((generation, key))
    }

    /// The key of a generation. `None` once it is destroyed.
    ///
    /// # Errors
    /// [`Error`] when the folder cannot be used.
    pub fn spool_key(
        &self,
        petition: PetitionId,
        generation: &Generation,
    ) -> Result<Option<EphemeralKey>, Error> {
        self.read_key(&name(petition, generation))
    }

    /// Petitions of which a generation's key is there, living or left by a crash.
    ///
    /// # Errors
    /// [`Error`] when the folder cannot be used.
    pub fn spools(&self) -> Result<Vec<PetitionId>, Error> {
        let names = self.ephemeral.names()?;
        let petition = |name: &String| {
            let (petition, _) = name.strip_prefix("spool-")?.rsplit_once('-')?;
            PetitionId::parse(petition).ok()
        };
        let mut petitions: Vec<PetitionId> = names.iter().filter_map(petition).collect();
        petitions.dedup();
        Ok(petitions)
    }

    /// Destroys the keys of all generations of a petition but the living one. The caller holds the spool's lock,
    /// so that no key belongs to a transaction under way.
    ///
    /// # Errors
    /// [`Error`] when the folder cannot be used.
    pub fn end_spools_but(&self, petition: PetitionId, living: Option<&Generation>) -> Result<usize, Error> {
        let living = living.map(|generation| name(petition, generation));
        let mut ended = 0;
        for found in self.ephemeral.names()? {
            if found.starts_with(&prefix(petition))
                && Some(&found) != living.as_ref()
                && self.ephemeral.destroy(&found)?
            {
                ended += 1;
            }
        }
        Ok(ended)
    }

    /// Destroys the key of a generation that no committed row names any more.
    ///
    /// # Errors
    /// [`Error`] when the folder cannot be used.
    pub fn end_spool(&self, petition: PetitionId, generation: &Generation) -> Result<(), Error> {
        self.ephemeral.destroy(&name(petition, generation))?;
        Ok(())
    }
}
