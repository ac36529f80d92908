//! Too many requests from one place are slowed down, with the time to wait; an office can still sign.

use crate::support::{Reply, TestApp};

const OTHER_OFFICE: (&str, &str) = ("x-forwarded-for", "198.51.100.7");

fn recover(app: &TestApp, headers: &[(&str, &str)]) -> Reply {
    let fields = [
        ("pseudonym", "Nobody"),
        ("recovery_code", "AAAAA-AAAAA-AAAAA-AAAAA"),
        ("passphrase", "seven quiet herons over the weir"),
    ];
    app.client().post_with("/recover", &fields, headers)
}

#[test]
fn whoever_tries_too_often_is_told_how_long_to_wait_and_types_nothing_but_secrets_again() {
    let app = TestApp::start();
    for _ in 0..10 {
        assert_ne!(recover(&app, &[]).status, 429);
    }
    let refused = recover(&app, &[]).expect(429);
    assert_eq!(refused.header("retry-after"), Some("20"));
    refused.says("Wait 20 seconds, then press again").says("Recovery code");
    assert_eq!(refused.hidden("pseudonym").as_deref(), Some("Nobody"));
    assert!(!refused.body.contains("AAAAA-AAAAA"), "no page holds a secret");
    app.clock.advance_secs(60);
    assert_ne!(recover(&app, &[]).status, 429);
}

#[test]
fn a_clock_that_is_set_back_makes_nobody_wait_longer() {
    let app = TestApp::start();
    app.clock.set_by_secs(3_600);
    while recover(&app, &[]).status != 429 {}
    app.clock.set_by_secs(-2 * 3_600);
    recover(&app, &[]).expect(429);
    app.clock.advance_secs(60);
    assert_ne!(recover(&app, &[]).status, 429);
}

#[test]
fn an_address_that_a_client_makes_up_does_not_buy_it_another_try() {
    let app = TestApp::start();
    while recover(&app, &[]).status != 429 {}
    recover(&app, &[OTHER_OFFICE]).expect(429);
}

#[test]
fn behind_a_trusted_proxy_each_office_has_its_own_tries() {
    let app = TestApp::builder().trusted_proxies(&["127.0.0.0/8"]).start();
    let office = ("x-forwarded-for", "1.2.3.4, 203.0.113.9");
    while recover(&app, &[office]).status != 429 {}
    assert_ne!(recover(&app, &[OTHER_OFFICE]).status, 429);
    recover(&app, &[("x-forwarded-for", "5.6.7.8, 203.0.113.9")]).expect(429);
}

#[test]
fn a_hundred_colleagues_in_one_office_can_sign_within_the_hour() {
    let app = TestApp::start();
    let petition = app.petition();
    for number in 0..100 {
        let address = format!("colleague-number-{number}@initech.example");
        app.client().ask(&petition, "work-mail", "A Colleague", &address).expect(200);
    }
    assert_eq!(app.mails(), 100);
}
