//! Those who wait for their group, and a thief who watches the disk and the clock: no file tells when somebody cast (G15), no
//! answer tells how many wait (G16), and of what the database's own log kept of each moment, nothing older than some
//! seconds can be read, also after a crash (G17).

use std::{collections::BTreeMap, fs, os::unix::fs::MetadataExt, path::Path, time::SystemTime};

use undersigned::{
    actions::{collector, petitions::How, scheduled::batches::take_turns},
    clock::{Clock as _, SystemClock},
    db,
    entropy::SeededEntropy,
    faults::CrashPoint,
    protocol::extension::Extension,
};

use super::{
    population::{is_full, shuffled},
    table::{Row, report},
    timing::{distance, micros_of},
};
use crate::{
    spool::{address, colleagues_sign, held, key_files, stored},
    support::{Node, Petition, TestApp, Voter, ballot::intake_leaves, id_of, statements, ticket},
};

const HOUR: i64 = 3_600;

type Traces = BTreeMap<String, (Option<SystemTime>, [i64; 4], u64, u64)>;

/// Times (birth, content, node), size and number of every file and folder that holds keys.
fn traces(app: &TestApp) -> Traces {
    fn walk(path: &Path, all: &mut Traces) {
        let found = fs::symlink_metadata(path).expect("a file");
        let times = [found.mtime(), found.mtime_nsec(), found.ctime(), found.ctime_nsec()];
        let trace = (found.created().ok(), times, found.size(), found.ino());
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
    report(&Row {
        game: "G15",
        attacker: format!(
            "birth, content and node times of {} files and folders, after each act",
            before.len()
        ),
        score: String::from("0 of 8 acts"),
        bound: String::from("0"),
        control: String::from("each turn of the clock shows, whether somebody came or not"),
    });
    collector::renew_keys(&app.ctx).expect("the clock");
    assert_ne!(traces(&app), before, "the game can be lost");
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

/// Only in `scripts/attack`: it takes minutes, and a machine that is busy otherwise.
#[test]
fn a_cast_takes_equally_long_however_many_wait() {
    const ROUNDS: u64 = 20;
    const EACH: u64 = 15;
    if !is_full() {
        return;
    }
    let app = TestApp::start();
    let busy = app.petition();
    let owner = app.organizer("Egret");
    let quiet = app.petition_to(&owner, busy.employers[0], How::Open, |draft| {
        draft.title = String::from("Another ask");
    });
    let chance = SeededEntropy::new(35);
    let mut took: [Vec<u128>; 2] = [Vec::new(), Vec::new()];
    for round in 0..ROUNDS {
        colleagues_sign(&app, &busy, round * 1_000..round * 1_000 + 40);
        collector::renew_keys(&app.ctx).expect("the clock");
        let order = (0..2 * EACH).map(|job| (job % 2, 500 + job / 2)).collect();
        for (which, number) in shuffled(&chance, order) {
            let which = usize::from(which == 1);
            let petition = [&quiet, &busy][which];
            let voter = Voter::new(&app, petition, "work-mail", round * 1_000 + number);
            let made = voter.made(&voter.token(&address(round * 1_000 + number)), &Extension::Anonymous);
            took[which].push(micros_of(|| voter.cast(&made).expect(202)));
        }
        app.clock.advance_secs(24 * HOUR);
        take_turns(&app.ctx).expect("the spools are published");
    }
    let found = distance(&took[0], &took[1]);
    // What two series of 300 from the same source exceed once in ten thousand times.
    let bound = 0.181;
    let slower: Vec<u128> = took[1].iter().map(|micros| micros + 2_000).collect();
    let control = distance(&took[0], &slower);
    report(&Row {
        game: "G16, time",
        attacker: format!("{} casts each, few against 40 and more waiting", took[0].len()),
        score: format!("distance {found:.3}"),
        bound: format!("{bound}"),
        control: format!("{control:.3} when 2 ms slower"),
    });
    assert!(found <= bound, "who waits is told by time: {found:.3}");
    assert!(control > bound, "the measurement could not have found anything: {control:.3}");
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
    report(&Row {
        game: "G17",
        attacker: String::from("the intake as the write-ahead log kept it after each commit, and the keys"),
        score: String::from("readable until the next turn of the clock, then never"),
        bound: String::from("no version from before the last turn"),
        control: String::from("all three entries with the keys of that moment"),
    });
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
