//! Keys that are destroyed on time. A sealed row begins with the id of its key, which is random: once the
//! key's file is gone, nothing tells any more in which hour the row was written.

use std::fmt;

use zeroize::Zeroizing;

use super::{Error, Secrets, folder::Folder, sealing};
use crate::{domain::time::Timestamp, entropy::Entropy};

/// An hour's key dies this long after its hour began: rows live at most 48 hours.
pub const HOUR_KEY_LIVES_SECS: i64 = 49 * 3_600;
/// A day's key dies this long after its day began: when the day is over.
pub const DAY_KEY_LIVES_SECS: i64 = 24 * 3_600;

const ID_BYTES: usize = 8;
const HOUR_SECS: i64 = 3_600;
const DAY_SECS: i64 = 86_400;

/// A key that will be destroyed. Its `Debug` shows nothing.
pub struct EphemeralKey {
    id: [u8; ID_BYTES],
    key: Zeroizing<[u8; 32]>,
}

impl fmt::Debug for EphemeralKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EphemeralKey(…)")
    }
}

/// How many keys were destroyed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Destroyed {
    /// Hour keys.
    pub hours: usize,
    /// Day keys.
    pub days: usize,
}

impl EphemeralKey {
    /// Seals `plain` for the row `id` of `table`: key id ‖ nonce ‖ ciphertext.
    #[must_use]
    pub fn seal(&self, table: &'static str, id: &[u8], plain: &[u8], entropy: &dyn Entropy) -> Vec<u8> {
        let mut sealed = self.id.to_vec();
        sealed.extend_from_slice(&sealing::seal(&self.key, table, id, plain, entropy));
        sealed
    }

    /// HMAC of `data` for `purpose`, for lookups and limits that must die with the key.
    #[must_use]
    pub fn mac(&self, purpose: &'static str, data: &[u8]) -> [u8; 32] {
        sealing::mac(&self.key, purpose, data)
    }

    fn read(folder: &Folder, name: &str) -> Result<Option<Self>, Error> {
        let Some(bytes) = folder.read(name)? else { return Ok(None) };
        let broken = || Error::Broken { path: folder.place(name) };
        let (id, key) = bytes.split_first_chunk::<ID_BYTES>().ok_or_else(broken)?;
        let key: [u8; 32] = key.try_into().or(Err(broken()))?;
        Ok(Some(Self { id: *id, key: Zeroizing::new(key) }))
    }
}

/// The kinds of periods that have a key.
#[derive(Clone, Copy)]
enum Period {
    Hour,
    Day,
}

impl Period {
    const fn prefix(self) -> &'static str {
        match self {
            Self::Hour => "hour-",
            Self::Day => "day-",
        }
    }

    const fn secs(self) -> i64 {
        match self {
            Self::Hour => HOUR_SECS,
            Self::Day => DAY_SECS,
        }
    }

    const fn lives_secs(self) -> i64 {
        match self {
            Self::Hour => HOUR_KEY_LIVES_SECS,
            Self::Day => DAY_KEY_LIVES_SECS,
        }
    }

    /// `hour-` or `day-` and the number of the period since the epoch.
    fn name(self, now: Timestamp) -> String {
        format!("{}{}", self.prefix(), now.secs().div_euclid(self.secs()))
    }

    /// When the key of this file is to be destroyed. `None` if it is no key of this kind.
    fn dies(self, name: &str) -> Option<Timestamp> {
        let number: i64 = name.strip_prefix(self.prefix())?.parse().ok()?;
        Some(Timestamp::from_secs(number.saturating_mul(self.secs())).plus_secs(self.lives_secs()))
    }
}

impl Secrets {
    /// The key of this hour: pending signatures, codes, queued mail.
    ///
    /// # Errors
    /// [`Error`] when the folder cannot be used.
    pub fn hour_key(&self, now: Timestamp, entropy: &dyn Entropy) -> Result<EphemeralKey, Error> {
        self.key_of(Period::Hour, now, entropy)
    }

    /// The key of this day: limits.
    ///
    /// # Errors
    /// [`Error`] when the folder cannot be used.
    pub fn day_key(&self, now: Timestamp, entropy: &dyn Entropy) -> Result<EphemeralKey, Error> {
        self.key_of(Period::Day, now, entropy)
    }

    fn key_of(&self, period: Period, now: Timestamp, entropy: &dyn Entropy) -> Result<EphemeralKey, Error> {
        let name = period.name(now);
        if let Some(key) = EphemeralKey::read(&self.ephemeral, &name)? {
            return Ok(key);
        }
        let fresh: Zeroizing<[u8; ID_BYTES + 32]> = Zeroizing::new(entropy.bytes());
        // If another node was faster, its key is the one that counts.
        self.ephemeral.create(&name, fresh.as_slice(), &entropy.uuid().simple().to_string())?;
        EphemeralKey::read(&self.ephemeral, &name)?.ok_or(Error::Broken { path: self.ephemeral.place(&name) })
    }

    /// All hour keys that still live.
    ///
    /// # Errors
    /// [`Error`] when the folder cannot be used.
    pub fn living_hour_keys(&self) -> Result<Vec<EphemeralKey>, Error> {
        let mut keys = Vec::new();
        for name in self.ephemeral.names()? {
            if Period::Hour.dies(&name).is_some()
                && let Some(key) = EphemeralKey::read(&self.ephemeral, &name)?
            {
                keys.push(key);
            }
        }
        Ok(keys)
    }

    /// The key that sealed these bytes. `None` once it is destroyed.
    ///
    /// # Errors
    /// [`Error`] when the folder cannot be used.
    pub fn key_that_sealed(&self, sealed: &[u8]) -> Result<Option<EphemeralKey>, Error> {
        let Some((id, _)) = sealed.split_first_chunk::<ID_BYTES>() else { return Ok(None) };
        Ok(self.living_hour_keys()?.into_iter().find(|key| key.id == *id))
    }

    /// What was sealed for the row `id` of `table`. `None` once its key is destroyed.
    ///
    /// # Errors
    /// [`Error`] when the folder cannot be used.
    pub fn unseal(
        &self,
        table: &'static str,
        id: &[u8],
        sealed: &[u8],
    ) -> Result<Option<Zeroizing<Vec<u8>>>, Error> {
        let Some(key) = self.key_that_sealed(sealed)? else { return Ok(None) };
        let rest = sealed.get(ID_BYTES..).unwrap_or_default();
        Ok(sealing::open(&key.key, table, id, rest))
    }

    /// Destroys the keys whose time has come.
    ///
    /// # Errors
    /// [`Error`] when the folder cannot be used.
    pub fn destroy_expired(&self, now: Timestamp) -> Result<Destroyed, Error> {
        let mut destroyed = Destroyed::default();
        for name in self.ephemeral.names()? {
            for (period, count) in [(Period::Hour, &mut destroyed.hours), (Period::Day, &mut destroyed.days)]
            {
                let due = period.dies(&name).is_some_and(|dies| dies <= now);
                if due && self.ephemeral.destroy(&name)? {
                    *count += 1;
                }
            }
        }
        Ok(destroyed)
    }
}
