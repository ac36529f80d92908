//! The server is killed at random moments while people cast. What it promised is published, or waits to be; nothing
//! is counted twice; every batch is whole.

use std::{
    collections::BTreeMap,
    sync::{
        Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread,
};

use undersigned::{
    actions::{petitions::How, scheduled::batches::take_turns},
    clock::{Clock as _, SystemClock},
    domain::proof::ProofKind,
    entropy::{Entropy, SeededEntropy},
    log::{note::VerifierKey, promise::Promise},
    protocol::leaf::leaf_hash,
};

use super::{
    population::{below, is_full},
    table::{Row, report},
};
use crate::support::{CrowdKey, Node, Petition, TestApp, anonymous_body, environment};

/// The least number of casts in a batch.
const BATCH: usize = 10;
/// How many people cast at once.
const AT_ONCE: usize = 3;
const OFTEN: [(&str, &str); 2] = [("BATCH_EVERY", "5s"), ("BATCH_EVERY_BUSY", "5s")];

/// Everything that is cast, and what came back.
struct Storm<'a> {
    app: &'a TestApp,
    crowd: CrowdKey,
    leaves: Vec<Vec<u8>>,
    promises: Mutex<BTreeMap<usize, String>>,
    sent: AtomicUsize,
}

fn arranged() -> (TestApp, Petition) {
    let app = TestApp::builder().leaves_mail().start();
    let now = SystemClock.now();
    app.clock.advance_secs(now.secs() - app.ctx.now().secs());
    let owner = app.organizer("Heron");
    let petition = app.petition_of(&owner, How::Open, |draft| {
        draft.closes = now.plus_days(60).day().to_string();
    });
    drop(owner);
    (app, petition)
}

impl<'a> Storm<'a> {
    fn new(app: &'a TestApp, petition: &Petition, count: usize, chance: &dyn Entropy) -> Self {
        let crowd = app.crowd(petition, ProofKind::WorkMail);
        let start = app.ctx.now();
        let leaf = |number| {
            let (ballot, token) = app.token(&crowd, &format!("person{number}@initech.example"), chance);
            app.clock.advance_secs(5);
            crowd.cast(&ballot, &token, chance).leaf
        };
        let leaves = (0..count).map(leaf).collect();
        // The killed processes live in the machine's own time.
        app.clock.advance_secs(start.secs() - app.ctx.now().secs());
        Self { app, crowd, leaves, promises: Mutex::default(), sent: AtomicUsize::new(0) }
    }

    /// Casts one after the other until the server is gone. Mostly new ones, some again: what was promised before is
    /// promised again, in the same words.
    fn cast_until_it_dies(&self, node: &Node, over: &AtomicBool, seed: u64) {
        let chance = SeededEntropy::new(seed);
        while !over.load(Ordering::SeqCst) {
            let which = self.next(&chance);
            self.sent.fetch_add(1, Ordering::SeqCst);
            let body = anonymous_body(&self.leaves[which]);
            let Some(reply) = node.post_json(&self.crowd.path("casts"), &body) else { return };
            // All come from one address: some are asked to come back later, as a crowded office would be.
            if matches!(reply.status, 429 | 503) {
                continue;
            }
            let promise = reply.expect(202).member("promise");
            let mut promises = self.promises.lock().expect("no panic");
            let before = promises.entry(which).or_insert_with(|| promise.clone());
            assert_eq!(*before, promise, "the same cast, another promise");
        }
    }

    fn next(&self, chance: &dyn Entropy) -> usize {
        let promises = self.promises.lock().expect("no panic");
        let open: Vec<usize> =
            (0..self.leaves.len()).filter(|which| !promises.contains_key(which)).take(2 * AT_ONCE).collect();
        if open.is_empty() || below(chance, 5) == 0 {
            below(chance, self.leaves.len())
        } else {
            open[below(chance, open.len())]
        }
    }

    fn published(&self) -> BTreeMap<Vec<u8>, usize> {
        let mut counts = BTreeMap::new();
        for leaf in self.app.leaves(self.crowd.petition) {
            *counts.entry(leaf).or_insert(0) += 1;
        }
        counts.retain(|leaf, _| leaf[1] == 1);
        counts
    }
}

/// Lets some time pass that nobody can foretell, without waiting for a clock.
fn dawdle(chance: &dyn Entropy) {
    for _ in 0..below(chance, 4_000) {
        thread::yield_now();
    }
}

#[test]
fn no_acknowledged_cast_is_lost_whenever_the_server_is_killed() {
    let kills = if is_full() { 200 } else { 12 };
    let seed = environment("SUITE_GAMES_SEED").map_or(41, |seed| seed.parse().expect("a number"));
    eprintln!("SUITE_GAMES_SEED={seed}");
    let chance = SeededEntropy::new(seed);
    let (app, petition) = arranged();
    let storm = Storm::new(&app, &petition, kills * 9, &chance);
    let mut published = 0;
    let mut batches = 0;
    for kill in 0..kills {
        let node = Node::start_with(&app, &OFTEN);
        let over = AtomicBool::new(false);
        let enough = storm.sent.load(Ordering::SeqCst) + below(&chance, 30);
        thread::scope(|scope| {
            for number in 0..AT_ONCE {
                let (storm, node, over) = (&storm, &node, &over);
                let own = u64::try_from(kill * AT_ONCE + number).expect("few") + 10_000 * seed;
                scope.spawn(move || storm.cast_until_it_dies(node, over, own));
            }
            while storm.sent.load(Ordering::SeqCst) < enough {
                thread::yield_now();
            }
            // Some live until what waited at their start is published; most are killed wherever they are.
            if below(&chance, 3) == 0 && storm.app.waiting_leaves(storm.crowd.petition).len() >= BATCH {
                while storm.published().values().sum::<usize>() == published {
                    thread::yield_now();
                }
            }
            dawdle(&chance);
            node.kill_now();
            over.store(true, Ordering::SeqCst);
        });
        drop(node);
        let now: usize = storm.published().values().sum();
        let grown = now - published;
        assert!(grown == 0 || grown >= BATCH, "seed {seed}: after kill {kill} {grown} casts came out");
        batches += usize::from(grown > 0);
        published = now;
    }
    // A last time, without a kill: whoever got no promise asks again with the same bytes.
    let mut node = Node::start_with(&app, &OFTEN);
    for which in 0..storm.leaves.len() {
        let body = anonymous_body(&storm.leaves[which]);
        let promise = loop {
            let reply = node.post_json(&storm.crowd.path("casts"), &body).expect("an answer");
            match reply.status {
                503 => {}
                // All come from one address, which may ask so often of one process: another one counts anew.
                429 => {
                    drop(node);
                    node = Node::start_with(&app, &OFTEN);
                }
                _ => break reply.expect(202).member("promise"),
            }
        };
        let mut promises = storm.promises.lock().expect("no panic");
        assert_eq!(*promises.entry(which).or_insert_with(|| promise.clone()), promise);
    }
    drop(node);
    let acknowledged = storm.promises.into_inner().expect("no panic");
    let key = app.client().get(&format!("{}/log/vkey", petition.path())).expect(200).body;
    let key = VerifierKey::parse(key.trim_end()).expect("a verifier key");
    app.clock.advance_secs(25 * 3_600);
    take_turns(&app.ctx).expect("a turn");
    let storm = Storm {
        app: &app,
        crowd: storm.crowd,
        leaves: storm.leaves,
        promises: Mutex::default(),
        sent: AtomicUsize::new(0),
    };
    let published = storm.published();
    let waiting = app.waiting_leaves(storm.crowd.petition);
    assert!(waiting.len() < BATCH, "{} wait", waiting.len());
    for (which, promise) in &acknowledged {
        let leaf = &storm.leaves[*which];
        let promise = Promise::verify(promise.as_bytes(), &key).expect("signed by the log");
        assert_eq!(promise.leaf, leaf_hash(leaf));
        let times =
            published.get(leaf).copied().unwrap_or(0) + waiting.iter().filter(|one| *one == leaf).count();
        assert_eq!(times, 1, "seed {seed}: cast {which} was promised and is there {times} times");
    }
    let total = published.values().sum::<usize>() + waiting.len();
    assert_eq!(total, storm.leaves.len(), "seed {seed}: everybody is there once, and nobody else");
    assert!(batches >= 1, "seed {seed}: batches came out between the kills: {batches}");
    report(&Row {
        game: "kills",
        attacker: format!("{kills} kills at random moments, seed {seed}, {} casts", storm.leaves.len()),
        score: format!("0 lost, 0 doubled, {batches} batches between kills, all of {BATCH} or more"),
        bound: String::from("0"),
        control: String::from("-"),
    });
}
