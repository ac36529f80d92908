//! The public log of a petition: a Merkle tree over its leaves, as RFC 6962 hashes it and the C2SP documents
//! (tlog-tiles, tlog-checkpoint, signed-note) serve it. Bytes in, bytes out: server, client and auditor share it.
//!
//! It knows hashes, names and signatures. It must never know a database, a file, a clock or a request, and
//! nothing of a person passes through it: a leaf is bytes.
//!
//! In reading order:
//! - [`tree`]: hashing, and the frontier that lets a log grow without reading it
//! - [`proof`]: that a leaf is in a tree, and that one tree continues another
//! - [`tiles`]: in which pieces a log is served
//! - [`note`]: text that a log's key has signed; [`checkpoint`]: how large the log is, and its root;
//!   [`promise`]: that a cast will be published
//! - [`cosignature`]: that a witness has seen no other history; [`witness`]: how it is asked, and what it may sign;
//!   [`policy`]: how many of which witnesses a reader asks for
//! - [`tlog_proof`]: that an entry is in a log, as a text to keep; [`standing`]: what a log says of one signature
//! - [`audit`]: checking all of a log, and what changed in it since the last time

pub mod audit;
pub mod checkpoint;
pub mod cosignature;
pub mod note;
pub mod policy;
pub mod promise;
pub mod proof;
pub mod standing;
pub mod tiles;
pub mod tlog_proof;
pub mod tree;
pub mod witness;

/// Leaves that differ, of lengths that differ.
#[cfg(test)]
fn test_leaves(count: usize) -> Vec<Vec<u8>> {
    (0..count).map(|number| format!("leaf {number}").repeat(number % 5).into_bytes()).collect()
}
