//! Accounts of organizers: made, signed in to, recovered, looked after. Nobody learns who has one by guessing,
//! and nobody is locked out of her own by others who guess.

use crate::support::{Client, PASSPHRASE, Reply, TestApp};

const NEW_PASSPHRASE: &str = "a lamp beside eleven maps of rivers";
const WRONG: &str = "nine loud geese under the bridge";

fn sign_up(browser: &Client<'_>, pseudonym: &str) -> Reply {
    browser.post("/sign-up", &[("pseudonym", pseudonym), ("passphrase", PASSPHRASE), ("mail", "")])
}

fn sign_in(browser: &Client<'_>, pseudonym: &str, passphrase: &str) -> Reply {
    browser.post("/sign-in", &[("pseudonym", pseudonym), ("passphrase", passphrase), ("next", "")])
}

/// The recovery codes on a page: four groups of five.
fn codes(reply: &Reply) -> Vec<String> {
    let words = reply.words();
    let is_code = |word: &&str| word.len() == 23 && word.matches('-').count() == 3;
    words.split(' ').filter(is_code).map(String::from).collect()
}

/// The paths of the sessions on an account's page that can be signed out, this one first.
fn revocations(account: &Reply) -> Vec<String> {
    account
        .body
        .split("action=\"")
        .filter_map(|rest| rest.split('"').next())
        .filter(|path| path.starts_with("/account/sessions/") && path.ends_with("/revocation"))
        .filter(|path| *path != "/account/sessions/revocation")
        .map(String::from)
        .collect()
}

#[test]
fn a_new_organizer_is_signed_in_at_once_and_gets_recovery_codes_that_are_shown_once() {
    let app = TestApp::start();
    let browser = app.client();
    browser.get("/sign-up").expect(200).says("Make an account");
    let welcome = sign_up(&browser, "Heron").expect(200);
    assert_eq!(codes(&welcome).len(), 10, "{}", welcome.words());
    assert_eq!(welcome.header("cache-control"), Some("no-store"));
    let account = browser.get("/account").expect(200);
    account.says("10 codes are left");
    assert_eq!(codes(&account).len(), 0);
}

#[test]
fn the_cookie_is_out_of_reach_for_scripts_and_other_sites_and_holds_nothing_but_chance() {
    let app = TestApp::start();
    let reply = sign_up(&app.client(), "Heron");
    let cookie = reply.header("set-cookie").expect("a cookie");
    for wanted in ["HttpOnly", "SameSite=Lax", "Path=/"] {
        assert!(cookie.contains(wanted), "{cookie}");
    }
    assert!(!cookie.contains("Max-Age") && !cookie.contains("Expires"), "{cookie}");
    assert!(!cookie.contains("Heron"), "{cookie}");
}

#[test]
fn after_a_mistake_everything_but_the_passphrase_is_still_there() {
    let app = TestApp::start();
    let browser = app.client();
    let again =
        browser.post("/sign-up", &[("pseudonym", "He"), ("passphrase", "canary1"), ("mail", "me at home")]);
    let again = again.expect(422);
    assert_eq!(again.input_value("pseudonym").as_deref(), Some("He"));
    assert_eq!(again.input_value("mail").as_deref(), Some("me at home"));
    assert!(!again.body.contains("canary1"));
    again.says("Use at least 3 characters.").says("This is not a mail address.");
    assert!(browser.cookies().is_empty());

    let weak =
        browser.post("/sign-up", &[("pseudonym", "Heron"), ("passphrase", "passwordpassword"), ("mail", "")]);
    weak.expect(422).does_not_say("passwordpassword");
    sign_up(&browser, "Heron").expect(200);
}

#[test]
fn two_organizers_cannot_go_by_names_that_read_alike() {
    let app = TestApp::start();
    sign_up(&app.client(), "Platform team").expect(200);
    for alike in ["Platform team", "platform-team", "PLATFORM  TEAM", "P1atform team"] {
        let again = sign_up(&app.client(), alike).expect(422);
        again.says("Somebody goes by this name");
        assert_eq!(again.input_value("pseudonym").as_deref(), Some(alike));
    }
    sign_up(&app.client(), "Platform crew").expect(200);
}

#[test]
fn an_organizer_signs_in_and_lands_where_she_was_going() {
    let app = TestApp::start();
    sign_up(&app.client(), "Heron").expect(200);
    let browser = app.client();
    let door = browser.get("/account").expect(303);
    let page = browser.get(door.location()).expect(200);
    let next = page.hidden("next").expect("where to go");
    let fields = [("pseudonym", " heron "), ("passphrase", PASSPHRASE), ("next", next.as_str())];
    assert_eq!(browser.post("/sign-in", &fields).expect(303).location(), "/account");
    browser.get("/account").expect(200).says("Heron");

    let elsewhere = [("pseudonym", "Heron"), ("passphrase", PASSPHRASE), ("next", "//evil.example/organize")];
    assert_eq!(app.client().post("/sign-in", &elsewhere).expect(303).location(), "/organize");
}

#[test]
fn a_name_that_nobody_has_and_a_wrong_passphrase_get_the_same_answer() {
    let app = TestApp::start();
    sign_up(&app.client(), "Heron").expect(200);
    let wrong = sign_in(&app.client(), "Heron", WRONG).expect(422);
    let nobody = sign_in(&app.client(), "Egret", WRONG).expect(422);
    assert_eq!(wrong.body.replace("Heron", "Egret"), nobody.body);
    let impossible = sign_in(&app.client(), "?", WRONG).expect(422);
    assert_eq!(wrong.body.replace("value=\"Heron\"", "value=\"?\""), impossible.body);
    wrong.says("Pseudonym or passphrase is wrong.");

    let recover = |name: &str| {
        let fields = [
            ("pseudonym", name),
            ("recovery_code", "AAAAA-BBBBB-CCCCC-DDDDD"),
            ("passphrase", NEW_PASSPHRASE),
        ];
        app.client().post("/recover", &fields).expect(422).body
    };
    assert_eq!(recover("Heron").replace("Heron", "Egret"), recover("Egret"));
}

/// Waits as long as the page says, and sends the form again with its ticket.
fn waited(app: &TestApp, browser: &Client<'_>, held: &Reply, passphrase: &str) -> Reply {
    let secs: i64 = held.header("retry-after").expect("how long").parse().expect("a number");
    held.says("then press again").says("Many passphrases were tried for this account");
    app.clock.advance_secs(secs);
    let (pseudonym, turn) = (held.hidden("pseudonym").expect("kept"), held.hidden("turn").expect("a ticket"));
    let fields = [("pseudonym", &*pseudonym), ("passphrase", passphrase), ("next", ""), ("turn", &*turn)];
    browser.post("/sign-in", &fields)
}

#[test]
fn whoever_guesses_at_one_account_waits_for_each_further_guess_and_the_owner_still_comes_in() {
    let app = TestApp::start();
    sign_up(&app.client(), "Heron").expect(200);
    for name in ["Heron", "Egret"] {
        for _ in 0..5 {
            sign_in(&app.client(), name, WRONG).expect(422);
        }
        let held = sign_in(&app.client(), name, WRONG).expect(429);
        assert_eq!(held.header("retry-after"), Some("20"), "a name that nobody has is treated alike");
        assert!(!held.body.contains(WRONG));
        waited(&app, &app.client(), &held, WRONG).expect(422);
    }
    while sign_in(&app.client(), "Heron", WRONG).status != 429 {}
    let held = sign_in(&app.client(), "Heron", PASSPHRASE).expect(429);
    waited(&app, &app.client(), &held, PASSPHRASE).expect(303);
}

#[test]
fn a_hundred_guesses_at_once_do_not_wait_side_by_side() {
    let app = TestApp::start();
    sign_up(&app.client(), "Heron").expect(200);
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let guesses: Vec<_> =
            (0..100).map(|_| scope.spawn(|| sign_in(&app.client(), "Heron", WRONG).status)).collect();
        guesses.into_iter().map(|guess| guess.join().unwrap()).collect()
    });
    let tried = statuses.iter().filter(|status| **status == 422).count();
    assert!((1..=5).contains(&tried), "{tried} were tried");
    assert!(statuses.iter().all(|status| matches!(status, 422 | 429)), "{statuses:?}");
}

#[test]
fn guesses_from_very_many_networks_make_the_owner_wait_and_lock_nobody_out() {
    let app = TestApp::builder().trusted_proxies(&["127.0.0.0/8"]).start();
    sign_up(&app.client(), "Heron").expect(200);
    let from = |place: &str| app.client().with_header("x-forwarded-for", place);
    let tried = (0..30)
        .flat_map(|net| (0..4).map(move |_| net))
        .filter(|net| sign_in(&from(&format!("203.0.{net}.9")), "Heron", WRONG).status == 422);
    assert_eq!(tried.count(), 60);
    let owner = from("198.51.100.7");
    let held = sign_in(&owner, "Heron", PASSPHRASE).expect(429);
    assert_eq!(held.header("retry-after"), Some("60"));
    waited(&app, &owner, &held, PASSPHRASE).expect(303);
}

#[test]
fn signing_in_ends_the_session_that_this_browser_had_before() {
    let app = TestApp::start();
    let browser = app.client();
    sign_up(&browser, "Heron").expect(200);
    let before = browser.cookies();
    sign_in(&browser, "Heron", PASSPHRASE).expect(303);
    let thief = app.client();
    for (name, value) in &before {
        thief.set_cookie(name, value);
    }
    thief.get("/account").expect(303);
    assert_eq!(revocations(&browser.get("/account").expect(200)).len(), 1);
}

#[test]
fn a_session_ends_after_ninety_days_however_much_it_is_used() {
    let app = TestApp::start();
    let browser = app.client();
    sign_up(&browser, "Heron").expect(200);
    for _ in 0..9 {
        app.clock.advance_secs(10 * 86_400);
        browser.get("/account").expect(200);
    }
    app.clock.advance_secs(86_400);
    browser.get("/account").expect(303);
    undersigned::jobs::purge(&app.ctx).expect("the database answers");
    assert!(app.database().stored_rows("session", "token_hash").is_empty());
}

#[test]
fn the_most_common_passphrases_are_refused_and_an_admins_has_to_be_harder_to_guess() {
    let app = TestApp::start();
    let common = [("pseudonym", "Heron"), ("passphrase", "Correct Horse Battery Staple"), ("mail", "")];
    app.client().post("/sign-up", &common).expect(422).says("one of the passphrases that are tried first");
    let admin = app.admin();
    let change = |browser: &Client<'_>| {
        let fields = [("current", PASSPHRASE), ("passphrase", "tulip candle")];
        browser.submit("/account", "/account/passphrase", &fields).status
    };
    assert_eq!(change(&admin.browser), 422);
    let organizer = app.client();
    sign_up(&organizer, "Heron").expect(200);
    assert_eq!(change(&organizer), 303);
}

#[test]
fn whoever_guesses_from_one_place_is_told_to_wait_and_others_are_not() {
    let app = TestApp::builder().trusted_proxies(&["127.0.0.1/32"]).start();
    let from = |place: &str| {
        let origin = app.base_url();
        let headers = [("origin", origin.as_str()), ("x-forwarded-for", place)];
        let fields = [("pseudonym", "Nobody"), ("passphrase", WRONG), ("next", "")];
        app.client().post_with("/sign-in", &fields, &headers)
    };
    let refused = (0..40).map(|_| from("203.0.113.7")).find(|reply| reply.status == 429).expect("a limit");
    assert!(refused.header("retry-after").is_some());
    from("198.51.100.9").expect(422);
}

#[test]
fn a_recovery_code_sets_a_new_passphrase_once_and_ends_every_session() {
    let app = TestApp::start();
    let old = app.client();
    let codes = codes(&sign_up(&old, "Heron"));
    let code = codes[3].to_lowercase().replace('-', " ");
    let browser = app.client();
    browser.get("/recover").expect(200);
    let recover = |passphrase: &str| {
        browser
            .post("/recover", &[("pseudonym", "Heron"), ("recovery_code", &code), ("passphrase", passphrase)])
    };
    let weak = recover("too short").expect(422);
    assert_eq!(weak.input_value("recovery_code").as_deref(), Some(code.as_str()));
    let done = recover(NEW_PASSPHRASE).expect(303);
    browser.get(done.location()).expect(200).says("The passphrase is changed.").says("9 codes are left");
    old.get("/account").expect(303);
    sign_in(&app.client(), "Heron", PASSPHRASE).expect(422);
    sign_in(&app.client(), "Heron", NEW_PASSPHRASE).expect(303);
    recover(PASSPHRASE).expect(422).says("the code was used before");
}

#[test]
fn sessions_can_be_told_apart_by_labels_and_ended_one_by_one() {
    let app = TestApp::start();
    let laptop = app.client();
    sign_up(&laptop, "Heron").expect(200);
    let phone = app.client();
    sign_in(&phone, "Heron", PASSPHRASE).expect(303);

    let account = phone.get("/account").expect(200);
    let paths = revocations(&account);
    assert_eq!(paths.len(), 2);
    let label = paths[0].replace("/revocation", "/label");
    let reply = phone.submit("/account", &label, &[("label", "Borrowed phone")]).expect(303);
    phone.get(reply.location()).expect(200).says("The label is saved.").says("Borrowed phone");
    laptop.get("/account").expect(200).says("Borrowed phone");
    let wrong = phone.submit("/account", &label, &[("label", "a\u{202e}b")]).expect(422);
    assert_eq!(wrong.input_value("label").as_deref(), Some("a\u{202e}b"));

    let of_phone = &paths[0];
    laptop.submit("/account", of_phone, &[]).expect(303);
    phone.get("/account").expect(303);
    assert_eq!(revocations(&laptop.get("/account")).len(), 1);
    laptop.submit("/account", of_phone, &[]).expect(404);
}

#[test]
fn nobody_can_name_or_end_anothers_session() {
    let app = TestApp::start();
    let heron = app.client();
    sign_up(&heron, "Heron").expect(200);
    let path = revocations(&heron.get("/account")).remove(0);
    let egret = app.client();
    sign_up(&egret, "Egret").expect(200);
    egret.submit("/account", &path, &[]).expect(404);
    egret.submit("/account", &path.replace("revocation", "label"), &[("label", "mine now")]).expect(404);
    heron.get("/account").expect(200).does_not_say("mine now");
}

#[test]
fn signing_out_everywhere_ends_every_session_and_signing_out_ends_this_one() {
    let app = TestApp::start();
    let laptop = app.client();
    sign_up(&laptop, "Heron").expect(200);
    let phone = app.client();
    sign_in(&phone, "Heron", PASSPHRASE).expect(303);
    let stolen = phone.cookies();
    phone.submit("/account", "/sign-out", &[]).expect(303);
    assert!(phone.cookies().is_empty());
    phone.set_cookie("session", &stolen["session"]);
    phone.get("/account").expect(303);

    sign_in(&phone, "Heron", PASSPHRASE).expect(303);
    laptop.submit("/account", "/account/sessions/revocation", &[]).expect(303);
    laptop.get("/account").expect(303);
    phone.get("/account").expect(303);
}

#[test]
fn a_session_that_was_not_used_for_a_month_has_ended() {
    let app = TestApp::start();
    let browser = app.client();
    sign_up(&browser, "Heron").expect(200);
    for _ in 0..3 {
        app.clock.advance_secs(29 * 86_400);
        browser.get("/account").expect(200);
    }
    app.clock.advance_secs(31 * 86_400);
    browser.get("/account").expect(303);
}

#[test]
fn changing_the_passphrase_asks_for_the_present_one_and_signs_the_other_sessions_out() {
    let app = TestApp::start();
    let browser = app.client();
    sign_up(&browser, "Heron").expect(200);
    let other = app.client();
    sign_in(&other, "Heron", PASSPHRASE).expect(303);
    let change = |current: &str, new: &str| {
        browser.submit("/account", "/account/passphrase", &[("current", current), ("passphrase", new)])
    };
    change(WRONG, NEW_PASSPHRASE).expect(422).says("This is not the passphrase of this account.");
    change(PASSPHRASE, "heron heron heron").expect(422);
    other.get("/account").expect(200);
    let before = browser.cookies();
    change(PASSPHRASE, NEW_PASSPHRASE).expect(303);
    browser.get("/account").expect(200);
    other.get("/account").expect(303);
    let thief = app.client();
    for (name, value) in &before {
        thief.set_cookie(name, value);
    }
    thief.get("/account").expect(303);
    sign_in(&app.client(), "Heron", PASSPHRASE).expect(422);
    sign_in(&app.client(), "Heron", NEW_PASSPHRASE).expect(303);
}

#[test]
fn new_recovery_codes_make_the_old_ones_useless() {
    let app = TestApp::start();
    let browser = app.client();
    let old = codes(&sign_up(&browser, "Heron"));
    let renew =
        |current: &str| browser.submit("/account", "/account/recovery-codes", &[("current", current)]);
    renew(WRONG).expect(422);
    let new = codes(&renew(PASSPHRASE).expect(200));
    assert_eq!(new.len(), 10);
    let recover = |code: &str| {
        let fields = [("pseudonym", "Heron"), ("recovery_code", code), ("passphrase", NEW_PASSPHRASE)];
        app.client().post("/recover", &fields)
    };
    recover(&old[0]).expect(422);
    recover(&new[0]).expect(303);
}

#[test]
fn a_private_address_is_shown_to_its_owner_alone_and_goes_when_the_field_is_emptied() {
    let app = TestApp::start();
    let browser = app.client();
    sign_up(&browser, "Heron").expect(200);
    let with = |mail: &str, current: &str| {
        browser.submit("/account", "/account/mail", &[("mail", mail), ("current", current)])
    };
    let save = |mail: &str| with(mail, PASSPHRASE);
    let thief = with("thief@example.org", WRONG).expect(422);
    thief.says("This is not the passphrase of this account.");
    assert_eq!(browser.get("/account").input_value("mail").as_deref(), Some(""));
    let wrong = save("heron at home").expect(422);
    assert_eq!(wrong.input_value("mail").as_deref(), Some("heron at home"));
    let saved = save("heron.at.home@example.org").expect(303);
    let account = browser.get(saved.location()).expect(200);
    assert_eq!(account.input_value("mail").as_deref(), Some("heron.at.home@example.org"));
    let removed = save("  ").expect(303);
    let account = browser.get(removed.location()).expect(200);
    account.says("The address is deleted.");
    assert_eq!(account.input_value("mail").as_deref(), Some(""));
}

#[test]
fn a_form_of_a_signed_in_person_without_its_token_changes_nothing() {
    let app = TestApp::start();
    let browser = app.client();
    sign_up(&browser, "Heron").expect(200);
    browser.post("/account/mail", &[("mail", "intruder@example.org")]).expect(403);
    browser.post("/account/sessions/revocation", &[("form_token", "guessed")]).expect(403);
    let account = browser.get("/account").expect(200);
    assert_eq!(account.input_value("mail").as_deref(), Some(""));
}
