//! Witnesses cosign what a log has signed: what they are shown, when, and what readers are given of it. A cosignature
//! holds a second, and none may tell when somebody signed.

use undersigned::{
    actions::{
        moderation,
        petitions::{self, How},
        queries::pages,
        scheduled::witnessing,
    },
    domain::reason::Reason,
    jobs::ask_witnesses::{Asked, Reply},
    log::{checkpoint::Checkpoint, cosignature::Cosigner, witness::Submission},
};

use crate::{
    forks,
    support::{DAY, ROBIN},
    support::{Petition, Reader, Rounds, TestApp, TestWitness, grow, id_of},
};

const UNION: &str = "witness.union.example";
const NEWS: &str = "newsroom.example";
const SASHA: &str = "sasha.lind@initech.example";

fn with_one() -> (TestApp, TestWitness) {
    let app = TestApp::builder().witnesses(&TestWitness::setting(UNION, 1)).start();
    let union = TestWitness::new(&app, UNION, 1);
    (app, union)
}

fn with_two() -> (TestApp, TestWitness, TestWitness) {
    let both = [TestWitness::setting(UNION, 1), TestWitness::setting(NEWS, 2)].join(", ");
    let app = TestApp::builder().witnesses(&both).start();
    let (union, news) = (TestWitness::new(&app, UNION, 1), TestWitness::new(&app, NEWS, 2));
    (app, union, news)
}

/// The size of the witnessed checkpoint, and how many of these two witnesses have cosigned it.
fn witnessed(app: &TestApp, petition: &Petition) -> Option<(u64, usize)> {
    let reader = Reader::of(app, petition);
    let answer = reader.get("log/witnessed");
    if answer.status == 404 {
        return None;
    }
    let note = answer.expect(200).bytes;
    let size = Checkpoint::verify(&note, &reader.key()).expect("the log has signed it").size;
    let keys = [TestWitness::key(UNION, 1), TestWitness::key(NEWS, 2)];
    Some((size, keys.iter().filter(|key| key.find_on(&note).is_some()).count()))
}

#[test]
fn a_log_is_cosigned_once_a_turn_of_the_clock_and_never_because_somebody_signs() {
    let (app, union) = with_one();
    let petition = app.petition();
    let reader = Reader::of(&app, &petition);
    union.follows(reader.key());
    let mut rounds = Rounds::new(&app.ctx);
    assert_eq!(witnessed(&app, &petition), None);
    assert_eq!(rounds.run(&app, &[&union]).cosigned, 1);
    let begun = reader.checkpoint().size;
    assert_eq!(witnessed(&app, &petition), Some((begun, 1)));
    let line = TestWitness::key(UNION, 1).find_on(&reader.get("log/checkpoint").expect(200).bytes);
    assert!(line.is_some(), "the newest checkpoint is the one that was cosigned");
    assert_eq!(union.was_asked().len(), 1);

    // Somebody signs in public, which everybody can see at once; no witness is asked, however many rounds pass today.
    app.sign(&petition, "work-mail", "Robin Okafor", ROBIN);
    for _ in 0..3 {
        app.clock.advance_secs(60);
        assert_eq!(rounds.run(&app, &[&union]), Asked::default());
    }
    assert_eq!(union.was_asked(), []);
    assert_eq!(witnessed(&app, &petition), Some((begun, 1)));
    let newest = reader.get("log/checkpoint").expect(200).bytes;
    assert_eq!(
        TestWitness::key(UNION, 1).find_on(&newest),
        None,
        "of what was not cosigned nothing is claimed"
    );

    // After a start of the server neither: what was picked and answered stands in the database.
    assert_eq!(Rounds::new(&app.ctx).ask(&app, &[&union]), Asked::default());

    app.clock.advance_secs(DAY);
    assert_eq!(rounds.run(&app, &[&union]).cosigned, 1);
    let asked = union.was_asked();
    assert_eq!((asked.len(), asked[0].old), (1, begun), "with the proof from what it has seen");
    assert_eq!(witnessed(&app, &petition), Some((reader.checkpoint().size, 1)));
    // A log that does not grow is cosigned again: that nothing was changed is news, too.
    app.clock.advance_secs(DAY);
    assert_eq!(rounds.run(&app, &[&union]).cosigned, 1);
    let time =
        TestWitness::key(UNION, 1).find_on(&reader.get("log/witnessed").expect(200).bytes).unwrap().time;
    assert_eq!(time, app.ctx.now());
}

#[test]
fn a_witness_that_is_away_is_asked_again_about_the_same_checkpoint_and_the_others_go_on() {
    let (app, union, news) = with_two();
    let petition = app.petition();
    let reader = Reader::of(&app, &petition);
    union.follows(reader.key());
    news.follows(reader.key());
    let mut rounds = Rounds::new(&app.ctx);
    news.goes_away(true);
    assert_eq!(rounds.run(&app, &[&union, &news]), Asked { cosigned: 1, away: 1, refused: 0 });
    let picked = reader.checkpoint().size;
    assert!(TestApp::log().contains("a witness did not answer"));
    app.sign(&petition, "work-mail", "Robin Okafor", ROBIN);
    // Not with every round.
    assert_eq!(rounds.run(&app, &[&union, &news]), Asked::default());
    app.clock.advance_secs(60);
    assert_eq!(rounds.run(&app, &[&union, &news]).away, 1);
    app.clock.advance_secs(60);
    assert_eq!(rounds.run(&app, &[&union, &news]).away, 0, "and ever more seldom");
    news.goes_away(false);
    app.clock.advance_secs(60);
    assert_eq!(rounds.run(&app, &[&union, &news]).cosigned, 1);
    assert_eq!(witnessed(&app, &petition), Some((picked, 2)), "what was picked before somebody signed");
    assert_eq!(union.was_asked().len(), 1);
}

#[test]
fn a_petition_whose_log_cannot_be_read_does_not_keep_witnesses_from_the_others() {
    let (app, union) = with_one();
    let (owner, employer) = (app.organizer("Heron"), app.employer("Initech", "initech.example"));
    let petitions = [(); 2].map(|()| app.petition_to(&owner, employer, How::Open, |_| ()));
    for petition in &petitions {
        union.follows(Reader::of(&app, petition).key());
    }
    let mut rounds = Rounds::new(&app.ctx);
    assert_eq!(rounds.run(&app, &[&union]).cosigned, 2);
    for petition in &petitions {
        app.sign(petition, "work-mail", "Robin Okafor", ROBIN);
    }
    app.clock.advance_secs(DAY);
    union.goes_away(true);
    rounds.run(&app, &[&union]);
    union.goes_away(false);
    app.clock.advance_secs(60);
    let first = witnessing::due(&app.ctx).unwrap()[0].petition;
    let is_first = |petition: &&Petition| id_of(&app, petition) == first;
    let (broken, whole) = if is_first(&&petitions[0]) {
        (&petitions[0], &petitions[1])
    } else {
        (&petitions[1], &petitions[0])
    };
    app.database().run(&format!(
        "DELETE FROM log_tile WHERE petition_id = '{0}'; DELETE FROM log_entry WHERE petition_id = '{0}'",
        id_of(&app, broken)
    ));
    assert!(rounds.try_to_ask(&app, &[&union]).is_err(), "the operator is told");
    let size = Reader::of(&app, whole).checkpoint().size;
    assert_eq!(union.has_seen(&Reader::of(&app, whole).key()), Some(size));
    assert_eq!(witnessed(&app, whole), Some((size, 1)));
}

#[test]
fn a_witness_that_is_slow_and_refuses_makes_the_others_wait_once_and_not_for_all_petitions() {
    let (app, union, news) = with_two();
    let (owner, employer) = (app.organizer("Heron"), app.employer("Initech", "initech.example"));
    let petitions = [(); 9].map(|()| app.petition_to(&owner, employer, How::Open, |_| ()));
    for petition in &petitions {
        union.follows(Reader::of(&app, petition).key());
    }
    news.says(Some(Reply { status: 404, body: Vec::new() }));
    news.takes_secs(8);
    let mut rounds = Rounds::new(&app.ctx);
    assert_eq!(rounds.run(&app, &[&union, &news]), Asked { cosigned: 9, refused: 8, away: 0 });
    // What is left of its turn comes with the next round.
    assert_eq!(rounds.run(&app, &[&union, &news]), Asked { cosigned: 0, refused: 1, away: 0 });
    app.clock.advance_secs(DAY);
    let now = app.ctx.now();
    assert_eq!(rounds.run(&app, &[&union, &news]).cosigned, 9);
    for petition in &petitions {
        let note = Reader::of(&app, petition).get("log/witnessed").expect(200).bytes;
        assert_eq!(TestWitness::key(UNION, 1).find_on(&note).unwrap().time, now, "who is quick comes first");
    }
}

#[test]
fn readers_who_ask_for_two_witnesses_keep_what_both_have_signed_until_both_have_signed_more() {
    let (app, union, news) = with_two();
    let petition = app.petition();
    let reader = Reader::of(&app, &petition);
    union.follows(reader.key());
    news.follows(reader.key());
    let mut rounds = Rounds::new(&app.ctx);
    rounds.run(&app, &[&union, &news]);
    let first = reader.checkpoint().size;
    grow(&app, &petition, 300);
    app.clock.advance_secs(DAY);
    news.goes_away(true);
    assert_eq!(rounds.run(&app, &[&union, &news]).cosigned, 1);
    assert_eq!(witnessed(&app, &petition), Some((first, 2)));
    news.goes_away(false);
    app.clock.advance_secs(3_600);
    assert_eq!(rounds.run(&app, &[&union, &news]).cosigned, 1);
    assert_eq!(witnessed(&app, &petition), Some((300, 2)));
    // But not for ever: from the next turn on what one has signed is better than what is old.
    news.goes_away(true);
    for size in [400, 500] {
        grow(&app, &petition, size);
        app.clock.advance_secs(DAY);
        rounds.run(&app, &[&union, &news]);
    }
    assert_eq!(witnessed(&app, &petition), Some((500, 1)));
    // The page still says how far the other one came.
    let page = app.client().get(&format!("{}/audit", petition.path())).expect(200);
    page.says("has signed 500 entries");
    page.says("has signed 300 entries");
}

#[test]
fn how_much_a_witness_knows_is_learned_from_it() {
    let (app, union) = with_one();
    let petition = app.petition();
    let reader = Reader::of(&app, &petition);
    union.follows(reader.key());
    let mut rounds = Rounds::new(&app.ctx);
    rounds.run(&app, &[&union]);
    let begun = reader.checkpoint().size;
    // As after a backup was restored: the instance knows nothing of its witness.
    app.database().run("DELETE FROM cosignature; DELETE FROM witnessed");
    grow(&app, &petition, 600);
    union.was_asked();
    app.clock.advance_secs(DAY);
    assert_eq!(rounds.run(&app, &[&union]).cosigned, 1);
    assert_eq!(union.was_asked().iter().map(|asked| asked.old).collect::<Vec<_>>(), [0, begun]);
    assert_eq!(union.has_seen(&reader.key()), Some(600));
}

#[test]
fn somebody_who_shows_the_witness_a_newer_checkpoint_only_makes_it_wait_for_the_next_turn() {
    let (app, union) = with_one();
    let petition = app.petition();
    let reader = Reader::of(&app, &petition);
    union.follows(reader.key());
    union.goes_away(true);
    let mut rounds = Rounds::new(&app.ctx);
    rounds.run(&app, &[&union]);
    app.sign(&petition, "work-mail", "Robin Okafor", ROBIN);
    let note = reader.get("log/checkpoint").expect(200).body;
    assert_eq!(union.answer(&Submission { old: 0, proof: Vec::new(), note }).status, 200);
    union.goes_away(false);
    app.clock.advance_secs(3_600);
    assert_eq!(rounds.run(&app, &[&union]).refused, 1);
    assert!(!TestApp::log().contains("has seen more of a log than this database holds"));
    app.clock.advance_secs(DAY);
    assert_eq!(rounds.run(&app, &[&union]).cosigned, 1);
}

#[test]
fn a_petition_that_gathers_quietly_is_shown_to_no_witness_and_named_to_nobody() {
    let (app, union) = with_one();
    let owner = app.organizer("Heron");
    let petition = app.petition_of(&owner, How::Quietly, |_| ());
    let mut rounds = Rounds::new(&app.ctx);
    assert_eq!(rounds.run(&app, &[&union]), Asked::default());
    assert_eq!(app.client().get("/logs").expect(200).body, "");
    let (place, _) = pages::place_and_title(&app.ctx, id_of(&app, &petition)).unwrap().unwrap();
    let secret = Petition { slug: place, employers: Vec::new() };
    let reader = Reader::of(&app, &secret);
    reader.get("log/witnessed").expect(404);
    assert_eq!(reader.get("log/checkpoint").expect(200).header("cache-control"), Some("no-store"));
    // Once it is public, it is.
    assert!(petitions::open_gathering(&app.ctx, &petition.slug, owner.id).unwrap());
    union.follows(Reader::of(&app, &petition).key());
    assert_eq!(rounds.run(&app, &[&union]).cosigned, 1);
}

#[test]
fn the_instance_names_the_logs_of_its_public_petitions_and_a_log_that_is_taken_down_stays_witnessed() {
    let (app, union) = with_one();
    let petition = app.petition();
    let reader = Reader::of(&app, &petition);
    let listed = app.client().get("/logs").expect(200);
    assert_eq!(listed.body, reader.get("log/vkey").expect(200).body);
    assert!(listed.headers["content-type"].to_str().unwrap().starts_with("text/plain"));
    union.follows(reader.key());
    let mut rounds = Rounds::new(&app.ctx);
    rounds.run(&app, &[&union]);
    let before = reader.checkpoint().size;
    moderation::take_down(&app.ctx, &petition.slug, &Reason::parse("A court order").unwrap()).unwrap();
    assert_eq!(app.client().get("/logs").expect(200).body, "");
    app.clock.advance_secs(DAY);
    assert_eq!(rounds.run(&app, &[&union]).cosigned, 1);
    let (size, _) = witnessed(&app, &petition).unwrap();
    assert!(size > before, "that it was taken down was seen");
}

#[test]
fn what_is_not_the_witnesss_own_cosignature_is_not_kept() {
    let (app, union) = with_one();
    let petition = app.petition();
    let reader = Reader::of(&app, &petition);
    let body = reader.checkpoint().body();
    let other = Cosigner::new(UNION, &[9; 32]).unwrap().cosign(&body, app.ctx.now());
    let stale = Cosigner::new(UNION, &[1; 32]).unwrap().cosign("another text\n", app.ctx.now());
    let mut rounds = Rounds::new(&app.ctx);
    for (status, body) in [(200, other), (200, stale), (200, String::from("hello")), (404, String::new())] {
        union.says(Some(Reply { status, body: body.into_bytes() }));
        assert_eq!(rounds.run(&app, &[&union]).refused, 1);
        assert_eq!(rounds.run(&app, &[&union]), Asked::default(), "who refuses is left alone for this turn");
        assert_eq!(witnessed(&app, &petition), None);
        app.clock.advance_secs(DAY);
    }
    let log = TestApp::log();
    assert!(log.contains("a witness answered without a cosignature of its own"), "{log}");
    assert!(log.contains("a witness refused a checkpoint"), "{log}");
}

#[test]
fn a_witness_that_the_operator_names_no_more_is_shown_no_more() {
    let (app, union) = with_one();
    let petition = app.petition();
    let reader = Reader::of(&app, &petition);
    union.follows(reader.key());
    Rounds::new(&app.ctx).run(&app, &[&union]);
    let seen = format!("has signed {} entries", reader.checkpoint().size);
    app.client().get(&format!("{}/audit", petition.path())).expect(200).says(&seen);
    let without = TestApp::start();
    let alone = without.petition();
    let page = without.client().get(&format!("{}/audit", alone.path())).expect(200);
    page.says("No independent witness has seen this log");
    let mut ctx = app.ctx.clone();
    ctx.rules.witnesses.clear();
    assert_eq!(undersigned::actions::queries::public_log::witnessed(&ctx, &petition.slug).unwrap(), None);
}

#[test]
fn an_operator_who_rolls_a_log_back_is_told_by_the_witness_and_gets_no_second_signature() {
    let (app, union) = with_one();
    let petition = app.petition();
    let reader = Reader::of(&app, &petition);
    union.follows(reader.key());
    app.sign(&petition, "work-mail", "Robin Okafor", ROBIN);
    let older = forks::head(&app, &petition);
    app.sign(&petition, "work-mail", "Sasha Lind", SASHA);
    let mut rounds = Rounds::new(&app.ctx);
    rounds.run(&app, &[&union]);
    // A second history, by somebody with database and key who put the marks away.
    let id = id_of(&app, &petition);
    let mark = app.folder().join(format!("secrets/durable/{id}.mark"));
    forks::roll_back(&app, &petition, &older);
    std::fs::remove_file(&mark).unwrap();
    grow(&app, &petition, older.size + 2);
    app.clock.advance_secs(DAY);
    assert_eq!(rounds.run(&app, &[&union]).refused, 1);
    assert!(TestApp::log().contains("a witness has seen another history of a log"));
    assert_eq!(union.has_seen(&reader.key()), Some(older.size + 1));
    // And a log that is just shorter than what the witness saw.
    app.database().run("DELETE FROM cosignature; DELETE FROM witnessed");
    forks::roll_back(&app, &petition, &older);
    std::fs::remove_file(&mark).unwrap();
    app.clock.advance_secs(DAY);
    assert_eq!(rounds.run(&app, &[&union]).refused, 1);
    assert!(TestApp::log().contains("a witness has seen more of a log than this database holds"));
    assert_eq!(witnessed(&app, &petition), None);
}
