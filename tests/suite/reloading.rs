//! A running server is told to read again what it can, to stop, and asked whether it is ready: and says what is so.

use std::fs;

use crate::{
    commands::House,
    crashes::arranged,
    support::{Node, TestApp},
};

#[test]
fn sighup_reads_pages_and_log_again_and_never_ends_the_server() {
    let house = House::new();
    fs::create_dir(house.path("pages")).unwrap();
    fs::write(house.path("pages/imprint.md"), "# Imprint\n\nThe old words.\n").unwrap();
    let toml = |log: &str| format!("pages_dir = \"pages\"\nlog = \"{log}\"\n");
    fs::write(house.path("settings.toml"), toml("info")).unwrap();
    let mut server = house.serve(&[("CONFIG_FILE", "settings.toml")]);
    assert!(server.get("/pages/imprint").contains("The old words."));

    fs::write(house.path("pages/imprint.md"), "# Imprint\n\nThe new words.\n").unwrap();
    fs::write(house.path("pages/rights.md"), "# Your rights\n\nKnow them.\n").unwrap();
    fs::write(house.path("settings.toml"), toml("debug")).unwrap();
    server.signal("-HUP");
    while !server.get("/pages/imprint").contains("The new words.") {}
    assert!(server.get("/pages/rights").contains("Know them."));
    assert!(server.get("/").contains("href=\"/pages/rights\""), "it is in the list at the foot");
    // Of the finer level something is said now.
    while !server.log().contains("DEBUG") {}

    // What is wrong is told, and changes nothing.
    fs::write(house.path("settings.toml"), "pages_dir = \"no such folder\"\n").unwrap();
    server.signal("-HUP");
    while !server.log().contains("the settings stay as they are") {}
    fs::write(house.path("pages/Bad Name.md"), "# A name that does not fit\n").unwrap();
    fs::write(house.path("settings.toml"), toml("debug")).unwrap();
    server.signal("-HUP");
    while !server.log().contains("the pages stay as they are") {}
    assert!(server.get("/pages/imprint").contains("The new words."));
    server.terminate();
    assert_eq!(server.ended(), Some(0));
}

#[test]
fn sighup_reads_the_mail_servers_address_again_and_mail_goes_there() {
    let (app, petition) = arranged();
    let (file, new) = (app.folder().join("smtp-url"), app.folder().join("new-mail"));
    fs::write(&file, format!("file:{}", app.folder().join("mail").display())).unwrap();
    let node = Node::start_with(&app, &[("SMTP_URL", ""), ("SMTP_URL_FILE", file.to_str().unwrap())]);
    fs::write(&file, format!("file:{}", new.display())).unwrap();
    node.signal("-HUP");
    // It is made when it is used for the first time.
    while !new.exists() {}
    let fields = [
        ("visibility", "public"),
        ("proof", "work-mail"),
        ("name", "Robin Okafor"),
        ("title", ""),
        ("address", "robin.okafor@initech.example"),
    ];
    node.post(&petition.signatures(), &fields, None).expect("an answer").expect(200);
    while fs::read_dir(&new).unwrap().count() == 0 {}
}

#[test]
fn before_it_stops_a_server_says_for_a_while_that_it_is_not_ready_and_still_answers() {
    let house = House::new();
    let mut server = house.serve(&[("SHUTDOWN_DELAY", "2m")]);
    assert!(server.get("/readyz").starts_with("HTTP/1.1 200"));
    server.terminate();
    while !server.get("/readyz").starts_with("HTTP/1.1 503") {}
    assert!(server.get("/healthz").starts_with("HTTP/1.1 200"));
    assert!(server.get("/").starts_with("HTTP/1.1 200"), "whoever is sent here yet is served");
    // Told a second time, it stops at once.
    server.terminate();
    assert_eq!(server.ended(), Some(0));
}

#[test]
fn without_the_folder_of_keys_that_do_not_last_people_are_told_to_come_back_and_nothing_is_made_anew() {
    let app = TestApp::start();
    let petition = app.petition();
    let (ephemeral, aside) = (app.folder().join("secrets/ephemeral"), app.folder().join("aside"));
    assert_eq!(app.client().get("/readyz").status, 200);
    fs::rename(&ephemeral, &aside).unwrap();
    app.clock.advance_secs(1);
    assert_eq!(app.client().get("/readyz").status, 503);
    let asked = app.client().ask(&petition, "any-mail", "Ada Lovelace", "ada@home.example");
    assert_eq!(asked.status, 503, "{}", asked.body);
    asked.says("Not available for a moment");
    app.client().get(&petition.path()).expect(200);
    assert!(!ephemeral.exists(), "an empty one would look as if nothing had ever waited");
    let log = TestApp::log();
    assert!(
        log.contains("secrets/ephemeral") && log.contains("No such file or directory"),
        "the log says which"
    );
    fs::rename(&aside, &ephemeral).unwrap();
    assert_eq!(app.client().get("/readyz").status, 200);
    app.sign(&petition, "any-mail", "Ada Lovelace", "ada@home.example");
}

#[test]
fn a_server_that_cannot_write_or_lacks_its_lasting_keys_is_not_ready() {
    let app = TestApp::start();
    assert_eq!(app.client().get("/readyz").status, 200);
    let (durable, aside) = (app.folder().join("secrets/durable"), app.folder().join("aside"));
    fs::rename(&durable, &aside).unwrap();
    app.clock.advance_secs(1);
    assert_eq!(app.client().get("/readyz").status, 503, "no lasting keys");
    fs::rename(&aside, &durable).unwrap();
    assert_eq!(app.client().get("/readyz").status, 200);
    app.clock.advance_secs(1);
    let lock = app.database().lock_all();
    assert_eq!(app.client().get("/readyz").status, 503, "nothing can be written");
    assert_eq!(app.client().get("/healthz").status, 200);
    drop(lock);
    assert_eq!(app.client().get("/readyz").status, 200);
}
