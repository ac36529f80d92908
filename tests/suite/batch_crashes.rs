//! SIGKILL at each named point of token, cast and batch: what was acknowledged is counted once, with its group, and a
//! second node takes over.

use undersigned::{
    actions::{petitions::How, queries::pages},
    clock::{Clock as _, SystemClock},
    db,
    domain::proof::ProofKind,
    faults::CrashPoint,
    log::{audit::CrowdCount, promise::Promise},
    protocol::{extension::Extension, leaf::leaf_hash},
};

use crate::support::{Node, Petition, ROBIN, Reader, TestApp, Voter, id_of, ticket};

fn arranged() -> (TestApp, Petition) {
    let app = TestApp::builder().leaves_mail().start();
    let now = SystemClock.now();
    app.clock.advance_secs(now.secs() - app.ctx.now().secs());
    let owner = app.organizer("Heron");
    let petition = app.petition_of(&owner, How::Open, |draft| {
        draft.closes = now.plus_days(60).day().to_string();
    });
    drop(owner);
    (app, petition)
}

fn number(app: &TestApp, petition: &Petition) -> u64 {
    let view = pages::petition(&app.ctx, id_of(app, petition)).expect("it answers").expect("it is there");
    view.tally.by_proof(ProofKind::WorkMail)
}

fn waiting(app: &TestApp, petition: &Petition) -> u64 {
    let id = id_of(app, petition);
    app.ctx.store.read(|db| db::collector::held(db, id)).expect("the database answers")
}

fn colleagues_sign(app: &TestApp, petition: &Petition, count: u64) {
    for seed in 100..100 + count {
        Voter::new(app, petition, "work-mail", seed).sign(&format!("colleague{seed}@initech.example"));
    }
}

/// Until a node's next turn has published.
fn until_published(app: &TestApp, petition: &Petition, expected: u64) {
    while number(app, petition) < expected {
        std::thread::yield_now();
    }
    assert_eq!(number(app, petition), expected);
    assert_eq!(waiting(app, petition), 0);
    let reader = Reader::of(app, petition);
    assert_eq!(reader.is_well().crowds.iter().map(CrowdCount::counted).sum::<u64>(), expected);
}

#[test]
fn killed_before_a_batch_is_kept_nothing_of_it_is_and_another_node_publishes_it_whole() {
    let (app, petition) = arranged();
    let mut node = Node::start(&app, Some(CrashPoint::BatchBeforeCommit));
    colleagues_sign(&app, &petition, 10);
    node.died();
    assert_eq!((number(&app, &petition), waiting(&app, &petition)), (0, 10));
    let _second = Node::start(&app, None);
    until_published(&app, &petition, 10);
}

#[test]
fn killed_after_a_batch_is_kept_it_is_not_published_again() {
    let (app, petition) = arranged();
    let mut node = Node::start(&app, Some(CrashPoint::BatchAfterCommit));
    colleagues_sign(&app, &petition, 10);
    node.died();
    assert_eq!((number(&app, &petition), waiting(&app, &petition)), (10, 0));
    let _second = Node::start(&app, None);
    until_published(&app, &petition, 10);
    assert_eq!(number(&app, &petition), 10);
}

#[test]
fn killed_before_or_after_a_token_is_given_the_same_request_gets_it_after_the_restart() {
    for point in [CrashPoint::TokenBeforeCommit, CrashPoint::TokenAfterCommit] {
        let (app, petition) = arranged();
        let robin = Voter::new(&app, &petition, "work-mail", 1);
        let ticket = ticket(&robin.ask(ROBIN).expect(202));
        let code = app.code_for(ROBIN);
        let blinded = robin.blind();
        let mut node = Node::start(&app, Some(point));
        let place = format!("/api/v1/petitions/{}/tokens", robin.id);
        assert!(node.post_json(&place, &robin.token_body(&ticket, &code, &blinded)).is_none());
        node.died();
        let second = Node::start(&app, None);
        let answer = second.post_json(&place, &robin.token_body(&ticket, &code, &blinded));
        let token = blinded.finish(&answer.expect("an answer").expect(200));
        robin.cast(&robin.made(&token, &Extension::Anonymous)).expect(202);
        assert_eq!(waiting(&app, &petition), 1, "{point}");
    }
}

#[test]
fn killed_before_or_after_a_cast_is_kept_the_same_cast_gets_its_promise_and_is_counted_once() {
    for point in [CrashPoint::CastBeforeCommit, CrashPoint::CastAfterCommit] {
        let (app, petition) = arranged();
        let robin = Voter::new(&app, &petition, "work-mail", 1);
        let token = robin.token(ROBIN);
        let cast = robin.made(&token, &Extension::Anonymous);
        let mut node = Node::start(&app, Some(point));
        let place = format!("/api/v1/petitions/{}/casts", robin.id);
        assert!(node.post_json(&place, &Voter::cast_body(&cast)).is_none());
        node.died();
        let second = Node::start(&app, None);
        let answer =
            second.post_json(&place, &Voter::cast_body(&cast)).expect("an answer").expect(202).json();
        let signed = answer["promise"].as_str().unwrap().as_bytes();
        let promise = Promise::verify(signed, &Reader::of(&app, &petition).key()).expect("it is signed");
        assert_eq!(promise.leaf, leaf_hash(&cast.leaf));
        assert_eq!(waiting(&app, &petition), 1, "{point}");
        colleagues_sign(&app, &petition, 9);
        until_published(&app, &petition, 10);
    }
}
