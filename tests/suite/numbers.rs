//! What pages, lists and `numbers.json` say of the numbers: the same, and true at the moment it is read.

use undersigned::{
    actions::petitions::{self, How},
    domain::proof::ProofKind,
};

use crate::support::{Petition, TestApp, id_of};

fn signed_by(app: &TestApp, petition: &Petition, names: &[&str]) -> Vec<String> {
    let sign = |name: &&str| {
        app.sign(
            petition,
            "work-mail",
            name,
            &format!("{}@initech.example", name.replace(' ', ".").to_lowercase()),
        )
    };
    names.iter().map(sign).collect()
}

fn with_goal(app: &TestApp, goal: &str) -> Petition {
    app.petition_of(&app.organizer("Heron"), How::Open, |draft| draft.goal = String::from(goal))
}

fn numbers(app: &TestApp, petition: &Petition) -> serde_json::Value {
    app.client().get(&format!("{}/numbers.json", petition.path())).expect(200).json()
}

#[test]
fn a_hidden_name_is_not_among_those_that_can_be_read() {
    let app = TestApp::start();
    let petition = app.petition();
    signed_by(&app, &petition, &["Robin Okafor", "Ada Lovelace"]);
    let page = || app.client().get(&petition.path()).expect(200);
    page().says("Read the 2 public names");
    let admin = app.admin().browser;
    let names = format!("/admin/petitions/{}/signers", petition.slug);
    let robin = admin.get(&names).expect(200).body;
    let hiding = robin.split("action=\"").find(|part| part.contains("/hiding\"")).expect("a button");
    admin.submit(&names, hiding.split('"').next().expect("a path"), &[]).expect(303);
    page().says("Read the 1 public name").does_not_say("2 public names");
}

#[test]
fn a_goal_that_is_reached_or_that_can_no_longer_be_reached_is_not_said_to_be_on_the_way() {
    let app = TestApp::start();
    let petition = with_goal(&app, "3");
    signed_by(&app, &petition, &["Robin Okafor", "Ada Lovelace"]);
    let page = || app.client().get(&petition.path()).expect(200);
    page().says("On the way to 3 by work address").says("2 of 3");
    signed_by(&app, &petition, &["Sasha Lind", "Kim Sato"]);
    page().says("Goal reached: 3 by work address").does_not_say("4 of 3").does_not_say("On the way");

    let app = TestApp::start();
    let owner = app.organizer("Egret");
    let short = app.petition_of(&owner, How::Open, |draft| {
        draft.goal = String::from("3");
        draft.closes = app.ctx.now().plus_days(20).day().to_string();
    });
    signed_by(&app, &short, &["Robin Okafor"]);
    app.clock.advance_secs(22 * 24 * 3_600);
    petitions::close_due(&app.ctx).expect("the database answers");
    let page = app.client().get(&short.path()).expect(200);
    page.says("This petition is closed").does_not_say("On the way to 3").does_not_say("1 of 3");
    let own = owner.browser.get(&format!("/organize/{}", short.slug)).expect(200);
    own.does_not_say("On the way to 3");
}

#[test]
fn page_and_program_say_the_same_of_a_number_that_is_not_there_yet_and_of_one_that_went_back_to_none() {
    let app = TestApp::start();
    let petition = app.petition();
    let page = || app.client().get(&petition.path()).expect(200);
    let work = |numbers: &serde_json::Value| {
        let crowds = numbers["crowds"].as_array().expect("crowds");
        crowds.iter().find(|crowd| crowd["proof"] == ProofKind::WorkMail.as_str()).expect("one")["number"]
            .clone()
    };
    page().says("The number appears with the first group");
    assert_eq!(work(&numbers(&app, &petition)), serde_json::Value::Null);
    let codes = signed_by(&app, &petition, &["Robin Okafor"]);
    page().says("1 signature by work address");
    assert_eq!(work(&numbers(&app, &petition)), 1);
    app.client().post("/receipt/withdrawal", &[("code", &codes[0])]).expect(200);
    page().says("No signatures as of").does_not_say("appears with the first group");
    assert_eq!(work(&numbers(&app, &petition)), 0);
    let view =
        undersigned::actions::queries::pages::petition(&app.ctx, id_of(&app, &petition)).unwrap().unwrap();
    assert!(view.tally.as_of().is_some());
    // Beside another number too.
    app.sign(&petition, "any-mail", "Kim Sato", "kim@home.example");
    page().says("1 signature by another address").says("none by work address now");
}
