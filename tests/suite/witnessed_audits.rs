//! Readers who trust certain witnesses, and no site: they audit with a policy, and another history than the one that their
//! witnesses saw is found, whoever forked the log and whoever was shown it (G5).

use std::{fs, path::Path, process::Command};

use serde_json::Value;
use undersigned::{
    log::{
        audit::finding::Kind,
        checkpoint::Checkpoint,
        note::LogKey,
        tiles::{Tile, bundle},
        tree::hash_leaf,
    },
    protocol::leaf::Notice,
};

use crate::support::{DAY, Node, Petition, Reader, Rounds, TestApp, TestWitness, grow, id_of, root_of};

const UNION: &str = "witness.union.example";
const NEWS: &str = "newsroom.example";

/// A petition with ten entries that both witnesses have seen.
struct Story {
    app: TestApp,
    petition: Petition,
    union: TestWitness,
    news: TestWitness,
    rounds: Rounds,
}

impl Story {
    fn begin() -> Self {
        let both = [TestWitness::setting(UNION, 1), TestWitness::setting(NEWS, 2)].join(",");
        let app = TestApp::builder().witnesses(&both).start();
        let (union, news) = (TestWitness::new(&app, UNION, 1), TestWitness::new(&app, NEWS, 2));
        let petition = app.petition();
        let key = Reader::of(&app, &petition).key();
        union.follows(key.clone());
        news.follows(key);
        grow(&app, &petition, 10);
        let mut rounds = Rounds::new(&app.ctx);
        assert_eq!(rounds.run(&app, &[&union, &news]).cosigned, 2);
        Self { app, petition, union, news, rounds }
    }

    fn turn(&mut self) {
        self.app.clock.advance_secs(DAY);
        self.rounds.run(&self.app, &[&self.union, &self.news]);
    }

    fn url(&self) -> String {
        format!("{}{}", self.app.base_url(), self.petition.path())
    }

    /// A policy file with this quorum.
    fn policy(&self, name: &str, end: &str) -> String {
        let file = self.app.folder().join(name);
        let (union, news) = (TestWitness::key(UNION, 1), TestWitness::key(NEWS, 2));
        fs::write(&file, format!("witness union {union}\nwitness news {news}\n{end}\n")).unwrap();
        file.to_str().unwrap().to_owned()
    }

    fn both(&self) -> String {
        self.policy("both.policy", "group both all union news\nquorum both")
    }

    /// A copy of the log as it is served now.
    fn mirrored(&self, name: &str) -> String {
        let folder = self.app.folder().join(name).to_str().unwrap().to_owned();
        let (code, _, said) = run(&["mirror", &self.url(), &folder]);
        assert_eq!(code, 0, "{said}");
        folder
    }

    /// Turns a copy into another history from entry `at` on, signed by whoever has the log's key.
    fn fork(&self, folder: &str, at: usize, size: usize) {
        let (reader, id) = (Reader::of(&self.app, &self.petition), id_of(&self.app, &self.petition));
        let mut entries = reader.entries(reader.checkpoint().size);
        entries.truncate(at);
        while entries.len() < size {
            let host = format!("fork-{}.example", entries.len());
            entries.push(Notice::ServedAt { host }.encode(id).unwrap());
        }
        let key = LogKey::new(reader.checkpoint().origin, &self.app.ctx.keys.log_seed(id).unwrap());
        let width = u64::try_from(size).unwrap();
        let write = |path: String, bytes: &[u8]| fs::write(Path::new(folder).join(path), bytes).unwrap();
        let tile = Tile::widest_bundle(0, width).unwrap();
        write(format!("log/tile/{tile}"), &bundle(entries.iter().map(Vec::as_slice)).unwrap());
        let hashes: Vec<[u8; 32]> = entries.iter().map(|entry| hash_leaf(entry)).collect();
        write(format!("log/tile/{}", Tile::widest(0, 0, width).unwrap()), hashes.as_flattened());
        let note = Checkpoint::sign(&key, width, root_of(&entries));
        write(String::from("log/checkpoint"), note.as_bytes());
    }
}

/// Exit code, the last event of `--json`, and all that was said.
fn run(arguments: &[&str]) -> (i32, Value, String) {
    let output =
        Command::new(env!("CARGO_BIN_EXE_undersigned")).args(arguments).env_clear().output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let last = text.lines().last().and_then(|line| serde_json::from_str(line).ok()).unwrap_or_default();
    let said = format!("{text}{}", String::from_utf8_lossy(&output.stderr));
    (output.status.code().unwrap(), last, said)
}

fn audit(from: &str, policy: &str) -> (i32, Value) {
    let (code, event, _) = run(&["audit", from, "--json", "--afresh", "--policy", policy]);
    (code, event)
}

#[track_caller]
fn assert_found(audited: &(i32, Value), kind: Kind, says: &str) {
    let (code, event) = audited;
    assert_eq!(*code, i32::from(kind.exit_code()), "{event}");
    let found = event["findings"].as_array().unwrap();
    assert!(found.iter().any(|one| one["text"].as_str().unwrap().contains(says)), "{event}");
    assert!(found.iter().all(|one| one["kind"] == kind.code()), "{event}");
}

#[test]
fn a_reader_with_a_policy_learns_that_her_witnesses_saw_the_same_log() {
    let mut story = Story::begin();
    let (url, policy) = (story.url(), story.both());
    let (code, event) = audit(&url, &policy);
    assert_eq!((code, &event["policy_satisfied"]), (0, &Value::Bool(true)), "{event}");
    assert_eq!(event["witnessed_entries"], 10);
    let keys = [NEWS, UNION].map(|name| {
        event["witnesses"].as_array().unwrap().iter().any(|one| {
            one["name"] == name && one["verified"] == true && one["vkey"].as_str().unwrap().starts_with(name)
        })
    });
    assert_eq!(keys, [true, true], "{event}");
    // What is newer than the last turn is told, and is no finding; also going on from an earlier audit, and past a tile.
    let state = story.app.folder().join("state").to_str().unwrap().to_owned();
    let again = |url: &str| run(&["audit", url, "--state", &state, "--policy", &policy]);
    assert_eq!(again(&url).0, 0);
    grow(&story.app, &story.petition, 300);
    let (code, _, said) = again(&url);
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("has signed 10 entries") && said.contains("The newest 290 entries"), "{said}");
    assert!(said.contains("Your policy is met"), "{said}");
    story.turn();
    let (code, _, said) = again(&url);
    assert!(code == 0 && said.contains("has signed 300 entries"), "{said}");
    // The test's witnesses live in June.
    assert!(said.contains("days ago"), "{said}");
}

#[test]
fn a_reader_without_a_policy_is_told_who_signed_and_that_nobody_can_know_whether_they_are_independent() {
    let story = Story::begin();
    let (code, _, said) = run(&["audit", &story.url(), "--afresh"]);
    assert_eq!(code, 0, "{said}");
    assert!(
        said.contains(UNION) && said.contains("Not checked: its key is not in a policy of yours"),
        "{said}"
    );
    assert!(said.contains("this program cannot know"), "{said}");
    let (_, event, _) = run(&["audit", &story.url(), "--afresh", "--json"]);
    assert_eq!(
        (&event["policy_satisfied"], &event["witnesses"][0]["verified"]),
        (&Value::Null, &Value::Bool(false))
    );
    let alone = TestApp::start();
    let petition = alone.petition();
    let url = format!("{}{}", alone.base_url(), petition.path());
    let (code, _, said) = run(&["audit", &url, "--afresh"]);
    assert!(code == 0 && said.contains("No independent witness has signed this log"), "{said}");
}

#[test]
fn a_log_that_too_few_witnesses_have_signed_is_found_and_the_audit_can_still_go_on_from_there() {
    let story = Story::begin();
    let file = story.app.folder().join("third.policy");
    let third = TestWitness::key("third.example", 3);
    let union = TestWitness::key(UNION, 1);
    fs::write(&file, format!("witness a {union}\nwitness b {third}\ngroup g all a b\nquorum g\n")).unwrap();
    let policy = file.to_str().unwrap();
    assert_found(&audit(&story.url(), policy), Kind::Unwitnessed, "Only 1 of the witnesses");
    let state = story.app.folder().join("state").to_str().unwrap().to_owned();
    for from in [0, 10] {
        let (code, event, _) = run(&["audit", &story.url(), "--json", "--state", &state, "--policy", policy]);
        assert_eq!((code, &event["from"]), (31, &Value::from(from)), "{event}");
    }
    let any = story.policy("any.policy", "group g any union news\nquorum g");
    assert_eq!(audit(&story.url(), &any).0, 0);
    let none = story.policy("none.policy", "quorum none");
    assert_eq!(audit(&story.url(), &none).0, 0);
}

#[test]
fn copies_carry_the_cosignatures_and_are_audited_with_a_policy_without_the_site() {
    let mut story = Story::begin();
    let policy = story.both();
    let copy = story.mirrored("copy");
    assert_eq!(audit(&copy, &policy).0, 0);
    grow(&story.app, &story.petition, 270);
    assert_eq!(audit(&story.mirrored("copy"), &policy).1["witnessed_entries"], 10);
    story.turn();
    assert_eq!(audit(&story.mirrored("copy"), &policy).1["witnessed_entries"], 270);
    for size in [10, 270] {
        let kept = fs::read(Path::new(&copy).join(format!("log/checkpoints/{size}"))).unwrap();
        assert!(
            TestWitness::key(UNION, 1).find_on(&kept).is_some(),
            "the checkpoint of {size} is kept with it"
        );
    }
    let export = story.app.folder().join("export").to_str().unwrap().to_owned();
    let witnesses = [TestWitness::setting(UNION, 1), TestWitness::setting(NEWS, 2)].join(",");
    let (code, said) = Node::run_with(
        &story.app,
        &["export-log", &story.petition.slug, &export],
        &[("WITNESSES", &witnesses)],
    );
    assert_eq!(code, Some(0), "{said}");
    assert_eq!(audit(&export, &policy).0, 0);
}

#[test]
fn a_reader_who_is_shown_a_fork_finds_that_no_witness_has_seen_it() {
    let story = Story::begin();
    let policy = story.both();
    // All of it another: the cosigned checkpoint is left out, or is of the history that others are shown.
    let fork = story.mirrored("fork");
    story.fork(&fork, 5, 10);
    assert_found(&audit(&fork, &policy), Kind::Split, "it has two histories");
    // Also without a policy: the log has signed both.
    let (code, event, _) = run(&["audit", &fork, "--json", "--afresh"]);
    assert_eq!(code, 30, "{event}");
    assert!(event["earlier_checkpoint"].as_str().unwrap().starts_with("petition.undersigned/"));
    let (_, _, said) = run(&["audit", &fork, "--afresh"]);
    assert!(said.contains("The log has signed both of these"), "{said}");
    fs::remove_file(Path::new(&fork).join("log/witnessed")).unwrap();
    assert_found(&audit(&fork, &policy), Kind::Unwitnessed, "None of the witnesses");
    // A longer fork, a shorter log, and a cosigned checkpoint with a changed byte.
    let longer = story.mirrored("longer");
    story.fork(&longer, 5, 20);
    assert_found(&audit(&longer, &policy), Kind::Split, "it has two histories");
    let shorter = story.mirrored("shorter");
    story.fork(&shorter, 8, 8);
    assert_found(&audit(&shorter, &policy), Kind::Split, "Witnesses were shown 10 entries");
    let bent = story.mirrored("bent");
    let file = Path::new(&bent).join("log/witnessed");
    let note = fs::read_to_string(&file).unwrap();
    fs::write(&file, note.replacen("\n10\n", "\n11\n", 1)).unwrap();
    let (code, event) = audit(&bent, &policy);
    assert_eq!(code, 9, "{event}");
}

#[test]
fn of_two_readers_who_are_shown_two_logs_the_policy_finds_the_one_whose_log_no_witness_saw() {
    let mut story = Story::begin();
    let policy = story.both();
    // Both see the same until today; from here on the operator shows one of them another log.
    let fork = story.mirrored("fork");
    grow(&story.app, &story.petition, 12);
    story.turn();
    assert_eq!(audit(&story.url(), &policy).0, 0);
    story.fork(&fork, 10, 12);
    // With what the witnesses signed in truth, and with what they signed before: then she is told how old that is.
    let honest = Reader::of(&story.app, &story.petition).get("log/witnessed").expect(200).bytes;
    let (code, event) = audit(&fork, &policy);
    assert_eq!((code, &event["witnessed_entries"]), (0, &Value::from(10)), "{event}");
    let (_, _, said) = run(&["audit", &fork, "--afresh", "--policy", &policy]);
    assert!(said.contains("The newest 2 entries were not seen by them yet"), "{said}");
    fs::write(Path::new(&fork).join("log/witnessed"), honest).unwrap();
    assert_found(&audit(&fork, &policy), Kind::Split, "it has two histories");
    // And the operator gets no cosignature for the other log, neither in place of the first nor after it.
    let note = fs::read_to_string(Path::new(&fork).join("log/checkpoint")).unwrap();
    for old in [0, 10, 12] {
        let asked = undersigned::log::witness::Submission { old, proof: Vec::new(), note: note.clone() };
        assert_eq!(story.union.answer(&asked).status, 409, "from {old}");
    }
}

#[test]
fn a_reader_whose_log_was_swapped_since_her_last_audit_is_not_told_that_her_witnesses_saw_it() {
    let story = Story::begin();
    let policy = story.both();
    let state = story.app.folder().join("state").to_str().unwrap().to_owned();
    let audit = |from: &str| run(&["audit", from, "--json", "--state", &state, "--policy", &policy]);
    assert_eq!(audit(&story.url()).1["policy_satisfied"], true);
    // The cosigned checkpoint that is served with it is the one of the history that she audited before.
    let fork = story.mirrored("fork");
    story.fork(&fork, 5, 12);
    let audited = audit(&fork);
    assert_eq!((audited.0, &audited.1["policy_satisfied"]), (10, &Value::Bool(false)), "{}", audited.1);
    assert_eq!(audited.1["witnessed_entries"], 0);
    let (_, _, said) = run(&["audit", &fork, "--state", &state, "--policy", &policy]);
    assert!(!said.contains("Your policy is met"), "{said}");
    assert!(!said.contains("has signed 10 entries"), "{said}");
}

#[test]
fn a_policy_about_another_log_or_with_a_mistake_is_told_as_such() {
    let story = Story::begin();
    let other = story.policy("other.policy", &format!("log {}\nquorum union", "@"));
    let (code, _, said) = run(&["audit", &story.url(), "--afresh", "--policy", &other]);
    assert_eq!(code, 2, "{said}");
    assert!(said.contains("line 3: no verifier key of a log"), "{said}");
    let (code, _, said) = run(&["audit", &story.url(), "--afresh", "--policy", "/nowhere/policy"]);
    assert!(code == 2 && said.contains("cannot be used"), "{said}");
    let stranger = TestApp::builder().with_chance(77).start();
    let elsewhere = stranger.petition();
    let key = Reader::of(&stranger, &elsewhere).key();
    let other = story.policy("other.policy", &format!("log {key}\nquorum union"));
    assert_found(&audit(&story.url(), &other), Kind::Unwitnessed, "this is none of them");
    let own = Reader::of(&story.app, &story.petition).key();
    let right = story.policy("right.policy", &format!("log {own}\nquorum union"));
    assert_eq!(audit(&story.url(), &right).0, 0);
}
