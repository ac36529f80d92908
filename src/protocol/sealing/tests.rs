use hpke::aead::AesGcm128;
use proptest::prelude::*;

use super::*;
use crate::{
    entropy::SeededEntropy,
    protocol::{extension::Extension, leaf::CastLeaf},
};

struct Fixed(Vec<u8>);

impl Entropy for Fixed {
    fn fill(&self, bytes: &mut [u8]) {
        bytes.copy_from_slice(&self.0[..bytes.len()]);
    }
}

fn hex(text: &str) -> Vec<u8> {
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
}

fn hex32(text: &str) -> [u8; 32] {
    hex(text).try_into().unwrap()
}

fn opening(name: &str) -> Opening {
    let extension = Extension::Sealed { name: String::from(name), title: None }.to_jcs();
    Opening { salt: [7; 32], extension }
}

fn petition(byte: u8) -> PetitionId {
    PetitionId::new(uuid::Uuid::from_bytes([byte; 16]))
}

#[test]
fn the_library_gives_the_bytes_of_rfc_9180() {
    // Appendix A.1.1 (base mode, the same KEM and KDF, AES-128-GCM), sequence number 0.
    let ephemeral = Fixed(hex("7268600d403fce431561aef583ee1613527cff655c1343f29812e66706df3234"));
    let entropy: &dyn Entropy = &ephemeral;
    let receiver = hex("3948cfe0ad1ddb695d780e59077195da6c56506b027329794ab02bca80815c4d");
    let (enc, sealed) = hpke::single_shot_seal_with_rng::<AesGcm128, HkdfSha256, X25519HkdfSha256>(
        &OpModeS::Base,
        &PublicKey::from_bytes(&receiver).unwrap(),
        b"Ode on a Grecian Urn",
        b"Beauty is truth, truth beauty",
        b"Count-0",
        &mut entropy.rng(),
    )
    .unwrap();
    assert_eq!(enc.to_bytes()[..], hex("37fda3567bdbd628e88668c3c8d7e97d1d1253b6d4ea6d44c150f741f1bf4431"));
    let wanted = "f938558b5d72f1a23810b4be2ab4f84331acc02fc97babc53a52ae8218a355a96d8770ac83d07bea87e13c512a";
    assert_eq!(sealed, hex(wanted));
}

#[derive(Deserialize)]
struct Vector {
    private_key: String,
    public_key: String,
    petition_id: String,
    genesis_hash: String,
    cast: String,
    salt: String,
    extension: String,
    ephemeral_ikm: String,
    info: String,
    aad: String,
    plain: String,
    sealed: String,
}

#[test]
fn a_name_sealed_by_other_code_opens_here_and_is_sealed_to_the_same_bytes() {
    let vector: Vector = serde_json::from_str(include_str!("../../../tests/vectors/sealed.json")).unwrap();
    let key = UnsealingKey::parse(&URL_SAFE_NO_PAD.encode(hex(&vector.private_key))).unwrap();
    let public = key.sealing_key().unwrap();
    assert_eq!(public.as_bytes()[..], hex(&vector.public_key));
    let leaf = CastLeaf::parse(&hex(&vector.cast)).unwrap();
    let genesis_hash = hex32(&vector.genesis_hash);
    let of =
        SealedFor { petition: leaf.petition(), genesis_hash: &genesis_hash, public_key: leaf.public_key() };
    assert_eq!(leaf.petition().as_bytes()[..], hex(&vector.petition_id));
    assert_eq!(of.info(), hex(&vector.info));
    assert_eq!(of.public_key[..], hex(&vector.aad));
    assert_eq!(hex(&vector.plain).len(), PLAIN_BYTES);
    let opened = key.open(of, &hex(&vector.sealed)).unwrap();
    assert_eq!(opened.salt, hex32(&vector.salt));
    assert_eq!(opened.extension, hex(&vector.extension));
    assert_eq!(leaf.verify_opening(&opened.salt, &opened.extension), Ok(()));
    let ephemeral = Fixed(hex(&vector.ephemeral_ikm));
    assert_eq!(public.seal(of, &opened, &ephemeral).unwrap(), hex(&vector.sealed));
}

#[test]
fn a_sealed_name_opens_with_its_key_for_its_petition_and_signature_alone() {
    let entropy = SeededEntropy::new(1);
    let key = UnsealingKey::generate(&entropy);
    let (genesis, signer) = ([1; 32], [2; 32]);
    let of = SealedFor { petition: petition(3), genesis_hash: &genesis, public_key: &signer };
    let sealed = key.sealing_key().unwrap().seal(of, &opening("Ada"), &entropy).unwrap();
    assert_eq!(sealed.len(), SEALED_NAME_BYTES);
    assert_eq!(key.open(of, &sealed), Ok(opening("Ada")));

    let not_for_us = Err(SealingError::NotForUs);
    assert_eq!(UnsealingKey::generate(&entropy).open(of, &sealed), not_for_us);
    assert_eq!(key.open(SealedFor { petition: petition(4), ..of }, &sealed), not_for_us);
    assert_eq!(key.open(SealedFor { genesis_hash: &[9; 32], ..of }, &sealed), not_for_us);
    assert_eq!(key.open(SealedFor { public_key: &[9; 32], ..of }, &sealed), not_for_us);
}

#[test]
fn how_long_a_name_is_does_not_show_and_one_too_long_is_refused() {
    let entropy = SeededEntropy::new(1);
    let key = UnsealingKey::generate(&entropy).sealing_key().unwrap();
    let of = SealedFor { petition: petition(3), genesis_hash: &[1; 32], public_key: &[2; 32] };
    let long = "\u{4e2d}".repeat(200);
    for name in ["A", &long] {
        assert_eq!(key.seal(of, &opening(name), &entropy).unwrap().len(), SEALED_NAME_BYTES);
    }
    let too_long = "\u{1f600}".repeat(200);
    assert_eq!(key.seal(of, &opening(&too_long), &entropy), Err(SealingError::TooLong));
}

#[test]
fn a_key_to_which_anybody_could_open_is_none() {
    for bytes in [[0; 32], {
        let mut one = [0; 32];
        one[0] = 1;
        one
    }] {
        assert_eq!(SealingKey::from_bytes(bytes), Err(SealingError::Key));
    }
    for text in ["", "AAAA", "not a key", &"A".repeat(42), &"A".repeat(44)] {
        assert_eq!(SealingKey::parse(text), Err(SealingError::Key), "{text}");
    }
    let key = UnsealingKey::generate(&SeededEntropy::new(1));
    assert_eq!(key.expose().len(), 43);
    let public = key.sealing_key().unwrap();
    assert_eq!(SealingKey::parse(&public.to_string()), Ok(public));
    assert_eq!(UnsealingKey::parse(&key.expose()).unwrap().sealing_key(), Ok(public));
    assert_eq!(format!("{key:?}"), "UnsealingKey(redacted)");
}

#[test]
fn another_spelling_of_what_is_sealed_is_refused() {
    let good = format!("{{\"extension\":\"e30\",\"salt\":\"{}\"}}", "A".repeat(43));
    assert!(read(format!("{good}   ").as_bytes()).is_some());
    for text in [
        String::new(),
        String::from("    "),
        format!(" {good}"),
        format!("{good}\n"),
        good.replace(',', ", "),
        good.replace('}', ",\"more\":1}"),
        good.replace("AAAA\"", "\""),
        format!("{{\"salt\":\"{}\",\"extension\":\"e30\"}}", "A".repeat(43)),
    ] {
        assert_eq!(read(text.as_bytes()), None, "{text}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn a_changed_byte_is_refused(at in 0..SEALED_NAME_BYTES, bit in 0..8_u32) {
        let entropy = SeededEntropy::new(2);
        let key = UnsealingKey::generate(&entropy);
        let of = SealedFor { petition: petition(3), genesis_hash: &[1; 32], public_key: &[2; 32] };
        let mut sealed = key.sealing_key().unwrap().seal(of, &opening("Ada"), &entropy).unwrap();
        sealed[at] ^= 1 << bit;
        prop_assert_eq!(key.open(of, &sealed), Err(SealingError::NotForUs));
    }

    #[test]
    fn no_bytes_make_opening_panic(bytes: Vec<u8>) {
        let key = UnsealingKey::generate(&SeededEntropy::new(2));
        let of = SealedFor { petition: petition(3), genesis_hash: &[1; 32], public_key: &[2; 32] };
        prop_assert!(key.open(of, &bytes).is_err());
    }
}
