//! Everything that an instance keeps, as a thief would copy it, and a search for many things at once in every
//! spelling.

use std::{
    collections::HashMap,
    fs,
    path::{Path, PathBuf},
};

use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD},
};

use super::TestApp;

/// How many bytes of a wanted thing must be there for the search to look closer.
const PREFIX: usize = 4;
/// What is looked at in one go.
const CHUNK: usize = 4_096;
static ZEROS: [u8; CHUNK] = [0; CHUNK];

impl TestApp {
    /// Everything this instance keeps: its folder, and on PostgreSQL every row.
    pub fn everything(&self) -> Vec<(String, Vec<u8>)> {
        let mut files = Vec::new();
        collect(self.folder(), &mut files);
        let mut all: Vec<(String, Vec<u8>)> = files
            .into_iter()
            .map(|file| (file.display().to_string(), fs::read(&file).expect("a readable file")))
            .collect();
        all.extend(
            self.database().postgres_dump().map(|dump| (String::from("PostgreSQL"), dump.into_bytes())),
        );
        all
    }

    /// Where `text` stands, in any spelling, in everything this instance keeps.
    pub fn places_of(&self, text: &str) -> Vec<String> {
        let spellings = spellings(text);
        let wanted = spellings.iter().map(|(_, bytes)| bytes.clone()).collect();
        let search = Search::new(wanted);
        let mut places = Vec::new();
        for (place, bytes) in self.everything() {
            let mut found: Vec<usize> = search.scan(&bytes).into_iter().map(|(which, _)| which).collect();
            found.sort_unstable();
            found.dedup();
            places.extend(found.into_iter().map(|which| format!("{place} ({})", spellings[which].0)));
        }
        places
    }
}

/// All files below a folder.
pub fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() { collect(&path, files) } else { files.push(path) }
    }
}

/// The ways in which text may stand in a file: as it is, in other letter case, in hexadecimal, in Base64 at each
/// of the three offsets, in UTF-16, percent-encoded.
pub fn spellings(text: &str) -> Vec<(&'static str, Vec<u8>)> {
    let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let percent: String = form_urlencoded::byte_serialize(text.as_bytes()).collect();
    let mut all = spellings_of_bytes(text.as_bytes());
    all.extend([
        ("lower case", text.to_lowercase().into_bytes()),
        ("upper case", text.to_uppercase().into_bytes()),
        ("UTF-16", utf16),
        ("percent-encoded", percent.into_bytes()),
    ]);
    all
}

/// The same for what is no text.
pub fn spellings_of_bytes(bytes: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    let hex = bytes.iter().fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"));
    let mut all = vec![
        ("plain", bytes.to_vec()),
        ("hexadecimal", hex.clone().into_bytes()),
        ("upper-case hexadecimal", hex.to_uppercase().into_bytes()),
    ];
    for offset in 0..3 {
        let shifted = [vec![0; offset], bytes.to_vec()].concat();
        // The first and the last characters also depend on the neighbors.
        let inner = |encoded: String| encoded.as_bytes()[4..encoded.len() - 3].to_vec();
        all.push(("Base64", inner(STANDARD_NO_PAD.encode(&shifted))));
        all.push(("Base64 for URLs", inner(URL_SAFE_NO_PAD.encode(&shifted))));
    }
    // What is left of something short would be found anywhere.
    all.retain(|(spelling, bytes)| *spelling == "plain" || bytes.len() >= 7);
    all
}

/// A search for many byte strings at once.
pub struct Search {
    wanted: Vec<Vec<u8>>,
    by_prefix: HashMap<[u8; PREFIX], Vec<usize>>,
    /// Whether any begins with these two bytes.
    begins: Vec<bool>,
}

impl Search {
    /// For all of `wanted`, each at least four bytes long.
    pub fn new(wanted: Vec<Vec<u8>>) -> Self {
        let mut by_prefix: HashMap<[u8; PREFIX], Vec<usize>> = HashMap::new();
        let mut begins = vec![false; 1 << 16];
        for (which, bytes) in wanted.iter().enumerate() {
            by_prefix.entry(bytes[..PREFIX].try_into().expect("long enough")).or_default().push(which);
            begins[usize::from(u16::from_be_bytes([bytes[0], bytes[1]]))] = true;
        }
        Self { wanted, by_prefix, begins }
    }

    /// What is found, and at which offset, in the order of offsets.
    pub fn scan(&self, bytes: &[u8]) -> Vec<(usize, u64)> {
        let mut found = Vec::new();
        let mut start = 0;
        while start + PREFIX <= bytes.len() {
            let end = bytes.len().min(start + CHUNK);
            // Much of a database's own log is nothing.
            if bytes[start..end] != ZEROS[..end - start] {
                self.look_at(bytes, start, end, &mut found);
            }
            start = end;
        }
        found
    }

    fn look_at(&self, bytes: &[u8], start: usize, end: usize, found: &mut Vec<(usize, u64)>) {
        for at in start..end.min(bytes.len() - (PREFIX - 1)) {
            if !self.begins[usize::from(bytes[at]) * 256 + usize::from(bytes[at + 1])] {
                continue;
            }
            let rest = &bytes[at..];
            let Some(candidates) = self.by_prefix.get(&rest[..PREFIX]) else { continue };
            let offset = u64::try_from(at).expect("an offset");
            found.extend(
                candidates
                    .iter()
                    .filter(|which| rest.starts_with(&self.wanted[**which]))
                    .map(|which| (*which, offset)),
            );
        }
    }
}
