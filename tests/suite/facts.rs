//! What a request needs of a petition is read once, and a proof is used up once, whoever comes at the same time and wherever the
//! server dies.

use std::thread;

use serde_json::json;
use undersigned::{
    actions::{
        facts::PetitionFacts,
        petitions,
        queries::pages,
        signing::{
            confirming::{self, Confirmed},
            plain_form::{self, Asked, MailCode, ShownName, SignInput, Ticket},
        },
    },
    db::issuer,
    domain::{email::EmailAddress, lang::Lang, petition::NotTaking, proof::ProofKind},
    entropy::SeededEntropy,
    faults::CrashPoint,
};

use crate::{
    crashes::arranged,
    support::ROBIN,
    support::{Node, Petition, Reply, TestApp, encode, statements, withdrawal_code},
};

fn number(app: &TestApp, petition: &Petition) -> u64 {
    let found = pages::at_public_place(&app.ctx, &petition.slug).expect("the database answers");
    found.expect("it is public").view.tally.by_proof(ProofKind::WorkMail)
}

fn participations(app: &TestApp, petition: &Petition) -> u64 {
    let id = app.id_of(petition);
    app.ctx.store.read(|db| issuer::participations(db, id)).expect("the database answers")
}

/// How many of the statements name a table.
fn naming(statements: &[String], table: &str) -> usize {
    let names = |statement: &&String| {
        statement.split(|letter: char| !(letter.is_alphanumeric() || letter == '_')).any(|word| word == table)
    };
    statements.iter().filter(names).count()
}

/// The tables that only a petition's page reads.
const PAGE_TABLES: [&str; 5] =
    ["petition_demand", "petition_contract", "contract", "employer", "client_release"];

#[test]
fn a_public_signature_reads_the_genesis_leaf_once_and_its_petition_in_one_place() {
    statements::record();
    let app = TestApp::builder().connections(1).leaves_mail().start();
    let petition = app.petition();
    drop(statements::take());
    let inbox = app.client().ask(&petition, "work-mail", "Robin Okafor", ROBIN).expect(200);
    let asked = statements::take();
    let (ticket, code) = (inbox.hidden("ticket").expect("a ticket"), app.code_for(ROBIN));
    drop(statements::take());
    app.client().confirm(&petition, &ticket, &code).expect(200);
    let confirmed = statements::take();

    for (what, list) in [("asking", &asked), ("confirming", &confirmed)] {
        for table in PAGE_TABLES {
            assert_eq!(naming(list, table), 0, "{what} reads {table}: {list:#?}");
        }
        for table in ["petition_crowd", "petition_domain", "sealing"] {
            assert_eq!(naming(list, table), 1, "{what} reads {table} once: {list:#?}");
        }
    }
    let reads_of = |list: &[String], table| {
        let reads: Vec<String> = list.iter().filter(|text| text.starts_with("SELECT")).cloned().collect();
        naming(&reads, table)
    };
    // The genesis leaf once. What is appended besides is read for the log's high-water mark.
    assert_eq!((reads_of(&asked, "log_entry"), reads_of(&confirmed, "log_entry")), (1, 2));
    // Once for the facts, once held in the transaction that acts on them; the log's name for the checkpoint besides.
    assert_eq!((reads_of(&asked, "petition"), reads_of(&confirmed, "petition")), (2, 3));
    assert_eq!(number(&app, &petition), 1);
}

#[test]
fn a_token_and_an_anonymous_cast_read_the_genesis_leaf_once_each() {
    statements::record();
    let app = TestApp::builder().connections(1).leaves_mail().start();
    let petition = app.petition();
    let (crowd, chance) = (app.crowd(&petition, ProofKind::WorkMail), SeededEntropy::new(7));
    let ticket = app.client().ask_code(&crowd, ROBIN).expect(202).member("ticket");
    let (code, ballot) = (app.code_for(ROBIN), crowd.ballot(&chance));
    drop(statements::take());
    let answer = app.client().ask_token(&crowd, &ticket, &code, &ballot).expect(200);
    let given = statements::take();
    let token = ballot.finish(&answer);
    let leaf = crowd.cast(&ballot, &token, &chance).leaf;
    drop(statements::take());
    app.client().cast(&crowd, &leaf).expect(202);
    let cast = statements::take();
    for (what, list) in [("a token", given), ("a cast", cast)] {
        assert_eq!(naming(&list, "log_entry"), 1, "{what}: {list:#?}");
        assert_eq!(naming(&list, "petition"), 2, "{what}: {list:#?}");
    }
}

#[test]
fn the_same_confirmation_sent_twice_at_once_signs_once_and_shows_both_the_same_code() {
    let app = TestApp::builder().connections(6).leaves_mail().start();
    let petition = app.petition();
    let inbox = app.client().ask(&petition, "work-mail", "Robin Okafor", ROBIN).expect(200);
    let (ticket, code) = (inbox.hidden("ticket").expect("a ticket"), app.code_for(ROBIN));
    let codes: Vec<String> = thread::scope(|scope| {
        let presses: Vec<_> = (0..4)
            .map(|_| {
                scope.spawn(|| {
                    let done = app.client().confirm(&petition, &ticket, &code).expect(200);
                    withdrawal_code(&done)
                })
            })
            .collect();
        presses.into_iter().map(|press| press.join().expect("an answer")).collect()
    });
    assert!(codes.iter().all(|one| *one == codes[0]), "one signature, one code: {codes:?}");
    assert_eq!(number(&app, &petition), 1);
    assert_eq!(participations(&app, &petition), 1);
}

#[test]
fn the_same_token_asked_for_twice_at_once_is_given_in_the_same_bytes_and_another_one_is_not() {
    let app = TestApp::builder().connections(6).leaves_mail().start();
    let petition = app.petition();
    let (crowd, chance) = (app.crowd(&petition, ProofKind::WorkMail), SeededEntropy::new(8));
    let ticket = app.client().ask_code(&crowd, ROBIN).expect(202).member("ticket");
    let (code, ballot, other) = (app.code_for(ROBIN), crowd.ballot(&chance), crowd.ballot(&chance));
    let replies: Vec<(bool, Reply)> = thread::scope(|scope| {
        let asked: Vec<_> = (0..4)
            .map(|number| {
                let (ballot, app) = (if number == 3 { &other } else { &ballot }, &app);
                let (crowd, ticket, code) = (&crowd, &ticket, &code);
                scope.spawn(move || (number == 3, app.client().ask_token(crowd, ticket, code, ballot)))
            })
            .collect();
        asked.into_iter().map(|one| one.join().expect("an answer")).collect()
    });
    let given = |is_other: bool| {
        let of = replies.iter().filter(move |(other, _)| *other == is_other);
        of.filter(|(_, reply)| reply.status == 200).map(|(_, reply)| reply.body.clone())
    };
    let (ours, others) = (given(false).collect::<Vec<_>>(), given(true).count());
    assert!(
        (ours.len() == 3 && others == 0) || (ours.is_empty() && others == 1),
        "either request got the proof, whole: {} and {others}",
        ours.len()
    );
    assert!(ours.iter().all(|one| *one == ours[0]), "the same bytes");
    assert_eq!(participations(&app, &petition), 1);
}

fn ask(node: &Node, petition: &Petition) -> String {
    let fields = [
        ("visibility", "public"),
        ("proof", "work-mail"),
        ("name", "Robin Okafor"),
        ("title", ""),
        ("address", ROBIN),
    ];
    let inbox = node.post(&petition.signatures(), &fields, None).expect("an answer").expect(200);
    inbox.hidden("ticket").expect("a ticket")
}

fn code(node: &Node) -> String {
    let mails = node.mails(1);
    let is_code = |line: &&str| line.trim().len() == 9 && line.trim().as_bytes().get(4) == Some(&b'-');
    String::from(mails[0].lines().find(is_code).expect("a code").trim())
}

fn confirm(node: &Node, petition: &Petition, ticket: &str, code: &str) -> Option<Reply> {
    node.post(&petition.confirmations(), &[("ticket", ticket), ("code", code)], None)
}

#[test]
fn killed_between_the_blind_signature_and_its_use_no_proof_is_used_up_and_the_code_signs() {
    let (app, petition) = arranged();
    let mut node = Node::start(&app, Some(CrashPoint::SignedBeforeUsedUp));
    let ticket = ask(&node, &petition);
    let code = code(&node);
    assert!(confirm(&node, &petition, &ticket, &code).is_none());
    node.died();
    assert_eq!((number(&app, &petition), participations(&app, &petition)), (0, 0));
    let second = Node::start(&app, None);
    let done = confirm(&second, &petition, &ticket, &code).expect("an answer").expect(200);
    let again = confirm(&second, &petition, &ticket, &code).expect("an answer").expect(200);
    assert_eq!(withdrawal_code(&done), withdrawal_code(&again));
    assert_eq!((number(&app, &petition), participations(&app, &petition)), (1, 1));
}

#[test]
fn killed_between_a_tokens_signature_and_its_use_the_same_request_gets_it_afterwards() {
    let (app, petition) = arranged();
    let (crowd, chance) = (app.crowd(&petition, ProofKind::WorkMail), SeededEntropy::new(9));
    let ballot = crowd.ballot(&chance);
    let mut node = Node::start(&app, Some(CrashPoint::SignedBeforeUsedUp));
    let asked = node.post_json(&crowd.path("codes"), &json!({"proof": "work-mail", "address": ROBIN}));
    let ticket = asked.expect("an answer").expect(202).member("ticket");
    let body = json!({"ticket": ticket, "code": code(&node), "request": encode(ballot.request.encode())});
    assert!(node.post_json(&crowd.path("tokens"), &body).is_none());
    node.died();
    assert_eq!(participations(&app, &petition), 0);
    // Before the answer is sent, and again after it: the same bytes.
    let mut second = Node::start(&app, Some(CrashPoint::TokenAfterCommit));
    assert!(second.post_json(&crowd.path("tokens"), &body).is_none());
    second.died();
    assert_eq!(participations(&app, &petition), 1);
    let third = Node::start(&app, None);
    let answer = third.post_json(&crowd.path("tokens"), &body).expect("an answer").expect(200);
    let again = third.post_json(&crowd.path("tokens"), &body).expect("an answer").expect(200);
    assert_eq!(answer.body, again.body);
    ballot.finish(&answer);
    assert_eq!(participations(&app, &petition), 1);
}

#[test]
fn a_wrong_code_is_counted_even_when_the_server_dies_before_it_says_so() {
    let (app, petition) = arranged();
    let mut node = Node::start(&app, Some(CrashPoint::TriedAfterCommit));
    let ticket = ask(&node, &petition);
    let code = code(&node);
    assert!(confirm(&node, &petition, &ticket, "AAAA-AAAA").is_none());
    node.died();
    let second = Node::start(&app, None);
    for tries in ["You can try 3 more times", "You can try 2 more times", "You can try once more"] {
        confirm(&second, &petition, &ticket, "AAAA-AAAA").expect("an answer").expect(422).says(tries);
    }
    confirm(&second, &petition, &ticket, &code).expect("an answer").expect(200);
    assert_eq!(number(&app, &petition), 1);
}

#[test]
fn facts_that_were_read_before_a_petition_was_taken_down_sign_nothing() {
    let app = TestApp::builder().leaves_mail().start();
    let petition = app.petition();
    let inbox = app.client().ask(&petition, "work-mail", "Robin Okafor", ROBIN).expect(200);
    let ticket = Ticket::parse(&inbox.hidden("ticket").expect("a ticket")).expect("a ticket");
    let code = MailCode::parse(&app.code_for(ROBIN)).expect("a code");
    let facts = PetitionFacts::at_place(&app.ctx, &petition.slug).unwrap().expect("it is public");
    let admin = app.admin();
    let path = format!("/admin/petitions/{}/takedown", petition.slug);
    admin.browser.submit(&path, &path, &[("reason", "A court ordered it.")]).expect(303);
    let outcome = confirming::confirm(&app.ctx, &facts, &ticket, Some(&code)).expect("the database answers");
    assert!(matches!(outcome, Confirmed::NotTaking(NotTaking::TakenDown)), "what is held decides");
    assert_eq!(participations(&app, &petition), 0);
    let fresh = PetitionFacts::at_place(&app.ctx, &petition.slug).unwrap().expect("it says so");
    assert_ne!(facts.progress(), fresh.progress(), "another version");
}

#[test]
fn facts_that_were_read_before_a_closing_was_moved_go_by_the_day_that_is_held() {
    let app = TestApp::builder().leaves_mail().start();
    let heron = app.organizer("Heron");
    let petition = app.petition_of(&heron, petitions::How::Open, |_| {});
    let before = PetitionFacts::at_place(&app.ctx, &petition.slug).unwrap().expect("it is public");
    petitions::close(&app.ctx, &petition.slug, heron.id).expect("the database answers");
    app.clock.advance_secs(10 * 86_400);
    let input = SignInput {
        proof: Some(ProofKind::WorkMail),
        shown: ShownName::Nothing,
        address: EmailAddress::parse(ROBIN).expect("an address"),
        lang: Lang::English,
    };
    let asked = plain_form::ask(&app.ctx, &before, &input).expect("the database answers");
    assert!(matches!(asked, Asked::NotTaking(NotTaking::Closed)), "it closed days ago");
    assert_eq!(app.mails(), 0);
}
