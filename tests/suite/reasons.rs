//! What keeps the database from being used is told in words that an operator can act on: at the start, by `check-config`
//! and in the log, in one line each, without a password.

use std::fs;

use undersigned::{db::DatabaseUrl, jobs};

use crate::{
    commands::{House, said},
    support::{TestApp, database::postgres_server, environment},
};

/// Both say why, and neither says the password.
fn assert_told(house: &House, url: &str, why: &[&str]) {
    for command in ["serve", "check-config"] {
        let told = house.run(&[command], &[("DATABASE_URL", url), ("BIND", "127.0.0.1:0")]);
        let said = said(&told);
        if command == "serve" {
            assert_eq!(told.status.code(), Some(1), "{said}");
            assert!(said.contains("the database is not available now\n  because "), "{said}");
        }
        for words in why {
            assert!(said.contains(words), "{command} {url}: {said}");
        }
        assert!(!said.contains("hunter2") && !said.contains("in time"), "{said}");
    }
}

#[test]
fn a_file_that_is_no_database_and_one_that_cannot_be_made_are_told_apart() {
    let house = House::new();
    assert_eq!(house.run(&["migrate"], &[]).status.code(), Some(0));
    fs::write(house.path("data/letter.txt"), "Dear colleagues, this is no database at all.").unwrap();
    let private = std::os::unix::fs::PermissionsExt::from_mode(0o600);
    fs::set_permissions(house.path("data/letter.txt"), private).unwrap();
    let refused =
        house.run(&["serve"], &[("DATABASE_URL", "sqlite:data/letter.txt"), ("BIND", "127.0.0.1:0")]);
    assert!(said(&refused).contains("data/letter.txt: file is not a database"), "{}", said(&refused));
    let checked = house.run(&["check-config"], &[("DATABASE_URL", "sqlite:data/letter.txt")]);
    assert!(said(&checked).contains("data/letter.txt is no SQLite database"), "{}", said(&checked));

    let nowhere = [("DATABASE_URL", "sqlite:no/such/folder/x.db"), ("BIND", "127.0.0.1:0")];
    let refused = house.run(&["serve"], &nowhere);
    assert_eq!(refused.status.code(), Some(1));
    let words = said(&refused);
    assert!(words.contains("no/such/folder") && words.contains("No such file or directory"), "{words}");
    let refused = house.run(&["retention"], &nowhere);
    let words = said(&refused);
    assert!(words.contains("no/such/folder/x.db") && words.contains("No such file or directory"), "{words}");
}

#[test]
fn a_server_that_is_not_there_or_not_known_is_told_as_that() {
    let house = House::new();
    let closed = crate::commands::free_port();
    assert_told(
        &house,
        &format!("postgres://clerk:hunter2@127.0.0.1:{closed}/petitions"),
        &["no server listens there", &format!("port {closed}")],
    );
    let nowhere = "postgres:///petitions?host=/no/such/folder&password=hunter2";
    assert_told(&house, nowhere, &["no server listens there", "/no/such/folder"]);
}

/// The server of this run with another part in its address.
fn with(server: &str, user: &str, name: &str) -> String {
    let (_, rest) = server.split_once('@').expect("a user");
    let (host, _) = rest.split_once('/').expect("a name");
    format!("postgres://{user}@{host}/{name}")
}

#[test]
fn a_wrong_password_and_a_database_that_is_missing_are_told_as_that() {
    let Some(server) = postgres_server() else { return };
    let house = House::new();
    let wrong = with(&server, "suite:hunter2", "postgres");
    assert_told(&house, &wrong, &["does not take this user name and password", "user \"suite\""]);
    let nobody = with(&server, "nobody_at_all:hunter2", "postgres");
    assert_told(&house, &nobody, &["does not take this user name and password", "user \"nobody_at_all\""]);
    let without = with(&server, "suite", "postgres");
    assert_told(&house, &without, &["the server wants a password, and DATABASE_URL has none"]);
    let (user, _) = server.trim_start_matches("postgres://").split_once('@').expect("a user");
    let missing = with(&server, user, "no_such_database");
    assert_told(&house, &missing, &["the server has no such database", "no_such_database"]);
    assert!(environment("SUITE_DATABASE").is_some());
}

#[test]
fn while_it_runs_the_log_says_why_in_one_line() {
    let app = TestApp::start();
    let closed = crate::commands::free_port();
    let url = format!("postgres://clerk:hunter2@127.0.0.1:{closed}/petitions");
    let mut ctx = app.ctx.clone();
    ctx.store = undersigned::db::Store::open(DatabaseUrl::parse(&url).expect("a URL"), 2);
    assert!(jobs::round(&ctx, &jobs::Node::new(&ctx), &mut None).is_err());
    let log = TestApp::log();
    let line = log.lines().find(|line| line.contains("a job failed")).expect("a line");
    assert!(line.contains("no server listens there") && line.contains(&closed.to_string()), "{line}");
    assert!(!log.contains("hunter2"), "{log}");
    // The driver's words have a line break in them.
    assert!(!log.lines().any(|line| line.trim_start().starts_with("Is the server running")), "{log}");
}
