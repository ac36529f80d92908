//! Readers that go away: `undersigned … | head -1`. No command panics, and the exit code still says what it did.

use std::{
    fs,
    io::{BufRead as _, BufReader, Read as _, Write as _, pipe},
    net::{TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    sync::atomic::{AtomicU32, Ordering},
};

use crate::support::TestApp;

fn fresh_folder() -> PathBuf {
    static COUNTER: AtomicU32 = AtomicU32::new(0);
    let number = COUNTER.fetch_add(1, Ordering::SeqCst);
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("pipe-{}-{number}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    folder
}

fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_undersigned"));
    command
        .args(arguments)
        .current_dir(folder)
        .env_clear()
        .env("SMTP_URL", "file:mail")
        .env("MAIL_FROM", "Mailer <post@example.org>")
        .env("OPERATOR_NAME", "The Test House")
        .env("OPERATOR_CONTACT", "operator@example.org")
        .stdin(Stdio::null());
    command
}

/// Runs it with nobody who reads what it prints: the reader's end is closed before it begins.
fn unread(mut command: Command) -> Output {
    let (reader, writer) = pipe().unwrap();
    drop(reader);
    command.stdout(writer).stderr(Stdio::piped()).output().unwrap()
}

/// The same with nobody who reads errors either.
fn unread_and_unheard(mut command: Command) -> Option<i32> {
    let (reader, writer) = pipe().unwrap();
    drop(reader);
    command.stdout(writer.try_clone().unwrap()).stderr(writer).status().unwrap().code()
}

/// A server that ends with the test, however that ends.
struct Ended(Child);

impl Drop for Ended {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

#[test]
fn a_command_whose_output_nobody_reads_does_its_work_and_ends_quietly() {
    let folder = fresh_folder();
    for (arguments, code) in [
        (&["--help"][..], 0),
        (&["audit", "--help"], 0),
        (&["--version"], 0),
        (&["no-such-command"], 2),
        (&["check-config"], 0),
        (&["migrate"], 0),
        (&["backup", "copy.db"], 0),
        (&["retention", "--dry-run"], 0),
        (&["retention"], 0),
        (&["audit", "https://petitions.example"], 2),
    ] {
        let output = unread(command(&folder, arguments));
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(!said.contains("panicked"), "{arguments:?}: {said}");
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {said}");
        let expected = if arguments[0] == "backup" { 1 } else { code };
        // A second copy to the same file fails, and says so to nobody.
        assert_eq!(unread_and_unheard(command(&folder, arguments)), Some(expected), "{arguments:?}");
    }
    assert!(folder.join("copy.db").exists());
    fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn what_is_shown_once_and_was_not_read_is_a_failure() {
    let folder = fresh_folder();
    for arguments in [&["admin", "create", "Quiet Heron"][..], &["sealing-key", "--out", "trustee.key"]] {
        let output = unread(command(&folder, arguments));
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{arguments:?}: {said}");
        assert!(said.contains("nobody read to its end what was printed"), "{said}");
        assert!(!said.contains("panicked"), "{said}");
    }
    fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn an_audit_that_nobody_reads_ends_with_what_it_found() {
    let app = TestApp::start();
    let petition = app.petition();
    let folder = fresh_folder();
    let url = format!("{}{}", app.base_url(), petition.path());
    for json in [&[][..], &["--json"]] {
        let arguments = [&["audit", &url, "--afresh"][..], json].concat();
        let output = unread(command(&folder, &arguments));
        assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
        assert!(output.stderr.is_empty());
    }
    let missing = format!("{}/p/missing", app.base_url());
    assert_eq!(unread(command(&folder, &["audit", &missing, "--afresh"])).status.code(), Some(1));
    fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn a_server_whose_log_nobody_reads_any_more_goes_on_serving() {
    let folder = fresh_folder();
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let mut serve = command(&folder, &["serve"]);
    serve.env("BIND", address.to_string()).env("LOG", "trace").stdout(Stdio::null()).stderr(Stdio::piped());
    serve.env("BASE_URL", format!("http://localhost:{}", address.port()));
    let mut server = Ended(serve.spawn().unwrap());
    let mut log = BufReader::new(server.0.stderr.take().unwrap()).lines();
    assert!(log.any(|line| line.unwrap().contains("started")));
    drop(log);
    for _ in 0..3 {
        let mut stream = TcpStream::connect(address).unwrap();
        let request = format!(
            "GET /petitions HTTP/1.1\r\nHost: localhost:{}\r\nConnection: close\r\n\r\n",
            address.port()
        );
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    }
    drop(server);
    fs::remove_dir_all(&folder).unwrap();
}
