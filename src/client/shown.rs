//! What a site shows beside its log: names (openings) and numbers. Read as they come, and no more of either than the
//! log has entries.

use std::{
    cell::Cell,
    fmt,
    io::{self, BufReader, Read},
    rc::Rc,
};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{
    Deserialize, Deserializer as _,
    de::{Error as _, SeqAccess, Visitor},
};

use crate::{
    client::{
        bounds::{NUMBERS_MAX_BYTES, OPENING_MAX_BYTES},
        failure::{Failure, Untrusted},
        source::{Source, lost, whole},
    },
    log::audit::{Auditor, Opened},
};

#[derive(Deserialize)]
struct OpeningWire {
    index: u64,
    salt: String,
    extension: String,
}

/// Each opening is hashed and forgotten as it comes: names never pile up here. `None` where none are served.
pub(super) fn openings(
    source: &dyn Source,
    auditor: &Auditor,
    entries: u64,
) -> Result<Option<Vec<Opened>>, Failure> {
    let Some(body) = source.open("openings.json")? else { return Ok(None) };
    let metered = Metered::new(body);
    let allowance = Rc::clone(&metered.allowance);
    let mut json = serde_json::Deserializer::from_reader(BufReader::new(metered));
    let read = json
        .deserialize_seq(Openings { auditor, entries, allowance: &allowance })
        .and_then(|openings| json.end().map(|()| openings));
    match read {
        Ok(openings) => Ok(Some(openings)),
        Err(_) if allowance.get() == 0 => Err(Untrusted::TooMuch.into()),
        Err(error) if error.is_io() => Err(lost(error.into())),
        Err(_) => Err(Untrusted::Answer.into()),
    }
}

/// Lets through what one opening can be, until it is told that another begins. (A buffer may read that much ahead.)
struct Metered {
    body: Box<dyn Read>,
    allowance: Rc<Cell<u64>>,
}

/// An opening, and what the buffer before it reads ahead.
const ALLOWANCE_BYTES: u64 = OPENING_MAX_BYTES + 8 * 1024;

impl Metered {
    fn new(body: Box<dyn Read>) -> Self {
        Self { body, allowance: Rc::new(Cell::new(ALLOWANCE_BYTES)) }
    }
}

impl Read for Metered {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = usize::try_from(self.allowance.get()).unwrap_or(usize::MAX);
        if left == 0 {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "longer than an opening"));
        }
        let end = buffer.len().min(left);
        let read = self.body.read(buffer.get_mut(..end).unwrap_or_default())?;
        let left = self.allowance.get().saturating_sub(u64::try_from(read).unwrap_or(u64::MAX));
        self.allowance.set(left);
        Ok(read)
    }
}

struct Openings<'a> {
    auditor: &'a Auditor,
    entries: u64,
    allowance: &'a Cell<u64>,
}

impl<'de> Visitor<'de> for Openings<'_> {
    type Value = Vec<Opened>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("openings")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut openings = Vec::new();
        while let Some(line) = list.next_element::<OpeningWire>()? {
            // No log shows more names than it has entries.
            if u64::try_from(openings.len()).is_ok_and(|read| read >= self.entries) {
                self.allowance.set(0);
                return Err(A::Error::custom("more openings than entries"));
            }
            let salt =
                URL_SAFE_NO_PAD.decode(line.salt).ok().and_then(|salt| <[u8; 32]>::try_from(salt).ok());
            let extension = URL_SAFE_NO_PAD.decode(line.extension).unwrap_or_default();
            // What cannot be read opens nothing, and is found as such.
            openings.push(self.auditor.opened(line.index, &salt.unwrap_or_default(), &extension));
            self.allowance.set(ALLOWANCE_BYTES);
        }
        Ok(openings)
    }
}

#[derive(Deserialize)]
struct NumbersWire {
    crowds: Vec<NumberWire>,
}

#[derive(Deserialize)]
struct NumberWire {
    number: Option<u64>,
}

/// By crowd, in the order of genesis; `None` where the site shows no numbers.
pub(super) fn numbers(source: &dyn Source) -> Result<Option<Vec<Option<u64>>>, Failure> {
    let Some(bytes) = whole(source, "numbers.json", NUMBERS_MAX_BYTES)? else { return Ok(None) };
    let wire: NumbersWire = serde_json::from_slice(&bytes).or(Err(Untrusted::Answer))?;
    Ok(Some(wire.crowds.into_iter().map(|crowd| crowd.number).collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Text at the beginning, then the same text again and again.
    struct Shown(&'static str, &'static str);

    impl Source for Shown {
        fn open(&self, _path: &str) -> Result<Option<Box<dyn Read>>, Failure> {
            let rest = self.1.as_bytes().iter().copied().cycle();
            Ok(Some(Box::new(self.0.as_bytes().chain(Cycled(rest)))))
        }
    }

    struct Cycled<I>(I);

    impl<I: Iterator<Item = u8>> Read for Cycled<I> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            Ok(buffer.iter_mut().zip(&mut self.0).map(|(to, from)| *to = from).count())
        }
    }

    #[test]
    fn openings_that_never_end_are_not_read_for_ever() {
        let auditor = Auditor::new([1; 32]);
        for (start, rest) in [
            ("[{\"index\":1,\"salt\":\"", "a"),
            ("[{\"index\":", "1"),
            ("[", " "),
            ("[", "["),
            ("[{\"more\":", "["),
            ("[", "{\"index\":1,\"salt\":\"\",\"extension\":\"\"},"),
            ("[", "{\"index\":1,\"salt\":\"\",\"extension\":\"\",\"more\":[1,2,3]},"),
            ("[] ", " "),
        ] {
            let found =
                openings(&Shown(start, rest), &auditor, 1_000).map(|found| found.map(|list| list.len()));
            assert!(matches!(found, Err(Failure::Untrusted(_))), "{start} {rest} {found:?}");
        }
    }

    struct Once(&'static str);

    impl Source for Once {
        fn open(&self, _path: &str) -> Result<Option<Box<dyn Read>>, Failure> {
            Ok(Some(Box::new(self.0.as_bytes())))
        }
    }

    #[test]
    fn as_many_openings_as_entries_are_read() {
        let auditor = Auditor::new([1; 32]);
        let one = "{\"index\":1,\"salt\":\"\",\"extension\":\"\"}";
        let list = |count: usize| format!("[{}]", vec![one; count].join(","));
        for (count, entries, is_read) in [(0, 0, true), (3, 3, true), (4, 3, false), (2_000, 2_000, true)] {
            let text: &'static str = Box::leak(list(count).into_boxed_str());
            assert_eq!(openings(&Once(text), &auditor, entries).is_ok(), is_read, "{count} of {entries}");
        }
    }
}
