//! A database restored from an older backup must never sign a second history of a log that was published.

use undersigned::{
    actions::{Error, collector, moderation, petitions},
    db::{self, collector::Head},
    domain::reason::Reason,
    jobs,
    keys::Mark,
    log::{checkpoint::Checkpoint, note::VerifierKey},
    protocol::{
        extension::Extension,
        leaf::{Leaf, Notice},
    },
};

use crate::support::{Node, Petition, ROBIN, Reader, TestApp, Voter, id_of, with_invitations};

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
    app.ctx.write_logs(|db| collector::append(&app.ctx, db, id, std::slice::from_ref(&leaf)))
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
    std::fs::remove_file(app.folder().join(format!("secrets/durable/{id}.mark"))).unwrap();
    let reason = Reason::parse("another history").unwrap();
    moderation::take_down(&app.ctx, &petition.slug, &reason).unwrap();
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
    for _ in 0..3 {
        let today = app.ctx.now().day();
        let mark = app.ctx.keys.log_mark(id).unwrap().expect("a mark");
        assert_eq!(mark.size, head(&app, &petition).size);
        let file = app.folder().join(format!("secrets/durable/{id}.mark"));
        let found = std::fs::metadata(file).unwrap();
        assert_eq!((found.mtime(), found.mode() & 0o777), (today.start().secs(), 0o600));
        app.clock.advance_secs(26 * 3_600);
        append_something(&app, &petition).unwrap();
    }
}

/// The size of a checkpoint as it is served, and the mark that is written.
fn served_and_marked(app: &TestApp, petition: &Petition) -> (u64, u64) {
    let checkpoint = Reader::of(app, petition).checkpoint();
    (checkpoint.size, app.ctx.keys.log_mark(id_of(app, petition)).unwrap().expect("a mark").size)
}

#[test]
fn whatever_is_acknowledged_lies_below_the_mark_at_that_moment() {
    let app = TestApp::start();
    let owner = app.organizer("Heron");
    let admin = app.admin();
    let petition = app.petition_of(&owner, petitions::How::Open, with_invitations);
    let mut before = 0;
    let mut grew = |what: &str| {
        let (served, marked) = served_and_marked(&app, &petition);
        assert_eq!((served, marked), (head(&app, &petition).size, served), "{what}");
        assert!(served > before, "{what} appends nothing");
        before = served;
    };
    grew("the start");
    let robin = app.sign(&petition, "work-mail", "Robin Okafor", ROBIN);
    grew("a signature by form");
    let sasha = Voter::new(&app, &petition, "work-mail", 7);
    let token = sasha.token(SASHA);
    let shown = Extension::Public { name: String::from("Sasha Lind"), title: None };
    sasha.cast_public(&sasha.made(&token, &shown)).expect(202);
    grew("a signature by a client");
    sasha.amend(&Extension::Public { name: String::from("Sasha L."), title: None }).expect(202);
    grew("a name that was mended");
    sasha.retract().expect(202);
    grew("a withdrawal by a client");
    app.client().post("/receipt/withdrawal", &[("code", &robin)]).expect(200);
    grew("a withdrawal by code");
    let root = format!("/organize/{}", petition.slug);
    let invitations = format!("{root}/invitations");
    owner.browser.submit(&invitations, &invitations, &[("size", "20")]).expect(200);
    grew("a sheet of invitations");
    owner.browser.submit(&root, &format!("{root}/extension"), &[("closes", "2026-09-15")]).expect(303);
    grew("an extension");
    let dispute = format!("/admin/petitions/{}/dispute", petition.slug);
    let note = [("first", "1"), ("last", "2"), ("text", "Something was wrong here.")];
    admin.browser.submit(&dispute, &dispute, &note).expect(303);
    grew("a note of dispute");
    for number in 0..10 {
        app.sign_nameless(&petition, "work-mail", &format!("person{number}@initech.example"));
    }
    app.clock.advance_secs(24 * 3_600);
    undersigned::actions::scheduled::batches::take_turns(&app.ctx).unwrap();
    grew("a batch");
    let reason = Reason::parse("It names a private person").unwrap();
    moderation::take_down(&app.ctx, &petition.slug, &reason).unwrap();
    assert_eq!(
        head(&app, &petition).size,
        app.ctx.keys.log_mark(id_of(&app, &petition)).unwrap().unwrap().size
    );
}

#[test]
fn a_standby_that_lacks_acknowledged_signatures_is_noticed_at_once_and_sends_and_signs_nothing() {
    let app = TestApp::start();
    let petition = app.petition();
    let older = head(&app, &petition);
    let kim = "kim.sato@initech.example";
    let inbox = app.client().ask(&petition, "work-mail", "Kim Sato", kim).expect(200);
    let (ticket, code) = (inbox.hidden("ticket").unwrap(), app.code_for(kim));
    let lee = Voter::new(&app, &petition, "work-mail", 7);
    let lees = lee.ask("lee@initech.example");
    let lees_code = app.code_for("lee@initech.example");
    let max = Voter::new(&app, &petition, "work-mail", 8);
    let token = max.token("max@initech.example");
    app.sign(&petition, "work-mail", "Robin Okafor", ROBIN);
    // No job has run since. The database fails over to a standby that was behind.
    roll_back(&app, &petition, &older);
    let mails = app.mails();
    app.client().confirm(&petition, &ticket, &code).expect(503).says("Signing is stopped");
    app.client()
        .ask(&petition, "work-mail", "Pat Doe", "pat@initech.example")
        .expect(503)
        .says("no code is sent");
    let refused = lee.ask("sam@initech.example").expect(503);
    assert_eq!(refused.json()["code"], "behind");
    assert!(refused.header("retry-after").is_some());
    lee.ask_token(&crate::support::ticket(&lees), &lees_code, &lee.blind()).expect(503);
    max.cast(&max.made(&token, &Extension::Anonymous)).expect(503);
    assert_eq!(app.mails(), mails, "no code is mailed");
    // Readers see the last state that is known, and what they saw before is not contradicted.
    let page = app.client().get(&petition.path()).expect(200);
    page.says("Stop selling the tracking service");
    assert_eq!(Reader::of(&app, &petition).checkpoint().size, older.size);
    assert_eq!(head(&app, &petition), older);
    assert!(matches!(jobs_run(&app), Err(Error::Forked(_))), "the jobs say so every round");
    let (status, said) = Node::run(&app, &["serve"]);
    assert!(status == Some(1) && said.contains("undersigned log resume"), "a restart is refused: {said}");
}

#[test]
fn where_one_log_is_behind_no_codes_are_sent_for_any_petition() {
    let app = TestApp::start();
    let (petition, _) = rolled_back(&app);
    let owner = app.organizer("Egret");
    let other = app.petition_to(&owner, petition.employers[0], petitions::How::Open, |draft| {
        draft.title = String::from("Another ask");
    });
    app.client().ask(&other, "work-mail", "Kim Sato", "kim.sato@initech.example").expect(503);
}

#[test]
fn a_mark_that_a_crash_left_behind_is_raised_before_anything_is_shown_or_signed() {
    let app = TestApp::start();
    let petition = app.petition();
    let id = id_of(&app, &petition);
    let before = Reader::of(&app, &petition).checkpoint();
    // As if the disk had been full after the commit.
    app.sign(&petition, "work-mail", "Robin Okafor", ROBIN);
    let raised = app.ctx.keys.log_mark(id).unwrap().expect("a mark");
    let lower = Mark { size: before.size, root: before.root };
    app.ctx.keys.set_log_mark(id, lower, app.ctx.now().day(), &*app.ctx.entropy).unwrap();
    let lower_it = || {
        app.ctx.keys.set_log_mark(id, lower, app.ctx.now().day(), &*app.ctx.entropy).unwrap();
    };
    assert_eq!(served_and_marked(&app, &petition), (raised.size, raised.size), "shown, and marked first");
    lower_it();
    app.sign(&petition, "work-mail", "Sasha Lind", SASHA);
    assert_eq!(served_and_marked(&app, &petition), (raised.size + 1, raised.size + 1));
    // While the folder takes nothing, no checkpoint is shown rather than one above the mark.
    lower_it();
    let durable = app.folder().join("secrets/durable");
    let away = app.folder().join("away");
    std::fs::rename(&durable, &away).unwrap();
    app.client().get(&format!("{}/log/checkpoint", petition.path())).expect(503);
    std::fs::rename(&away, &durable).unwrap();
    assert_eq!(served_and_marked(&app, &petition), (raised.size + 1, raised.size + 1));
}
