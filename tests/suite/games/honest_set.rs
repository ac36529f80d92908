//! G4, the honest set: whoever has the pepper and the staff list learns exactly who asked and confirmed, as the pages
//! say, and of what they then did only what public names give by subtraction. After retention's schedule: nothing.

use std::collections::{BTreeMap, BTreeSet};

use undersigned::entropy::SeededEntropy;

use super::{
    canaries::{Canary, found, kept},
    evidence::hex,
    population::{Mode, World, shuffled, sizes},
    table::{Row, report},
};
use crate::support::search::Search;

/// The staff whose tags are kept, by address.
fn kept_staff(world: &World, staff: &[String]) -> BTreeSet<String> {
    let stored = world.app.database().stored_rows("participation", "tag");
    let tags: BTreeSet<String> = stored.into_iter().map(|row| row.value).collect();
    staff.iter().filter(|address| tags.contains(&hex(&world.tag(address)))).cloned().collect()
}

/// Whoever puts something into a spool writes this much at once, and nothing else does.
const INTAKE_BYTES: u64 = 100_000;

/// Where the write-ahead log has something of these needles, in order.
fn in_wal(files: &[(String, Vec<u8>)], needles: Vec<Vec<u8>>) -> Vec<(u64, usize)> {
    let search = Search::new(needles);
    let logs = files.iter().filter(|(file, _)| file == "pg_wal" || file.ends_with("-wal"));
    let mut places: Vec<(u64, usize)> =
        logs.flat_map(|(_, bytes)| search.scan(bytes)).map(|(which, offset)| (offset, which)).collect();
    places.sort_unstable();
    places
}

/// From the write-ahead log: whose tag is followed by a write to the spool before the next tag comes. Says how many of
/// the takers are told from those who cast, by guessing that whoever is not followed by one never cast.
fn takers_in_the_write_ahead_log(world: &World) -> (usize, usize, usize) {
    let candidates: Vec<usize> = (0..world.people.len())
        .filter(|who| world.people[*who].mode.is_nameless() || world.people[*who].mode == Mode::Taker)
        .collect();
    let needles: Vec<Vec<u8>> =
        candidates.iter().map(|who| world.tag(&world.people[*who].address).to_vec()).collect();
    let files = kept(world);
    let places = in_wal(&files, needles);
    let mut first: BTreeMap<usize, u64> = BTreeMap::new();
    for (offset, which) in &places {
        first.entry(*which).or_insert(*offset);
    }
    let mut order: Vec<(u64, usize)> = first.into_iter().map(|(which, offset)| (offset, which)).collect();
    order.sort_unstable();
    let (mut guessed, mut right) = (0, 0);
    for (place, (offset, which)) in order.iter().enumerate() {
        let next = order.get(place + 1).map_or(u64::MAX, |(offset, _)| *offset);
        if next - offset < INTAKE_BYTES {
            guessed += 1;
            right += usize::from(world.people[candidates[*which]].mode == Mode::Taker);
        }
    }
    (right, guessed, order.len())
}

#[test]
fn the_pepper_gives_exactly_who_confirmed_and_nothing_of_what_they_then_did() {
    let mut world = World::after_some_days(sizes());
    let staff: Vec<String> = world.people.iter().map(|person| person.address.clone()).collect();
    let documented: BTreeSet<String> = world
        .people
        .iter()
        .filter(|person| person.mode != Mode::Absent)
        .map(|person| person.address.clone())
        .collect();
    // Somebody who asks and never types the code is not in it.
    let asker = world.people.iter().find(|person| person.mode == Mode::Absent).expect("one");
    world.app.client().ask_code(&world.crowd, &asker.address).expect(202);
    world.app.deliver_mail();
    assert_eq!(kept_staff(&world, &staff), documented);

    // Of modes nothing: all rows are alike but for what is random in them.
    let shapes: BTreeSet<String> = ["proof", "petition_id"]
        .into_iter()
        .flat_map(|column| {
            let query = format!(
                "CAST({column} AS {})",
                if world.app.database().is_postgres() { "bytea" } else { "BLOB" }
            );
            world.app.database().stored_rows("participation", &query)
        })
        .map(|row| row.value)
        .collect();
    assert_eq!(shapes.len(), 2, "one proof, one petition in every row");
    for column in ["tag", "request_hash"] {
        let rows = world.app.database().stored_rows("participation", column);
        assert!(rows.iter().all(|row| row.value.len() == 64), "{column} is as long for everybody");
    }
    let public = world.people.iter().filter(|person| person.mode == Mode::Public).count();
    let (right, guessed, seen) = takers_in_the_write_ahead_log(&world);
    let takers = world.people.iter().filter(|person| person.mode == Mode::Taker).count();
    report(&Row {
        game: "G4",
        attacker: format!("pepper and list of {} staff", staff.len()),
        score: format!("{} who confirmed, {public} of them known by public names", documented.len()),
        bound: String::from("exactly these, as the pages say"),
        control: String::from("-"),
    });
    report(&Row {
        game: "G4, write-ahead log",
        attacker: format!("the database's own log, which still holds {seen} of the nameless tags"),
        score: format!("{guessed} guessed never to have cast, {right} of them rightly (there are {takers})"),
        bound: String::from("reported"),
        control: String::from("-"),
    });
    an_unkeyed_build_gives_it_to_anybody(&world, &staff, &documented);

    let keys = world.app.ctx.keys.petition_keys(world.crowd.petition).expect("its keys");
    let pepper = *keys.pepper();
    drop(keys);
    let mut canaries = vec![Canary::bytes("pepper", &pepper)];
    canaries.extend(documented.iter().take(20).map(|address| Canary::bytes("tag", &world.tag(address))));
    assert!(!found(&kept(&world), &canaries).is_empty(), "the search finds what is there");
    world.tens_of_days(10);
    assert!(world.app.ctx.keys.petition_keys(world.crowd.petition).is_err(), "the keys are gone");
    let files: Vec<_> = kept(&world).into_iter().filter(|(file, _)| file != "pg_wal").collect();
    assert_eq!(found(&files, &canaries), Vec::<String>::new(), "nothing is left that could be tested");
}

/// A build that keeps a bare hash of the address needs no pepper: its table alone gives the same set to anybody.
fn an_unkeyed_build_gives_it_to_anybody(world: &World, staff: &[String], documented: &BTreeSet<String>) {
    use sha2::{Digest as _, Sha256};
    let naive = |address: &String| hex(&Sha256::digest(address.as_bytes()));
    let table: BTreeSet<String> = documented.iter().map(naive).collect();
    let got: BTreeSet<String> =
        staff.iter().filter(|address| table.contains(&naive(address))).cloned().collect();
    assert_eq!(&got, documented, "the naive build gives everyone away without any key");
    // Without the pepper the product's table gives nobody: a thief of the database alone tries another.
    let stored: BTreeSet<String> =
        world.app.database().stored_rows("participation", "tag").into_iter().map(|row| row.value).collect();
    let other = shuffled(&SeededEntropy::new(1), (0..32_u8).collect::<Vec<u8>>());
    let other: [u8; 32] = other.try_into().expect("32 bytes");
    let tag = |address: &String| hex(&undersigned::keys::participation_tag(&other, address));
    assert!(staff.iter().all(|address| !stored.contains(&tag(address)) && !stored.contains(&naive(address))));
}
