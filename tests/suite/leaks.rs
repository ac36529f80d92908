//! What is left of a person after some days: nothing, in no byte, in no spelling.

use std::{
    fs,
    path::{Path, PathBuf},
};

use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD},
};
use undersigned::jobs;

use crate::support::TestApp;

const NAME: &str = "Zerlina Quantick";
const ADDRESS: &str = "zerlina.quantick@initech.example";

/// Everything this instance keeps: its folder, and on PostgreSQL every row.
fn everything(app: &TestApp) -> Vec<(String, Vec<u8>)> {
    let mut files = Vec::new();
    collect(app.folder(), &mut files);
    let mut all: Vec<(String, Vec<u8>)> = files
        .into_iter()
        .map(|file| (file.display().to_string(), fs::read(&file).expect("a readable file")))
        .collect();
    all.extend(app.database().postgres_dump().map(|dump| (String::from("PostgreSQL"), dump.into_bytes())));
    all
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() { collect(&path, files) } else { files.push(path) }
    }
}

/// The ways in which text may stand in a file: as it is, in other letter case, in hexadecimal, in Base64 at each
/// of the three offsets, in UTF-16, percent-encoded.
fn spellings(text: &str) -> Vec<(&'static str, Vec<u8>)> {
    let hex = text.bytes().fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"));
    let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let percent: String = form_urlencoded::byte_serialize(text.as_bytes()).collect();
    let mut all = vec![
        ("plain", text.as_bytes().to_vec()),
        ("lower case", text.to_lowercase().into_bytes()),
        ("upper case", text.to_uppercase().into_bytes()),
        ("hexadecimal", hex.clone().into_bytes()),
        ("upper-case hexadecimal", hex.to_uppercase().into_bytes()),
        ("UTF-16", utf16),
        ("percent-encoded", percent.into_bytes()),
    ];
    for offset in 0..3 {
        let shifted = [vec![0; offset], text.as_bytes().to_vec()].concat();
        // The first and the last characters also depend on the neighbors.
        let inner = |encoded: String| encoded.as_bytes()[4..encoded.len() - 3].to_vec();
        all.push(("Base64", inner(STANDARD_NO_PAD.encode(&shifted))));
        all.push(("Base64 for URLs", inner(URL_SAFE_NO_PAD.encode(&shifted))));
    }
    all
}

fn places_of(app: &TestApp, text: &str) -> Vec<String> {
    let spellings = spellings(text);
    let mut places = Vec::new();
    for (place, bytes) in everything(app) {
        for (spelling, wanted) in &spellings {
            if bytes.windows(wanted.len()).any(|window| window == wanted.as_slice()) {
                places.push(format!("{place} ({spelling})"));
            }
        }
    }
    places
}

fn one_round_of_jobs(app: &TestApp) {
    let node = jobs::Node::new(&app.ctx);
    jobs::round(&app.ctx, &node, None).expect("the jobs run").expect("nobody else runs them");
    jobs::leave(&app.ctx, &node).expect("the lease goes back");
}

#[test]
fn the_search_for_leaks_finds_what_is_there() {
    let app = TestApp::start();
    for (number, (_, bytes)) in spellings(ADDRESS).into_iter().enumerate() {
        fs::write(app.folder().join(format!("leak-{number}")), bytes).expect("a file");
    }
    let found = places_of(&app, ADDRESS).len();
    assert!(found >= spellings(ADDRESS).len(), "{found}");
}

#[test]
fn an_address_is_in_no_byte_once_its_mail_is_sent_and_the_hours_key_is_destroyed() {
    let app = TestApp::start();
    let petition = app.petition();
    app.sign(&petition, "work-mail", NAME, ADDRESS);
    // Two who never typed their code.
    app.client().ask(&petition, "any-mail", NAME, "zerlina.at.home@mail.example").expect(200);
    app.client().ask(&petition, "work-mail", NAME, ADDRESS).expect(200);
    app.deliver_mail();
    app.clock.advance_secs(50 * 3_600);
    one_round_of_jobs(&app);
    assert_eq!(places_of(&app, ADDRESS), Vec::<String>::new());
    assert_eq!(places_of(&app, "zerlina.quantick"), Vec::<String>::new());
    assert_eq!(places_of(&app, "zerlina.at.home@mail.example"), Vec::<String>::new());
    // Her name is public, since she signed with it.
    app.client().get(&format!("{}/signers", petition.path())).expect(200).says(NAME);
}

#[test]
fn even_before_that_an_address_stands_nowhere_in_clear() {
    let app = TestApp::start();
    let petition = app.petition();
    app.client().ask(&petition, "work-mail", NAME, ADDRESS).expect(200);
    assert_eq!(places_of(&app, ADDRESS), Vec::<String>::new());
    assert_eq!(places_of(&app, NAME), Vec::<String>::new());
    app.deliver_mail();
}

#[test]
fn a_withdrawn_name_is_in_no_byte_after_the_night() {
    let app = TestApp::start();
    let petition = app.petition();
    let code = app.sign(&petition, "work-mail", NAME, ADDRESS);
    app.client().post("/receipt/withdrawal", &[("code", &code)]).expect(200);
    app.client().get(&format!("{}/signers", petition.path())).expect(200).does_not_say(NAME);
    app.clock.advance_secs(3 * 24 * 3_600);
    one_round_of_jobs(&app);
    assert_eq!(places_of(&app, NAME), Vec::<String>::new());
}

#[test]
fn a_name_that_was_taken_down_is_in_no_byte_after_the_night() {
    let app = TestApp::start();
    let petition = app.petition();
    let code = app.sign(&petition, "work-mail", NAME, ADDRESS);
    app.client().post("/receipt/name-removal", &[("code", &code)]).expect(200);
    app.clock.advance_secs(3 * 24 * 3_600);
    one_round_of_jobs(&app);
    assert_eq!(places_of(&app, NAME), Vec::<String>::new());
}

#[test]
fn nothing_of_a_signers_visit_is_logged_or_counted_by_the_minute() {
    let app = TestApp::start();
    let petition = app.petition();
    app.sign(&petition, "work-mail", NAME, ADDRESS);
    let log = TestApp::log();
    for route in ["/signatures", "/confirmations", "/confirm/", "/receipt", NAME, ADDRESS, "initech.example"]
    {
        assert!(!log.contains(route), "{route} stands in the log");
    }
}
