//! Signing without a browser, through the library: against the real server, and against servers that lie.

use std::{collections::BTreeSet, sync::Mutex};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use undersigned::{
    actions::{queries::pages, scheduled::batches},
    client::{
        address::PetitionAddress,
        cast::{self, Visibility},
        connection::{Connection, Route},
        failure::{Failure, Refusal, Untrusted},
        log::{self, Checked},
        receipt,
        server::{Because, Server, Waiter},
        sign::{self, Shown, Signing},
        withdraw,
    },
    db,
    domain::{
        eligibility,
        email::EmailAddress,
        proof::{CrowdIndex, ProofKind},
        text::DisplayName,
    },
    entropy::{Entropy, SystemEntropy},
    log::{checkpoint::Checkpoint, note::LogKey, promise::Promise, tiles::bundle, tree::hash_leaf},
    protocol::{
        ballot::Ballot,
        leaf::{CastLeaf, Genesis, leaf_hash},
        mail_code::MailCode,
        ticket::Ticket,
        withdrawal_code::WithdrawalCode,
    },
};

use crate::support::{Instead, Interceptor, Petition, ROBIN, TestApp};

/// Waits for nothing, and remembers for how long.
#[derive(Default)]
struct Patient(Mutex<Vec<(Because, u64)>>);

impl Waiter for Patient {
    fn wait(&self, because: Because, secs: u64) {
        self.0.lock().expect("no test panicked").push((because, secs));
    }
}

/// A signer's own machine.
struct Machine {
    address: PetitionAddress,
    waiter: Patient,
}

impl Machine {
    fn at(base_url: &str, petition: &Petition) -> Self {
        let address = PetitionAddress::parse(&format!("{base_url}{}", petition.path())).unwrap();
        Self { address, waiter: Patient::default() }
    }

    fn server(&self) -> Server<'_> {
        let connection = Connection::open(&Route::Direct, &SystemEntropy).unwrap();
        Server { connection, address: &self.address, waiter: &self.waiter }
    }

    fn checked(&self) -> Checked {
        log::check(&self.server()).unwrap()
    }

    fn waits(&self) -> Vec<(Because, u64)> {
        self.waiter.0.lock().unwrap().clone()
    }
}

fn mail_address(text: &str) -> EmailAddress {
    EmailAddress::parse(text).unwrap()
}

/// Asks for a code and reads the mail.
fn proven(app: &TestApp, machine: &Machine, checked: &Checked, address: &str) -> (Ticket, MailCode) {
    app.remember_canary(address);
    let asked =
        sign::ask_code(&machine.server(), checked, ProofKind::WorkMail, &mail_address(address)).unwrap();
    (asked, MailCode::parse(&app.code_for(address)).unwrap())
}

fn begun(checked: &Checked) -> Signing {
    let crowd = sign::crowd_for(&checked.genesis, ProofKind::WorkMail, Some(&mail_address(ROBIN))).unwrap();
    Signing::begin(checked, crowd, &SystemEntropy).unwrap()
}

fn ballot(app: &TestApp, machine: &Machine, address: &str) -> Ballot {
    let checked = machine.checked();
    let (ticket, code) = proven(app, machine, &checked, address);
    let signing = begun(&checked);
    let ballot = signing.redeem(&machine.server(), &checked, &Shown::MailedCode(&ticket, &code)).unwrap();
    app.remember_canary(&ballot.code.expose());
    ballot
}

fn cast_now(machine: &Machine, ballot: &Ballot, visibility: &Visibility) -> Result<Promise, Failure> {
    let server = machine.server();
    let checked = log::check(&server)?;
    let ready = cast::prepare(&checked, ballot, visibility, &SystemEntropy)?;
    cast::send(&server, &checked, &ready)
}

fn looked(server: &Server<'_>, checked: &Checked, code: &WithdrawalCode) -> Result<receipt::Found, Failure> {
    receipt::look(server, checked, code.public_key(), &mut |_, _| {})
}

fn staff(app: &TestApp, petition: &Petition) -> u64 {
    let found = pages::at_public_place(&app.ctx, &petition.slug).unwrap().expect("it is public");
    found.view.tally.by_proof(ProofKind::WorkMail)
}

fn a_day_passes(app: &TestApp) {
    app.clock.advance_secs(86_400);
    batches::take_turns(&app.ctx).unwrap();
}

fn nine_colleagues_sign(app: &TestApp, petition: &Petition) {
    for number in 0..9 {
        app.sign_nameless(petition, "work-mail", &format!("colleague{number}@initech.example"));
    }
}

#[test]
fn a_signer_without_a_browser_is_counted_with_her_group_and_finds_her_entry() {
    let app = TestApp::start();
    let petition = app.petition();
    let machine = Machine::at(&app.base_url(), &petition);
    let robin = ballot(&app, &machine, ROBIN);
    let promise = cast_now(&machine, &robin, &Visibility::Anonymous).unwrap();
    assert_eq!(promise.batch, 10);
    nine_colleagues_sign(&app, &petition);

    let before = machine.checked();
    let not_yet = looked(&machine.server(), &before, &robin.code).unwrap();
    assert_eq!((not_yet.entry(), not_yet.retracted()), (None, None));
    assert_eq!(staff(&app, &petition), 0);

    a_day_passes(&app);
    assert_eq!(staff(&app, &petition), 10);
    let now = log::check_again(&machine.server(), &before).expect("the log only grew");
    let found = looked(&machine.server(), &now, &robin.code).unwrap();
    let entry = found.entry().expect("it is in the log");
    let leaf = entries(&app, &petition).swap_remove(usize::try_from(entry).unwrap());
    assert_eq!(CastLeaf::parse(&leaf).unwrap().public_key(), &robin.code.public_key());
    let stranger = WithdrawalCode::generate(&SystemEntropy);
    assert_eq!(looked(&machine.server(), &now, &stranger).unwrap().entry(), None);
}

#[test]
fn a_signer_who_takes_her_signature_back_sees_that_in_the_log() {
    let app = TestApp::start();
    let petition = app.petition();
    let machine = Machine::at(&app.base_url(), &petition);
    let robin = ballot(&app, &machine, ROBIN);
    let shown = Visibility::Public(DisplayName::parse("Robin Okafor").unwrap(), None);
    cast_now(&machine, &robin, &shown).unwrap();
    let names = || app.client().get(&format!("{}/signers", petition.path())).expect(200);
    names().says("Robin Okafor");
    assert_eq!(staff(&app, &petition), 1);

    let checked = machine.checked();
    withdraw::withdraw(&machine.server(), &checked, &robin.code).unwrap();
    withdraw::withdraw(&machine.server(), &checked, &robin.code).expect("twice does no harm");
    names().does_not_say("Robin Okafor");
    assert_eq!(staff(&app, &petition), 0);
    let found = looked(&machine.server(), &machine.checked(), &robin.code).unwrap();
    assert!(found.entry().unwrap() < found.retracted().unwrap());

    let stranger = WithdrawalCode::generate(&SystemEntropy);
    let unknown = withdraw::withdraw(&machine.server(), &checked, &stranger);
    assert!(matches!(unknown, Err(Failure::Refused(Refusal::UnknownCast))), "{unknown:?}");
}

#[test]
fn a_token_whose_answer_was_lost_is_asked_for_with_the_same_bytes() {
    let app = TestApp::start();
    let petition = app.petition();
    let mut lost = BTreeSet::new();
    let middle = Interceptor::before(&app.host(), move |heard, _| {
        let is_first = heard.method == "POST" && lost.insert(heard.path.clone());
        if is_first && !heard.path.ends_with("codes") { Instead::Drop } else { Instead::Pass }
    });
    let machine = Machine::at(&middle.base_url(), &petition);
    let robin = ballot(&app, &machine, ROBIN);
    cast_now(&machine, &robin, &Visibility::Anonymous).expect("cast, too, with a second try");
    assert_eq!(machine.waits(), [(Because::Lost, 1), (Because::Lost, 1)]);
    for call in ["tokens", "casts"] {
        let heard = middle.heard(call);
        assert_eq!(heard.len(), 2, "{call}");
        assert_eq!(heard[0].body, heard[1].body, "{call}");
    }
}

#[test]
fn nothing_that_is_sent_tells_the_program_or_what_is_cast() {
    let app = TestApp::start();
    let petition = app.petition();
    let middle = Interceptor::before(&app.host(), |_, _| Instead::Pass);
    let machine = Machine::at(&middle.base_url(), &petition);
    let robin = ballot(&app, &machine, ROBIN);
    cast_now(&machine, &robin, &Visibility::Anonymous).unwrap();
    let sasha = ballot(&app, &machine, "sasha.lind@initech.example");
    cast_now(&machine, &sasha, &Visibility::Public(DisplayName::parse("Sasha Lind").unwrap(), None)).unwrap();
    for heard in middle.heard("") {
        let head = heard.head.to_lowercase();
        assert!(head.contains("user-agent: mozilla/5.0\r\n") || head.ends_with("user-agent: mozilla/5.0"));
        for word in ["undersigned", "ureq", "cookie", "referer", "origin:", "authorization"] {
            assert!(!head.replace(&heard.path, "").contains(word), "{word} in {head}");
        }
    }
    let bodies: Vec<usize> = middle.heard("casts").iter().map(|heard| heard.body.len()).collect();
    assert_eq!(bodies, [2_560, 2_560]);
    assert!(!middle.heard("casts")[0].body.contains("extension"));
}

#[test]
fn whoever_is_asked_to_come_later_waits_so_long_and_not_forever() {
    let app = TestApp::start();
    let petition = app.petition();
    let mut left = vec!["Retry-After: 7", "Retry-After: 3600"];
    let middle = Interceptor::before(&app.host(), move |heard, _| match left.pop() {
        Some(header) if heard.path.ends_with("vkey") => Instead::Say(429, header, Vec::new()),
        _ => Instead::Pass,
    });
    let machine = Machine::at(&middle.base_url(), &petition);
    let refused = log::check(&machine.server());
    assert!(matches!(refused, Err(Failure::Busy { retry_after_secs: Some(3_600) })), "{refused:?}");
    assert!(machine.waits().is_empty(), "an hour is not waited out");
    log::check(&machine.server()).unwrap();
    assert_eq!(machine.waits(), [(Because::Busy, 7)]);

    let down = Interceptor::before(&app.host(), |_, _| Instead::Say(503, "Retry-After: 1", Vec::new()));
    let machine = Machine::at(&down.base_url(), &petition);
    assert!(log::check(&machine.server()).is_err_and(|failure| failure.is_passing()));
    assert_eq!(machine.waits().len(), 4, "five tries, and no more");
}

#[test]
fn nobody_is_led_to_another_host() {
    let app = TestApp::start();
    let petition = app.petition();
    let other = Interceptor::before(&app.host(), |_, _| Instead::Pass);
    let middle = Interceptor::before(&app.host(), |_, _| {
        Instead::Say(307, "Location: http://127.0.0.1:9/p/x/log/vkey", Vec::new())
    });
    let machine = Machine::at(&middle.base_url(), &petition);
    let refused = log::check(&machine.server());
    assert!(matches!(refused, Err(Failure::Refused(Refusal::Elsewhere))), "{refused:?}");
    assert!(other.heard("").is_empty());
}

#[test]
fn an_address_that_cannot_sign_is_told_so_before_anything_is_sent() {
    let app = TestApp::start();
    let petition = app.petition();
    let genesis = Machine::at(&app.base_url(), &petition).checked().genesis;
    let crowd = |proof, address: &str| sign::crowd_for(&genesis, proof, Some(&mail_address(address)));
    assert_eq!(crowd(ProofKind::WorkMail, ROBIN), Ok(CrowdIndex::new(0)));
    assert_eq!(crowd(ProofKind::AnyMail, "kim@mail.example.net"), Ok(CrowdIndex::new(1)));
    let refused = |proof, address| crowd(proof, address).unwrap_err();
    assert_eq!(refused(ProofKind::WorkMail, "kim@mail.example.net"), eligibility::Refusal::OutsideDomains);
    assert_eq!(refused(ProofKind::AnyMail, ROBIN), eligibility::Refusal::WorkAddress);
    assert_eq!(refused(ProofKind::WorkMail, "info@initech.example"), eligibility::Refusal::RoleMailbox);
    let invited = sign::crowd_for(&genesis, ProofKind::Invite, None);
    assert_eq!(invited, Err(eligibility::Refusal::ProofNotTaken));
    assert_eq!(sign::proofs_taken(&genesis), [ProofKind::WorkMail, ProofKind::AnyMail]);
}

#[test]
fn a_proof_that_was_used_and_a_ballot_that_was_cast_are_said_so() {
    let app = TestApp::start();
    let petition = app.petition();
    let machine = Machine::at(&app.base_url(), &petition);
    let robin = ballot(&app, &machine, ROBIN);
    cast_now(&machine, &robin, &Visibility::Anonymous).unwrap();
    // Another salt makes another leaf.
    let twice = cast_now(&machine, &robin, &Visibility::Anonymous);
    assert!(matches!(twice, Err(Failure::Refused(Refusal::OtherLeaf))), "{twice:?}");

    app.clock.advance_secs(86_400);
    let checked = machine.checked();
    let (ticket, code) = proven(&app, &machine, &checked, ROBIN);
    let again = begun(&checked).redeem(&machine.server(), &checked, &Shown::MailedCode(&ticket, &code));
    assert!(matches!(again, Err(Failure::Refused(Refusal::ProofUsed))), "{again:?}");
}

// --- Servers that lie ---------------------------------------------------------------------------------------------

/// The entries of a petition's log.
fn entries(app: &TestApp, petition: &Petition) -> Vec<Vec<u8>> {
    let entries: Result<Vec<db::collector::Entry>, db::Error> = app.ctx.store.read(|db| {
        let id = db::petitions::by_slug(db, &petition.slug)?.expect("a petition").id;
        db::collector::entries(db, id, 0, 1_000)
    });
    entries.unwrap().into_iter().map(|entry| entry.leaf).collect()
}

/// The log's own key, as a dishonest operator has it.
fn operators_key(app: &TestApp, genesis: &Genesis) -> LogKey {
    LogKey::new(genesis.origin.clone(), &app.ctx.keys.log_seed(genesis.petition).unwrap())
}

/// Serves a log of one leaf, signed with `key`, to whoever comes.
fn log_of(app: &TestApp, leaf: &[u8], key: &LogKey) -> Interceptor {
    let (vkey, hash) = (format!("{}\n", key.verifier()), hash_leaf(leaf));
    let checkpoint = Checkpoint::sign(key, 1, hash);
    let bundle = bundle([leaf]).unwrap();
    Interceptor::before(&app.host(), move |heard, _| {
        let (_, path) = heard.path.split_once("/log/").unwrap_or_default();
        Instead::Say(
            200,
            "X-Lie: yes",
            match path {
                "vkey" => vkey.clone().into_bytes(),
                "checkpoint" => checkpoint.clone().into_bytes(),
                "tile/entries/000.p/1" => bundle.clone(),
                _ => hash.to_vec(),
            },
        )
    })
}

/// Passes everything on, but what is asked for below `ending` is `lie` of the true answer.
fn lying(
    app: &TestApp,
    ending: &'static str,
    lie: impl Fn(&[u8]) -> Vec<u8> + Send + 'static,
) -> Interceptor {
    Interceptor::before(&app.host(), move |heard, answer| {
        let is_meant = heard.path.contains(ending);
        if is_meant { Instead::Say(200, "X-Lie: yes", lie(answer)) } else { Instead::Pass }
    })
}

#[track_caller]
fn assert_untrusted<T: std::fmt::Debug>(done: &Result<T, Failure>, expected: Untrusted) {
    assert!(matches!(done, Err(Failure::Untrusted(found)) if *found == expected), "{done:?}");
}

#[test]
fn a_second_genesis_another_key_and_an_old_checkpoint_are_refused() {
    let app = TestApp::start();
    let petition = app.petition();
    let honest = Machine::at(&app.base_url(), &petition);
    let early = honest.checked();
    let genesis_leaf = early.genesis.encode().unwrap();
    let robin = ballot(&app, &honest, ROBIN);
    cast_now(&honest, &robin, &Visibility::Public(DisplayName::parse("Robin").unwrap(), None)).unwrap();
    let seen = honest.checked();
    assert!(seen.checkpoint.size > early.checkpoint.size);
    let key = operators_key(&app, &seen.genesis);

    // The operator signs a second beginning, for one person alone.
    let mut genesis = seen.genesis.clone();
    genesis.title.push('!');
    let other = log_of(&app, &genesis.encode().unwrap(), &key);
    let machine = Machine::at(&other.base_url(), &petition);
    log::check(&machine.server()).expect("by itself it is a good log");
    assert_untrusted(&log::check_again(&machine.server(), &seen), Untrusted::OtherGenesis);
    let refused = cast_now(&machine, &robin, &Visibility::Anonymous);
    assert!(matches!(refused, Err(Failure::Ballot(_))), "{refused:?}");
    assert!(other.heard("casts").is_empty(), "the token was not shown to it");

    // The same beginning, under another key.
    let stranger = LogKey::new(seen.genesis.origin.clone(), &[7; 32]);
    let other = log_of(&app, &genesis_leaf, &stranger);
    let machine = Machine::at(&other.base_url(), &petition);
    assert_untrusted(&log::check_again(&machine.server(), &seen), Untrusted::OtherKey);

    // The right key and beginning, but an old log.
    let old = log_of(&app, &genesis_leaf, &key);
    let machine = Machine::at(&old.base_url(), &petition);
    assert_untrusted(&log::check_again(&machine.server(), &seen), Untrusted::Shorter);
}

#[test]
fn a_log_that_was_rewritten_is_refused() {
    let app = TestApp::start();
    let petition = app.petition();
    let machine = Machine::at(&app.base_url(), &petition);
    let robin = ballot(&app, &machine, ROBIN);
    cast_now(&machine, &robin, &Visibility::Public(DisplayName::parse("Robin").unwrap(), None)).unwrap();
    let mut seen = machine.checked();
    seen.checkpoint.root[0] ^= 1;
    assert_untrusted(&log::check_again(&machine.server(), &seen), Untrusted::Changed);
    seen.checkpoint.size -= 1;
    assert_untrusted(&log::check_again(&machine.server(), &seen), Untrusted::Changed);
}

#[test]
fn a_forged_checkpoint_key_tile_or_beginning_is_refused() {
    let app = TestApp::start();
    let petition = app.petition();
    let robin = {
        let machine = Machine::at(&app.base_url(), &petition);
        let robin = ballot(&app, &machine, ROBIN);
        cast_now(&machine, &robin, &Visibility::Public(DisplayName::parse("Robin").unwrap(), None)).unwrap();
        robin
    };
    let flipped = |answer: &[u8]| {
        let mut bytes = answer.to_vec();
        let at = bytes.len() / 2;
        bytes[at] ^= 1;
        bytes
    };
    let check = |middle: &Interceptor| log::check(&Machine::at(&middle.base_url(), &petition).server());
    assert_untrusted(&check(&lying(&app, "log/vkey", flipped)), Untrusted::Key);
    assert_untrusted(&check(&lying(&app, "log/checkpoint", flipped)), Untrusted::Checkpoint);
    assert_untrusted(&check(&lying(&app, "log/tile/0/", flipped)), Untrusted::Root);
    assert_untrusted(&check(&lying(&app, "log/tile/entries/", |_| vec![0, 9, 1])), Untrusted::Root);
    let without_first = |answer: &[u8]| {
        let length = usize::from(u16::from_be_bytes([answer[0], answer[1]]));
        [&answer[2 + length..], &answer[..2 + length]].concat()
    };
    assert_untrusted(&check(&lying(&app, "log/tile/entries/", without_first)), Untrusted::Genesis);

    // The first entry is right, and one further on is not: seen by whoever looks for her own.
    let last_flipped = |answer: &[u8]| {
        let mut bytes = answer.to_vec();
        let at = bytes.len() - 1;
        bytes[at] ^= 1;
        bytes
    };
    let middle = lying(&app, "log/tile/entries/", last_flipped);
    let machine = Machine::at(&middle.base_url(), &petition);
    let looked = looked(&machine.server(), &machine.checked(), &robin.code);
    assert_untrusted(&looked, Untrusted::Root);
}

#[test]
fn nothing_is_called_done_without_a_promise_for_just_this_signature() {
    let app = TestApp::start();
    let petition = app.petition();
    let genesis = Machine::at(&app.base_url(), &petition).checked().genesis;
    let key = operators_key(&app, &genesis);
    let stranger = LogKey::new(genesis.origin.clone(), &[7; 32]);
    let of_another = Promise::sign(&key, [3; 32], 10, genesis.cast_until);
    let robin = ballot(&app, &Machine::at(&app.base_url(), &petition), ROBIN);
    for lie in [of_another, String::new(), String::from("thanks")] {
        let body = serde_json::json!({ "promise": lie }).to_string().into_bytes();
        let middle = lying(&app, "/casts", move |_| body.clone());
        let machine = Machine::at(&middle.base_url(), &petition);
        assert_untrusted(&cast_now(&machine, &robin, &Visibility::Anonymous), Untrusted::Promise);
    }
    // For this leaf, but by another key, or of a smaller group: the lie is made from what was sent.
    for (key, batch, expected) in [(stranger, 10, Untrusted::Promise), (key, 2, Untrusted::SmallerGroup)] {
        let until = genesis.cast_until;
        let middle = Interceptor::before(&app.host(), move |heard, _| {
            if !heard.path.ends_with("/casts") {
                return Instead::Pass;
            }
            let sent: serde_json::Value = serde_json::from_str(&heard.body).unwrap();
            let leaf = sent["leaf"].as_str().unwrap().replace('-', "+").replace('_', "/");
            let leaf = STANDARD.decode(format!("{leaf}=")).unwrap();
            let promise = Promise::sign(&key, leaf_hash(&leaf), batch, until);
            let body = serde_json::json!({ "promise": promise }).to_string();
            Instead::Say(202, "X-Lie: yes", body.into_bytes())
        });
        let machine = Machine::at(&middle.base_url(), &petition);
        assert_untrusted(&cast_now(&machine, &robin, &Visibility::Anonymous), expected);
    }
}

#[test]
fn a_token_that_somebody_else_could_recognize_is_refused() {
    let app = TestApp::start();
    let petition = app.petition();
    let mut noise = [0; 256];
    SystemEntropy.fill(&mut noise);
    let middle = lying(&app, "/tokens", move |_| {
        let text = STANDARD.encode(noise).replace('+', "-").replace('/', "_").replace('=', "");
        serde_json::json!({ "response": text }).to_string().into_bytes()
    });
    let machine = Machine::at(&middle.base_url(), &petition);
    let checked = machine.checked();
    let (ticket, code) = proven(&app, &machine, &checked, ROBIN);
    let signed = begun(&checked).redeem(&machine.server(), &checked, &Shown::MailedCode(&ticket, &code));
    assert_untrusted(&signed, Untrusted::Token);
}

#[test]
fn where_others_have_used_up_what_a_network_shares_the_program_works_and_signs() {
    let app = TestApp::start();
    let petition = app.petition();
    let machine = Machine::at(&app.base_url(), &petition);
    let checked = machine.checked();
    let codes = format!("/api/v1/petitions/{}/codes", checked.genesis.petition);
    let hostile = r#"{"proof":"any-mail","address":"hostile@elsewhere.example"}"#;
    while app.client().post_json(&codes, hostile).status != 429 {}
    proven(&app, &machine, &checked, ROBIN);
    assert_eq!(machine.waits(), [], "it does not wait, it works");
    assert_eq!(app.mails_to(ROBIN), 1);
}
