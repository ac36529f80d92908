//! Arabic, Hebrew and other texts are read from right to left: wherever people's words stand, their direction comes from
//! the words themselves, and the words of the page around them stay in order.

use std::{fs, path::Path};

use undersigned::actions::petitions::How;

use crate::support::TestApp;

/// Ends of expressions that are never words of a person: addresses, keys, numbers and words of our own.
const OURS: &str = "\
    address after back base_url before cast_later_path checkpoint code counted currency domain \
    domain_line entry file_url fingerprint first genesis goal group head heading hint host href \
    html id index key lead line link log_key next own_address own_site page path percent petition place \
    policy script site statement ticket url verifier_key what_to_do";

/// Words of our own under a name that is a person's elsewhere.
const OURS_HERE: &[(&str, &str)] = &[
    ("macros.html", "text"),
    ("petition/body.html", "words"),
    ("petition/count.html", "words"),
    ("macros.html", "link.text"),
    ("organize/opening.html", "line.text"),
    ("macros.html", "label"),
    ("site/problem.html", "field.label"),
    ("site/problem.html", "label"),
    ("site/wait.html", "why"),
    ("site/wait.html", "label"),
];

/// Inputs that nobody writes words into.
const WORDLESS: &[&str] = &["hidden", "checkbox", "radio", "password", "email", "date", "number", "file"];

const VOID: &[&str] = &["input", "br", "meta", "link", "img", "hr", "rect", "wbr", "source", "path"];

/// Reads a template: which expressions stand in text without a direction of their own, and which inputs have none.
struct Reader<'a> {
    rest: &'a str,
    /// The open elements, and whether each takes its direction from its content.
    open: Vec<(&'a str, bool)>,
    in_title_block: bool,
    faults: Vec<String>,
}

impl<'a> Reader<'a> {
    /// The text up to `end`, which is read too.
    fn upto(&mut self, end: &str) -> &'a str {
        let (found, rest) = self.rest.split_once(end).unwrap_or((self.rest, ""));
        self.rest = rest;
        found
    }

    fn read(mut self, name: &str) -> Vec<String> {
        while let Some(at) = self.rest.find(['{', '<']) {
            let (text, rest) = self.rest.split_at(at);
            self.text(name, text);
            self.rest = rest;
            if self.rest.starts_with("{#") {
                self.upto("#}");
            } else if self.rest.starts_with("{%") {
                let tag = self.upto("%}");
                self.in_title_block =
                    tag.contains("block title") || self.in_title_block && !tag.contains("endblock");
            } else if self.rest.starts_with("{{") {
                self.rest = &self.rest[2..];
                let expression = self.upto("}}").trim();
                self.expression(name, expression);
            } else if self.rest.starts_with('<') {
                self.element();
            } else {
                self.rest = &self.rest[1..];
            }
        }
        self.faults
    }

    fn expression(&mut self, template: &str, expression: &str) {
        let bare = expression.trim_end_matches("()");
        let last = bare.rsplit('.').next().unwrap_or(bare);
        let is_ours = expression.contains("f.t")
            || expression.contains("(f,")
            || expression.starts_with("m::")
            || expression.ends_with("|safe")
            || expression.starts_with('"')
            || OURS.split(' ').any(|name| name == last)
            || OURS_HERE.contains(&(template, expression));
        if !is_ours && !self.takes_direction() {
            self.faults.push(format!("{template}: {{{{ {expression} }}}}"));
        }
    }

    /// What a page shows: Hebrew words are isolated, or their element takes its direction from them.
    fn text(&mut self, page: &str, text: &str) {
        let is_hebrew = text.contains(|c| ('\u{5d0}'..='\u{5ea}').contains(&c));
        if is_hebrew && !text.contains('\u{2068}') && !self.takes_direction() {
            self.faults.push(format!("{page}: {text}"));
        }
    }

    /// Whether what stands here takes its direction from its own words, or has none (it is a title of the window).
    fn takes_direction(&self) -> bool {
        let is_nowhere = |element: &str| ["title", "script", "style"].contains(&element);
        self.in_title_block
            || self.open.iter().any(|(element, by_content)| *by_content || is_nowhere(element))
    }

    /// A tag, with the expressions in its attributes: those are read by programs.
    fn element(&mut self) {
        let mut end = 1;
        let mut inside = None;
        while end < self.rest.len() {
            let here = &self.rest[end..];
            inside = match inside {
                None if here.starts_with("{{") => Some("}}"),
                None if here.starts_with("{%") => Some("%}"),
                None if here.starts_with('>') => break,
                Some(close) if here.starts_with(close) => None,
                other => other,
            };
            end += here.chars().next().map_or(1, char::len_utf8);
        }
        let tag = &self.rest[1..end];
        self.rest = self.rest.get(end + 1..).unwrap_or_default();
        if let Some(closed) = tag.strip_prefix('/') {
            if let Some(at) = self.open.iter().rposition(|(element, _)| *element == closed) {
                self.open.truncate(at);
            }
            return;
        }
        let element = tag.split([' ', '\n', '/']).next().unwrap_or_default();
        let by_content = element == "bdi" || tag.contains(r#" dir="auto""#);
        let is_wordless = WORDLESS.iter().any(|kind| tag.contains(&format!(r#" type="{kind}""#)))
            || tag.contains(" readonly");
        if (element == "textarea" || element == "input" && !is_wordless) && !by_content {
            self.faults.push(format!("<{tag}>"));
        }
        if !VOID.contains(&element) {
            self.open.push((element, by_content));
        }
    }
}

fn templates(folder: &Path, found: &mut Vec<(String, String)>, root: &Path) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            templates(&path, found, root);
        } else if path.extension().is_some_and(|ending| ending == "html") {
            let name = path.strip_prefix(root).unwrap().to_str().unwrap();
            found.push((String::from(name), fs::read_to_string(&path).unwrap()));
        }
    }
}

#[test]
fn in_every_template_words_of_people_and_their_inputs_take_their_direction_from_the_words() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates");
    let mut all = Vec::new();
    templates(&root, &mut all, &root);
    assert!(all.len() > 40, "{}", all.len());
    let mut faults = Vec::new();
    for (name, text) in &all {
        let reader = Reader { rest: text, open: Vec::new(), in_title_block: false, faults: Vec::new() };
        faults.extend(reader.read(name));
    }
    assert!(faults.is_empty(), "no dir=\"auto\" or <bdi> around:\n{}", faults.join("\n"));
}

#[test]
fn a_petition_in_hebrew_reads_from_right_to_left_on_every_page_that_shows_it() {
    let app = TestApp::start();
    let owner = app.organizer("Heron");
    let petition =
        app.petition_to(&owner, app.employer("תעשיות הנמל", "staff.example"), How::Open, |draft| {
            draft.title = String::from("הפסיקו את המכירה");
            draft.summary = String::from("אנחנו בונים את השירות.");
            draft.addressed_to = String::from("הדירקטוריון");
            draft.body = String::from("אנחנו מבקשים תשובה.");
            draft.demands = String::from("סיימו את החוזה");
        });
    app.sign(&petition, "work-mail", "דוד לוי", "david@staff.example");
    for path in [
        "/",
        "/petitions",
        &petition.path(),
        &format!("{}/signers", petition.path()),
        &format!("{}/audit", petition.path()),
    ] {
        let page = app.client().get(path).expect(200);
        let reader = Reader { rest: &page.body, open: Vec::new(), in_title_block: false, faults: Vec::new() };
        let faults = reader.read(path);
        assert!(page.body.contains("הפסיקו את המכירה"), "{path}");
        assert!(faults.is_empty(), "no direction of their own:\n{}", faults.join("\n"));
    }
    let page = app.client().get(&petition.path()).expect(200);
    page.says("\u{2068}הדירקטוריון\u{2069}");
}
