//! Checkpoints (C2SP tlog-checkpoint): how many entries a log has, and its root, signed. This log adds no
//! extension lines and takes none.

use base64::{Engine as _, engine::general_purpose::STANDARD};

use super::{
    note::{LogKey, NoteError, VerifierKey},
    tiles::decimal,
    tree::Hash,
};
use crate::protocol::origin::LogOrigin;

/// How large a log is, and its root.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// Which log.
    pub origin: LogOrigin,
    /// How many entries it has.
    pub size: u64,
    /// The root of its tree.
    pub root: Hash,
}

impl Checkpoint {
    /// The text: origin, size, root in base64, a line each.
    #[must_use]
    pub fn body(&self) -> String {
        format!("{}\n{}\n{}\n", self.origin, self.size, STANDARD.encode(self.root))
    }

    /// Reads [`Self::body`]. `None` for anything else.
    #[must_use]
    pub fn parse_body(text: &str) -> Option<Self> {
        let mut lines = text.strip_suffix('\n')?.split('\n');
        let origin = LogOrigin::parse(lines.next()?).ok()?;
        let size = decimal(lines.next()?)?;
        let root = STANDARD.decode(lines.next()?).ok()?.try_into().ok()?;
        lines.next().is_none().then_some(Self { origin, size, root })
    }

    /// The checkpoint of the log with this key, signed.
    #[must_use]
    pub fn sign(key: &LogKey, size: u64, root: Hash) -> String {
        key.sign(&Self { origin: key.origin().clone(), size, root }.body())
    }

    /// Reads a checkpoint that the log has signed.
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
    use crate::log::note::tests::log_key;

    #[test]
    fn a_checkpoint_is_three_lines_and_reads_back() {
        let key = log_key(7);
        let note = Checkpoint::sign(&key, 300, [0xff; 32]);
        assert!(note.starts_with(
            "petition.undersigned/ljnfuws2ljnfuws2ljnfuws2li\n300\n//////////////////////////////////////////8=\n\n— "
        ));
        let read = Checkpoint::verify(note.as_bytes(), &key.verifier()).unwrap();
        assert_eq!((read.size, read.root), (300, [0xff; 32]));
    }

    #[test]
    fn every_flipped_byte_is_refused() {
        let key = log_key(7);
        let note = Checkpoint::sign(&key, 300, [3; 32]).into_bytes();
        for at in 0..note.len() {
            let mut other = note.clone();
            other[at] ^= 1;
            assert!(Checkpoint::verify(&other, &key.verifier()).is_err(), "byte {at}");
        }
    }

    #[test]
    fn a_text_in_another_form_is_no_checkpoint_even_if_signed() {
        let key = log_key(7);
        let body = Checkpoint::parse_body(
            &Checkpoint { origin: key.origin().clone(), size: 7, root: [1; 32] }.body(),
        );
        let body = body.unwrap().body();
        for bad in [
            body.replace("\n7\n", "\n07\n"),
            body.replace("\n7\n", "\n+7\n"),
            body.replace("\n7\n", "\n\n"),
            body.replace("\n7\n", "\n18446744073709551616\n"),
            body.replace("=\n", "\n"),
            format!("{body}extension\n"),
            body.replace("ljnf", "ljng"),
            String::from("hello\n"),
        ] {
            let note = key.sign(&bad);
            assert_eq!(Checkpoint::verify(note.as_bytes(), &key.verifier()), Err(NoteError::Text), "{bad}");
        }
    }
}
