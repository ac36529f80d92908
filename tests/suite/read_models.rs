//! Read models: one for each thing that pages show, with typed states, as they are handed to pages and will be to programs.

use serde_json::json;
use undersigned::{
    actions::{Error, queries::pages},
    db::views::ListQuery,
    domain::{demand::DemandState, proof::ProofKind},
};

use crate::support::TestApp;

#[test]
fn a_card_is_written_with_every_state_day_and_number_as_text_that_a_program_can_read() {
    let app = TestApp::start();
    let petition = app.petition();
    app.sign(&petition, "work-mail", "Robin Okafor", "robin.okafor@initech.example");
    let (cards, found) = pages::list(&app.ctx, &ListQuery { page: 1, ..ListQuery::default() }).unwrap();
    assert_eq!(found, 1);
    let written = serde_json::to_value(&cards[0]).unwrap();
    let closes = cards[0].closes.expect("a last day");
    assert_eq!(written["slug"], json!(petition.slug));
    assert_eq!(written["state"], json!("open"));
    assert_eq!(written["closes"], json!(closes.to_rfc3339()));
    let work = &written["tally"]["crowds"][0];
    assert_eq!((&work["proof"], &work["number"]), (&json!(ProofKind::WorkMail.as_str()), &json!(1)));
    assert_eq!(work["as_of"], json!(app.ctx.now().day().to_string()));
}

#[test]
fn demands_and_contracts_are_written_as_the_page_has_them() {
    let app = TestApp::start();
    let petition = app.petition();
    let view = pages::at_public_place(&app.ctx, &petition.slug).unwrap().expect("it is public").view;
    assert!(view.demands.iter().all(|demand| demand.state == DemandState::Open));
    let written = serde_json::to_value(&view.demands).unwrap();
    assert_eq!(written[0], json!({"text": view.demands[0].text, "state": "open"}));
    let contract = serde_json::to_value(&view.contracts[0]).unwrap();
    assert_eq!(contract["supplier"], json!(view.contracts[0].supplier));
    assert_eq!(contract["status"], json!(view.contracts[0].status.as_str()));
    let source = view.contracts[0].sources[0].url.as_ref().expect("an address");
    assert_eq!(contract["sources"][0]["url"], json!(source.to_string()));
}

#[test]
fn a_demand_in_a_state_that_nobody_knows_is_not_shown_as_open() {
    let app = TestApp::start();
    let petition = app.petition();
    app.database().run("UPDATE petition_demand SET state = 'forgotten'");
    let read = pages::at_public_place(&app.ctx, &petition.slug);
    assert!(matches!(read, Err(Error::Database(_))), "a mistake is told, and not guessed over");
}
