//! G7, forgery: whoever bends a leaf, a token or a request is refused; nothing panics, nothing is counted, and no
//! proof is used up by what was refused.

use rsa::{PrivateKey, Pss, pkcs8::DecodePrivateKey as _, traits::PublicKeyParts as _};
use serde_json::json;
use sha2::{Digest as _, Sha256, Sha384};
use undersigned::{
    actions::petitions::How,
    db::collector as rows,
    domain::proof::{CrowdIndex, ProofKind},
    entropy::{Entropy, SeededEntropy},
    protocol::{
        client::{self, Cast},
        extension::Extension,
        leaf::{CastLeaf, Leaf, leaf_hash},
        token::{IssuerKey, Token, TokenChallenge, TokenInput},
        withdrawal_code::WithdrawalCode,
    },
};

use super::table::{Row, report};
use crate::support::{Ballot, CrowdKey, TestApp, anonymous_body, encode};

/// Where the token's signature begins in a leaf: header, type, nonce, digest, key id.
const AUTHENTICATOR: usize = 18 + 98;
/// Where K's own signature begins.
const OWN_SIGNATURE: usize = 436;
/// The order of the group of Ed25519, little-endian.
const GROUP_ORDER: [u8; 32] = [
    0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
];

/// How many nameless casts wait, and how many leaves the log holds.
fn counted(app: &TestApp, crowd: &CrowdKey) -> (i64, usize) {
    let held =
        app.ctx.store.write(|db| Ok::<_, undersigned::db::Error>(rows::lock_spool(db, crowd.petition)?.held));
    (held.expect("the database answers"), app.leaves(crowd.petition).len())
}

/// Adds two numbers of equal length, the most significant byte first. `None` where the sum is longer.
fn sum(one: &[u8], other: &[u8]) -> Option<Vec<u8>> {
    let mut carry = 0_u16;
    let mut digits: Vec<u8> = Vec::new();
    for (one, other) in one.iter().rev().zip(other.iter().rev()) {
        let digit = u16::from(*one) + u16::from(*other) + carry;
        digits.push(u8::try_from(digit % 256).expect("a byte"));
        carry = digit / 256;
    }
    digits.reverse();
    (carry == 0).then_some(digits)
}

fn private_key(app: &TestApp, crowd: &CrowdKey) -> PrivateKey {
    let keys = app.ctx.keys.petition_keys(crowd.petition).expect("its keys");
    let key = keys.issuing(CrowdIndex::new(0)).expect("the crowd's key");
    PrivateKey::from_pkcs8_der(&key.to_der().expect("bytes")).expect("a key")
}

/// A token that the issuing key itself signs, in another way than the protocol's.
fn signed_otherwise(crowd: &CrowdKey, ballot: &Ballot, sign: impl FnOnce(&[u8]) -> Vec<u8>) -> Token {
    let key = IssuerKey::parse(&crowd.spki).expect("a key");
    let input = TokenInput {
        nonce: ballot.code.nonce(),
        challenge_digest: crowd.challenge.digest(),
        token_key_id: *key.id(),
    };
    let signature = sign(&input.encode());
    Token::parse(&[input.encode(), signature].concat()).expect("the right length")
}

/// A naive collector: a cast is whatever carries a token that the issuing key has signed, of any crowd, whoever casts it.
fn naive_accepts(crowds: &[CrowdKey], leaf: &[u8]) -> bool {
    let Some(token) = leaf.get(18..18 + Token::LEN_BYTES).and_then(|bytes| Token::parse(bytes).ok()) else {
        return false;
    };
    crowds.iter().any(|crowd| {
        let key = IssuerKey::parse(&crowd.spki).expect("a key");
        token.verify(&key, &token.input().challenge_digest).is_ok()
    })
}

struct Forger<'a> {
    app: &'a TestApp,
    work: CrowdKey,
    any: CrowdKey,
    elsewhere: CrowdKey,
    ballot: Ballot,
    token: Token,
    good: Cast,
    chance: SeededEntropy,
}

impl<'a> Forger<'a> {
    fn new(app: &'a TestApp) -> Self {
        let owner = app.organizer("Heron");
        let petition = app.petition_of(&owner, How::Open, |_| ());
        let other = app.petition_to(&owner, petition.employers[0], How::Open, |draft| {
            draft.title = String::from("Another petition");
        });
        let chance = SeededEntropy::new(11);
        let work = app.crowd(&petition, ProofKind::WorkMail);
        let (ballot, token) = app.token(&work, "robin.okafor@initech.example", &chance);
        let good = work.cast(&ballot, &token, &chance);
        Self {
            app,
            any: app.crowd(&petition, ProofKind::AnyMail),
            elsewhere: app.crowd(&other, ProofKind::WorkMail),
            work,
            ballot,
            token,
            good,
            chance,
        }
    }

    fn cast_of(&self, token: &Token, ballot: &Ballot) -> Vec<u8> {
        self.work.cast(ballot, token, &self.chance).leaf
    }

    /// All forged leaves, each with what was done to it.
    fn leaves(&self) -> Vec<(String, Vec<u8>)> {
        let good = &self.good.leaf;
        let mut all = Vec::new();
        for at in 0..good.len() {
            let mut leaf = good.clone();
            leaf[at] ^= 1 << (at % 8);
            all.push((format!("a flipped bit in byte {at}"), leaf));
        }
        for len in [0, 1, 17, 18, 372, 499] {
            all.push((format!("cut off after {len} bytes"), good[..len].to_vec()));
        }
        all.push((String::from("a byte too long"), [&good[..], &[0]].concat()));
        all.push((String::from("twice as long"), good.repeat(2)));
        // S + L: a second signature by K for the same leaf, for verifiers that are not strict.
        let mut leaf = good.clone();
        let mut order = GROUP_ORDER;
        order.reverse();
        let mut scalar = leaf[OWN_SIGNATURE + 32..].to_vec();
        scalar.reverse();
        let mut scalar = sum(&scalar, &order).expect("L is small");
        scalar.reverse();
        leaf[OWN_SIGNATURE + 32..].copy_from_slice(&scalar);
        all.push((String::from("K's signature plus the group's order"), leaf));
        all.extend(self.tokens());
        all.extend(self.misplaced());
        all
    }

    /// Leaves with tokens that are none.
    fn tokens(&self) -> Vec<(String, Vec<u8>)> {
        let key = private_key(self.app, &self.work);
        let chance: &dyn Entropy = &self.chance;
        let mut all = Vec::new();
        let mut add = |what: &str, sign: &dyn Fn(&[u8]) -> Vec<u8>| {
            let ballot = self.work.ballot(chance);
            let token = signed_otherwise(&self.work, &ballot, sign);
            all.push((String::from(what), self.cast_of(&token, &ballot)));
        };
        add("PSS with SHA-256 and 32 bytes of salt", &|input| {
            let scheme = Pss::<Sha256>::new_with_salt(32);
            key.sign_with_rng(&mut chance.rng(), scheme, &Sha256::digest(input)).expect("a signature")
        });
        for salt in [0, 20, 32, 47, 49, 64] {
            add(&format!("PSS with {salt} bytes of salt"), &|input| {
                let scheme = Pss::<Sha384>::new_with_salt(salt);
                key.sign_with_rng(&mut chance.rng(), scheme, &Sha384::digest(input)).expect("a signature")
            });
        }
        add("all zeros", &|_| vec![0; 256]);
        add("one", &|_| [vec![0; 255], vec![1]].concat());
        add("n", &|_| key.n_bytes().to_vec());
        // s + n, where it has room: signatures are drawn until one does.
        let modulus = key.n_bytes();
        for _ in 0..200 {
            let ballot = self.work.ballot(chance);
            let token = signed_otherwise(&self.work, &ballot, |input| {
                let scheme = Pss::<Sha384>::new_with_salt(48);
                key.sign_with_rng(&mut chance.rng(), scheme, &Sha384::digest(input)).expect("a signature")
            });
            if let Some(larger) = sum(&token.encode()[98..], &modulus) {
                let larger = Token::parse(&[&token.encode()[..98], &larger].concat()).expect("a token");
                all.push((String::from("s + n"), self.cast_of(&larger, &ballot)));
                break;
            }
        }
        all
    }

    /// Good tokens at the wrong place.
    fn misplaced(&self) -> Vec<(String, Vec<u8>)> {
        let Self { app, work, any, elsewhere, chance, .. } = self;
        let own = work.petition;
        let mut all = Vec::new();
        let (ballot, token) = app.token(elsewhere, "robin.okafor@initech.example", chance);
        let there = elsewhere.cast(&ballot, &token, chance).leaf;
        all.push((String::from("another petition's leaf"), there));
        let leaf = client::cast(own, &token, &ballot.code, &Extension::Anonymous, chance).leaf;
        all.push((String::from("another petition's token"), leaf));
        // The other crowd's key, the first crowd's challenge: its number would grow by free mailboxes.
        let mixed = CrowdKey { challenge: work.challenge.clone(), ..any.clone() };
        let (ballot, token) = app.token(&mixed, "mallory@mail.example", chance);
        all.push((String::from("another crowd's key"), mixed.cast(&ballot, &token, chance).leaf));
        let first = app.leaves(own).swap_remove(0);
        let Ok(Leaf::Genesis(genesis)) = Leaf::parse(&first) else { panic!("genesis") };
        let bent = [
            ("a second genesis", TokenChallenge::new(&genesis.origin, own, &[7; 32], CrowdIndex::new(0))),
            ("a crowd that is none", {
                TokenChallenge::new(&genesis.origin, own, &leaf_hash(&first), CrowdIndex::new(9))
            }),
        ];
        for (number, (what, challenge)) in bent.into_iter().enumerate() {
            let crowd = CrowdKey { challenge, ..work.clone() };
            let (ballot, token) = app.token(&crowd, &format!("bent{number}@initech.example"), chance);
            all.push((String::from(what), crowd.cast(&ballot, &token, chance).leaf));
        }
        // Somebody else's K over a stolen token.
        let thief = WithdrawalCode::generate(chance);
        let leaf = client::cast(own, &self.token, &thief, &Extension::Anonymous, chance).leaf;
        all.push((String::from("a foreign K"), leaf));
        all
    }
}

#[test]
fn a_bent_leaf_is_refused_counts_nowhere_and_uses_nothing_up() {
    let app = TestApp::start();
    let forger = Forger::new(&app);
    let bent = forger.leaves();
    let before = counted(&app, &forger.work);
    let crowds = [forger.work.clone(), forger.any.clone()];
    let mut naive = 0;
    let path = forger.work.path("casts");
    let mut passed = Vec::new();
    for (number, (what, leaf)) in bent.iter().enumerate() {
        if number % 100 == 0 {
            // So that nobody is asked to wait.
            app.clock.advance_secs(1_000);
        }
        naive += usize::from(naive_accepts(&crowds, leaf));
        let body = if leaf.len() == CastLeaf::LEN_BYTES {
            anonymous_body(leaf)
        } else {
            json!({"leaf": encode(leaf)})
        };
        let status = app.client().post_json(&path, &body.to_string()).status;
        if status != 422 {
            passed.push(format!("{what}: {status}"));
        }
    }
    assert_eq!(passed, Vec::<String>::new());
    assert_eq!(counted(&app, &forger.work), before, "nothing of it is counted");
    assert!(bent.iter().any(|(what, _)| what == "s + n"), "a signature with room was found");
    report(&Row {
        game: "G7, leaves",
        attacker: format!("{} bent leaves", bent.len()),
        score: String::from("0 taken"),
        bound: String::from("0"),
        control: format!("{naive} taken by one that checks the issuer's signature only"),
    });
    assert!(naive >= 50, "the naive collector takes {naive}");
    // What was bent is still good as it was.
    app.client().cast(&forger.work, &forger.good.leaf).expect(202);
    assert_eq!(counted(&app, &forger.work), (before.0 + 1, before.1));
}

#[test]
fn nobody_attaches_another_name_to_a_signature() {
    let app = TestApp::start();
    let forger = Forger::new(&app);
    let Forger { work, ballot, token, chance, .. } = &forger;
    let good = work.public_cast(ballot, token, "Robin Okafor", chance);
    let other = work.public_cast(ballot, token, "Mallory Vane", chance);
    let before = counted(&app, work);
    let send = |leaf: &[u8], extension: &[u8], salt: &[u8]| {
        let body = json!({"leaf": encode(leaf), "extension": encode(extension), "salt": encode(salt)});
        app.client().post_json(&work.path("casts"), &body.to_string()).status
    };
    let anonymous = Extension::Anonymous.to_jcs();
    assert_eq!(send(&good.leaf, &other.extension, &good.salt), 422, "another name");
    assert_eq!(send(&good.leaf, &good.extension, &other.salt), 422, "another salt");
    assert_eq!(send(&good.leaf, &good.extension, &[]), 400, "no salt");
    assert_eq!(send(&good.leaf, b"{", &good.salt), 422, "no extension");
    let nameless = &forger.good;
    assert_eq!(send(&nameless.leaf, &good.extension, &good.salt), 422, "a name for a nameless signature");
    assert_eq!(send(&nameless.leaf, &anonymous, &nameless.salt), 422, "an anonymous one with its opening");
    assert_eq!(counted(&app, work), before);
    app.client().cast_in_public(work, &good).expect(202);
    app.client().cast(work, &nameless.leaf).expect(409);
    assert_eq!(counted(&app, work), (before.0, before.1 + 1));
}

#[test]
fn a_request_for_what_is_never_signed_is_refused_and_does_not_use_the_proof_up() {
    let app = TestApp::start();
    let petition = app.petition();
    let work = app.crowd(&petition, ProofKind::WorkMail);
    let chance = SeededEntropy::new(12);
    let modulus = private_key(&app, &work).n_bytes().to_vec();
    let one = [vec![0; 255], vec![1]].concat();
    let less: Vec<u8> = modulus[..255].iter().copied().chain([modulus[255] - 1]).collect();
    let numbers = [
        ("0", vec![0; 256]),
        ("1", one.clone()),
        ("n - 1", less),
        ("n", modulus.clone()),
        ("n + 1", sum(&modulus, &one).expect("n is odd")),
        ("all ones", vec![0xff; 256]),
    ];
    let client = app.client();
    let address = "robin.okafor@initech.example";
    let ticket = client.ask_code(&work, address).expect(202).member("ticket");
    let code = app.code_for(address);
    let ballot = work.ballot(&chance);
    let good = ballot.request.encode();
    for (what, number) in &numbers {
        let reply = client.send_request(&work, &ticket, &code, &[&good[..3], number].concat());
        assert_eq!((reply.status, reply.member("code").as_str()), (422, "bad-request"), "{what}");
    }
    let bent: [(&str, Vec<u8>); 6] = [
        ("another key", [&good[..2], &[good[2] ^ 1], &good[3..]].concat()),
        ("another type", [&[0, 1], &good[2..]].concat()),
        ("a byte short", good[..258].to_vec()),
        ("a byte long", [&good[..], &[0]].concat()),
        ("nothing", Vec::new()),
        ("only a header", good[..3].to_vec()),
    ];
    for (what, request) in &bent {
        let reply = client.send_request(&work, &ticket, &code, request);
        assert_eq!(reply.status, 422, "{what}");
    }
    let used = app.ctx.store.read(|db| undersigned::db::issuer::participations(db, work.petition));
    assert_eq!(used.expect("the database answers"), 0, "no proof is used up");
    let answer = client.ask_token(&work, &ticket, &code, &ballot).expect(200);
    let token = ballot.finish(&answer);
    assert_eq!(token.encode().len() + 18 + 64 + 64, CastLeaf::LEN_BYTES);
    assert_eq!(AUTHENTICATOR, 116);
}
