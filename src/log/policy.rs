//! Trust policies (C2SP tlog-policy): which witnesses a reader trusts, and how many of them must have cosigned a
//! checkpoint. The reader chooses it; no site has a say in it.

use std::collections::HashMap;

use super::{cosignature::WitnessKey, note::is_log_key};

/// More lines than any policy has.
const MAX_LINES: usize = 10_000;
/// The name that a quorum without witnesses goes by.
const NONE: &str = "none";

/// What a reader asks of a checkpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    logs: Vec<String>,
    witnesses: Vec<WitnessKey>,
    /// Witnesses and groups, in the order of the file: a group holds places before its own.
    rules: Vec<Rule>,
    quorum: Quorum,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Quorum {
    /// Nobody need have cosigned.
    Nobody,
    /// A place in `rules`.
    Rule(usize),
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Rule {
    /// A place in `witnesses`.
    Witness(usize),
    /// So many of these must hold.
    Group { least: usize, members: Vec<usize> },
}

/// What is wrong with a policy file, and in which line, counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {why}")]
pub struct PolicyError {
    /// Which line.
    pub line: usize,
    /// What is wrong.
    pub why: PolicyMistake,
}

/// A mistake in a policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PolicyMistake {
    /// Bytes that no policy has, or too many lines.
    #[error("not text as a policy has it: no control characters but tabs and line feeds")]
    Text,
    /// None of the four kinds of line.
    #[error("begins with none of log, witness, group, quorum")]
    Kind,
    /// Too few or too many words.
    #[error("has too few or too many words")]
    Words,
    /// Not the verifier key of a log.
    #[error("no verifier key of a log with an Ed25519 key")]
    LogKey,
    /// Not the verifier key of a witness.
    #[error("no verifier key of a witness with an Ed25519 cosignature key (type 0x04)")]
    WitnessKey,
    /// A key that stands in a line before.
    #[error("this key stands in the policy already")]
    KeyTwice,
    /// A name that is given already, or must not be.
    #[error("this name is taken")]
    NameTaken,
    /// A name that no line before defines.
    #[error("a name that no line before defines")]
    Unknown,
    /// A name that is a member of a group already.
    #[error("a name that is a member already")]
    MemberTwice,
    /// A threshold below one or above the number of members.
    #[error("how many of the members: all, any, or a number from 1 to how many there are")]
    Threshold,
    /// A second quorum.
    #[error("a policy has one quorum")]
    QuorumTwice,
    /// No quorum.
    #[error("the policy ends without a quorum")]
    NoQuorum,
}

/// What was read so far.
#[derive(Default)]
struct Reading<'a> {
    logs: Vec<String>,
    witnesses: Vec<WitnessKey>,
    rules: Vec<Rule>,
    names: HashMap<&'a [u8], usize>,
    members: Vec<usize>,
    quorum: Option<Quorum>,
}

impl Policy {
    /// Reads a policy file. Names are bytes: whatever is not ASCII is taken as it is.
    ///
    /// # Errors
    /// The first [`PolicyError`]; never panics, whatever the bytes.
    pub fn parse(file: &[u8]) -> Result<Self, PolicyError> {
        let mut reading = Reading::default();
        let mut line = 0_usize;
        for text in file.split(|byte| *byte == b'\n') {
            line = line.saturating_add(1);
            let is_text =
                text.iter().all(|byte| *byte == b'\t' || (0x20..=0xff).contains(byte) && *byte != 0x7f);
            let taken =
                if is_text && line <= MAX_LINES { reading.take(text) } else { Err(PolicyMistake::Text) };
            taken.map_err(|why| PolicyError { line, why })?;
        }
        let quorum = reading.quorum.ok_or(PolicyError { line, why: PolicyMistake::NoQuorum })?;
        Ok(Self { logs: reading.logs, witnesses: reading.witnesses, rules: reading.rules, quorum })
    }

    /// The witnesses that it names, in the order of the file.
    #[must_use]
    pub fn witnesses(&self) -> &[WitnessKey] {
        &self.witnesses
    }

    /// Whether it is about this log: it names it, or no log at all.
    #[must_use]
    pub fn is_about(&self, verifier_key: &str) -> bool {
        self.logs.is_empty() || self.logs.iter().any(|log| log == verifier_key)
    }

    /// Whether these witnesses having cosigned is enough.
    #[must_use]
    pub fn is_satisfied(&self, has_cosigned: impl Fn(&WitnessKey) -> bool) -> bool {
        let mut holds: Vec<bool> = Vec::with_capacity(self.rules.len());
        for rule in &self.rules {
            let held = |place: &usize| holds.get(*place).copied().unwrap_or(false);
            let this = match rule {
                Rule::Witness(place) => self.witnesses.get(*place).is_some_and(&has_cosigned),
                Rule::Group { least, members } => {
                    members.iter().filter(|member| held(member)).count() >= *least
                }
            };
            holds.push(this);
        }
        match self.quorum {
            Quorum::Nobody => true,
            Quorum::Rule(place) => holds.get(place).copied().unwrap_or(false),
        }
    }
}

impl<'a> Reading<'a> {
    fn take(&mut self, line: &'a [u8]) -> Result<(), PolicyMistake> {
        let mut words = line.split(|byte| matches!(byte, b' ' | b'\t')).filter(|word| !word.is_empty());
        let Some(kind) = words.next().filter(|word| !word.starts_with(b"#")) else { return Ok(()) };
        let words: Vec<&[u8]> = words.collect();
        match (kind, words.as_slice()) {
            (b"log", [key] | [key, _]) => self.log(key),
            (b"witness", [name, key] | [name, key, _]) => self.witness(name, key),
            (b"group", [name, least, members @ ..]) if !members.is_empty() => {
                self.group(name, least, members)
            }
            (b"quorum", [name]) => self.quorum(name),
            (b"log" | b"witness" | b"group" | b"quorum", _) => Err(PolicyMistake::Words),
            _ => Err(PolicyMistake::Kind),
        }
    }

    fn log(&mut self, key: &[u8]) -> Result<(), PolicyMistake> {
        let key = std::str::from_utf8(key).ok().filter(|key| is_log_key(key)).ok_or(PolicyMistake::LogKey)?;
        // The name is another, the key is the same: also a key that stands there already.
        let material = |text: &str| text.rsplit_once('+').map(|(_, key)| key.to_owned());
        if self.logs.iter().any(|known| material(known) == material(key)) {
            return Err(PolicyMistake::KeyTwice);
        }
        self.logs.push(key.to_owned());
        Ok(())
    }

    fn witness(&mut self, name: &'a [u8], key: &[u8]) -> Result<(), PolicyMistake> {
        let key = std::str::from_utf8(key).ok().and_then(|key| WitnessKey::parse(key).ok());
        let key = key.ok_or(PolicyMistake::WitnessKey)?;
        if self.witnesses.iter().any(|known| known.is_same_key(&key)) {
            return Err(PolicyMistake::KeyTwice);
        }
        let place = self.witnesses.len();
        self.define(name, Rule::Witness(place))?;
        self.witnesses.push(key);
        Ok(())
    }

    fn group(&mut self, name: &'a [u8], least: &[u8], words: &[&[u8]]) -> Result<(), PolicyMistake> {
        let mut members = Vec::new();
        for word in words {
            let place = *self.names.get(word).ok_or(PolicyMistake::Unknown)?;
            if self.members.contains(&place) {
                return Err(PolicyMistake::MemberTwice);
            }
            self.members.push(place);
            members.push(place);
        }
        let least = match least {
            b"all" => members.len(),
            b"any" => 1,
            number => decimal(number).ok_or(PolicyMistake::Threshold)?,
        };
        if least == 0 || least > members.len() {
            return Err(PolicyMistake::Threshold);
        }
        self.define(name, Rule::Group { least, members })
    }

    fn define(&mut self, name: &'a [u8], rule: Rule) -> Result<(), PolicyMistake> {
        if name == NONE.as_bytes() || self.names.contains_key(name) {
            return Err(PolicyMistake::NameTaken);
        }
        self.names.insert(name, self.rules.len());
        self.rules.push(rule);
        Ok(())
    }

    fn quorum(&mut self, name: &[u8]) -> Result<(), PolicyMistake> {
        if self.quorum.is_some() {
            return Err(PolicyMistake::QuorumTwice);
        }
        self.quorum = Some(if name == NONE.as_bytes() {
            Quorum::Nobody
        } else {
            Quorum::Rule(*self.names.get(name).ok_or(PolicyMistake::Unknown)?)
        });
        Ok(())
    }
}

fn decimal(text: &[u8]) -> Option<usize> {
    let text = std::str::from_utf8(text).ok()?;
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())?
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::log::{cosignature::tests::cosigner, note::tests::log_key};

    fn key(seed: u8) -> String {
        cosigner(seed).verifier().to_string()
    }

    /// The example of the specification, with keys of our own.
    fn example() -> String {
        let text = format!("# who watches\nlog {}\n\n", log_key(7).verifier());
        let witnesses = (1..).zip(["X1", "X2", "X3", "Y1", "Y2", "Y3"]);
        let text = witnesses.fold(text, |text, (number, name)| {
            format!("{text}\twitness {name}  {} https://witness.example/{name}\n", key(number))
        });
        text + "group X-witnesses 2 X1 X2 X3\ngroup Y-witnesses any Y1 Y2 Y3\n\
                group X-and-Y all X-witnesses Y-witnesses\nquorum X-and-Y\n"
    }

    fn holds(policy: &Policy, cosigned: &[u8]) -> bool {
        let cosigned: Vec<WitnessKey> = cosigned.iter().map(|seed| cosigner(*seed).verifier()).collect();
        policy.is_satisfied(|witness| cosigned.contains(witness))
    }

    #[test]
    fn the_example_of_the_specification_asks_for_two_of_one_house_and_one_of_the_other() {
        let policy = Policy::parse(example().as_bytes()).unwrap();
        assert_eq!(policy.witnesses().len(), 6);
        for (cosigned, is_enough) in [
            (&[1, 2, 4][..], true),
            (&[2, 3, 6], true),
            (&[1, 2, 3, 4, 5, 6], true),
            (&[1, 2, 3], false),
            (&[1, 4, 5, 6], false),
            (&[7, 8, 9], false),
            (&[], false),
        ] {
            assert_eq!(holds(&policy, cosigned), is_enough, "{cosigned:?}");
        }
        assert!(policy.is_about(&log_key(7).verifier().to_string()));
        assert!(!policy.is_about(&log_key(8).verifier().to_string()));
    }

    #[test]
    fn a_quorum_of_none_asks_for_nothing_and_a_single_witness_for_itself() {
        let none = Policy::parse(b"quorum none").unwrap();
        assert!(holds(&none, &[]) && none.is_about("any log"));
        let one = Policy::parse(format!("witness W {}\nquorum W\n", key(1)).as_bytes()).unwrap();
        assert!(holds(&one, &[1]) && !holds(&one, &[2]));
    }

    #[test]
    fn mistakes_are_told_with_their_line() {
        let (one, two, log) = (key(1), key(2), log_key(7).verifier().to_string());
        let renamed = crate::log::cosignature::Cosigner::new("other.example", &[1; 32]).unwrap().verifier();
        for (text, line, why) in [
            (String::new(), 1, PolicyMistake::NoQuorum),
            (format!("witness W {one}\n"), 2, PolicyMistake::NoQuorum),
            (String::from("quorum none\r\n"), 1, PolicyMistake::Text),
            (String::from("quorum none\nwitnesses W\n"), 2, PolicyMistake::Kind),
            (String::from("quorum\n"), 1, PolicyMistake::Words),
            (format!("log {log} https://a.example b\n"), 1, PolicyMistake::Words),
            (format!("log {one}\n"), 1, PolicyMistake::LogKey),
            (format!("log {log}\nlog {log}\n"), 2, PolicyMistake::KeyTwice),
            (format!("witness W {log}\n"), 1, PolicyMistake::WitnessKey),
            (format!("witness W {one}\nwitness V {renamed}\n"), 2, PolicyMistake::KeyTwice),
            (format!("witness W {one}\nwitness W {two}\n"), 2, PolicyMistake::NameTaken),
            (format!("witness none {one}\n"), 1, PolicyMistake::NameTaken),
            (String::from("group G any W\n"), 1, PolicyMistake::Unknown),
            (format!("witness W {one}\ngroup G any G\n"), 2, PolicyMistake::Unknown),
            (format!("witness W {one}\ngroup G 2 W\n"), 2, PolicyMistake::Threshold),
            (format!("witness W {one}\ngroup G 0 W\n"), 2, PolicyMistake::Threshold),
            (format!("witness W {one}\ngroup G +1 W\n"), 2, PolicyMistake::Threshold),
            (format!("witness W {one}\ngroup G 1\n"), 2, PolicyMistake::Words),
            (format!("witness W {one}\ngroup G any W W\n"), 2, PolicyMistake::MemberTwice),
            (format!("witness W {one}\ngroup G any W\ngroup H any W\n"), 3, PolicyMistake::MemberTwice),
            (String::from("quorum none\nquorum none\n"), 2, PolicyMistake::QuorumTwice),
            (String::from("quorum W\n"), 1, PolicyMistake::Unknown),
        ] {
            assert_eq!(Policy::parse(text.as_bytes()), Err(PolicyError { line, why }), "{text}");
        }
    }

    #[test]
    fn names_are_bytes_and_nothing_is_folded() {
        let text = [b"witness \xe2\x84\xaa ", key(1).as_bytes(), b"\nquorum K\n"].concat();
        let error = Policy::parse(&text).unwrap_err();
        assert_eq!(error.to_string(), "line 2: a name that no line before defines");
    }

    proptest! {
        #[test]
        fn no_bytes_make_the_reader_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            assert!(Policy::parse(&bytes).is_err() || !bytes.is_empty());
        }

        #[test]
        fn no_lines_make_the_reader_panic(text in "((log|witness|group|quorum|#|none|any|2|W)[ \t\n]){0,30}") {
            if let Ok(policy) = Policy::parse(text.as_bytes()) {
                prop_assert!(policy.is_satisfied(|_| true));
            }
        }
    }
}
