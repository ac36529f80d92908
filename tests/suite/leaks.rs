//! What is left of a person after some days: nothing, in no byte, in no spelling.

use std::fs;

use undersigned::{
    actions::moderation,
    db,
    domain::{email::EmailAddress, reason::Reason},
    jobs,
    keys::participation_tag,
};

use crate::support::{TestApp, search::spellings};

const NAME: &str = "Zerlina Quantick";
const ADDRESS: &str = "zerlina.quantick@initech.example";

/// The clock's jobs, once.
pub fn one_round_of_jobs(app: &TestApp) {
    let node = jobs::Node::new(&app.ctx);
    jobs::round(&app.ctx, &node, &mut None).expect("the jobs run").expect("nobody else runs them");
    jobs::leave(&app.ctx, &node).expect("the lease goes back");
}

#[test]
fn the_search_for_leaks_finds_what_is_there() {
    let app = TestApp::start();
    for (number, (_, bytes)) in spellings(ADDRESS).into_iter().enumerate() {
        fs::write(app.folder().join(format!("leak-{number}")), bytes).expect("a file");
    }
    let found = app.places_of(ADDRESS).len();
    assert!(found >= spellings(ADDRESS).len(), "{found}");
}

#[test]
fn an_address_is_in_no_byte_once_its_mail_is_sent_and_the_hours_key_is_destroyed() {
    let app = TestApp::start();
    let petition = app.petition();
    app.sign(&petition, "work-mail", NAME, ADDRESS);
    // Two who never typed their code.
    app.client().ask(&petition, "any-mail", NAME, "zerlina.at.home@mail.example").expect(200);
    app.client().ask(&petition, "work-mail", NAME, ADDRESS).expect(200);
    app.deliver_mail();
    app.clock.advance_secs(50 * 3_600);
    one_round_of_jobs(&app);
    assert_eq!(app.places_of(ADDRESS), Vec::<String>::new());
    assert_eq!(app.places_of("zerlina.quantick"), Vec::<String>::new());
    assert_eq!(app.places_of("zerlina.at.home@mail.example"), Vec::<String>::new());
    // Her name is public, since she signed with it.
    app.client().get(&format!("{}/signers", petition.path())).expect(200).says(NAME);
}

#[test]
fn even_before_that_an_address_stands_nowhere_in_clear() {
    let app = TestApp::start();
    let petition = app.petition();
    app.client().ask(&petition, "work-mail", NAME, ADDRESS).expect(200);
    assert_eq!(app.places_of(ADDRESS), Vec::<String>::new());
    assert_eq!(app.places_of(NAME), Vec::<String>::new());
    app.deliver_mail();
}

#[test]
fn a_withdrawn_name_is_in_no_byte_after_the_night() {
    let app = TestApp::start();
    let petition = app.petition();
    let code = app.sign(&petition, "work-mail", NAME, ADDRESS);
    app.client().post("/receipt/withdrawal", &[("code", &code)]).expect(200);
    app.client().get(&format!("{}/signers", petition.path())).expect(200).does_not_say(NAME);
    app.clock.advance_secs(3 * 24 * 3_600);
    one_round_of_jobs(&app);
    assert_eq!(app.places_of(NAME), Vec::<String>::new());
}

#[test]
fn a_name_that_was_taken_down_is_in_no_byte_after_the_night() {
    let app = TestApp::start();
    let petition = app.petition();
    let code = app.sign(&petition, "work-mail", NAME, ADDRESS);
    app.client().post("/receipt/name-removal", &[("code", &code)]).expect(200);
    app.clock.advance_secs(3 * 24 * 3_600);
    one_round_of_jobs(&app);
    assert_eq!(app.places_of(NAME), Vec::<String>::new());
}

#[test]
fn nothing_of_a_signers_visit_is_logged_or_counted_by_the_minute() {
    let app = TestApp::start();
    let petition = app.petition();
    app.sign(&petition, "work-mail", NAME, ADDRESS);
    let log = TestApp::log();
    for route in ["/signatures", "/confirmations", "/confirm/", "/receipt", NAME, ADDRESS, "initech.example"]
    {
        assert!(!log.contains(route), "{route} stands in the log");
    }
}

/// A petition that gives out codes until 31 August and takes saved ballots a week longer, with one signature.
#[test]
fn a_day_and_a_half_after_the_last_day_to_sign_nobody_can_test_any_more_whose_address_was_used() {
    let app = TestApp::start();
    let petition = app.petition();
    app.sign(&petition, "work-mail", NAME, ADDRESS);
    let id = app
        .ctx
        .store
        .read(|db| db::petitions::by_slug(db, &petition.slug))
        .expect("the database answers")
        .expect("a petition");
    let (id, last) = (id.id, id.closes.expect("codes are given out until then"));
    let keys = app.ctx.keys.petition_keys(id).expect("its keys");
    let address = EmailAddress::parse(ADDRESS).expect("an address");
    let tag = participation_tag(keys.pepper(), address.normalized().expose());
    let pepper = *keys.pepper();
    let kept = || app.ctx.store.read(|db| db::issuer::participations(db, id)).expect("the database answers");
    let is_there = |wanted: &[u8]| {
        let hex = wanted.iter().fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"));
        let holds = |bytes: &[u8], part: &[u8]| bytes.windows(part.len()).any(|window| window == part);
        app.everything().iter().any(|(_, bytes)| holds(bytes, wanted) || holds(bytes, hex.as_bytes()))
    };
    assert!(is_there(&tag) && is_there(&pepper), "the search finds what is there");

    app.clock.advance_secs(last.secs() - app.ctx.now().secs() + 35 * 3_600);
    one_round_of_jobs(&app);
    assert_eq!(kept(), 1, "not before its day has passed");
    app.clock.advance_secs(2 * 3_600);
    one_round_of_jobs(&app);
    assert_eq!(kept(), 0);
    assert!(!is_there(&tag) && !is_there(&pepper), "neither a tag nor what could test it is left");
    one_round_of_jobs(&app);
    app.client().get(&format!("{}/signers", petition.path())).expect(200).says(NAME);
}

#[test]
fn when_a_petition_is_taken_down_the_keys_that_could_test_addresses_go_at_once() {
    let app = TestApp::start();
    let petition = app.petition();
    app.sign(&petition, "work-mail", NAME, ADDRESS);
    let reason = Reason::parse("A court order").expect("a reason");
    moderation::take_down(&app.ctx, &petition.slug, &reason).expect("it is taken down");
    let due = jobs::issuing_due_to_end(&app.ctx).expect("the database answers");
    assert_eq!(due.len(), 1);
    one_round_of_jobs(&app);
    assert_eq!(jobs::issuing_due_to_end(&app.ctx).expect("the database answers"), []);
    assert!(app.ctx.keys.petition_keys(due[0]).is_err(), "no token is given out any more");
}
