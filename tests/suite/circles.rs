//! No files import each other in a circle: whoever reads one file can read what it stands on, and stop.

use std::collections::{BTreeMap, BTreeSet};

use crate::architecture::{Source, sources, spell_out};

/// Modules by their path: `actions::signing::casts`.
type Modules = BTreeMap<Vec<String>, String>;

fn segments(source: &Source) -> Vec<String> {
    source.module_path()
}

/// What `source` takes from `super`, as paths from the root of the crate.
fn paths_through_super(source: &Source) -> BTreeSet<Vec<String>> {
    let code = source.code();
    let mut found = BTreeSet::new();
    for statement in code.split(';') {
        let Some((_, rest)) = statement.rsplit_once("use super::") else { continue };
        let mut spelled = BTreeSet::new();
        spell_out("", rest, &mut spelled);
        for path in spelled {
            let mut base = segments(source);
            base.pop();
            let mut parts: Vec<String> = path.split("::").map(String::from).collect();
            while parts.first().is_some_and(|part| part == "super") {
                parts.remove(0);
                base.pop();
            }
            base.extend(parts);
            found.insert(base);
        }
    }
    found
}

/// The file in which a path ends: the longest beginning of it that is a module.
fn file_of<'a>(modules: &'a Modules, path: &[String]) -> Option<&'a String> {
    (1..=path.len()).rev().find_map(|length| modules.get(&path[..length]))
}

/// The files that each file imports. A module's face (`mod.rs`) hands on what its own files define: that is no import.
fn imports() -> BTreeMap<String, BTreeSet<String>> {
    let all: Vec<Source> = sources()
        .into_iter()
        .filter(|source| !source.path.ends_with("tests.rs") && !source.path.ends_with("samples.rs"))
        .collect();
    let modules: Modules = all.iter().map(|source| (segments(source), source.path.clone())).collect();
    let mut imports = BTreeMap::new();
    for source in &all {
        let own = segments(source);
        let mut used: BTreeSet<Vec<String>> = source
            .crate_paths()
            .into_iter()
            .map(|path| path.split("::").map(String::from).collect())
            .collect();
        used.extend(paths_through_super(source));
        let files = used
            .iter()
            .filter(|path| !path.starts_with(&own) || own.is_empty())
            .filter_map(|path| file_of(&modules, path))
            .filter(|file| **file != source.path)
            .cloned();
        imports.insert(source.path.clone(), files.collect());
    }
    imports
}

/// The files that can be reached from `start`.
fn reached<'a>(imports: &'a BTreeMap<String, BTreeSet<String>>, start: &'a str) -> BTreeSet<&'a str> {
    let mut seen = BTreeSet::new();
    let mut next = vec![start];
    while let Some(file) = next.pop() {
        for used in imports.get(file).into_iter().flatten() {
            if seen.insert(used.as_str()) {
                next.push(used);
            }
        }
    }
    seen
}

#[test]
fn no_files_import_each_other_in_a_circle() {
    let imports = imports();
    assert!(imports.values().map(BTreeSet::len).sum::<usize>() > 500, "the imports are read");
    let in_circles: Vec<&String> =
        imports.keys().filter(|file| reached(&imports, file).contains(file.as_str())).collect();
    let ties: Vec<String> = in_circles
        .iter()
        .flat_map(|file| {
            imports[*file]
                .iter()
                .filter(|used| reached(&imports, used).contains(file.as_str()))
                .map(move |used| format!("{file} -> {used}"))
        })
        .collect();
    assert!(ties.is_empty(), "circles:\n  {}", ties.join("\n  "));
}
