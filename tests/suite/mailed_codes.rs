//! What a mailed code and a mailed link do, for people who read them later, on another device, or whom somebody else gave as
//! the address.

use undersigned::{
    actions::{moderation, petitions},
    domain::{ids::PetitionId, proof::ProofKind, reason::Reason},
    web::{routes::ROUTES, row::Verb},
};

use crate::support::{Petition, ROBIN, Reply, TestApp, Voter, path_of, ticket, withdrawal_code};

const AT_HOME: &str = "robin.at.home@mail.example";
const HOUR: i64 = 3_600;

/// The form with a code in it, as the page for it sends it.
fn with_code(app: &TestApp, petition: &Petition, ticket: &str, name: &str, code: &str) -> Reply {
    let fields = [
        ("ticket", ticket),
        ("visibility", "public"),
        ("proof", "work-mail"),
        ("name", name),
        ("title", ""),
        ("address", ROBIN),
        ("code", code),
    ];
    app.client().post(&petition.signatures(), &fields)
}

fn work_signatures(app: &TestApp, petition: &Petition) -> u64 {
    let found =
        undersigned::actions::queries::pages::at_public_place(&app.ctx, &petition.slug).unwrap().unwrap();
    found.view.tally.by_proof(ProofKind::WorkMail)
}

#[test]
fn the_page_behind_a_mailed_link_shows_the_name_that_it_would_sign_with() {
    let app = TestApp::start();
    let petition = app.petition();
    let fields = [
        ("visibility", "public"),
        ("proof", "any-mail"),
        ("name", "Somebody Else"),
        ("title", "Head of sales"),
        ("address", AT_HOME),
    ];
    app.client().post(&petition.signatures(), &fields).expect(200);
    let link = app.link_for(AT_HOME);
    let page = app.client().get(&link).expect(200);
    page.says("Nothing has happened yet").says("Somebody Else").says("Head of sales");
    page.says("Everyone will read this name").says("someone else typed your address");
    page.says("Stop selling the tracking service");
    app.client().get(&format!("{}/signers", petition.path())).expect(200).does_not_say("Somebody Else");
}

#[test]
fn a_mailed_link_opened_again_says_what_became_of_it() {
    let app = TestApp::start();
    let petition = app.petition();
    app.client().ask(&petition, "any-mail", "Robin Okafor", AT_HOME).expect(200);
    let link = app.link_for(AT_HOME);
    let code = withdrawal_code(&app.client().post(&link, &[]).expect(200));
    let again = app.client().get(&link).expect(200);
    again.says("Your signature counts").says("This link has been used already");
    again.does_not_say("Nothing has happened yet").does_not_say(&code);
    assert_eq!(withdrawal_code(&app.client().post(&link, &[]).expect(200)), code, "the code is shown again");
    app.client().post("/receipt/withdrawal", &[("code", &code)]).expect(200);
    let withdrawn = app.client().get(&link).expect(200);
    withdrawn.says("Your signature is withdrawn").does_not_say("Your signature counts");
    app.client().post(&link, &[]).expect(200).says("Your signature is withdrawn");
}

#[test]
fn a_mailed_link_of_a_petition_that_closed_says_so_before_anything_is_pressed() {
    let app = TestApp::start();
    let owner = app.organizer("Heron");
    let quick = |draft: &mut undersigned::domain::draft::Draft| draft.closes = String::from("2026-06-04");
    let petition = app.petition_of(&owner, petitions::How::Open, quick);
    app.clock.advance_secs(35 * HOUR);
    app.client().ask(&petition, "any-mail", "Robin Okafor", AT_HOME).expect(200);
    let link = app.link_for(AT_HOME);
    let reason = Reason::parse("It names a private person").unwrap();
    moderation::take_down(&app.ctx, &petition.slug, &reason).unwrap();
    app.client().get(&link).expect(410).says("was taken down").does_not_say("Nothing has happened yet");
}

#[test]
fn a_confirmation_that_is_sent_again_says_what_is_true_now() {
    let app = TestApp::start();
    let petition = app.petition();
    let inbox = app.client().ask(&petition, "work-mail", "Robin Okafor", ROBIN).expect(200);
    let (ticket, code) = (inbox.hidden("ticket").unwrap(), app.code_for(ROBIN));
    let confirm = || app.client().confirm(&petition, &ticket, &code).expect(200);
    let done = confirm();
    done.says("Your name is on the public list");
    let mine = withdrawal_code(&done);
    app.client().post("/receipt/name-removal", &[("code", &mine)]).expect(200);
    let without_name = confirm();
    without_name.says("Your name is not shown").does_not_say("on the public list");
    assert_eq!(withdrawal_code(&without_name), mine, "the code is the same each time");
    app.client().post("/receipt/withdrawal", &[("code", &mine)]).expect(200);
    let withdrawn = confirm();
    withdrawn.says("Your signature is withdrawn").does_not_say("Your signature counts");
}

#[test]
fn a_confirmation_that_is_sent_again_after_a_take_down_says_so() {
    let app = TestApp::start();
    let petition = app.petition();
    let inbox = app.client().ask(&petition, "work-mail", "Robin Okafor", ROBIN).expect(200);
    let (ticket, code) = (inbox.hidden("ticket").unwrap(), app.code_for(ROBIN));
    app.client().confirm(&petition, &ticket, &code).expect(200);
    let reason = Reason::parse("It names a private person").unwrap();
    moderation::take_down(&app.ctx, &petition.slug, &reason).unwrap();
    let again = app.client().confirm(&petition, &ticket, &code).expect(200);
    again.says("was taken down").does_not_say("public list").does_not_say("Your signature counts");
}

#[test]
fn a_right_code_that_is_too_old_is_called_too_old_and_costs_no_try() {
    let app = TestApp::start();
    let petition = app.petition();
    app.client().ask(&petition, "work-mail", "Robin Okafor", ROBIN).expect(200);
    let old = app.code_for(ROBIN);
    app.clock.advance_secs(25 * HOUR);
    let inbox = app.client().ask(&petition, "work-mail", "Robin Okafor", ROBIN).expect(200);
    let ticket = inbox.hidden("ticket").unwrap();
    for _ in 0..6 {
        let answer = app.client().confirm(&petition, &ticket, &old).expect(410);
        answer.says("more than 24 hours ago").does_not_say("not a code");
        assert_eq!(answer.input_value("code").as_deref(), Some(&*old), "what was typed is kept");
    }
    let fresh = app.code_for(ROBIN);
    app.client().confirm(&petition, &ticket, &fresh).expect(200);
}

#[test]
fn a_client_with_its_own_token_is_told_too_that_a_code_is_too_old() {
    let app = TestApp::start();
    let petition = app.petition();
    let voter = Voter::new(&app, &petition, "work-mail", 7);
    voter.ask(ROBIN);
    let old = app.code_for(ROBIN);
    app.clock.advance_secs(25 * HOUR);
    let asked = voter.ask(ROBIN);
    let refused = voter.ask_token(&ticket(&asked), &old, &voter.blind()).expect(410);
    assert_eq!(refused.json()["code"], "code-too-old");
    app.deliver_mail();
}

#[test]
fn check_your_inbox_loaded_again_leads_to_a_page_that_takes_address_and_code() {
    let app = TestApp::start();
    let petition = app.petition();
    app.client().ask(&petition, "work-mail", "Robin Okafor", ROBIN).expect(200);
    let code = app.code_for(ROBIN);
    assert_eq!(app.client().get(&petition.confirmations()).expect(303).location(), petition.signatures());
    let browser = app.client();
    let page = browser.get(&petition.signatures()).expect(200);
    page.says("Sign with a code that you have").says("Code from the mail");
    assert!(browser.cookies().is_empty(), "nobody who signs gets a cookie");
    let ticket = page.hidden("ticket").expect("a ticket of its own");
    let mails = app.mails();
    let done = with_code(&app, &petition, &ticket, "Robin Okafor", &code).expect(200);
    done.says("Your signature counts");
    let mine = withdrawal_code(&done);
    let again = with_code(&app, &petition, &ticket, "Robin Okafor", &code).expect(200);
    assert_eq!(withdrawal_code(&again), mine, "a reload shows the same code");
    assert_eq!(work_signatures(&app, &petition), 1);
    assert_eq!(app.mails(), mails, "no mail is sent for it");
    app.client().get(&format!("{}/signers", petition.path())).expect(200).says("Robin Okafor");
}

#[test]
fn a_wrong_code_typed_with_the_form_keeps_the_form_and_what_is_mended_counts() {
    let app = TestApp::start();
    let petition = app.petition();
    app.client().ask(&petition, "work-mail", "Robin Okafor", ROBIN).expect(200);
    let code = app.code_for(ROBIN);
    let ticket = app.client().get(&petition.signatures()).expect(200).hidden("ticket").unwrap();
    let wrong = with_code(&app, &petition, &ticket, "Robin Okafr", "0000-0000").expect(422);
    wrong.says("was mailed for this petition");
    for (field, value) in [("name", "Robin Okafr"), ("address", ROBIN), ("code", "0000-0000")] {
        assert_eq!(wrong.input_value(field).as_deref(), Some(value));
    }
    assert_eq!(wrong.hidden("ticket").as_deref(), Some(&*ticket));
    let misread = with_code(&app, &petition, &ticket, "Robin Okafor", "what code?").expect(422);
    misread.says("This is not a code");
    let nameless = with_code(&app, &petition, &ticket, "", &code).expect(422);
    assert_eq!(nameless.input_value("code").as_deref(), Some(&*code));
    with_code(&app, &petition, &ticket, "Robin Okafor", &code).expect(200);
    let names = app.client().get(&format!("{}/signers", petition.path())).expect(200);
    names.says("Robin Okafor").does_not_say("Robin Okafr");
    let taken = app.client().get(&petition.signatures()).expect(200).hidden("ticket").unwrap();
    with_code(&app, &petition, &taken, "Not Robin", &code).expect(409);
    assert_eq!(work_signatures(&app, &petition), 1);
}

#[test]
fn codes_are_guessed_no_faster_by_typing_them_with_the_form() {
    let app = TestApp::start();
    let petition = app.petition();
    app.client().ask(&petition, "work-mail", "Robin Okafor", ROBIN).expect(200);
    let code = app.code_for(ROBIN);
    let ticket = app.client().get(&petition.signatures()).expect(200).hidden("ticket").unwrap();
    for _ in 0..5 {
        with_code(&app, &petition, &ticket, "Robin Okafor", "0000-0000").expect(422);
    }
    with_code(&app, &petition, &ticket, "Robin Okafor", &code).expect(410).says("Too many wrong codes");
}

#[test]
fn a_client_with_its_own_token_asks_for_a_ticket_without_another_mail() {
    let app = TestApp::start();
    let petition = app.petition();
    let voter = Voter::new(&app, &petition, "work-mail", 7);
    voter.ask(ROBIN);
    let code = app.code_for(ROBIN);
    let path = format!("/api/v1/petitions/{}/codes", voter.id);
    let asked = format!(r#"{{"proof":"work-mail","address":"{ROBIN}","send":false}}"#);
    let ticket = ticket(&app.client().post_json(&path, &asked).expect(202));
    assert_eq!(app.mails(), 1);
    let blinded = voter.blind();
    blinded.finish(&voter.ask_token(&ticket, &code, &blinded).expect(200));
    let unknown = format!("/api/v1/petitions/{}/codes", PetitionId::new(uuid::Uuid::from_u128(7)));
    app.client().post_json(&unknown, &asked).expect(404);
}

#[test]
fn i_already_have_a_code_stands_on_the_page_and_on_the_form() {
    let app = TestApp::start();
    let petition = app.petition();
    let link = format!("href=\"{}\"", petition.signatures());
    let page = app.client().get(&petition.path()).expect(200);
    assert_eq!(page.body.matches(&link).count(), 2, "with script and without");
    page.says("I already have a code");
    let form = app.client().ask(&petition, "work-mail", "", ROBIN).expect(422);
    assert!(form.body.contains(&link));
}

#[test]
fn where_no_code_can_be_typed_any_more_the_page_for_it_leads_to_the_petition() {
    let app = TestApp::start();
    let petition = app.petition();
    app.clock.advance_secs(100 * 24 * HOUR);
    assert_eq!(app.client().get(&petition.signatures()).expect(303).location(), petition.path());
    app.client().get("/p/no-such-petition/signatures").expect(404);
}

#[test]
fn the_address_of_every_form_opened_by_itself_leads_on() {
    let app = TestApp::start();
    let admin = app.admin();
    for row in ROUTES.iter().filter(|row| row.verb == Verb::Post && !row.is_open()) {
        let path = path_of(row);
        let answer = admin.browser.get(&path);
        assert!(matches!(answer.status, 200 | 303 | 404 | 410), "{path} answers {}", answer.status);
        if answer.status == 303 && path != "/sign-in" && path != "/sign-up" && path != "/recover" {
            assert!(!answer.location().contains('?'), "nothing stands in the address: {}", answer.location());
        }
    }
}
