//! Servers that never stop sending: whoever audits or copies a log reads no more than the signed checkpoint allows, and
//! says so.

use std::{
    io::{Read as _, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread::{self, JoinHandle},
};

use undersigned::log::{checkpoint::Checkpoint, note::LogKey};

use crate::support::{Petition, Reader, TestApp, grow, id_of, terminal};

/// Far more than a petition of a few entries has; the buffers of sockets are in it.
const ENOUGH_BYTES: u64 = 32 * 1024 * 1024;

/// Passes everything on but one file, of which there is no end.
struct Endless {
    address: SocketAddr,
    sent: Arc<AtomicU64>,
    is_over: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Endless {
    /// The file at `path` begins with `start`, and goes on with `rest` again and again.
    fn before(app: &TestApp, path: &'static str, start: &'static str, rest: &'static str) -> Self {
        let server: SocketAddr = app.host().parse().unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (sent, is_over) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicBool::new(false)));
        let (count, over) = (Arc::clone(&sent), Arc::clone(&is_over));
        let thread = thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                if over.load(Ordering::SeqCst) {
                    return;
                }
                serve(stream, server, &count, (path, start, rest));
            }
        });
        Self { address, sent, is_over, thread: Some(thread) }
    }

    fn url(&self, petition: &Petition) -> String {
        format!("http://{}{}", self.address, petition.path())
    }
}

impl Drop for Endless {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::SeqCst);
        drop(TcpStream::connect(self.address));
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
}

fn serve(
    mut stream: TcpStream,
    server: SocketAddr,
    sent: &AtomicU64,
    (path, start, rest): (&str, &str, &str),
) {
    let (mut head, mut byte) = (Vec::new(), [0]);
    while !head.ends_with(b"\r\n\r\n") {
        match stream.read(&mut byte) {
            Ok(1) => head.push(byte[0]),
            _ => return,
        }
    }
    let head = String::from_utf8(head).unwrap();
    let asked = head.split(' ').nth(1).unwrap_or_default();
    if !asked.contains(path) {
        let mut real = TcpStream::connect(server).unwrap();
        write!(real, "GET {asked} HTTP/1.1\r\nHost: {server}\r\nConnection: close\r\n\r\n").unwrap();
        let mut answer = Vec::new();
        real.read_to_end(&mut answer).unwrap();
        drop(stream.write_all(&answer));
        return;
    }
    let mut part = String::from("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n");
    part.push_str(start);
    let rest = rest.repeat(64 * 1024 / rest.len());
    while stream.write_all(part.as_bytes()).is_ok() {
        sent.fetch_add(u64::try_from(part.len()).unwrap(), Ordering::SeqCst);
        // Else a program that reads for ever would never let the test fail.
        if sent.load(Ordering::SeqCst) > 8 * ENOUGH_BYTES {
            return;
        }
        part.clone_from(&rest);
    }
}

/// What never ends: path, beginning, and the rest.
const FILES: &[(&str, &str, &str)] = &[
    ("openings.json", "[{\"index\":1,\"salt\":\"", "a"),
    ("openings.json", "[{\"index\":1,\"more\":", "["),
    ("openings.json", "[", "{\"index\":1,\"salt\":\"\",\"extension\":\"\"},"),
    ("openings.json", "[", " "),
    ("numbers.json", "{\"crowds\":[", "{\"number\":1},"),
    ("numbers.json", "{\"crowds\":\"", "a"),
    ("log/vkey", "petition.undersigned/", "a"),
    ("log/checkpoint", "petition.undersigned/", "a"),
    ("log/witnessed", "petition.undersigned/", "\n\u{2014} a b\n"),
    ("log/tile/entries", "", "\0\0"),
    ("log/tile/entries", "", "a"),
];

fn run(app: &TestApp, arguments: &[&str], typed: &str) -> (Option<i32>, String) {
    let output = terminal::run(app.folder(), arguments, typed);
    (output.status.code(), terminal::said(&output))
}

#[test]
fn no_file_that_never_ends_fills_the_memory_of_whoever_audits_the_log() {
    let app = TestApp::start();
    let petition = app.petition();
    grow(&app, &petition, 40);
    for (path, start, rest) in FILES {
        let server = Endless::before(&app, path, start, rest);
        let (code, said) = run(&app, &["audit", &server.url(&petition), "--afresh"], "");
        assert_eq!(code, Some(9), "{path} {rest:?}: {said}");
        let sent = server.sent.load(Ordering::SeqCst);
        assert!(sent < ENOUGH_BYTES, "{path} {rest:?}: {sent} bytes were read; {said}");
    }
}

#[test]
fn no_file_that_never_ends_fills_the_disk_or_memory_of_whoever_copies_the_log() {
    let app = TestApp::start();
    let petition = app.petition();
    grow(&app, &petition, 40);
    let more = [("saved-page.html", "<!DOCTYPE html>", "a"), ("log/tile/0/", "", "a")];
    for (number, (path, start, rest)) in FILES.iter().chain(&more).enumerate() {
        let server = Endless::before(&app, path, start, rest);
        let folder = format!("copy-{number}");
        let (code, said) = run(&app, &["mirror", &server.url(&petition), &folder], "");
        assert_eq!(code, Some(9), "{path} {rest:?}: {said}");
        let sent = server.sent.load(Ordering::SeqCst);
        assert!(sent < ENOUGH_BYTES, "{path} {rest:?}: {sent} bytes were read; {said}");
    }
}

#[test]
fn a_signer_reads_no_more_than_a_key_and_a_checkpoint_can_be() {
    let app = TestApp::start();
    let petition = app.petition();
    let code = app.sign(&petition, "work-mail", "Robin Okafor", "robin@initech.example");
    for (path, start, rest) in [
        ("log/vkey", "petition.undersigned/", "a"),
        ("log/checkpoint", "petition.undersigned/", "a"),
        ("log/tile/", "", "a"),
    ] {
        let server = Endless::before(&app, path, start, rest);
        for command in ["receipt", "withdraw"] {
            let (ended, said) = run(&app, &[command, &server.url(&petition)], &format!("{code}\nyes\n"));
            assert_eq!(ended, Some(1), "{command} {path}: {said}");
            assert!(
                said.contains("The server sends more than such a log can hold"),
                "{command} {path}: {said}"
            );
        }
        let sent = server.sent.load(Ordering::SeqCst);
        assert!(sent < ENOUGH_BYTES, "{path}: {sent} bytes were read");
    }
}

#[test]
fn a_log_that_claims_more_entries_than_any_has_is_not_begun_with() {
    let app = TestApp::start();
    let petition = app.petition();
    let url = format!("{}{}", app.base_url(), petition.path());
    assert_eq!(run(&app, &["mirror", &url, "copy"], "").0, Some(0));
    let origin = Reader::of(&app, &petition).checkpoint().origin;
    let key = LogKey::new(origin, &app.ctx.keys.log_seed(id_of(&app, &petition)).unwrap());
    for size in [1 << 40, u64::MAX] {
        let note = Checkpoint::sign(&key, size, [7; 32]);
        std::fs::write(app.folder().join("copy/log/checkpoint"), note).unwrap();
        let (code, said) = run(&app, &["audit", "copy", "--afresh"], "");
        assert_eq!(code, Some(9), "{said}");
        assert!(said.contains("The server sends more than such a log can hold"), "{said}");
    }
}
