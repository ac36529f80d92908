//! The vectors of RFC 9578, and what must be refused.

use base64::{Engine, engine::general_purpose::STANDARD};
use proptest::prelude::*;
use serde::Deserialize;

use super::*;
use crate::{entropy::SeededEntropy, protocol::issuing::IssuingKey};

#[derive(Deserialize)]
#[expect(non_snake_case, reason = "the names of the RFC")]
struct Vector {
    skS: String,
    pkS: String,
    token_challenge: String,
    nonce: String,
    blind: String,
    salt: String,
    token_request: String,
    token_response: String,
    token: String,
}

fn hex(text: &str) -> Vec<u8> {
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
}

fn vectors() -> Vec<Vector> {
    serde_json::from_str(include_str!("../../../tests/vectors/rfc9578-type-0x0002.json")).unwrap()
}

fn issuing_key(vector: &Vector) -> IssuingKey {
    let pem = String::from_utf8(hex(&vector.skS)).unwrap();
    let body: String = pem.lines().filter(|line| !line.starts_with("-----")).collect();
    IssuingKey::from_der(&STANDARD.decode(body).unwrap()).unwrap()
}

/// Hands out prepared bytes.
struct Given(std::sync::Mutex<Vec<u8>>);

impl crate::entropy::Entropy for Given {
    fn fill(&self, bytes: &mut [u8]) {
        let mut left = self.0.lock().unwrap();
        let rest = left.split_off(bytes.len());
        bytes.copy_from_slice(&left);
        *left = rest;
    }
}

#[test]
fn every_step_gives_the_bytes_of_rfc_9578() {
    let vectors = vectors();
    assert_eq!(vectors.len(), 5);
    for vector in vectors {
        let issuing = issuing_key(&vector);
        assert_eq!(issuing.spki(), hex(&vector.pkS));
        let public = IssuerKey::parse(issuing.spki()).unwrap();
        assert_eq!(public.id(), issuing.token_key_id());

        let input = TokenInput {
            nonce: hex(&vector.nonce).try_into().unwrap(),
            challenge_digest: sha256(&[&hex(&vector.token_challenge)]),
            token_key_id: *public.id(),
        };
        let drawn = Given(std::sync::Mutex::new([hex(&vector.salt), hex(&vector.blind)].concat()));
        let (request, unfinished) = crate::protocol::client::begin_with(&public, input, &drawn).unwrap();
        assert_eq!(request.encode(), hex(&vector.token_request));
        let response = issuing.sign_request(&request, &SeededEntropy::new(1)).unwrap();
        assert_eq!(response.encode()[..], hex(&vector.token_response));
        let token = unfinished.finish(&response).unwrap();
        assert_eq!(token.encode(), hex(&vector.token));
        assert_eq!(Token::parse(&token.encode()).unwrap(), token);
        assert_eq!(token.verify(&public, &input.challenge_digest), Ok(()));
    }
}

#[test]
fn a_challenge_has_the_form_of_rfc_9577() {
    let origin = LogOrigin::generate(&SeededEntropy::new(1));
    let petition = PetitionId::new(uuid::Uuid::from_u128(1));
    let challenge = TokenChallenge::new(&origin, petition, &[7; 32], CrowdIndex::new(0));
    let bytes = challenge.encode();
    assert_eq!(bytes.len(), 2 + 2 + 47 + 1 + 32 + 2);
    assert_eq!(bytes[..4], [0, 2, 0, 47]);
    assert_eq!(bytes[4..51], *origin.as_str().as_bytes());
    assert_eq!(bytes[51], 32);
    assert_eq!(bytes[84..], [0, 0]);
    let other_crowd = TokenChallenge::new(&origin, petition, &[7; 32], CrowdIndex::new(1));
    assert_ne!(challenge.digest(), other_crowd.digest());
    let other_genesis = TokenChallenge::new(&origin, petition, &[8; 32], CrowdIndex::new(0));
    assert_ne!(challenge.digest(), other_genesis.digest());
}

#[test]
fn a_key_in_any_other_encoding_or_size_is_refused() {
    let spki = hex(&vectors()[0].pkS);
    assert!(IssuerKey::parse(&spki).is_ok());
    assert_eq!(IssuerKey::parse(&spki[..341]).unwrap_err(), KeyError::Encoding);
    assert_eq!(IssuerKey::parse(&[&spki[..], &[0]].concat()).unwrap_err(), KeyError::Encoding);
    assert_eq!(IssuerKey::parse(&[]).unwrap_err(), KeyError::Encoding);
    let mut exponent_three = spki.clone();
    exponent_three[341] = 3;
    assert_eq!(IssuerKey::parse(&exponent_three).unwrap_err(), KeyError::Parameters);
    let mut even = spki.clone();
    even[336] &= 0xfe;
    assert!(IssuerKey::parse(&even).is_err());
    let mut short_modulus = spki;
    short_modulus[81] &= 0x7f;
    assert!(IssuerKey::parse(&short_modulus).is_err());
}

#[test]
fn a_token_for_another_key_or_challenge_is_refused() {
    let vector = &vectors()[0];
    let public = IssuerKey::parse(&hex(&vector.pkS)).unwrap();
    let token = Token::parse(&hex(&vector.token)).unwrap();
    let digest = token.input().challenge_digest;
    assert_eq!(token.verify(&public, &digest), Ok(()));
    assert_eq!(token.verify(&public, &[0; 32]), Err(TokenError::OtherChallenge));
    let other = IssuingKey::generate(&SeededEntropy::new(3)).unwrap();
    let other_key = IssuerKey::parse(other.spki()).unwrap();
    assert_eq!(token.verify(&other_key, &digest), Err(TokenError::OtherKey));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_bytes_make_a_parser_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _ignored = (Token::parse(&bytes), TokenRequest::parse(&bytes), TokenResponse::parse(&bytes));
        let _ignored = IssuerKey::parse(&bytes);
        let _ignored = IssuerKey::parse(&[&PREFIX_OF_A_KEY[..], &bytes].concat());
    }

    #[test]
    fn a_flipped_bit_anywhere_spoils_a_token(at in 0_usize..354 * 8) {
        let vector = &vectors()[0];
        let public = IssuerKey::parse(&hex(&vector.pkS)).unwrap();
        let mut bytes = hex(&vector.token);
        let digest = Token::parse(&bytes).unwrap().input().challenge_digest;
        bytes[at / 8] ^= 1 << (at % 8);
        prop_assert!(Token::parse(&bytes).and_then(|token| token.verify(&public, &digest)).is_err());
    }
}

/// The constant part of every key, so that random bytes reach the inner decoder.
const PREFIX_OF_A_KEY: [u8; 4] = [0x30, 0x82, 0x01, 0x52];
