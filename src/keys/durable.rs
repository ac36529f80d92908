//! The site's own key: from it come the keys for sessions and forms, and what seals organizers' addresses.

use zeroize::Zeroizing;

use crate::{
    entropy::Entropy,
    keys::{Error, FirstStart, Secrets, aead},
};

const SITE_KEY: &str = "site.key";
const SITE_KEY_BYTES: usize = 32;

impl Secrets {
    /// The key is made only where neither the database nor the folder knows anything that it could have
    /// protected: a fresh key beside old data would lock everyone out and look like a normal start.
    pub(super) fn make_or_check_site_key(
        &self,
        first_start: FirstStart,
        entropy: &dyn Entropy,
    ) -> Result<(), Error> {
        if !self.durable.holds(SITE_KEY)? {
            if first_start == FirstStart::No || !self.durable.names()?.is_empty() {
                return Err(Error::SiteKeyMissing { path: self.durable.place(SITE_KEY) });
            }
            let fresh: Zeroizing<[u8; SITE_KEY_BYTES]> = Zeroizing::new(entropy.bytes());
            // If another node was faster, its key is the one that counts.
            self.durable.create(SITE_KEY, fresh.as_slice(), None, entropy)?;
        }
        self.site_key().map(drop)
    }

    /// A key of the site for one purpose.
    ///
    /// # Errors
    /// [`Error`] when the folder cannot be used.
    pub fn site_subkey(&self, purpose: &'static str) -> Result<Zeroizing<[u8; 32]>, Error> {
        Ok(aead::subkey(&*self.site_key()?, "site", purpose))
    }

    /// Seals `plain` for the row `id` of `table`, for as long as the site key lives: nonce ‖ ciphertext.
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
        Ok(aead::seal(&*self.site_key()?, table, id, plain, entropy))
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
        Ok(aead::open(&*self.site_key()?, table, id, sealed))
    }

    pub(super) fn site_key(&self) -> Result<Zeroizing<[u8; SITE_KEY_BYTES]>, Error> {
        let path = || self.durable.place(SITE_KEY);
        let bytes = self.durable.read(SITE_KEY)?.ok_or_else(|| Error::SiteKeyMissing { path: path() })?;
        let key = bytes.as_slice().try_into().or(Err(Error::Broken { path: path() }))?;
        Ok(Zeroizing::new(key))
    }
}
