//! The vectors of RFC 9474, and what must be refused.

use rsa::{BoxedUint, PrivateKey, PublicKey, traits::PublicKeyParts};
use serde::Deserialize;

use super::*;
use crate::entropy::SeededEntropy;

#[derive(Deserialize)]
struct Vector {
    name: String,
    p: String,
    q: String,
    n: String,
    e: String,
    d: String,
    msg: String,
    msg_prefix: String,
    input_msg: String,
    salt: String,
    encoded_msg: Option<String>,
    inv: String,
    blinded_msg: String,
    blind_sig: String,
    sig: String,
}

fn hex(text: &str) -> Vec<u8> {
    let digits = text.strip_prefix("0x").unwrap_or(text);
    assert_eq!(digits.len() % 2, 0);
    (0..digits.len()).step_by(2).map(|at| u8::from_str_radix(&digits[at..at + 2], 16).unwrap()).collect()
}

fn uint(text: &str) -> BoxedUint {
    BoxedUint::from_be_slice_vartime(&hex(text))
}

fn vectors() -> Vec<Vector> {
    serde_json::from_str(include_str!("../../../tests/vectors/rfc9474-appendix-a.json")).unwrap()
}

fn variant(name: &str) -> Variant {
    match name {
        "RSABSSA-SHA384-PSS-Randomized" => Variant::PSS_RANDOMIZED,
        "RSABSSA-SHA384-PSSZERO-Randomized" => Variant::PSSZERO_RANDOMIZED,
        "RSABSSA-SHA384-PSS-Deterministic" => Variant::PSS_DETERMINISTIC,
        "RSABSSA-SHA384-PSSZERO-Deterministic" => Variant::PSSZERO_DETERMINISTIC,
        other => panic!("unknown variant {other}"),
    }
}

fn key(vector: &Vector) -> PrivateKey {
    PrivateKey::from_components(
        uint(&vector.n),
        uint(&vector.e),
        uint(&vector.d),
        vec![uint(&vector.p), uint(&vector.q)],
    )
    .unwrap()
}

/// Hands out prepared bytes, to check what is drawn and in which order.
struct Given(std::sync::Mutex<Vec<u8>>);

impl Entropy for Given {
    fn fill(&self, bytes: &mut [u8]) {
        let mut left = self.0.lock().unwrap();
        let rest = left.split_off(bytes.len());
        bytes.copy_from_slice(&left);
        *left = rest;
    }
}

#[test]
fn every_step_gives_the_bytes_of_rfc_9474() {
    let entropy = SeededEntropy::new(1);
    let vectors = vectors();
    assert_eq!(vectors.len(), 4);
    for vector in vectors {
        let variant = variant(&vector.name);
        let private = key(&vector);
        let public = PublicKey::from(&private);
        let input = hex(&vector.input_msg);
        let salt = hex(&vector.salt);
        let inverse = BoxedUint::from_be_slice(&hex(&vector.inv), public.n_bits_precision()).unwrap();
        let factor = inverse.invert_mod(public.n()).into_option().unwrap();

        let prefix = Given(std::sync::Mutex::new(hex(&vector.msg_prefix)));
        assert_eq!(prepare(variant, &hex(&vector.msg), &prefix), input, "{}", vector.name);
        if let Some(encoded) = &vector.encoded_msg {
            assert_eq!(pss::encode(&input, &salt, 4095).unwrap(), hex(encoded), "{}", vector.name);
        }
        let blinded = blind_with(&public, &input, &salt, &factor).unwrap();
        assert_eq!(blinded, hex(&vector.blinded_msg), "{}", vector.name);
        let signed = blind_sign(&private, &blinded, &entropy).unwrap();
        assert_eq!(signed, hex(&vector.blind_sig), "{}", vector.name);
        let blinding = Blinding { inverse: Zeroizing::new(inverse) };
        let signature = finalize(variant, &public, &input, &signed, &blinding).unwrap();
        assert_eq!(signature, hex(&vector.sig), "{}", vector.name);
    }
}

#[test]
fn salt_and_factor_come_from_chance_in_that_order() {
    let vector = &vectors()[2];
    let public = PublicKey::from(&key(vector));
    let inverse = BoxedUint::from_be_slice(&hex(&vector.inv), public.n_bits_precision()).unwrap();
    let factor = inverse.invert_mod(public.n()).into_option().unwrap();
    let mut drawn = hex(&vector.salt);
    drawn.extend_from_slice(&factor.to_be_bytes());
    let given = Given(std::sync::Mutex::new(drawn));
    let (blinded, _) = blind(Variant::PSS_DETERMINISTIC, &public, &hex(&vector.input_msg), &given).unwrap();
    assert_eq!(blinded, hex(&vector.blinded_msg));
}

#[test]
fn numbers_that_no_honest_client_sends_are_not_signed() {
    let entropy = SeededEntropy::new(1);
    let private = key(&vectors()[2]);
    let n = private.n().as_ref().clone();
    let one = BoxedUint::one_with_precision(n.bits_precision());
    for refused in [
        vec![0; 512],
        one.to_be_bytes().to_vec(),
        n.wrapping_sub(&one).to_be_bytes().to_vec(),
        n.to_be_bytes().to_vec(),
        vec![0xff; 512],
        vec![2; 511],
        vec![0; 513],
        Vec::new(),
    ] {
        assert_eq!(blind_sign(&private, &refused, &entropy), Err(BlindRsaError::OutOfRange));
    }
}

#[test]
fn a_signature_of_another_message_salt_or_spelling_is_refused() {
    let vector = &vectors()[2];
    let public = PublicKey::from(&key(vector));
    let message = hex(&vector.input_msg);
    let signature = hex(&vector.sig);
    let deterministic = Variant::PSS_DETERMINISTIC;
    assert_eq!(verify(deterministic, &public, &message, &signature), Ok(()));

    assert!(verify(deterministic, &public, &message[1..], &signature).is_err());
    assert!(verify(Variant::PSSZERO_DETERMINISTIC, &public, &message, &signature).is_err());
    for byte in [0, 1, 255, 511] {
        let mut flipped = signature.clone();
        flipped[byte] ^= 1;
        assert!(verify(deterministic, &public, &message, &flipped).is_err());
    }
    // s + n is the same number modulo n, in as many bytes where it fits.
    let number = BoxedUint::from_be_slice(&signature, 4096).unwrap();
    let (sum, n) = (number.wrapping_add(public.n().as_ref()), public.n().as_ref());
    if sum > *n {
        assert!(verify(deterministic, &public, &message, &sum.to_be_bytes()).is_err());
    }
    let mut longer = signature.clone();
    longer.insert(0, 0);
    assert!(verify(deterministic, &public, &message, &longer).is_err());
    assert!(verify(deterministic, &public, &message, &signature[1..]).is_err());
    assert!(verify(deterministic, &public, &message, &[]).is_err());
}

#[test]
fn a_key_too_small_for_hash_and_salt_is_refused() {
    assert_eq!(pss::encode(b"m", &[0; 48], 776), None);
    assert!(pss::encode(b"m", &[0; 48], 777).is_some());
}
