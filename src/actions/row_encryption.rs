//! Sealing of temporary rows: JSON, padded so that its length says nothing, under a key that is destroyed.

use serde::{Serialize, de::DeserializeOwned};
use zeroize::Zeroizing;

use crate::{
    actions::{Error, OwnData},
    entropy::Entropy,
    keys::{EphemeralKey, Secrets},
};

/// Sealed rows are padded to a multiple of this, so that a long name or address is not known by its length.
const PAD_BYTES: usize = 2_048;

/// Seals `value` for the row `id` of `table`.
pub(super) fn seal<T: Serialize>(
    key: &EphemeralKey,
    table: &'static str,
    id: &[u8],
    value: &T,
    entropy: &dyn Entropy,
) -> Result<Vec<u8>, Error> {
    seal_padded(key, table, id, value, PAD_BYTES, entropy)
}

/// The same, padded to a multiple of `pad_bytes`: where some rows of a table would be longer than others.
pub(super) fn seal_padded<T: Serialize>(
    key: &EphemeralKey,
    table: &'static str,
    id: &[u8],
    value: &T,
    pad_bytes: usize,
    entropy: &dyn Entropy,
) -> Result<Vec<u8>, Error> {
    let mut plain = Zeroizing::new(serde_json::to_vec(value).or(Err(Error::Broken(OwnData::RowToSeal)))?);
    let padded = plain.len().div_ceil(pad_bytes).max(1).saturating_mul(pad_bytes);
    plain.resize(padded, b' ');
    Ok(key.seal(table, id, &plain, entropy))
}

/// Opens the row `id` of `table`. `None` once its key is destroyed.
pub(super) fn unseal<T: DeserializeOwned>(
    keys: &Secrets,
    table: &'static str,
    id: &[u8],
    sealed: &[u8],
) -> Result<Option<T>, Error> {
    let Some(plain) = keys.unseal(table, id, sealed)? else { return Ok(None) };
    serde_json::from_slice(&plain).map(Some).or(Err(Error::Broken(OwnData::SealedRow)))
}

/// Seals `value` again under the key that sealed `old`, so that the row dies when it was to die. `None` once
/// that key is destroyed.
pub(super) fn reseal<T: Serialize>(
    keys: &Secrets,
    table: &'static str,
    id: &[u8],
    old: &[u8],
    value: &T,
    entropy: &dyn Entropy,
) -> Result<Option<Vec<u8>>, Error> {
    let Some(key) = keys.key_that_sealed(old)? else { return Ok(None) };
    seal(&key, table, id, value, entropy).map(Some)
}
