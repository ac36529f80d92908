//! Cosignatures (C2SP tlog-cosignature, version 1, Ed25519): a witness says that of this log it has seen no other
//! history, and at what time it said so. It signs the same text as the log, under a header of its own.

use std::{collections::BTreeMap, fmt};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};

use super::note::{DASH, SignatureLine, is_name, key_hash, read_key, read_lines, read_note, spell_key};
use crate::domain::time::Timestamp;

/// The signature type of these cosignatures in key hashes and verifier keys.
const COSIGNATURE: u8 = 0x04;
/// Seconds (8 bytes, big-endian), then the signature.
const BYTES: usize = 8 + 64;

/// The key with which a witness cosigns. Its `Debug` shows the name alone.
pub struct Cosigner {
    name: String,
    key: SigningKey,
}

/// The public half of a witness's key, with its name: what a reader must know to check cosignatures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WitnessKey {
    name: String,
    key: VerifyingKey,
}

/// The text is not the verifier key of a witness.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not the verifier key of a witness")]
pub struct NotAWitness;

/// A cosignature that was verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cosignature {
    /// When the witness says that it was made.
    pub time: Timestamp,
    /// The signature line, with its line feed.
    pub line: String,
}

/// A line that has the form of a cosignature, whoever made it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claimed {
    /// The name in it.
    pub name: String,
    /// The first bytes of a hash of name and key.
    pub key_hash: [u8; 4],
    /// The time in it.
    pub time: Timestamp,
}

/// What is signed.
fn message(body: &str, secs: u64) -> String {
    format!("cosignature/v1\ntime {secs}\n{body}")
}

impl Cosigner {
    /// The key of the witness with this name.
    ///
    /// # Errors
    /// [`NotAWitness`] for an empty name, white space, a plus sign, or control characters in it.
    pub fn new(name: &str, seed: &[u8; 32]) -> Result<Self, NotAWitness> {
        let is_fit = is_name(name) && !name.chars().any(char::is_control);
        let key = SigningKey::from_bytes(seed);
        if is_fit { Ok(Self { name: name.to_owned(), key }) } else { Err(NotAWitness) }
    }

    /// What readers check with.
    #[must_use]
    pub fn verifier(&self) -> WitnessKey {
        WitnessKey { name: self.name.clone(), key: self.key.verifying_key() }
    }

    /// The signature line for a checkpoint with this text, with its line feed.
    #[must_use]
    pub fn cosign(&self, body: &str, now: Timestamp) -> String {
        let secs = u64::try_from(now.secs()).unwrap_or_default();
        let signature = self.key.sign(message(body, secs).as_bytes()).to_bytes();
        let bytes = [&self.verifier().hash()[..], &secs.to_be_bytes(), &signature].concat();
        format!("{DASH}{} {}\n", self.name, STANDARD.encode(bytes))
    }
}

impl fmt::Debug for Cosigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cosigner").field("name", &self.name).finish_non_exhaustive()
    }
}

impl WitnessKey {
    /// The witness's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether the keys are the same, whatever the names: then the two are one witness.
    #[must_use]
    pub fn is_same_key(&self, other: &Self) -> bool {
        self.key == other.key
    }

    fn hash(&self) -> [u8; 4] {
        key_hash(&self.name, COSIGNATURE, &self.key)
    }

    /// Reads `<name>+<hash>+<key>`.
    ///
    /// # Errors
    /// [`NotAWitness`] for another algorithm, a weak key, another spelling, or a hash that is not the key's.
    pub fn parse(text: &str) -> Result<Self, NotAWitness> {
        let (name, key) = read_key(text, COSIGNATURE).ok_or(NotAWitness)?;
        if name.chars().any(char::is_control) {
            return Err(NotAWitness);
        }
        Ok(Self { name: name.to_owned(), key })
    }

    /// This witness's cosignature on a note, the newest where there are several. `None` where there is none that
    /// verifies, and where the bytes are no note.
    #[must_use]
    pub fn find_on(&self, note: &[u8]) -> Option<Cosignature> {
        let (body, lines) = read_note(note).ok()?;
        self.find(body, &lines)
    }

    /// The same in what a witness answered: signature lines for a checkpoint with this text.
    #[must_use]
    pub fn find_in(&self, body: &str, answer: &[u8]) -> Option<Cosignature> {
        self.find(body, &read_lines(std::str::from_utf8(answer).ok()?)?)
    }

    fn find(&self, body: &str, lines: &[SignatureLine<'_>]) -> Option<Cosignature> {
        let own = lines.iter().filter(|line| line.name == self.name && line.hash == self.hash());
        own.filter_map(|line| self.verify(body, line)).max_by_key(|cosignature| cosignature.time)
    }

    fn verify(&self, body: &str, line: &SignatureLine<'_>) -> Option<Cosignature> {
        let (time, signature) = take_apart(&line.signature)?;
        let secs = u64::try_from(time.secs()).ok()?;
        let signature = Signature::from_bytes(&signature);
        self.key.verify_strict(message(body, secs).as_bytes(), &signature).ok()?;
        let bytes = [&line.hash[..], &line.signature].concat();
        Some(Cosignature { time, line: format!("{DASH}{} {}\n", self.name, STANDARD.encode(bytes)) })
    }
}

/// `<name>+<hash>+<key>`, one line.
impl fmt::Display for WitnessKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&spell_key(&self.name, COSIGNATURE, &self.key))
    }
}

/// Time and signature. The time is below 2^63.
fn take_apart(bytes: &[u8]) -> Option<(Timestamp, [u8; 64])> {
    let bytes: &[u8; BYTES] = bytes.try_into().ok()?;
    let (secs, signature) = bytes.split_first_chunk::<8>()?;
    let secs = i64::try_from(u64::from_be_bytes(*secs)).ok()?;
    Some((Timestamp::from_secs(secs), signature.try_into().ok()?))
}

/// The lines of a note that have the form of a cosignature: none of them is verified. The newest of each name and key.
#[must_use]
pub fn claimed_on(note: &[u8]) -> Vec<Claimed> {
    let Ok((_, lines)) = read_note(note) else { return Vec::new() };
    let mut newest: BTreeMap<(&str, [u8; 4]), Timestamp> = BTreeMap::new();
    for line in &lines {
        if let Some((time, _)) = take_apart(&line.signature) {
            let kept = newest.entry((line.name, line.hash)).or_insert(time);
            *kept = time.max(*kept);
        }
    }
    let claimed = |((name, key_hash), time): ((&str, [u8; 4]), Timestamp)| Claimed {
        name: name.to_owned(),
        key_hash,
        time,
    };
    newest.into_iter().map(claimed).collect()
}

/// The note with signature lines added, each ended by a line feed.
#[must_use]
pub fn with_lines<'a>(note: &str, lines: impl IntoIterator<Item = &'a str>) -> String {
    let mut whole = note.to_owned();
    whole.extend(lines);
    whole
}

#[cfg(test)]
pub(super) mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::log::{checkpoint::Checkpoint, note::tests::log_key};

    pub fn cosigner(seed: u8) -> Cosigner {
        Cosigner::new("witness.example/w1", &[seed; 32]).unwrap()
    }

    fn noon() -> Timestamp {
        Timestamp::from_secs(1_780_488_000)
    }

    const BODY: &str = "petition.undersigned/ljnfuws2ljnfuws2ljnfuws2li\n300\n\
                        //////////////////////////////////////////8=\n";

    #[test]
    fn key_and_cosignature_are_as_python_makes_them() {
        // hashlib and cryptography's Ed25519PrivateKey, by the letter of tlog-cosignature.
        let witness = cosigner(9);
        assert_eq!(
            witness.verifier().to_string(),
            "witness.example/w1+24b5d9fe+BP0XJDhaoMdbZPt4zWAvodmR/ev3axPFjtcC6sg16fYY"
        );
        assert_eq!(
            witness.cosign(BODY, noon()),
            "— witness.example/w1 JLXZ/gAAAABqIBdAoCf+nK0COmvDzNxgGrNFXYsyHXaB2whs8p4hfz6/vMguxKYOJH0786mhsiUpYSP0gFZpHzuQEC+yrkHBimhkBQ==\n"
        );
    }

    #[test]
    fn a_cosignature_is_found_on_the_note_that_it_was_made_for_and_on_no_other() {
        let (log, witness) = (log_key(7), cosigner(9));
        let note = Checkpoint::sign(&log, 300, [0xff; 32]);
        let line = witness.cosign(BODY, noon());
        let cosigned = with_lines(&note, [line.as_str()]);
        let found = witness.verifier().find_on(cosigned.as_bytes()).unwrap();
        assert_eq!(found, Cosignature { time: noon(), line: line.clone() });
        Checkpoint::verify(cosigned.as_bytes(), &log.verifier()).unwrap();
        assert_eq!(
            claimed_on(cosigned.as_bytes()),
            [Claimed {
                name: String::from("witness.example/w1"),
                key_hash: witness.verifier().hash(),
                time: noon()
            }]
        );
        let other = with_lines(&Checkpoint::sign(&log, 301, [0xff; 32]), [line.as_str()]);
        assert_eq!(witness.verifier().find_on(other.as_bytes()), None);
        assert_eq!(cosigner(8).verifier().find_on(cosigned.as_bytes()), None);
        assert_eq!(witness.verifier().find_on(note.as_bytes()), None);
    }

    #[test]
    fn every_flipped_byte_of_a_cosignature_is_refused() {
        let witness = cosigner(9);
        let line = witness.cosign(BODY, noon()).into_bytes();
        assert!(witness.verifier().find_in(BODY, &line).is_some());
        for at in 0..line.len() {
            for bit in 0..8 {
                let mut other = line.clone();
                other[at] ^= 1 << bit;
                assert_eq!(witness.verifier().find_in(BODY, &other), None, "byte {at}, bit {bit}");
            }
        }
    }

    #[test]
    fn of_several_cosignatures_the_newest_counts_and_a_later_time_cannot_be_written_into_one() {
        let witness = cosigner(9);
        let (first, second) = (witness.cosign(BODY, noon()), witness.cosign(BODY, noon().plus_secs(60)));
        let both = format!("{second}{first}");
        assert_eq!(witness.verifier().find_in(BODY, both.as_bytes()).unwrap().time, noon().plus_secs(60));
        let (_, encoded) = first.trim_end().rsplit_once(' ').unwrap();
        let mut bytes = STANDARD.decode(encoded).unwrap();
        bytes[11] += 1;
        let later = format!("— witness.example/w1 {}\n", STANDARD.encode(&bytes));
        assert_eq!(witness.verifier().find_in(BODY, later.as_bytes()), None);
        // Not even a note with a time that no clock shows makes a reader stumble.
        bytes[4] = 0xff;
        let never = format!("— witness.example/w1 {}\n", STANDARD.encode(&bytes));
        assert_eq!(witness.verifier().find_in(BODY, never.as_bytes()), None);
        assert_eq!(claimed_on(format!("{BODY}\n{never}").as_bytes()), []);
    }

    #[test]
    fn a_verifier_key_reads_back_and_no_other_spelling_does() {
        let text = cosigner(9).verifier().to_string();
        assert_eq!(WitnessKey::parse(&text), Ok(cosigner(9).verifier()));
        for at in 0..text.len() {
            let mut bytes = text.clone().into_bytes();
            bytes[at] ^= 1;
            let other = String::from_utf8(bytes).unwrap();
            assert_eq!(WitnessKey::parse(&other), Err(NotAWitness), "{other}");
        }
        // A log's key is none, and the other way round.
        assert_eq!(WitnessKey::parse(&log_key(7).verifier().to_string()), Err(NotAWitness));
        assert!(crate::log::note::VerifierKey::parse(&text).is_err());
        for name in ["", "a b", "a+b", "a\nb", "a\u{7}b"] {
            assert!(Cosigner::new(name, &[1; 32]).is_err(), "{name:?}");
        }
    }

    #[test]
    fn a_cosigner_shows_its_name_alone() {
        assert_eq!(format!("{:?}", cosigner(9)), "Cosigner { name: \"witness.example/w1\", .. }");
    }

    proptest! {
        #[test]
        fn no_bytes_make_the_reader_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            prop_assert!(cosigner(9).verifier().find_on(&bytes).is_none());
            prop_assert!(cosigner(9).verifier().find_in(BODY, &bytes).is_none());
            prop_assert!(claimed_on(&bytes).is_empty() || bytes.len() > 100);
        }
    }
}
