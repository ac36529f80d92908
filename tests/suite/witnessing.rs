//! Whoever runs `undersigned witness` for other instances: it signs of each log one history only, whatever it is asked, by how
//! many at once, and wherever it is killed.

use std::{
    fs,
    io::{BufRead as _, BufReader, Lines, Write as _},
    net::TcpListener,
    os::unix::{fs::PermissionsExt as _, process::ExitStatusExt as _},
    path::{Path, PathBuf},
    process::{Child, ChildStderr, Command, Stdio},
    sync::{Arc, Barrier},
    thread,
};

use undersigned::{
    client::witness::Messenger,
    clock::ManualClock,
    entropy::SeededEntropy,
    log::{
        checkpoint::Checkpoint,
        cosignature::WitnessKey,
        note::{LogKey, VerifierKey},
        proof::{self, FromTiles},
        tiles::{Level, Tile},
        tree::hash_leaf,
        witness::Submission,
    },
    protocol::origin::LogOrigin,
    witness::{
        follow::{FollowError, Followed, Looked},
        key::{self, KeyError},
        logs::{Learned, Logs, LogsError, MOST_OF_A_SOURCE, Source},
        server::Witness,
    },
};

use crate::support::{Node, Reader, TestApp, grow, root_of};

mod slow_and_hung;

const NAME: &str = "witness.example/undersigned";
const LIST: &str = "https://petitions.example/logs";

/// Leaves that say their place, and from `fork` on another word.
fn leaves(count: usize, fork: usize, word: &str) -> Vec<Vec<u8>> {
    (0..count).map(|at| format!("{} {at}", if at < fork { "leaf" } else { word }).into_bytes()).collect()
}

fn submission(key: &LogKey, leaves: &[Vec<u8>], old: u64) -> Submission {
    let size = u64::try_from(leaves.len()).unwrap();
    let tiles = |tile: Tile| {
        assert_eq!(tile.level(), Level::Hashes(0), "small logs only");
        let first = usize::try_from(tile.first()).unwrap();
        Ok::<_, ()>(
            leaves[first..first + usize::from(tile.width())].iter().map(|leaf| hash_leaf(leaf)).collect(),
        )
    };
    let proof = proof::consistency(&mut FromTiles::new(size, tiles), old, size).unwrap();
    Submission { old, proof, note: Checkpoint::sign(key, size, root_of(leaves)) }
}

fn log_key(seed: u8) -> LogKey {
    LogKey::new(LogOrigin::generate(&SeededEntropy::new(7)), &[seed; 32])
}

/// A folder of the tests that goes away.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{}", std::process::id()));
        drop(fs::remove_dir_all(&folder));
        Self(folder)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        drop(fs::remove_dir_all(&self.0));
    }
}

/// A witness as a process of its own.
struct Running {
    child: Child,
    url: String,
    key: WitnessKey,
    log: Lines<BufReader<ChildStderr>>,
    agent: ureq::Agent,
}

impl Running {
    fn command(folder: &Path, more: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_undersigned"));
        command.args(["witness", "--dir"]).arg(folder).args(more).env_clear();
        command
    }

    /// At this port, following these.
    fn start(folder: &Path, port: u16, urls: &[&str], crash_at: Option<&str>) -> Self {
        let address = format!("127.0.0.1:{port}");
        let mut command = Self::command(folder, &["--name", NAME, "--bind", &address]);
        command.args(urls).stdout(Stdio::piped()).stderr(Stdio::piped());
        if let Some(point) = crash_at {
            command.env("CRASH_AT", point);
        }
        let mut child = command.spawn().unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap()).lines();
        let key = WitnessKey::parse(&out.next().expect("its key").unwrap()).unwrap();
        let log = BufReader::new(child.stderr.take().unwrap()).lines();
        let config = ureq::Agent::config_builder().http_status_as_error(false).proxy(None).build();
        let mut running =
            Self { child, url: format!("http://{address}"), key, log, agent: config.new_agent() };
        running.logs("started");
        running
    }

    /// Waits until its log says this.
    fn logs(&mut self, words: &str) {
        let said = self.log.by_ref().map(Result::unwrap).any(|line| line.contains(words));
        assert!(said, "it ended before it said: {words}");
    }

    /// Status, type and body. `None` when it died over it.
    fn post(&self, body: &str) -> Option<(u16, String, String)> {
        let mut answer = self.agent.post(format!("{}/add-checkpoint", self.url)).send(body).ok()?;
        let kind = answer.headers()["content-type"].to_str().unwrap().to_owned();
        let text = answer.body_mut().read_to_string().ok()?;
        Some((answer.status().as_u16(), kind, text))
    }

    fn submit(&self, submission: &Submission) -> (u16, String) {
        let (status, _, body) = self.post(&submission.encode()).expect("an answer");
        (status, body)
    }

    fn account(&self) -> String {
        self.agent.get(&self.url).call().unwrap().body_mut().read_to_string().unwrap()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

#[test]
fn a_log_that_a_witness_follows_is_cosigned_from_end_to_end_and_a_fork_of_it_never() {
    let app = TestApp::start();
    let petition = app.petition();
    let reader = Reader::of(&app, &petition);
    grow(&app, &petition, 5);
    let (folder, port) = (app.folder().join("witness"), free_port());
    let mut witness = Running::start(&folder, port, &[&app.base_url()], None);
    witness.logs("looked which logs there are");
    let origin = reader.checkpoint().origin;
    assert_eq!(witness.account(), format!("{}\n\n{origin} 0\n", witness.key));

    let setting = format!("{} {}", witness.key, witness.url);
    let node = Node::start_with(&app, &[("WITNESSES", &setting)]);
    let path = format!("{}/log/witnessed", petition.path());
    let cosigned = loop {
        let answer = node.get(&path).expect("it answers");
        if answer.status == 200 {
            break answer.bytes;
        }
        assert_eq!(answer.status, 404);
        thread::yield_now();
    };
    drop(node);
    let checkpoint = Checkpoint::verify(&cosigned, &reader.key()).unwrap();
    assert!(witness.key.find_on(&cosigned).is_some());
    let account = witness.account();
    let line = account.lines().find_map(|line| line.strip_prefix(&format!("{origin} "))).expect("a log");
    let size: u64 = line.split_once(' ').expect("a root").0.parse().unwrap();
    assert!(size >= checkpoint.size, "{account}");

    // Whoever has the log's key makes another history, longer than what the witness saw.
    let seed = app.ctx.keys.log_seed(crate::support::id_of(&app, &petition)).unwrap();
    let fork = leaves(200, 0, "fork");
    let key = LogKey::new(origin, &seed);
    assert_eq!(witness.submit(&submission(&key, &fork, size)).0, 422);
    assert_eq!(witness.submit(&submission(&key, &fork, 0)).0, 409);
}

#[test]
fn a_petition_can_be_followed_by_itself_also_while_it_is_away() {
    let app = TestApp::start();
    let petition = app.petition();
    let folder = app.folder().join("witness");
    let one = format!("{}{}", app.base_url(), petition.path());
    // A port that was free a moment ago may be another test's by now; nothing here listens on the first.
    let nobody = "http://127.0.0.1:1";
    let mut witness = Running::start(&folder, free_port(), &[nobody, &one], None);
    witness.logs("which logs there are could not be looked up");
    witness.logs("looked which logs there are");
    assert!(witness.account().contains(Reader::of(&app, &petition).checkpoint().origin.as_str()));
    let said = |url: &str| {
        let output = Running::command(&app.folder().join("other"), &["--name", NAME, url]).output().unwrap();
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    assert_eq!(said("http://petitions.example").0, Some(2), "unencrypted, anybody could show it another key");
    assert_eq!(said("https://petitions.example/p/a#i=ABCD").0, Some(2));
}

/// A witness in this process, knowing the log of `key`.
fn witness(folder: &Path, key: &LogKey) -> Witness {
    let entropy = SeededEntropy::new(3);
    let cosigner = key::open(folder, Some(NAME), &entropy).unwrap();
    let logs = Logs::open(folder).unwrap();
    logs.learn(&key.verifier(), LIST).unwrap();
    let clock = Arc::new(ManualClock::at(undersigned::domain::time::Timestamp::from_secs(1_780_488_000)));
    Witness { cosigner, logs, clock }
}

#[test]
fn answers_are_those_of_the_specification() {
    let (folder, key) = (Folder::new("answers"), log_key(1));
    let witness = witness(&folder.0, &key);
    let answer = |body: &str| {
        let answer = witness.answer(body.as_bytes()).unwrap();
        (answer.status, answer.content_type, answer.body)
    };
    let submit = |asked: &Submission| answer(&asked.encode());
    let honest = leaves(20, 20, "");
    let (status, kind, line) = submit(&submission(&key, &honest[..10], 0));
    assert_eq!((status, kind), (200, "text/plain; charset=utf-8"));
    let body = Checkpoint { origin: key.origin().clone(), size: 10, root: root_of(&honest[..10]) }.body();
    assert!(witness.cosigner.verifier().find_in(&body, line.as_bytes()).is_some());
    let conflict = (409, "text/x.tlog.size", String::from("10\n"));
    assert_eq!(submit(&submission(&key, &honest, 0)), conflict);
    assert_eq!(submit(&submission(&key, &honest[..8], 8)), conflict, "rolled back");
    assert_eq!(submit(&submission(&key, &leaves(10, 5, "fork"), 10)), conflict, "another root");
    assert_eq!(submit(&submission(&key, &leaves(20, 5, "fork"), 10)).0, 422);
    assert_eq!(submit(&Submission { old: 21, ..submission(&key, &honest, 10) }).0, 400);
    assert_eq!(submit(&submission(&log_key(2), &honest, 10)).0, 403);
    let elsewhere = LogKey::new(LogOrigin::generate(&SeededEntropy::new(8)), &[1; 32]);
    assert_eq!(submit(&submission(&elsewhere, &honest, 0)).0, 404);
    for bad in ["", "hello", "old 10\n", "old 010\n\nx\n"] {
        assert_eq!(answer(bad).0, 400, "{bad:?}");
    }
    // The same again, and what comes next.
    assert_eq!(submit(&submission(&key, &honest[..10], 10)).0, 200);
    assert_eq!(submit(&submission(&key, &honest, 10)).0, 200);
}

#[test]
fn of_many_histories_that_are_handed_in_at_once_one_is_signed() {
    let (folder, key) = (Folder::new("at-once"), Arc::new(log_key(1)));
    let witness = Arc::new(witness(&folder.0, &key));
    assert_eq!(
        witness.answer(submission(&key, &leaves(10, 10, ""), 0).encode().as_bytes()).unwrap().status,
        200
    );
    let mut seen = leaves(10, 10, "");
    for size in 10..30 {
        let barrier = Arc::new(Barrier::new(8));
        let ask = |number: usize| {
            let (witness, key, barrier) = (Arc::clone(&witness), Arc::clone(&key), Arc::clone(&barrier));
            let next = format!("entry {size}, history {number}").into_bytes();
            let history = [&seen[..], &[next]].concat();
            thread::spawn(move || {
                let asked = submission(&key, &history, size).encode();
                barrier.wait();
                (witness.answer(asked.as_bytes()).unwrap().status, history)
            })
        };
        let answers: Vec<_> = (0..8).map(ask).collect();
        let answers: Vec<_> = answers.into_iter().map(|thread| thread.join().unwrap()).collect();
        let signed: Vec<_> = answers.iter().filter(|(status, _)| *status == 200).collect();
        assert_eq!(signed.len(), 1, "{:?}", answers.iter().map(|(status, _)| status).collect::<Vec<_>>());
        assert!(answers.iter().all(|(status, _)| matches!(status, 200 | 409)));
        seen.clone_from(&signed[0].1);
    }
}

#[test]
fn a_witness_that_is_killed_between_writing_and_answering_has_signed_nothing_and_forgets_nothing() {
    let (folder, key) = (Folder::new("killed"), log_key(1));
    drop(witness(&folder.0, &key));
    let (honest, fork) = (leaves(20, 20, ""), leaves(20, 5, "fork"));
    let nobody = format!("http://127.0.0.1:{}", free_port());
    let mut armed = Running::start(&folder.0, free_port(), &[&nobody], Some("witness-before-answer"));
    assert_eq!(armed.post(&submission(&key, &honest[..10], 0).encode()), None);
    let status = armed.child.wait().unwrap();
    assert_eq!(status.signal(), Some(9), "{status}");
    // The history that it wrote down is the one that it signs from now on.
    let again = Running::start(&folder.0, free_port(), &[&nobody], None);
    assert_eq!(again.submit(&submission(&key, &fork, 0)), (409, String::from("10\n")));
    assert_eq!(again.submit(&submission(&key, &fork, 10)).0, 422);
    assert_eq!(again.submit(&submission(&key, &honest[..10], 10)).0, 200);
    assert_eq!(again.submit(&submission(&key, &honest, 10)).0, 200);
}

#[test]
fn the_first_key_of_a_log_stays_and_what_was_seen_outlives_a_restart() {
    let (folder, key) = (Folder::new("first-key"), log_key(1));
    let first = witness(&folder.0, &key);
    let other: VerifierKey = log_key(2).verifier();
    let stays = Learned::OtherKey { first: Source::List(String::from(LIST)) };
    assert_eq!(first.logs.learn(&other, LIST).unwrap(), stays);
    assert_eq!(first.logs.learn(&key.verifier(), LIST).unwrap(), Learned::Known);
    let honest = leaves(20, 20, "");
    first.answer(submission(&key, &honest, 0).encode().as_bytes()).unwrap();
    assert!(matches!(Logs::open(&folder.0), Err(LogsError::Taken)), "two of them would sign two histories");
    let before = first.account();
    drop(first);
    let again = witness(&folder.0, &key);
    assert_eq!(again.account(), before);
    assert!(before.contains(" 20 "), "{before}");
    drop(again);
    // A file that is not whole stops it: a witness that forgets must not sign.
    let file = fs::read_dir(folder.0.join("logs")).unwrap().next().unwrap().unwrap().path();
    fs::write(&file, format!("{}\n20\n", key.verifier())).unwrap();
    assert!(matches!(Logs::open(&folder.0), Err(LogsError::Damaged(_))));
}

#[test]
fn nothing_is_signed_that_cannot_be_written_down() {
    let (folder, key) = (Folder::new("no-disk"), log_key(1));
    let witness = witness(&folder.0, &key);
    let honest = leaves(20, 20, "");
    fs::remove_dir_all(folder.0.join("logs")).unwrap();
    assert!(witness.answer(submission(&key, &honest, 0).encode().as_bytes()).is_err());
    fs::create_dir(folder.0.join("logs")).unwrap();
    assert_eq!(witness.answer(submission(&key, &honest, 0).encode().as_bytes()).unwrap().status, 200);
}

#[test]
fn the_key_is_made_once_for_its_owner_alone() {
    let folder = Folder::new("witness-key");
    let entropy = SeededEntropy::new(3);
    let open = |name: Option<&str>| key::open(&folder.0, name, &entropy).map(|cosigner| cosigner.verifier());
    assert!(matches!(open(None), Err(KeyError::Nameless)));
    assert!(matches!(open(Some("a b")), Err(KeyError::Name)));
    let made = open(Some(NAME)).unwrap();
    assert_eq!(open(None).unwrap(), made);
    assert!(matches!(open(Some("other.example")), Err(KeyError::OtherName(name)) if name == NAME));
    let file = folder.0.join("witness.key");
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    let printed = Running::command(&folder.0, &["--print-key"]).output().unwrap();
    assert_eq!(String::from_utf8(printed.stdout).unwrap(), format!("{made}\n"));
    fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
    assert!(matches!(open(None), Err(KeyError::Open(_))));
    fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
    Logs::open(&folder.0).unwrap().learn(&log_key(1).verifier(), LIST).unwrap();
    fs::remove_file(&file).unwrap();
    assert!(matches!(open(Some(NAME)), Err(KeyError::Missing)), "a new key would be another witness");
}

/// A key of the log with this number.
fn numbered(number: u64, seed: u8) -> LogKey {
    LogKey::new(LogOrigin::generate(&SeededEntropy::new(number)), &[seed; 32])
}

/// An instance that gives one answer to whoever asks first.
fn answers_once(body: String) -> Followed {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut head = BufReader::new(stream.try_clone().unwrap()).lines();
        while head.next().is_some_and(|line| !line.unwrap().is_empty()) {}
        let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", body.len());
        drop(stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body.as_bytes())));
    });
    Followed::parse(&url).unwrap()
}

#[test]
fn an_instance_that_invents_logs_fills_its_own_share_and_keeps_no_other_log_out() {
    let folder = Folder::new("invented");
    fs::create_dir_all(folder.0.join("logs")).unwrap();
    // As another instance left them before a restart.
    let most = u64::try_from(MOST_OF_A_SOURCE).unwrap();
    for number in 1..most {
        let key = numbered(number, 1).verifier();
        let name = key.origin().as_str().rsplit('/').next().unwrap();
        fs::write(folder.0.join("logs").join(name), format!("{key}\nfrom {LIST}\n")).unwrap();
    }
    let logs = Logs::open(&folder.0).unwrap();
    assert_eq!(logs.learn(&numbered(most, 1).verifier(), LIST).unwrap(), Learned::New);
    assert_eq!(logs.learn(&numbered(most + 1, 1).verifier(), LIST).unwrap(), Learned::TooMany);
    assert_eq!(logs.learn(&numbered(1, 1).verifier(), LIST).unwrap(), Learned::Known);
    let messenger = Messenger::open(&SeededEntropy::new(5)).unwrap();
    let line = |number| format!("{}\n", numbered(number, 1).verifier());
    let honest = answers_once(line(most + 1) + &line(most + 2));
    assert_eq!(honest.look(&messenger, &logs).unwrap(), Looked { new: 2, ..Looked::default() });
    logs.pin(&numbered(most + 3, 1).verifier()).unwrap();
    // Nor is more read than a list of so many is long.
    let endless = answers_once(line(most + 4).repeat(256 * 1024 / line(1).len() + 1));
    assert!(matches!(endless.look(&messenger, &logs), Err(FollowError::Away(_))));
    assert_eq!(
        logs.learn(&numbered(most + 4, 1).verifier(), "https://b.example/logs").unwrap(),
        Learned::New
    );
}

#[test]
fn what_an_earlier_version_has_written_of_a_log_is_still_known() {
    let (folder, key) = (Folder::new("earlier"), log_key(1));
    let first = witness(&folder.0, &key);
    first.answer(submission(&key, &leaves(20, 20, ""), 0).encode().as_bytes()).unwrap();
    let account = first.account();
    drop(first);
    let file = fs::read_dir(folder.0.join("logs")).unwrap().next().unwrap().unwrap().path();
    let text = fs::read_to_string(&file).unwrap();
    let source = format!("from {LIST}\n");
    fs::write(&file, text.strip_suffix(&source).expect("it says where from")).unwrap();
    // It is learned again, and then it says so.
    let again = witness(&folder.0, &key);
    assert_eq!(again.account(), account);
    assert_eq!(fs::read_to_string(&file).unwrap(), text);
}

#[test]
fn an_instance_that_names_the_log_of_another_one_with_its_own_key_is_told_to_whoever_runs_the_witness() {
    let app = TestApp::start();
    let logs = Logs::open(app.folder()).unwrap();
    let messenger = Messenger::open(&SeededEntropy::new(5)).unwrap();
    let squatter = answers_once(format!("{}\n", log_key(2).verifier()));
    let honest = answers_once(format!("{}\n", log_key(1).verifier()));
    assert_eq!(squatter.look(&messenger, &logs).unwrap().new, 1);
    assert_eq!(honest.look(&messenger, &logs).unwrap().new, 0);
    let log = TestApp::log();
    let line = log.lines().find(|line| {
        line.contains("two sources show a log with different keys; the first one stays")
            && line.contains(&honest.keys_url())
    });
    let line = line.expect("it is told");
    assert!(line.contains("ERROR") && line.contains(&squatter.keys_url()), "{line}");
    // With the right key from whoever publishes the log the first one goes, as long as nothing was cosigned for it.
    logs.pin(&log_key(1).verifier()).unwrap();
    let known = logs.all().remove(0);
    assert_eq!((known.key, known.source), (log_key(1).verifier(), Source::Pinned));
    let stays = Learned::OtherKey { first: Source::Pinned };
    assert_eq!(logs.learn(&log_key(2).verifier(), LIST).unwrap(), stays);
}

#[test]
fn whoever_runs_a_witness_can_give_it_the_key_of_a_log_but_not_a_second_one_for_what_it_has_cosigned() {
    let (folder, key) = (Folder::new("pinned"), log_key(1));
    let (right, other) = (key.verifier().to_string(), log_key(2).verifier().to_string());
    let running = Running::start(&folder.0, free_port(), &["--log", &right], None);
    assert_eq!(running.account(), format!("{}\n\n{} 0\n", running.key, key.origin()));
    assert_eq!(running.submit(&submission(&key, &leaves(10, 10, ""), 0)).0, 200);
    drop(running);
    let started = |arguments: &[&str]| {
        let output = Running::command(&folder.0, &["--name", NAME, "--bind", "127.0.0.1:0"])
            .args(arguments)
            .output()
            .unwrap();
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    let (code, said) = started(&["--log", &other]);
    assert!(code == Some(1) && said.contains("was cosigned already with another key"), "{code:?} {said}");
    let (code, said) = started(&["--log", &right, "--log", &other]);
    assert!(code == Some(2) && said.contains("two keys"), "{code:?} {said}");
    let (code, said) = started(&["--log", "hello"]);
    assert!(code == Some(2) && said.contains("no verifier key of a log"), "{code:?} {said}");
}
