//! XChaCha20-Poly1305 with the row's table and id as associated data: a sealed value opens only in the row
//! it was sealed for.

use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};
use hmac::{Hmac, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::entropy::Entropy;

/// Bytes of a nonce.
pub(super) const NONCE_BYTES: usize = 24;

/// Table and id, unambiguously.
fn associated(table: &str, id: &[u8]) -> Vec<u8> {
    let mut data = Vec::with_capacity(table.len() + 1 + id.len());
    data.extend_from_slice(table.as_bytes());
    data.push(0);
    data.extend_from_slice(id);
    data
}

/// Nonce ‖ ciphertext. Empty only if the plaintext were beyond what the cipher takes (256 GiB).
pub(super) fn seal(key: &[u8; 32], table: &str, id: &[u8], plain: &[u8], entropy: &dyn Entropy) -> Vec<u8> {
    let nonce: [u8; NONCE_BYTES] = entropy.bytes();
    let aad = associated(table, id);
    let payload = Payload { msg: plain, aad: &aad };
    let cipher = XChaCha20Poly1305::new(key.into());
    let Ok(ciphertext) = cipher.encrypt(&XNonce::from(nonce), payload) else { return Vec::new() };
    let mut sealed = nonce.to_vec();
    sealed.extend_from_slice(&ciphertext);
    sealed
}

/// What was sealed. `None` if it does not verify under this key, in this row.
pub(super) fn open(key: &[u8; 32], table: &str, id: &[u8], sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let (nonce, ciphertext) = sealed.split_first_chunk::<NONCE_BYTES>()?;
    let aad = associated(table, id);
    let payload = Payload { msg: ciphertext, aad: &aad };
    let cipher = XChaCha20Poly1305::new(key.into());
    cipher.decrypt(&XNonce::from(*nonce), payload).ok().map(Zeroizing::new)
}

/// HMAC-SHA256 of `data` for `purpose`, unambiguously.
pub(super) fn mac(key: &[u8; 32], purpose: &str, data: &[u8]) -> [u8; 32] {
    let Ok(mut mac) = <Hmac<Sha256> as KeyInit>::new_from_slice(key) else {
        // HMAC takes keys of any length.
        return [0; 32];
    };
    mac.update(purpose.as_bytes());
    mac.update(&[0]);
    mac.update(data);
    mac.finalize().into_bytes().into()
}
