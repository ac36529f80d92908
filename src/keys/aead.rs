//! XChaCha20-Poly1305 with the row's table and id as associated data: a sealed value opens only in the row
//! it was sealed for. Every use of a key goes through a subkey of its own.

use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};
use zeroize::Zeroizing;

use crate::{
    entropy::Entropy,
    protocol::hash::{hkdf, hmac},
};

/// Bytes of a nonce: long enough to be drawn at random for every row.
const NONCE_BYTES: usize = 24;

/// A key for one purpose. `realm` keeps purposes of callers and those of this module apart.
pub(super) fn subkey(key: &[u8], realm: &str, purpose: &str) -> Zeroizing<[u8; 32]> {
    let info: [&[u8]; 5] = [b"undersigned/", realm.as_bytes(), b"/v1\0", purpose.as_bytes(), b"\0"];
    Zeroizing::new(hkdf(key, &info))
}

/// Nonce ‖ ciphertext.
pub(super) fn seal(key: &[u8], table: &str, id: &[u8], plain: &[u8], entropy: &dyn Entropy) -> Vec<u8> {
    let nonce: [u8; NONCE_BYTES] = entropy.bytes();
    let aad = associated(table, id);
    #[expect(clippy::expect_used, reason = "the cipher fails only beyond 256 GiB, which no row has")]
    let ciphertext = cipher(key)
        .encrypt(&XNonce::from(nonce), Payload { msg: plain, aad: &aad })
        .expect("a row is short enough");
    [&nonce[..], &ciphertext].concat()
}

/// What was sealed. `None` if it does not verify under this key, in this row.
pub(super) fn open(key: &[u8], table: &str, id: &[u8], sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let (nonce, ciphertext) = sealed.split_first_chunk::<NONCE_BYTES>()?;
    let aad = associated(table, id);
    let opened = cipher(key).decrypt(&XNonce::from(*nonce), Payload { msg: ciphertext, aad: &aad });
    opened.ok().map(Zeroizing::new)
}

/// HMAC-SHA256 of `data` for `purpose`.
pub(super) fn mac(key: &[u8], purpose: &str, data: &[u8]) -> [u8; 32] {
    hmac(&subkey(key, "mac", purpose), data)
}

fn cipher(key: &[u8]) -> XChaCha20Poly1305 {
    XChaCha20Poly1305::new((&*subkey(key, "seal", "")).into())
}

/// Table and id, unambiguously: no table has NUL in its name.
fn associated(table: &str, id: &[u8]) -> Vec<u8> {
    [table.as_bytes(), &[0], id].concat()
}

#[cfg(test)]
mod tests {
    use crate::{entropy::SeededEntropy, keys::aead::*};

    #[test]
    fn a_sealed_value_opens_only_in_its_row_under_its_key() {
        let entropy = SeededEntropy::new(1);
        let sealed = seal(&[1; 32], "outbox", b"row", b"text", &entropy);
        assert_eq!(open(&[1; 32], "outbox", b"row", &sealed).unwrap().as_slice(), b"text");
        assert!(open(&[2; 32], "outbox", b"row", &sealed).is_none());
        assert!(open(&[1; 32], "pending", b"row", &sealed).is_none());
        assert!(open(&[1; 32], "outbox", b"rov", &sealed).is_none());
        for at in 0..sealed.len() {
            let mut flipped = sealed.clone();
            flipped[at] ^= 1;
            assert!(open(&[1; 32], "outbox", b"row", &flipped).is_none());
            assert!(open(&[1; 32], "outbox", b"row", &sealed[..at]).is_none());
        }
        assert_ne!(sealed, seal(&[1; 32], "outbox", b"row", b"text", &entropy));
    }

    #[test]
    fn keys_for_two_purposes_have_nothing_in_common() {
        assert_ne!(*subkey(&[1; 32], "site", "a"), *subkey(&[1; 32], "site", "b"));
        assert_ne!(*subkey(&[1; 32], "site", "a"), *subkey(&[1; 32], "mac", "a"));
        assert_ne!(mac(&[1; 32], "a", b"x"), mac(&[1; 32], "b", b"x"));
    }
}
