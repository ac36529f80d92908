//! What logs and witnesses say to each other (C2SP tlog-witness): a log hands in a checkpoint, with the proof that it
//! continues the one that the witness knows; the witness cosigns, or says why not. What a witness may sign is decided
//! here, by values alone.

use base64::{Engine as _, engine::general_purpose::STANDARD};

use super::{
    checkpoint::Checkpoint,
    note::{NoteError, VerifierKey},
    proof,
    tiles::decimal,
    tree::{Hash, empty_root},
};

/// A proof between two sizes below 2^64 has no more hashes.
const MAX_PROOF: usize = 63;
/// A note and its proof.
pub const SUBMISSION_MAX_BYTES: usize = 80 * 1024;
/// The type of the answer that tells the size that a witness knows.
pub const SIZE_TYPE: &str = "text/x.tlog.size";

/// What a log hands in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Submission {
    /// The size that the witness knows, as the log believes.
    pub old: u64,
    /// That the checkpoint continues the log of that size.
    pub proof: Vec<Hash>,
    /// The checkpoint, signed.
    pub note: String,
}

/// The newest checkpoint of a log that a witness has cosigned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seen {
    /// How many entries.
    pub size: u64,
    /// Their root.
    pub root: Hash,
}

/// What a witness does with a submission.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// It continues what was seen: it is remembered, then cosigned.
    Cosign(Checkpoint),
    /// The key of the log has not signed it (403).
    Unsigned,
    /// It ends before the size that it says it continues, or is no checkpoint (400).
    Malformed,
    /// Another size was seen, or another root at this one (409).
    Seen(u64),
    /// The proof does not show that it continues what was seen (422).
    Unproven,
}

impl Submission {
    /// As it is sent.
    #[must_use]
    pub fn encode(&self) -> String {
        let proof = self.proof.iter().map(|hash| STANDARD.encode(hash) + "\n").collect::<String>();
        format!("old {}\n{proof}\n{}", self.old, self.note)
    }

    /// Reads [`Self::encode`]. `None` for anything else; never panics, whatever the bytes.
    #[must_use]
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(bytes).ok()?;
        let (head, note) = text.split_once("\n\n")?;
        let mut lines = head.split('\n');
        let old = decimal(lines.next()?.strip_prefix("old ")?)?;
        let hash = |line: &str| -> Option<Hash> { STANDARD.decode(line).ok()?.try_into().ok() };
        let proof: Vec<Hash> = lines.map(hash).collect::<Option<_>>()?;
        (proof.len() <= MAX_PROOF).then(|| Self { old, proof, note: note.to_owned() })
    }

    /// The first line of the checkpoint: of which log it says that it is.
    #[must_use]
    pub fn origin(&self) -> &str {
        self.note.split('\n').next().unwrap_or_default()
    }

    /// What a witness does with it that trusts this key for this log, and has seen this.
    #[must_use]
    pub fn judge(&self, key: &VerifierKey, seen: Option<Seen>) -> Decision {
        let checkpoint = match Checkpoint::verify(self.note.as_bytes(), key) {
            Ok(checkpoint) => checkpoint,
            Err(NoteError::Form | NoteError::Text) => return Decision::Malformed,
            Err(NoteError::Unsigned | NoteError::Signature) => return Decision::Unsigned,
        };
        if self.old > checkpoint.size {
            return Decision::Malformed;
        }
        let known = seen.unwrap_or_else(|| Seen { size: 0, root: empty_root() });
        let is_another_root = known.size == checkpoint.size && known.root != checkpoint.root;
        if self.old != known.size || is_another_root {
            return Decision::Seen(known.size);
        }
        if proof::continues(known.size, &known.root, checkpoint.size, &checkpoint.root, &self.proof) {
            Decision::Cosign(checkpoint)
        } else {
            Decision::Unproven
        }
    }
}

/// Reads the size that a witness says it knows. `None` for anything else.
#[must_use]
pub fn parse_size(body: &[u8]) -> Option<u64> {
    decimal(std::str::from_utf8(body).ok()?.strip_suffix('\n')?)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::log::{
        note::{LogKey, tests::log_key},
        proof::{FromTiles, consistency},
        test_leaves,
        tiles::{Level, Tile},
        tree::tests::naive_root,
    };

    fn proof(leaves: &[Vec<u8>], old: usize) -> Vec<Hash> {
        let tiles = |tile: Tile| {
            let Level::Hashes(level) = tile.level() else { return Err(()) };
            assert_eq!(level, 0, "small logs only");
            let first = usize::try_from(tile.first()).unwrap();
            Ok((first..first + usize::from(tile.width())).map(|at| naive_root(&leaves[at..=at])).collect())
        };
        let size = u64::try_from(leaves.len()).unwrap();
        consistency(&mut FromTiles::new(size, tiles), u64::try_from(old).unwrap(), size).unwrap()
    }

    fn seen(leaves: &[Vec<u8>]) -> Seen {
        Seen { size: u64::try_from(leaves.len()).unwrap(), root: naive_root(leaves) }
    }

    fn submission(key: &LogKey, leaves: &[Vec<u8>], old: usize) -> Submission {
        let size = u64::try_from(leaves.len()).unwrap();
        let note = Checkpoint::sign(key, size, naive_root(leaves));
        Submission { old: u64::try_from(old).unwrap(), proof: proof(leaves, old), note }
    }

    #[test]
    fn a_submission_is_sent_as_the_specification_shows_it() {
        let sent = Submission { old: 20_852_014, proof: vec![[0; 32], [0xff; 32]], note: "a\n\nb\n".into() };
        let text = "old 20852014\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\
                    //////////////////////////////////////////8=\n\na\n\nb\n";
        assert_eq!(sent.encode(), text);
        assert_eq!(Submission::parse(text.as_bytes()), Some(sent));
        let bare = Submission { old: 0, proof: Vec::new(), note: "a\n\nb\n".into() };
        assert_eq!(bare.encode(), "old 0\n\na\n\nb\n");
        assert_eq!(Submission::parse(bare.encode().as_bytes()), Some(bare));
        for bad in ["", "old 0\n", "old 00\n\na\n", "old -1\n\na\n", "old 1\nAAAA\n\na\n", "new 1\n\na\n"] {
            assert_eq!(Submission::parse(bad.as_bytes()), None, "{bad:?}");
        }
        let long = format!("old 1\n{}\na\n", format!("{}\n", STANDARD.encode([0; 32])).repeat(64));
        assert_eq!(Submission::parse(long.as_bytes()), None, "more than 63 hashes");
    }

    #[test]
    fn a_log_that_only_grows_is_cosigned_at_every_size() {
        let (key, leaves) = (log_key(7), test_leaves(20));
        for old in 0..=20 {
            let known = (old != 0).then(|| seen(&leaves[..old]));
            for new in old.max(1)..=20 {
                let asked = submission(&key, &leaves[..new], old);
                let decision = asked.judge(&key.verifier(), known);
                assert!(matches!(decision, Decision::Cosign(_)), "{old} to {new}: {decision:?}");
            }
        }
    }

    #[test]
    fn a_second_history_is_never_cosigned() {
        let (key, leaves) = (log_key(7), test_leaves(20));
        let mut other = leaves.clone();
        other[3] = b"another".to_vec();
        let known = Some(seen(&leaves[..10]));
        let judge = |asked: &Submission| asked.judge(&key.verifier(), known);
        // The fork with its own proof, at the same size, rolled back, and from nothing.
        assert_eq!(judge(&submission(&key, &other, 10)), Decision::Unproven);
        assert_eq!(judge(&submission(&key, &other[..10], 10)), Decision::Seen(10));
        assert_eq!(judge(&submission(&key, &leaves[..8], 8)), Decision::Seen(10));
        assert_eq!(judge(&submission(&key, &other, 0)), Decision::Seen(10));
        // Says that it goes on from more than it has.
        assert_eq!(judge(&Submission { old: 12, ..submission(&key, &leaves, 10) }), Decision::Seen(10));
        assert_eq!(judge(&Submission { old: 21, ..submission(&key, &leaves, 10) }), Decision::Malformed);
        // Any proof where none may be.
        let padded = Submission { proof: vec![[0; 32]], ..submission(&key, &leaves, 0) };
        assert_eq!(padded.judge(&key.verifier(), None), Decision::Unproven);
    }

    #[test]
    fn what_the_logs_key_has_not_signed_is_not_looked_at() {
        let (key, leaves) = (log_key(7), test_leaves(5));
        let asked = submission(&log_key(8), &leaves, 0);
        assert_eq!(asked.judge(&key.verifier(), None), Decision::Unsigned);
        let text = Submission { note: String::from("hello\n"), ..asked };
        assert_eq!(text.judge(&key.verifier(), None), Decision::Malformed);
    }

    #[test]
    fn the_size_that_a_witness_knows_is_read_strictly() {
        assert_eq!(parse_size(b"10\n"), Some(10));
        for bad in [&b"10"[..], b"", b"010\n", b"+1\n", b"1\n\n", b"\xff\n"] {
            assert_eq!(parse_size(bad), None);
        }
    }

    proptest! {
        #[test]
        fn no_bytes_make_the_reader_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            if let Some(read) = Submission::parse(&bytes) {
                let decision = read.judge(&log_key(7).verifier(), None);
                prop_assert!(!matches!(decision, Decision::Cosign(_)), "{decision:?}");
                prop_assert!(read.note.starts_with(read.origin()));
            }
            prop_assert!(parse_size(&bytes).is_none() || bytes.ends_with(b"\n"));
        }

        #[test]
        fn every_flipped_byte_of_a_submission_is_refused(at in any::<proptest::sample::Index>(), bit in 0..8) {
            let (key, leaves) = (log_key(7), test_leaves(13));
            let asked = submission(&key, &leaves, 6).encode().into_bytes();
            let mut other = asked.clone();
            other[at.index(asked.len())] ^= 1_u8 << bit;
            if let Some(read) = Submission::parse(&other) {
                let decision = read.judge(&key.verifier(), Some(seen(&leaves[..6])));
                prop_assert!(!matches!(decision, Decision::Cosign(_)), "{decision:?}");
            }
        }
    }
}
