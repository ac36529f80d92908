//! Keys that live as long as what they protect: the site's own, and those of each petition.

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use hkdf::Hkdf;
use sha2::Sha256;
use zeroize::Zeroizing;

use super::{Error, FirstStart, Secrets, sealing};
use crate::{
    domain::{ids::PetitionId, proof::CrowdIndex},
    entropy::Entropy,
    protocol::issuing::IssuingKey,
};

const SITE_KEY: &str = "site.key";

/// Parsed keys: reading an RSA key back costs more than using it. Forgotten when they are destroyed.
#[derive(Default)]
pub(super) struct Cache(Mutex<HashMap<PetitionId, Arc<PetitionKeys>>>);

impl Cache {
    fn get(&self, petition: PetitionId) -> Option<Arc<PetitionKeys>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&petition).cloned()
    }

    fn put(&self, petition: PetitionId, keys: &Arc<PetitionKeys>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(petition, Arc::clone(keys));
    }

    fn forget(&self, petition: PetitionId) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&petition);
    }
}

/// The keys of a petition. Its `Debug` shows nothing.
pub struct PetitionKeys {
    log: Zeroizing<[u8; 32]>,
    pepper: Zeroizing<[u8; 32]>,
    issuing: Vec<IssuingKey>,
}

impl fmt::Debug for PetitionKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PetitionKeys(…)")
    }
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

/// `tag = HMAC(pepper of the petition, normalized address)` (protocol, section 3, step 4).
#[must_use]
pub fn participation_tag(pepper: &[u8; 32], normalized_address: &str) -> [u8; 32] {
    sealing::mac(pepper, "participation", normalized_address.as_bytes())
}

fn log_name(petition: PetitionId) -> String {
    format!("{petition}.log")
}

fn pepper_name(petition: PetitionId) -> String {
    format!("{petition}.pepper")
}

fn issuing_name(petition: PetitionId, crowd: usize) -> String {
    format!("{petition}.issuing-{crowd}")
}

impl Secrets {
    pub(super) fn make_or_check_site_key(
        &self,
        first_start: FirstStart,
        entropy: &dyn Entropy,
    ) -> Result<(), Error> {
        if self.durable.read(SITE_KEY)?.is_some() {
            return Ok(());
        }
        if first_start == FirstStart::No {
            return Err(Error::SiteKeyMissing { path: self.durable.place(SITE_KEY) });
        }
        let fresh: Zeroizing<[u8; 32]> = Zeroizing::new(entropy.bytes());
        self.durable.create(SITE_KEY, fresh.as_slice(), &entropy.uuid().simple().to_string())?;
        Ok(())
    }

    /// A key of the site for one purpose.
    ///
    /// # Errors
    /// [`Error`] when the folder cannot be used.
    pub fn site_subkey(&self, purpose: &'static str) -> Result<Zeroizing<[u8; 32]>, Error> {
        let broken = || Error::Broken { path: self.durable.place(SITE_KEY) };
        let site = self.durable.read(SITE_KEY)?.ok_or_else(broken)?;
        let mut key = Zeroizing::new([0; 32]);
        let hkdf = Hkdf::<Sha256>::new(None, &site);
        hkdf.expand(purpose.as_bytes(), key.as_mut_slice()).or(Err(broken()))?;
        Ok(key)
    }

    /// Seals `plain` for the row `id` of `table`, for as long as the site key lives.
    ///
    /// # Errors
    /// [`Error`] when the folder cannot be used.
    pub fn seal_durable(
        &self,
        table: &'static str,
        id: &[u8],
        plain: &[u8],
        entropy: &dyn Entropy,
    ) -> Result<Vec<u8>, Error> {
        Ok(sealing::seal(&*self.site_subkey("rows")?, table, id, plain, entropy))
    }

    /// What was sealed. `None` if it does not verify.
    ///
    /// # Errors
    /// [`Error`] when the folder cannot be used.
    pub fn open_durable(
        &self,
        table: &'static str,
        id: &[u8],
        sealed: &[u8],
    ) -> Result<Option<Zeroizing<Vec<u8>>>, Error> {
        Ok(sealing::open(&*self.site_subkey("rows")?, table, id, sealed))
    }

    /// Makes the keys of a petition: log, pepper, and one issuing key per crowd. The caller makes sure that
    /// nobody else does the same (a lease).
    ///
    /// # Errors
    /// [`Error`] when the folder cannot be used, or keys of this petition exist.
    pub fn create_petition_keys(
        &self,
        petition: PetitionId,
        crowds: usize,
        entropy: &dyn Entropy,
    ) -> Result<Arc<PetitionKeys>, Error> {
        let exclusively = |name: &str, bytes: &[u8]| -> Result<(), Error> {
            let unique = entropy.uuid().simple().to_string();
            if self.durable.create(name, bytes, &unique)? {
                return Ok(());
            }
            let source = std::io::Error::from(std::io::ErrorKind::AlreadyExists);
            Err(Error::Io { path: self.durable.place(name), source })
        };
        let log: Zeroizing<[u8; 32]> = Zeroizing::new(entropy.bytes());
        exclusively(&log_name(petition), log.as_slice())?;
        let pepper: Zeroizing<[u8; 32]> = Zeroizing::new(entropy.bytes());
        exclusively(&pepper_name(petition), pepper.as_slice())?;
        let mut issuing = Vec::with_capacity(crowds);
        for crowd in 0..crowds {
            let key = IssuingKey::generate(entropy).or(Err(Error::Generation))?;
            let der = key.to_der().or(Err(Error::Generation))?;
            exclusively(&issuing_name(petition, crowd), &der)?;
            issuing.push(key);
        }
        let keys = Arc::new(PetitionKeys { log, pepper, issuing });
        self.cache.put(petition, &keys);
        Ok(keys)
    }

    /// Removes what a crash left of a petition that was never started.
    ///
    /// # Errors
    /// [`Error`] when the folder cannot be used.
    pub fn discard_unstarted(&self, petition: PetitionId) -> Result<(), Error> {
        self.cache.forget(petition);
        let prefix = format!("{petition}.");
        for name in self.durable.names()? {
            if name.starts_with(&prefix) {
                self.durable.destroy(&name)?;
            }
        }
        Ok(())
    }

    /// The keys of a petition.
    ///
    /// # Errors
    /// [`Error::Missing`] when a file is missing or broken: nothing is ever made anew.
    pub fn petition_keys(&self, petition: PetitionId) -> Result<Arc<PetitionKeys>, Error> {
        if let Some(keys) = self.cache.get(petition) {
            return Ok(keys);
        }
        let missing = || Error::Missing { petition: petition.to_string() };
        let small = |name: String| -> Result<Zeroizing<[u8; 32]>, Error> {
            let bytes = self.durable.read(&name)?.ok_or_else(missing)?;
            let bytes: [u8; 32] = bytes.as_slice().try_into().or(Err(missing()))?;
            Ok(Zeroizing::new(bytes))
        };
        let (log, pepper) = (small(log_name(petition))?, small(pepper_name(petition))?);
        let mut issuing = Vec::new();
        while let Some(der) = self.durable.read(&issuing_name(petition, issuing.len()))? {
            issuing.push(IssuingKey::from_der(&der).or(Err(missing()))?);
        }
        if issuing.is_empty() {
            return Err(missing());
        }
        let keys = Arc::new(PetitionKeys { log, pepper, issuing });
        self.cache.put(petition, &keys);
        Ok(keys)
    }
}
