//! Someone who signs with a client of their own: makes and blinds the token, casts it, takes it back, over the JSON
//! interface, and trusts nothing that the log does not hold.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use undersigned::{
    domain::{ids::PetitionId, proof::CrowdIndex},
    entropy::SeededEntropy,
    protocol::{
        client::{self, Cast, Unfinished},
        extension::Extension,
        leaf::Genesis,
        token::{Token, TokenChallenge, TokenRequest, TokenResponse},
        withdrawal_code::WithdrawalCode,
    },
};

use super::{Petition, Reader, Reply, TestApp};

/// Bytes as the interface writes them.
fn text(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Someone with a client, before they cast.
pub struct Voter<'a> {
    app: &'a TestApp,
    /// The petition.
    pub id: PetitionId,
    /// Her withdrawal code.
    pub code: WithdrawalCode,
    entropy: SeededEntropy,
    /// The petition's first leaf.
    pub genesis: Genesis,
    crowd: CrowdIndex,
    proof: &'static str,
}

/// A token request on its way.
pub struct Blinded {
    /// What goes to the issuer.
    pub request: TokenRequest,
    unfinished: Unfinished,
}

impl<'a> Voter<'a> {
    /// A fresh person; `seed` makes her chance her own.
    pub fn new(app: &'a TestApp, petition: &Petition, proof: &'static str, seed: u64) -> Self {
        let genesis = Genesis::parse(&Reader::of(app, petition).entries(1)[0]).expect("a genesis leaf");
        let entropy = SeededEntropy::new(seed);
        let code = WithdrawalCode::generate(&entropy);
        app.remember_canary(&code.expose());
        let crowd = genesis.crowds.iter().position(|crowd| crowd.proof.as_str() == proof);
        let crowd = CrowdIndex::new(u8::try_from(crowd.expect("the proof is taken")).expect("few crowds"));
        Self { app, id: genesis.petition, code, entropy, genesis, crowd, proof }
    }

    fn post(&self, call: &str, body: &serde_json::Value) -> Reply {
        self.app.client().post_json(&format!("/api/v1/petitions/{}/{call}", self.id), &body.to_string())
    }

    /// Asks for a code.
    pub fn ask(&self, address: &str) -> Reply {
        self.app.remember_canary(address);
        self.post("codes", &serde_json::json!({"proof": self.proof, "address": address}))
    }

    /// Makes a token and blinds it.
    pub fn blind(&self) -> Blinded {
        let hash = self.genesis.hash().expect("a genesis leaf");
        let challenge = TokenChallenge::new(&self.genesis.origin, self.id, &hash, self.crowd);
        let spki = &self.genesis.crowds[usize::from(self.crowd.get())].spki;
        let (request, unfinished) =
            client::begin(spki, &challenge, &self.code, &self.entropy).expect("a good key");
        Blinded { request, unfinished }
    }

    /// Types the code and asks for the signature.
    pub fn ask_token(&self, ticket: &str, code: &str, blinded: &Blinded) -> Reply {
        self.post("tokens", &self.token_body(ticket, code, blinded))
    }

    /// What asks for the signature.
    pub fn token_body(&self, ticket: &str, code: &str, blinded: &Blinded) -> serde_json::Value {
        self.app.remember_canary(ticket);
        serde_json::json!({"ticket": ticket, "code": code, "request": text(&blinded.request.encode())})
    }

    /// A token, from address to finished signature.
    pub fn token(&self, address: &str) -> Token {
        let ticket = ticket(&self.ask(address).expect(202));
        let blinded = self.blind();
        let answer = self.ask_token(&ticket, &self.app.code_for(address), &blinded).expect(200);
        blinded.finish(&answer)
    }

    /// A signed cast of this token.
    pub fn made(&self, token: &Token, extension: &Extension) -> Cast {
        client::cast(self.id, token, &self.code, extension, &self.entropy)
    }

    /// Casts without a name.
    pub fn cast(&self, cast: &Cast) -> Reply {
        self.post("casts", &Self::cast_body(cast))
    }

    /// What casts without a name: always as long.
    pub fn cast_body(cast: &Cast) -> serde_json::Value {
        let mut body = serde_json::json!({"leaf": text(&cast.leaf), "padding": ""});
        let missing = 2_560 - body.to_string().len();
        body["padding"] = serde_json::Value::from("x".repeat(missing));
        body
    }

    /// Casts with a name for everyone.
    pub fn cast_public(&self, cast: &Cast) -> Reply {
        self.post(
            "casts",
            &serde_json::json!({
                "leaf": text(&cast.leaf), "salt": text(&cast.salt), "extension": text(&cast.extension),
            }),
        )
    }

    /// Signs anonymously from beginning to end; gives the promise.
    pub fn sign(&self, address: &str) -> String {
        let token = self.token(address);
        let answer = self.cast(&self.made(&token, &Extension::Anonymous)).expect(202);
        String::from(answer.json()["promise"].as_str().expect("a promise"))
    }

    /// Says anew what the signature shows.
    pub fn amend(&self, extension: &Extension) -> Reply {
        let made = client::amend(self.id, &self.code, extension, &self.entropy).expect("a leaf");
        self.amend_with(&made)
    }

    /// Sends an amendment.
    pub fn amend_with(&self, made: &Cast) -> Reply {
        self.post(
            "amendments",
            &serde_json::json!({
                "leaf": text(&made.leaf), "salt": text(&made.salt), "extension": text(&made.extension),
            }),
        )
    }

    /// Takes the signature back.
    pub fn retract(&self) -> Reply {
        let leaf = client::retract(self.id, &self.code);
        self.post("retractions", &serde_json::json!({"leaf": text(&leaf)}))
    }
}

impl Blinded {
    /// The token, from the issuer's answer.
    pub fn finish(&self, answer: &Reply) -> Token {
        let response = answer.json();
        let response = URL_SAFE_NO_PAD.decode(response["response"].as_str().expect("a response"));
        let response = TokenResponse::parse(&response.expect("base64url")).expect("256 bytes");
        self.unfinished.finish(&response).expect("a signature of this token")
    }
}

/// The ticket in an answer to a request for a code.
pub fn ticket(answer: &Reply) -> String {
    String::from(answer.json()["ticket"].as_str().expect("a ticket"))
}
