//! How many mails an address gets in a day: what reached it counts, by the spelling to which mail goes, and nothing else.

use undersigned::domain::sending::{Answer, EnhancedCode, Hint, Phase, SendFailure};

use crate::support::{Petition, ROBIN, Reply, TestApp, withdrawal_code};

const MAX: usize = 3;

fn no_such_mailbox() -> SendFailure {
    let enhanced = EnhancedCode::parse("5.1.1");
    SendFailure::Answered(Answer { phase: Phase::RcptTo, code: 550, enhanced, hint: Hint::None })
}

fn asks(app: &TestApp, petition: &Petition, address: &str) -> Reply {
    app.client().ask(petition, "work-mail", "Robin Okafor", address).expect(200)
}

fn tagged(tag: &str) -> String {
    ROBIN.replace('@', &format!("+{tag}@"))
}

fn times(app: &TestApp, petition: &Petition, address: &str, number: usize) {
    for _ in 0..number {
        drop(asks(app, petition, address));
    }
}

#[test]
fn three_requests_for_a_tagged_spelling_leave_the_owner_a_code() {
    let app = TestApp::start();
    let petition = app.petition();
    times(&app, &petition, &tagged("stranger"), 5);
    assert_eq!(app.mails_to(&tagged("stranger")), MAX);
    let inbox = asks(&app, &petition, ROBIN);
    assert_eq!(app.mails_to(ROBIN), 1, "the owner's own spelling gets its mail");
    let code = app.code_for(ROBIN);
    let done = app.client().confirm(&petition, &inbox.hidden("ticket").unwrap(), &code).expect(200);
    app.remember_canary(&withdrawal_code(&done));
}

#[test]
fn all_the_tags_that_a_stranger_can_think_of_bring_twelve_mails_and_leave_the_owner_three() {
    let app = TestApp::start();
    let petition = app.petition();
    for number in 0..10 {
        times(&app, &petition, &tagged(&format!("tag{number}")), 2);
    }
    assert_eq!(app.mails(), 12);
    times(&app, &petition, ROBIN, 5);
    assert_eq!((app.mails_to(ROBIN), app.mails()), (MAX, 12 + MAX));
}

#[test]
fn capitals_and_dots_that_lead_to_the_same_mailbox_bring_no_further_mail() {
    let app = TestApp::start();
    let petition = app.petition();
    for spelled in [ROBIN, "Robin.Okafor@initech.example", "ROBIN.OKAFOR@INITECH.EXAMPLE", ROBIN, ROBIN] {
        drop(asks(&app, &petition, spelled));
    }
    assert_eq!(app.mails(), MAX);
    for spelled in ["robin.okafor@gmail.com", "robinokafor@gmail.com", "r.o.b.i.n.okafor@gmail.com"] {
        for _ in 0..2 {
            app.client().ask(&petition, "any-mail", "Robin Okafor", spelled).expect(200);
        }
    }
    assert_eq!(app.mails(), 2 * MAX);
}

#[test]
fn three_mails_that_no_server_took_do_not_leave_the_person_without_a_code() {
    let app = TestApp::start();
    let petition = app.petition();
    app.mail_fails(Some(no_such_mailbox()));
    times(&app, &petition, ROBIN, 5);
    let mut given_up = app.deliver_mail();
    for _ in 0..10 {
        app.clock.advance_secs(300);
        given_up += app.deliver_mail();
    }
    assert_eq!(given_up, MAX);
    app.mail_fails(None);
    assert_eq!(app.mails_to(ROBIN), 0);
    times(&app, &petition, ROBIN, 5);
    assert_eq!(app.mails_to(ROBIN), MAX, "nothing had reached the person, so that all three are left");
}

#[test]
fn a_mail_that_still_waits_counts_so_that_an_outage_is_followed_by_no_flood() {
    let app = TestApp::start();
    let petition = app.petition();
    app.mail_fails(Some(SendFailure::Unreachable));
    for _ in 0..8 {
        drop(asks(&app, &petition, ROBIN));
        app.deliver_mail();
        app.clock.advance_secs(60);
    }
    app.mail_fails(None);
    app.clock.advance_secs(3_600);
    assert_eq!(app.mails_to(ROBIN), MAX);
}

#[test]
fn a_tag_that_no_server_takes_mail_for_uses_up_nothing_of_the_other_tags() {
    let app = TestApp::start();
    let petition = app.petition();
    app.mail_fails(Some(no_such_mailbox()));
    for number in 0..4 {
        times(&app, &petition, &tagged(&format!("tag{number}")), MAX);
    }
    for _ in 0..10 {
        app.deliver_mail();
        app.clock.advance_secs(300);
    }
    app.mail_fails(None);
    drop(asks(&app, &petition, &tagged("own")));
    assert_eq!(app.mails_to(&tagged("own")), 1);
}

#[test]
fn the_last_mail_of_a_day_says_so_in_the_mailbox_and_the_page_tells_a_stranger_nothing() {
    let app = TestApp::start();
    let petition = app.petition();
    let pages: Vec<String> = (0..5)
        .map(|_| {
            let inbox = asks(&app, &petition, ROBIN);
            app.deliver_mail();
            inbox.body.replace(&inbox.hidden("ticket").unwrap(), "TICKET")
        })
        .collect();
    assert!(pages.iter().all(|page| *page == pages[0]), "the page is the same");
    assert!(pages[0].contains("no further one comes"), "and does not promise what may not come");
    assert_eq!(app.texts_to(ROBIN).len(), MAX);
    let told: Vec<bool> =
        app.texts_to(ROBIN).iter().map(|text| text.contains("the last one for today")).collect();
    assert_eq!(told, [false, false, true]);
}
