//! Who may import whom. The table below is the rule, and docs/architecture.md shows it; the tests read `src/` and fail on a
//! forbidden `use`.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

/// A layer, the layers of this crate it may use, and the outside crates it must not.
struct Layer {
    name: &'static str,
    may_use: &'static [&'static str],
    never: &'static [&'static str],
}

const HTTP: &str = "actix_web";
const SQL: &str = "diesel";
const PAGES: &str = "askama";
const SMTP: &str = "lettre";

const LAYERS: &[Layer] = &[
    Layer { name: "clock", may_use: &["domain"], never: &[HTTP, SQL, PAGES, SMTP] },
    Layer { name: "entropy", may_use: &[], never: &[HTTP, SQL, PAGES, SMTP] },
    Layer { name: "faults", may_use: &[], never: &[HTTP, SQL, PAGES, SMTP] },
    Layer { name: "memory", may_use: &[], never: &[HTTP, SQL, PAGES, SMTP] },
    Layer { name: "domain", may_use: &[], never: &[HTTP, SQL, PAGES, SMTP, "std::env", "std::fs"] },
    Layer { name: "protocol", may_use: &["domain", "entropy"], never: &[HTTP, SQL, PAGES, SMTP, "std::fs"] },
    Layer { name: "log", may_use: &["domain", "protocol"], never: &[HTTP, SQL, PAGES, SMTP] },
    Layer {
        name: "client",
        may_use: &["domain", "protocol", "log", "entropy", "clock"],
        never: &[HTTP, SQL, PAGES, SMTP, "std::env", "std::fs"],
    },
    Layer {
        name: "witness",
        may_use: &["domain", "log", "client", "clock", "entropy", "faults"],
        never: &[SQL, PAGES, SMTP, "std::env"],
    },
    Layer {
        name: "keys",
        may_use: &["domain", "protocol", "entropy", "clock"],
        never: &[HTTP, SQL, PAGES, SMTP],
    },
    // Verifier keys of witnesses are checked where they are set.
    Layer { name: "config", may_use: &["domain", "faults", "log"], never: &[HTTP, SQL, PAGES] },
    // Waiting for a connection is measured by the machine's own steady clock: it is people's time.
    Layer { name: "db", may_use: &["domain", "clock"], never: &[HTTP, PAGES, SMTP] },
    Layer {
        name: "actions",
        may_use: &["domain", "db", "protocol", "log", "keys", "clock", "entropy", "config", "faults"],
        never: &[HTTP, PAGES, SMTP, SQL],
    },
    Layer {
        name: "jobs",
        may_use: &[
            "domain", "db", "protocol", "log", "keys", "clock", "entropy", "config", "faults", "actions",
            "mail",
        ],
        never: &[HTTP, PAGES, SMTP, SQL],
    },
    Layer { name: "locale", may_use: &["domain"], never: &[HTTP, SQL, PAGES, SMTP] },
    Layer {
        name: "mail",
        may_use: &["domain", "locale", "clock", "entropy", "config", "faults", "memory"],
        never: &[HTTP, SQL],
    },
    Layer {
        name: "web",
        // Of the keys only what can be wrong with their folder.
        may_use: &["actions", "db", "domain", "locale", "clock", "entropy", "keys", "memory"],
        never: &[SQL, SMTP, "std::env"],
    },
];

/// Modules that anything may not use: the outermost ones.
const OUTERMOST: &[&str] = &["cli", "web"];

/// What `web` may use of `db`: the read models, and the error that actions wrap.
const DB_FOR_WEB: &[&str] = &["views", "Error"];

pub(crate) struct Source {
    /// `db/issuer/tags.rs`
    pub(crate) path: String,
    text: String,
}

impl Source {
    pub(crate) fn layer(&self) -> &str {
        self.path.split('/').next().unwrap_or_default().trim_end_matches(".rs")
    }

    /// Whether the file has this anywhere, its tests included.
    pub(crate) fn contains(&self, word: &str) -> bool {
        self.text.contains(word)
    }

    /// The file without its comments and without its unit tests.
    pub(crate) fn code(&self) -> String {
        let before_tests = self.text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
        before_tests
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"))
            .collect::<Vec<_>>()
            .join("\n")
    }

    /// Every path that begins with `crate::`, with `use` groups spelled out: `db::views::list`.
    pub(crate) fn crate_paths(&self) -> BTreeSet<String> {
        let code = self.code();
        let mut found = BTreeSet::new();
        for (place, _) in code.match_indices("crate::") {
            let rest = &code[place + "crate::".len()..];
            spell_out("", rest, &mut found);
        }
        found
    }

    /// Paths through `super` that leave this file's own layer.
    pub(crate) fn module_path(&self) -> Vec<String> {
        let bare = self.path.trim_end_matches(".rs").trim_end_matches("/mod");
        bare.split('/').map(String::from).collect()
    }
}

/// Reads `a::{b, c::d}` into `a::b` and `a::c::d`; stops where the path ends. Returns how much was read.
pub(crate) fn spell_out(prefix: &str, text: &str, found: &mut BTreeSet<String>) -> usize {
    let name: String =
        text.chars().take_while(|character| character.is_alphanumeric() || *character == '_').collect();
    let mut read = name.len();
    let path = match (prefix, name.as_str()) {
        ("", name) => String::from(name),
        (prefix, "") => String::from(prefix),
        (prefix, name) => format!("{prefix}::{name}"),
    };
    let rest = &text[read..];
    if let Some(group) =
        rest.strip_prefix("::{").or_else(|| if name.is_empty() { rest.strip_prefix('{') } else { None })
    {
        read += rest.len() - group.len();
        let mut inside = 0;
        loop {
            inside += group[inside..].len() - group[inside..].trim_start_matches([' ', '\n', ',']).len();
            if inside >= group.len() || group[inside..].starts_with('}') {
                return read + inside + 1;
            }
            let step = spell_out(&path, &group[inside..], found);
            inside += step.max(1);
        }
    }
    if let Some(tail) = rest.strip_prefix("::") {
        return read + 2 + spell_out(&path, tail, found);
    }
    if !path.is_empty() {
        found.insert(path);
    }
    read
}

pub(crate) fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    files_in("src", &["rs"])
        .into_iter()
        .map(|file| Source {
            path: file.strip_prefix(&root).expect("under src").display().to_string(),
            text: fs::read_to_string(&file).expect("a readable source file"),
        })
        .collect()
}

/// The files below a folder of this repository with one of these extensions; `""` stands for none.
fn files_in(folder: &str, extensions: &[&str]) -> Vec<PathBuf> {
    let mut files = Vec::new();
    collect(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), extensions, &mut files);
    files
}

fn collect(folder: &Path, extensions: &[&str], files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let extension = path.extension().unwrap_or_default().to_string_lossy();
        if path.is_dir() {
            collect(&path, extensions, files);
        } else if extensions.contains(&extension.as_ref()) {
            files.push(path);
        }
    }
}

fn assert_none(what: &str, mut offenders: Vec<String>) {
    offenders.sort();
    assert!(offenders.is_empty(), "{what}:\n  {}", offenders.join("\n  "));
}

#[test]
fn no_layer_uses_what_stands_above_it() {
    let mut offenders = Vec::new();
    for source in sources() {
        let Some(layer) = LAYERS.iter().find(|layer| layer.name == source.layer()) else {
            continue;
        };
        for path in source.crate_paths() {
            let used = path.split("::").next().unwrap_or_default();
            if used != layer.name && !layer.may_use.contains(&used) {
                offenders.push(format!("{} uses {path}", source.path));
            }
        }
        let code = source.code();
        for outside in layer.never {
            if code.contains(&format!("{outside}::")) || code.contains(&format!("use {outside};")) {
                offenders.push(format!("{} uses {outside}", source.path));
            }
        }
    }
    assert_none("forbidden imports", offenders);
}

/// The table between `<!-- layers -->` and `<!-- /layers -->` in docs/architecture.md.
fn layers_of_the_docs() -> BTreeSet<(String, BTreeSet<String>)> {
    let text = include_str!("../../docs/architecture.md");
    let (_, rest) = text.split_once("<!-- layers -->").expect("the table begins");
    let (table, _) = rest.split_once("<!-- /layers -->").expect("the table ends");
    let rows = table.lines().filter(|line| line.starts_with("| `"));
    rows.map(|row| {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        let may_use = cells[2].split(", ").filter(|cell| *cell != "–").map(String::from);
        (String::from(cells[1].trim_matches('`')), may_use.collect())
    })
    .collect()
}

#[test]
fn the_map_in_the_docs_is_the_one_that_is_held() {
    let held = LAYERS.iter().map(|layer| {
        (String::from(layer.name), layer.may_use.iter().map(|used| String::from(*used)).collect())
    });
    assert_eq!(layers_of_the_docs(), held.collect());
}

#[test]
fn every_room_of_actions_stands_in_the_docs() {
    let text = include_str!("../../docs/architecture.md");
    let rooms: BTreeSet<String> = sources()
        .iter()
        .filter(|source| source.layer() == "actions")
        .map(Source::module_path)
        .filter(|path| path.len() > 2 || path.get(1).is_some_and(|room| room == "facts"))
        .map(|path| path[1].clone())
        .collect();
    assert!(rooms.len() >= 9, "{rooms:?}");
    assert_none(
        "rooms that the docs do not name",
        rooms.into_iter().filter(|room| !text.contains(&format!("`{room}` ("))).collect(),
    );
}

#[test]
fn every_layer_stands_in_the_table() {
    let known: BTreeSet<&str> = LAYERS.iter().map(|layer| layer.name).chain(["cli", "main", "lib"]).collect();
    let missing = sources()
        .iter()
        .map(|source| String::from(source.layer()))
        .filter(|layer| !known.contains(layer.as_str()))
        .collect();
    assert_none("layers without a line in the table", missing);
}

#[test]
fn nothing_imports_the_outermost_layers() {
    let mut offenders = Vec::new();
    for source in sources().iter().filter(|source| !["cli", "main", "lib"].contains(&source.layer())) {
        for path in source.crate_paths() {
            let used = path.split("::").next().unwrap_or_default();
            if OUTERMOST.contains(&used) && used != source.layer() {
                offenders.push(format!("{} uses {path}", source.path));
            }
        }
    }
    assert_none("the outermost layers are imported", offenders);
}

#[test]
fn pages_see_read_models_and_no_other_table() {
    let mut offenders = Vec::new();
    for source in sources().iter().filter(|source| source.layer() == "web") {
        for path in source.crate_paths() {
            let mut parts = path.split("::");
            if parts.next() == Some("db") && !parts.next().is_some_and(|part| DB_FOR_WEB.contains(&part)) {
                offenders.push(format!("{} uses {path}", source.path));
            }
        }
    }
    assert_none("web reaches into the database", offenders);
}

/// Who gave a proof and what was signed meet nowhere: neither side may know the other.
#[test]
fn issuer_and_collector_never_meet() {
    let sides = [("issuer", "collector"), ("collector", "issuer")];
    let mut offenders = Vec::new();
    for source in sources() {
        for (side, other) in sides {
            if !source.module_path().iter().any(|part| part == side) {
                continue;
            }
            let code = source.code();
            for spelled in
                [format!("{other}::"), format!("::{other}"), format!("{other},"), format!("{other}}}")]
            {
                if code.contains(&spelled) {
                    offenders.push(format!("{} mentions {spelled}", source.path));
                }
            }
        }
    }
    assert_none("issuer and collector meet", offenders);
}

/// The read models have no field for an address.
#[test]
fn no_read_model_has_a_place_for_an_address() {
    let mut offenders = Vec::new();
    for source in sources().iter().filter(|source| source.path.starts_with("db/views")) {
        for word in ["EmailAddress", "NormalizedAddress", " address: ", " mail: ", " tag: ", "ticket"] {
            if source.code().contains(word) {
                offenders.push(format!("{} has {word}", source.path));
            }
        }
    }
    assert_none("read models with room for an address", offenders);
}

#[test]
fn nothing_is_printed_but_by_commands() {
    let mut offenders = Vec::new();
    for source in sources().iter().filter(|source| !["cli", "main"].contains(&source.layer())) {
        for word in ["println!", "print!(", "eprintln!", "dbg!(", "todo!(", "unimplemented!("] {
            if source.code().contains(word) {
                offenders.push(format!("{} has {word}", source.path));
            }
        }
    }
    assert_none("output outside of commands", offenders);
}

/// The macros panic where nobody reads.
#[test]
fn commands_print_through_the_one_module_that_survives_a_closed_pipe() {
    let mut offenders = Vec::new();
    for source in sources() {
        for word in ["println!", "print!(", "eprintln!", "eprint!("] {
            if source.code().contains(word) {
                offenders.push(format!("{} has {word}", source.path));
            }
        }
    }
    assert_none("output that a closed pipe turns into a panic: use cli::output", offenders);
}

/// Lines that can be read at a sitting.
const LINES_MAX: usize = 500;

/// Where people read and write code, and the extensions of the files there; scripts have none.
const READ_BY_PEOPLE: &[(&str, &[&str])] =
    &[("src", &["rs", "js", "css"]), ("tests", &["rs", "mjs", "js", "py"]), ("scripts", &[""])];

#[test]
fn no_file_is_longer_than_can_be_read_at_a_sitting() {
    let long = READ_BY_PEOPLE
        .iter()
        .flat_map(|(folder, extensions)| files_in(folder, extensions))
        .map(|path| (fs::read_to_string(&path).expect("a file of ours").lines().count(), path))
        .filter(|(lines, _)| *lines > LINES_MAX)
        .map(|(lines, path)| format!("{}: {lines} lines", path.display()))
        .collect();
    assert_none(&format!("files over {LINES_MAX} lines"), long);
}

#[test]
fn files_are_named_after_what_they_are_about() {
    let vague = ["utils", "helpers", "common", "misc", "util"];
    let offenders = sources()
        .iter()
        .filter(|source| source.module_path().iter().any(|part| vague.contains(&part.as_str())))
        .map(|source| source.path.clone())
        .collect();
    assert_none("files named after nothing", offenders);
}

/// Reading what is guarded is spelled `expose()`. These files do; whoever adds one says here why.
const EXPOSERS: &[(&str, &str)] = &[
    ("domain/", "defines what is guarded, and compares it"),
    ("protocol/", "turns codes and names into bytes"),
    ("keys/", "seals"),
    ("db/", "keeps public names, and hashes"),
    ("client/", "sends what the signer typed, over her own connection"),
    ("actions/", "hashes addresses, checks codes, seals mail"),
    ("jobs/", "hands sealed mail to the transport"),
    ("mail/", "writes the mail"),
    ("config", "reads passwords of servers"),
    ("web/", "shows a person's own code, and public names"),
    ("cli/", "prints passphrases of the demo, and a signer's own code on her own screen"),
];

#[test]
fn what_is_guarded_is_read_only_where_it_must_be() {
    let offenders = sources()
        .iter()
        .filter(|source| source.code().contains(".expose("))
        .filter(|source| !EXPOSERS.iter().any(|(place, _)| source.path.starts_with(place)))
        .map(|source| source.path.clone())
        .collect();
    assert_none("files that read guarded values", offenders);
}

/// A ballot can be cast by whoever reads it: it is written to a file for its owner, and goes nowhere else.
#[test]
fn the_text_of_a_ballot_is_made_where_files_are_written_and_nowhere_else() {
    let offenders = sources()
        .iter()
        .filter(|source| source.code().contains(".expose_json("))
        .filter(|source| !["protocol/ballot.rs", "cli/ballot_file.rs"].contains(&source.path.as_str()))
        .map(|source| source.path.clone())
        .collect();
    assert_none("files that make the text of a ballot", offenders);
}

#[test]
fn a_log_line_never_gets_a_guarded_value() {
    let mut offenders = Vec::new();
    for source in sources() {
        let code = source.code();
        for (place, _) in code.match_indices("tracing::") {
            let statement = code[place..].split(";\n").next().unwrap_or_default();
            if statement.contains("expose(") {
                offenders.push(source.path.clone());
            }
        }
    }
    assert_none("guarded values in log lines", offenders);
}

#[test]
fn the_reader_of_imports_understands_groups() {
    let mut found = BTreeSet::new();
    spell_out("", "db::{views::{self, list}, Error}, rest", &mut found);
    assert_eq!(found, ["db::Error", "db::views::list", "db::views::self"].map(String::from).into());
    let mut found = BTreeSet::new();
    spell_out("", "{\n    db::views,\n    domain::{ids::SlugId, time},\n};", &mut found);
    assert_eq!(found, ["db::views", "domain::ids::SlugId", "domain::time"].map(String::from).into());
}

#[test]
fn nobody_waits_for_a_page_behind_the_keys_of_a_petition() {
    // Starting a petition makes its keys: seconds of work, which goes through a gate of its own.
    let mut found = 0;
    for source in sources().iter().filter(|source| source.layer() == "web") {
        for line in source.code().lines() {
            if line.contains("petitions::send_in(") || line.contains("moderation::approve(") {
                assert!(line.contains("run_starting("), "{}: {line}", source.path);
                found += 1;
            }
        }
    }
    assert_eq!(found, 2, "the two ways to start a petition");
}
