//! What nobody may find on a screen or in a log: ballots, withdrawal codes, keys, names, addresses. Each command is given
//! what it must refuse, with canaries in it, and what it prints is searched.

use std::{
    fs,
    io::{BufRead as _, BufReader, Write as _},
    os::unix::fs::PermissionsExt as _,
    path::Path,
};

use serde_json::Value;

use crate::support::{Instead, Interceptor, Petition, ROBIN, TestApp, terminal};

/// What a command ended with, and everything that it printed.
struct Ended {
    code: Option<i32>,
    said: String,
}

fn run(folder: &Path, arguments: &[&str], typed: &str) -> Ended {
    let output = terminal::run(folder, arguments, typed);
    Ended { code: output.status.code(), said: terminal::said(&output) }
}

impl Ended {
    /// That nothing of a secret was printed: no part of it that is long enough to mean something.
    #[track_caller]
    fn hides(&self, secret: &str) -> &Self {
        let letters: Vec<char> = secret.chars().collect();
        for part in letters.windows(letters.len().min(12)) {
            let part: String = part.iter().collect();
            assert!(!self.said.contains(&part), "{part} is printed: {}", self.said);
        }
        self
    }
}

/// The two ways in which commands speak.
const WAYS: [&[&str]; 2] = [&[], &["--json"]];

fn url(base: &str, petition: &Petition) -> String {
    format!("{base}{}", petition.path())
}

/// Signs as a script does, answering what is asked for.
fn sign(app: &TestApp, folder: &Path, arguments: &[&str]) -> Ended {
    let arguments = [&["sign"], arguments, &["--proof", "work-mail", "--json"]].concat();
    let mut child = terminal::begin(folder, &arguments);
    let mut input = child.stdin.take().unwrap();
    let mut said = String::new();
    for line in BufReader::new(child.stdout.take().unwrap()).lines() {
        let line = line.unwrap();
        if line.contains("\"for\":\"address\"") {
            writeln!(input, "{ROBIN}").unwrap();
        } else if line.contains("\"for\":\"code\"") {
            writeln!(input, "{}", app.code_for(ROBIN)).unwrap();
        }
        said.push_str(&line);
    }
    let output = child.wait_with_output().unwrap();
    said.push_str(&String::from_utf8_lossy(&output.stderr));
    Ended { code: output.status.code(), said }
}

/// A ballot file of a colleague who has signed so far; and what is secret in it.
fn ballot(app: &TestApp, petition: &Petition, name: &str) -> (String, Vec<String>) {
    let url = url(&app.base_url(), petition);
    let ended = sign(app, app.folder(), &[&url, "--later", name]);
    assert_eq!(ended.code, Some(0), "{}", ended.said);
    let text = fs::read_to_string(app.folder().join(name)).unwrap();
    let read: Value = serde_json::from_str(&text).unwrap();
    let secrets = ["token", "withdrawal_code"].map(|field| String::from(read[field].as_str().unwrap()));
    (text, secrets.into())
}

#[test]
fn a_refused_cast_prints_no_part_of_the_ballot() {
    let app = TestApp::start();
    let petition = app.petition();
    let (text, secrets) = ballot(&app, &petition, "robin.json");
    let refusals: [(u16, &str); 5] = [
        (409, "{\"code\":\"other-leaf\"}"),
        (409, "{\"code\":\"closed\"}"),
        (410, "{\"code\":\"taken-down\"}"),
        (422, "{\"code\":\"invalid\"}"),
        (200, "{\"promise\":\"none\"}"),
    ];
    for (status, body) in refusals {
        let middle = Interceptor::before(&app.host(), move |heard, _| {
            if heard.path.ends_with("/casts") {
                return Instead::Say(status, "Content-Type: application/json", body.as_bytes().to_vec());
            }
            Instead::Pass
        });
        let url = url(&middle.base_url(), &petition);
        for (file, typed) in [("robin.json", ""), ("-", text.as_str())] {
            for way in WAYS {
                let arguments = [&["cast", file, "--anonymous", "--url", &url][..], way].concat();
                let ended = run(app.folder(), &arguments, typed);
                assert_eq!(ended.code, Some(1), "{}", ended.said);
                for secret in &secrets {
                    ended.hides(secret);
                }
                assert!(
                    ended.said.contains("not-cast") || ended.said.contains("Nothing is lost"),
                    "{}",
                    ended.said
                );
            }
        }
    }
    // The ballot is what it was. The server had taken it: only its answers were other ones.
    assert_eq!(fs::read_to_string(app.folder().join("robin.json")).unwrap(), text);
    let url = url(&app.base_url(), &petition);
    let ended = run(app.folder(), &["cast", "robin.json", "--anonymous", "--url", &url], "");
    assert!(ended.said.contains("This ballot was cast before"), "{}", ended.said);
}

#[test]
fn a_signature_that_could_not_be_cast_is_kept_in_a_file_for_its_owner_and_not_on_the_screen() {
    let app = TestApp::start();
    let petition = app.petition();
    let owner = app.folder().join("mine");
    fs::create_dir(&owner).unwrap();
    fs::write(owner.join("ballot.json"), "another one").unwrap();
    let middle = Interceptor::before(&app.host(), |heard, _| {
        if heard.path.ends_with("/casts") {
            return Instead::Say(409, "Content-Type: application/json", b"{\"code\":\"closed\"}".to_vec());
        }
        Instead::Pass
    });
    let url = url(&middle.base_url(), &petition);
    let ended = sign(&app, &owner, &[&url, "--anonymous"]);
    assert_eq!(ended.code, Some(1));
    assert!(ended.said.contains("\"file\":\"ballot-2.json\""), "{}", ended.said);
    let file = owner.join("ballot-2.json");
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    let ballot: Value = serde_json::from_str(&fs::read_to_string(&file).unwrap()).unwrap();
    for field in ["token", "withdrawal_code"] {
        ended.hides(ballot[field].as_str().unwrap());
    }
    let url = self::url(&app.base_url(), &petition);
    let ended = run(&owner, &["cast", "ballot-2.json", "--anonymous", "--url", &url], "");
    assert!(ended.said.contains("This ballot was cast before"), "{}", ended.said);
}

#[test]
fn what_is_given_in_the_wrong_place_is_not_said_again() {
    let app = TestApp::start();
    let petition = app.petition();
    let url = url(&app.base_url(), &petition);
    let code = app.sign(&petition, "work-mail", "Robin Okafor", ROBIN);
    let ballot = include_str!("../vectors/ballot.json");
    let ballot = serde_json::from_str::<Value>(ballot).unwrap()["ballot"].as_str().unwrap().to_owned();
    let fields: Value = serde_json::from_str(&ballot).unwrap();
    let field = |name: &str| fields[name].as_str().unwrap();
    let key = "MC4CAQAwBQYDK2VuBCIEIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZ";
    let key_file = format!("undersigned-private-sealing-key/v1 {key}");
    let invitation = "ABCD-EFGH-JKMN-PQRS";
    for (secret, hidden) in [
        (code.as_str(), vec![code.as_str()]),
        (ballot.as_str(), vec![field("token"), field("withdrawal_code")]),
        (&key_file, vec![key]),
        (invitation, vec![invitation]),
    ] {
        let altered = format!("{}{}", if secret.starts_with('Z') { 'Y' } else { 'Z' }, &secret[1..]);
        fs::write(app.folder().join("given"), &altered).unwrap();
        for arguments in [
            &["cast", secret][..],
            &["cast", "given", "--url", &url, "--anonymous"],
            &["cast", "-", "--url", &url, "--anonymous"],
            &["cast", "given", "--url", secret, "--anonymous"],
            &["sign", secret],
            &["sign", &url, secret],
            &["sign", &url, "--proof", secret],
            &["sign", &url, "--genesis", secret],
            &["sign", &url, "--proxy", secret],
            &["sign", &url, "--proof", "invite"],
            &["sign", &url, "--later", "given"],
            &["withdraw", secret],
            &["withdraw", &url, secret],
            &["withdraw", &url],
            &["receipt", secret],
            &["receipt", &url],
            &["receipt", &url, "--file", secret],
            &["receipt", &url, "--file", "given"],
            &["check-statement", &url, secret],
            &["check-statement", &url, "given"],
            &["check-statement", secret, "given"],
            &["audit", secret],
            &["mirror", secret, "copy"],
            &["unseal", secret, "given"],
            &["unseal", "given", secret],
            &["unseal", "given", "given"],
            &["sealing-key", secret],
            &[secret],
        ] {
            for way in WAYS {
                let arguments = [arguments, way].concat();
                let ended = run(app.folder(), &arguments, &format!("{altered}\n"));
                // The code in a ballot is found, and looked up.
                let is_read = secret == ballot && arguments.starts_with(&["receipt", &url]);
                assert!(is_read || ended.code != Some(0), "{arguments:?}: {}", ended.said);
                assert!(!ended.said.contains("panicked"), "{}", ended.said);
                for part in &hidden {
                    ended.hides(part);
                }
            }
        }
    }
}

#[test]
fn a_trustee_who_takes_the_wrong_file_finds_no_key_and_no_name_on_the_screen() {
    let app = TestApp::start();
    assert_eq!(run(app.folder(), &["sealing-key", "--out", "trustee.key"], "").code, Some(0));
    let key = fs::read_to_string(app.folder().join("trustee.key")).unwrap();
    let secret = key.trim().rsplit(' ').next().unwrap();
    fs::write(app.folder().join("cut.key"), &key[..key.len() - 9]).unwrap();
    fs::write(app.folder().join("sealed.json"), "{\"genesis\":\"Robin Okafor, engineer\",\"names\":[]}")
        .unwrap();
    for arguments in [
        ["unseal", "cut.key", "sealed.json"],
        ["unseal", "trustee.key", "sealed.json"],
        ["unseal", "trustee.key", "trustee.key"],
        ["unseal", "sealed.json", "sealed.json"],
    ] {
        let ended = run(app.folder(), &arguments, "");
        assert_eq!(ended.code, Some(1), "{arguments:?}: {}", ended.said);
        ended.hides(secret).hides("Robin Okafor, engineer");
    }
}
