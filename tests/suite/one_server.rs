//! One server for a SQLite database: a second one is told so, and each command says whether it may run beside it.

use std::{fs, net::TcpListener};

use crate::commands::{House, said};

const ON_A_FREE_PORT: &[(&str, &str)] = &[("BIND", "127.0.0.1:0")];

#[test]
fn a_second_server_on_the_same_database_is_refused_and_touches_nothing() {
    let house = House::new();
    let first = house.serve(&[]);
    for settings in [
        vec![("BIND", "127.0.0.1:0")],
        // The same database under another name, and with a data folder of its own.
        vec![
            ("BIND", "127.0.0.1:0"),
            ("DATA_DIR", "elsewhere"),
            ("DATABASE_URL", "sqlite:./data/../data/undersigned.db"),
        ],
        // The same data folder, with another database.
        vec![("BIND", "127.0.0.1:0"), ("DATABASE_URL", "sqlite:data/other.db")],
    ] {
        let refused = house.run(&["serve"], &settings);
        assert_eq!(refused.status.code(), Some(1), "{}", said(&refused));
        assert!(said(&refused).contains("another undersigned is at work in"), "{}", said(&refused));
        assert!(said(&refused).contains("stop that one first"), "{}", said(&refused));
    }
    assert!(!house.path("data/other.db").exists());
    assert!(first.get("/readyz").starts_with("HTTP/1.1 200"), "it goes on");
    // Killed rather than stopped: the lock goes with it.
    drop(first);
    let second = house.serve(&[]);
    assert!(second.get("/readyz").starts_with("HTTP/1.1 200"));
}

#[test]
fn a_demo_does_not_wipe_a_folder_in_which_another_one_runs() {
    let house = House::new();
    let port = crate::commands::free_port();
    let mut command = house.command(&["demo"], &[]);
    command.env("BIND", format!("127.0.0.1:{port}"));
    let first = crate::commands::Running::start(command, port);
    let refused = house.command(&["demo"], ON_A_FREE_PORT).output().unwrap();
    assert_eq!(refused.status.code(), Some(1), "{}", said(&refused));
    assert!(said(&refused).contains("another undersigned is at work in"), "{}", said(&refused));
    assert!(house.path("demo-data/undersigned.db").exists());
    assert!(first.get("/readyz").starts_with("HTTP/1.1 200"));
}

#[test]
fn commands_that_only_add_or_read_run_beside_a_server() {
    let house = House::new();
    let server = house.serve(&[]);
    for arguments in [
        vec!["admin", "create", "The Keeper"],
        vec!["admin", "reset", "The Keeper"],
        vec!["backup", "copy.db"],
        vec!["retention", "--dry-run"],
        vec!["retention"],
        vec!["check-config"],
        // Nothing is to be done.
        vec!["migrate"],
    ] {
        let done = house.run(&arguments, &[]);
        assert_eq!(done.status.code(), Some(0), "{arguments:?}: {}", said(&done));
    }
    let unknown = house.run(&["export-log", "no-such-petition", "folder"], &[]);
    assert!(!said(&unknown).contains("at work"), "{}", said(&unknown));
    assert!(server.get("/readyz").starts_with("HTTP/1.1 200"));
}

#[test]
fn commands_that_would_pull_the_tables_or_a_log_from_under_a_server_are_refused() {
    let house = House::new();
    let server = house.serve(&[]);
    let resumed = house.run(&["log", "resume", "some-petition", "--because", "The disk died."], &[]);
    assert_eq!(resumed.status.code(), Some(1), "{}", said(&resumed));
    assert!(said(&resumed).contains("another undersigned is at work in"), "{}", said(&resumed));

    // As a newer version of the program would find it: something is to be brought up to date.
    let database = house.path("data/undersigned.db");
    let statement = "DELETE FROM __diesel_schema_migrations WHERE version = '0011'";
    crate::support::database::run_on_file(&database, statement);
    for arguments in [vec!["migrate"], vec!["admin", "create", "The Keeper"]] {
        let refused = house.run(&arguments, &[]);
        assert_eq!(refused.status.code(), Some(1), "{arguments:?}: {}", said(&refused));
        assert!(said(&refused).contains("another undersigned is at work in"), "{}", said(&refused));
    }
    drop(server);
    crate::support::database::run_on_file(&database, "DROP TABLE mail_health; DROP TABLE outbox");
    let migrated = house.run(&["migrate"], &[]);
    assert_eq!(migrated.status.code(), Some(0), "{}", said(&migrated));
}

#[test]
fn an_older_program_refuses_a_database_that_a_newer_one_has_changed() {
    let house = House::new();
    assert_eq!(house.run(&["migrate"], &[]).status.code(), Some(0));
    let statement = "INSERT INTO __diesel_schema_migrations (version) VALUES ('9001')";
    crate::support::database::run_on_file(&house.path("data/undersigned.db"), statement);
    let before = fs::read(house.path("data/undersigned.db")).unwrap();
    for arguments in
        [vec!["serve"], vec!["migrate"], vec!["admin", "create", "The Keeper"], vec!["retention"]]
    {
        let refused = house.run(&arguments, ON_A_FREE_PORT);
        assert_eq!(refused.status.code(), Some(1), "{arguments:?}: {}", said(&refused));
        let said = said(&refused);
        assert!(said.contains("newer version of this program") && said.contains("9001"), "{said}");
    }
    assert_eq!(fs::read(house.path("data/undersigned.db")).unwrap(), before, "nothing was written");
}

#[test]
fn a_port_that_is_taken_is_told_with_the_setting_to_change() {
    let house = House::new();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let bind = taken.local_addr().unwrap().to_string();
    for command in ["serve", "demo"] {
        let refused = house.run(&[command], &[("BIND", &bind)]);
        assert_eq!(refused.status.code(), Some(1));
        let said = said(&refused);
        assert!(
            said.contains(&bind) && said.contains("set BIND to another port, such as 127.0.0.1:"),
            "{said}"
        );
    }
    let refused = house.run(&["serve"], &[("BIND", "203.0.113.7:8080")]);
    assert!(said(&refused).contains("Set BIND to one of its own"), "{}", said(&refused));
    let witness =
        ["witness", "--dir", "witness", "--name", "w.example/w", "--bind", &bind, "https://a.example"];
    let refused = house.run(&witness, &[]);
    assert!(said(&refused).contains("set --bind to another port"), "{}", said(&refused));
}

#[test]
fn a_database_that_others_can_read_is_refused_with_the_line_to_type() {
    use std::os::unix::fs::PermissionsExt as _;
    let house = House::new();
    assert_eq!(house.run(&["admin", "create", "The Keeper"], &[]).status.code(), Some(0));
    let open = |path: &str, mode| {
        fs::set_permissions(house.path(path), fs::Permissions::from_mode(mode)).unwrap();
    };
    for (path, mode, private, advice) in [
        ("data/undersigned.db", 0o640, 0o600, "chmod 600 "),
        ("data/undersigned.db-wal", 0o604, 0o600, "chmod 600 "),
        ("data/undersigned.db-shm", 0o660, 0o600, "chmod 600 "),
        ("data", 0o750, 0o700, "chmod 700 "),
    ] {
        if !house.path(path).exists() {
            fs::write(house.path(path), b"").unwrap();
        }
        open(path, mode);
        for command in [vec!["serve"], vec!["retention"], vec!["backup", "copy.db"]] {
            let refused = house.run(&command, ON_A_FREE_PORT);
            assert_eq!(refused.status.code(), Some(1), "{path}, {command:?}");
            let (said, place) = (said(&refused), house.path(path));
            assert!(said.contains(advice) && said.contains(place.to_str().unwrap()), "{said}");
        }
        let checked = house.run(&["check-config"], &[]);
        assert!(said(&checked).contains(advice), "{}", said(&checked));
        open(path, private);
    }
    fs::remove_file(house.path("data/undersigned.db-wal")).unwrap();
    fs::remove_file(house.path("data/undersigned.db-shm")).unwrap();
    let server = house.serve(&[]);
    assert!(server.get("/readyz").starts_with("HTTP/1.1 200"));
}
