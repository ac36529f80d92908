//! A database restored from an older backup must never sign a second history of a log that was published.

use undersigned::{
    actions::{Error, collector, petitions},
    db::{self, collector::Head},
    domain::reason::Reason,
    jobs,
    keys::Mark,
    log::{checkpoint::Checkpoint, note::VerifierKey},
    protocol::leaf::{Leaf, Notice},
};

use crate::support::{Node, Petition, TestApp, id_of};

const ROBIN: &str = "robin.okafor@initech.example";
const SASHA: &str = "sasha.lind@initech.example";

/// The head of a log.
pub fn head(app: &TestApp, petition: &Petition) -> Head {
    let id = id_of(app, petition);
    app.ctx.store.read(|db| db::collector::head(db, id)).expect("the database answers").expect("a log")
}

fn jobs_run(app: &TestApp) -> Result<(), Error> {
    // The scrub of tonight was done.
    let round = jobs::round(&app.ctx, &jobs::Node::new(&app.ctx), &mut Some(app.ctx.now().day()))?;
    assert!(round.is_some(), "no other node is at it");
    // The next round is another node's.
    app.clock.advance_secs(3_600);
    Ok(())
}

/// Puts the log back to an earlier head, as restoring a backup from then would.
pub fn roll_back(app: &TestApp, petition: &Petition, to: &Head) {
    let frontier = app.database().blob(to.frontier.as_deref().expect("a frontier"));
    let checkpoint = to.checkpoint.as_deref().expect("a checkpoint");
    let (size, id) = (to.size, id_of(app, petition));
    app.database().run(&format!(
        "UPDATE log_head SET size = {size}, frontier = {frontier}, checkpoint = '{checkpoint}' \
           WHERE petition_id = '{id}'; \
         DELETE FROM log_entry WHERE petition_id = '{id}' AND idx >= {size}; \
         DELETE FROM published_cast WHERE petition_id = '{id}' AND idx >= {size}; \
         DELETE FROM opening WHERE petition_id = '{id}' AND idx >= {size}"
    ));
}

fn append_something(app: &TestApp, petition: &Petition) -> Result<u64, Error> {
    let id = id_of(app, petition);
    let leaf = Notice::ServedAt { host: String::from("elsewhere.example") }.encode(id).unwrap();
    app.ctx.store.write(|db| collector::append(&app.ctx, db, id, std::slice::from_ref(&leaf)))
}

/// A petition whose database was rolled back from three signed checkpoints to two, with its head from before.
fn rolled_back(app: &TestApp) -> (Petition, Head) {
    let petition = app.petition();
    app.sign(&petition, "work-mail", "Robin Okafor", ROBIN);
    let older = head(app, &petition);
    app.sign(&petition, "work-mail", "Sasha Lind", SASHA);
    jobs_run(app).expect("the marks are raised");
    roll_back(app, &petition, &older);
    (petition, older)
}

#[test]
fn a_database_rolled_back_to_an_older_copy_refuses_to_sign() {
    let app = TestApp::start();
    let (petition, older) = rolled_back(&app);
    let refused = append_something(&app, &petition).unwrap_err();
    assert!(matches!(refused, Error::Forked(id) if id == id_of(&app, &petition)), "{refused}");
    assert!(refused.to_string().contains(&id_of(&app, &petition).to_string()), "{refused}");
    // Somebody who types a code is told that it did not work, and nothing is kept.
    let kim = "kim.sato@initech.example";
    let inbox = app.client().ask(&petition, "work-mail", "Kim Sato", kim).expect(200);
    let code = app.code_for(kim);
    app.client().confirm(&petition, &inbox.hidden("ticket").unwrap(), &code).expect(500);
    assert_eq!(head(&app, &petition), older);
    assert!(matches!(jobs_run(&app), Err(Error::Forked(_))), "the jobs say so every round");
}

#[test]
fn a_log_of_the_same_size_with_another_content_refuses_to_sign() {
    let app = TestApp::start();
    let petition = app.petition();
    let older = head(&app, &petition);
    append_something(&app, &petition).unwrap();
    jobs_run(&app).unwrap();
    roll_back(&app, &petition, &older);
    // As if a node had gone on without the mark.
    let id = id_of(&app, &petition);
    let mark = app.ctx.keys.log_mark(id).unwrap().unwrap();
    app.ctx
        .keys
        .set_log_mark(id, Mark { size: 1, root: [0; 32] }, app.ctx.now().day(), &*app.ctx.entropy)
        .unwrap();
    let reason = Reason::parse("another history").unwrap();
    petitions::take_down(&app.ctx, &petition.slug, &reason).unwrap();
    app.ctx.keys.set_log_mark(id, mark, app.ctx.now().day(), &*app.ctx.entropy).unwrap();
    assert_eq!(head(&app, &petition).size, mark.size);
    assert!(matches!(append_something(&app, &petition), Err(Error::Forked(_))));
    assert_eq!(collector::forked(&app.ctx).unwrap(), [id]);
}

#[test]
fn a_longer_log_that_does_not_continue_what_was_published_is_found_by_the_jobs_and_at_the_start() {
    let app = TestApp::start();
    let petition = app.petition();
    jobs_run(&app).unwrap();
    let id = id_of(&app, &petition);
    let mark = app.ctx.keys.log_mark(id).unwrap().unwrap();
    let other = Mark { root: [7; 32], ..mark };
    append_something(&app, &petition).unwrap();
    assert_eq!(collector::forked(&app.ctx).unwrap(), []);
    app.ctx.keys.set_log_mark(id, other, app.ctx.now().day(), &*app.ctx.entropy).unwrap();
    assert_eq!(collector::forked(&app.ctx).unwrap(), [id]);
    assert!(matches!(jobs_run(&app), Err(Error::Forked(_))));
    assert_eq!(app.ctx.keys.log_mark(id).unwrap(), Some(other), "the mark stays where it is");
}

#[test]
fn the_server_refuses_to_start_on_a_rolled_back_database_and_the_operator_may_choose_to_go_on() {
    let app = TestApp::start();
    let (petition, older) = rolled_back(&app);
    let (status, said) = Node::run(&app, &["serve"]);
    assert_eq!(status, Some(1), "{said}");
    let choice = format!("undersigned log resume {}", petition.slug);
    assert!(said.contains("Restore a newer backup") && said.contains(&choice), "{said}");

    let (status, said) = Node::run(&app, &["log", "resume", &petition.slug]);
    assert_eq!(status, Some(2), "readers must be told why: {said}");
    let resume =
        ["log", "resume", &petition.slug, "--because", "The disk died; the newest backup was a day old"];
    let (status, said) = Node::run(&app, &resume);
    assert_eq!(status, Some(0), "{said}");
    let id = id_of(&app, &petition);
    let entries = app.ctx.store.read(|db| db::collector::entries(db, id, older.size, 10)).unwrap();
    let [entry] = entries.as_slice() else { panic!("one entry more: {entries:?}") };
    let Leaf::Notice(_, Notice::Dispute { first, end, text }) = Leaf::parse(&entry.leaf).unwrap() else {
        panic!("a note of dispute")
    };
    assert_eq!((first, end), (older.size, older.size + 1));
    assert_eq!(text, "The disk died; the newest backup was a day old");
    let page = app.client().get(&format!("{}/audit", petition.path())).expect(200);
    page.says("The disk died; the newest backup was a day old");

    let (status, said) = Node::run(&app, &resume);
    assert!(status == Some(0) && said.contains("Nothing to decide"), "{said}");
    assert_eq!(head(&app, &petition).size, older.size + 1);
    let node = Node::start(&app, None);
    let get =
        |what: &str| node.get(&format!("{}/log/{what}", petition.path())).expect("an answer").expect(200);
    let key = VerifierKey::parse(get("vkey").body.trim_end()).unwrap();
    let checkpoint = Checkpoint::verify(&get("checkpoint").bytes, &key).unwrap();
    // And what the jobs of a server that has just started append.
    assert!(checkpoint.size > older.size, "{}", checkpoint.size);
    append_something(&app, &petition).unwrap();
}

#[test]
fn a_database_from_before_a_petition_began_neither_starts_the_server_nor_destroys_the_petitions_keys() {
    let app = TestApp::start();
    let petition = app.petition();
    jobs_run(&app).unwrap();
    let id = id_of(&app, &petition);
    app.database().run(&format!(
        "DELETE FROM log_head; DELETE FROM log_entry; \
         UPDATE petition SET state = 'draft', genesis_hash = NULL, log_origin = NULL WHERE id = '{id}'"
    ));
    let (status, said) = Node::run(&app, &["serve"]);
    assert!(status == Some(1) && said.contains("Restore a newer backup"), "{said}");
    app.ctx.keys.discard_unstarted(id).unwrap_err();
    app.ctx.keys.log_seed(id).expect("the log's key is still there");
}

#[test]
fn the_marks_follow_the_logs_and_tell_no_more_than_the_day() {
    use std::os::unix::fs::MetadataExt as _;
    let app = TestApp::start();
    let petition = app.petition();
    let id = id_of(&app, &petition);
    assert_eq!(app.ctx.keys.log_mark(id).unwrap(), None);
    for _ in 0..3 {
        let today = app.ctx.now().day();
        jobs_run(&app).unwrap();
        let mark = app.ctx.keys.log_mark(id).unwrap().expect("a mark");
        assert_eq!(mark.size, head(&app, &petition).size);
        let file = app.folder().join(format!("secrets/durable/{id}.mark"));
        let found = std::fs::metadata(file).unwrap();
        assert_eq!((found.mtime(), found.mode() & 0o777), (today.start().secs(), 0o600));
        append_something(&app, &petition).unwrap();
    }
}
