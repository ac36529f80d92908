//! What the clock does: each job fails alone, and the nightly scrub gives way to whoever uses the database.

use undersigned::{
    db,
    domain::petition::PetitionState,
    jobs::{self, Node},
};

use crate::support::{Petition, TestApp};

const NIGHT_SECS: i64 = 15 * 3_600 + 60;

fn state(app: &TestApp, petition: &Petition) -> PetitionState {
    let found = app.ctx.store.read(|db| db::petitions::by_slug(db, &petition.slug));
    found.expect("the database answers").expect("the petition").state
}

#[test]
fn a_job_that_fails_stops_no_other() {
    let app = TestApp::start();
    let petition = app.petition();
    app.sign(&petition, "any-mail", "Ada Lovelace", "ada@home.example");
    let marks = app.folder().join("secrets/durable");
    let node = Node::new(&app.ctx);
    // Purging looks at sessions, and fails; nothing else does.
    app.database().run("ALTER TABLE session RENAME TO session_elsewhere");
    app.clock.advance_secs(200 * 24 * 3_600);
    assert!(jobs::round(&app.ctx, &node, &mut Some(app.ctx.now().day())).is_err());
    assert_eq!(state(&app, &petition), PetitionState::Closed);
    let has_mark = |entry: Result<std::fs::DirEntry, _>| {
        entry.expect("an entry").file_name().to_string_lossy().ends_with(".mark")
    };
    assert!(
        std::fs::read_dir(&marks).expect("the folder").any(has_mark),
        "how far the log had come is marked"
    );
    let log = TestApp::log();
    assert!(log.contains("a job failed") && log.contains("\"purging\""), "the log says which");
    app.database().run("ALTER TABLE session_elsewhere RENAME TO session");
    assert!(jobs::round(&app.ctx, &node, &mut Some(app.ctx.now().day())).is_ok());
}

#[test]
fn keys_die_on_time_although_the_database_is_away() {
    let app = TestApp::start();
    let petition = app.petition();
    app.client().ask(&petition, "any-mail", "Ada Lovelace", "ada@home.example").expect(200);
    app.deliver_mail();
    assert!(app.ctx.keys.expired(app.ctx.now()).expect("the folder").hours == 0);
    app.clock.advance_secs(3 * 24 * 3_600);
    let mut ctx = app.ctx.clone();
    let nowhere = db::DatabaseUrl::parse("sqlite:no/such/folder/x.db").expect("a URL");
    ctx.store = db::Store::open(nowhere, 1);
    assert!(jobs::round(&ctx, &Node::new(&ctx), &mut None).is_err());
    let left = app.ctx.keys.expired(app.ctx.now()).expect("the folder");
    assert_eq!((left.hours, left.days), (0, 0));
}

#[test]
fn the_scrub_gives_way_to_a_dump_at_once_and_is_done_when_that_has_ended() {
    let app = TestApp::start();
    let petition = app.petition();
    app.sign(&petition, "work-mail", "Robin Okafor", "robin.okafor@initech.example");
    let (node, mut scrubbed) = (Node::new(&app.ctx), None);
    app.clock.advance_secs(NIGHT_SECS);
    let dump = app.database().dump_under_way();
    let round = jobs::round(&app.ctx, &node, &mut scrubbed).expect("nothing failed").expect("nobody else");
    assert!(!round.scrubbed, "it gave way");
    // While the dump still holds its locks, names are read and people sign.
    app.client().get(&format!("{}/signers", petition.path())).expect(200).says("Robin Okafor");
    app.sign(&petition, "any-mail", "Ada Lovelace", "ada@home.example");
    // Not again at once, and not for long.
    assert!(
        !jobs::round(&app.ctx, &node, &mut scrubbed).expect("nothing failed").expect("nobody else").scrubbed
    );
    drop(dump);
    assert!(
        !jobs::round(&app.ctx, &node, &mut scrubbed).expect("nothing failed").expect("nobody else").scrubbed
    );
    app.clock.advance_secs(60);
    assert!(
        jobs::round(&app.ctx, &node, &mut scrubbed).expect("nothing failed").expect("nobody else").scrubbed
    );
    app.clock.advance_secs(60);
    let again = jobs::round(&app.ctx, &node, &mut scrubbed).expect("nothing failed").expect("nobody else");
    assert!(!again.scrubbed, "once a night");
    assert!(TestApp::log().contains("the scrub gives way to somebody who uses the database"));
    app.client().get(&format!("{}/signers", petition.path())).expect(200).says("Robin Okafor");
}

#[test]
fn what_was_scrubbed_is_not_scrubbed_again_because_another_part_was_in_use() {
    let app = TestApp::start();
    if !app.database().is_postgres() {
        // There the file is one part.
        return;
    }
    let (node, mut scrubbed) = (Node::new(&app.ctx), None);
    app.clock.advance_secs(NIGHT_SECS);
    let before = app.database().file_of("outbox");
    let dump = app.database().reading("opening");
    jobs::round(&app.ctx, &node, &mut scrubbed).expect("nothing failed");
    let rewritten = app.database().file_of("outbox");
    assert_ne!(rewritten, before, "the others are done");
    drop(dump);
    app.clock.advance_secs(60);
    let round = jobs::round(&app.ctx, &node, &mut scrubbed).expect("nothing failed").expect("nobody else");
    assert!(round.scrubbed);
    assert_eq!(app.database().file_of("outbox"), rewritten, "not again");
}

#[test]
fn what_somebody_still_sees_as_it_was_is_scrubbed_when_they_are_gone() {
    let app = TestApp::start();
    let petition = app.petition();
    let code = app.sign(&petition, "work-mail", "Zerlina Quantick", "robin.okafor@initech.example");
    // It holds no lock on any of the tables, and sees the name until it ends.
    let old = app.database().old_snapshot();
    app.client().post("/receipt/withdrawal", &[("code", &code)]).expect(200);
    let (node, mut scrubbed) = (Node::new(&app.ctx), None);
    app.clock.advance_secs(NIGHT_SECS);
    let round = jobs::round(&app.ctx, &node, &mut scrubbed).expect("nothing failed").expect("nobody else");
    assert!(!round.scrubbed, "the row is still there for somebody");
    drop(old);
    app.clock.advance_secs(60);
    let round = jobs::round(&app.ctx, &node, &mut scrubbed).expect("nothing failed").expect("nobody else");
    assert!(round.scrubbed);
    let holds = |bytes: &[u8]| bytes.windows(16).any(|part| part == b"Zerlina Quantick");
    for (file, bytes) in app.database().files(&["opening"]) {
        assert!(!holds(&bytes), "{file}");
    }
}
