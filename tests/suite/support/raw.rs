//! Requests written by hand, for what no well-behaved client sends.

use std::{
    io::{Read as _, Write as _},
    net::{SocketAddr, TcpStream},
    time::Duration,
};

/// Sends `request` as it is and reads until the server closes (or falls silent for longer than any answer
/// takes). Ask for `Connection: close`.
pub fn exchange(address: SocketAddr, request: &[u8]) -> String {
    let mut stream = TcpStream::connect(address).expect("the server listens");
    stream.set_read_timeout(Some(Duration::from_secs(20))).expect("a timeout");
    // The server may answer and close before it has read everything: that is what some tests are about.
    let sent = stream.write_all(request);
    let mut answer = Vec::new();
    let mut chunk = [0; 16 * 1024];
    while let Ok(count @ 1..) = stream.read(&mut chunk) {
        answer.extend_from_slice(&chunk[..count]);
    }
    assert!(sent.is_ok() || !answer.is_empty(), "the server closed without an answer");
    String::from_utf8_lossy(&answer).into_owned()
}
