//! Promises: what a caster gets at once, a signed note that says by when the cast will be in the log. Signed by the
//! log's own key; it cannot be taken for a checkpoint, whose second line is a number.

use base64::{Engine as _, engine::general_purpose::STANDARD};

use super::{
    note::{LogKey, NoteError, VerifierKey},
    tiles::decimal,
    tree::Hash,
};
use crate::{
    domain::time::Timestamp,
    protocol::{leaf::time_from_wire, origin::LogOrigin},
};

const KIND: &str = "promise/v1";

/// The promise to publish a cast.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Promise {
    /// In which log.
    pub origin: LogOrigin,
    /// H(leaf), without the tree's prefix (`protocol::leaf::leaf_hash`).
    pub leaf: Hash,
    /// B: it is published with at least this many of its crowd.
    pub batch: u32,
    /// By then, in whole seconds. If fewer than B wait at that time, it is counted in words only.
    pub cast_until: Timestamp,
}

impl Promise {
    /// The text: origin, kind, H(leaf) in base64, what is promised; a line each.
    fn body(&self) -> String {
        let (leaf, until) = (STANDARD.encode(self.leaf), self.cast_until.to_rfc3339());
        format!("{}\n{KIND}\n{leaf}\nbatch of at least {} by {until}\n", self.origin, self.batch)
    }

    fn parse_body(text: &str) -> Option<Self> {
        let mut lines = text.strip_suffix('\n')?.split('\n');
        let origin = LogOrigin::parse(lines.next()?).ok()?;
        if lines.next()? != KIND {
            return None;
        }
        let leaf = STANDARD.decode(lines.next()?).ok()?.try_into().ok()?;
        let (batch, until) = lines.next()?.strip_prefix("batch of at least ")?.split_once(" by ")?;
        let batch = decimal(batch)?.try_into().ok()?;
        let cast_until = time_from_wire(until).ok()?;
        lines.next().is_none().then_some(Self { origin, leaf, batch, cast_until })
    }

    /// The promise of the log with this key, signed.
    #[must_use]
    pub fn sign(key: &LogKey, leaf: Hash, batch: u32, cast_until: Timestamp) -> String {
        key.sign(&Self { origin: key.origin().clone(), leaf, batch, cast_until }.body())
    }

    /// Reads a promise that the log has signed.
    ///
    /// # Errors
    /// [`NoteError`] for any other note.
    pub fn verify(note: &[u8], key: &VerifierKey) -> Result<Self, NoteError> {
        let read = Self::parse_body(key.open(note)?).ok_or(NoteError::Text)?;
        if read.origin == *key.origin() { Ok(read) } else { Err(NoteError::Text) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::log::{checkpoint::Checkpoint, note::tests::log_key};

    const UNTIL: Timestamp = Timestamp::from_secs(1_780_488_000);

    #[test]
    fn a_promise_is_four_lines_and_reads_back() {
        let key = log_key(7);
        let note = Promise::sign(&key, [0xff; 32], 10, UNTIL);
        assert!(note.starts_with(
            "petition.undersigned/ljnfuws2ljnfuws2ljnfuws2li\npromise/v1\n\
             //////////////////////////////////////////8=\nbatch of at least 10 by 2026-06-03T12:00:00Z\n\n— "
        ));
        let read = Promise::verify(note.as_bytes(), &key.verifier()).unwrap();
        assert_eq!((read.leaf, read.batch, read.cast_until), ([0xff; 32], 10, UNTIL));
    }

    #[test]
    fn every_flipped_byte_is_refused() {
        let key = log_key(7);
        let note = Promise::sign(&key, [3; 32], 10, UNTIL).into_bytes();
        for at in 0..note.len() {
            let mut other = note.clone();
            other[at] ^= 1;
            assert!(Promise::verify(&other, &key.verifier()).is_err(), "byte {at}");
        }
    }

    #[test]
    fn promises_and_checkpoints_are_never_taken_for_each_other() {
        let key = log_key(7);
        let promise = Promise::sign(&key, [3; 32], 10, UNTIL);
        let checkpoint = Checkpoint::sign(&key, 10, [3; 32]);
        let verifier = key.verifier();
        assert_eq!(Checkpoint::verify(promise.as_bytes(), &verifier), Err(NoteError::Text));
        assert_eq!(Promise::verify(checkpoint.as_bytes(), &verifier), Err(NoteError::Text));
    }

    #[test]
    fn another_wording_is_no_promise_even_if_signed() {
        let key = log_key(7);
        let good =
            Promise { origin: key.origin().clone(), leaf: [3; 32], batch: 10, cast_until: UNTIL }.body();
        for (from, to) in [
            ("v1", "v2"),
            ("least 10", "least 010"),
            ("least 10", "least 4294967296"),
            ("12:00:00Z", "12:00:00.0Z"),
            ("12:00:00Z", "12:00:00+00:00"),
            ("batch", "group"),
            ("Z\n", "Z\nmore\n"),
        ] {
            let note = key.sign(&good.replace(from, to));
            assert_eq!(Promise::verify(note.as_bytes(), &key.verifier()), Err(NoteError::Text), "{to}");
        }
    }
}
