//! Signed notes (C2SP signed-note): text, a blank line, signature lines. A log signs with one Ed25519 key, whose
//! name is the log's origin; witnesses may add lines of their own ([`super::cosignature`]), which are passed over here.

use std::fmt;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};

use crate::protocol::{hash::sha256, origin::LogOrigin};

/// The signature type of Ed25519 in key hashes and verifier keys.
const ED25519: u8 = 0x01;
/// What stands before each signature.
pub(super) const DASH: &str = "— ";
/// More signatures than any log has witnesses.
const MAX_SIGNATURES: usize = 100;
/// More than any note of a log has.
const MAX_BYTES: usize = 64 * 1024;

/// The key that signs a log's notes. Its `Debug` shows the name alone.
pub struct LogKey {
    origin: LogOrigin,
    key: SigningKey,
}

/// The public half of a log's key, with its name: what a reader must know to check the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifierKey {
    origin: LogOrigin,
    key: VerifyingKey,
}

/// Why a note is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoteError {
    /// It is not text, blank line, signatures.
    #[error("not a signed note")]
    Form,
    /// The log's key has not signed it.
    #[error("the log has not signed this note")]
    Unsigned,
    /// A signature that names the log's key does not verify.
    #[error("the signature does not verify")]
    Signature,
    /// It is signed, but its text is not what was expected.
    #[error("the text is not of the expected form")]
    Text,
}

/// The text is not a verifier key of a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not the verifier key of a log")]
pub struct NotAKey;

impl LogKey {
    /// The key of the log with this origin.
    #[must_use]
    pub fn new(origin: LogOrigin, seed: &[u8; 32]) -> Self {
        Self { origin, key: SigningKey::from_bytes(seed) }
    }

    /// The log's name.
    #[must_use]
    pub const fn origin(&self) -> &LogOrigin {
        &self.origin
    }

    /// What readers check with.
    #[must_use]
    pub fn verifier(&self) -> VerifierKey {
        VerifierKey { origin: self.origin.clone(), key: self.key.verifying_key() }
    }

    /// Signs `text`, which ends in a line feed.
    #[must_use]
    pub(super) fn sign(&self, text: &str) -> String {
        let signature = self.key.sign(text.as_bytes()).to_bytes();
        let line = STANDARD.encode([&self.verifier().hash()[..], &signature].concat());
        format!("{text}\n{DASH}{} {line}\n", self.origin)
    }
}

impl fmt::Debug for LogKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LogKey").field("origin", &self.origin).finish_non_exhaustive()
    }
}

impl VerifierKey {
    /// The log's name.
    #[must_use]
    pub const fn origin(&self) -> &LogOrigin {
        &self.origin
    }

    /// The first four bytes of H(name ‖ line feed ‖ 0x01 ‖ key).
    fn hash(&self) -> [u8; 4] {
        key_hash(self.origin.as_str(), ED25519, &self.key)
    }

    /// Reads `<name>+<hash>+<key>`.
    ///
    /// # Errors
    /// [`NotAKey`] for another name than a log's, another algorithm, or a hash that is not the key's.
    pub fn parse(text: &str) -> Result<Self, NotAKey> {
        let (origin, key) = read_key(text, ED25519).ok_or(NotAKey)?;
        Ok(Self { origin: LogOrigin::parse(origin).or(Err(NotAKey))?, key })
    }

    /// Checks a note that the log has signed, and gives its text. Lines of other keys are passed over.
    ///
    /// # Errors
    /// [`NoteError`]; never panics, whatever the bytes.
    pub fn open<'a>(&self, note: &'a [u8]) -> Result<&'a str, NoteError> {
        let (text, lines) = read_note(note)?;
        let mut is_signed = false;
        for line in lines {
            if line.name != self.origin.as_str() || line.hash != self.hash() {
                continue;
            }
            // A second line of the same key is nothing that a log writes.
            let signature: [u8; 64] = match line.signature.try_into() {
                Ok(signature) if !is_signed => signature,
                _ => return Err(NoteError::Signature),
            };
            let verified = self.key.verify_strict(text.as_bytes(), &Signature::from_bytes(&signature));
            verified.or(Err(NoteError::Signature))?;
            is_signed = true;
        }
        if is_signed { Ok(text) } else { Err(NoteError::Unsigned) }
    }
}

/// A signature line of a note, read and not verified.
pub(super) struct SignatureLine<'a> {
    /// Whose it says that it is.
    pub(super) name: &'a str,
    /// The hash of the key.
    pub(super) hash: [u8; 4],
    /// What follows the hash.
    pub(super) signature: Vec<u8>,
}

/// Takes a note apart: its text, with the last line feed, and its signature lines.
pub(super) fn read_note(note: &[u8]) -> Result<(&str, Vec<SignatureLine<'_>>), NoteError> {
    if note.len() > MAX_BYTES {
        return Err(NoteError::Form);
    }
    let note = std::str::from_utf8(note).or(Err(NoteError::Form))?;
    if note.chars().any(|character| character.is_ascii_control() && character != '\n') {
        return Err(NoteError::Form);
    }
    let end = note.rfind("\n\n").ok_or(NoteError::Form)?.saturating_add(1);
    let (text, signatures) = note.split_at(end);
    let lines = signatures.strip_prefix('\n').filter(|_| text.len() > 1).ok_or(NoteError::Form)?;
    Ok((text, read_lines(lines).ok_or(NoteError::Form)?))
}

/// Signature lines by themselves, each ended by a line feed, at least one.
pub(super) fn read_lines(lines: &str) -> Option<Vec<SignatureLine<'_>>> {
    let lines = lines.strip_suffix('\n')?.split('\n');
    let read: Option<Vec<_>> = lines.take(MAX_SIGNATURES.saturating_add(1)).map(signature_line).collect();
    read.filter(|lines| lines.len() <= MAX_SIGNATURES)
}

fn signature_line(line: &str) -> Option<SignatureLine<'_>> {
    let (name, encoded) = line.strip_prefix(DASH)?.split_once(' ')?;
    let bytes = STANDARD.decode(encoded).ok()?;
    let (hash, signature) = bytes.split_first_chunk::<4>()?;
    let line = SignatureLine { name, hash: *hash, signature: signature.to_vec() };
    (is_name(name) && !signature.is_empty()).then_some(line)
}

/// Whether a key can have this name: something, without white space and without a plus sign.
pub(super) fn is_name(name: &str) -> bool {
    !name.is_empty() && !name.chars().any(|one| one.is_whitespace() || one == '+')
}

/// The first four bytes of H(name ‖ line feed ‖ algorithm ‖ key).
pub(super) fn key_hash(name: &str, algorithm: u8, key: &VerifyingKey) -> [u8; 4] {
    let [a, b, c, d, ..] = sha256(&[name.as_bytes(), b"\n", &[algorithm], key.as_bytes()]);
    [a, b, c, d]
}

/// A verifier key, in its one spelling: `<name>+<hash>+<key>`.
pub(super) fn spell_key(name: &str, algorithm: u8, key: &VerifyingKey) -> String {
    let hash = u32::from_be_bytes(key_hash(name, algorithm, key));
    format!("{name}+{hash:08x}+{}", STANDARD.encode([&[algorithm][..], key.as_bytes()].concat()))
}

/// Reads [`spell_key`]. `None` for another spelling or algorithm, and for a weak key.
pub(super) fn read_key(text: &str, algorithm: u8) -> Option<(&str, VerifyingKey)> {
    let (name, rest) = text.split_once('+').filter(|(name, _)| is_name(name))?;
    let (_, encoded) = rest.split_once('+')?;
    let bytes = STANDARD.decode(encoded).ok()?;
    let key: &[u8; 32] = bytes.strip_prefix(&[algorithm])?.try_into().ok()?;
    let key = VerifyingKey::from_bytes(key).ok().filter(|key| !key.is_weak())?;
    (spell_key(name, algorithm, &key) == text).then_some((name, key))
}

/// Whether this is the verifier key of a log that signs with Ed25519, also of one that is no petition's.
pub(super) fn is_log_key(text: &str) -> bool {
    read_key(text, ED25519).is_some()
}

/// `<name>+<hash>+<key>`, one line.
impl fmt::Display for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&spell_key(self.origin.as_str(), ED25519, &self.key))
    }
}

#[cfg(test)]
pub(super) mod tests {
    use proptest::prelude::*;

    use super::*;

    pub fn log_key(seed: u8) -> LogKey {
        let origin = LogOrigin::parse("petition.undersigned/ljnfuws2ljnfuws2ljnfuws2li").unwrap();
        LogKey::new(origin, &[seed; 32])
    }

    #[test]
    fn key_and_note_are_as_python_makes_them() {
        // hashlib and cryptography's Ed25519PrivateKey, by the letter of signed-note.
        let key = log_key(7);
        assert_eq!(
            key.verifier().to_string(),
            "petition.undersigned/ljnfuws2ljnfuws2ljnfuws2li+42ab1d27+AepKbGPinFIKvvVQexMuxfmVR3auvr57kkIe6mkURtIs"
        );
        assert_eq!(
            key.sign("hello\n"),
            "hello\n\n— petition.undersigned/ljnfuws2ljnfuws2ljnfuws2li \
             QqsdJ04oFDq0+hjdMU2g4h4a3yYr2eCVNljhnm8sy30OadDh35G4Mm/Ap34RvsoA1hBrlVLatsPvHC7dm/BzdeXhwwU=\n"
        );
    }

    #[test]
    fn a_verifier_key_reads_back_and_no_other_spelling_does() {
        let text = log_key(7).verifier().to_string();
        assert_eq!(VerifierKey::parse(&text), Ok(log_key(7).verifier()));
        for at in 0..text.len() {
            let mut bytes = text.clone().into_bytes();
            bytes[at] ^= 1;
            let other = String::from_utf8(bytes).unwrap();
            assert_eq!(VerifierKey::parse(&other), Err(NotAKey), "{other}");
        }
        assert_eq!(VerifierKey::parse(&format!("{text}\n")), Err(NotAKey));
        assert_eq!(VerifierKey::parse(&text.to_uppercase()), Err(NotAKey));
    }

    #[test]
    fn every_flipped_byte_of_a_note_is_refused() {
        let key = log_key(7);
        let note = key.sign("one\ntwo\n").into_bytes();
        assert_eq!(key.verifier().open(&note), Ok("one\ntwo\n"));
        for at in 0..note.len() {
            for bit in 0..8 {
                let mut other = note.clone();
                other[at] ^= 1 << bit;
                assert!(key.verifier().open(&other).is_err(), "byte {at}, bit {bit}");
            }
        }
    }

    #[test]
    fn a_note_of_another_key_or_log_is_not_ours() {
        let note = log_key(8).sign("one\n");
        assert_eq!(log_key(7).verifier().open(note.as_bytes()), Err(NoteError::Unsigned));
    }

    #[test]
    fn witnesses_may_sign_too_and_nobody_may_sign_twice() {
        let key = log_key(7);
        let ours = key.sign("one\n");
        let (_, line) = ours.split_once("\n\n").unwrap();
        let witnessed = format!("{ours}— witness.example/w AAAAAQAAAAAA\n");
        assert_eq!(key.verifier().open(witnessed.as_bytes()), Ok("one\n"));
        let twice = format!("{ours}{line}");
        assert_eq!(key.verifier().open(twice.as_bytes()), Err(NoteError::Signature));
    }

    #[test]
    fn what_is_no_note_is_refused() {
        let key = log_key(7);
        let (text, line) = (String::from("one\n"), "— witness.example/w AAAAAQAAAAAA\n");
        for bad in [
            String::new(),
            String::from("\n\n"),
            text.clone(),
            format!("{text}\n"),
            format!("\n{line}"),
            format!("\n\n{line}"),
            format!("one\r\n\n{line}"),
            format!("{text}\n{}", line.trim_end()),
            format!("{text}\n- witness.example/w AAAAAQAAAAAA\n"),
            format!("{text}\n— wit+ness AAAAAQAAAAAA\n"),
            format!("{text}\n— w AAAA\n"),
            format!("{text}\n— w AAAAAQAAAAAA=\n"),
            format!("{text}\n{}", line.repeat(101)),
        ] {
            assert_eq!(key.verifier().open(bad.as_bytes()), Err(NoteError::Form), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn no_bytes_make_the_reader_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            prop_assert!(log_key(7).verifier().open(&bytes).is_err());
        }
    }
}
