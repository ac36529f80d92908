//! What the attacker copied: the database's files, row by row and byte by byte, its write-ahead log, the secrets
//! folder, the log; and at which place of each the traces of every person and of every leaf lie.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use crate::support::{
    TestApp,
    database::TestDatabase,
    search::{Search, collect},
};

/// A column whose values are traces.
pub type Column = (&'static str, &'static str);

/// The product's columns that hold something of who took part, or of what was cast.
pub const PRODUCT: &[Column] = &[
    ("participation", "tag"),
    ("participation", "request_hash"),
    ("log_entry", "leaf"),
    ("published_cast", "nonce"),
];

/// What is known of a participation, or of a leaf: byte strings that are looked for, by what they are.
#[derive(Clone)]
pub struct Trace {
    /// Byte strings, by what they are called.
    pub bytes: Vec<(&'static str, Vec<u8>)>,
}

/// Where something was found: by what it is, and in which space the place is a number.
pub type Places = BTreeMap<(&'static str, String), u64>;

/// All files of an instance, and on PostgreSQL those of its server.
pub fn copied_files(
    database: &TestDatabase,
    folder: &Path,
    wal_from: Option<&str>,
    columns: &[Column],
) -> Vec<(String, Vec<u8>)> {
    let mut paths: Vec<PathBuf> = Vec::new();
    collect(folder, &mut paths);
    paths.sort();
    let name = |path: &PathBuf| path.strip_prefix(folder).expect("inside").display().to_string();
    let mut files: Vec<(String, Vec<u8>)> =
        paths.iter().map(|path| (name(path), fs::read(path).expect("a readable file"))).collect();
    if let Some(from) = wal_from {
        let mut tables: Vec<&str> = columns.iter().map(|(table, _)| *table).collect();
        tables.dedup();
        files.extend(database.postgres_files(from, &tables));
    }
    files.push((String::from("log"), TestApp::log().into_bytes()));
    files
}

/// Finds every trace in every file and every row.
pub fn places(
    database: &TestDatabase,
    files: &[(String, Vec<u8>)],
    columns: &[Column],
    traces: &[Trace],
) -> Vec<Places> {
    let mut found: Vec<Places> = traces.iter().map(|_| Places::new()).collect();
    let wanted: Vec<(usize, &'static str, &[u8])> = traces
        .iter()
        .enumerate()
        .flat_map(|(of, trace)| trace.bytes.iter().map(move |(what, bytes)| (of, *what, bytes.as_slice())))
        .collect();
    let search = Search::new(wanted.iter().map(|(_, _, bytes)| bytes.to_vec()).collect());
    for (file, bytes) in files {
        for (which, offset) in search.scan(bytes) {
            let (of, what, _) = wanted[which];
            found[of].entry((what, format!("first offset in {file}"))).or_insert(offset);
            found[of].insert((what, format!("last offset in {file}")), offset);
        }
    }
    let by_hex: BTreeMap<String, (usize, &'static str)> =
        wanted.iter().map(|(of, what, bytes)| (hex(bytes), (*of, *what))).collect();
    for (table, column) in columns {
        for (place, row) in (0_u64..).zip(database.stored_rows(table, column)) {
            let Some((of, what)) = by_hex.get(&row.value) else { continue };
            let mut note = |space: &str, place: u64| {
                found[*of].insert((*what, String::from(space)), place);
            };
            note("row order", place);
            if let Some(ctid) = number_of(&row.ctid) {
                note("ctid", ctid);
            }
            if let Ok(xmin) = row.xmin.parse() {
                note("xmin", xmin);
            }
        }
    }
    for (of, what, bytes) in wanted {
        let first = u64::from_be_bytes(bytes[..8].try_into().expect("long enough"));
        found[of].insert((what, String::from("its own bits")), first);
    }
    found
}

/// `(page,place)` as one number.
fn number_of(ctid: &str) -> Option<u64> {
    let (page, place) = ctid.strip_prefix('(')?.strip_suffix(')')?.split_once(',')?;
    Some(page.parse::<u64>().ok()? * 65_536 + place.parse::<u64>().ok()?)
}

/// Bytes in hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"))
}
