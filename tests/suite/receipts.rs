//! Keeping a receipt and coming back with it; proving to a journalist that one signed; and what somebody with a statement
//! can, and cannot, do with it.

use std::{fs, os::unix::fs::PermissionsExt as _, path::Path, process::Output};

use serde_json::Value;
use undersigned::{
    actions::{collector, scheduled::batches},
    domain::{ids::PetitionId, text::Phrase, void::VoidReason},
    log::{checkpoint::Checkpoint, note::LogKey},
    protocol::{leaf::Notice, statement::Statement, withdrawal_code::WithdrawalCode},
};

use crate::support::{
    Petition, Reader, Reply, TestApp, id_of,
    terminal::{self, said},
};

const ROBIN: &str = "robin.okafor@initech.example";
const PHRASE: &str = "For Robin Ada, Example Times, 3 June";

/// Runs a command on somebody's own machine, with these lines typed.
fn run(arguments: &[&str], lines: &[&str]) -> Output {
    terminal::run(Path::new("."), arguments, &format!("{}\n", lines.join("\n")))
}

#[track_caller]
fn ends(output: &Output, code: i32, says: &str) {
    assert_eq!(output.status.code(), Some(code), "{}", said(output));
    assert!(said(output).contains(says), "{says}: {}", said(output));
}

fn url(app: &TestApp, petition: &Petition) -> String {
    format!("{}{}", app.base_url(), petition.path())
}

/// So many people sign without a name, and their group is published.
fn a_group_signs(app: &TestApp, petition: &Petition, from: usize, count: usize) -> Vec<String> {
    let signs = |number| app.sign_nameless(petition, "work-mail", &format!("person{number}@initech.example"));
    let codes = (from..from + count).map(signs).collect();
    app.clock.advance_secs(86_400);
    batches::take_turns(&app.ctx).unwrap();
    codes
}

fn log_key(app: &TestApp, petition: &Petition) -> LogKey {
    let origin = Reader::of(app, petition).checkpoint().origin;
    LogKey::new(origin, &app.ctx.keys.log_seed(id_of(app, petition)).expect("the log's key"))
}

fn append(app: &TestApp, id: PetitionId, notice: &Notice) {
    app.ctx.write_logs(|db| collector::append_event(&app.ctx, db, id, notice)).expect("it is appended");
}

/// The entry of a code's signature.
fn entry_of(app: &TestApp, petition: &Petition, code: &str) -> u64 {
    let code = WithdrawalCode::parse(code).unwrap();
    let reader = Reader::of(app, petition);
    let entries = reader.entries(reader.checkpoint().size);
    let place = entries.iter().position(|leaf| leaf.len() == 500 && leaf[372..404] == code.public_key());
    u64::try_from(place.expect("it is published")).unwrap()
}

/// What the site signs for the holder of a code who has no script.
fn made(app: &TestApp, code: &str, phrase: &str) -> Reply {
    app.client().post("/receipt/statement", &[("code", code), ("phrase", phrase)])
}

fn line_of(page: &Reply) -> String {
    let words = page.words();
    let begin = words.find("{\"K_pub\"").expect("a statement");
    words[begin..=begin + words[begin..].find('}').unwrap()].to_owned()
}

fn checked(app: &TestApp, petition: &Petition, statement: &str) -> Reply {
    app.client().post(&format!("{}/audit/statement", petition.path()), &[("statement", statement)])
}

#[test]
fn a_signer_keeps_a_receipt_and_sees_later_that_her_signature_is_still_there() {
    let app = TestApp::start();
    let petition = app.petition();
    let url = url(&app, &petition);
    let file = app.folder().join("note.txt");
    let path = file.to_str().unwrap();
    let robin = app.sign_nameless(&petition, "work-mail", ROBIN);
    let waiting = run(&["receipt", &url, "--keep", path], &[&robin]);
    ends(&waiting, 0, "no proof to keep yet");
    assert!(!file.exists());
    a_group_signs(&app, &petition, 0, 9);

    let kept = run(&["receipt", &url, "--keep", path], &[&robin]);
    ends(&kept, 0, "it counts");
    assert!(said(&kept).contains("It was signed by work address."), "{}", said(&kept));
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    let text = fs::read_to_string(&file).unwrap();
    let entry = entry_of(&app, &petition, &robin);
    for line in [&url, &robin, &format!("c2sp.org/tlog-proof@v1\nindex {entry}\n")] {
        assert!(text.contains(line.as_str()), "{line}: {text}");
    }
    ends(&run(&["receipt", &url, "--keep", path], &[&robin]), 2, "There is a file of this name");
    assert_eq!(fs::read_to_string(&file).unwrap(), text, "nothing is written over");

    a_group_signs(&app, &petition, 10, 10);
    let still = run(&["receipt", &url, "--file", path], &[]);
    ends(&still, 0, "your signature is still there");
    let event = run(&["receipt", &url, "--file", path, "--json"], &[]);
    let last = String::from_utf8(event.stdout).unwrap();
    let event: Value = serde_json::from_str(last.lines().last().unwrap()).unwrap();
    assert_eq!(
        (&event["event"], &event["since"], &event["counts"]),
        (&"receipt".into(), &"still".into(), &true.into())
    );
    assert_eq!(event["entry"], entry);
}

#[test]
fn a_receipt_proves_that_a_log_was_changed_put_back_or_signed_by_another_key() {
    let app = TestApp::start();
    let petition = app.petition();
    let url = url(&app, &petition);
    let file = app.folder().join("note.txt");
    let path = file.to_str().unwrap();
    let robin = a_group_signs(&app, &petition, 0, 10).swap_remove(3);
    ends(&run(&["receipt", &url, "--keep", path], &[&robin]), 0, "it counts");
    let good = fs::read_to_string(&file).unwrap();
    let honest = Reader::of(&app, &petition).get("log/checkpoint").expect(200).body;
    let size = Reader::of(&app, &petition).checkpoint().size;
    let key = log_key(&app, &petition);
    let with = |note: &str| {
        fs::write(&file, good.replace(&honest, note)).unwrap();
        run(&["receipt", &url, "--file", path], &[])
    };
    // What the log would have signed, had it been another one.
    ends(&with(&Checkpoint::sign(&key, size, [9; 32])), 10, "the log holds something else now");
    ends(&with(&Checkpoint::sign(&key, size + 5, [9; 32])), 11, "An older state is shown");
    let other = LogKey::new(key.origin().clone(), &[9; 32]);
    ends(&with(&Checkpoint::sign(&other, size, [9; 32])), 1, "is damaged");
    let under = good.replace(&key.verifier().to_string(), &other.verifier().to_string());
    fs::write(&file, under.replace(&honest, &Checkpoint::sign(&other, size, [9; 32]))).unwrap();
    ends(&run(&["receipt", &url, "--file", path], &[]), 10, "another key signs this log now");
    let entry = entry_of(&app, &petition, &robin);
    fs::write(&file, good.replace(&format!("index {entry}\n"), &format!("index {}\n", entry + 1))).unwrap();
    ends(&run(&["receipt", &url, "--file", path], &[]), 1, "not of the signature");
    for (from, says) in [(&robin[..4], "mistyped or altered"), ("\nindex ", "cut off or altered")] {
        let to = if from.starts_with('\n') {
            "\nplace "
        } else if from == "0000" {
            "1111"
        } else {
            "0000"
        };
        fs::write(&file, good.replacen(from, to, 1)).unwrap();
        ends(&run(&["receipt", &url, "--file", path], &[]), 1, says);
    }
    // A receipt whose code was left out: it is asked for.
    fs::write(&file, good.replace(&robin, "")).unwrap();
    ends(&run(&["receipt", &url, "--file", path], &[&robin]), 0, "still there");
}

#[test]
fn a_signer_proves_to_a_journalist_that_she_signed_and_gives_away_no_power_over_it() {
    let app = TestApp::start();
    let petition = app.petition();
    let (url, id) = (url(&app, &petition), id_of(&app, &petition));
    let robin = app.sign_nameless(&petition, "work-mail", ROBIN);
    let file = app.folder().join("mail.txt");
    let path = file.to_str().unwrap();
    let output = run(&["receipt", &url, "--prove"], &[&robin, "For\u{202e}Robin", PHRASE]);
    ends(&output, 0, "The statement can be checked only once it is published");
    let text = said(&output);
    for words in [
        "They get no power over your signature",
        "You cannot take it back",
        "(U+202E) after “For” that changes the reading direction",
    ] {
        assert!(text.contains(words), "{words}: {text}");
    }
    let line = text.lines().find(|line| line.starts_with("{\"K_pub\"")).expect("a statement").to_owned();
    app.remember_canary(&line);
    fs::write(&file, format!("Dear Robin,\n\n{}\n\nbest", line.replace("Ada, Example", "Ada,\n  Example")))
        .unwrap();
    ends(&run(&["check-statement", &url, path], &[]), 3, "Until then it proves nothing");
    checked(&app, &petition, &line).expect(422).says("Until then it proves nothing");

    a_group_signs(&app, &petition, 0, 9);
    let entry = entry_of(&app, &petition, &robin);
    let good = run(&["check-statement", &url, path], &[]);
    ends(&good, 0, &format!("the withdrawal code of entry {entry} of the log"));
    assert!(said(&good).contains(PHRASE) && said(&good).contains("by work address"), "{}", said(&good));
    let event = run(&["check-statement", &url, "-", "--json"], &[&line]);
    let last = String::from_utf8(event.stdout).unwrap();
    let event: Value = serde_json::from_str(last.lines().last().unwrap()).unwrap();
    assert_eq!(
        (&event["signed"], &event["phrase"], &event["proof"]),
        (&true.into(), &PHRASE.into(), &"work-mail".into())
    );
    checked(&app, &petition, &fs::read_to_string(&file).unwrap())
        .expect(200)
        .says("The statement holds")
        .says(PHRASE)
        .says("It was signed by work address.")
        .says("it counts");

    // Whoever has it tries to take the signature back with it.
    let statement: Value = serde_json::from_str(&line).unwrap();
    let bytes = |name: &str| crate::support::hex(&decode(statement[name].as_str().unwrap()));
    assert_eq!(bytes("K_pub").len(), 64);
    let leaf = [
        &[1, 2][..],
        id.as_bytes(),
        &decode(statement["K_pub"].as_str().unwrap()),
        &decode(statement["signature"].as_str().unwrap()),
    ]
    .concat();
    let body = serde_json::json!({ "leaf": encode(&leaf) }).to_string();
    let refused = app.client().post_json(&format!("/api/v1/petitions/{id}/retractions"), &body);
    assert!(refused.status >= 400, "{}", refused.status);
    ends(&run(&["receipt", &url], &[&robin]), 0, "it counts");
}

fn decode(text: &str) -> Vec<u8> {
    use base64::Engine as _;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(text).unwrap()
}

fn encode(bytes: &[u8]) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes)
}

#[test]
fn a_statement_about_a_withdrawn_or_voided_signature_says_so_and_tells_of_no_withdrawal_that_waits() {
    let app = TestApp::start();
    let petition = app.petition();
    let (url, id) = (url(&app, &petition), id_of(&app, &petition));
    let mut codes = a_group_signs(&app, &petition, 0, 12);
    let (robin, kim) = (codes.remove(0), codes.remove(0));
    let name = app.sign(&petition, "work-mail", "Sasha Doe", "sasha@initech.example");
    let [of_robin, of_kim, of_sasha] =
        [&robin, &kim, &name].map(|code| line_of(&made(&app, code, PHRASE).expect(200)));
    let file = app.folder().join("statement");
    let path = file.to_str().unwrap();
    let program = |line: &str| {
        fs::write(&file, line).unwrap();
        run(&["check-statement", &url, path], &[])
    };

    // With a name, a withdrawal shows at once.
    checked(&app, &petition, &of_sasha).expect(200).says("The statement holds");
    app.client().post("/receipt/withdrawal", &[("code", &name)]).expect(200);
    checked(&app, &petition, &of_sasha)
        .expect(200)
        .says("no longer counts")
        .says("It was withdrawn by its signer");
    ends(&program(&of_sasha), 4, "It was taken back by entry");

    // Without, it waits for others, and nobody is told before.
    let before = checked(&app, &petition, &of_robin).expect(200);
    app.client().post("/receipt/withdrawal", &[("code", &robin)]).expect(200);
    let after = checked(&app, &petition, &of_robin).expect(200);
    assert_eq!(before.body, after.body, "a withdrawal that waits changes no byte");
    made(&app, &robin, PHRASE).expect(200).says("Your signature is withdrawn");
    for code in &codes[..4] {
        app.client().post("/receipt/withdrawal", &[("code", code)]).expect(200);
    }
    app.clock.advance_secs(86_400);
    batches::take_turns(&app.ctx).unwrap();
    checked(&app, &petition, &of_robin).expect(200).says("It was withdrawn by its signer");

    // Voided, and the void reversed.
    let cast = entry_of(&app, &petition, &kim);
    append(&app, id, &Notice::Void { cast, reason: VoidReason::MisusedInvitations });
    let voided = checked(&app, &petition, &of_kim).expect(200);
    voided.says("has voided it with entry").says("someone whom it was not for").says("no longer counts");
    ends(&program(&of_kim), 5, "has voided it with entry");
    append(&app, id, &Notice::Void { cast: cast - 1, reason: VoidReason::Defect });
    append(&app, id, &Notice::VoidReversed { cast });
    checked(&app, &petition, &of_kim).expect(200).says("The statement holds");
    ends(&program(&of_kim), 0, "it counts");
}

#[test]
fn a_statement_for_another_petition_or_beginning_or_a_bent_one_proves_nothing() {
    let app = TestApp::start();
    let petition = app.petition();
    let (url, id) = (url(&app, &petition), id_of(&app, &petition));
    let robin = app.sign(&petition, "work-mail", "Robin Okafor", ROBIN);
    let code = WithdrawalCode::parse(&robin).unwrap();
    let good = line_of(&made(&app, &robin, PHRASE).expect(200));
    let genesis_hash = Statement::parse(&good).unwrap().genesis_hash;
    let phrase = || Phrase::parse(PHRASE).unwrap();
    let elsewhere = PetitionId::new(uuid::Uuid::from_bytes([7; 16]));
    let file = app.folder().join("statement");
    for (line, says) in [
        (Statement::sign(elsewhere, genesis_hash, &code, phrase()).to_json(), "not about this petition"),
        (Statement::sign(id, [7; 32], &code, phrase()).to_json(), "not about this petition"),
        (good.replace("3 June", "4 June"), "The statement is false"),
    ] {
        checked(&app, &petition, &line).expect(422).says(says);
        fs::write(&file, &line).unwrap();
        ends(&run(&["check-statement", &url, file.to_str().unwrap()], &[]), 6, says);
    }
    // Somebody who never signed makes one up.
    let stranger = WithdrawalCode::from_bytes([9; 15]);
    let line = Statement::sign(id, genesis_hash, &stranger, phrase()).to_json();
    checked(&app, &petition, &line).expect(422).says("Until then it proves nothing");
    made(&app, &stranger.expose(), PHRASE).expect(404);
}

#[test]
fn what_is_pasted_wrongly_is_kept_and_explained_and_shows_as_what_it_is() {
    let app = TestApp::start();
    let petition = app.petition();
    let robin = app.sign(&petition, "work-mail", "Robin Okafor", ROBIN);
    let good = line_of(&made(&app, &robin, PHRASE).expect(200));
    let huge = format!("{good}{}", "x".repeat(30_000));
    for (pasted, says) in [
        ("", "Paste the statement."),
        (" \n ", "Paste the statement."),
        ("hello <b>there</b>", "not a whole statement"),
        (&good[..good.len() - 9], "not a whole statement"),
        (huge.as_str(), "longer than any statement"),
        (&good.replace("Robin Ada", "Robin \u{202e}Ada"), "not a whole statement"),
        (&good.replace("Robin Ada", "Robin\u{200b}Ada"), "not a whole statement"),
    ] {
        let reply = checked(&app, &petition, pasted).expect(422);
        reply.says(says).says("There is a problem");
        let kept =
            pasted.replace('&', "&amp;").replace('<', "&#60;").replace('>', "&#62;").replace('"', "&#34;");
        assert!(reply.body.contains(&kept), "what was pasted stands in the form");
    }
    let page = format!("{}/audit/statement", petition.path());
    app.client().post(&page, &[("statement", &"x".repeat(300_000))]).expect(413);
    app.client().get(&page).expect(200).says("Check a statement");
    app.client().get("/p/no-such-petition/audit/statement").expect(404);

    // The phrase, when it is typed on the site.
    for (phrase, says) in [
        ("", "Fill this in"),
        ("For \u{200b}Robin", "invisible character"),
        (&"é".repeat(201), "200 characters"),
    ] {
        let reply = made(&app, &robin, phrase).expect(422);
        reply.says(says);
        assert_eq!(reply.input_value("phrase").as_deref(), Some(phrase));
    }
    made(&app, "nonsense", PHRASE).expect(422);
    let folded = line_of(&made(&app, &robin, "  For\u{a0} Robin ").expect(200));
    assert!(folded.contains("\"phrase\":\"For Robin\""), "{folded}");
}

#[test]
fn nothing_about_who_proves_or_checks_what_is_logged() {
    let app = TestApp::start();
    let petition = app.petition();
    let robin = app.sign(&petition, "work-mail", "Robin Okafor", ROBIN);
    app.remember_canary(PHRASE);
    let line = line_of(&made(&app, &robin, PHRASE).expect(200));
    app.remember_canary(&line);
    app.remember_canary(&line[10..53]);
    checked(&app, &petition, &line).expect(200);
    checked(&app, &petition, &line[..90]).expect(422);
    made(&app, &robin, "\u{202e}").expect(422);
    let log = TestApp::log();
    for trace in ["/receipt", "/audit", "statement", "Robin", "K_pub"] {
        assert!(!log.contains(trace), "{trace} stands in the log: {log}");
    }
    assert!(app.places_of(PHRASE).is_empty(), "{:?}", app.places_of(PHRASE));
}

#[test]
fn a_petition_that_gathers_quietly_or_was_taken_down_checks_no_statements() {
    let app = TestApp::start();
    let petition = app.petition();
    let robin = app.sign(&petition, "work-mail", "Robin Okafor", ROBIN);
    let line = line_of(&made(&app, &robin, PHRASE).expect(200));
    let reason = undersigned::domain::reason::Reason::parse("A court order").expect("a reason");
    undersigned::actions::moderation::take_down(&app.ctx, &petition.slug, &reason).expect("it is taken down");
    checked(&app, &petition, &line).expect(410);
    app.client().get(&format!("{}/audit/statement", petition.path())).expect(410);
}
