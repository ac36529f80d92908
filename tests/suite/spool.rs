//! Where casts without a name wait: no file tells when one came, no cost tells how many wait, and no key outlives its time.

use std::{collections::BTreeMap, fs, os::unix::fs::MetadataExt, path::Path};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use undersigned::{
    actions::{batches, collector, petitions::How},
    clock::{Clock as _, SystemClock},
    db,
    faults::CrashPoint,
    keys::EphemeralKey,
    protocol::{extension::Extension, leaf::Leaf},
};

use crate::support::{
    Node, Petition, Reader, TestApp, Voter, ballot::intake_leaves, id_of, statements, ticket, withdrawal_code,
};

const HOUR: i64 = 3_600;
const DAY: i64 = 24 * HOUR;

fn address(number: u64) -> String {
    format!("person{number}@initech.example")
}

fn colleagues_sign<'a>(
    app: &'a TestApp,
    petition: &Petition,
    numbers: std::ops::Range<u64>,
) -> Vec<Voter<'a>> {
    let sign = |number| {
        let voter = Voter::new(app, petition, "work-mail", number);
        voter.sign(&address(number));
        voter
    };
    numbers.map(sign).collect()
}

fn held(app: &TestApp, petition: &Petition) -> u64 {
    let id = id_of(app, petition);
    app.ctx.store.read(|db| db::collector::held(db, id)).expect("the database answers")
}

fn stored(app: &TestApp, petition: &Petition) -> usize {
    let id = id_of(app, petition);
    app.ctx.store.read(|db| db::collector::spooled(db, id)).expect("the database answers").len()
}

fn casts_in_log(app: &TestApp, petition: &Petition) -> usize {
    let reader = Reader::of(app, petition);
    let entries = reader.entries(reader.checkpoint().size);
    entries.iter().filter(|entry| matches!(Leaf::parse(entry), Ok(Leaf::Cast(_)))).count()
}

/// Times, size and number of every file and folder that holds keys.
fn traces(app: &TestApp) -> BTreeMap<String, (i64, i64, i64, i64, u64, u64)> {
    fn walk(path: &Path, all: &mut BTreeMap<String, (i64, i64, i64, i64, u64, u64)>) {
        let found = fs::symlink_metadata(path).expect("a file");
        let times = (found.mtime(), found.mtime_nsec(), found.ctime(), found.ctime_nsec());
        let trace = (times.0, times.1, times.2, times.3, found.size(), found.ino());
        all.insert(path.display().to_string(), trace);
        if found.is_dir() {
            for entry in fs::read_dir(path).expect("a folder") {
                walk(&entry.expect("an entry").path(), all);
            }
        }
    }
    let mut all = BTreeMap::new();
    walk(&app.folder().join("secrets"), &mut all);
    assert!(all.len() > 6, "the walk finds the keys: {all:?}");
    all
}

#[test]
fn no_file_or_folder_of_the_keys_changes_when_somebody_signs_or_withdraws() {
    let app = TestApp::start();
    let petition = app.petition();
    collector::begin_spools(&app.ctx).expect("the keys are made");
    let before = traces(&app);
    let voter = Voter::new(&app, &petition, "work-mail", 1);
    let asked = voter.ask(&address(1)).expect(202);
    assert_eq!(traces(&app), before, "somebody asked for a code");
    // The next hour begins before the jobs have had their round.
    app.clock.advance_secs(HOUR);
    let blinded = voter.blind();
    let token =
        blinded.finish(&voter.ask_token(&ticket(&asked), &app.code_for(&address(1)), &blinded).expect(200));
    assert_eq!(traces(&app), before, "somebody got a token");
    voter.cast(&voter.made(&token, &Extension::Anonymous)).expect(202);
    assert_eq!(traces(&app), before, "the first cast came in");
    app.sign_nameless(&petition, "work-mail", &address(2));
    let third = app.sign_nameless(&petition, "work-mail", &address(3));
    assert_eq!(traces(&app), before, "two signed without script");
    app.client().post("/receipt", &[("code", &third)]).expect(200);
    app.client().post("/receipt/withdrawal", &[("code", &third)]).expect(200);
    voter.retract().expect(202);
    assert_eq!(traces(&app), before, "two withdrew");
    collector::renew_keys(&app.ctx).expect("the clock");
    assert_ne!(traces(&app), before, "the clock changes files, whether somebody came or not");
}

#[test]
fn a_new_day_begins_without_a_file_that_tells_who_came_first() {
    let app = TestApp::start();
    let petition = app.petition();
    app.clock.advance_secs(12 * HOUR - 60);
    collector::begin_spools(&app.ctx).expect("the keys are made");
    let before = traces(&app);
    app.clock.advance_secs(120);
    app.client().ask(&petition, "work-mail", "Robin Okafor", &address(1)).expect(200);
    assert_eq!(traces(&app), before);
    app.deliver_mail();
}

/// The statements that one cast takes, without the cast itself.
fn statements_of_a_cast(app: &TestApp, petition: &Petition, number: u64) -> Vec<String> {
    let voter = Voter::new(app, petition, "work-mail", number);
    let token = voter.token(&address(number));
    let cast = voter.made(&token, &Extension::Anonymous);
    drop(statements::take());
    voter.cast(&cast).expect(202);
    statements::take()
}

fn bytes_of_the_intake(app: &TestApp, petition: &Petition) -> usize {
    let id = id_of(app, petition);
    let intake = app.ctx.store.read(|db| db::collector::spool_intake(db, id)).expect("the database answers");
    intake.expect("an intake").len()
}

#[test]
fn a_cast_takes_the_same_statements_and_writes_the_same_bytes_however_many_wait() {
    statements::record();
    let app = TestApp::start();
    let petition = app.petition();
    let first = statements_of_a_cast(&app, &petition, 1);
    assert!(first.iter().any(|statement| statement.contains("spool_intake")), "it is seen: {first:?}");
    let bytes = bytes_of_the_intake(&app, &petition);
    colleagues_sign(&app, &petition, 10..50);
    assert_eq!(statements_of_a_cast(&app, &petition, 2), first, "with 41 waiting");
    colleagues_sign(&app, &petition, 50..75);
    collector::renew_keys(&app.ctx).expect("the clock");
    assert!(stored(&app, &petition) > 0, "the clock has moved some into the store");
    assert_eq!(statements_of_a_cast(&app, &petition, 3), first, "with 67 waiting, some of them in the store");
    assert_eq!(bytes_of_the_intake(&app, &petition), bytes);
}

#[test]
fn whatever_lies_where_comes_out_once_and_can_be_found_and_withdrawn() {
    let app = TestApp::start();
    let petition = app.petition();
    let mut people = colleagues_sign(&app, &petition, 1..66);
    let by_form = app.sign_nameless(&petition, "work-mail", &address(900));
    collector::renew_keys(&app.ctx).expect("the clock");
    assert_eq!((held(&app, &petition), stored(&app, &petition)), (66, 34));
    people.extend(colleagues_sign(&app, &petition, 66..70));
    app.client().post("/receipt", &[("code", &by_form)]).expect(200).says("With the next group");
    for person in &people[..20] {
        person.retract().expect(202);
    }
    // Again, and elsewhere: the same answer each time, and nothing twice.
    for person in &people[..20] {
        person.retract().expect(202);
    }
    assert_eq!(held(&app, &petition), 90);
    collector::renew_keys(&app.ctx).expect("the clock");
    app.clock.advance_secs(DAY);
    batches::take_turns(&app.ctx).expect("the spools are published");
    assert_eq!(casts_in_log(&app, &petition), 70);
    assert_eq!((held(&app, &petition), stored(&app, &petition)), (0, 0));
    let id = id_of(&app, &petition);
    let view = undersigned::actions::reading::petition(&app.ctx, id).unwrap().unwrap();
    assert_eq!(view.tally.by_proof(undersigned::domain::proof::ProofKind::WorkMail), 50);
    app.client().post("/receipt", &[("code", &by_form)]).expect(200).says("Yes, as one of a group");
}

#[test]
fn more_casts_than_the_intake_has_room_for_between_two_ticks_of_the_clock_are_all_kept() {
    let app = TestApp::start();
    let petition = app.petition();
    colleagues_sign(&app, &petition, 1..101);
    assert_eq!((held(&app, &petition), stored(&app, &petition)), (100, 64));
    app.clock.advance_secs(DAY);
    batches::take_turns(&app.ctx).expect("the spools are published");
    assert_eq!(casts_in_log(&app, &petition), 100);
}

#[test]
fn what_was_sealed_before_the_clock_came_nobody_opens_any_more() {
    let app = TestApp::start();
    let petition = app.petition();
    let id = id_of(&app, &petition);
    let taken = || {
        let head = app.ctx.store.write(|db| db::collector::lock_spool(db, id)).unwrap();
        let intake = app.ctx.store.read(|db| db::collector::spool_intake(db, id)).unwrap();
        (u64::try_from(head.intake).unwrap(), intake.expect("an intake"))
    };
    colleagues_sign(&app, &petition, 1..4);
    let (place, intake) = taken();
    colleagues_sign(&app, &petition, 4..5);
    let keys = app.ctx.keys.spool_keys(id).unwrap().expect("its keys");
    assert_eq!(
        intake_leaves(&keys, id, place, &intake).map(|leaves| leaves.len()),
        Some(3),
        "within the seconds"
    );
    collector::renew_keys(&app.ctx).expect("the clock");
    let keys = app.ctx.keys.spool_keys(id).unwrap().expect("its keys");
    assert!(intake_leaves(&keys, id, place, &intake).is_none(), "the key before is gone");
    let (now, intake) = taken();
    assert_eq!(intake_leaves(&keys, id, now, &intake).map(|leaves| leaves.len()), Some(4));
}

fn key_files(app: &TestApp) -> Vec<String> {
    let files = fs::read_dir(app.folder().join("secrets/ephemeral")).expect("a folder");
    let names = files.map(|file| file.expect("a file").file_name().into_string().expect("text"));
    names.filter(|name| name.contains("spools-")).collect()
}

#[test]
fn the_keys_that_a_crash_left_are_destroyed_before_anybody_is_served() {
    let app = TestApp::builder().leaves_mail().start();
    app.clock.advance_secs(SystemClock.now().secs() - app.ctx.now().secs());
    let owner = app.organizer("Heron");
    let petition = app.petition_of(&owner, How::Open, |draft| {
        draft.closes = app.ctx.now().plus_days(60).day().to_string();
    });
    let robin = Voter::new(&app, &petition, "work-mail", 1);
    let token = robin.token(&address(1));
    let cast = robin.made(&token, &Extension::Anonymous);
    let mut node = Node::start(&app, Some(CrashPoint::CastAfterCommit));
    let place = format!("/api/v1/petitions/{}/casts", robin.id);
    assert!(node.post_json(&place, &Voter::cast_body(&cast)).is_none());
    node.died();
    let left = key_files(&app);
    assert!(!left.is_empty());
    // It says that it has started before it takes the first request.
    let _second = Node::start(&app, None);
    let now = key_files(&app);
    assert!(left.iter().all(|name| !now.contains(name)), "{left:?} and {now:?}");
    assert_eq!(held(&app, &petition), 1, "and what came in before the crash waits");
}

#[test]
fn what_waits_since_before_there_was_an_intake_is_read_over() {
    let app = TestApp::start();
    let petition = app.petition();
    let id = id_of(&app, &petition);
    // As it lay before: one row, under a key of its own.
    let voter = Voter::new(&app, &petition, "work-mail", 1);
    let made = voter.made(&voter.token(&address(1)), &Extension::Anonymous);
    let generation = "0123456789abcdef0123456789abcdef";
    let file = app.folder().join(format!("secrets/ephemeral/spool-{id}-{generation}"));
    fs::write(&file, [7; 40]).unwrap();
    fs::set_permissions(&file, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    let key: EphemeralKey = app.ctx.keys.spool_key_from_before(id, generation).unwrap().expect("the key");
    let leaf = URL_SAFE_NO_PAD.encode(&made.leaf);
    let row = format!("{{\"leaf\":\"{leaf}\",\"crowd\":0}}");
    let lookup = key.mac("spooled cast", voter.code.nonce().as_slice());
    let sealed = key.seal("spool", &lookup, row.as_bytes(), app.ctx.entropy.as_ref());
    let blob = |bytes: &[u8]| app.database().blob(bytes);
    app.database().execute(&[
        format!("UPDATE spool_head SET generation = '{generation}', held = 1"),
        format!("INSERT INTO spool VALUES ('{id}', {}, {})", blob(&lookup), blob(&sealed)),
    ]);
    collector::begin_spools(&app.ctx).expect("the start goes on");
    assert!(!file.exists(), "its key is gone");
    assert_eq!(held(&app, &petition), 1);
    voter.cast(&made).expect(202);
    assert_eq!(held(&app, &petition), 1, "the same cast is not taken twice");
    colleagues_sign(&app, &petition, 10..19);
    app.clock.advance_secs(DAY);
    batches::take_turns(&app.ctx).expect("the spools are published");
    assert_eq!(casts_in_log(&app, &petition), 10);
}

#[test]
fn a_database_that_falls_back_and_comes_forward_again_finds_its_keys() {
    let app = TestApp::start();
    let petition = app.petition();
    let id = id_of(&app, &petition);
    colleagues_sign(&app, &petition, 1..4);
    collector::renew_keys(&app.ctx).expect("the clock");
    let place = app.ctx.store.write(|db| db::collector::lock_spool(db, id)).unwrap().intake;
    let set = |place: i64| {
        app.database()
            .execute(&[format!("UPDATE spool_head SET intake = {place} WHERE petition_id = '{id}'")]);
    };
    set(place - 2);
    collector::renew_keys(&app.ctx).expect("the clock");
    let robin = Voter::new(&app, &petition, "work-mail", 50);
    let cast = robin.made(&robin.token(&address(50)), &Extension::Anonymous);
    robin.cast(&cast).expect(503);
    set(place);
    collector::renew_keys(&app.ctx).expect("the clock");
    robin.cast(&cast).expect(202);
    assert_eq!(held(&app, &petition), 4);
}

#[test]
fn a_signer_by_form_whose_spool_has_no_keys_yet_is_told_to_try_again_and_signs_then() {
    let app = TestApp::start();
    let petition = app.petition();
    let inbox = app.client().ask_nameless(&petition, "work-mail", &address(1)).expect(200);
    let (ticket, code) = (inbox.hidden("ticket").unwrap(), app.code_for(&address(1)));
    for name in key_files(&app) {
        fs::remove_file(app.folder().join("secrets/ephemeral").join(name)).unwrap();
    }
    app.client().confirm(&petition, &ticket, &code).expect(503);
    collector::renew_keys(&app.ctx).expect("the clock");
    withdrawal_code(&app.client().confirm(&petition, &ticket, &code).expect(200));
}
