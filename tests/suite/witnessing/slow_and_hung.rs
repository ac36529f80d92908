//! Visitors of a witness who send nothing, and disks that hang.

use std::io::BufRead as _;
use std::io::Read as _;
use std::io::Write as _;
use std::{
    io::BufReader,
    net::{TcpListener, TcpStream},
    process::Command,
    thread,
    time::Duration,
};

use actix_web::web::Data;
use undersigned::witness::server::{self, Witness};

use super::{Folder, leaves, log_key, submission, witness};

/// Serves a witness from this process, and gives its address.
fn served(witness: Witness) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    thread::spawn(move || {
        let serving =
            async move { server::serve(Data::new(witness), listener, Duration::ZERO).unwrap().await };
        actix_web::rt::System::new().block_on(serving)
    });
    address
}

fn sent(address: &str, length: usize, body: &str) -> TcpStream {
    let mut stream = TcpStream::connect(address).unwrap();
    let head = format!("POST /add-checkpoint HTTP/1.1\r\nHost: witness\r\nContent-Length: {length}\r\n\r\n");
    stream.write_all(format!("{head}{body}").as_bytes()).unwrap();
    stream
}

#[test]
fn whoever_does_not_send_what_they_announce_is_sent_away() {
    let (folder, key) = (Folder::new("body"), log_key(1));
    let address = served(witness(&folder.0, &key));
    let mut answer = String::new();
    sent(&address, 100, "old 0\n").read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
    let mut answer = String::new();
    sent(&address, 1024 * 1024, "old 0\n").read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 4"), "{answer}");
}

#[test]
fn a_witness_whose_disk_hangs_still_answers_what_needs_no_disk() {
    let (folder, key) = (Folder::new("hanging"), log_key(1));
    let witness = witness(&folder.0, &key);
    let draft =
        folder.0.join("logs").join(format!("{}.draft", key.origin().as_str().rsplit('/').next().unwrap()));
    assert!(Command::new("mkfifo").arg(&draft).status().unwrap().success());
    let address = served(witness);
    let asked = submission(&key, &leaves(10, 10, ""), 0).encode();
    // More than it has workers.
    let waiting: Vec<TcpStream> = (0..4).map(|_| sent(&address, asked.len(), &asked)).collect();
    let mut answer = BufReader::new(sent(&address, 5, "hello")).lines();
    assert_eq!(answer.next().unwrap().unwrap(), "HTTP/1.1 400 Bad Request");
    drop(waiting);
}
