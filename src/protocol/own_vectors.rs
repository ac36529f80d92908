//! The whole protocol against vectors made by other code (`tests/vectors/make_own.py`): a format that drifted
//! would part this server from every log and client that exists.

use serde::Deserialize;

use super::{
    client,
    extension::{self, Extension},
    hash::hmac,
    leaf::{CastLeaf, Genesis, Leaf, RetractLeaf, leaf_hash},
    token::{Token, TokenChallenge},
    withdrawal_code::WithdrawalCode,
};
use crate::domain::proof::{CrowdIndex, ProofKind};

#[derive(Deserialize)]
struct Vector {
    withdrawal_code_bytes: String,
    withdrawal_code: String,
    k_pub: String,
    nonce: String,
    spki: String,
    genesis: String,
    genesis_hash: String,
    crowd: u8,
    challenge: String,
    token: String,
    extension: String,
    salt: String,
    commitment: String,
    cast: String,
    retract: String,
    pepper: String,
    address: String,
    tag: String,
}

fn hex(text: &str) -> Vec<u8> {
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
}

fn hex32(text: &str) -> [u8; 32] {
    hex(text).try_into().unwrap()
}

fn vector() -> Vector {
    serde_json::from_str(include_str!("../../tests/vectors/own.json")).unwrap()
}

#[test]
fn a_code_gives_the_same_key_and_nonce_as_in_other_code() {
    let vector = vector();
    let code = WithdrawalCode::parse(&vector.withdrawal_code).unwrap();
    assert_eq!(code.expose_bytes()[..], hex(&vector.withdrawal_code_bytes));
    assert_eq!(code.expose(), vector.withdrawal_code);
    assert_eq!(code.public_key(), hex32(&vector.k_pub));
    assert_eq!(code.nonce(), hex32(&vector.nonce));
    assert_eq!(hmac(&hex32(&vector.pepper), vector.address.as_bytes()), hex32(&vector.tag));
}

#[test]
fn a_genesis_leaf_made_by_other_code_reads_and_gives_the_same_challenge() {
    let vector = vector();
    let leaf = hex(&vector.genesis);
    let genesis = Genesis::parse(&leaf).unwrap();
    assert_eq!(genesis.encode().unwrap(), leaf);
    assert_eq!(genesis.hash().unwrap(), hex32(&vector.genesis_hash));
    assert_eq!(leaf_hash(&leaf), hex32(&vector.genesis_hash));
    assert_eq!(genesis.crowds[0].employer.as_deref(), Some("Example"));
    assert_eq!(genesis.crowds[1].proof.kind(), Some(ProofKind::AnyMail));
    assert_eq!(genesis.crowds[1].spki, hex(&vector.spki));
    let challenge = genesis.challenge(CrowdIndex::new(vector.crowd)).unwrap().unwrap();
    assert_eq!(challenge.encode(), hex(&vector.challenge));
}

#[test]
fn a_signature_and_a_retraction_made_by_other_code_verify_here() {
    let vector = vector();
    let genesis = Genesis::parse(&hex(&vector.genesis)).unwrap();
    let crowd = CrowdIndex::new(vector.crowd);
    let challenge =
        TokenChallenge::new(&genesis.origin, genesis.petition, &hex32(&vector.genesis_hash), crowd);
    let cast = CastLeaf::parse(&hex(&vector.cast)).unwrap();
    assert_eq!(cast.token(), &Token::parse(&hex(&vector.token)).unwrap());
    assert_eq!(cast.verify(&hex(&vector.spki), &challenge), Ok(()));
    let (salt, opening) = (hex32(&vector.salt), hex(&vector.extension));
    assert_eq!(cast.verify_opening(&salt, &opening), Ok(()));
    assert_eq!(extension::commit(&salt, &opening), hex32(&vector.commitment));
    let public = Extension::parse(&opening).unwrap();
    assert_eq!(public.to_jcs(), opening);
    assert_eq!(Leaf::parse(&hex(&vector.cast)), Ok(Leaf::Cast(Box::new(cast))));

    let code = WithdrawalCode::parse(&vector.withdrawal_code).unwrap();
    // Ed25519 signs without chance: byte for byte.
    assert_eq!(client::retract(genesis.petition, &code), hex(&vector.retract));
    assert_eq!(RetractLeaf::parse(&hex(&vector.retract)).unwrap().verify(), Ok(()));
}
