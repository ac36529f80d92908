//! "Show my name when N have agreed to be named": sealed to a trustee, counted, opened after two weeks' notice.

pub mod story;

use std::{fs, os::unix::fs::PermissionsExt as _};

use serde_json::{Value, json};
use undersigned::{
    db,
    protocol::{extension::Extension, leaf::Leaf, sealing::SEALED_NAME_BYTES},
};

use crate::{leaks::one_round_of_jobs, support::TestApp};
use story::{NAME, Story, Trustee, Wish, program, said, text};

#[test]
fn nobody_but_the_trustee_can_read_a_sealed_name() {
    let trustee = Trustee::new("canary");
    let app = TestApp::start();
    let story = Story::begin(&app, Some(&trustee), 10);
    app.remember_canary(NAME);
    story.sign("zerlina", Wish::Sealed(NAME));
    assert_eq!(app.places_of(NAME), Vec::<String>::new(), "while it waits");
    story.sign_sealed(9);
    story.days_pass(1);
    assert_eq!(story.sealed_left(), 10);
    assert_eq!(app.places_of(NAME), Vec::<String>::new(), "in the batch");
    story.days_pass(15);
    let sealed = story.sealed_json().expect(200).body;
    assert_eq!(app.places_of(NAME), Vec::<String>::new(), "when it is due");
    let stranger = Trustee::new("stranger");
    let refused = stranger.unseal(&sealed);
    assert_eq!(refused.status.code(), Some(1));
    assert!(said(&refused).contains("another key") && !said(&refused).contains(NAME), "{}", said(&refused));
    let opened = trustee.unseal(&sealed);
    assert!(said(&opened).contains(NAME), "the search looks for what is there: {}", said(&opened));
}

#[test]
fn who_signs_anonymously_waits_for_ten_who_stay_anonymous_and_not_for_names_that_are_opened_some_day() {
    let trustee = Trustee::new("company");
    let app = TestApp::start();
    let story = Story::begin(&app, Some(&trustee), 10);
    let waiting = || app.waiting_leaves(story.id).len();
    story.sign_sealed(9);
    story.sign("nameless", Wish::Anonymous);
    story.days_pass(1);
    assert_eq!((story.sealed_left(), waiting()), (0, 10), "once nine are opened, the tenth would be known");
    story.sign("zerlina", Wish::Sealed(NAME));
    story.days_pass(1);
    assert_eq!((story.sealed_left(), waiting()), (10, 1), "ten sealed ones hide behind each other");
    story.sign("late", Wish::Sealed("Late Colleague"));
    for number in 0..9 {
        story.sign(&format!("nameless-{number}"), Wish::Anonymous);
    }
    story.days_pass(1);
    assert_eq!((story.sealed_left(), waiting()), (11, 0), "ten anonymous ones hide everybody");
}

#[test]
fn names_are_shown_only_after_enough_have_agreed_and_two_weeks_have_passed() {
    let trustee = Trustee::new("opens");
    let app = TestApp::start();
    let story = Story::begin(&app, Some(&trustee), 10);
    story.page().says("Signers may seal their name to Kim Ade, lawyer");
    let codes = story.sign_sealed(9);
    for number in 0..10 {
        story.sign(&format!("nameless-{number}"), Wish::Anonymous);
    }
    story.cast("friend@mail.example", "any-mail", Wish::Public("A Friend")).0.1["promise"]
        .as_str()
        .expect("cast");
    story.days_pass(1);
    assert_eq!(story.sealed_left(), 9);
    // Nine sealed, ten anonymous, one by any mail: not ten who agreed.
    story.days_pass(20);
    story
        .page()
        .does_not_say("have agreed to be named: names")
        .does_not_say("have agreed to be named, and the");
    story.sealed_json().expect(404);
    story.bring("[]", &[]).expect(409);

    story.sign("open", Wish::Public("Robin Okafor"));
    one_round_of_jobs(&app);
    story.page().says("At least 10 have agreed to be named: names will be shown from 9 July 2026 on");
    story.owner.browser.get(&format!("/organize/{}", story.petition.slug)).says("At least 10 have agreed");
    story.days_pass(14);
    story.sealed_json().expect(404);
    story.days_pass(1);
    story.page().says("the two weeks’ notice is over");
    assert!(!story.names().contains("Colleague"));

    let openings = trustee.openings(&story.sealed_json().expect(200).body);
    story.bring(&openings, &[]).expect(200).says("9 names are shown now.");
    let names = story.names();
    for name in ["Colleague A", "Colleague I", "Robin Okafor"] {
        assert!(names.contains(name), "{names}");
    }
    assert_eq!(story.sealed_left(), 0, "what was sealed is gone");
    story.sealed_json().expect(404);
    story.page().says("Sealed names were shown on");
    // From now on it is a name like any other: its signer takes it down at once.
    app.client().post("/receipt", &[("code", &codes[0])]).expect(200).says("Colleague A");
    app.client().post("/receipt/withdrawal", &[("code", &codes[0])]).expect(200);
    assert!(!story.names().contains("Colleague A"));
}

#[test]
fn who_shows_a_sealed_name_after_all_counts_once_and_holds_up_nobody() {
    let trustee = Trustee::new("shows");
    let app = TestApp::start();
    let story = Story::begin(&app, Some(&trustee), 10);
    let codes = story.sign_sealed(10);
    story.days_pass(1);
    let shown = [("code", codes[0].as_str()), ("name", "Robin Okafor"), ("title", "")];
    app.client().post("/receipt/name", &shown).expect(200);
    one_round_of_jobs(&app);
    story.page().says("At least 10 have agreed to be named");
    assert_eq!(story.sealed_left(), 9);
    story.days_pass(15);
    let openings = trustee.openings(&story.sealed_json().expect(200).body);
    story.bring(&openings, &[]).expect(200).says("9 names are shown now.");
    let names = story.names();
    assert!(names.contains("Robin Okafor") && names.contains("Colleague B"), "{names}");
    assert!(!names.contains("Colleague A"), "{names}");
    app.client().post("/receipt/withdrawal", &[("code", &codes[0])]).expect(200);
    assert!(!story.names().contains("Robin Okafor"), "it goes at once, as other names do");
}

#[test]
fn openings_before_the_notice_is_over_are_refused() {
    let trustee = Trustee::new("early");
    let app = TestApp::start();
    let story = Story::begin(&app, Some(&trustee), 10);
    story.sign_sealed(10);
    story.days_pass(1);
    story.page().says("At least 10 have agreed to be named");
    // What an early trustee could make of a stolen database.
    let entries = app.ctx.store.read(|db| db::collector::sealed_names(db, story.id)).expect("a database");
    let leaves = app.ctx.store.read(|db| db::collector::entries(db, story.id, 0, 1_000)).expect("a database");
    let names: Vec<Value> = entries
        .iter()
        .map(|name| {
            let leaf = leaves.iter().find(|entry| entry.index == name.index).expect("its leaf");
            json!({"index": name.index, "leaf": text(&leaf.leaf), "sealed": text(&name.sealed)})
        })
        .collect();
    let stolen = json!({"genesis": text(&leaves[0].leaf), "names": names}).to_string();
    let openings = trustee.openings(&stolen);
    let token = story.owner.browser.get("/account").hidden("form_token").expect("a token");
    let early = [("form_token", token.as_str()), ("openings", openings.as_str())];
    story.owner.browser.post(&story.unsealing(), &early).expect(409);
    assert!(!story.names().contains("Colleague"));
}

#[test]
fn names_that_an_earlier_part_has_shown_are_not_said_to_be_withdrawn() {
    let trustee = Trustee::new("parts");
    let app = TestApp::start();
    let story = Story::begin(&app, Some(&trustee), 10);
    story.sign_sealed(10);
    story.days_pass(1);
    story.days_pass(15);
    let openings = trustee.openings(&story.sealed_json().expect(200).body);
    let all: Vec<serde_json::Value> = serde_json::from_str(&openings).expect("a list");
    let part = serde_json::Value::from(all[..4].to_vec()).to_string();
    story.bring(&part, &[]).expect(200).says("4 names are shown now.").does_not_say("shown before");
    let both = story.bring(&openings, &[]).expect(200);
    both.says("6 names are shown now.").says("4 were shown before.").does_not_say("withdrawn since");
}

#[test]
fn whoever_withdraws_in_the_notice_is_not_opened() {
    let trustee = Trustee::new("withdraws");
    let app = TestApp::start();
    let story = Story::begin(&app, Some(&trustee), 10);
    let codes = story.sign_sealed(12);
    story.days_pass(1);
    let at_first = story.page().says("At least 10 have agreed to be named").words();
    assert_eq!(story.agreed(), 12);
    story.withdraw(&codes[0]);
    assert_eq!(story.sealed_left(), 11, "the sealed name is erased at once");
    assert_eq!((story.agreed(), story.page().words()), (12, at_first));
    story.days_pass(15);
    story.page().says("At least 10 have agreed to be named");
    assert_eq!(story.agreed(), 11);
    let sealed = story.sealed_json().expect(200).body;
    // One more withdraws after the trustee has got the file.
    story.withdraw(&codes[1]);
    let openings = trustee.openings(&sealed);
    story.bring(&openings, &[]).expect(200).says("10 names are shown now. 1 was left out");
    let names = story.names();
    assert!(!names.contains("Colleague A") && !names.contains("Colleague B"), "{names}");
    assert!(names.contains("Colleague C"), "{names}");
}

#[test]
fn when_withdrawals_bring_the_number_below_the_threshold_no_name_is_opened() {
    let trustee = Trustee::new("below");
    let app = TestApp::start();
    let story = Story::begin(&app, Some(&trustee), 10);
    let codes = story.sign_sealed(10);
    story.days_pass(1);
    story.page().says("At least 10 have agreed to be named");
    story.withdraw(&codes[9]);
    story.days_pass(15);
    story.page().does_not_say("have agreed to be named: names").says("Signers may seal their name");
    story.sealed_json().expect(404);
    assert_eq!(story.sealed_left(), 9);
}

#[test]
fn whoever_withdraws_before_the_group_comes_out_is_not_opened_either() {
    let trustee = Trustee::new("spool");
    let app = TestApp::start();
    let story = Story::begin(&app, Some(&trustee), 10);
    let codes = story.sign_sealed(11);
    story.withdraw(&codes[4]);
    story.days_pass(1);
    assert_eq!(story.sealed_left(), 10);
    story.days_pass(15);
    let openings = trustee.openings(&story.sealed_json().expect(200).body);
    story.bring(&openings, &[]).expect(200).says("10 names are shown now.");
    assert!(!story.names().contains("Colleague E"));
}

#[test]
fn an_opening_that_does_not_fit_its_leaf_is_refused_and_nothing_is_shown() {
    let trustee = Trustee::new("fits");
    let app = TestApp::start();
    let story = Story::begin(&app, Some(&trustee), 10);
    story.sign_sealed(10);
    story.days_pass(1);
    story.days_pass(15);
    let openings = trustee.openings(&story.sealed_json().expect(200).body);
    let good: Vec<Value> = serde_json::from_str(&openings).expect("openings");
    let forged = |change: &dyn Fn(&mut Vec<Value>)| {
        let mut bad = good.clone();
        change(&mut bad);
        json!(bad).to_string()
    };
    let somebody = Extension::Sealed { name: String::from("Somebody Else"), title: None }.to_jcs();
    let bad = [
        forged(&|list| list[3]["extension"] = json!(text(&somebody))),
        forged(&|list| list[3]["salt"] = list[4]["salt"].clone()),
        forged(&|list| list[3]["index"] = json!(0)),
        forged(&|list| list[3]["index"] = json!(9_999)),
        forged(&|list| list[3]["index"] = json!(u64::MAX)),
        forged(&|list| list.push(good[0].clone())),
        forged(&|list| list[3]["more"] = json!(1)),
        String::from("not json"),
        String::from("[]"),
    ];
    for openings in bad {
        let again = story.bring(&openings, &[]).expect(422);
        again.does_not_say("Somebody Else");
        assert!(!story.names().contains("Colleague"), "{openings}");
        assert_eq!(story.sealed_left(), 10);
    }
    // Another organizer's petition it is not; and a part is taken.
    let stranger = app.organizer("Magpie");
    stranger.browser.get(&story.unsealing()).expect(404);
    app.admin().browser.get(&story.unsealing()).expect(200).says("10 names are sealed.");
    story.bring(&json!(good[..4]).to_string(), &[]).expect(200).says("4 names are shown now.");
    assert_eq!(story.sealed_left(), 6);
    story
        .bring(&json!(good[4..9]).to_string(), &[("rest", "delete")])
        .expect(200)
        .says("5 names are shown now.");
    assert_eq!(story.sealed_left(), 0);
    assert!(!story.names().contains("Somebody Else"));
}

#[test]
fn sealed_names_that_were_not_opened_in_time_are_gone() {
    let trustee = Trustee::new("late");
    let app = TestApp::start();
    let story = Story::begin(&app, Some(&trustee), 500);
    story.sign_sealed(10);
    story.days_pass(1);
    assert_eq!(story.sealed_left(), 10);
    // Casting ends on 7 September; a month later they are gone.
    story.days_pass(122);
    assert_eq!(story.sealed_left(), 10);
    story.days_pass(4);
    assert_eq!(story.sealed_left(), 0);
    story.page().says("were never opened, and are deleted");
    story.sealed_json().expect(404);
}

#[test]
fn a_petition_without_a_trustee_refuses_a_sealed_cast() {
    let app = TestApp::start();
    let story = Story::begin(&app, None, 0);
    story.page().does_not_say("trustee").does_not_say("have agreed");
    let ((status, problem), code) = story.cast("ada@initech.example", "work-mail", Wish::Sealed(NAME));
    assert_eq!((status, problem["code"].as_str()), (422, Some("no-trustee")));
    app.client().post("/receipt", &[("code", &code)]).expect(404);
    let short = json!({"leaf": text(&[0; 500]), "sealed": text(&[0; SEALED_NAME_BYTES - 1])});
    let (status, problem) = story.call("casts", &short);
    assert_eq!((status, problem["code"].as_str()), (400, Some("malformed")));
    story.owner.browser.get(&story.unsealing()).expect(404);
}

#[test]
fn the_receipt_says_that_the_name_is_sealed_and_until_when() {
    let trustee = Trustee::new("receipt");
    let app = TestApp::start();
    let story = Story::begin(&app, Some(&trustee), 10);
    let code = story.sign("zerlina", Wish::Sealed(NAME));
    let look = || app.client().post("/receipt", &[("code", &code)]).expect(200);
    look().says("Sealed to Kim Ade, lawyer").says("once 10 have agreed").says("With the next group");
    story.sign_sealed(9);
    story.days_pass(1);
    look()
        .says("Sealed to Kim Ade, lawyer")
        .says("names will be shown from 19 June 2026 on")
        .does_not_say(NAME);
    let nameless = story.sign("nameless", Wish::Anonymous);
    app.client().post("/receipt", &[("code", &nameless)]).expect(200).does_not_say("Sealed to");
}

#[test]
fn an_organizer_names_a_trustee_and_the_key_stands_in_the_log() {
    let trustee = Trustee::new("draft");
    let app = TestApp::start();
    let owner = app.organizer("Magpie");
    let slug = undersigned::actions::petitions::create(&app.ctx, owner.id).expect("a draft").unwrap();
    let step = format!("/organize/{slug}/edit/signers");
    let typed = [
        ("counting", "together"),
        ("trustee", "Kim Ade"),
        ("sealing_key", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"),
        ("reveal_at", "9"),
        ("then", "next"),
    ];
    let again = owner.browser.submit(&step, &step, &typed).expect(422);
    again.says("This is not a public key").says("Choose at least 10").says("could open the names early");
    assert_eq!(again.input_value("trustee").as_deref(), Some("Kim Ade"));

    let story = Story::begin(&app, Some(&trustee), 500);
    let entries = app.ctx.store.read(|db| db::collector::entries(db, story.id, 0, 1)).expect("a database");
    let Ok(Leaf::Genesis(genesis)) = Leaf::parse(&entries[0].leaf) else { panic!("no genesis") };
    assert_eq!(genesis.sealing_key.map(|key| text(&key)), Some(trustee.public_key.clone()));
    story
        .page()
        .says(&trustee.public_key)
        .says("Kim Ade, lawyer could read them early")
        .says("force the number");
}

#[test]
fn a_trustees_key_is_a_private_file_that_is_never_overwritten() {
    let trustee = Trustee::new("files");
    let key = trustee.folder.join("my.key");
    assert_eq!(fs::metadata(&key).unwrap().permissions().mode() & 0o777, 0o600);
    let before = fs::read_to_string(&key).unwrap();
    assert!(!before.contains(&trustee.public_key));
    let refused = program(&trustee.folder, &["sealing-key", "--out", "my.key"]);
    assert_eq!(refused.status.code(), Some(1), "{}", said(&refused));
    assert_eq!(fs::read_to_string(&key).unwrap(), before);
    let not_a_file = trustee.unseal("{}");
    assert_eq!(not_a_file.status.code(), Some(1));
    assert!(said(&not_a_file).contains("sealed.json"), "{}", said(&not_a_file));
}
