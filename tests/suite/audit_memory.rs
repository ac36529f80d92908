//! What an audit remembers: it says what it read now and what an earlier audit read, keeps apart what it knows of each
//! address and folder, and does not call a log well that is no longer served.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use serde_json::Value;

use crate::support::{Instead, Interceptor, Petition, TestApp, grow};

/// A journalist's machine: its state folder, and where the program is run.
struct Machine<'a> {
    app: &'a TestApp,
}

impl Machine<'_> {
    fn run_in(&self, folder: &Path, arguments: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_undersigned"))
            .args(arguments)
            .current_dir(folder)
            .env_clear()
            .env("XDG_STATE_HOME", self.app.folder().join("states"))
            .output()
            .expect("the program runs")
    }

    fn said(&self, arguments: &[&str]) -> (i32, String) {
        let output = self.run_in(self.app.folder(), arguments);
        let text = [output.stdout, output.stderr].concat();
        (output.status.code().expect("an exit code"), String::from_utf8(text).expect("UTF-8"))
    }

    /// Audits; gives the exit code and the last event.
    fn audit_in(&self, folder: &Path, from: &str) -> (i32, Value) {
        let output = self.run_in(folder, &["audit", from, "--json"]);
        let text = String::from_utf8(output.stdout).expect("UTF-8");
        let last =
            text.lines().last().unwrap_or_else(|| panic!("{}", String::from_utf8_lossy(&output.stderr)));
        (output.status.code().expect("an exit code"), serde_json::from_str(last).expect("JSON"))
    }

    fn audit(&self, from: &str) -> (i32, Value) {
        self.audit_in(self.app.folder(), from)
    }

    /// A copy of the petition in a folder of this name.
    fn copied(&self, petition: &Petition, name: &str) -> PathBuf {
        let folder = self.app.folder().join(name);
        let url = format!("{}{}", self.app.base_url(), petition.path());
        let (code, said) = self.said(&["mirror", &url, folder.to_str().unwrap()]);
        assert_eq!(code, 0, "{said}");
        folder
    }
}

#[track_caller]
fn is_well(audited: &(i32, Value)) -> &Value {
    assert_eq!((audited.0, &audited.1["well"]), (0, &Value::Bool(true)), "{}", audited.1);
    &audited.1
}

#[track_caller]
fn is_unserved(audited: &(i32, Value), says: &str) {
    assert_eq!((audited.0, &audited.1["well"]), (21, &Value::Bool(false)), "{}", audited.1);
    let found = &audited.1["findings"][0];
    assert_eq!(found["kind"], "unserved");
    assert!(found["text"].as_str().unwrap().contains(says), "{found}");
}

#[test]
fn a_folder_whose_entries_are_gone_is_not_called_well_by_whoever_audited_it_before() {
    let app = TestApp::start();
    let (petition, machine) = (app.petition(), Machine { app: &app });
    app.sign(&petition, "work-mail", "Robin Okafor", "robin@initech.example");
    let folder = machine.copied(&petition, "copy");
    is_well(&machine.audit("copy"));

    let tiles = folder.join("log/tile/entries");
    fs::rename(&tiles, folder.join("away")).unwrap();
    is_unserved(&machine.audit("copy"), "are not served any more");
    let (code, said) = machine.said(&["audit", "copy"]);
    assert_eq!(code, 21, "{said}");
    assert!(!said.contains("All is well"), "{said}");
    // What was known is still known.
    fs::rename(folder.join("away"), &tiles).unwrap();
    let again = machine.audit("copy");
    let event = is_well(&again);
    assert_eq!((&event["remembered"], &event["reread"]), (&event["entries"], &event["entries"]));

    // Another byte in what was audited before is found, although nothing is new.
    let bundle = fs::read_dir(&tiles).unwrap().next().unwrap().unwrap().path();
    let bundle =
        if bundle.is_dir() { fs::read_dir(bundle).unwrap().next().unwrap().unwrap().path() } else { bundle };
    let mut bytes = fs::read(&bundle).unwrap();
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    fs::write(&bundle, bytes).unwrap();
    let (code, event) = machine.audit("copy");
    assert_eq!(code, 10, "{event}");

    fs::remove_dir_all(&folder).unwrap();
    is_unserved(&machine.audit("copy"), "the log is not served any more");
}

#[test]
fn a_site_that_no_longer_serves_what_was_audited_is_found() {
    let app = TestApp::start();
    let (petition, machine) = (app.petition(), Machine { app: &app });
    grow(&app, &petition, 300);
    let hidden = std::sync::Arc::new(std::sync::Mutex::new(""));
    let hides = std::sync::Arc::clone(&hidden);
    let middle = Interceptor::before(&app.host(), move |heard, _| {
        let hidden = *hides.lock().unwrap();
        if !hidden.is_empty() && heard.path.contains(hidden) {
            return Instead::Say(404, "Content-Type: text/plain", Vec::new());
        }
        Instead::Pass
    });
    let url = format!("{}{}", middle.base_url(), petition.path());
    let first = machine.audit(&url);
    assert_eq!((&is_well(&first)["read"], &first.1["remembered"]), (&300.into(), &0.into()));

    *hidden.lock().unwrap() = "tile/entries/000";
    is_unserved(&machine.audit(&url), "Entries 0 to 255 were there when you audited before");
    grow(&app, &petition, 700);
    *hidden.lock().unwrap() = "tile/entries/002";
    is_unserved(&machine.audit(&url), "Entries 512 to 699 are counted by the checkpoint and not served");
    for gone in ["/log/", "/log/checkpoint", "/log/vkey"] {
        *hidden.lock().unwrap() = gone;
        is_unserved(&machine.audit(&url), "You audited 300 entries here before");
    }
    *hidden.lock().unwrap() = "";
    let again = machine.audit(&url);
    let event = is_well(&again);
    assert_eq!(
        (&event["read"], &event["remembered"], &event["reread"]),
        (&400.into(), &300.into(), &300.into())
    );
    assert_eq!(event["remembered_since"].as_str().map(str::len), Some(10));
}

#[test]
fn whoever_audits_again_is_told_what_was_read_now_and_what_is_remembered() {
    let app = TestApp::start();
    let (petition, machine) = (app.petition(), Machine { app: &app });
    grow(&app, &petition, 4_000);
    let url = format!("{}{}", app.base_url(), petition.path());
    let (_, first) = machine.said(&["audit", &url]);
    assert!(first.contains("All is well: 4,000 entries, every one read and checked now."), "{first}");

    grow(&app, &petition, 4_001);
    let (code, again) = machine.said(&["audit", &url]);
    assert_eq!(code, 0, "{again}");
    assert!(
        again.contains("All is well: 4,001 entries. One is new, read and checked now. 4,000 were checked on"),
        "{again}"
    );
    assert!(
        again.contains("were read again now, and are what they were; the others are taken from"),
        "{again}"
    );
    assert!(!again.contains("every one"), "{again}");
    let event = machine.audit(&url).1;
    let reread = event["reread"].as_u64().unwrap();
    assert!((1_800..=2_048).contains(&reread), "{event}");

    let (_, afresh) = machine.said(&["audit", &url, "--afresh"]);
    assert!(afresh.contains("4,001 entries, every one read and checked now."), "{afresh}");
    // Of a folder all is read again.
    machine.copied(&petition, "copy");
    machine.said(&["audit", "copy"]);
    let (_, folder) = machine.said(&["audit", "copy"]);
    assert!(folder.contains("All of those were read again now, and are what they were."), "{folder}");
}

#[test]
fn what_is_known_of_one_address_or_folder_is_not_taken_for_another() {
    let app = TestApp::start();
    let machine = Machine { app: &app };
    let owner = app.organizer("Heron");
    let employer = app.employer("Initech", "initech.example");
    let open = undersigned::actions::petitions::How::Open;
    let petitions = [(); 2].map(|()| app.petition_to(&owner, employer, open, |_| ()));
    // Two folders of the same name, in two places.
    for (place, petition) in ["here", "there"].into_iter().zip(&petitions) {
        machine.copied(petition, &format!("{place}/copy"));
        is_well(&machine.audit_in(&app.folder().join(place), "copy"));
    }
    for place in ["here", "there"] {
        let again = machine.audit_in(&app.folder().join(place), "copy");
        let event = is_well(&again);
        assert_eq!(event["remembered"], event["entries"], "{event}");
        // However it is spelled.
        let path = app.folder().join(place).join("copy/");
        assert_eq!(machine.audit(path.to_str().unwrap()).1["remembered"], event["entries"]);
    }
    // The address of what was audited as a folder is not known yet.
    let url = format!("{}{}", app.base_url(), petitions[0].path());
    assert_eq!(is_well(&machine.audit(&url))["remembered"], 0);
    // However it is spelled.
    for spelled in [format!("{url}/"), format!("{url}/audit"), url.replace("http://", "HTTP://")] {
        let audited = machine.audit(&spelled);
        assert_ne!(is_well(&audited)["remembered"], 0, "{spelled}");
    }
    assert_eq!(fs::read_dir(app.folder().join("states/undersigned")).unwrap().count(), 3);
}

#[test]
fn a_copy_of_what_is_no_longer_served_stays_and_the_finding_is_told() {
    let app = TestApp::start();
    let (petition, machine) = (app.petition(), Machine { app: &app });
    let gone = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
    let hides = std::sync::Arc::clone(&gone);
    let middle = Interceptor::before(&app.host(), move |_, _| {
        if hides.load(std::sync::atomic::Ordering::SeqCst) {
            return Instead::Say(404, "Content-Type: text/plain", Vec::new());
        }
        Instead::Pass
    });
    let url = format!("{}{}", middle.base_url(), petition.path());
    assert_eq!(machine.said(&["mirror", &url, "copy"]).0, 0);
    gone.store(true, std::sync::atomic::Ordering::SeqCst);
    let (code, said) = machine.said(&["mirror", &url, "copy"]);
    assert_eq!(code, 21, "{said}");
    assert!(said.contains("the log is not served any more"), "{said}");
    is_well(&machine.audit("copy"));
    // Where nothing was copied before, there is just nothing.
    assert_eq!(machine.said(&["mirror", &url, "other"]).0, 1);
}

#[test]
fn an_invitation_behind_an_address_is_not_printed_by_an_audit() {
    let app = TestApp::start();
    let (petition, machine) = (app.petition(), Machine { app: &app });
    let url = format!("{}{}#i=ABCD-EFGH-JKMN-PQRS", app.base_url(), petition.path());
    for command in ["audit", "mirror", "sign", "withdraw", "receipt"] {
        let arguments = if command == "mirror" { vec![command, &url, "copy"] } else { vec![command, &url] };
        let (code, said) = machine.said(&arguments);
        assert_eq!(code, 2, "{command}: {said}");
        assert!(!said.contains("EFGH"), "{command}: {said}");
    }
}
