//! The keys of each petition: made once when signing begins, never made anew, destroyed (but the log's) when
//! issuing has ended. Each is a file of its own, so that retention can end for one and not for another:
//! `{id}.log`, `{id}.pepper`, `{id}.issuing-{crowd}-of-{crowds}`, `{id}.ended` once issuing has ended, and `{id}.mark` (see `mark`).

use std::{
    collections::{BTreeSet, HashMap},
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use zeroize::Zeroizing;

use super::{Error, Secrets, mark::mark_name};
use crate::{
    domain::{ids::PetitionId, proof::CrowdIndex},
    entropy::Entropy,
    protocol::{hash::hmac, invitation_code::InvitationCode, issuing::IssuingKey},
};

/// Parsed keys: reading an RSA key back costs more than using it.
#[derive(Debug, Default)]
pub(super) struct Cache(Mutex<HashMap<PetitionId, Arc<PetitionKeys>>>);

impl Cache {
    fn entries(&self) -> MutexGuard<'_, HashMap<PetitionId, Arc<PetitionKeys>>> {
        // Entries are put in and taken out whole: a panic elsewhere leaves nothing half done.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The keys of a petition. Its `Debug` shows nothing.
pub struct PetitionKeys {
    log: Zeroizing<[u8; 32]>,
    pepper: Zeroizing<[u8; 32]>,
    issuing: Vec<IssuingKey>,
}

impl PetitionKeys {
    /// Seed of the Ed25519 key that signs the log.
    #[must_use]
    pub fn log_seed(&self) -> &[u8; 32] {
        &self.log
    }

    /// What keys the participation tags.
    #[must_use]
    pub fn pepper(&self) -> &[u8; 32] {
        &self.pepper
    }

    /// The issuing key of a crowd.
    #[must_use]
    pub fn issuing(&self, crowd: CrowdIndex) -> Option<&IssuingKey> {
        self.issuing.get(usize::from(crowd.get()))
    }
}

impl fmt::Debug for PetitionKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PetitionKeys(redacted)")
    }
}

/// `tag = HMAC(pepper of the petition, normalized address)` (protocol, section 3, step 4).
#[must_use]
pub fn participation_tag(pepper: &[u8; 32], normalized_address: &str) -> [u8; 32] {
    hmac(pepper, normalized_address.as_bytes())
}

/// `tag = HMAC(pepper of the petition, "invite/v1\0" ‖ invitation)`: so no list says which invitations were used, and
/// none has the tag of an address.
#[must_use]
pub fn invitation_tag(pepper: &[u8; 32], invitation: &InvitationCode) -> [u8; 32] {
    hmac(pepper, &invitation.expose_tagged())
}

fn log_name(petition: PetitionId) -> String {
    format!("{petition}.log")
}

fn pepper_name(petition: PetitionId) -> String {
    format!("{petition}.pepper")
}

fn ended_name(petition: PetitionId) -> String {
    format!("{petition}.ended")
}

/// The number of crowds stands in each name, so that a lost file is noticed, whichever it is.
fn issuing_name(petition: PetitionId, crowd: usize, crowds: usize) -> String {
    format!("{petition}.issuing-{crowd}-of-{crowds}")
}

/// How many crowds the name of an issuing key speaks of.
fn crowds_in(petition: PetitionId, name: &str) -> Option<usize> {
    let (_, crowds) =
        name.strip_prefix(&petition.to_string())?.strip_prefix(".issuing-")?.split_once("-of-")?;
    crowds.parse().ok()
}

/// What of a petition is in the folder.
enum Found {
    /// Everything; the number of crowds.
    All(usize),
    /// The log's key; the rest was destroyed on time.
    LogOnly,
    /// Something that must be there is not.
    Lacking,
}

fn look(names: &BTreeSet<String>, petition: PetitionId) -> Found {
    if !names.contains(&log_name(petition)) {
        return Found::Lacking;
    }
    if names.contains(&ended_name(petition)) {
        return Found::LogOnly;
    }
    let crowds = names
        .range(format!("{petition}.")..)
        .take_while(|name| name.starts_with(&petition.to_string()))
        .find_map(|name| crowds_in(petition, name));
    match crowds {
        Some(crowds)
            if names.contains(&pepper_name(petition))
                && (0..crowds).all(|crowd| names.contains(&issuing_name(petition, crowd, crowds))) =>
        {
            Found::All(crowds)
        }
        _ => Found::Lacking,
    }
}

impl Secrets {
    /// Makes the keys of a petition: log, pepper, and one issuing key per crowd. The caller makes sure that
    /// nobody else does the same (a lease), and holds it until the petition's genesis is committed.
    ///
    /// # Errors
    /// [`Error::Exists`] when keys of this petition exist, [`Error`] when the folder cannot be used.
    pub fn create_petition_keys(
        &self,
        petition: PetitionId,
        crowds: usize,
        entropy: &dyn Entropy,
    ) -> Result<Arc<PetitionKeys>, Error> {
        // The slow and fallible part first.
        let mut files = Vec::with_capacity(crowds.saturating_add(2));
        let mut issuing = Vec::with_capacity(crowds);
        for crowd in 0..crowds {
            let key = IssuingKey::generate(entropy).or(Err(Error::Generation))?;
            files.push((issuing_name(petition, crowd, crowds), key.to_der().or(Err(Error::Generation))?));
            issuing.push(key);
        }
        let pepper: Zeroizing<[u8; 32]> = Zeroizing::new(entropy.bytes());
        let log: Zeroizing<[u8; 32]> = Zeroizing::new(entropy.bytes());
        files.push((pepper_name(petition), Zeroizing::new(pepper.to_vec())));
        // The log's key last: without it nothing counts as there.
        files.push((log_name(petition), Zeroizing::new(log.to_vec())));

        let prefix = format!("{petition}.");
        if self.durable.names()?.iter().any(|name| name.starts_with(&prefix)) {
            return Err(Error::Exists { petition });
        }
        for (name, bytes) in files {
            if !self.durable.create(&name, &bytes, None, entropy)? {
                return Err(Error::Exists { petition });
            }
        }
        let keys = Arc::new(PetitionKeys { log, pepper, issuing });
        self.cache.entries().insert(petition, Arc::clone(&keys));
        Ok(keys)
    }

    /// Destroys what a crash left of a petition that was never started. Only for a petition that has no genesis:
    /// the keys of one that has can never be replaced.
    ///
    /// # Errors
    /// [`Error::Exists`] where its log is known to have been signed: the database has forgotten what was published.
    /// [`Error`] when the folder cannot be used.
    pub fn discard_unstarted(&self, petition: PetitionId) -> Result<(), Error> {
        if self.durable.holds(&mark_name(petition))? {
            return Err(Error::Exists { petition });
        }
        self.cache.entries().remove(&petition);
        let prefix = format!("{petition}.");
        for name in self.durable.names()? {
            if name.starts_with(&prefix) {
                self.durable.destroy(&name)?;
            }
        }
        Ok(())
    }

    /// The keys of a petition, for issuing.
    ///
    /// # Errors
    /// [`Error::Missing`] when a file is missing, [`Error::Broken`] when it holds no key: nothing is ever made
    /// anew. [`Error::IssuingEnded`] once they were destroyed on time.
    pub fn petition_keys(&self, petition: PetitionId) -> Result<Arc<PetitionKeys>, Error> {
        let cached = self.cache.entries().get(&petition).cloned();
        if let Some(keys) = cached {
            // Another node may have destroyed them: then memory must not go on.
            if self.durable.holds(&pepper_name(petition))? && !self.durable.holds(&ended_name(petition))? {
                return Ok(keys);
            }
            self.cache.entries().remove(&petition);
        }
        let crowds = match look(&self.durable.names()?.into_iter().collect(), petition) {
            Found::All(crowds) => crowds,
            Found::LogOnly => return Err(Error::IssuingEnded { petition }),
            Found::Lacking => return Err(Error::Missing { petition }),
        };
        let issuing = (0..crowds)
            .map(|crowd| {
                let name = issuing_name(petition, crowd, crowds);
                let der = self.durable.read(&name)?.ok_or(Error::Missing { petition })?;
                // What the decoder has to say about a secret stays here.
                IssuingKey::from_der(&der).or(Err(Error::Broken { path: self.durable.place(&name) }))
            })
            .collect::<Result<_, Error>>()?;
        let keys = Arc::new(PetitionKeys {
            log: self.small(petition, &log_name(petition))?,
            pepper: self.small(petition, &pepper_name(petition))?,
            issuing,
        });
        self.cache.entries().insert(petition, Arc::clone(&keys));
        Ok(keys)
    }

    /// Seed of the Ed25519 key that signs the log: lives on when issuing has ended.
    ///
    /// # Errors
    /// [`Error::Missing`], [`Error::Broken`].
    pub fn log_seed(&self, petition: PetitionId) -> Result<Zeroizing<[u8; 32]>, Error> {
        self.small(petition, &log_name(petition))
    }

    /// Whether the keys of all these petitions (those with a genesis) are there.
    ///
    /// # Errors
    /// [`Error::PetitionsLackKeys`] names each one that lacks some.
    pub fn check_petitions(&self, petitions: &[PetitionId]) -> Result<(), Error> {
        let names = self.durable.names()?.into_iter().collect();
        let lacking: Vec<_> = petitions
            .iter()
            .copied()
            .filter(|petition| matches!(look(&names, *petition), Found::Lacking))
            .collect();
        if lacking.is_empty() {
            Ok(())
        } else {
            Err(Error::PetitionsLackKeys { path: self.durable.path().to_path_buf(), petitions: lacking })
        }
    }

    /// Destroys pepper and issuing keys: issuing has ended, and from now on nobody can tell who asked. Safe to do
    /// again after a crash.
    ///
    /// # Errors
    /// [`Error`] when the folder cannot be used.
    pub fn destroy_issuing(&self, petition: PetitionId, entropy: &dyn Entropy) -> Result<(), Error> {
        // Said first: files that are missing after a crash are then no loss to report.
        self.durable.create(&ended_name(petition), b"", None, entropy)?;
        self.cache.entries().remove(&petition);
        let issuing = format!("{petition}.issuing-");
        for name in self.durable.names()? {
            if name == pepper_name(petition) || name.starts_with(&issuing) {
                self.durable.destroy(&name)?;
            }
        }
        Ok(())
    }

    /// Those of these petitions of which pepper or issuing keys are still there, or were not destroyed whole.
    ///
    /// # Errors
    /// [`Error`] when the folder cannot be used.
    pub fn issuing_left(&self, petitions: &[PetitionId]) -> Result<Vec<PetitionId>, Error> {
        let names: BTreeSet<String> = self.durable.names()?.into_iter().collect();
        let is_left = |petition: &PetitionId| {
            let issuing = format!("{petition}.issuing-");
            !names.contains(&ended_name(*petition))
                || names.contains(&pepper_name(*petition))
                || names.range(issuing.clone()..).next().is_some_and(|name| name.starts_with(&issuing))
        };
        Ok(petitions.iter().copied().filter(is_left).collect())
    }

    fn small(&self, petition: PetitionId, name: &str) -> Result<Zeroizing<[u8; 32]>, Error> {
        let bytes = self.durable.read(name)?.ok_or(Error::Missing { petition })?;
        let key = bytes.as_slice().try_into().or(Err(Error::Broken { path: self.durable.place(name) }))?;
        Ok(Zeroizing::new(key))
    }
}
