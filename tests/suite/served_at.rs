//! Sites get taken down and move. A log says itself where it is served, so that whoever has a copy finds it again.

use std::process::Command;

use serde_json::Value;
use undersigned::{
    actions::{moderation, petitions::How, queries::pages},
    domain::reason::Reason,
    jobs,
    protocol::leaf::{Leaf, Notice},
};

use crate::support::{Petition, Reader, TestApp, id_of};

fn jobs_run(app: &TestApp) {
    // The scrub of tonight was done.
    let round = jobs::round(&app.ctx, &jobs::Node::new(&app.ctx), &mut Some(app.ctx.now().day()));
    round.expect("the jobs are done").expect("no other node is at it");
    // The next round is another node's.
    app.clock.advance_secs(3_600);
}

fn hosts(app: &TestApp, petition: &Petition) -> Vec<String> {
    let reader = Reader::of(app, petition);
    let entries = reader.entries(reader.checkpoint().size);
    let host = |entry: &Vec<u8>| match Leaf::parse(entry).expect("a leaf") {
        Leaf::Notice(_, Notice::ServedAt { host }) => Some(host),
        _ => None,
    };
    entries.iter().filter_map(host).collect()
}

#[test]
fn a_log_says_where_it_is_served_when_that_changes_and_at_no_other_time() {
    let mut app = TestApp::start();
    let employer = app.employer("Initech", "initech.example");
    let owner = app.organizer("Heron");
    let open = app.petition_to(&owner, employer, How::Open, |_| ());
    let quiet = app.petition_to(&owner, employer, How::Quietly, |_| ());
    let (place, _) = pages::place_and_title(&app.ctx, id_of(&app, &quiet)).unwrap().unwrap();
    let quiet = Petition { slug: place, employers: Vec::new() };
    let gone = app.petition_to(&owner, employer, How::Open, |_| ());
    drop(owner);
    moderation::take_down(&app.ctx, &gone.slug, &Reason::parse("A court order").unwrap()).unwrap();
    let first = app.host();
    for (host, expected) in [
        (first.as_str(), &[first.as_str()][..]),
        ("new.example", &[&first, "new.example"]),
        ("new.example", &[&first, "new.example"]),
        (&first, &[&first, "new.example", &first]),
    ] {
        app.ctx.rules.base_url = format!("https://{host}");
        jobs_run(&app);
        jobs_run(&app);
        assert_eq!(hosts(&app, &open), expected);
        assert_eq!(hosts(&app, &quiet), expected, "also while it gathers");
        assert_eq!(hosts(&app, &gone), [first.as_str()], "what was taken down is left alone");
    }
    // A log from before hosts were remembered: what it named when it began is not named again.
    app.database().run("DELETE FROM served_at");
    app.ctx.rules.base_url = format!("https://{first}");
    jobs_run(&app);
    assert_eq!(hosts(&app, &open).len(), 3);
}

#[test]
fn an_audit_says_where_the_petition_lives_now_also_when_it_goes_on() {
    let mut app = TestApp::start();
    let petition = app.petition();
    let url = format!("{}{}", app.base_url(), petition.path());
    let state = app.folder().join("state");
    let audited_host = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_undersigned"));
        let output =
            command.args(["audit", &url, "--json", "--state"]).arg(&state).env_clear().output().unwrap();
        assert_eq!(output.status.code(), Some(0));
        let text = String::from_utf8(output.stdout).unwrap();
        serde_json::from_str::<Value>(text.lines().last().unwrap()).unwrap()["host"].clone()
    };
    assert_eq!(audited_host(), app.host());
    for host in ["petitions.example", "new.example"] {
        app.ctx.rules.base_url = format!("https://{host}");
        jobs_run(&app);
        for _ in 0..2 {
            assert_eq!(audited_host(), host);
        }
    }
    let mut command = Command::new(env!("CARGO_BIN_EXE_undersigned"));
    let output = command.args(["audit", &url, "--afresh"]).env_clear().output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(said.contains("The log says that it is served at new.example"), "{said}");
}
