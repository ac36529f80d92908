//! A client that makes its own token, as a browser or the command line does: over the JSON interface, with the
//! crate's own client code.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use undersigned::{
    db,
    domain::{
        ids::PetitionId,
        proof::{CrowdIndex, ProofKind},
    },
    entropy::Entropy,
    keys::SpoolKeys,
    protocol::{
        client::{self, Cast, Unfinished},
        extension::Extension,
        leaf::{CastLeaf, Leaf, leaf_hash},
        sealing::{Opening, SealedFor, SealingKey},
        token::{Token, TokenChallenge, TokenRequest, TokenResponse},
        withdrawal_code::WithdrawalCode,
    },
};

use super::{Client, Petition, Reply, TestApp};

/// All bodies of casts are this long.
const CAST_BODY_BYTES: usize = 2_560;

/// What a client knows of a crowd: from the genesis leaf.
#[derive(Clone)]
pub struct CrowdKey {
    /// The petition.
    pub petition: PetitionId,
    /// What its members prove.
    pub proof: ProofKind,
    /// The issuing key.
    pub spki: Vec<u8>,
    /// What its tokens are bound to.
    pub challenge: TokenChallenge,
    /// G.
    pub genesis_hash: [u8; 32],
}

/// A token on its way, with the withdrawal code that it is made for.
pub struct Ballot {
    /// The receipt.
    pub code: WithdrawalCode,
    /// What the issuer gets to see.
    pub request: TokenRequest,
    unfinished: Unfinished,
}

/// Base64url without padding.
pub fn encode(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Bytes from base64url.
pub fn decode(text: &str) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(text).expect("base64url")
}

impl TestApp {
    /// The petition's id.
    pub fn id_of(&self, petition: &Petition) -> PetitionId {
        let found = self.ctx.store.read(|db| db::petitions::by_slug(db, &petition.slug));
        found.expect("the database answers").expect("a petition").id
    }

    /// The leaves of a petition's log.
    pub fn leaves(&self, petition: PetitionId) -> Vec<Vec<u8>> {
        let entries = self.ctx.store.read(|db| db::collector::entries(db, petition, 0, 1_000_000));
        let entries: Vec<db::collector::Entry> = entries.expect("the database answers");
        entries.into_iter().map(|entry| entry.leaf).collect()
    }

    /// What waits in a petition's spool, opened by whoever has its keys, in the order in which it lies there.
    pub fn waiting_leaves(&self, petition: PetitionId) -> Vec<Vec<u8>> {
        let stored = self.ctx.store.write(|db| {
            let head = db::collector::lock_spool(db, petition)?;
            let intake = db::collector::spool_intake(db, petition)?;
            Ok::<_, db::Error>((head, intake, db::collector::spooled(db, petition)?))
        });
        let (head, intake, stored) = stored.expect("the database answers");
        let keys = self.ctx.keys.spool_keys(petition).expect("the folder").expect("the keys");
        let place = |place: i64| u64::try_from(place).expect("a place");
        let Some(intake) = intake.filter(|_| head.held > 0) else { return Vec::new() };
        let mut leaves = intake_leaves(&keys, petition, place(head.intake), &intake).expect("it opens");
        let key = keys.store(place(head.store)).expect("the key");
        leaves.extend(stored.iter().map(|(lookup, sealed)| {
            entry_leaf(&key.open("spool", lookup, sealed).expect("it opens")).expect("an entry")
        }));
        leaves
    }

    /// What the genesis leaf says of a crowd.
    pub fn crowd(&self, petition: &Petition, proof: ProofKind) -> CrowdKey {
        let id = self.id_of(petition);
        let first = self.leaves(id).swap_remove(0);
        let Ok(Leaf::Genesis(genesis)) = Leaf::parse(&first) else { panic!("a log begins with genesis") };
        let place =
            genesis.crowds.iter().position(|crowd| crowd.proof.kind() == Some(proof)).expect("such a crowd");
        let index = CrowdIndex::new(u8::try_from(place).expect("few crowds"));
        let genesis_hash = leaf_hash(&first);
        let challenge = TokenChallenge::new(&genesis.origin, id, &genesis_hash, index);
        CrowdKey { petition: id, proof, spki: genesis.crowds[place].spki.clone(), challenge, genesis_hash }
    }

    /// A token for whoever reads the mailbox at `address`.
    pub fn token(&self, crowd: &CrowdKey, address: &str, entropy: &dyn Entropy) -> (Ballot, Token) {
        let ballot = crowd.ballot(entropy);
        let client = self.client();
        let ticket = client.ask_code(crowd, address).expect(202).member("ticket");
        let code = self.code_for(address);
        let answer = client.ask_token(crowd, &ticket, &code, &ballot).expect(200);
        let token = ballot.finish(&answer);
        (ballot, token)
    }
}

/// The leaves in a sealed intake, for whoever has the key of its place. `None` without it.
pub fn intake_leaves(
    keys: &SpoolKeys,
    petition: PetitionId,
    place: u64,
    sealed: &[u8],
) -> Option<Vec<Vec<u8>>> {
    let plain = keys.intake(place)?.open("spool_intake", petition.as_bytes(), sealed)?;
    let (count, entries) = plain.split_first_chunk::<2>()?;
    let count = usize::from(u16::from_be_bytes(*count));
    // 96 entries have room in it.
    entries.chunks_exact(entries.len() / 96).take(count).map(entry_leaf).collect()
}

/// The leaf in an entry: after kind and crowd, with its length before it.
fn entry_leaf(entry: &[u8]) -> Option<Vec<u8>> {
    let (length, rest) = entry.get(2..)?.split_first_chunk::<2>()?;
    rest.get(..usize::from(u16::from_be_bytes(*length))).map(<[u8]>::to_vec)
}

impl CrowdKey {
    /// `/api/v1/petitions/{id}/{what}`
    pub fn path(&self, what: &str) -> String {
        format!("/api/v1/petitions/{}/{what}", self.petition)
    }

    /// A fresh token, blinded.
    pub fn ballot(&self, entropy: &dyn Entropy) -> Ballot {
        let code = WithdrawalCode::generate(entropy);
        let (request, unfinished) =
            client::begin(&self.spki, &self.challenge, &code, entropy).expect("a good key");
        Ballot { code, request, unfinished }
    }

    /// A cast of a token that shows nothing.
    pub fn cast(&self, ballot: &Ballot, token: &Token, entropy: &dyn Entropy) -> Cast {
        client::cast(self.petition, token, &ballot.code, &Extension::Anonymous, entropy)
    }

    /// A cast of a token with a name.
    pub fn public_cast(&self, ballot: &Ballot, token: &Token, name: &str, entropy: &dyn Entropy) -> Cast {
        let extension = Extension::Public { name: String::from(name), title: None };
        client::cast(self.petition, token, &ballot.code, &extension, entropy)
    }
}

impl CrowdKey {
    /// A cast of a token with a name that only the trustee can read.
    pub fn sealed_cast(&self, ballot: &Ballot, token: &Token, name: &str, entropy: &dyn Entropy) -> Cast {
        let extension = Extension::Sealed { name: String::from(name), title: None };
        client::cast(self.petition, token, &ballot.code, &extension, entropy)
    }
}

impl Ballot {
    /// The finished token from the answer of `POST tokens`.
    pub fn finish(&self, answer: &Reply) -> Token {
        let response = TokenResponse::parse(&decode(&answer.member("response"))).expect("a response");
        self.unfinished.finish(&response).expect("a token that verifies")
    }
}

/// The body of an anonymous cast, padded.
pub fn anonymous_body(leaf: &[u8]) -> Value {
    padded(json!({"leaf": encode(leaf)}))
}

/// The body of a public cast, padded.
fn public_body(cast: &Cast) -> Value {
    padded(json!({
        "leaf": encode(&cast.leaf), "extension": encode(&cast.extension), "salt": encode(cast.salt)
    }))
}

fn padded(mut body: Value) -> Value {
    body["padding"] = json!("");
    let missing = CAST_BODY_BYTES - body.to_string().len();
    body["padding"] = json!("0".repeat(missing));
    assert_eq!(body.to_string().len(), CAST_BODY_BYTES);
    body
}

impl Client<'_> {
    /// `POST codes`.
    pub fn ask_code(&self, crowd: &CrowdKey, address: &str) -> Reply {
        self.canary(address);
        self.post_json(
            &crowd.path("codes"),
            &json!({"proof": crowd.proof.as_str(), "address": address}).to_string(),
        )
    }

    /// `POST tokens`.
    pub fn ask_token(&self, crowd: &CrowdKey, ticket: &str, code: &str, ballot: &Ballot) -> Reply {
        self.send_request(crowd, ticket, code, &ballot.request.encode())
    }

    /// `POST tokens` with these bytes for a request.
    pub fn send_request(&self, crowd: &CrowdKey, ticket: &str, code: &str, request: &[u8]) -> Reply {
        for secret in [ticket, code, &encode(request)] {
            self.canary(secret);
        }
        let body = json!({"ticket": ticket, "code": code, "request": encode(request)});
        self.post_json(&crowd.path("tokens"), &body.to_string())
    }

    /// `POST casts`, anonymously.
    pub fn cast(&self, crowd: &CrowdKey, leaf: &[u8]) -> Reply {
        self.canary(&encode(leaf));
        self.post_json(&crowd.path("casts"), &anonymous_body(leaf).to_string())
    }

    /// `POST casts`, with a name.
    pub fn cast_in_public(&self, crowd: &CrowdKey, cast: &Cast) -> Reply {
        self.post_json(&crowd.path("casts"), &public_body(cast).to_string())
    }

    /// `POST casts`, with the name sealed to a trustee.
    pub fn cast_sealed(
        &self,
        crowd: &CrowdKey,
        cast: &Cast,
        trustee: &SealingKey,
        entropy: &dyn Entropy,
    ) -> Reply {
        self.canary(&encode(&cast.leaf));
        let leaf = CastLeaf::parse(&cast.leaf).expect("a cast leaf");
        let of = SealedFor {
            petition: crowd.petition,
            genesis_hash: &crowd.genesis_hash,
            public_key: leaf.public_key(),
        };
        let opening = Opening { salt: cast.salt, extension: cast.extension.clone() };
        let sealed = trustee.seal(of, &opening, entropy).expect("a short name");
        let body = padded(json!({"leaf": encode(&cast.leaf), "sealed": encode(sealed)}));
        self.post_json(&crowd.path("casts"), &body.to_string())
    }

    /// `POST retractions`.
    pub fn retract(&self, crowd: &CrowdKey, code: &WithdrawalCode) -> Reply {
        let leaf = client::retract(crowd.petition, code);
        self.post_json(&crowd.path("retractions"), &json!({"leaf": encode(leaf)}).to_string())
    }
}

impl Reply {
    /// A member of a JSON answer.
    #[track_caller]
    pub fn member(&self, name: &str) -> String {
        let body: Value = serde_json::from_str(&self.body).expect("JSON");
        String::from(body[name].as_str().unwrap_or_else(|| panic!("no {name} in {}", self.body)))
    }
}
