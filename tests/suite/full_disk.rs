//! The disk is full when the server starts: people read what is there, nobody can sign, and all goes on when there is room
//! again. The disk is a real one, some megabytes large, in a mount namespace of the test's own.

use std::{
    fs,
    io::{Read as _, Write as _},
    net::TcpStream,
    os::unix::fs::DirBuilderExt as _,
    path::Path,
    process::{Command, Stdio},
};

use crate::{
    commands::{Running, free_port},
    crashes::arranged,
    support::{Node, TestApp, environment},
};

/// Mounts a small disk, copies `$CONTENT` onto it, fills it to the last byte, and becomes the program. A line into the
/// pipe `$CONTENT/../room` makes room.
const ON_A_FULL_DISK: &str = "set -eu; mount -t tmpfs -o size=6m,mode=0700 tmpfs \"$DISK\"; \
     cp -a \"$CONTENT/.\" \"$DISK\"; dd if=/dev/zero of=\"$DISK/filling\" bs=1k 2>/dev/null || true; \
     (read -r _ <\"$CONTENT/../room\"; rm \"$DISK/filling\") >/dev/null 2>&1 & exec \"$PROGRAM\" serve";

/// How the server before this one ended.
#[derive(Clone, Copy, PartialEq)]
enum Before {
    /// In order: SQLite has put all into one file.
    Stopped,
    /// Killed: much of it is in the write-ahead log.
    Killed,
}

/// What that server left, as its data folder.
fn left(app: &TestApp, before: Before) -> std::path::PathBuf {
    let content = app.folder().join("content");
    fs::DirBuilder::new().mode(0o700).create(&content).unwrap();
    let copied = Command::new("cp").arg("-a").arg(app.folder().join("secrets")).arg(&content).status();
    assert!(copied.unwrap().success());
    for ending in ["", "-wal", "-shm"] {
        let (from, to) = (format!("test.db{ending}"), format!("undersigned.db{ending}"));
        fs::copy(app.folder().join(from), content.join(to)).unwrap();
    }
    if before == Before::Stopped {
        let folder = content.display().to_string();
        let database = format!("sqlite:{folder}/undersigned.db");
        let secrets = format!("{folder}/secrets");
        let settings =
            [("DATA_DIR", folder.as_str()), ("DATABASE_URL", &database), ("SECRETS_DIR", &secrets)];
        assert_eq!(Node::run_with(app, &["retention", "--dry-run"], &settings).0, Some(0));
    }
    assert_eq!(content.join("undersigned.db-wal").exists(), before == Before::Killed);
    content
}

fn start_on_a_full_disk(app: &TestApp, content: &Path) -> (Running, u16) {
    let (disk, port) = (app.folder().join("disk"), free_port());
    fs::create_dir(&disk).unwrap();
    assert!(Command::new("mkfifo").arg(app.folder().join("room")).status().unwrap().success());
    let mut command = Command::new("unshare");
    command
        .args(["--map-root-user", "--mount", "bash", "-c", ON_A_FULL_DISK])
        .env_clear()
        .env("PATH", environment("PATH").unwrap_or_default())
        .env("CONTENT", content)
        .env("DISK", &disk)
        .env("PROGRAM", env!("CARGO_BIN_EXE_undersigned"))
        .env("BIND", format!("127.0.0.1:{port}"))
        .env("BASE_URL", format!("http://127.0.0.1:{port}"))
        .env("DATA_DIR", &disk)
        .env("SMTP_URL", format!("file:{}", app.folder().join("mail").display()))
        .env("MAIL_FROM", "Mailer <post@example.org>")
        .env("OPERATOR_NAME", "The Test House")
        .env("OPERATOR_CONTACT", "operator@example.org")
        .stdin(Stdio::null());
    (Running::start(command, port), port)
}

fn ask(port: u16, path: &str) -> String {
    let body = "visibility=public&proof=any-mail&name=Ada+Lovelace&title=&address=ada%40home.example";
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    write!(
        stream,
        "POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\nSec-Fetch-Site: same-origin\r\n\
         Origin: http://127.0.0.1:{port}\r\nContent-Type: application/x-www-form-urlencoded\r\n\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

fn people_read_and_when_there_is_room_all_goes_on(before: Before) {
    let (app, petition) = arranged();
    if app.database().is_postgres() {
        // Its disk is the database server's.
        return;
    }
    app.sign(&petition, "work-mail", "Robin Okafor", "robin.okafor@initech.example");
    crate::leaks::one_round_of_jobs(&app);
    let content = left(&app, before);
    let (server, port) = start_on_a_full_disk(&app, &content);
    assert!(server.get(&format!("{}/signers", petition.path())).contains("Robin Okafor"), "{}", server.log());
    assert!(server.get(&format!("{}/log/checkpoint", petition.path())).starts_with("HTTP/1.1 200"));
    assert!(server.get("/readyz").starts_with("HTTP/1.1 503"));
    assert!(ask(port, &petition.signatures()).starts_with("HTTP/1.1 503"));
    fs::write(app.folder().join("room"), "now\n").unwrap();
    while !server.get("/readyz").starts_with("HTTP/1.1 200") {}
    let asked = ask(port, &petition.signatures());
    assert!(asked.starts_with("HTTP/1.1 200"), "{asked}");
    assert!(server.get(&format!("{}/signers", petition.path())).contains("Robin Okafor"));
}

#[test]
fn on_a_disk_that_is_full_at_the_start_people_read_and_when_there_is_room_all_goes_on() {
    people_read_and_when_there_is_room_all_goes_on(Before::Stopped);
}

#[test]
fn also_where_the_server_before_was_killed() {
    people_read_and_when_there_is_room_all_goes_on(Before::Killed);
}
