//! Where casts without a name wait: whatever happens in between, each comes out once. What a thief learns there: `games/waiting.rs`.

use std::fs;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use undersigned::{
    actions::{collector, scheduled::batches},
    db,
    keys::EphemeralKey,
    protocol::{extension::Extension, leaf::Leaf},
};

use crate::support::{DAY, Petition, Reader, TestApp, Voter, id_of, withdrawal_code};

pub fn address(number: u64) -> String {
    format!("person{number}@initech.example")
}

pub fn colleagues_sign<'a>(
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

pub fn held(app: &TestApp, petition: &Petition) -> u64 {
    let id = id_of(app, petition);
    app.ctx.store.read(|db| db::collector::held(db, id)).expect("the database answers")
}

pub fn stored(app: &TestApp, petition: &Petition) -> usize {
    let id = id_of(app, petition);
    app.ctx.store.read(|db| db::collector::spooled(db, id)).expect("the database answers").len()
}

fn casts_in_log(app: &TestApp, petition: &Petition) -> usize {
    let reader = Reader::of(app, petition);
    let entries = reader.entries(reader.checkpoint().size);
    entries.iter().filter(|entry| matches!(Leaf::parse(entry), Ok(Leaf::Cast(_)))).count()
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
    let view = undersigned::actions::queries::pages::petition(&app.ctx, id).unwrap().unwrap();
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

pub fn key_files(app: &TestApp) -> Vec<String> {
    let files = fs::read_dir(app.folder().join("secrets/ephemeral")).expect("a folder");
    let names = files.map(|file| file.expect("a file").file_name().into_string().expect("text"));
    names.filter(|name| name.contains("spools-")).collect()
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
