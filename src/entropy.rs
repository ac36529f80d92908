//! Chance is handed in: nothing else in the crate asks the machine for randomness.
//!
//! [`SystemEntropy`] serves people; [`SeededEntropy`] gives tests the same bytes every time and must never be
//! used for anything real.

use std::{
    convert::Infallible,
    sync::atomic::{AtomicU64, Ordering},
};

use rsa::rand_core::{TryCryptoRng, TryRng};
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// Where randomness comes from. Object safe: hand it around as `&dyn Entropy`.
pub trait Entropy: Send + Sync {
    /// Fills `bytes` with randomness fit for keys.
    fn fill(&self, bytes: &mut [u8]);
}

impl dyn Entropy + '_ {
    /// `N` random bytes.
    #[must_use]
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.fill(&mut bytes);
        bytes
    }

    /// A random (version 4) UUID. Never version 1, 6 or 7: those tell the time of signing.
    #[must_use]
    pub fn uuid(&self) -> Uuid {
        uuid::Builder::from_random_bytes(self.bytes()).into_uuid()
    }

    /// The same randomness, for crates that take a `rand_core` generator.
    #[must_use]
    pub fn rng(&self) -> EntropyRng<'_> {
        EntropyRng(self)
    }
}

/// The operating system's randomness.
#[derive(Debug, Default, Clone, Copy)]
pub struct SystemEntropy;

impl Entropy for SystemEntropy {
    fn fill(&self, bytes: &mut [u8]) {
        #[expect(clippy::disallowed_methods, reason = "the one place that asks the machine for randomness")]
        if getrandom::fill(bytes).is_err() {
            // Without randomness no key, code or token is safe: stopping is the only honest answer.
            tracing::error!("the operating system gives no randomness; stopping");
            std::process::abort();
        }
    }
}

/// The same bytes in every run, for tests.
#[derive(Debug)]
pub struct SeededEntropy {
    seed: u64,
    drawn: AtomicU64,
}

impl SeededEntropy {
    /// A source whose whole output follows from `seed`.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self { seed, drawn: AtomicU64::new(0) }
    }
}

impl Entropy for SeededEntropy {
    fn fill(&self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(32) {
            let block = self.drawn.fetch_add(1, Ordering::SeqCst);
            let hash = Sha256::new()
                .chain_update(b"seeded-entropy/v1\0")
                .chain_update(self.seed.to_be_bytes())
                .chain_update(block.to_be_bytes())
                .finalize();
            for (to, from) in chunk.iter_mut().zip(hash.iter()) {
                *to = *from;
            }
        }
    }
}

/// [`Entropy`] in the shape of a `rand_core` generator.
pub struct EntropyRng<'a>(&'a dyn Entropy);

impl TryRng for EntropyRng<'_> {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok(u32::from_le_bytes(self.0.bytes()))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(u64::from_le_bytes(self.0.bytes()))
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        self.0.fill(bytes);
        Ok(())
    }
}

impl TryCryptoRng for EntropyRng<'_> {}
