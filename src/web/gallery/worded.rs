//! Finds words that do not come from `locale`: every page and every mail is rendered in accented English, and what is
//! left without accents must be data.
//!
//! Data is what stands as a literal in `samples.rs`, and what is made from its bytes (hashes, codes, paths). Nothing else
//! is let through.

use std::{collections::BTreeSet, fs, path::Path, sync::Arc};

use super::{
    all, frame,
    spoken::{Spoken, spoken},
};
use crate::locale::{Locale, Locales};

/// What the frame of the gallery says of its site, the host that samples link to, and the day that a text has as an example
/// of how a day is typed.
const KNOWN: &[&str] = &[
    "Undersigned",
    "Example Workers Collective",
    "hello@example.org",
    "Imprint",
    "Platform team members",
    "example.org",
    "śúúćĥ ááś 2026-06-03",
];

/// The literals of a file of samples: whole, in lines, and parted where a page parts them (markup, groups of a code).
fn literals(source: &str) -> BTreeSet<String> {
    const MARKUP: [char; 11] = ['\n', '*', '[', ']', '(', ')', '#', '<', '>', '`', '{'];
    let mut found = BTreeSet::new();
    let mut rest = source;
    while let Some((before, after)) = rest.split_once('"') {
        let is_raw = before.ends_with("r#");
        let end = if is_raw { after.find("\"#") } else { end_of_literal(after) };
        let (literal, next) = after.split_at(end.unwrap_or(after.len()));
        rest = next.get(1..).unwrap_or_default();
        let literal = if is_raw { literal.to_owned() } else { unescaped(literal) };
        found.insert(literal.clone());
        found.extend(literal.lines().map(str::to_owned));
        let parted = without_placeholders(&literal);
        let starts: &[char] = &['-', '.', ' ', '1', '2', '3'];
        found.extend(parted.split(MARKUP).map(|part| part.trim_end().trim_start_matches(starts).to_owned()));
        if literal.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || "- ".contains(c)) {
            found.extend(literal.split(['-', ' ']).map(str::to_owned));
        }
    }
    found.retain(|part| is_data(part));
    found
}

/// Where the quotation mark is that ends a literal.
fn end_of_literal(after: &str) -> Option<usize> {
    let mut escaped = false;
    after.find(|c| {
        let ends = c == '"' && !escaped;
        escaped = c == '\\' && !escaped;
        ends
    })
}

/// A literal as the compiler reads it.
fn unescaped(literal: &str) -> String {
    let mut read = String::new();
    let mut rest = literal;
    while let Some((before, escape)) = rest.split_once('\\') {
        read.push_str(before);
        rest = escape.get(1..).unwrap_or_default();
        match escape.chars().next() {
            Some('n') => read.push('\n'),
            Some('u') => {
                let (code, after) = rest.trim_start_matches('{').split_once('}').unwrap();
                read.push(u32::from_str_radix(code, 16).ok().and_then(char::from_u32).unwrap());
                rest = after;
            }
            Some('\n') => rest = rest.trim_start(),
            Some(other) => read.push(other),
            None => {}
        }
    }
    read.push_str(rest);
    read
}

/// Whether a literal is data, and not the name of a field or a state: those would hide such words on pages.
fn is_data(literal: &str) -> bool {
    let letters = literal.chars().filter(char::is_ascii_alphabetic).count();
    let is_word = literal.chars().all(|c| c.is_ascii_lowercase() || c == '_');
    let is_group = letters > 0
        && literal.len() == 4
        && literal.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit());
    !is_word && (letters > 2 || is_group)
}

/// The text with a space for each `{name}`.
fn without_placeholders(text: &str) -> String {
    let mut left = String::new();
    let mut parts = text.split('{');
    left.push_str(parts.next().unwrap_or_default());
    for part in parts {
        match part.split_once('}') {
            Some((name, rest)) if name.chars().all(|c| c.is_ascii_alphanumeric() || "_-:.>#".contains(c)) => {
                left.push('\n');
                left.push_str(rest);
            }
            _ => {
                left.push('{');
                left.push_str(part);
            }
        }
    }
    left
}

/// All that may stand on a page of samples without being worded, longest first.
fn data() -> Vec<String> {
    let mut found = BTreeSet::new();
    let web = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/web");
    for folder in fs::read_dir(web).unwrap() {
        for file in ["samples.rs", "voids/samples.rs"] {
            if let Ok(source) = fs::read_to_string(folder.as_ref().unwrap().path().join(file)) {
                found.extend(literals(&source));
            }
        }
    }
    found.extend(KNOWN.iter().map(|name| (*name).to_owned()));
    let mut found: Vec<String> = found.into_iter().collect();
    found.sort_by_key(|text| std::cmp::Reverse(text.len()));
    found
}

/// Whether it is made for machines: an address, a path, a hash, a key, the number of a character.
fn is_machine_made(word: &str) -> bool {
    let word = word.trim_matches(|c: char| "(),.;:“”⟦⟧".contains(c));
    let is_key = word.chars().all(|c| c.is_ascii_alphanumeric() || "+/=_-.".contains(c));
    let has_digit = word.contains(|c: char| c.is_ascii_digit());
    let is_hex = has_digit && word.chars().all(|c| matches!(c, '0'..='9' | 'a'..='f'));
    word.contains("://")
        || word.starts_with(['/', '@'])
        || word.starts_with("U+")
        || is_hex
        || (is_key && word.len() >= 16 && has_digit)
        || (is_key && word.len() >= 40)
}

/// What is left of a text when data is taken out of it: words that were not worded by `locale`.
fn unworded(text: &str, data: &[String]) -> Vec<String> {
    let without_data = |text: &str| data.iter().fold(text.to_owned(), |text, known| without(&text, known));
    let by_hand = |text: &str| -> Vec<String> {
        let text = without_placeholders(text);
        text.split_whitespace().filter(|word| !is_machine_made(word)).map(str::to_owned).collect()
    };
    // Data may hold an address, and an address may hold data.
    let left = [by_hand(&without_data(text)).join(" "), without_data(&by_hand(text).join(" "))];
    let words = left.map(|left| -> Vec<String> {
        let words = left.split_whitespace();
        words.filter(|word| word.contains(is_letter) || is_bare_number(word)).map(str::to_owned).collect()
    });
    words.into_iter().min_by_key(Vec::len).unwrap_or_default()
}

/// A day in digits, or a large number without separators: not how `locale` writes them.
fn is_bare_number(word: &str) -> bool {
    let word = word.trim_matches(|c: char| !c.is_ascii_digit());
    let groups: Vec<&str> = word.split('-').collect();
    let is_day = groups.iter().map(|group| group.len()).eq([4, 2, 2]);
    let is_year = word.len() == 4 && (word.starts_with("19") || word.starts_with("20"));
    let is_long = word.len() > 3 && word.chars().all(|c| c.is_ascii_digit());
    is_day || (is_long && !is_year)
}

/// The text without `known`, where that does not stand inside a longer word.
fn without(text: &str, known: &str) -> String {
    let mut left = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(known) {
        let (before, after) = (&rest[..at], &rest[at + known.len()..]);
        left.push_str(before);
        let is_inside = before.ends_with(is_letter) && known.starts_with(is_letter)
            || after.starts_with(is_letter) && known.ends_with(is_letter);
        left.push_str(if is_inside { known } else { " " });
        rest = after;
    }
    left.push_str(rest);
    left
}

const fn is_letter(c: char) -> bool {
    c.is_ascii_alphabetic()
}

fn pseudo() -> Arc<Locale> {
    Locales::pseudo().unwrap().default()
}

#[test]
fn every_word_on_every_page_comes_from_the_locale() {
    let (reader, organizer) = (frame(pseudo(), false), frame(pseudo(), true));
    let data = data();
    let mut faults = BTreeSet::new();
    for (name, html) in all(&reader, &organizer) {
        for Spoken { place, text } in spoken(&html) {
            let left = unworded(&text, &data);
            if !left.is_empty() {
                faults.insert(format!("{name} <{place}>: {left:?} in {:?}", text.trim()));
            }
        }
    }
    assert!(
        faults.is_empty(),
        "{} places:\n{}",
        faults.len(),
        faults.into_iter().collect::<Vec<_>>().join("\n")
    );
}

#[test]
fn the_search_for_unworded_text_finds_what_it_looks_for() {
    let data = [String::from("Initech")];
    assert!(unworded("⟦Ťéẋť⟧ Initech 7 (https://example.org/a) 0123456789abcdef", &data).is_empty());
    assert_eq!(unworded("⟦Ťéẋť⟧ Initech people", &data), ["people"]);
    assert_eq!(unworded("Preinitech {name}", &data), ["Preinitech"]);
    let source =
        r#"name: String::from("Robin"), state: "open", title: format!("Petition {number} of “{name}”")"#;
    assert_eq!(
        literals(source).into_iter().collect::<Vec<_>>(),
        ["Petition", "Petition {number} of “{name}”", "Robin"]
    );
}
