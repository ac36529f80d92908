//! Copies of a log and audits that were kept: read again without the server, or damaged.

use std::{fs, process::Command};

use serde_json::Value;
use undersigned::log::checkpoint::Checkpoint;

use super::{Audit, address, lively, log_key, url};
use crate::support::{Node, Reader, grow};

#[test]
fn somebody_keeps_a_copy_that_others_can_audit_when_the_site_is_gone() {
    let (app, petition) = lively();
    let folder = app.folder().join("copy");
    let mirror = || {
        let output = Command::new(env!("CARGO_BIN_EXE_undersigned"))
            .args(["mirror", &url(&app, &petition)])
            .arg(&folder)
            .arg("--json")
            .env_clear()
            .output()
            .expect("the program runs");
        let text = String::from_utf8(output.stdout).expect("UTF-8");
        let events: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
        (output.status.code().expect("an exit code"), events)
    };
    let (code, events) = mirror();
    assert_eq!((code, &events[1]["well"]), (0, &Value::Bool(true)), "{events:?}");
    grow(&app, &petition, 600);
    app.sign(&petition, "work-mail", "Sasha Lind", &address(50));
    let (code, again) = mirror();
    assert_eq!((code, &again[1]["well"]), (0, &Value::Bool(true)), "{again:?}");
    let (before, after) = (&events[1]["entries"], &again[1]["entries"]);
    for size in [before, after] {
        assert!(folder.join(format!("log/checkpoints/{size}")).is_file(), "what was signed is kept");
    }
    let page = fs::read_to_string(folder.join("index.html")).expect("the page in one file");
    assert!(page.contains("Stop selling the tracking service"));

    // The site is gone; then it comes back with less, which the copy does not take for an update.
    Audit::of(folder.to_str().unwrap(), None).is_well();
    let size = fs::read_to_string(folder.join("log/checkpoint")).unwrap();
    let longer = Checkpoint::sign(&log_key(&app, &petition), 700, [7; 32]);
    fs::write(folder.join("log/checkpoint"), &longer).unwrap();
    let (code, refused) = mirror();
    assert_eq!((code, refused[0]["code"].as_str()), (9, Some("shorter")), "{refused:?}");
    assert_eq!(
        fs::read_to_string(folder.join("log/checkpoint")).unwrap(),
        longer,
        "the copy stays as it was"
    );
    fs::write(folder.join("log/checkpoint"), size).unwrap();
    Audit::of(folder.to_str().unwrap(), None).is_well();
}

#[test]
fn an_operator_exports_a_log_that_is_audited_years_later_without_the_server() {
    let (app, petition) = lively();
    let folder = app.folder().join("export");
    let (code, said) = Node::run(&app, &["export-log", &petition.slug, folder.to_str().unwrap()]);
    assert_eq!(code, Some(0), "{said}");
    let audit = Audit::of(folder.to_str().unwrap(), None);
    assert_eq!(audit.is_well()["crowds"][0]["counted"], 9);
    // As it is served.
    for (file, path) in
        [("openings.json", "openings.json"), ("numbers.json", "numbers.json"), ("log/vkey", "log/vkey")]
    {
        assert_eq!(
            fs::read(folder.join(file)).unwrap(),
            Reader::of(&app, &petition).get(path).expect(200).bytes
        );
    }
    let (code, said) = Node::run(&app, &["export-log", "no-such-petition", folder.to_str().unwrap()]);
    assert_eq!(code, Some(1));
    assert!(said.contains("There is no petition at this address."), "{said}");
}

#[test]
fn an_audit_that_was_kept_and_is_damaged_is_not_gone_on_from() {
    let (app, petition) = lively();
    let state = app.folder().join("audit.json");
    Audit::of(&url(&app, &petition), Some(&state)).is_well();
    let kept = fs::read(&state).unwrap();
    for cut in [0, 1, kept.len() / 2, kept.len() - 1] {
        fs::write(&state, &kept[..cut]).unwrap();
        let output = Command::new(env!("CARGO_BIN_EXE_undersigned"))
            .args(["audit", &url(&app, &petition), "--state"])
            .arg(&state)
            .env_clear()
            .output()
            .expect("the program runs");
        assert_eq!(output.status.code(), Some(1));
        assert!(String::from_utf8_lossy(&output.stderr).contains("is damaged: remove it"));
    }
}
