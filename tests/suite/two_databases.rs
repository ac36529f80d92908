//! What is run on one database only: nothing that touches one.

use std::{fs, path::Path};

use crate::architecture::sources;

/// The modules that `.config/nextest.toml` leaves out on PostgreSQL.
fn left_out() -> Vec<String> {
    let config = include_str!("../../.config/nextest.toml");
    let (_, rest) = config.split_once("[profile.postgres]").expect("the profile");
    let (_, rest) = rest.split_once("test(/^(").expect("the list begins");
    let (list, _) = rest.split_once(")::/)").expect("the list ends");
    list.split('|').map(String::from).collect()
}

#[test]
fn what_is_left_out_on_postgresql_touches_no_database() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/suite");
    let left_out = left_out();
    assert!(left_out.len() > 3, "{left_out:?}");
    for module in left_out.iter().filter(|module| *module != "two_databases") {
        let file = folder.join(module.replace("::", "/")).with_extension("rs");
        let text = fs::read_to_string(&file).expect("the module's file");
        for word in ["TestApp", "TestDatabase", "Store::"] {
            assert!(!text.contains(word), "{module} has {word}: run it on PostgreSQL too");
        }
    }
}

#[test]
fn unit_tests_open_no_database_that_is_chosen_outside() {
    let sources = sources();
    assert!(sources.len() > 300);
    let offenders: Vec<&str> = sources
        .iter()
        .filter(|source| source.contains("SUITE_DATABASE"))
        .map(|source| source.path.as_str())
        .collect();
    assert!(offenders.is_empty(), "{offenders:?} are not run on PostgreSQL");
}
