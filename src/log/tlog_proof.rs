//! Proofs to keep (C2SP tlog-proof): the place of an entry, its inclusion proof, and the checkpoint that this leads to,
//! as one text that can be checked without a network and without this program.

use base64::{Engine as _, engine::general_purpose::STANDARD};

use super::{
    checkpoint::Checkpoint,
    note::VerifierKey,
    proof::includes,
    tiles::decimal,
    tree::{Hash, hash_leaf},
};

/// What such a text begins with.
const FIRST_LINE: &str = "c2sp.org/tlog-proof@v1";
/// No tree is higher.
const MAX_PATH: usize = 64;

/// That an entry is in a log, as it was told by one checkpoint. Nothing in it is believed before [`Self::verify`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogProof {
    /// The entry's place, from 0.
    pub index: u64,
    /// Its inclusion proof, from the leaf's sibling up.
    pub path: Vec<Hash>,
    /// The checkpoint as signed, cosignatures and all.
    pub note: String,
}

/// Why a proof shows nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LogProofError {
    /// What begins like a proof does not go on like one.
    #[error("not a whole proof")]
    Form,
    /// Its checkpoint is not one that this log has signed.
    #[error("the log has not signed this checkpoint")]
    Checkpoint,
    /// The entry is not where it says.
    #[error("the entry is not in the log of this checkpoint")]
    Entry,
}

impl LogProof {
    /// The text, every line ended by a line feed.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut text = format!("{FIRST_LINE}\nindex {}\n", self.index);
        for hash in &self.path {
            text.extend([STANDARD.encode(hash).as_str(), "\n"]);
        }
        text.extend(["\n", &self.note]);
        text
    }

    /// The proof in a text that may hold other lines too: white space at the ends of lines is passed over, and what
    /// stands before and after. `None` where nothing begins like one.
    ///
    /// # Errors
    /// [`LogProofError::Form`]; never panics, whatever the text.
    pub fn find(text: &str) -> Result<Option<Self>, LogProofError> {
        let mut lines = text.lines().map(str::trim).skip_while(|line| *line != FIRST_LINE);
        if lines.next().is_none() {
            return Ok(None);
        }
        Self::read(lines).map(Some).ok_or(LogProofError::Form)
    }

    fn read<'a>(mut lines: impl Iterator<Item = &'a str>) -> Option<Self> {
        let mut line = lines.next()?;
        if line.starts_with("extra ") {
            line = lines.next()?;
        }
        let index = decimal(line.strip_prefix("index ")?)?;
        let mut path = Vec::new();
        loop {
            match lines.next()? {
                "" => break,
                _ if path.len() == MAX_PATH => return None,
                line => path.push(STANDARD.decode(line).ok()?.try_into().ok()?),
            }
        }
        let mut note = String::new();
        for line in lines.by_ref().take_while(|line| !line.is_empty()) {
            note.extend([line, "\n"]);
        }
        note.push('\n');
        let signatures: Vec<&str> = lines.take_while(|line| line.starts_with("— ")).collect();
        for line in &signatures {
            note.extend([*line, "\n"]);
        }
        (!signatures.is_empty()).then_some(Self { index, path, note })
    }

    /// The checkpoint, if the log with this key has signed it.
    ///
    /// # Errors
    /// [`LogProofError::Checkpoint`].
    pub fn checkpoint(&self, key: &VerifierKey) -> Result<Checkpoint, LogProofError> {
        Checkpoint::verify(self.note.as_bytes(), key).or(Err(LogProofError::Checkpoint))
    }

    /// Whether `leaf` is the entry that it says, in the log with this key as its checkpoint tells of it.
    ///
    /// # Errors
    /// [`LogProofError::Checkpoint`], [`LogProofError::Entry`].
    pub fn verify(&self, key: &VerifierKey, leaf: &[u8]) -> Result<Checkpoint, LogProofError> {
        let checkpoint = self.checkpoint(key)?;
        let hash = hash_leaf(leaf);
        if includes(self.index, checkpoint.size, &hash, &self.path, &checkpoint.root) {
            Ok(checkpoint)
        } else {
            Err(LogProofError::Entry)
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::log::{
        note::tests::log_key,
        proof::{FromLeaves, inclusion, root},
        test_leaves,
    };

    fn proof(index: usize, size: usize) -> (LogProof, Vec<u8>) {
        let leaves = test_leaves(size);
        let hashes: Vec<Hash> = leaves.iter().map(|leaf| hash_leaf(leaf)).collect();
        let (place, count) = (u64::try_from(index).unwrap(), u64::try_from(size).unwrap());
        let path = inclusion(&mut FromLeaves(&hashes), place, count).unwrap();
        let note = Checkpoint::sign(&log_key(7), count, root(&mut FromLeaves(&hashes), count).unwrap());
        (LogProof { index: place, path, note }, leaves[index].clone())
    }

    #[test]
    fn a_proof_is_the_text_that_c2sp_writes_down() {
        let (proof, _) = proof(4, 5);
        let text = proof.to_text();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[..2], ["c2sp.org/tlog-proof@v1", "index 4"]);
        assert_eq!((lines[2].len(), lines[3], lines[5]), (44, "", "5"));
        assert!(lines[4].starts_with("petition.undersigned/") && lines[7].is_empty());
        assert!(lines[8].starts_with("— petition.undersigned/") && text.ends_with('\n'));
    }

    #[test]
    fn every_entry_of_every_small_log_is_proved_and_no_other() {
        for size in [1, 2, 3, 5, 8, 255, 257] {
            for index in (0..size).step_by(if size > 8 { 37 } else { 1 }) {
                let (proof, leaf) = proof(index, size);
                assert_eq!(LogProof::find(&proof.to_text()), Ok(Some(proof.clone())));
                let key = log_key(7).verifier();
                assert_eq!(proof.verify(&key, &leaf).unwrap().size, u64::try_from(size).unwrap());
                assert_eq!(proof.verify(&key, b"another"), Err(LogProofError::Entry));
                let moved = LogProof { index: proof.index + 1, ..proof.clone() };
                assert_eq!(moved.verify(&key, &leaf), Err(LogProofError::Entry));
                let other = log_key(8).verifier();
                assert_eq!(proof.verify(&other, &leaf), Err(LogProofError::Checkpoint));
            }
        }
    }

    #[test]
    fn it_is_found_among_other_lines_however_they_end() {
        let (proof, _) = proof(2, 5);
        let text = proof.to_text();
        let witnessed = format!("{text}— witness.example/w AAAAAQAAAAAA\n");
        let found =
            LogProof::find(&format!("My receipt\r\n\r\n{}\r\nkeep it", witnessed.replace('\n', " \r\n")));
        assert_eq!(found.unwrap().unwrap().note, format!("{}— witness.example/w AAAAAQAAAAAA\n", proof.note));
        let extra = text.replace("\nindex", "\nextra YWdl\nindex");
        assert_eq!(LogProof::find(&extra), Ok(Some(proof)));
        assert_eq!(LogProof::find("nothing of it"), Ok(None));
    }

    #[test]
    fn what_is_cut_off_or_bent_is_no_proof() {
        let (proof, _) = proof(2, 5);
        let text = proof.to_text();
        for end in text.lines().map(|line| text.find(line).unwrap()).skip(1).filter(|end| *end > 0) {
            assert_eq!(LogProof::find(&text[..end]), Err(LogProofError::Form), "{}", &text[..end]);
        }
        for (from, to) in
            [("index 2", "index 02"), ("index 2", "index -2"), ("index 2", "place 2"), ("=\n", "\n")]
        {
            assert_eq!(LogProof::find(&text.replacen(from, to, 1)), Err(LogProofError::Form), "{to}");
        }
        let hash = STANDARD.encode([0; 32]);
        let high = text.replace("index 2\n", &format!("index 2\n{}", format!("{hash}\n").repeat(65)));
        assert_eq!(LogProof::find(&high), Err(LogProofError::Form));
    }

    proptest! {
        #[test]
        fn no_text_makes_the_reader_panic(rest in "(.{0,40}\n){0,9}") {
            let _ignored = LogProof::find(&format!("{FIRST_LINE}\nindex 1\n{rest}"));
        }
    }
}
