//! What operators and machines ask for, and that the operations page tells operators what is so.

use std::{collections::BTreeMap, fs, path::Path};

use undersigned::config::Settings;

use crate::support::{Node, TestApp};

fn operations_page() -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/operations.md")).unwrap()
}

/// The words of every warning and error that the code below `folder` can log, up to the first value in them.
fn warnings_below(folder: &Path, found: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        // The demo and the crash points of tests are none of an operator's business.
        if path.is_dir() && !path.ends_with("cli/demo") {
            warnings_below(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") && !path.ends_with("faults.rs")
        {
            let code = fs::read_to_string(&path).unwrap();
            for call in ["tracing::warn!(", "tracing::error!("] {
                found.extend(code.split(call).skip(1).map(|after| {
                    let words = after.split('"').nth(1).unwrap();
                    String::from(words.split('{').next().unwrap().trim_end())
                }));
            }
        }
    }
}

#[test]
fn the_operations_page_explains_every_warning_that_an_operator_can_meet() {
    let mut warnings = Vec::new();
    warnings_below(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut warnings);
    assert!(warnings.len() > 10, "the warnings are found: {warnings:?}");
    let page = operations_page();
    warnings.retain(|words| !page.contains(&format!("`{words}`")));
    assert!(warnings.is_empty(), "docs/operations.md does not explain: {warnings:?}");
}

#[test]
fn the_settings_file_of_the_operations_page_is_taken_as_it_stands() {
    let page = operations_page();
    let block = page.split("```toml\n").nth(1).and_then(|after| after.split("```").next()).unwrap();
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("operations-{}", std::process::id()));
    fs::create_dir_all(folder.join("pages")).unwrap();
    fs::write(folder.join("smtp-url"), "smtps://user:password@mail.example.org\n").unwrap();
    let file = folder.join("undersigned.toml");
    fs::write(&file, block.replace("/etc/undersigned", folder.to_str().unwrap())).unwrap();
    let environment = BTreeMap::from([(String::from("CONFIG_FILE"), String::from(file.to_str().unwrap()))]);
    let settings = Settings::parse(&environment);
    fs::remove_dir_all(&folder).unwrap();
    let settings = settings.unwrap();
    assert!(!settings.trusted_proxies.is_empty() && settings.operator_contact.is_some());
}

#[test]
fn a_running_instance_says_that_it_lives_and_is_ready() {
    let app = TestApp::start();
    assert_eq!(app.client().get("/healthz").expect(200).body, "ok\n");
    assert_eq!(app.client().get("/readyz").expect(200).body, "ok\n");
}

#[test]
fn search_engines_are_kept_from_pages_that_ask_for_a_person() {
    let app = TestApp::start();
    let robots = app.client().get("/robots.txt").expect(200).body;
    for path in ["/receipt", "/confirm/", "/account", "/organize", "/admin"] {
        assert!(robots.contains(&format!("Disallow: {path}\n")), "{path}");
    }
}

#[test]
fn whoever_finds_a_hole_learns_whom_to_tell() {
    let app = TestApp::start();
    let text = app.client().get("/.well-known/security.txt").expect(200).body;
    assert!(text.starts_with("Contact: mailto:operator@example.org\n"), "{text}");
    assert!(text.contains("Expires: 2026-11-30T00:00:00Z\n"), "{text}");
    let silent = TestApp::builder().no_contact().start();
    silent.client().get("/.well-known/security.txt").expect(404);
}

#[test]
fn check_config_and_the_start_say_what_the_database_server_gives_away() {
    let app = TestApp::start();
    if !app.database().is_postgres() {
        return;
    }
    let told = [
        ("log_statement=all", "who reads it knows when somebody signed"),
        ("log_min_duration_statement=100", "who reads it knows when somebody signed"),
        ("log_parameter_max_length=-1", "logged with its values"),
        ("log_parameter_max_length_on_error=-1", "logged with its values"),
        ("log_min_error_statement=error", "a proof that is used twice"),
        ("log_error_verbosity=verbose", "repeats the values"),
        ("log_duration=on", "to the millisecond"),
        ("synchronous_commit=off", "may be gone"),
    ];
    let options = told.map(|(setting, _)| format!("%20-c{}", setting.replace('=', "%3D"))).concat();
    let loud = format!("{}{options}", app.database().url());
    let (code, said) = Node::run_with(&app, &["check-config"], &[("DATABASE_URL", &loud)]);
    assert_eq!(code, Some(0), "{said}");
    for (setting, what) in told {
        let line = said.lines().find(|line| line.contains(&setting.replace('=', " = ")));
        assert!(line.is_some_and(|line| line.contains(what)), "{setting}: {said}");
    }
    // Archives and commit times cannot be set for one session; that they are off is not told.
    assert!(!said.contains("archive_mode") && !said.contains("track_commit_timestamp"), "{said}");

    let quiet = [
        "log_statement=none",
        "log_parameter_max_length=0",
        "log_min_error_statement=panic",
        "log_min_messages=fatal",
        "log_error_verbosity=terse",
    ];
    let options = quiet.map(|setting| format!("%20-c{}", setting.replace('=', "%3D"))).concat();
    let quiet = format!("{}{options}", app.database().url());
    let (_, said) = Node::run_with(&app, &["check-config"], &[("DATABASE_URL", &quiet)]);
    assert!(!said.contains("log_"), "{said}");

    let node = Node::start_with(&app, &[("DATABASE_URL", &loud)]);
    let warned = "the database server is set up otherwise than docs/operations.md says";
    assert!(node.said_at_the_start().contains(warned), "{}", node.said_at_the_start());
    assert!(node.said_at_the_start().contains("log_statement = all"));
}
