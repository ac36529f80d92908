//! G1, link with everything: after all batches the attacker copies everything, and no way of guessing whose leaf is
//! whose does better than luck.

use std::{collections::BTreeMap, fs, path::Path};

use undersigned::protocol::leaf::CastLeaf;

use super::{
    evidence::{Column, PRODUCT, Places, Trace, copied_files, hex, places},
    linkers::{Evidence, Linked, poisson_quantile},
    population::{Mode, World, sizes},
    table::{Row, report},
};
use crate::support::database::TestDatabase;

/// Who took part and shows no name: the attacker subtracts public names.
fn candidates(world: &World) -> Vec<usize> {
    let took_part =
        |who: &usize| world.people[*who].mode.is_nameless() || world.people[*who].mode == Mode::Taker;
    (0..world.people.len()).filter(took_part).collect()
}

fn trace_of_person(world: &World, who: usize) -> Trace {
    let person = &world.people[who];
    let request = person.request_hash.expect("a request").to_vec();
    Trace { bytes: vec![("tag", world.tag(&person.address).to_vec()), ("request", request)] }
}

fn trace_of_leaf(leaf: &[u8]) -> Trace {
    let parsed = CastLeaf::parse(leaf).expect("a cast leaf");
    Trace {
        bytes: vec![
            ("leaf", leaf.to_vec()),
            ("nonce", parsed.nonce().to_vec()),
            ("K", parsed.public_key().to_vec()),
            ("commitment", parsed.commitment().to_vec()),
        ],
    }
}

/// The nameless leaves in the order of the log, and in which batch each is.
fn nameless(world: &World) -> (Vec<Vec<u8>>, Vec<usize>) {
    let mut anonymous: BTreeMap<&[u8], usize> = BTreeMap::new();
    for (who, person) in world.people.iter().enumerate() {
        if let Some(leaf) = person.leaf.as_ref().filter(|_| person.mode.is_nameless()) {
            anonymous.insert(leaf, who);
        }
    }
    let leaves: Vec<Vec<u8>> = world
        .app
        .leaves(world.crowd.petition)
        .into_iter()
        .filter(|leaf| anonymous.contains_key(leaf.as_slice()))
        .collect();
    let sizes = world.batches.iter().enumerate();
    let batch_of: Vec<usize> =
        sizes.flat_map(|(batch, size)| vec![batch; usize::try_from(*size).expect("a size")]).collect();
    assert_eq!(leaves.len(), batch_of.len(), "what was published is what the batches held");
    (leaves, batch_of)
}

fn score(world: &World, candidates: &[usize], leaves: &[Vec<u8>], linked: &Linked) -> usize {
    let is_hit = |(leaf, guess): &(&Vec<u8>, &Option<usize>)| {
        guess.is_some_and(|guess| world.people[candidates[guess]].leaf.as_ref() == Some(*leaf))
    };
    leaves.iter().zip(&linked.guesses).filter(is_hit).count()
}

/// The best of all linkers, how many there were, and its score.
fn best(
    world: &World,
    candidates: &[usize],
    leaves: &[Vec<u8>],
    evidence: &Evidence,
) -> (String, usize, usize) {
    let linked = evidence.link();
    let count = linked.len();
    let scored = linked.into_iter().map(|one| (score(world, candidates, leaves, &one), one.linker));
    let (hits, name) = scored.max().expect("a linker");
    (name, count, hits)
}

/// The places of what is known of people, and of leaves.
fn gather(
    database: &TestDatabase,
    folder: &Path,
    wal_from: Option<&str>,
    columns: &[Column],
    (tags, leaves): (&[Trace], &[Trace]),
) -> (Vec<Places>, Vec<Places>) {
    let files = copied_files(database, folder, wal_from, columns);
    let mut all = places(database, &files, columns, &[tags, leaves].concat());
    let is_found = |places: &Places, space: &str| places.keys().any(|(_, found)| found.starts_with(space));
    for space in ["row order", "first offset"] {
        assert!(all.iter().all(|places| is_found(places, space)), "the search finds what is there: {space}");
    }
    let leaves = all.split_off(tags.len());
    (all, leaves)
}

/// The same story in a build without spool: a row for the participation when the token is given out, a row for the
/// cast when it comes in. Gives what the same attacker finds there.
fn naive_evidence(world: &World, tags: &[Trace], leaves: &[Trace]) -> (Vec<Places>, Vec<Places>) {
    const COLUMNS: &[Column] = &[("naive_event", "what")];
    let folder = world.app.folder().with_extension("naive");
    fs::create_dir_all(&folder).expect("a folder");
    let database = TestDatabase::fresh(&folder);
    let wal_from = database.wal_segment();
    let (kind, quote) = if database.is_postgres() { ("bytea", "'\\x") } else { ("BLOB", "X'") };
    let mut statements = vec![format!("CREATE TABLE naive_event (what {kind} NOT NULL)")];
    for (is_cast, who) in &world.story {
        let person = &world.people[*who];
        let what = match (&person.leaf, is_cast) {
            (Some(leaf), true) => CastLeaf::parse(leaf).expect("a leaf").nonce().to_vec(),
            (None, true) => continue,
            (_, false) => world.tag(&person.address).to_vec(),
        };
        statements.push(format!("INSERT INTO naive_event (what) VALUES ({quote}{}')", hex(&what)));
    }
    database.execute(&statements);
    let found = gather(&database, &folder, wal_from.as_deref(), COLUMNS, (tags, leaves));
    drop(database);
    fs::remove_dir_all(&folder).expect("the folder goes away");
    found
}

#[test]
fn whoever_copies_everything_links_nobody_better_than_by_luck() {
    let mut world = World::after_some_days(sizes());
    let candidates = candidates(&world);
    let tags: Vec<Trace> = candidates.iter().map(|who| trace_of_person(&world, *who)).collect();
    let (leaves, batch_of) = nameless(&world);
    let traces: Vec<Trace> = leaves.iter().map(|leaf| trace_of_leaf(leaf)).collect();
    let (database, folder) = (world.app.database(), world.app.folder());
    let (tag_places, leaf_places) =
        gather(database, folder, world.wal_from.as_deref(), PRODUCT, (&tags, &traces));
    let batches = world.batches.len();
    let bound = poisson_quantile(f64::from(u32::try_from(batches).expect("few")));
    let evidence = Evidence { tags: tag_places, leaves: leaf_places, batch_of: batch_of.clone() };
    let (linker, count, found) = best(&world, &candidates, &leaves, &evidence);

    let (tag_places, leaf_places) = naive_evidence(&world, &tags, &traces);
    let naive = Evidence { tags: tag_places, leaves: leaf_places, batch_of };
    let (naive_linker, _, naive_found) = best(&world, &candidates, &leaves, &naive);

    report(&Row {
        game: "G1",
        attacker: format!(
            "all files and rows after {batches} batches of {:?}; {count} linkers, best: {linker}",
            world.batches
        ),
        score: format!("{found} of {}", leaves.len()),
        bound: format!("{batches} by luck, at most {bound}"),
        control: format!("{naive_found} of {} by {naive_linker}", leaves.len()),
    });
    assert!(count >= 20, "{count} linkers are too few");
    assert!(found <= bound, "{linker} links {found} of {} (at most {bound} by luck)", leaves.len());
    assert!(
        naive_found * 100 >= leaves.len() * 95,
        "the naive build holds against {naive_linker}: {naive_found}"
    );
    no_file_belongs_to_a_person(&world);
    a_spool_that_waits(&mut world);
}

/// Inodes and times of the secrets: as many files as hours, days and petitions, never as many as people.
fn no_file_belongs_to_a_person(world: &World) {
    let mut files = Vec::new();
    crate::support::search::collect(&world.app.folder().join("secrets"), &mut files);
    let mut spools = 0;
    for file in &files {
        let name = file.file_name().expect("a name").to_string_lossy().into_owned();
        let is_known = ["hour-", "day-", "site", "spools-"].iter().any(|kind| name.starts_with(kind))
            || name.starts_with(&world.crowd.petition.to_string());
        assert!(is_known, "{name} is of no known kind");
        spools += usize::from(name.starts_with("spools-"));
    }
    assert_eq!(spools, 1, "of keys that were renewed nothing is left");
}

/// While a spool waits, whoever takes database and keys opens it: the score is reported, there is no bound.
fn a_spool_that_waits(world: &mut World) {
    let newcomers: Vec<usize> = world.newcomers(9);
    assert_eq!(newcomers.len(), 9, "so many have not come yet");
    let leaves = world.app.waiting_leaves(world.crowd.petition);
    let candidates = newcomers;
    let count = leaves.len();
    let right = leaves
        .iter()
        .zip(&candidates)
        .filter(|(leaf, who)| world.people[**who].leaf.as_ref() == Some(*leaf))
        .count();
    report(&Row {
        game: "G1, spool waiting",
        attacker: String::from("the same, with the waiting spool and its key; row order ~ arrival"),
        score: format!("{right} of {count}"),
        bound: String::from("1 by luck, reported"),
        control: String::from("-"),
    });
}
