//! `H`, HKDF and HMAC as the protocol uses them: SHA-256 throughout.

use hkdf::Hkdf;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

/// SHA-256 of the parts, one after another. The caller makes the parts unambiguous (fixed lengths, or a
/// prefix that ends in NUL).
pub(crate) fn sha256(parts: &[&[u8]]) -> [u8; 32] {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part);
    }
    hash.finalize().into()
}

/// 32 bytes of HKDF-SHA256 with empty salt.
pub(crate) fn hkdf(secret: &[u8], info: &[&[u8]]) -> [u8; 32] {
    let mut out = [0; 32];
    #[expect(clippy::expect_used, reason = "32 bytes are within the 8,160 that HKDF-SHA256 can give")]
    Hkdf::<Sha256>::new(None, secret).expand_multi_info(info, &mut out).expect("32 bytes fit");
    out
}

/// HMAC-SHA256.
pub(crate) fn hmac(key: &[u8; 32], data: &[u8]) -> [u8; 32] {
    #[expect(clippy::expect_used, reason = "HMAC takes keys of any length")]
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("any length fits");
    mac.update(data);
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashing_in_parts_is_hashing_the_whole() {
        assert_eq!(sha256(&[b"ab", b"c"]), sha256(&[b"abc"]));
        assert_eq!(sha256(&[b"abc"])[..4], [0xba, 0x78, 0x16, 0xbf]);
    }

    #[test]
    fn hkdf_without_salt_gives_the_published_bytes() {
        // RFC 5869, A.3: empty salt and info.
        assert_eq!(hkdf(&[0x0b; 22], &[])[..4], [0x8d, 0xa4, 0xe7, 0x75]);
        assert_eq!(hkdf(b"k", &[b"a", b"b"]), hkdf(b"k", &[b"ab"]));
    }
}
