//! Where values come from: the environment, then the TOML file, secrets also from files of their own.

use std::{collections::BTreeMap, path::Path};

use super::{
    mistakes::{Mistake, Mistakes},
    table::{self, CRASH_AT, SETTINGS, Secret},
};

/// `NAME_FILE` names a file that holds what `NAME` would.
const FILE_SUFFIX: &str = "_FILE";

/// The values that were found, by the setting's name; empty values count as not set.
#[derive(Default)]
pub(super) struct Values(BTreeMap<&'static str, String>);

impl Values {
    /// The value of `name`, trimmed.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(|value| value.trim()).filter(|value| !value.is_empty())
    }
}

/// Gathers the values of all settings from `environment` and the TOML file that it names.
pub(super) fn gather(environment: &BTreeMap<String, String>, mistakes: &mut Mistakes) -> Values {
    let set = |name: &str| environment.get(name).map(String::as_str).filter(|value| !value.trim().is_empty());
    let file = set("CONFIG_FILE").map(|path| read_toml(Path::new(path.trim()), mistakes)).unwrap_or_default();
    let mut values = Values::default();
    let names = SETTINGS.iter().map(|setting| (setting.name, setting.secret)).chain([(CRASH_AT, Secret::No)]);
    for (name, secret) in names {
        let lower = name.to_ascii_lowercase();
        let from_file = file.get(&lower).map(String::as_str);
        let value = match secret {
            Secret::No => set(name).or(from_file).map(str::to_owned),
            Secret::Yes => {
                let by_name = format!("{name}{FILE_SUFFIX}");
                let lower_by_name = by_name.to_ascii_lowercase();
                // The environment, whichever way it says it, goes before the file.
                let in_environment = (set(name), set(&by_name));
                let in_file = (from_file, file.get(&lower_by_name).map(String::as_str));
                let (direct, path) = if in_environment == (None, None) { in_file } else { in_environment };
                secret_value(name, direct, path, mistakes)
            }
        };
        if let Some(value) = value {
            values.0.insert(name, value);
        }
    }
    values
}

fn secret_value(
    name: &'static str,
    direct: Option<&str>,
    path: Option<&str>,
    mistakes: &mut Mistakes,
) -> Option<String> {
    match (direct, path) {
        (Some(_), Some(_)) => {
            mistakes.add(Mistake::new(
                name,
                format!("is set, and so is {name}{FILE_SUFFIX}"),
                "keep one of the two",
            ));
            None
        }
        (Some(value), None) => Some(value.to_owned()),
        (None, Some(path)) => match std::fs::read_to_string(path.trim()) {
            Ok(text) => Some(text.trim().to_owned()),
            Err(error) => {
                mistakes.add(Mistake::new(
                    format!("{name}{FILE_SUFFIX}"),
                    format!("names a file that cannot be read ({})", error.kind()),
                    "name a text file that the server's user can read",
                ));
                None
            }
        },
        (None, None) => None,
    }
}

fn read_toml(path: &Path, mistakes: &mut Mistakes) -> BTreeMap<String, String> {
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) => {
            mistakes.add(Mistake::new(
                "CONFIG_FILE",
                format!("names a file that cannot be read ({})", error.kind()),
                "name a TOML file that the server's user can read",
            ));
            return BTreeMap::new();
        }
    };
    parse_toml(&text, mistakes)
}

/// The settings in a TOML file, as the strings that the environment would hold.
pub(super) fn parse_toml(text: &str, mistakes: &mut Mistakes) -> BTreeMap<String, String> {
    let table: toml::Table = match text.parse() {
        Ok(table) => table,
        Err(error) => {
            // Not the parser's own message: it quotes the line, which may hold a password.
            let line = toml_line(text, &error);
            mistakes.add(Mistake::new(
                "CONFIG_FILE",
                format!("is not valid TOML{line}"),
                "write `name = \"value\"` lines",
            ));
            return BTreeMap::new();
        }
    };
    let mut values = BTreeMap::new();
    for (key, value) in table {
        if !is_known_key(&key) {
            mistakes.add(Mistake::new(
                format!("CONFIG_FILE: {key}"),
                "is no setting",
                "take it out, or mend the spelling: the names are those of the environment in lower case",
            ));
            continue;
        }
        match text_of(&value) {
            Some(value) => {
                values.insert(key, value);
            }
            None => mistakes.add(Mistake::new(
                format!("CONFIG_FILE: {key}"),
                "has a value of a kind that no setting has",
                "write text, a whole number, true or false, or a list of texts",
            )),
        }
    }
    values
}

fn toml_line(text: &str, error: &toml::de::Error) -> String {
    let line =
        error.span().and_then(|span| text.get(..span.start)).map(|before| before.matches('\n').count() + 1);
    line.map(|line| format!(" (line {line})")).unwrap_or_default()
}

fn is_known_key(key: &str) -> bool {
    // A file that named another file would be one too many.
    if key == "config_file" || key != key.to_ascii_lowercase() {
        return false;
    }
    let name = key.to_ascii_uppercase();
    let by_file = name.strip_suffix(FILE_SUFFIX).and_then(table::find);
    table::find(&name).is_some() || by_file.is_some_and(|setting| setting.secret == Secret::Yes)
}

fn text_of(value: &toml::Value) -> Option<String> {
    match value {
        toml::Value::String(text) => Some(text.clone()),
        toml::Value::Integer(number) => Some(number.to_string()),
        toml::Value::Boolean(true) => Some(String::from("yes")),
        toml::Value::Boolean(false) => Some(String::from("no")),
        toml::Value::Array(items) => {
            let texts: Option<Vec<&str>> = items.iter().map(toml::Value::as_str).collect();
            texts.map(|texts| texts.join(","))
        }
        _ => None,
    }
}
