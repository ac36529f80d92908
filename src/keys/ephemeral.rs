//! Keys that are destroyed on time. A sealed row begins with the id of its key, which is random: once the
//! key's file is gone, nothing tells any more in which hour the row was written.

use std::{
    fmt,
    time::{Duration, SystemTime},
};

use zeroize::Zeroizing;

use crate::{
    domain::time::{Day, Timestamp},
    entropy::Entropy,
    keys::{Error, Secrets, aead},
};

/// An hour's key dies this long after its hour began: rows live at most 48 hours from any moment in it.
pub const HOUR_KEY_LIVES_SECS: i64 = 49 * HOUR_SECS;
/// A day's key dies this long after its day began: an hour past midnight, so that a request that began before
/// midnight, or a node whose clock is late, still finds it.
pub const DAY_KEY_LIVES_SECS: i64 = 25 * HOUR_SECS;

const HOUR_SECS: i64 = 3_600;
const ID_BYTES: usize = 8;
const KEY_BYTES: usize = 32;

/// A key that will be destroyed. Its `Debug` shows nothing. Not to be kept: read it again for the next use.
pub struct EphemeralKey {
    id: [u8; ID_BYTES],
    key: Zeroizing<[u8; KEY_BYTES]>,
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
    /// How long a key's file is.
    pub(super) const FILE_BYTES: usize = ID_BYTES + KEY_BYTES;
    /// How long the id is with which it begins.
    pub(super) const ID_BYTES: usize = ID_BYTES;

    /// From id and key, as a file holds them.
    pub(super) fn from_bytes(bytes: &[u8; Self::FILE_BYTES]) -> Self {
        let (mut id, mut key) = ([0; ID_BYTES], Zeroizing::new([0; KEY_BYTES]));
        id.iter_mut().chain(key.iter_mut()).zip(bytes).for_each(|(to, from)| *to = *from);
        Self { id, key }
    }

    /// Seals `plain` for the row `id` of `table`: key id ‖ nonce ‖ ciphertext.
    #[must_use]
    pub fn seal(&self, table: &'static str, id: &[u8], plain: &[u8], entropy: &dyn Entropy) -> Vec<u8> {
        [&self.id[..], &aead::seal(&*self.key, table, id, plain, entropy)].concat()
    }

    /// Whether these bytes were sealed by this key, going by the key id they begin with.
    #[must_use]
    pub fn has_sealed(&self, sealed: &[u8]) -> bool {
        sealed.starts_with(&self.id)
    }

    /// HMAC of `data` for `purpose`, for lookups and limits that must die with the key.
    #[must_use]
    pub fn mac(&self, purpose: &'static str, data: &[u8]) -> [u8; 32] {
        aead::mac(&*self.key, purpose, data)
    }

    /// What this key sealed for the row `id` of `table`. `None` if it did not, or it does not verify.
    #[must_use]
    pub fn open(&self, table: &'static str, id: &[u8], sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        aead::open(&*self.key, table, id, sealed.strip_prefix(&self.id)?)
    }
}

impl fmt::Debug for EphemeralKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EphemeralKey(redacted)")
    }
}

/// A period that has a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Period {
    /// The hour of this number within a day.
    Hour(Day, u8),
    /// A UTC day.
    Day(Day),
}

impl Period {
    fn hour_of(now: Timestamp) -> Self {
        let hour = now.secs().rem_euclid(24 * HOUR_SECS) / HOUR_SECS;
        Self::Hour(now.day(), u8::try_from(hour).unwrap_or(0))
    }

    /// The file name: `hour-2026-11-23T10` or `day-2026-11-23`.
    fn name(self) -> String {
        match self {
            Self::Hour(day, hour) => format!("hour-{day}T{hour:02}"),
            Self::Day(day) => format!("day-{day}"),
        }
    }

    /// Reads [`Self::name`]. `None` for a file that is none of ours.
    fn parse(name: &str) -> Option<Self> {
        let period = if let Some(day) = name.strip_prefix("day-") {
            Self::Day(Day::parse(day)?)
        } else {
            let (day, hour) = name.strip_prefix("hour-")?.split_once('T')?;
            Self::Hour(Day::parse(day)?, hour.parse().ok().filter(|hour| *hour < 24)?)
        };
        (period.name() == name).then_some(period)
    }

    fn start(self) -> Timestamp {
        match self {
            Self::Hour(day, hour) => day.start().plus_secs(i64::from(hour) * HOUR_SECS),
            Self::Day(day) => day.start(),
        }
    }

    fn dies(self) -> Timestamp {
        self.start().plus_secs(match self {
            Self::Hour(..) => HOUR_KEY_LIVES_SECS,
            Self::Day(_) => DAY_KEY_LIVES_SECS,
        })
    }

    /// What the file's time is set to: the period's start says nothing about who came when.
    fn file_time(self) -> Option<SystemTime> {
        let secs = u64::try_from(self.start().secs()).ok()?;
        SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(secs))
    }
}

impl Secrets {
    /// The key of this hour: pending signatures, codes, queued mail.
    ///
    /// # Errors
    /// [`Error`] when the folder cannot be used.
    pub fn hour_key(&self, now: Timestamp, entropy: &dyn Entropy) -> Result<EphemeralKey, Error> {
        self.key_of(Period::hour_of(now), entropy)
    }

    /// The key of this day: limits.
    ///
    /// # Errors
    /// [`Error`] when the folder cannot be used.
    pub fn day_key(&self, now: Timestamp, entropy: &dyn Entropy) -> Result<EphemeralKey, Error> {
        self.key_of(Period::Day(now.day()), entropy)
    }

    /// All hour keys that still live, newest first.
    ///
    /// # Errors
    /// [`Error`] when the folder cannot be used.
    pub fn living_hour_keys(&self) -> Result<Vec<EphemeralKey>, Error> {
        self.living(|period| matches!(period, Period::Hour(..)))
    }

    /// All keys that still live, for asking of many rows whether they can be opened.
    ///
    /// # Errors
    /// [`Error`] when the folder cannot be used.
    pub fn living_keys(&self) -> Result<Vec<EphemeralKey>, Error> {
        self.living(|_| true)
    }

    /// The key that sealed these bytes. `None` once it is destroyed.
    ///
    /// # Errors
    /// [`Error`] when the folder cannot be used.
    pub fn key_that_sealed(&self, sealed: &[u8]) -> Result<Option<EphemeralKey>, Error> {
        Ok(self.living_keys()?.into_iter().find(|key| key.has_sealed(sealed)))
    }

    /// What was sealed for the row `id` of `table`. `None` once its key is destroyed, or if it does not verify.
    ///
    /// # Errors
    /// [`Error`] when the folder cannot be used.
    pub fn unseal(
        &self,
        table: &'static str,
        id: &[u8],
        sealed: &[u8],
    ) -> Result<Option<Zeroizing<Vec<u8>>>, Error> {
        Ok(self.key_that_sealed(sealed)?.and_then(|key| key.open(table, id, sealed)))
    }

    /// Makes the keys of this hour and day, and of the next ones. Done by the clock: then no file is made because somebody came,
    /// and its times tell nothing about anyone.
    ///
    /// # Errors
    /// [`Error`] when the folder cannot be used.
    pub fn make_keys_ahead(&self, now: Timestamp, entropy: &dyn Entropy) -> Result<(), Error> {
        for time in [now, now.plus_secs(HOUR_SECS), now.plus_secs(24 * HOUR_SECS)] {
            if time.secs() - now.secs() <= HOUR_SECS {
                self.hour_key(time, entropy)?;
            }
            self.day_key(time, entropy)?;
        }
        Ok(())
    }

    /// Destroys the keys whose time has come, and finishes what a crash left half destroyed.
    ///
    /// # Errors
    /// [`Error`] when the folder cannot be used.
    pub fn destroy_expired(&self, now: Timestamp) -> Result<Destroyed, Error> {
        let mut destroyed = Destroyed::default();
        for name in self.ephemeral.names()? {
            let Some(period) = Period::parse(&name) else { continue };
            if period.dies() <= now && self.ephemeral.destroy(&name)? {
                match period {
                    Period::Hour(..) => destroyed.hours += 1,
                    Period::Day(_) => destroyed.days += 1,
                }
            }
        }
        self.ephemeral.sweep()?;
        Ok(destroyed)
    }

    /// What [`destroy_expired`](Self::destroy_expired) would destroy at `now`.
    ///
    /// # Errors
    /// [`Error`] when the folder cannot be used.
    pub fn expired(&self, now: Timestamp) -> Result<Destroyed, Error> {
        let mut expired = Destroyed::default();
        for period in self.ephemeral.names()?.iter().filter_map(|name| Period::parse(name)) {
            match period {
                _ if period.dies() > now => {}
                Period::Hour(..) => expired.hours += 1,
                Period::Day(_) => expired.days += 1,
            }
        }
        Ok(expired)
    }

    fn key_of(&self, period: Period, entropy: &dyn Entropy) -> Result<EphemeralKey, Error> {
        let name = period.name();
        if let Some(key) = self.read_key(&name)? {
            return Ok(key);
        }
        let fresh: Zeroizing<[u8; EphemeralKey::FILE_BYTES]> = Zeroizing::new(entropy.bytes());
        // If another node was faster, its key is the one that counts.
        self.ephemeral.create(&name, fresh.as_slice(), period.file_time(), entropy)?;
        self.read_key(&name)?.ok_or_else(|| Error::Broken { path: self.ephemeral.place(&name) })
    }

    fn living(&self, wanted: fn(Period) -> bool) -> Result<Vec<EphemeralKey>, Error> {
        let mut keys = Vec::new();
        // Names sort by time: backwards is newest first.
        for name in self.ephemeral.names()?.iter().rev() {
            if Period::parse(name).is_some_and(wanted)
                && let Some(key) = self.read_key(name)?
            {
                keys.push(key);
            }
        }
        Ok(keys)
    }

    /// `None` where the key was destroyed, also in this very moment: then its bytes are zeros.
    pub(super) fn read_key(&self, name: &str) -> Result<Option<EphemeralKey>, Error> {
        let Some(bytes) = self.ephemeral.read(name)? else { return Ok(None) };
        if !bytes.is_empty() && bytes.iter().all(|byte| *byte == 0) {
            return Ok(None);
        }
        let broken = || Error::Broken { path: self.ephemeral.place(name) };
        let bytes: &[u8; EphemeralKey::FILE_BYTES] = bytes.as_slice().try_into().or(Err(broken()))?;
        Ok(Some(EphemeralKey::from_bytes(bytes)))
    }
}
