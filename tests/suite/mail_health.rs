//! How mail goes, as admins and people who wait for a code are told; and how long a mail waits.

use undersigned::{
    actions::mail_health,
    domain::{
        mail_health::{MailHealth, MailState},
        sending::{Answer, EnhancedCode, Hint, Phase, SendFailure},
        time::Timestamp,
    },
    jobs::{Node, deliver_mail},
};

use crate::support::{Petition, Reply, START, TestApp};

fn answered(phase: Phase, code: u16, enhanced: &str) -> SendFailure {
    SendFailure::Answered(Answer { phase, code, enhanced: EnhancedCode::parse(enhanced), hint: Hint::None })
}

fn relaying_denied() -> SendFailure {
    answered(Phase::RcptTo, 554, "5.7.1")
}

fn no_such_mailbox() -> SendFailure {
    answered(Phase::RcptTo, 550, "5.1.1")
}

fn health(app: &TestApp) -> MailHealth {
    mail_health::read(&app.ctx).expect("the database answers")
}

fn asks(app: &TestApp, petition: &Petition, address: &str) -> Reply {
    let proof = if address.ends_with("@initech.example") { "work-mail" } else { "any-mail" };
    app.client().ask(petition, proof, "Ada Lovelace", address).expect(200)
}

#[test]
fn a_mail_that_the_relay_refuses_to_pass_on_waits_a_day_and_then_reaches_its_person() {
    let app = TestApp::start();
    let petition = app.petition();
    app.mail_fails(Some(relaying_denied()));
    asks(&app, &petition, "ada@home.example");
    for _ in 0..23 {
        assert_eq!(app.deliver_mail(), 0, "given up");
        app.clock.advance_secs(3_600);
    }
    app.mail_fails(None);
    app.sign_with_mail_that_waits(&petition, "ada@home.example");
}

#[test]
fn a_mailbox_that_does_not_exist_is_given_up_within_the_hour_and_not_within_the_minute() {
    let app = TestApp::start();
    let petition = app.petition();
    app.mail_fails(Some(no_such_mailbox()));
    asks(&app, &petition, "adda@home.example");
    let mut given_up_after = 0;
    while app.deliver_mail() == 0 {
        assert!(given_up_after < 3_600, "still tried");
        app.clock.advance_secs(15);
        given_up_after += 15;
    }
    assert_eq!(given_up_after, 2_100);
}

#[test]
fn a_server_that_says_never_where_it_means_later_delays_a_code_and_loses_none() {
    let app = TestApp::start();
    let petition = app.petition();
    app.mail_fails(Some(answered(Phase::RcptTo, 550, "")));
    asks(&app, &petition, "ada@home.example");
    // Three quick tries: that used to be all.
    for pause in [0, 15, 30, 15] {
        app.clock.advance_secs(pause);
        assert_eq!(app.deliver_mail(), 0, "given up");
    }
    app.mail_fails(None);
    app.clock.advance_secs(240);
    app.sign_with_mail_that_waits(&petition, "ada@home.example");
}

impl TestApp {
    /// Types the code of a mail that has waited.
    fn sign_with_mail_that_waits(&self, petition: &Petition, address: &str) {
        assert_eq!(self.mails_to(address), 1);
        self.sign(petition, "any-mail", "Ada Lovelace", address);
    }
}

#[test]
fn an_admin_reads_since_which_hour_mail_fails_and_why() {
    let app = TestApp::start();
    let admin = app.admin().browser;
    let page = || admin.get("/admin").expect(200);
    page().says("It is not known how mail goes");
    app.next_look();
    page().says("Mail goes well.");

    app.mail_fails(Some(answered(Phase::Auth, 535, "5.7.8")));
    page().says("Mail goes well.");
    app.next_look();
    page().says("Mail has been failing since 3 June 2026, 12:00 UTC.");
    page().says("refuses user name or password. (AUTH was answered 535 5.7.8.)");
    for _ in 0..9 {
        app.next_look();
    }
    page().says("Mail has been failing since 3 June 2026, 12:00 UTC.");
    app.mail_fails(None);
    app.next_look();
    page().says("Mail goes well.");
    // Nobody looks any more.
    app.clock.advance_secs(1_801);
    page().says("It is not known how mail goes");
}

#[test]
fn whoever_waits_for_a_code_is_told_that_all_mail_is_late_whatever_the_address() {
    let app = TestApp::start();
    let petition = app.petition();
    let signed = "signed@home.example";
    app.sign(&petition, "any-mail", "Sasha Lind", signed);
    app.next_look();
    asks(&app, &petition, "ada@home.example").does_not_say("late at the moment");
    app.mail_fails(Some(SendFailure::HostNotFound));
    app.next_look();
    let without_ticket = |reply: &Reply| reply.body.replace(&reply.hidden("ticket").expect("a ticket"), "");
    let fresh = asks(&app, &petition, "grace@home.example");
    fresh.says("All mail from this site is late at the moment");
    assert_eq!(without_ticket(&fresh), without_ticket(&asks(&app, &petition, signed)));
    let ticket = fresh.hidden("ticket").expect("a ticket");
    app.client().confirm(&petition, &ticket, "not a code").expect(422).says("late at the moment");
    app.mail_fails(None);
    app.deliver_mail();
}

/// So many mailboxes at a domain ask for a code, the mails fail, and the hour ends.
fn an_hour_of_failures(mailboxes: usize, domain: &str, why: SendFailure) -> MailHealth {
    let app = TestApp::builder().leaves_mail().start();
    let petition = app.petition();
    app.next_look();
    app.mail_fails(Some(why));
    for number in 0..mailboxes {
        asks(&app, &petition, &format!("person{number}@{domain}"));
    }
    app.deliver_mail();
    let before = health(&app);
    assert_eq!(before, MailHealth { state: MailState::Well, refused_at: None }, "before the hour is over");
    for _ in 0..5 {
        app.next_look();
    }
    health(&app)
}

#[test]
fn what_only_mails_show_is_told_with_the_hour_and_of_many_mailboxes_alone() {
    let why = relaying_denied();
    let told = an_hour_of_failures(20, "initech.example", why);
    assert_eq!(told.state, MailState::Failing { since: START, why });
    assert_eq!(told.refused_at, Some((String::from("initech.example"), why)));
    let nothing = MailHealth { state: MailState::Well, refused_at: None };
    assert_eq!(an_hour_of_failures(9, "initech.example", why), nothing);
}

#[test]
fn a_domain_is_named_only_if_many_people_have_a_mailbox_there() {
    let why = no_such_mailbox();
    for (domain, named) in [
        ("initech.example", true),
        ("gmail.com", true),
        ("lovelace.example", false),
        ("ada.fastmail.com", false),
    ] {
        let told = an_hour_of_failures(20, domain, why);
        assert_eq!(told.state, MailState::Well, "mailboxes that do not exist are no fault of mail");
        assert_eq!(told.refused_at, named.then(|| (String::from(domain), why)));
    }
}

#[test]
fn one_node_delivers_mail_and_looks_after_the_mail_server() {
    let app = TestApp::start();
    let (one, other) = (Node::new(&app.ctx), Node::new(&app.ctx));
    assert!(deliver_mail::is_ours(&app.ctx, &one).unwrap());
    assert!(!deliver_mail::is_ours(&app.ctx, &other).unwrap());
    assert!(deliver_mail::is_ours(&app.ctx, &one).unwrap());
}

#[test]
fn what_another_version_wrote_is_told_as_if_nobody_had_looked() {
    let app = TestApp::start();
    app.next_look();
    assert_eq!(health(&app).state, MailState::Well);
    app.database().run("UPDATE mail_health SET state = 'resting'");
    assert_eq!(health(&app), MailHealth::UNKNOWN);
    app.admin().browser.get("/admin").expect(200).says("It is not known how mail goes");
}

#[test]
fn an_hour_is_all_that_is_kept_of_the_time() {
    let app = TestApp::start();
    app.clock.advance_secs(1_234);
    app.mail_fails(Some(SendFailure::Unreachable));
    app.next_look();
    let MailState::Failing { since, .. } = health(&app).state else { panic!("it fails") };
    assert_eq!(since, Timestamp::from_secs(START.secs()));
}
