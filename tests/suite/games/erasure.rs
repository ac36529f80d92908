//! G13, erasure: the clock goes to the end of the retention schedule. Nothing is left of anybody, and the log is still
//! there, readable and whole.

use std::num::NonZeroUsize;

use undersigned::{
    db::issuer,
    log::{audit::Auditor, checkpoint::Checkpoint, note::VerifierKey},
    protocol::leaf::{Leaf, Notice},
};

use super::{
    canaries::{Canary, found, kept, of_people},
    population::{Mode, World, sizes},
    table::{Row, report},
};

#[test]
fn at_the_end_of_the_schedule_nothing_of_anybody_is_left_and_the_log_still_verifies() {
    let mut world = World::after_some_days(sizes());
    let petition = world.crowd.petition;
    let mut canaries = of_people(&world);
    canaries.extend(
        world
            .people
            .iter()
            .filter(|person| person.mode != Mode::Absent)
            .take(20)
            .map(|person| Canary::bytes("tag", &world.tag(&person.address))),
    );
    let anonymous = world.people.iter().filter(|person| person.mode.is_nameless()).count();
    let public = world.people.iter().filter(|person| person.mode == Mode::Public).count();
    let waiting = anonymous - usize::try_from(world.batches.iter().sum::<u64>()).expect("a size");
    // Past closing (31 August), past the last ballots, past the last backups.
    world.tens_of_days(12);
    let last = usize::try_from(world.batches.iter().sum::<u64>()).expect("a size");
    // Fewer than B anonymous ones, and fewer than B sealed ones.
    assert!(anonymous - last <= 18, "what is left is fewer than a batch: {waiting} waited, {last} came out");

    let app = &world.app;
    let tags = app.ctx.store.read(|db| issuer::participations(db, petition)).expect("the database answers");
    assert_eq!(tags, 0, "nobody's participation is kept");
    assert!(app.ctx.keys.petition_keys(petition).is_err(), "no pepper, no issuing key");
    let mut ephemeral = Vec::new();
    crate::support::search::collect(&app.folder().join("secrets/ephemeral"), &mut ephemeral);
    assert!(
        ephemeral.iter().all(|file| !file.to_string_lossy().contains("spool-")),
        "no spool's key from before: {ephemeral:?}"
    );
    assert_eq!(app.waiting_leaves(petition), Vec::<Vec<u8>>::new());
    for table in ["spool", "pending_signature", "mail_code", "outbox"] {
        let column = match table {
            "spool" => "lookup",
            "pending_signature" => "ticket_hash",
            _ => "id",
        };
        assert_eq!(app.database().stored_rows(table, column).len(), 0, "{table}");
    }
    let files: Vec<_> = kept(&world).into_iter().filter(|(file, _)| file != "pg_wal").collect();
    assert_eq!(found(&files, &canaries), Vec::<String>::new());

    // The log is read as anybody reads it, and its root computed anew.
    let path = world.petition.path();
    let reader = app.client();
    let note = reader.get(&format!("{path}/log/checkpoint")).expect(200).body;
    let key = reader.get(&format!("{path}/log/vkey")).expect(200).body;
    let key = VerifierKey::parse(key.trim_end()).expect("a verifier key");
    let checkpoint = Checkpoint::verify(note.as_bytes(), &key).expect("signed by the log");
    let leaves = app.leaves(petition);
    let mut auditor = Auditor::new([7; 32]);
    auditor.take(&leaves, NonZeroUsize::MIN);
    assert_eq!((checkpoint.size, checkpoint.root), (auditor.size(), auditor.root()), "the log verifies");
    assert_eq!(auditor.finish(&[], None).findings, [], "and audits");
    let parsed: Vec<Leaf> = leaves.iter().map(|leaf| Leaf::parse(leaf).expect("a leaf")).collect();
    let casts = parsed.iter().filter(|leaf| matches!(leaf, Leaf::Cast(_))).count();
    assert_eq!(casts, public + last);
    assert!(parsed.iter().any(|leaf| matches!(leaf, Leaf::Notice(_, Notice::Closed))), "casting has ended");
    report(&Row {
        game: "G13",
        attacker: format!("everything, {} canaries, after the schedule", canaries.len()),
        score: format!("0 found; {} leaves verify", leaves.len()),
        bound: String::from("0"),
        control: String::from("as in G2 and G4"),
    });
}
