//! Reads the code and the templates, so that no page can show an id instead of words, or words that cannot be
//! translated.

mod usage;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use fluent_bundle::{FluentArgs, FluentValue};

use super::{Locales, embedded::LANGUAGES};

type Texts = BTreeMap<String, Text>;

/// What a message needs.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Text {
    variables: BTreeSet<String>,
    /// It quotes another message, whose variables are not looked up here.
    quotes: bool,
}

/// One use of an id, with the names of the arguments it is given.
#[derive(Debug, PartialEq, Eq)]
struct Use {
    id: String,
    keys: Option<BTreeSet<String>>,
}

fn texts(files: &[(&str, &str)]) -> Texts {
    let mut texts = Texts::new();
    let mut current = String::new();
    for line in files.iter().flat_map(|(_, text)| text.lines()) {
        if line.starts_with(|first: char| first.is_ascii_alphabetic()) {
            current = line.split('=').next().unwrap().trim().to_owned();
        }
        if line.starts_with('#') || current.is_empty() {
            continue;
        }
        let text = texts.entry(current.clone()).or_default();
        let body = if line.starts_with(&current) { line.split_once('=').unwrap().1 } else { line };
        for (at, _) in body.match_indices('{') {
            let inner = body[at + 1..].trim_start();
            let word: String =
                inner.chars().take_while(|c| c.is_alphanumeric() || "$-_".contains(*c)).collect();
            match word.strip_prefix('$') {
                Some(variable) => {
                    text.variables.insert(variable.to_owned());
                }
                None => text.quotes |= word.starts_with(|first: char| first.is_ascii_alphabetic()),
            }
        }
    }
    texts
}

fn files_below(folder: &Path, endings: &[&str]) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let Ok(entries) = fs::read_dir(folder) else { return found };
    for entry in entries {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files_below(&path, endings));
        } else if endings.iter().any(|ending| path.extension().is_some_and(|have| have == *ending)) {
            let text = fs::read_to_string(&path).unwrap();
            found.push((path, text));
        }
    }
    found.sort();
    found
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The arguments of a call, from behind its opening parenthesis, as written.
fn arguments(source: &str) -> Vec<String> {
    let mut list = vec![String::new()];
    let (mut depth, mut quoted, mut escaped) = (0_usize, false, false);
    for c in source.chars() {
        let argument = list.last_mut().unwrap();
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            _ if quoted => {}
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' if depth == 0 => break,
            ')' | ']' | '}' => depth -= 1,
            ',' if depth == 0 => {
                list.push(String::new());
                continue;
            }
            _ => {}
        }
        argument.push(c);
    }
    list.into_iter().map(|argument| argument.trim().to_owned()).collect()
}

fn literal(argument: &str) -> Option<&str> {
    let inner = argument.strip_prefix('"')?.strip_suffix('"')?;
    (!inner.contains('"')).then_some(inner)
}

fn is_id(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
}

/// Uses by name: `.text("id")`, `.with1("id", "key", …)` and so on.
fn calls(source: &str) -> Vec<Use> {
    let mut uses = Vec::new();
    for (method, pairs) in [("text", 0), ("with1", 1), ("with2", 2), ("with3", 3)] {
        for (at, call) in source.match_indices(&format!(".{method}(")) {
            let arguments = arguments(&source[at + call.len()..]);
            let Some(id) = arguments.first().and_then(|first| literal(first)) else { continue };
            let keys = (0..pairs).map(|pair| arguments.get(1 + 2 * pair).and_then(|key| literal(key)));
            uses.push(Use { id: id.to_owned(), keys: keys.map(|key| key.map(str::to_owned)).collect() });
        }
    }
    uses
}

/// Uses at run time: every string in the body of a function whose name ends in `message_id`.
fn chosen(source: &str) -> Vec<Use> {
    let mut uses = Vec::new();
    for (at, name) in source.match_indices("message_id(") {
        let before = source[..at].rsplit([' ', '\n']).nth(1).unwrap_or_default();
        let after = &source[at + name.len()..];
        let (Some(open), declared) = (after.find('{'), after.find(';')) else { continue };
        if before != "fn" || declared.is_some_and(|end| end < open) {
            continue;
        }
        let body = arguments(&after[open + 1..]).join(",");
        let ids = body.split('"').skip(1).step_by(2);
        uses.extend(ids.map(|id| Use { id: id.to_owned(), keys: None }));
    }
    uses
}

/// The code of a file without comments and without its tests, which may use ids that do not exist.
fn code(source: &str) -> String {
    let code = source.split("#[cfg(test)]\nmod tests").next().unwrap();
    code.lines().filter(|line| !line.trim_start().starts_with("//")).fold(String::new(), |mut code, line| {
        code.push_str(line);
        code.push('\n');
        code
    })
}

/// What is left of a template without tags, comments, expressions and entities.
fn bare(template: &str) -> String {
    let mut text = template.to_owned();
    for (open, close) in [("{#", "#}"), ("{{", "}}"), ("{%", "%}"), ("<!--", "-->")] {
        while let Some(start) = text.find(open) {
            let end = text[start..].find(close).map_or(text.len(), |end| start + end + close.len());
            text.replace_range(start..end, "");
        }
    }
    let mut words = String::new();
    while let Some(start) = text.find('<') {
        let end = text[start..].find('>').map_or(text.len(), |end| start + end + 1);
        let tag = text[start..end].to_owned();
        for attribute in ["aria-label", "aria-description", "alt", "title", "placeholder", "label"] {
            if let Some((_, value)) = tag.split_once(&format!(" {attribute}=\"")) {
                words.push_str(value.split('"').next().unwrap());
                words.push(' ');
            }
        }
        text.replace_range(start..end, " ");
    }
    words.push_str(&text);
    while let Some(start) = words.find('&') {
        let length = words[start..].find(';').filter(|length| *length < 9).unwrap_or(0);
        words.replace_range(start..=start + length, "");
    }
    words
}

#[test]
fn every_id_in_use_exists_with_the_arguments_it_is_given() {
    let mut faults = Vec::new();
    let sources = files_below(&root().join("src"), &["rs"]);
    let templates = files_below(&root().join("templates"), &["html", "txt", "xml"]);
    let languages: Vec<(&str, Texts)> =
        LANGUAGES.iter().map(|language| (language.tag, texts(language.files))).collect();
    for (path, source) in sources.iter().chain(&templates) {
        if path.starts_with(root().join("src/locale/scan"))
            || path.ends_with("scan.rs")
            || path.ends_with("tests.rs")
        {
            continue;
        }
        let source = code(source);
        for used in calls(&source).into_iter().chain(chosen(&source)) {
            for (tag, texts) in &languages {
                let place = format!("{}: {} ({tag})", path.display(), used.id);
                match (texts.get(&used.id), &used.keys) {
                    (None, _) => faults.push(format!("{place} is missing")),
                    (Some(text), Some(keys)) if !text.quotes && text.variables != *keys => {
                        faults.push(format!("{place} wants {:?}, gets {keys:?}", text.variables));
                    }
                    _ => {}
                }
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn all_languages_have_the_same_texts_and_each_can_be_said() {
    let locales = Locales::load().unwrap();
    let default = texts(LANGUAGES[0].files);
    for (language, locale) in LANGUAGES.iter().zip(locales.all()) {
        let own = texts(language.files);
        let ids = |texts: &Texts| texts.keys().cloned().collect::<BTreeSet<_>>();
        assert_eq!(ids(&own), ids(&default), "{} has other ids than {}", language.tag, LANGUAGES[0].tag);
        for (id, text) in own {
            assert!(is_id(&id), "{id}: ids are words in lower case, joined by dashes");
            let pattern = locale.bundle.get_message(&id).unwrap().value().unwrap();
            let args: FluentArgs<'_> =
                default[&id].variables.iter().map(|key| (key.as_str(), FluentValue::from(2))).collect();
            let mut errors = Vec::new();
            let said = locale.bundle.format_pattern(pattern, Some(&args), &mut errors);
            assert!(errors.is_empty(), "{} {id}: {errors:?}", language.tag);
            assert!(!said.contains('!'), "{} {id}: no exclamation marks", language.tag);
            assert!(!text.variables.iter().any(String::is_empty), "{id}: a variable without a name");
        }
    }
}

#[test]
fn templates_hold_no_words_of_their_own() {
    for (path, template) in files_below(&root().join("templates"), &["html", "txt", "xml"]) {
        let rest = bare(&template);
        let words: Vec<&str> =
            rest.split_whitespace().filter(|word| word.contains(char::is_alphabetic)).collect();
        assert!(words.is_empty(), "{}: {words:?} belong into src/locale", path.display());
    }
}

#[test]
fn the_scan_finds_what_it_looks_for() {
    let source = r#"t.text("a-b") t.with2( "c-d",
        "n", f(1, "x"), "m", 2) t.text(id)
        fn problem_message_id(self) -> &'static str { match self { A => "e-f", B { .. } => "g-h" } } x.message_id()"#;
    let keys = |list: &[&str]| Some(list.iter().map(|key| (*key).to_owned()).collect());
    assert_eq!(
        calls(source),
        [Use { id: "a-b".into(), keys: keys(&[]) }, Use { id: "c-d".into(), keys: keys(&["m", "n"]) },]
    );
    let found: Vec<String> = chosen(source).into_iter().map(|used| used.id).collect();
    assert_eq!(found, ["e-f", "g-h"]);
    let ftl = "# say { $no }\na-b = x { $n } $75\n\nc-d = { $m ->\n    [one] { a-b }\n   *[other] y\n}\n";
    let texts = texts(&[("", ftl)]);
    assert_eq!(texts["a-b"].variables, BTreeSet::from(["n".to_owned()]));
    assert!(texts["c-d"].quotes && texts["c-d"].variables.contains("m"));
    assert!(!bare("<p title=\"{{ a > b }}\">{# no #}{{ x }}&nbsp;1 · 2</p>").contains(char::is_alphabetic));
    assert!(bare("<a aria-label=\"Go\">{{ x }}</a>").contains("Go"));
    assert!(bare("{% if a %}Hello{% endif %}").contains("Hello"));
}
