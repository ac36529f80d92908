//! EMSA-PSS-ENCODE (RFC 8017, 9.1.1) with SHA-384 and a given salt: crate `rsa` keeps its own to itself.
//! Verifying is left to the crate.

use sha2::{Digest, Sha384};

const HASH_LEN: usize = 48;

/// The encoded message of `bits` bits (one less than the modulus has). `None` where there is no room.
pub(super) fn encode(message: &[u8], salt: &[u8], bits: usize) -> Option<Vec<u8>> {
    let len = bits.div_ceil(8);
    // DB = zeros ‖ 01 ‖ salt, in all len - 48 - 1 bytes.
    let zeros = len.checked_sub(HASH_LEN)?.checked_sub(salt.len())?.checked_sub(2)?;
    let hash = Sha384::new()
        .chain_update([0; 8])
        .chain_update(Sha384::digest(message))
        .chain_update(salt)
        .finalize();

    let mut encoded = vec![0; zeros];
    encoded.push(1);
    encoded.extend_from_slice(salt);
    xor_mgf1(&mut encoded, &hash);
    // The bits of the first byte beyond the modulus must be zero.
    let surplus = u32::try_from(len.saturating_mul(8).saturating_sub(bits)).ok()?;
    if let Some(first) = encoded.first_mut() {
        *first &= u8::MAX.checked_shr(surplus)?;
    }
    encoded.extend_from_slice(&hash);
    encoded.push(0xbc);
    Some(encoded)
}

/// MGF1 (RFC 8017, B.2.1), applied to `data` in place.
fn xor_mgf1(data: &mut [u8], seed: &[u8]) {
    for (counter, chunk) in (0_u32..).zip(data.chunks_mut(HASH_LEN)) {
        let mask = Sha384::new().chain_update(seed).chain_update(counter.to_be_bytes()).finalize();
        for (byte, mask) in chunk.iter_mut().zip(mask) {
            *byte ^= mask;
        }
    }
}
