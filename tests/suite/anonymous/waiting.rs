//! What becomes of signatures that wait when they are taken back, their key is away, or the petition is taken down.

use undersigned::{
    actions::{collector, moderation, scheduled::batches},
    db,
    domain::{proof::ProofKind, reason::Reason},
    protocol::extension::Extension,
};

use super::{B, address, casts_in_log, colleagues_sign, next_day, number, retractions_in_log};
use crate::support::{TestApp, Voter};

#[test]
fn a_signature_that_waits_is_taken_back_and_never_counts_toward_its_group() {
    let app = TestApp::start();
    let petition = app.petition();
    let robin = Voter::new(&app, &petition, "work-mail", 1);
    robin.sign(&address(1));
    robin.retract().expect(202);
    robin.retract().expect(202);
    colleagues_sign(&app, &petition, 10, B - 1);
    next_day(&app);
    assert_eq!(casts_in_log(&app, &petition), 0, "nine hide nobody");
    colleagues_sign(&app, &petition, 30, 1);
    next_day(&app);
    assert_eq!(casts_in_log(&app, &petition), 11, "her proof stays used, so her cast is in the log");
    assert_eq!(retractions_in_log(&app, &petition), 0, "and her retraction waits for others");
    for day in 0..31 {
        if retractions_in_log(&app, &petition) > 0 {
            assert!(day > 0);
            break;
        }
        next_day(&app);
    }
    assert_eq!(
        retractions_in_log(&app, &petition),
        1,
        "on the first of a month it goes however few there are"
    );
    assert_eq!(number(&app, &petition, ProofKind::WorkMail), 10);
}

#[test]
fn what_waits_when_a_petition_is_taken_down_is_forgotten() {
    let app = TestApp::start();
    let petition = app.petition();
    colleagues_sign(&app, &petition, 0, 3);
    let reason = Reason::parse("A court order").unwrap();
    moderation::take_down(&app.ctx, &petition.slug, &reason).unwrap();
    batches::take_turns(&app.ctx).expect("the spools are looked at");
    assert!(app.ctx.store.read(db::collector::waiting_spools).unwrap().is_empty());
}

/// The files of spools' keys.
fn spool_keys(app: &TestApp) -> Vec<std::path::PathBuf> {
    let files = std::fs::read_dir(app.folder().join("secrets/ephemeral")).unwrap();
    files
        .map(|file| file.unwrap().path())
        .filter(|path| path.file_name().unwrap().to_string_lossy().starts_with("spools-"))
        .collect()
}

#[test]
fn while_the_key_of_what_waits_is_away_nobody_is_promised_anything_and_nothing_is_lost() {
    let app = TestApp::start();
    let petition = app.petition();
    colleagues_sign(&app, &petition, 0, B - 1);
    let robin = Voter::new(&app, &petition, "work-mail", 50);
    let cast = robin.made(&robin.token(&address(50)), &Extension::Anonymous);
    let [key] = &spool_keys(&app)[..] else { panic!("one file") };
    let away = app.folder().join("away");
    std::fs::rename(key, &away).unwrap();
    robin.cast(&cast).expect(503);
    std::fs::rename(&away, key).unwrap();
    robin.cast(&cast).expect(202);
    next_day(&app);
    assert_eq!(casts_in_log(&app, &petition), B);
}

#[test]
fn what_waited_is_lost_with_its_key_when_a_backup_is_restored_and_others_can_sign() {
    let app = TestApp::start();
    let petition = app.petition();
    colleagues_sign(&app, &petition, 0, B - 1);
    for key in spool_keys(&app) {
        std::fs::remove_file(key).unwrap();
    }
    collector::begin_spools(&app.ctx).expect("the start goes on");
    colleagues_sign(&app, &petition, 20, B);
    next_day(&app);
    assert_eq!(casts_in_log(&app, &petition), B);
}
