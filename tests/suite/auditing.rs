//! Journalists who do not believe the site: they audit a petition's log with the program, on their own machine. Every way
//! to tamper with it is found, and called by its name (G8).

use std::{fs, path::Path, process::Command};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use proptest::prelude::*;
use serde_json::Value;
use undersigned::{
    actions::scheduled::batches,
    domain::void::VoidReason,
    log::{
        audit::{Auditor, finding::Kind},
        checkpoint::Checkpoint,
        note::LogKey,
        tiles::{Tile, bundle},
    },
    protocol::{
        extension::Extension,
        leaf::{Leaf, Notice},
    },
};

use crate::support::{DAY, Petition, Reader, TestApp, Voter, grow, id_of, root_of};

mod copies;
mod pages;

/// What an audit ended with: its exit code, and its last event.
struct Audit {
    code: i32,
    event: Value,
}

impl Audit {
    /// Of these files or this address, going on from `state`.
    fn of(from: &str, state: Option<&Path>) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_undersigned"));
        command.args(["audit", from, "--json"]).env_clear();
        match state {
            Some(file) => command.arg("--state").arg(file),
            None => command.arg("--afresh"),
        };
        let output = command.output().expect("the program runs");
        let text = String::from_utf8(output.stdout).expect("UTF-8");
        let last =
            text.lines().last().unwrap_or_else(|| panic!("{}", String::from_utf8_lossy(&output.stderr)));
        Self {
            code: output.status.code().expect("an exit code"),
            event: serde_json::from_str(last).expect("JSON"),
        }
    }

    #[track_caller]
    fn is_well(&self) -> &Value {
        assert_eq!((self.code, &self.event["well"]), (0, &Value::Bool(true)), "{}", self.event);
        &self.event
    }

    /// That it ended with this kind, and said this.
    #[track_caller]
    fn found(&self, kind: Kind, says: &str) {
        assert_eq!(self.code, i32::from(kind.exit_code()), "{}", self.event);
        let said = self.event["findings"].as_array().expect("findings");
        let is_said = said
            .iter()
            .any(|one| one["kind"] == kind.code() && one["text"].as_str().expect("text").contains(says));
        assert!(is_said, "{says}: {}", self.event);
    }
}

/// What a thief does to the entries.
/// A petition's log as somebody can copy it, or forge it who has the log's key.
#[derive(Clone)]
struct Copied {
    entries: Vec<Vec<u8>>,
    openings: Vec<Value>,
    numbers: Value,
    vkey: String,
}

impl Copied {
    fn from(app: &TestApp, petition: &Petition) -> Self {
        let reader = Reader::of(app, petition);
        Self {
            entries: reader.entries(reader.checkpoint().size),
            openings: reader.openings(),
            numbers: reader.get("numbers.json").expect(200).json(),
            vkey: reader.get("log/vkey").expect(200).body,
        }
    }

    /// Puts files as they are served into a folder of this name, under this checkpoint.
    fn put_with(&self, app: &TestApp, name: &str, note: &str) -> String {
        let folder = app.folder().join(name);
        let write = |path: &str, bytes: &[u8]| {
            let file = folder.join(path);
            fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
            fs::write(file, bytes).expect("a file");
        };
        write("log/vkey", self.vkey.as_bytes());
        write("log/checkpoint", note.as_bytes());
        write("openings.json", &serde_json::to_vec(&self.openings).unwrap());
        write("numbers.json", self.numbers.to_string().as_bytes());
        let size = u64::try_from(self.entries.len()).unwrap();
        for (index, part) in (0..).zip(self.entries.chunks(256)) {
            let tile = Tile::widest_bundle(index, size).expect("a tile");
            let bytes = bundle(part.iter().map(Vec::as_slice)).expect("short entries");
            write(&format!("log/tile/{tile}"), &bytes);
        }
        folder.to_str().expect("UTF-8").to_owned()
    }

    /// The same, signed by whoever has the log's key.
    fn put(&self, app: &TestApp, petition: &Petition, name: &str) -> String {
        let size = u64::try_from(self.entries.len()).unwrap();
        self.put_with(app, name, &Checkpoint::sign(&log_key(app, petition), size, root_of(&self.entries)))
    }
}

type Change<'a> = &'a dyn Fn(&mut Vec<Vec<u8>>);

fn log_key(app: &TestApp, petition: &Petition) -> LogKey {
    let origin = Reader::of(app, petition).checkpoint().origin;
    LogKey::new(origin, &app.ctx.keys.log_seed(id_of(app, petition)).expect("the log's key"))
}

fn address(number: u64) -> String {
    format!("person{number}@initech.example")
}

fn url(app: &TestApp, petition: &Petition) -> String {
    format!("{}{}", app.base_url(), petition.path())
}

/// A petition with signatures of all kinds: public, anonymous, taken back, amended.
fn lively() -> (TestApp, Petition) {
    let app = TestApp::start();
    let petition = app.petition();
    for (number, name) in (0..).zip(["Sasha Lind", "Kim Abara", "Noor Haddad"]) {
        app.sign(&petition, "work-mail", name, &address(number));
    }
    let people: Vec<Voter<'_>> =
        (10..22).map(|seed| Voter::new(&app, &petition, "work-mail", seed)).collect();
    for (number, person) in (10..).zip(&people) {
        person.sign(&address(number));
    }
    app.clock.advance_secs(DAY);
    batches::take_turns(&app.ctx).expect("a group comes out");
    let shown = Extension::Public { name: String::from("Robin Okafor"), title: None };
    people[0].amend(&shown).expect(202);
    people[0].amend(&Extension::Public { name: String::from("Robin Lind"), title: None }).expect(202);
    for person in &people[1..7] {
        person.retract().expect(202);
    }
    app.clock.advance_secs(DAY);
    batches::take_turns(&app.ctx).expect("withdrawals come out");
    (app, petition)
}

#[test]
fn a_reader_audits_a_petition_and_goes_on_from_there_the_next_day() {
    let (app, petition) = lively();
    let (url, state) = (url(&app, &petition), app.folder().join("audit.json"));
    let first = Audit::of(&url, Some(&state));
    let event = first.is_well();
    let crowd = &event["crowds"][0];
    assert_eq!(
        (&crowd["proof"], &crowd["cast"], &crowd["taken_back"], &crowd["counted"]),
        (&Value::from("work-mail"), &Value::from(15), &Value::from(6), &Value::from(9))
    );
    assert_eq!((&event["openings"], &event["from"]), (&Value::from(4), &Value::from(0)));
    assert_eq!(event["numbers_compared"], true);

    grow(&app, &petition, 600);
    app.sign(&petition, "work-mail", "Sasha Lind", &address(50));
    let again = Audit::of(&url, Some(&state));
    let after = again.is_well();
    assert_eq!(after["from"], event["entries"], "what was audited is not fetched again");
    assert_eq!(after["crowds"][0]["counted"], 10);
    // From the beginning it comes out alike.
    let whole = Audit::of(&url, None);
    assert_eq!((&whole.is_well()["root"], &whole.event["crowds"]), (&after["root"], &after["crowds"]));
}

#[test]
fn a_person_at_a_terminal_is_told_what_the_number_proves_and_what_it_does_not() {
    let (app, petition) = lively();
    let output = Command::new(env!("CARGO_BIN_EXE_undersigned"))
        .args(["audit", &url(&app, &petition)])
        .env_clear()
        .env("XDG_STATE_HOME", app.folder().join("state"))
        .output()
        .expect("the program runs");
    let said = String::from_utf8(output.stdout).expect("UTF-8");
    for text in [
        "By work address: 15 cast, 6 of them taken back or voided. So 9 count. At least 10 tokens were given out",
        "All is well",
        "It does not mean that a person stood behind each",
        "No independent witness",
    ] {
        assert!(said.contains(text), "{text}: {said}");
    }
    assert_eq!(
        fs::read_dir(app.folder().join("state/undersigned")).expect("what is known is kept").count(),
        1
    );
}

#[test]
fn whoever_holds_the_logs_key_and_rewrites_it_is_found_by_those_who_audited_before() {
    let (app, petition) = lively();
    grow(&app, &petition, 300);
    let honest = Copied::from(&app, &petition);
    let state = app.folder().join("audit.json");
    let folder = honest.put(&app, &petition, "honest");
    Audit::of(&folder, Some(&state)).is_well();
    let first = fs::read(&state).unwrap();
    let told = |name: &str, change: &dyn Fn(&mut Vec<Vec<u8>>)| {
        let mut forged = honest.clone();
        change(&mut forged.entries);
        let audit = Audit::of(&forged.put(&app, &petition, name), Some(&state));
        assert_eq!(
            fs::read(&state).unwrap(),
            first,
            "{name}: what is known is not overwritten by what is wrong"
        );
        assert!(
            audit.event["earlier_checkpoint"].is_string(),
            "{name}: both are shown, which proves it to anyone"
        );
        // An older copy of an honest log is shorter, too.
        assert_eq!(audit.event["earlier_contradicts"], name != "truncated", "{name}");
        audit
    };
    let other =
        Notice::ServedAt { host: String::from("other.example") }.encode(id_of(&app, &petition)).unwrap();
    told("dropped", &|log| drop(log.remove(200)))
        .found(Kind::Fork, "Entry 200, which was audited before, was left out");
    told("edited", &|log| log[200].clone_from(&other)).found(Kind::Fork, "Entry 200 was another one");
    told("reordered", &|log| log.swap(200, 250))
        .found(Kind::Fork, "What was entry 200 when it was audited before stands at 250");
    told("duplicated", &|log| log.insert(200, log[100].clone()))
        .found(Kind::Fork, "Entry 100 stands in the log a second time, at 200");
    told("truncated", &|log| log.truncate(290))
        .found(Kind::Rollback, "The log was 300 entries long when it was audited before, and is 290 now");
    // A log that was put back, and has grown again since.
    told("rolled back", &|log| {
        log.truncate(280);
        log.extend((0..40).map(|_| other.clone()));
    })
    .found(Kind::Fork, "Entry 280 was another one");
    // Two readers, two logs: the one is shown the other's.
    told("forked", &|log| *log.last_mut().expect("entries") = other.clone())
        .found(Kind::Fork, "Entry 299 was another one");
    Audit::of(&folder, Some(&state)).is_well();
}

#[test]
fn whoever_changes_the_database_without_the_logs_key_is_found_at_the_first_audit() {
    let (app, petition) = lively();
    let honest = Copied::from(&app, &petition);
    let note = Reader::of(&app, &petition).get("log/checkpoint").expect(200).body;
    let host = honest
        .entries
        .iter()
        .position(|leaf| matches!(Leaf::parse(leaf), Ok(Leaf::Cast(_))))
        .expect("a cast");
    let changes: [(&str, Change<'_>); 5] = [
        ("edited", &|log| log[host][499] ^= 1),
        ("reordered", &|log| log.swap(host, host + 1)),
        ("dropped and filled", &|log| log[host] = log[host + 1].clone()),
        ("duplicated", &|log| {
            let last = log.len() - 1;
            log[last] = log[host].clone();
        }),
        ("genesis", &|log| {
            let last = log[0].len() - 3;
            log[0][last] ^= 1;
        }),
    ];
    for (name, change) in changes {
        let mut forged = honest.clone();
        change(&mut forged.entries);
        let audit = Audit::of(&forged.put_with(&app, name, &note), None);
        audit.found(Kind::Root, "The entries are not those that the log has signed");
    }
    // Fewer than were signed.
    let mut cut = honest.clone();
    cut.entries.pop();
    let audit = Audit::of(&cut.put_with(&app, "cut", &note), None);
    assert_eq!((audit.code, audit.event["code"].as_str()), (9, Some("root")), "{}", audit.event);
    // A checkpoint that nobody signed, and another key.
    let audit = Audit::of(&honest.put_with(&app, "unsigned", &note.replace("\n\n", "\n\n\n")), None);
    assert_eq!((audit.code, audit.event["code"].as_str()), (9, Some("checkpoint")));
    let state = app.folder().join("audit.json");
    Audit::of(&honest.put_with(&app, "key", &note), Some(&state)).is_well();
    let seed = LogKey::new(Reader::of(&app, &petition).checkpoint().origin, &[7; 32]);
    let mut other = honest.clone();
    other.vkey = format!("{}\n", seed.verifier());
    let size = u64::try_from(other.entries.len()).unwrap();
    let note = Checkpoint::sign(&seed, size, root_of(&other.entries));
    let audit = Audit::of(&other.put_with(&app, "key", &note), Some(&state));
    assert_eq!((audit.code, audit.event["code"].as_str()), (9, Some("other-key")));
    let said = audit.event["text"].as_str().expect("words");
    assert!(said.contains("audit.json remembers") && said.contains("--afresh"), "{said}");
}

#[test]
fn whoever_makes_the_log_cannot_count_what_its_rules_do_not_allow() {
    let (app, petition) = lively();
    let id = id_of(&app, &petition);
    let honest = Copied::from(&app, &petition);
    let parsed: Vec<Leaf> = honest.entries.iter().map(|leaf| Leaf::parse(leaf).unwrap()).collect();
    let place = |wanted: &dyn Fn(&Leaf) -> bool| parsed.iter().position(wanted).expect("such a leaf");
    let cast = place(&|leaf| matches!(leaf, Leaf::Cast(_)));
    let retraction = place(&|leaf| matches!(leaf, Leaf::Retract(_)));
    let amendment = place(&|leaf| matches!(leaf, Leaf::Amend(_)));
    let issued = place(&|leaf| matches!(leaf, Leaf::Notice(_, Notice::Issued(_))));
    let forged = |name: &str, change: &dyn Fn(&mut Copied)| {
        let mut forged = honest.clone();
        change(&mut forged);
        Audit::of(&forged.put(&app, &petition, name), None)
    };
    let leaf = |notice: &Notice| notice.encode(id).unwrap();

    let audit = forged("twice", &|log| log.entries.push(log.entries[cast].clone()));
    audit.found(Kind::Twice, &format!("Entries {cast} and {} spend the same token", honest.entries.len()));
    let audit = forged("bent", &|log| log.entries[cast][300] ^= 1);
    audit.found(Kind::Cast, &format!("Entry {cast}: this signature does not verify"));
    let audit = forged("late", &|log| {
        let cast = log.entries.remove(cast);
        log.entries.extend([leaf(&Notice::Closed), cast]);
    });
    audit.found(Kind::Closed, "was cast after the log was closed");
    let audit = forged("of nothing", &|log| {
        let retraction = log.entries.remove(retraction);
        log.entries.insert(1, retraction);
    });
    audit.found(
        Kind::Reference,
        "Entry 1 takes back, changes or voids something that is not in the log before it",
    );
    let audit = forged("unsigned", &|log| log.entries[retraction][100] ^= 1);
    audit.found(Kind::Reference, "was not signed by whoever made it");
    let audit = forged("unsaid", &|log| drop(log.entries.remove(issued)));
    audit.found(Kind::Issued, "more was cast in crowd 0 than was said to be issued");
    let audit = forged("uneven", &|log| log.entries[issued] = leaf(&Notice::Issued(vec![11, 0, 0])));
    audit.found(Kind::Issued, "does not count issued tokens as it must");
    let audit = forged("unknown", &|log| log.entries.push([&[1, 0x77][..], id.as_bytes(), b"{}"].concat()));
    audit.found(Kind::Leaf, "is no entry of this protocol (unknown kind of leaf)");
    let audit = forged("genesis", &|log| log.entries.push(log.entries[0].clone()));
    audit.found(Kind::Leaf, "a log has one genesis, at its beginning");
    let audit = forged("foreign", &|log| {
        let other = undersigned::domain::ids::PetitionId::new(uuid::Uuid::from_bytes([9; 16]));
        log.entries.push(Notice::Closed.encode(other).unwrap());
    });
    audit.found(Kind::Leaf, "belongs to another petition or log");
    let audit = forged("number", &|log| log.numbers["crowds"][0]["number"] = Value::from(412));
    audit.found(Kind::Number, "Crowd 0: the site shows 412, the log has 9");
    let audit = forged("renamed", &|log| {
        let name = r#"{"mode":"public","name":"Somebody Else"}"#;
        log.openings[0]["extension"] = Value::from(URL_SAFE_NO_PAD.encode(name));
    });
    audit.found(Kind::Opening, "is not the one that its signer committed to");
    // A name from before it was mended, and one for whoever showed none.
    let audit = forged("unamended", &|log| drop(log.entries.remove(amendment + 1)));
    audit.found(Kind::Opening, "is not the one that its signer committed to");
}

#[test]
fn a_void_is_in_the_log_counts_down_and_can_be_taken_back() {
    let (app, petition) = lively();
    let id = id_of(&app, &petition);
    let honest = Copied::from(&app, &petition);
    let retracted =
        honest.entries.iter().filter(|leaf| matches!(Leaf::parse(leaf), Ok(Leaf::Retract(_)))).count();
    assert_eq!(retracted, 6);
    let public = honest.openings[0]["index"].as_u64().expect("an index");
    let void = Notice::Void { cast: public, reason: VoidReason::MadeMailboxes }.encode(id).unwrap();
    let reversed = Notice::VoidReversed { cast: public }.encode(id).unwrap();
    let audit_of = |log: &Copied, name: &str, leaves: &[&Vec<u8>], shown: u64| {
        let mut log = log.clone();
        log.entries.extend(leaves.iter().map(|leaf| (*leaf).clone()));
        log.numbers["crowds"][0]["number"] = Value::from(shown);
        Audit::of(&log.put(&app, &petition, name), None)
    };
    let mut hidden = honest.clone();
    hidden.openings.remove(0);
    let audit = |name: &str, leaves: &[&Vec<u8>], shown: u64| audit_of(&hidden, name, leaves, shown);
    let voided = audit("voided", &[&void], 8);
    let crowd = &voided.is_well()["crowds"][0];
    assert_eq!(
        (&crowd["voided"], &crowd["voided_for"]),
        (&Value::from(1), &serde_json::json!({"made-mailboxes": 1}))
    );
    audit("reversed", &[&void, &reversed], 9).is_well();
    audit("unsaid", &[&void], 9).found(Kind::Number, "the site shows 9, the log has 8");
    audit("twice", &[&void, &void], 8).found(Kind::Reference, "voids something that is not in the log");
    audit("nobody", &[&reversed], 9).found(Kind::Reference, "voids something that is not in the log");
    let shown = audit_of(&honest, "still shown", &[&void], 8);
    shown.found(Kind::Opening, &format!("The name shown for entry {public}"));
    audit_of(&honest, "shown again", &[&void, &reversed], 9).is_well();
}

#[test]
fn whoever_knows_the_fingerprint_is_not_led_to_another_petition() {
    let (app, petition) = lively();
    let known = Audit::of(&url(&app, &petition), None).is_well()["genesis_hash"].as_str().unwrap().to_owned();
    app.client().get(&format!("{}/audit", petition.path())).expect(200).says(&known);
    let audit = |hash: &str| {
        let output = Command::new(env!("CARGO_BIN_EXE_undersigned"))
            .args(["audit", &url(&app, &petition), "--json", "--afresh", "--genesis", hash])
            .env_clear()
            .output()
            .expect("the program runs");
        (output.status.code(), String::from_utf8(output.stdout).expect("UTF-8"))
    };
    assert_eq!(audit(&known).0, Some(0));
    let other = URL_SAFE_NO_PAD.encode([7; 32]);
    let (code, said) = audit(&other);
    assert_eq!(code, Some(9));
    assert!(said.contains("other-genesis"), "{said}");
}

#[test]
fn a_server_that_is_not_there_is_not_called_a_liar() {
    let app = TestApp::start();
    let nowhere = app.folder().join("nothing-here");
    fs::create_dir(&nowhere).unwrap();
    let audit = Audit::of(nowhere.to_str().unwrap(), None);
    assert_eq!((audit.code, audit.event["code"].as_str()), (1, Some("not-found")));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_entries_make_the_auditor_panic(
        entries in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..600), 0..20),
        kinds in proptest::collection::vec(0_u8..0x12, 20),
    ) {
        let mut auditor = Auditor::new([1; 32]);
        let entries: Vec<Vec<u8>> =
            entries.into_iter().zip(kinds).map(|(entry, kind)| [&[1, kind][..], &entry].concat()).collect();
        auditor.take(&entries, std::num::NonZeroUsize::MIN);
        let size = u64::try_from(entries.len()).unwrap();
        let verdict = auditor.finish(&[], None);
        prop_assert_eq!(verdict.size, size);
        prop_assert!(entries.is_empty() || !verdict.findings.is_empty());
    }

    #[test]
    fn no_bytes_make_an_auditor_that_panics(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        prop_assert!(Auditor::resume(&mut &bytes[..]).is_err());
    }
}
