//! What people read of a page, or hear: its text, and the attributes that are spoken.

/// Attributes that people read, or hear.
const SPOKEN: &[&str] =
    &["title", "alt", "aria-label", "aria-description", "placeholder", "label", "summary"];
/// Codes that the script looks up, several in one attribute.
const PROBLEMS: &str = "data-problems";

/// A piece of a page that people read: where it stands, and what it says.
#[derive(Debug, PartialEq, Eq)]
pub struct Spoken {
    /// The element, and the attribute.
    pub place: String,
    /// What it says.
    pub text: String,
}

/// What people read of a page: text, and the attributes that are spoken.
pub fn spoken(html: &str) -> Vec<Spoken> {
    let mut found = Vec::new();
    let mut rest = html;
    let mut element = String::new();
    while let Some(open) = rest.find('<') {
        let (text, tag) = rest.split_at(open);
        if element != "script" && element != "style" {
            found.push(Spoken { place: element.clone(), text: decoded(text) });
        }
        if let Some(comment) = tag.strip_prefix("<!--") {
            rest = comment.split_once("-->").map_or("", |(_, rest)| rest);
            continue;
        }
        let end = end_of_tag(tag);
        let inner = tag.get(1..end).unwrap_or_default();
        element = inner.split([' ', '\n', '/']).next().unwrap_or_default().to_owned();
        found.extend(
            attributes(inner)
                .into_iter()
                .filter(|(name, _)| is_spoken(&element, inner, name))
                .map(|(name, value)| Spoken { place: format!("{element} {name}"), text: decoded(&value) }),
        );
        rest = tag.get(end + 1..).unwrap_or_default();
    }
    found.push(Spoken { place: element, text: decoded(rest) });
    found.retain(|spoken| !spoken.text.trim().is_empty());
    found
}

fn is_spoken(element: &str, tag: &str, name: &str) -> bool {
    let is_input_button = element == "input" && tag.contains("type=\"submit\"");
    SPOKEN.contains(&name)
        || (name == "value" && is_input_button)
        || (name == "content" && tag.contains("name=\"description\""))
        || (name.starts_with("data-") && name != PROBLEMS && !is_key(tag, name))
}

/// Whether a `data-` attribute holds one word that only the script reads: a key, a state.
fn is_key(tag: &str, name: &str) -> bool {
    let value = attributes(tag).into_iter().find(|(found, _)| found == name).map(|(_, value)| value);
    value.is_none_or(|value| {
        value.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || "-_".contains(c))
    })
}

/// The place of the `>` that ends the tag: none inside quotation marks does.
fn end_of_tag(tag: &str) -> usize {
    let mut quoted = false;
    tag.find(|c| {
        quoted ^= c == '"';
        c == '>' && !quoted
    })
    .unwrap_or(tag.len() - 1)
}

fn attributes(tag: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut rest = tag;
    while let Some((before, after)) = rest.split_once("=\"") {
        let name = before.rsplit([' ', '\n', '"']).next().unwrap_or_default();
        let (value, next) = after.split_once('"').unwrap_or((after, ""));
        found.push((name.to_owned(), value.to_owned()));
        rest = next;
    }
    found
}

fn decoded(text: &str) -> String {
    let named = [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#34;", "\""),
        ("&#39;", "'"),
        ("&#60;", "<"),
        ("&#62;", ">"),
        ("&nbsp;", "\u{a0}"),
        ("&#38;", "&"),
        ("&amp;", "&"),
    ];
    named.into_iter().fold(text.to_owned(), |text, (entity, character)| text.replace(entity, character))
}

#[test]
fn text_and_spoken_attributes_are_found_and_scripts_are_not() {
    let html = "<p title=\"A &gt; b\">⟦Ťéẋť⟧ <b>Initech 7</b><script>let x;</script><input type=\"submit\" value=\"Go\" data-state=\"on\" \
                data-said=\"Copied now\">⟧</button><!-- no -->";
    let found: Vec<String> = spoken(html).into_iter().map(|spoken| spoken.text).collect();
    assert_eq!(found, ["A > b", "⟦Ťéẋť⟧ ", "Initech 7", "Go", "Copied now", "⟧"]);
}
