//! What the pages of a petition say about its number and how to check it.

use serde_json::Value;

use super::{Audit, address, lively, url};
use crate::support::{Reader, TestApp, Voter};

#[test]
fn readers_find_beside_the_number_what_it_is_made_of_and_how_to_check_it() {
    let (app, petition) = lively();
    let path = petition.path();
    assert!(app.client().get(&path).expect(200).body.contains(&format!("href=\"{path}/audit\"")));
    let page = app.client().get(&format!("{path}/audit")).expect(200);
    // Counted, signed, withdrawn, invalidated, given out: by work address; nobody by invitation yet, which is no number.
    let cells = [9, 15, 6, 0].map(|cell| format!("<td class=\"n\">{cell}</td>")).concat();
    assert!(page.body.contains(&format!("{cells}<td>at least 10</td>")), "{}", page.body);
    page.says("appears with the first group").says("What it does not prove");
    page.says(&format!("undersigned audit {}", url(&app, &petition)));
    let checkpoint = Reader::of(&app, &petition).get("log/checkpoint").expect(200).body;
    page.says(checkpoint.lines().nth(2).expect("a root"));
    let numbers = Reader::of(&app, &petition).get("numbers.json").expect(200).json();
    assert_eq!(
        (&numbers["crowds"][0]["number"], &numbers["crowds"][1]["number"]),
        (&Value::from(9), &Value::Null)
    );
    assert_eq!(numbers["crowds"][1]["as_of"], Value::Null);
}

#[test]
fn before_the_first_group_no_number_is_named_anywhere() {
    let app = TestApp::start();
    let petition = app.petition();
    for seed in 0..3 {
        Voter::new(&app, &petition, "work-mail", seed).sign(&address(seed));
    }
    let page = app.client().get(&format!("{}/audit", petition.path())).expect(200);
    page.says("The number appears with the first group");
    assert!(!page.body.contains("<td>") && !page.body.contains("class=\"n\">0"), "no number: {}", page.body);
    assert!(!app.client().get(&petition.path()).expect(200).body.contains("/audit\""));
    Audit::of(&url(&app, &petition), None).is_well();
}

#[test]
fn a_petition_that_gathers_quietly_or_was_taken_down_is_audited_without_numbers() {
    let (app, petition) = lively();
    let reason = undersigned::domain::reason::Reason::parse("A court order").unwrap();
    undersigned::actions::moderation::take_down(&app.ctx, &petition.slug, &reason).expect("it is taken down");
    let audit = Audit::of(&url(&app, &petition), None);
    assert_eq!(
        (&audit.is_well()["numbers_compared"], &audit.event["openings"]),
        (&Value::from(false), &Value::from(0))
    );
}
