//! The commands of signers, as a person or a script runs them: the built program, with answers piped in.

use std::{
    collections::BTreeSet,
    fs,
    io::{BufRead as _, BufReader, Write as _},
    os::unix::fs::PermissionsExt as _,
    path::PathBuf,
    process::{Child, ChildStdout, Command, Output, Stdio},
};

use serde_json::Value;
use undersigned::{
    actions::{queries::pages, scheduled::batches},
    domain::proof::ProofKind,
};

use crate::{
    sealing::story::{NAME, Story, Trustee},
    support::ROBIN,
    support::{Onion, Petition, TestApp},
};

/// The program on a signer's machine, where the settings of a server would be wrong and nobody must look at them.
fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_undersigned"));
    command
        .args(arguments)
        .env_clear()
        .env("BIND", "nowhere")
        .env("LOG", "trace")
        .env("HTTP_PROXY", "http://127.0.0.1:9")
        .env("ALL_PROXY", "http://127.0.0.1:9")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// Runs a command to its end with these lines typed.
fn run(arguments: &[&str], lines: &[&str]) -> Output {
    let mut child = command(arguments).spawn().unwrap();
    let mut input = child.stdin.take().unwrap();
    // It may have ended before it has read all.
    drop(input.write_all(format!("{}\n", lines.join("\n")).as_bytes()));
    drop(input);
    child.wait_with_output().unwrap()
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// A script that runs a command with `--json` and answers what it asks.
struct Script {
    child: Child,
    events: std::io::Lines<BufReader<ChildStdout>>,
}

impl Script {
    fn start(arguments: &[&str]) -> Self {
        let mut child = command(&[arguments, &["--json"]].concat()).spawn().unwrap();
        let events = BufReader::new(child.stdout.take().unwrap()).lines();
        Self { child, events }
    }

    /// The next event of this kind; others are passed over.
    #[track_caller]
    fn event(&mut self, kind: &str) -> Value {
        let mut passed = Vec::new();
        for line in self.events.by_ref() {
            let event: Value = serde_json::from_str(&line.unwrap()).expect("every line is an event");
            if event["event"] == kind {
                return event;
            }
            passed.push(event.to_string());
        }
        panic!("no event {kind}, only {passed:?}");
    }

    /// Waits until `what` is asked for, and types it.
    #[track_caller]
    fn answer(&mut self, what: &str, line: &str) {
        assert_eq!(self.event("asks")["for"], what);
        writeln!(self.child.stdin.as_mut().unwrap(), "{line}").unwrap();
    }

    /// How it ended; standard error beside it.
    fn ended(mut self) -> (Option<i32>, String) {
        drop(self.child.stdin.take());
        let output = self.child.wait_with_output().unwrap();
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    }
}

fn url(app: &TestApp, petition: &Petition) -> String {
    format!("{}{}", app.base_url(), petition.path())
}

/// From the address to the code; the rest is up to the story.
#[track_caller]
fn prove(app: &TestApp, script: &mut Script) {
    app.remember_canary(ROBIN);
    script.answer("proof", "work-mail");
    script.answer("address", ROBIN);
    script.event("code-asked");
    script.answer("code", &app.code_for(ROBIN).to_lowercase());
}

fn publish(app: &TestApp, petition: &Petition, colleagues: usize) -> u64 {
    for number in 0..colleagues {
        app.sign_nameless(petition, "work-mail", &format!("colleague{number}@initech.example"));
    }
    app.clock.advance_secs(86_400);
    batches::take_turns(&app.ctx).unwrap();
    let found = pages::at_public_place(&app.ctx, &petition.slug).unwrap().expect("it is public");
    found.view.tally.by_proof(ProofKind::WorkMail)
}

/// A place for a file, and nothing there.
fn place(app: &TestApp, name: &str) -> PathBuf {
    app.folder().join(name)
}

#[test]
fn a_colleague_signs_anonymously_mistypes_once_and_finds_her_entry() {
    let app = TestApp::start();
    let petition = app.petition();
    let url = url(&app, &petition);
    let mut script = Script::start(&["sign", &url]);
    let shown = script.event("petition");
    assert_eq!(shown["title"], "Stop selling the tracking service");
    script.answer("visibility", "");
    script.answer("proof", "1");
    script.answer("address", "robin.okafor@elsewhere.example");
    assert!(script.event("mistake")["text"].as_str().unwrap().contains("mail domains"));
    script.answer("address", ROBIN);
    script.event("code-asked");
    let code = app.code_for(ROBIN);
    script.answer("code", "hello");
    assert!(script.event("mistake")["text"].as_str().unwrap().contains("8 letters"));
    script.answer("code", if code == "0000-0000" { "1111-1111" } else { "0000-0000" });
    assert!(script.event("mistake")["text"].as_str().unwrap().contains("4 more times"));
    script.answer("code", &code);
    let cast = script.event("cast");
    let withdrawal_code = cast["withdrawal_code"].as_str().unwrap().to_owned();
    app.remember_canary(&withdrawal_code);
    assert_eq!((cast["batch"].as_u64(), withdrawal_code.len()), (Some(10), 34));
    assert_eq!(script.ended(), (Some(0), String::new()));

    let waiting = run(&["receipt", &url], &[&withdrawal_code]);
    assert!(said(&waiting).contains("not in the log, or not yet"), "{}", said(&waiting));
    assert_eq!(publish(&app, &petition, 9), 10);
    let found = run(&["receipt", &url], &["my code", &withdrawal_code.to_lowercase().replace('-', " ")]);
    assert_eq!(found.status.code(), Some(0), "{}", said(&found));
    assert!(said(&found).contains("This is not a withdrawal code"));
    assert!(said(&found).contains("Your signature is entry "), "{}", said(&found));
    let hash = shown["genesis_hash"].as_str().unwrap();
    assert!(said(&run(&["receipt", &url, "--genesis", hash], &[&withdrawal_code])).contains("is entry"));
    let other = format!("A{}", &hash[1..]);
    let other = if other == hash { format!("B{}", &hash[1..]) } else { other };
    let refused = run(&["receipt", &url, "--genesis", &other], &[&withdrawal_code]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(said(&refused).contains("begins otherwise"), "{}", said(&refused));
}

#[test]
fn a_ballot_is_saved_for_its_owner_alone_and_cast_later_from_elsewhere() {
    let app = TestApp::start();
    let petition = app.petition();
    let (url, file) = (url(&app, &petition), place(&app, "ballot.json"));
    let path = file.to_str().unwrap();
    let mut script = Script::start(&["sign", &url, "--later", path]);
    prove(&app, &mut script);
    let withdrawal_code = script.event("saved")["withdrawal_code"].as_str().unwrap().to_owned();
    assert_eq!(script.ended(), (Some(0), String::new()));
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    let text = fs::read_to_string(&file).unwrap();
    assert!(text.starts_with("{\"genesis_hash\":\"") && text.contains(&withdrawal_code), "canonical JSON");

    let over = run(&["sign", &url, "--later", path], &[]);
    assert_eq!(over.status.code(), Some(2), "{}", said(&over));
    assert_eq!(fs::read_to_string(&file).unwrap(), text, "nothing is written over");
    assert_eq!(publish(&app, &petition, 9), 0, "nothing was cast");

    // On another machine, by hand: the file comes through a pipe, the choice is made now.
    let elsewhere = run(&["cast", "-", "--url", &url], &[text.trim(), "1"]);
    assert_eq!(elsewhere.status.code(), Some(0), "{}", said(&elsewhere));
    assert!(said(&elsewhere).contains("published in a group of at least 10"), "{}", said(&elsewhere));
    assert!(said(&elsewhere).contains(&format!("Withdrawal code: {withdrawal_code}")));
    assert_eq!(publish(&app, &petition, 0), 10);
    let twice = run(&["cast", path, "--anonymous"], &[&url]);
    assert_eq!(twice.status.code(), Some(1));
    assert!(said(&twice).contains("This ballot was cast before"), "{}", said(&twice));
}

#[test]
fn a_name_is_asked_for_only_to_be_public_and_leaves_with_the_withdrawal() {
    let app = TestApp::start();
    let petition = app.petition();
    let url = url(&app, &petition);
    let mut script = Script::start(&["sign", &url, "--public"]);
    script.answer("name", "Robin Okafor");
    script.answer("title", "");
    prove(&app, &mut script);
    let withdrawal_code = script.event("cast")["withdrawal_code"].as_str().unwrap().to_owned();
    assert_eq!(script.ended(), (Some(0), String::new()));
    let names = || app.client().get(&format!("{}/signers", petition.path())).expect(200);
    names().says("Robin Okafor");

    let kept = run(&["withdraw", &url], &[&withdrawal_code, ""]);
    assert!(said(&kept).contains("final") && said(&kept).contains("Nothing was done"), "{}", said(&kept));
    names().says("Robin Okafor");
    let gone = run(&["withdraw", &url], &[&withdrawal_code, "perhaps", "yes"]);
    assert_eq!(gone.status.code(), Some(0), "{}", said(&gone));
    assert!(said(&gone).contains("Type yes or no") && said(&gone).contains("is withdrawn"));
    names().does_not_say("Robin Okafor");
    let found = run(&["receipt", &url], &[&withdrawal_code]);
    assert!(said(&found).contains("It was taken back by entry"), "{}", said(&found));
}

#[test]
fn a_sealed_name_comes_out_by_the_trustees_key_after_the_notice_and_not_before() {
    let trustee = Trustee::new("command");
    let app = TestApp::start();
    let story = Story::begin(&app, Some(&trustee), 10);
    let url = url(&app, &story.petition);
    app.remember_canary(NAME);
    let mut script = Script::start(&["sign", &url, "--sealed"]);
    assert_eq!(script.event("trustee")["sealing_key"], trustee.public_key.as_str());
    script.answer("name", NAME);
    script.answer("title", "Cartographer");
    prove(&app, &mut script);
    let cast = script.event("cast");
    let withdrawal_code = cast["withdrawal_code"].as_str().unwrap().to_owned();
    assert_eq!(script.ended(), (Some(0), String::new()));
    let receipt = || app.client().post("/receipt", &[("code", &withdrawal_code)]).expect(200);
    receipt().says("Sealed to Kim Ade, lawyer").does_not_say(NAME);

    story.sign_sealed(9);
    story.days_pass(1);
    story.days_pass(15);
    let sealed = story.sealed_json().expect(200).body;
    assert_eq!(app.places_of(NAME), Vec::<String>::new(), "nobody without the key has read it");
    assert!(!story.names().contains(NAME));
    let openings = trustee.openings(&sealed);
    story.bring(&openings, &[]).expect(200).says("10 names are shown now.");
    assert!(story.names().contains(NAME) && story.names().contains("Cartographer"), "{}", story.names());
}

#[test]
fn whoever_is_asked_hears_who_could_read_a_sealed_name_and_shortens_one_that_has_no_room() {
    let trustee = Trustee::new("asked");
    let app = TestApp::start();
    let story = Story::begin(&app, Some(&trustee), 10);
    let url = url(&app, &story.petition);
    // Each of these takes four bytes.
    let long = "\u{20000}".repeat(100);
    let spoken = run(&["sign", &url], &["4", "3", &long, &long, "Zerlina", "", "work-mail"]);
    let said = said(&spoken);
    for words in [
        "The trustee could read it early",
        "make up signatures and so force the number",
        "Type 1 for anonymous, 2 for public, or 3 for sealed",
        &format!("The trustee’s key: {}", trustee.public_key),
        "also says who the trustee is",
        "too long to be sealed",
        "Mail address:",
    ] {
        assert!(said.contains(words), "{words}: {said}");
    }
    assert_eq!(said.matches("Your name, as everyone will see it if enough agree:").count(), 2, "{said}");
    assert_eq!(app.mails(), 0);
}

#[test]
fn without_a_trustee_no_name_can_be_sealed_and_no_proof_is_spent_on_trying() {
    let app = TestApp::start();
    let petition = app.petition();
    let url = url(&app, &petition);
    let refused = run(&["sign", &url, "--sealed"], &["Robin Okafor", "", "work-mail", ROBIN]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(said(&refused).contains("names no trustee"), "{}", said(&refused));
    let not_offered = run(&["sign", &url], &["3"]);
    assert!(said(&not_offered).contains("Type 1 for anonymous, or 2 for public."), "{}", said(&not_offered));
    assert!(!said(&not_offered).contains("sealed"), "{}", said(&not_offered));
    assert_eq!(app.mails(), 0);
}

#[test]
fn through_tor_names_are_looked_up_there_and_the_cast_takes_a_way_of_its_own() {
    let app = TestApp::start();
    let petition = app.petition();
    let onion = Onion::before(&app.host());
    let url = format!("http://petitions.onion{}", petition.path());
    let mut script = Script::start(&["sign", &url, "--anonymous", "--proxy", &onion.url()]);
    prove(&app, &mut script);
    script.event("cast");
    assert_eq!(script.ended(), (Some(0), String::new()));
    let streams = onion.streams();
    assert!(streams.iter().all(|stream| stream.name == "petitions.onion"));
    let users: BTreeSet<&str> = streams.iter().map(|stream| stream.user.as_str()).collect();
    assert_eq!(users.len(), 2, "one circuit for the proof, one for the cast: {streams:?}");
    assert_ne!(streams.first().unwrap().user, streams.last().unwrap().user);
}

#[test]
fn whose_proof_was_used_is_told_so_and_what_to_do() {
    let app = TestApp::start();
    let petition = app.petition();
    app.sign(&petition, "work-mail", "Robin Okafor", ROBIN);
    app.clock.advance_secs(86_400);
    let (url, file) = (url(&app, &petition), place(&app, "ballot.json"));
    let mut script = Script::start(&["sign", &url, "--later", file.to_str().unwrap()]);
    prove(&app, &mut script);
    let failed = script.event("failed");
    assert_eq!(failed["code"], "proof-used");
    let (code, said) = script.ended();
    assert_eq!(code, Some(1));
    assert!(said.contains("a signature was made before") && !said.contains(ROBIN), "{said}");
    assert!(!file.exists(), "no empty file stays");
}

#[test]
fn no_secret_can_be_given_as_an_argument() {
    for arguments in [
        ["sign", "https://petitions.example/p/a", "--address", ROBIN],
        ["sign", "https://petitions.example/p/a", "--code", "ABCD-EFGH"],
        ["sign", "https://petitions.example/p/a", "--name", "Robin"],
        ["sign", "https://petitions.example/p/a", "--invitation", "ABCD"],
        ["withdraw", "https://petitions.example/p/a", "--code", "ABCD"],
        ["receipt", "https://petitions.example/p/a", "--withdrawal-code", "ABCD"],
    ] {
        assert_eq!(run(&arguments, &[]).status.code(), Some(2), "{arguments:?}");
    }
    let link = run(&["sign", "https://petitions.example/p/a#i=ABCD-EFGH-JKMN-PQRS"], &[]);
    assert_eq!(link.status.code(), Some(2));
    assert!(said(&link).contains("is an invitation, and a secret"), "{}", said(&link));
    assert!(!said(&link).contains("ABCD"), "it is not said again");
}

#[test]
fn wrong_usage_is_told_before_anything_is_sent() {
    for (arguments, words) in [
        (vec!["sign", "http://petitions.example/p/a"], "not encrypted"),
        (vec!["sign", "petitions.example"], "not the address of a petition"),
        (vec!["sign", "https://petitions.example/p/a", "--proxy", "socks5://127.0.0.1:9050"], "socks5h://"),
        (vec!["receipt", "http://petitions.onion/p/a"], "Tor network"),
        (vec!["receipt", "https://petitions.example/p/a", "--genesis", "abc"], "fingerprint"),
        (vec!["sign", "https://petitions.example/p/a", "--later", "x", "--public"], "cannot be used with"),
        (vec!["sign", "https://petitions.example/p/a", "--anonymous", "--public"], "cannot be used with"),
        (vec!["sign", "https://petitions.example/p/a", "--anonymous", "--sealed"], "cannot be used with"),
        (vec!["sign", "https://petitions.example/p/a", "--later", "x", "--sealed"], "cannot be used with"),
        (vec!["cast", "x", "--sealed"], "unexpected argument"),
    ] {
        let output = run(&arguments, &[]);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {}", said(&output));
        assert!(said(&output).contains(words), "{arguments:?}: {}", said(&output));
    }
}

#[test]
fn input_that_ends_too_early_ends_it_without_a_mail() {
    let app = TestApp::start();
    let petition = app.petition();
    let ended = run(&["sign", &url(&app, &petition)], &["1", "work-mail"]);
    assert_eq!(ended.status.code(), Some(1), "{}", said(&ended));
    assert!(said(&ended).contains("no more input"), "{}", said(&ended));
    assert_eq!(app.mails(), 0);
}
