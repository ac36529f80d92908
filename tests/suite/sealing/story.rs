//! A trustee with a computer of their own, and a petition that is signed with a client that makes its own tokens.

use std::{
    fs,
    path::PathBuf,
    process::{Command, Output, Stdio},
};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use undersigned::{
    actions::petitions::How,
    db,
    domain::{ids::PetitionId, proof::CrowdIndex},
    entropy::SystemEntropy,
    protocol::{
        client,
        extension::Extension,
        leaf::{CastLeaf, Genesis, leaf_hash},
        sealing::{Opening, SealedFor, SealingKey},
        token::{Token, TokenResponse},
        withdrawal_code::WithdrawalCode,
    },
};

use crate::{
    leaks::one_round_of_jobs,
    support::{Member, Petition, TestApp, environment},
};

pub const DAY: i64 = 24 * 3_600;
pub const NAME: &str = "Zerlina Quantick";

/// A trustee with a computer of their own.
pub struct Trustee {
    pub folder: PathBuf,
    pub public_key: String,
}

pub fn program(folder: &PathBuf, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_undersigned"));
    // No settings at all: a trustee runs no server.
    command
        .args(arguments)
        .current_dir(folder)
        .env_clear()
        .env("PATH", environment("PATH").unwrap_or_default());
    command.stdin(Stdio::null()).output().expect("the program runs")
}

pub fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

impl Trustee {
    pub fn new(name: &str) -> Self {
        let folder =
            PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("trustee-{name}-{}", std::process::id()));
        drop(fs::remove_dir_all(&folder));
        fs::create_dir_all(&folder).expect("a folder");
        let made = program(&folder, &["sealing-key", "--out", "my.key"]);
        assert_eq!(made.status.code(), Some(0), "{}", said(&made));
        let text = said(&made);
        let public_key = text.lines().find(|line| SealingKey::parse(line).is_ok()).expect("a public key");
        Self { public_key: String::from(public_key), folder }
    }

    pub fn unseal(&self, sealed: &str) -> Output {
        fs::write(self.folder.join("sealed.json"), sealed).expect("a file");
        drop(fs::remove_file(self.folder.join("openings.json")));
        program(&self.folder, &["unseal", "my.key", "sealed.json", "--out", "openings.json"])
    }

    /// Opens what the petition serves; gives the openings.
    pub fn openings(&self, sealed: &str) -> String {
        let output = self.unseal(sealed);
        assert_eq!(output.status.code(), Some(0), "{}", said(&output));
        fs::read_to_string(self.folder.join("openings.json")).expect("the openings")
    }
}

impl Drop for Trustee {
    fn drop(&mut self) {
        drop(fs::remove_dir_all(&self.folder));
    }
}

/// How a signature made by a client wants to be shown.
#[derive(Clone, Copy)]
pub enum Wish<'a> {
    Sealed(&'a str),
    Public(&'a str),
    Anonymous,
}

/// A petition to sign with a client that makes its own tokens.
pub struct Story<'a> {
    pub app: &'a TestApp,
    pub owner: Member<'a>,
    pub petition: Petition,
    pub id: PetitionId,
}

pub fn text(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

impl<'a> Story<'a> {
    pub fn begin(app: &'a TestApp, trustee: Option<&Trustee>, reveal_at: u64) -> Self {
        let owner = app.organizer("Heron");
        let petition = app.petition_of(&owner, How::Open, |draft| {
            if let Some(trustee) = trustee {
                draft.trustee = String::from("Kim Ade, lawyer");
                draft.sealing_key.clone_from(&trustee.public_key);
                draft.reveal_at = reveal_at.to_string();
            }
        });
        let found = app.ctx.store.read(|db| db::petitions::by_slug(db, &petition.slug)).expect("a database");
        Self { app, owner, petition, id: found.expect("a petition").id }
    }

    pub fn call(&self, path: &str, body: &Value) -> (u16, Value) {
        let config = ureq::Agent::config_builder().http_status_as_error(false).proxy(None).build();
        let url = format!("{}/api/v1/petitions/{}/{path}", self.app.base_url(), self.id);
        let request = config.new_agent().post(url).header("content-type", "application/json");
        let mut answer = request.send(body.to_string()).expect("the server answers");
        let text = answer.body_mut().read_to_string().expect("a readable body");
        (answer.status().as_u16(), serde_json::from_str(&text).expect("JSON"))
    }

    fn genesis(&self) -> (Genesis, [u8; 32]) {
        let entries = self.app.ctx.store.read(|db| db::collector::entries(db, self.id, 0, 1));
        let leaf = entries.expect("a database").remove(0).leaf;
        (Genesis::parse(&leaf).expect("a genesis"), leaf_hash(&leaf))
    }

    /// Gets a token and casts it. Gives the answer, and the withdrawal code.
    pub fn cast(&self, address: &str, proof: &str, wish: Wish<'_>) -> ((u16, Value), String) {
        let (genesis, genesis_hash) = self.genesis();
        let crowd = u8::from(proof != "work-mail");
        let spki = &genesis.crowds[usize::from(crowd)].spki;
        let challenge = genesis.challenge(CrowdIndex::new(crowd)).unwrap().expect("a crowd");
        let code = WithdrawalCode::generate(&SystemEntropy);
        let (request, unfinished) = client::begin(spki, &challenge, &code, &SystemEntropy).expect("blinded");
        let (status, ticket) = self.call("codes", &json!({"proof": proof, "address": address}));
        assert_eq!(status, 202, "{ticket}");
        let mailed = self.app.code_for(address);
        let asked = json!({"ticket": ticket["ticket"], "code": mailed, "request": text(&request.encode())});
        let (status, given) = self.call("tokens", &asked);
        assert_eq!(status, 200, "{given}");
        let response = URL_SAFE_NO_PAD.decode(given["response"].as_str().expect("text")).expect("base64url");
        let response = TokenResponse::parse(&response).expect("a response");
        let token: Token = unfinished.finish(&response).expect("a token");
        let named = |name: &str| String::from(name);
        let extension = match wish {
            Wish::Sealed(name) => Extension::Sealed { name: named(name), title: None },
            Wish::Public(name) => Extension::Public { name: named(name), title: None },
            Wish::Anonymous => Extension::Anonymous,
        };
        let cast = client::cast(self.id, &token, &code, &extension, &SystemEntropy);
        let mut body = json!({"leaf": text(&cast.leaf)});
        match wish {
            Wish::Anonymous => {}
            Wish::Public(_) => {
                body["salt"] = json!(text(&cast.salt));
                body["extension"] = json!(text(&cast.extension));
            }
            Wish::Sealed(_) => {
                let key = genesis.sealing_key.unwrap_or_else(|| {
                    *SealingKey::parse("WyEBYEUArmXjIOLTWtgn75ii-JBvqoo4nxj3k21y7QA").unwrap().as_bytes()
                });
                let leaf = CastLeaf::parse(&cast.leaf).expect("a leaf");
                let of = SealedFor {
                    petition: self.id,
                    genesis_hash: &genesis_hash,
                    public_key: leaf.public_key(),
                };
                let opening = Opening { salt: cast.salt, extension: cast.extension };
                let key = SealingKey::from_bytes(key).expect("a key");
                let sealed = key.seal(of, &opening, &SystemEntropy).expect("sealed");
                body["sealed"] = json!(text(&sealed));
            }
        }
        (self.call("casts", &body), code.expose())
    }

    pub fn sign(&self, address: &str, wish: Wish<'_>) -> String {
        let (answer, code) = self.cast(&format!("{address}@initech.example"), "work-mail", wish);
        assert_eq!(answer.0, 202, "{}", answer.1);
        code
    }

    /// So many colleagues seal their names: "Colleague A", "Colleague B" …
    pub fn sign_sealed(&self, how_many: u8) -> Vec<String> {
        (0..how_many)
            .map(|number| {
                let name = format!("Colleague {}", char::from(b'A' + number));
                self.sign(&format!("colleague-{number}"), Wish::Sealed(&name))
            })
            .collect()
    }

    pub fn days_pass(&self, days: i64) {
        self.app.clock.advance_secs(days * DAY);
        one_round_of_jobs(self.app);
    }

    pub fn page(&self) -> crate::support::Reply {
        self.app.client().get(&self.petition.path()).expect(200)
    }

    pub fn names(&self) -> String {
        self.app.client().get(&format!("{}/signers", self.petition.path())).expect(200).words()
    }

    pub fn sealed_json(&self) -> crate::support::Reply {
        self.app.client().get(&format!("{}/sealed.json", self.petition.path()))
    }

    pub fn unsealing(&self) -> String {
        format!("/organize/{}/unsealing", self.petition.slug)
    }

    pub fn bring(&self, openings: &str, rest: &[(&str, &str)]) -> crate::support::Reply {
        let mut fields = vec![("openings", openings)];
        fields.extend_from_slice(rest);
        self.owner.browser.submit(&self.unsealing(), &self.unsealing(), &fields)
    }

    pub fn sealed_left(&self) -> usize {
        self.app.ctx.store.read(|db| db::collector::sealed_names(db, self.id)).expect("a database").len()
    }

    /// How many have agreed to be named, which no page says.
    pub fn agreed(&self) -> u64 {
        let agreed =
            self.app.ctx.store.read(|db| undersigned::actions::scheduled::sealed_names::agreed(db, self.id));
        agreed.expect("a database")
    }

    pub fn withdraw(&self, code: &str) {
        let code = WithdrawalCode::parse(code).expect("a code");
        let leaf = client::retract(self.id, &code);
        let (status, answer) = self.call("retractions", &json!({"leaf": text(&leaf)}));
        assert_eq!(status, 202, "{answer}");
    }
}
