//! Signing with a client of one's own, so that not even the server can tell whose signature it is; and being
//! counted without a name through the plain form.

use undersigned::{
    actions::{petitions, scheduled::batches},
    db,
    domain::proof::ProofKind,
    jobs,
    log::promise::Promise,
    protocol::{
        extension::Extension,
        leaf::{Leaf, leaf_hash},
    },
};

use crate::support::{DAY, Petition, Reader, TestApp, Voter, id_of, ticket};

mod plain_form;
mod waiting;

const B: usize = 10;

fn address(number: usize) -> String {
    format!("person{number}@initech.example")
}

/// `count` colleagues sign anonymously, beginning with this number.
fn colleagues_sign(app: &TestApp, petition: &Petition, from: usize, count: usize) {
    for number in from..from + count {
        Voter::new(app, petition, "work-mail", u64::try_from(number).unwrap()).sign(&address(number));
    }
}

fn next_day(app: &TestApp) {
    app.clock.advance_secs(DAY);
    batches::take_turns(&app.ctx).expect("the spools are published");
}

fn number(app: &TestApp, petition: &Petition, proof: ProofKind) -> u64 {
    let id = id_of(app, petition);
    let view = undersigned::actions::queries::pages::petition(&app.ctx, id)
        .expect("it answers")
        .expect("it is there");
    view.tally.by_proof(proof)
}

fn leaves(app: &TestApp, petition: &Petition) -> Vec<Leaf> {
    let reader = Reader::of(app, petition);
    let size = reader.checkpoint().size;
    reader.entries(size).iter().map(|leaf| Leaf::parse(leaf).expect("a leaf")).collect()
}

fn casts_in_log(app: &TestApp, petition: &Petition) -> usize {
    leaves(app, petition).iter().filter(|leaf| matches!(leaf, Leaf::Cast(_))).count()
}

fn retractions_in_log(app: &TestApp, petition: &Petition) -> usize {
    leaves(app, petition).iter().filter(|leaf| matches!(leaf, Leaf::Retract(_))).count()
}

#[test]
fn ten_colleagues_sign_anonymously_and_come_out_together() {
    let app = TestApp::start();
    let petition = app.petition();
    colleagues_sign(&app, &petition, 0, B - 1);
    next_day(&app);
    assert_eq!((number(&app, &petition, ProofKind::WorkMail), casts_in_log(&app, &petition)), (0, 0));
    app.client()
        .get(&petition.path())
        .expect(200)
        .says("The number appears with the first group of signatures");
    colleagues_sign(&app, &petition, B - 1, 1);
    assert_eq!(casts_in_log(&app, &petition), 0, "not before the schedule's turn");
    next_day(&app);
    assert_eq!((number(&app, &petition, ProofKind::WorkMail), casts_in_log(&app, &petition)), (10, 10));
    app.client().get(&petition.path()).expect(200).says("10 signatures by work address");
    app.client().get(&format!("{}/signers", petition.path())).expect(200).does_not_say("person");
}

#[test]
fn the_promise_names_the_leaf_and_the_same_cast_again_gets_the_same_promise() {
    let app = TestApp::start();
    let petition = app.petition();
    let robin = Voter::new(&app, &petition, "work-mail", 1);
    let token = robin.token(&address(1));
    let cast = robin.made(&token, &Extension::Anonymous);
    let first = robin.cast(&cast).expect(202).body;
    assert_eq!(robin.cast(&cast).expect(202).body, first);
    let promise: serde_json::Value = serde_json::from_str(&first).unwrap();
    let key = Reader::of(&app, &petition).key();
    let promise =
        Promise::verify(promise["promise"].as_str().unwrap().as_bytes(), &key).expect("it is signed");
    assert_eq!((promise.leaf, promise.batch), (leaf_hash(&cast.leaf), 10));
    colleagues_sign(&app, &petition, 10, B - 1);
    next_day(&app);
    assert_eq!(robin.cast(&cast).expect(202).body, first, "also when it is published");
    assert_eq!(number(&app, &petition, ProofKind::WorkMail), 10);
}

#[test]
fn another_signature_with_the_same_token_is_refused_before_and_after_publication() {
    let app = TestApp::start();
    let petition = app.petition();
    let robin = Voter::new(&app, &petition, "work-mail", 1);
    let token = robin.token(&address(1));
    robin.cast(&robin.made(&token, &Extension::Anonymous)).expect(202);
    let named = Extension::Public { name: String::from("Robin Okafor"), title: None };
    let other = |status| {
        assert_eq!(robin.cast(&robin.made(&token, &Extension::Anonymous)).status, status);
        assert_eq!(
            robin.cast_public(&robin.made(&token, &named)).expect(status).json()["code"],
            "other-leaf"
        );
    };
    other(409);
    colleagues_sign(&app, &petition, 10, B - 1);
    next_day(&app);
    other(409);
    assert_eq!(number(&app, &petition, ProofKind::WorkMail), 10);
}

#[test]
fn a_lost_token_answer_is_asked_for_again_with_the_same_bytes_and_no_other() {
    let app = TestApp::start();
    let petition = app.petition();
    let robin = Voter::new(&app, &petition, "work-mail", 1);
    let ticket_1 = ticket(&robin.ask(&address(1)).expect(202));
    let code = app.code_for(&address(1));
    let blinded = robin.blind();
    let first = robin.ask_token(&ticket_1, &code, &blinded).expect(200).body;
    assert_eq!(robin.ask_token(&ticket_1, &code, &blinded).expect(200).body, first);
    let other = robin.blind();
    assert_eq!(robin.ask_token(&ticket_1, &code, &other).expect(409).json()["code"], "proof-used");
    // She lost the ticket, but not her request: a new ticket serves.
    let ticket_2 = ticket(&robin.ask(&address(1)).expect(202));
    let code = app.code_for(&address(1));
    assert_eq!(robin.ask_token(&ticket_2, &code, &other).expect(409).json()["code"], "proof-used");
    assert_eq!(robin.ask_token(&ticket_2, &code, &blinded).expect(200).body, first);
}

#[test]
fn a_wrong_code_gives_no_token_and_says_how_many_tries_are_left() {
    let app = TestApp::start();
    let petition = app.petition();
    let robin = Voter::new(&app, &petition, "work-mail", 1);
    let ticket = ticket(&robin.ask(&address(1)).expect(202));
    let code = app.code_for(&address(1));
    let blinded = robin.blind();
    let words: Vec<String> = (0..5)
        .map(|_| {
            let refused = robin.ask_token(&ticket, "AAAA-AAAA", &blinded).expect(403).json();
            assert_eq!(refused["code"], "wrong-code");
            String::from(refused["detail"].as_str().unwrap())
        })
        .collect();
    assert!(words[0].contains('4') && words[3].contains("once more"), "{words:?}");
    assert_eq!(robin.ask_token(&ticket, &code, &blinded).expect(410).json()["code"], "too-many-tries");
}

#[test]
fn an_address_outside_the_domains_is_told_at_once_and_nothing_is_mailed() {
    let app = TestApp::start();
    let petition = app.petition();
    let robin = Voter::new(&app, &petition, "work-mail", 1);
    assert_eq!(robin.ask("robin@elsewhere.example").expect(422).json()["code"], "address-refused");
    assert_eq!(robin.ask("info@initech.example").expect(422).json()["code"], "address-refused");
    assert_eq!(robin.ask("robin").expect(422).json()["code"], "address");
    assert_eq!(app.mails(), 0);
}

#[test]
fn five_who_take_back_what_is_published_go_together() {
    let app = TestApp::start();
    let petition = app.petition();
    let people: Vec<Voter<'_>> = (0..12).map(|seed| Voter::new(&app, &petition, "work-mail", seed)).collect();
    for (number, person) in people.iter().enumerate() {
        person.sign(&address(number));
    }
    next_day(&app);
    for person in &people[..4] {
        person.retract().expect(202);
    }
    next_day(&app);
    assert_eq!((number(&app, &petition, ProofKind::WorkMail), retractions_in_log(&app, &petition)), (12, 0));
    people[4].retract().expect(202);
    next_day(&app);
    assert_eq!((number(&app, &petition, ProofKind::WorkMail), retractions_in_log(&app, &petition)), (7, 5));
}

#[test]
fn nobody_sees_when_the_first_came_to_an_empty_spool_and_a_lone_withdrawal_waits_for_the_next_month() {
    let app = TestApp::start();
    let petition = app.petition();
    let looked_at = || {
        let head = app.ctx.store.write(|db| db::collector::lock_spool(db, id_of(&app, &petition)));
        head.expect("the database answers").looked_at
    };
    app.clock.advance_secs(40 * DAY / 2 + 5_432);
    let robin = Voter::new(&app, &petition, "work-mail", 1);
    robin.sign(&address(1));
    let came = looked_at();
    batches::take_turns(&app.ctx).expect("nothing is due");
    assert_eq!((came % DAY, looked_at()), (0, came), "the day, and no moment of it");
    colleagues_sign(&app, &petition, 10, B - 1);
    next_day(&app);
    assert_eq!(casts_in_log(&app, &petition), 10);
    let day_of_month = || app.ctx.now().day().date().expect("a date").day();
    app.clock.advance_secs(31 * DAY);
    while day_of_month() != 10 {
        app.clock.advance_secs(DAY);
    }
    robin.retract().expect(202);
    batches::take_turns(&app.ctx).expect("nothing is due");
    for _ in 0..15 {
        next_day(&app);
    }
    assert_eq!(retractions_in_log(&app, &petition), 0, "alone it would be seen whose it is");
    while day_of_month() != 1 {
        next_day(&app);
    }
    assert_eq!(retractions_in_log(&app, &petition), 1);
}

#[test]
fn withdrawals_still_reach_the_log_of_a_petition_that_was_taken_down() {
    let app = TestApp::start();
    let petition = app.petition();
    let people: Vec<Voter<'_>> = (0..10).map(|seed| Voter::new(&app, &petition, "work-mail", seed)).collect();
    for (number, person) in people.iter().enumerate() {
        person.sign(&address(number));
    }
    next_day(&app);
    for person in &people[..2] {
        person.retract().expect(202);
    }
    app.database()
        .run(&format!("UPDATE petition SET state = 'taken-down' WHERE id = '{}'", id_of(&app, &petition)));
    batches::take_turns(&app.ctx).expect("what waits is dropped");
    for person in &people[2..5] {
        person.retract().expect(202);
    }
    next_day(&app);
    assert_eq!(retractions_in_log(&app, &petition), 5);
}

#[test]
fn a_log_that_is_refused_holds_up_no_other() {
    let app = TestApp::start();
    let heron = app.organizer("Heron");
    let initech = app.employer("Initech", "initech.example");
    let [one, other] = [1, 2].map(|_| app.petition_to(&heron, initech, petitions::How::Open, |_| ()));
    // Whichever has its turn first.
    for (number, refused, goes_on) in [(0, &one, &other), (20, &other, &one)] {
        colleagues_sign(&app, refused, number, B);
        colleagues_sign(&app, goes_on, number + B, B);
        let id = id_of(&app, refused);
        let size = app.ctx.store.read(|db| db::collector::head(db, id)).unwrap().expect("a log").size;
        let put = |size: u64| {
            app.database().run(&format!("UPDATE log_head SET size = {size} WHERE petition_id = '{id}'"));
        };
        put(0);
        let before = casts_in_log(&app, goes_on);
        app.clock.advance_secs(DAY);
        assert!(batches::take_turns(&app.ctx).is_err(), "it is told");
        assert!(casts_in_log(&app, goes_on) >= before + B, "the other comes out");
        put(size);
    }
}

#[test]
fn whose_key_has_cast_for_another_petition_meanwhile_hides_nobody() {
    let app = TestApp::start();
    let heron = app.organizer("Heron");
    let initech = app.employer("Initech", "initech.example");
    let [first, second] = [1, 2].map(|_| app.petition_to(&heron, initech, petitions::How::Open, |_| ()));
    // Nothing but a client made for it uses the same key twice.
    colleagues_sign(&app, &first, 0, B);
    colleagues_sign(&app, &second, 1, B - 1);
    colleagues_sign(&app, &second, 50, 1);
    next_day(&app);
    let mut counted = [&first, &second].map(|petition| casts_in_log(&app, petition));
    counted.sort_unstable();
    assert_eq!(counted, [0, B], "the one of the others does not come out alone");
}

#[test]
fn saved_ballots_are_cast_until_a_week_after_closing_then_the_last_group_comes_out_and_the_log_is_closed() {
    let app = TestApp::start();
    let petition = app.petition();
    let late = Voter::new(&app, &petition, "work-mail", 1);
    let token = late.token(&address(1));
    let too_late = Voter::new(&app, &petition, "work-mail", 2);
    let other = too_late.token(&address(2));
    colleagues_sign(&app, &petition, 10, B - 1);
    let closes = app
        .ctx
        .store
        .read(|db| db::petitions::by_slug(db, &petition.slug))
        .unwrap()
        .and_then(|found| found.closes)
        .unwrap();
    app.clock.advance_secs(closes.secs() - app.ctx.now().secs() + 6 * DAY);
    let node = jobs::Node::new(&app.ctx);
    jobs::round(&app.ctx, &node, &mut None).expect("the jobs run");
    app.client().get(&petition.path()).expect(200).says("Closed");
    late.cast(&late.made(&token, &Extension::Anonymous)).expect(202);
    app.clock.advance_secs(2 * DAY);
    jobs::round(&app.ctx, &node, &mut None).expect("the jobs run");
    assert_eq!(number(&app, &petition, ProofKind::WorkMail), 10);
    let refused = too_late.cast(&too_late.made(&other, &Extension::Anonymous)).expect(409);
    assert_eq!(refused.json()["code"], "closed");
    let log = leaves(&app, &petition);
    assert!(matches!(log.last(), Some(Leaf::Notice(_, undersigned::protocol::leaf::Notice::Closed))));
    let size = log.len();
    jobs::round(&app.ctx, &node, &mut None).expect("the jobs run");
    assert_eq!(leaves(&app, &petition).len(), size, "closed once");
    // Also then, who wants can take it back.
    late.retract().expect(202);
}

#[test]
fn a_rest_smaller_than_a_group_is_never_published_one_by_one() {
    let app = TestApp::start();
    let petition = app.petition();
    colleagues_sign(&app, &petition, 0, B - 1);
    app.clock.advance_secs(200 * DAY);
    batches::take_turns(&app.ctx).expect("the spools are published");
    assert_eq!((number(&app, &petition, ProofKind::WorkMail), casts_in_log(&app, &petition)), (0, 0));
    let held = app.ctx.store.read(db::collector::waiting_spools).unwrap();
    assert!(held.is_empty(), "nothing is kept of them");
}

#[test]
fn kinds_of_proof_never_fill_each_others_groups() {
    let app = TestApp::start();
    let petition = app.petition();
    colleagues_sign(&app, &petition, 0, B - 1);
    for seed in 100..100 + 12 {
        Voter::new(&app, &petition, "any-mail", seed).sign(&format!("friend{seed}@mail.example"));
    }
    next_day(&app);
    assert_eq!(number(&app, &petition, ProofKind::WorkMail), 0);
    assert_eq!(number(&app, &petition, ProofKind::AnyMail), 12);
}

#[test]
fn while_many_wait_they_come_out_within_the_hour() {
    let app = TestApp::start();
    let petition = app.petition();
    colleagues_sign(&app, &petition, 0, 1);
    next_day(&app);
    colleagues_sign(&app, &petition, 100, 5 * B);
    app.clock.advance_secs(3_600);
    batches::take_turns(&app.ctx).expect("the spools are published");
    assert_eq!(number(&app, &petition, ProofKind::WorkMail), 51);
}

#[test]
fn a_public_cast_by_a_client_stands_on_the_page_at_once() {
    let app = TestApp::start();
    let petition = app.petition();
    let robin = Voter::new(&app, &petition, "work-mail", 1);
    let token = robin.token(&address(1));
    let named = Extension::Public { name: String::from("Robin Okafor"), title: None };
    let cast = robin.made(&token, &named);
    robin.cast_public(&cast).expect(202);
    robin.cast_public(&cast).expect(202);
    app.client().get(&format!("{}/signers", petition.path())).expect(200).says("Robin Okafor");
    assert_eq!(number(&app, &petition, ProofKind::WorkMail), 1);
    // Withdrawn at once, too.
    robin.retract().expect(202);
    app.client().get(&format!("{}/signers", petition.path())).expect(200).does_not_say("Robin Okafor");
}

#[test]
fn a_name_that_reads_otherwise_than_it_is_stored_is_refused_from_a_client_too() {
    let app = TestApp::start();
    let petition = app.petition();
    let robin = Voter::new(&app, &petition, "work-mail", 1);
    let token = robin.token(&address(1));
    for name in ["", "  Robin", "Robin\u{202e}rekcah", "<b>\0</b>"] {
        let cast = robin.made(&token, &Extension::Public { name: String::from(name), title: None });
        let refused = robin.cast_public(&cast);
        assert_eq!(refused.status, 422, "{name:?}: {}", refused.body);
    }
    // The extension of another mode is no name to show.
    let sealed = Extension::Sealed { name: String::from("Robin Okafor"), title: None };
    robin.cast_public(&robin.made(&token, &sealed)).expect(422);
    robin.cast_public(&robin.made(&token, &Extension::Anonymous)).expect(422);
    assert_eq!(number(&app, &petition, ProofKind::WorkMail), 0);
}

#[test]
fn a_page_of_another_origin_may_ask_before_it_posts_and_nothing_else_is_opened_by_that() {
    let app = TestApp::start();
    let petition = app.petition();
    let id = id_of(&app, &petition);
    let asked = app.client().call("OPTIONS", &format!("/api/v1/petitions/{id}/casts")).expect(204);
    assert_eq!(asked.header("access-control-allow-origin"), Some("*"));
    assert_eq!(asked.header("access-control-allow-headers"), Some("content-type, work"));
    assert_eq!(app.client().call("OPTIONS", "/organize").status, 405);
    assert_eq!(app.client().call("OPTIONS", &petition.signatures()).status, 405);
    let malformed = app.client().post_json(&format!("/api/v1/petitions/{id}/casts"), "{\"leaf\":1}");
    assert_eq!((malformed.status, malformed.json()["code"].as_str()), (400, Some("malformed")));
    assert_eq!(malformed.header("content-type"), Some("application/problem+json"));
    assert_eq!(malformed.header("access-control-allow-origin"), Some("*"));
    let large = app.client().post_json(&format!("/api/v1/petitions/{id}/casts"), &"x".repeat(9_000));
    assert_eq!(large.status, 413);
}
