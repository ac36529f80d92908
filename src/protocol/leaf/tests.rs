//! Leaves read back, and forged ones are refused.

use std::collections::BTreeMap;

use std::sync::LazyLock;

use proptest::prelude::*;

use super::*;
use crate::{
    domain::{
        client_release::{ClientRelease, LANGUAGES_MAX, LanguageTag, SavedPages},
        proof::{CrowdIndex, ProofKind},
        void::VoidReason,
    },
    entropy::{Entropy, SeededEntropy},
    protocol::{
        client::{self, Cast},
        extension::Extension,
        issuing::IssuingKey,
        origin::LogOrigin,
        token::{Token, TokenChallenge, TokenError},
        withdrawal_code::WithdrawalCode,
    },
};

/// A petition with one crowd and one signature, made once: key generation is slow.
struct Signed {
    petition: PetitionId,
    issuing: IssuingKey,
    challenge: TokenChallenge,
    code: WithdrawalCode,
    token: Token,
    cast: Cast,
}

static SIGNED: LazyLock<Signed> = LazyLock::new(|| {
    let entropy = SeededEntropy::new(11);
    let entropy: &dyn Entropy = &entropy;
    let petition = PetitionId::new(entropy.uuid());
    let issuing = IssuingKey::generate(entropy).unwrap();
    let genesis = genesis(petition, issuing.spki());
    let challenge = genesis.challenge(CrowdIndex::new(0)).unwrap().unwrap();
    let code = WithdrawalCode::generate(entropy);
    let (request, unfinished) = client::begin(issuing.spki(), &challenge, &code, entropy).unwrap();
    let token = unfinished.finish(&issuing.sign_request(&request, entropy).unwrap()).unwrap();
    let cast = client::cast(petition, &token, &code, &public("Ada"), entropy);
    Signed { petition, issuing, challenge, code, token, cast }
});

fn public(name: &str) -> Extension {
    Extension::Public { name: name.into(), title: None }
}

fn genesis(petition: PetitionId, spki: &[u8]) -> Genesis {
    Genesis {
        petition,
        origin: LogOrigin::generate(&SeededEntropy::new(5)),
        title: "End the contract".into(),
        addressed_to: "The board of Example Corp".into(),
        demands: vec!["Publish it.".into(), "End it.".into()],
        body_hash: [3; 32],
        employers: vec![GenesisEmployer { name: "Example".into(), domains: vec!["example.com".into()] }],
        crowds: vec![GenesisCrowd { proof: ProofKind::WorkMail.into(), employer: None, spki: spki.to_vec() }],
        sealing_key: None,
        opens: Timestamp::from_secs(1_780_000_000),
        issue_until: Timestamp::from_secs(1_782_592_000),
        traces_until: None,
        closes: Timestamp::from_secs(1_785_184_000),
        cast_until: Timestamp::from_secs(1_785_788_800),
        batch: 10,
        min_cell: 10,
    }
}

fn verify(leaf: &[u8]) -> Result<(), CastError> {
    let signed = &*SIGNED;
    // A leaf that does not parse is refused before it is verified.
    CastLeaf::parse(leaf).or(Err(CastError::Signature))?.verify(signed.issuing.spki(), &signed.challenge)
}

#[test]
fn a_signature_is_500_bytes_and_verifies() {
    let signed = &*SIGNED;
    assert_eq!(signed.cast.leaf.len(), CastLeaf::LEN_BYTES);
    assert_eq!(verify(&signed.cast.leaf), Ok(()));
    let leaf = CastLeaf::parse(&signed.cast.leaf).unwrap();
    assert_eq!(leaf.encode(), signed.cast.leaf);
    assert_eq!(*leaf.public_key(), signed.code.public_key());
    assert_eq!(*leaf.nonce(), signed.code.nonce());
    assert_eq!(leaf.petition(), signed.petition);
    assert_eq!(leaf.verify_opening(&signed.cast.salt, &signed.cast.extension), Ok(()));
    assert_eq!(Leaf::parse(&signed.cast.leaf).unwrap().encode().unwrap(), signed.cast.leaf);
}

#[test]
fn nobody_can_swap_a_name_or_a_mode() {
    let signed = &*SIGNED;
    let leaf = CastLeaf::parse(&signed.cast.leaf).unwrap();
    for other in [public("Eve"), Extension::Anonymous] {
        assert_eq!(leaf.verify_opening(&signed.cast.salt, &other.to_jcs()), Err(CastError::Extension));
    }
    // A commitment of one's own breaks K's signature.
    let mut swapped = signed.cast.leaf.clone();
    let commitment = crate::protocol::extension::commit(&[0; 32], &public("Eve").to_jcs());
    swapped[404..436].copy_from_slice(&commitment);
    assert_eq!(verify(&swapped), Err(CastError::Signature));
}

#[test]
fn a_token_cannot_be_cast_under_a_foreign_key() {
    let signed = &*SIGNED;
    let thief = WithdrawalCode::generate(&SeededEntropy::new(99));
    let stolen = client::cast(signed.petition, &signed.token, &thief, &public("Eve"), &SeededEntropy::new(1));
    assert_eq!(verify(&stolen.leaf), Err(CastError::ForeignKey));
}

#[test]
fn a_signature_counts_for_its_petition_key_and_crowd_only() {
    let signed = &*SIGNED;
    let leaf = CastLeaf::parse(&signed.cast.leaf).unwrap();
    let spki = signed.issuing.spki();
    let genesis = genesis(signed.petition, spki);
    let origin = &genesis.origin;
    let hash = genesis.hash().unwrap();
    let challenge = |petition, hash: &[u8; 32], crowd| {
        TokenChallenge::new(origin, petition, hash, CrowdIndex::new(crowd))
    };
    assert_eq!(leaf.verify(spki, &challenge(signed.petition, &hash, 0)), Ok(()));
    let elsewhere = PetitionId::new(uuid::Uuid::from_u128(1));
    assert_eq!(leaf.verify(spki, &challenge(elsewhere, &hash, 0)), Err(CastError::OtherPetition));
    let other = Err(CastError::Token(TokenError::OtherChallenge));
    assert_eq!(leaf.verify(spki, &challenge(signed.petition, &[0; 32], 0)), other);
    assert_eq!(leaf.verify(spki, &challenge(signed.petition, &hash, 1)), other);
    let other_key = IssuingKey::generate(&SeededEntropy::new(4)).unwrap();
    assert_eq!(leaf.verify(other_key.spki(), &signed.challenge), Err(CastError::Token(TokenError::OtherKey)));
    // The same token cast for another petition: the petition is part of what K signs and of the token.
    let moved = client::cast(elsewhere, &signed.token, &signed.code, &public("Ada"), &SeededEntropy::new(1));
    let moved = CastLeaf::parse(&moved.leaf).unwrap();
    assert_eq!(moved.verify(spki, &challenge(elsewhere, &hash, 0)), other);
    assert_eq!(moved.verify(spki, &signed.challenge), Err(CastError::OtherPetition));
}

#[test]
fn leaves_of_another_length_kind_or_format_are_refused() {
    let leaf = &SIGNED.cast.leaf;
    for len in [0, 1, 2, 17, 18, 371, 372, 436, 499] {
        assert_eq!(CastLeaf::parse(&leaf[..len]).unwrap_err(), LeafError::Length, "{len}");
        assert!(Leaf::parse(&leaf[..len]).is_err());
    }
    assert_eq!(CastLeaf::parse(&[&leaf[..], &[0]].concat()).unwrap_err(), LeafError::Length);
    let changed = |at: usize, to: u8| {
        let mut bytes = leaf.clone();
        bytes[at] = to;
        Leaf::parse(&bytes).unwrap_err()
    };
    assert_eq!(changed(0, 2), LeafError::Format);
    assert_eq!(changed(1, 9), LeafError::Kind);
    assert_eq!(changed(1, 0x11), LeafError::Kind);
    assert_eq!(changed(1, 0xff), LeafError::Kind);
    assert_eq!(changed(19, 1), LeafError::Payload);
}

#[test]
fn an_altered_order_of_the_curve_is_no_second_signature() {
    // Ed25519 accepts s + L in careless verifiers: another leaf for the same signature.
    const ORDER: [u8; 32] = [
        0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
    ];
    let mut leaf = SIGNED.cast.leaf.clone();
    let mut carry = 0_u16;
    for (byte, add) in leaf[468..].iter_mut().zip(ORDER) {
        let sum = u16::from(*byte) + u16::from(add) + carry;
        *byte = u8::try_from(sum & 0xff).unwrap();
        carry = sum >> 8;
    }
    assert_eq!(carry, 0);
    assert_eq!(verify(&leaf), Err(CastError::Signature));
}

#[test]
fn a_retraction_is_114_bytes_and_only_its_signer_can_make_it() {
    let signed = &*SIGNED;
    let bytes = client::retract(signed.petition, &signed.code);
    assert_eq!(bytes.len(), RetractLeaf::LEN_BYTES);
    let leaf = RetractLeaf::parse(&bytes).unwrap();
    assert_eq!(leaf.verify(), Ok(()));
    assert_eq!(leaf.public_key(), CastLeaf::parse(&signed.cast.leaf).unwrap().public_key());
    assert_eq!(Leaf::parse(&bytes).unwrap().encode().unwrap(), bytes);
    assert_eq!(bytes, client::retract(signed.petition, &signed.code));
    for at in 2..114 {
        let mut forged = bytes.clone();
        forged[at] ^= 4;
        assert_eq!(RetractLeaf::parse(&forged).unwrap().verify(), Err(CastError::Signature), "{at}");
    }
    assert!(RetractLeaf::parse(&bytes[..113]).is_err());
    assert!(RetractLeaf::parse(&[&bytes[..], &[0]].concat()).is_err());
    // The point of small order whose every signature verifies in careless verifiers.
    let weak = [&bytes[..18], &[1], &[0; 31], &[1], &[0; 63]].concat();
    assert_eq!(RetractLeaf::parse(&weak).unwrap().verify(), Err(CastError::Signature));
}

#[test]
fn a_genesis_leaf_has_the_format_of_the_protocol_and_reads_back() {
    let signed = &*SIGNED;
    let genesis = genesis(signed.petition, signed.issuing.spki());
    let leaf = genesis.encode().unwrap();
    assert_eq!(Genesis::parse(&leaf), Ok(genesis.clone()));
    assert_eq!(genesis.hash().unwrap(), leaf_hash(&leaf));
    assert_eq!(leaf[..2], [1, 0]);
    let json = std::str::from_utf8(&leaf[18..]).unwrap();
    let spki = json.split("\"spki\":\"").nth(1).unwrap().split('"').next().unwrap();
    assert_eq!(spki.len(), 456);
    assert_eq!(
        json.replace(spki, "KEY"),
        format!(
            concat!(
                r#"{{"attributes":[],"batch":10,"body":"AwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwM","#,
                r#""cast_until":"2026-08-03T20:26:40Z","closes":"2026-07-27T20:26:40Z","#,
                r#""crowds":[{{"proof":"work-mail","spki":"KEY"}}],"#,
                r#""employers":[{{"domains":["example.com"],"name":"Example"}}],"#,
                r#""issue_until":"2026-06-27T20:26:40Z","min_cell":10,"opens":"2026-05-28T20:26:40Z","#,
                r#""origin":"{}","#,
                r#""text":{{"addressed_to":"The board of Example Corp","demands":["Publish it.","End it."],"#,
                r#""title":"End the contract"}},"v":1}}"#
            ),
            genesis.origin
        )
    );
    assert_eq!(genesis.challenge(CrowdIndex::new(1)).unwrap(), None);
}

#[test]
fn a_genesis_leaf_that_is_not_ours_is_refused() {
    let signed = &*SIGNED;
    let good = genesis(signed.petition, signed.issuing.spki());
    let leaf = good.encode().unwrap();
    let with = |from: &str, to: &str| {
        let json = std::str::from_utf8(&leaf[18..]).unwrap();
        assert!(json.contains(from), "{from}");
        Genesis::parse(&[&leaf[..18], json.replacen(from, to, 1).as_bytes()].concat())
    };
    for (from, to) in [
        ("\"v\":1", "\"v\":2"),
        ("\"v\":1", "\"v\": 1"),
        ("\"attributes\":[]", "\"attributes\":[1]"),
        ("\"attributes\":[],", ""),
        ("\"attributes\":[]", "\"a\":1,\"attributes\":[]"),
        ("work-mail", "Shouting"),
        ("petition.undersigned/", "example.com/"),
        ("20:26:40Z", "20:26:40+00:00"),
        ("20:26:40Z", "24:00:00Z"),
        ("20:26:40Z", "20:26:4Z"),
        ("20:26:40Z", "20:26:40.5Z"),
        ("\"spki\":\"MIIB", "\"spki\":\"NIIB"),
        ("AwMDAwM\"", "AwMDAwN\""),
        ("AwMDAwM\"", "AwMDAwM=\""),
    ] {
        assert!(with(from, to).is_err(), "{from} -> {to}");
    }
    let later = with("work-mail", "later-kind").unwrap();
    assert_eq!((later.crowds[0].proof.as_str(), later.crowds[0].proof.kind()), ("later-kind", None));
    assert_eq!(Genesis { crowds: Vec::new(), ..good.clone() }.encode(), Err(LeafError::Payload));
    assert_eq!(Genesis { title: "x".repeat(65_000), ..good.clone() }.encode(), Err(LeafError::TooLong));
    assert_eq!(Genesis { opens: Timestamp::from_secs(i64::MAX), ..good }.encode(), Err(LeafError::Payload));
}

#[test]
fn notices_are_canonical_json_and_read_back() {
    let petition = PetitionId::new(uuid::Uuid::from_u128(7));
    let time = Timestamp::from_secs(1_780_000_000);
    for (notice, kind, json) in [
        (Notice::Closed, 4, "{}"),
        (Notice::issued_floored(&[27, 9, 40], 10), 5, "{\"issued\":[20,0,40]}"),
        (
            Notice::ClosingChanged { closes: time, issue_until: time, cast_until: time.plus_days(7) },
            0x0b,
            concat!(
                "{\"cast_until\":\"2026-06-04T20:26:40Z\",\"closes\":\"2026-05-28T20:26:40Z\",",
                "\"issue_until\":\"2026-05-28T20:26:40Z\"}"
            ),
        ),
        (Notice::TakenDown { reason: "court".into() }, 0x0d, "{\"reason\":\"court\"}"),
        (Notice::InvitationsMade(120), 0x0f, "{\"made\":120}"),
        (Notice::ServedAt { host: "example.org".into() }, 0x0e, "{\"host\":\"example.org\"}"),
    ] {
        let leaf = notice.encode(petition).unwrap();
        assert_eq!(leaf[..2], [1, kind]);
        assert_eq!(std::str::from_utf8(&leaf[18..]).unwrap(), json);
        assert_eq!(Notice::parse(&leaf), Ok((petition, notice.clone())));
        assert_eq!(Leaf::parse(&leaf), Ok(Leaf::Notice(petition, notice)));
    }
}

#[test]
fn a_release_names_a_page_for_each_language_in_one_spelling() {
    let petition = PetitionId::new(uuid::Uuid::from_u128(7));
    let tag = |text: &str| LanguageTag::parse(text).unwrap();
    let pages = BTreeMap::from([(tag("pt-BR"), [0xfb; 32]), (tag("en"), [2; 32])]);
    let notice = |pages| {
        Notice::ClientRelease(ClientRelease { pages: SavedPages::ByLanguage(pages), script: [2; 32] })
    };
    let leaf = notice(pages.clone()).encode(petition).unwrap();
    let (two, other) = ("AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI", "-_v7".repeat(10) + "-_s");
    let json = format!("{{\"pages\":{{\"en\":\"{two}\",\"pt-BR\":\"{other}\"}},\"script\":\"{two}\"}}");
    assert_eq!(String::from_utf8_lossy(&leaf[18..]), json);
    assert_eq!(Notice::parse(&leaf), Ok((petition, notice(pages))));
    let (one, many) = (format!("\"page\":\"{two}\","), "{\"pages\":{}");
    let others = [
        json.replacen('{', &format!("{{{one}"), 1),
        json.replacen('{', "{\"page\":null,", 1),
        json.replace("\"en\"", "\"EN\""),
        json.replace("\"en\"", "\"\""),
        json.replace("pt-BR", "aa"),
        json.replace("AgI\",\"pt", "AgJ\",\"pt"),
        format!("{many},\"script\":\"{two}\"}}"),
        format!("{{\"script\":\"{two}\"}}"),
    ];
    for other in others {
        let leaf = [&leaf[..18], other.as_bytes()].concat();
        assert_eq!(Notice::parse(&leaf), Err(LeafError::Payload), "{other}");
    }
    let letters = || (b'a'..=b'z').map(char::from);
    let all = letters().flat_map(|a| letters().map(move |b| format!("{a}{b}")));
    let named = |n: usize| all.clone().take(n).map(|text| (tag(&text), [1; 32])).collect::<BTreeMap<_, _>>();
    assert!(notice(named(LANGUAGES_MAX)).encode(petition).is_ok());
    for count in [0, LANGUAGES_MAX + 1] {
        assert_eq!(notice(named(count)).encode(petition), Err(LeafError::Payload), "{count}");
    }
}

#[test]
fn a_release_reads_back_in_its_one_spelling() {
    let petition = PetitionId::new(uuid::Uuid::from_u128(7));
    let pages = SavedPages::One([0xfb; 32]);
    let release = Notice::ClientRelease(ClientRelease { pages, script: [2; 32] });
    let leaf = release.encode(petition).unwrap();
    let page = "-_v7".repeat(10) + "-_s";
    let script = "AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI";
    let json = format!("{{\"page\":\"{page}\",\"script\":\"{script}\"}}");
    assert_eq!(String::from_utf8_lossy(&leaf[18..]), json);
    assert_eq!(Notice::parse(&leaf), Ok((petition, release)));
    let others = [
        json.replace("AgI\"}", "AgJ\"}"),
        json.replace("AgI\"}", "AgI=\"}"),
        json.replace("AgI\"}", "\"}"),
        json.replace("-_v7", "+_v7"),
        json.replace('}', ",\"z\":1}"),
    ];
    for other in others {
        let leaf = [&header(8, petition)[..], other.as_bytes()].concat();
        assert_eq!(Notice::parse(&leaf), Err(LeafError::Payload), "{other}");
    }
}

#[test]
fn a_void_has_one_spelling_and_a_known_reason() {
    let petition = PetitionId::new(uuid::Uuid::from_u128(7));
    for (notice, json) in [
        (
            Notice::Void { cast: 12, reason: VoidReason::MadeMailboxes },
            r#"{"index":12,"reason":"made-mailboxes"}"#,
        ),
        (Notice::VoidReversed { cast: 12 }, r#"{"index":12}"#),
    ] {
        let leaf = notice.encode(petition).unwrap();
        assert_eq!(leaf[18..], *json.as_bytes());
        assert_eq!(Leaf::parse(&leaf), Ok(Leaf::Notice(petition, notice)));
    }
    for json in [r#"{"index":12,"reason":"because"}"#, r#"{"index":12}"#, r#"{"index":-1,"reason":"defect"}"#]
    {
        let leaf = [&header(7, petition)[..], json.as_bytes()].concat();
        assert_eq!(Leaf::parse(&leaf), Err(LeafError::Payload), "{json}");
    }
    let beyond = Notice::VoidReversed { cast: 1 << 53 };
    assert_eq!(beyond.encode(petition), Err(LeafError::Payload));
}

#[test]
fn kinds_of_later_versions_are_carried_and_unknown_ones_fail() {
    let petition = PetitionId::new(uuid::Uuid::from_u128(7));
    for kind in 0..=255_u8 {
        let leaf = [&header(kind, petition)[..], b"{\"hash\":\"x\",\"n\":1}"].concat();
        let carried = matches!(kind, 3 | 6);
        let parsed = Leaf::parse(&leaf);
        assert_eq!(parsed.is_ok(), carried, "{kind}");
        if let Ok(parsed) = parsed {
            assert_eq!(parsed.encode().unwrap(), leaf);
        }
    }
    for json in
        ["{\"n\":1, \"m\":2}", "{\"n\":1,\"m\":2}", "[]", "{\"n\":1,\"n\":1}", "{\"n\":1.0}", "{\"n\":1e999}"]
    {
        let leaf = [&header(3, petition)[..], json.as_bytes()].concat();
        assert_eq!(Leaf::parse(&leaf), Err(LeafError::Payload), "{json}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn a_flipped_bit_anywhere_spoils_a_signature(at in 0_usize..500 * 8) {
        let mut leaf = SIGNED.cast.leaf.clone();
        leaf[at / 8] ^= 1 << (at % 8);
        prop_assert!(verify(&leaf).is_err());
    }

    #[test]
    fn no_bytes_make_a_parser_panic(
        kind in 0_u8..0x12,
        bytes in proptest::collection::vec(any::<u8>(), 0..600),
        json in "[{\\[\"a-z0-9:,.eE+\\-\\]}\\\\u ]{0,40}",
    ) {
        let _ignored = Leaf::parse(&bytes);
        let _ignored = Leaf::parse(&[&[1, kind][..], &bytes].concat());
        let _ignored = Leaf::parse(&[&[1, kind][..], &[0; 16], json.as_bytes()].concat());
        if let Ok(leaf) = CastLeaf::parse(&bytes) {
            let _ignored = leaf.verify(SIGNED.issuing.spki(), &SIGNED.challenge);
        }
    }

    #[test]
    fn counts_read_back_and_huge_ones_are_refused_rather_than_rounded(count: u64) {
        let petition = PetitionId::new(uuid::Uuid::from_u128(7));
        match Notice::Issued(vec![count]).encode(petition) {
            Ok(leaf) => prop_assert_eq!(Notice::parse(&leaf), Ok((petition, Notice::Issued(vec![count])))),
            Err(refused) => prop_assert!(refused == LeafError::Payload && count >= 1 << 53),
        }
        let small = Notice::Issued(vec![count >> 11]);
        prop_assert_eq!(Notice::parse(&small.encode(petition).unwrap()), Ok((petition, small)));
    }
}
