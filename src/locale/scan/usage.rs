//! Both ways: whatever looks like the id of a text is one, and each text is used.

use std::collections::BTreeSet;

use super::{LANGUAGES, arguments, code, files_below, is_id, root, texts};
use crate::locale::proofs;

/// Strings that begin as some text's id does and are none: codes and events for programs, ids of elements, names of
/// sub-commands. A string that is missing here and in the texts is most likely an id with a mistake in it.
const NO_TEXTS: &[&str] = &[
    "address-refused",
    "code-asked",
    "codes-current",
    "mail-removed",
    "mail-saved",
    "passphrase-changed",
    "passphrase-current",
    "proof-used",
    "saved-page",
    "sign-in",
    "sign-up",
    "statement-checked",
    "withdrawal-code",
];

/// Where strings with such beginnings name other things: places where a test may kill the server.
const CRASH_POINTS: &str = "src/faults.rs";

/// The strings of the code, and of the expressions in templates.
fn strings() -> Vec<(String, String)> {
    let mut found = Vec::new();
    for (path, source) in files_below(&root().join("src"), &["rs"]) {
        let place = path.strip_prefix(root()).unwrap().display().to_string();
        if path.ends_with("tests.rs") || path.ends_with("samples.rs") || place.starts_with("src/locale/scan")
        {
            continue;
        }
        found.extend(quoted(&code(&source)).into_iter().map(|text| (place.clone(), text)));
    }
    for (path, template) in files_below(&root().join("templates"), &["html", "txt", "xml"]) {
        let place = path.strip_prefix(root()).unwrap().display().to_string();
        found.extend(expressions(&template).iter().flat_map(|expression| {
            quoted(expression).into_iter().map(|text| (place.clone(), text)).collect::<Vec<_>>()
        }));
    }
    found
}

/// What stands between quotation marks. Marks inside a string shift the rest: ids are still found, since they stand between
/// two marks either way.
fn quoted(source: &str) -> Vec<String> {
    let parts: Vec<&str> = source.split('"').collect();
    parts.into_iter().filter(|part| is_id(part)).map(str::to_owned).collect()
}

/// The calls of texts in a template. Other strings there are ids of elements, and arguments of macros.
fn expressions(template: &str) -> Vec<String> {
    let calls = [".text(", ".with1(", ".with2(", ".with3("];
    let found = calls.into_iter().flat_map(|call| {
        template.match_indices(call).map(|(at, _)| arguments(&template[at + call.len()..]).join(","))
    });
    found.collect()
}

/// Ids that another text quotes: `{ proof-any }`.
fn quoted_by_texts() -> BTreeSet<String> {
    let files = LANGUAGES.iter().flat_map(|language| language.files);
    let lines = files.flat_map(|(_, text)| text.lines()).filter(|line| !line.starts_with('#'));
    let inner = lines.flat_map(|line| line.split('{').skip(1).filter_map(|part| part.split('}').next()));
    inner.map(|text| text.trim().to_owned()).filter(|text| is_id(text)).collect()
}

#[test]
fn every_string_that_looks_like_an_id_is_one() {
    let texts = texts(LANGUAGES[0].files);
    let beginnings: BTreeSet<&str> = texts.keys().filter_map(|id| id.split('-').next()).collect();
    let mut faults = BTreeSet::new();
    for (place, text) in strings() {
        let Some((beginning, rest)) = text.split_once('-') else { continue };
        let is_other = rest.is_empty() || NO_TEXTS.contains(&text.as_str()) || place == CRASH_POINTS;
        if beginnings.contains(beginning) && !texts.contains_key(&text) && !is_other {
            faults.insert(format!("{place}: {text}"));
        }
    }
    let faults: Vec<String> = faults.into_iter().collect();
    assert!(faults.is_empty(), "no such texts (or strings for NO_TEXTS):\n{}", faults.join("\n"));
}

#[test]
fn every_text_is_used() {
    let used: BTreeSet<String> =
        strings().into_iter().map(|(_, text)| text).chain(quoted_by_texts()).chain(proofs::ids()).collect();
    let texts = texts(LANGUAGES[0].files);
    for id in proofs::ids() {
        assert!(texts.contains_key(&id), "a kind of proof lacks a text: {id}");
    }
    let unused: Vec<&String> = texts.keys().filter(|id| !used.contains(*id)).collect();
    assert!(unused.is_empty(), "used nowhere: {unused:?}");
}

#[test]
fn no_string_is_excepted_that_is_not_there() {
    let found: BTreeSet<String> = strings().into_iter().map(|(_, text)| text).collect();
    let gone: Vec<&&str> = NO_TEXTS.iter().filter(|text| !found.contains(**text)).collect();
    assert!(gone.is_empty(), "{gone:?}");
}

/// The script has no words of its own: it takes them from elements with `data-word` or `data-code`, which the locale fills.
#[test]
fn every_word_that_the_script_asks_for_stands_in_a_template() {
    let mut words = BTreeSet::new();
    for (_, template) in files_below(&root().join("templates"), &["html"]) {
        let after = template.split("data-word=\"").skip(1);
        words.extend(after.filter_map(|rest| rest.split('"').next()).map(str::to_owned));
    }
    let mut asked = 0;
    for (path, script) in files_below(&root().join("src/web/static/signing"), &["js"]) {
        for call in ["word('", "words('"] {
            for (at, _) in script.match_indices(call) {
                let word = script[at + call.len()..].split('\'').next().unwrap();
                asked += 1;
                assert!(words.contains(word), "{}: no template has the word {word}", path.display());
            }
        }
    }
    assert!(asked > 20, "{asked}");
}

#[test]
fn ids_are_found_in_code_and_in_expressions() {
    assert_eq!(quoted(r#"let id = if a { "a-b" } else { "c-d" }; "A b""#), ["a-b", "c-d"]);
    let template = r#"<p id="own-plain">{{ f.t.text("own-lead") }}{{ f.t.with1("own-n", "n", 1) }}</p>"#;
    let found: Vec<String> = expressions(template).iter().flat_map(|call| quoted(call)).collect();
    assert_eq!(found, ["own-lead", "own-n", "n"]);
}
