//! Markdown to HTML that is safe to print: what organizers write, and our own long pages.
//!
//! Two fences, either of which would do: the parser's events are filtered (raw HTML becomes text, images their
//! description, links other than https and mailto their words), then ammonia lets nothing through but
//! the few elements that are left.

use std::{collections::HashSet, fmt, sync::LazyLock};

use ammonia::UrlRelative;
use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd, html};

use crate::locale::Locale;

/// How deep quotes and lists may nest. What is deeper loses its wrapping, not its words: parsers and screen
/// readers need an end to it.
const MAX_NESTING: usize = 6;

/// HTML that may be printed unescaped. Made here only.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SafeHtml(String);

impl SafeHtml {
    /// The markup.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for SafeHtml {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl askama::filters::HtmlSafe for SafeHtml {}

/// Renders what an organizer wrote. Headings begin at `h3`, since the page around has its own above; links are
/// marked `nofollow noopener ugc`.
#[must_use]
pub fn render(markdown: &str) -> SafeHtml {
    SafeHtml(ORGANIZERS.clean(&to_html(markdown, Source::Organizer)).to_string())
}

/// Renders a page of the instance's own, such as one of `PAGES_DIR`. Its first heading is left out (the
/// template shows [`page_title`] as `h1`), the others begin at `h2`; tables, and links within the site, are allowed.
#[must_use]
pub fn render_page(markdown: &str) -> SafeHtml {
    SafeHtml(OWN_PAGES.clean(&to_html(without_title(markdown), Source::Instance)).to_string())
}

/// A long page of the locale, filled in and rendered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LongPage {
    /// Its title.
    pub title: String,
    /// What follows the title.
    pub html: SafeHtml,
}

/// The long page `name` of the locale, with the operator's name, and how to reach them (an address, a URL, or
/// words) where the text has `{operator}` and `{contact}`. `None` if there is no such page.
#[must_use]
pub fn long_page(t: &Locale, name: &str, operator: &str, contact: Option<&str>) -> Option<LongPage> {
    let markdown = t.page(name)?;
    let title = page_title(markdown).unwrap_or(name).to_owned();
    let contact = contact.map_or_else(|| t.text("page-contact-missing"), contact_link);
    // Filled in after Markdown, so that a name cannot be taken for markup; ammonia sees the result.
    let markup = to_html(without_title(markdown), Source::Instance)
        .replace("{operator}", &escape(operator))
        .replace("{contact}", &contact);
    Some(LongPage { title, html: SafeHtml(OWN_PAGES.clean(&markup).to_string()) })
}

/// A link if `contact` is an https URL or a mail address, else its words.
fn contact_link(contact: &str) -> String {
    let words = escape(contact);
    if contact.starts_with("https://") {
        format!("<a href=\"{words}\">{words}</a>")
    } else if contact.contains('@') && !contact.contains(char::is_whitespace) {
        let address = words.strip_prefix("mailto:").unwrap_or(&words);
        format!("<a href=\"mailto:{address}\">{address}</a>")
    } else {
        words
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// The title of a long page: its first line, if that is a heading `# …`.
#[must_use]
pub fn page_title(markdown: &str) -> Option<&str> {
    markdown.trim_start().lines().next().and_then(|line| line.strip_prefix("# ")).map(str::trim)
}

fn without_title(markdown: &str) -> &str {
    match page_title(markdown) {
        Some(_) => markdown.trim_start().split_once('\n').map_or("", |(_, rest)| rest),
        None => markdown,
    }
}

/// Who wrote it: decides on headings and links.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Source {
    Organizer,
    Instance,
}

impl Source {
    const fn heading(self, level: HeadingLevel) -> HeadingLevel {
        match (self, level) {
            (Self::Organizer, HeadingLevel::H1) => HeadingLevel::H3,
            (Self::Organizer, HeadingLevel::H2) => HeadingLevel::H4,
            (Self::Organizer, HeadingLevel::H3) => HeadingLevel::H5,
            (Self::Organizer, _) => HeadingLevel::H6,
            (Self::Instance, HeadingLevel::H1) => HeadingLevel::H2,
            (Self::Instance, other) => other,
        }
    }

    fn allows(self, target: &str) -> bool {
        let scheme = target.split_once(':').map(|(scheme, _)| scheme.to_ascii_lowercase());
        match scheme.as_deref() {
            Some("https" | "mailto") => true,
            Some(_) => false,
            None => self == Self::Instance && target.starts_with(['/', '#']) && !target.starts_with("//"),
        }
    }
}

static ORGANIZERS: LazyLock<ammonia::Builder<'static>> = LazyLock::new(|| {
    let mut builder = cleaner(["h3", "h4", "h5", "h6"]);
    builder.url_relative(UrlRelative::Deny).link_rel(Some("nofollow noopener ugc"));
    builder
});

static OWN_PAGES: LazyLock<ammonia::Builder<'static>> = LazyLock::new(|| {
    let mut builder = cleaner(["h2", "h3", "h4", "h5"]);
    builder.add_tags(["table", "thead", "tbody", "tr", "th", "td"]);
    builder.url_relative(UrlRelative::PassThrough).link_rel(Some("noopener"));
    builder
});

fn cleaner(headings: [&'static str; 4]) -> ammonia::Builder<'static> {
    let mut builder = ammonia::Builder::empty();
    builder
        .add_tags(["p", "br", "hr", "ul", "ol", "li", "blockquote", "pre", "code", "em", "strong", "a"])
        .add_tags(headings)
        .generic_attributes(HashSet::new())
        .add_tag_attributes("a", ["href"])
        .add_tag_attributes("ol", ["start"])
        .url_schemes(HashSet::from(["https", "mailto"]));
    builder
}

fn to_html(markdown: &str, source: Source) -> String {
    let mut filter = Filter { source, nesting: 0, links: Vec::new() };
    let options = match source {
        Source::Organizer => Options::empty(),
        Source::Instance => Options::ENABLE_TABLES,
    };
    let events = Parser::new_ext(markdown, options).filter_map(|event| filter.pass(event));
    let mut markup = String::with_capacity(markdown.len() * 3 / 2);
    html::push_html(&mut markup, events);
    markup
}

struct Filter {
    source: Source,
    nesting: usize,
    /// For each open link: whether it stays one.
    links: Vec<bool>,
}

impl Filter {
    fn pass<'a>(&mut self, event: Event<'a>) -> Option<Event<'a>> {
        match event {
            Event::Start(tag) => self.open(tag).map(Event::Start),
            Event::End(tag) => self.close(tag).map(Event::End),
            Event::Html(text) | Event::InlineHtml(text) => Some(Event::Text(text)),
            Event::Text(_) | Event::Code(_) | Event::SoftBreak | Event::HardBreak | Event::Rule => {
                Some(event)
            }
            // Extensions that are not switched on.
            Event::InlineMath(_)
            | Event::DisplayMath(_)
            | Event::FootnoteReference(_)
            | Event::TaskListMarker(_) => None,
        }
    }

    fn open<'a>(&mut self, tag: Tag<'a>) -> Option<Tag<'a>> {
        match tag {
            Tag::HtmlBlock => Some(Tag::Paragraph),
            Tag::Heading { level, .. } => Some(Tag::Heading {
                level: self.source.heading(level),
                id: None,
                classes: Vec::new(),
                attrs: Vec::new(),
            }),
            Tag::Image { .. } => None,
            Tag::Link { ref dest_url, .. } => {
                let stays = self.source.allows(dest_url);
                self.links.push(stays);
                stays.then_some(tag)
            }
            Tag::BlockQuote(_) | Tag::List(_) | Tag::Item => {
                self.nesting += 1;
                (self.nesting <= 2 * MAX_NESTING).then_some(tag)
            }
            other => Some(other),
        }
    }

    fn close(&mut self, tag: TagEnd) -> Option<TagEnd> {
        match tag {
            TagEnd::HtmlBlock => Some(TagEnd::Paragraph),
            TagEnd::Heading(level) => Some(TagEnd::Heading(self.source.heading(level))),
            TagEnd::Image => None,
            TagEnd::Link => self.links.pop().unwrap_or(false).then_some(tag),
            TagEnd::BlockQuote(_) | TagEnd::List(_) | TagEnd::Item => {
                let is_kept = self.nesting <= 2 * MAX_NESTING;
                self.nesting = self.nesting.saturating_sub(1);
                is_kept.then_some(tag)
            }
            other => Some(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(markdown: &str) -> String {
        render(markdown).to_string().trim_end().to_owned()
    }

    #[test]
    fn plain_writing_is_rendered() {
        for (markdown, html) in [
            (
                "One\n\nTwo *a* **b** `c`",
                "<p>One</p>\n<p>Two <em>a</em> <strong>b</strong> <code>c</code></p>",
            ),
            ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>"),
            ("3. a\n4. b", "<ol start=\"3\">\n<li>a</li>\n<li>b</li>\n</ol>"),
            ("> q", "<blockquote>\n<p>q</p>\n</blockquote>"),
            ("a  \nb", "<p>a<br>\nb</p>"),
            ("5 < 6 & 7", "<p>5 &lt; 6 &amp; 7</p>"),
            ("# A\n## B\n##### C", "<h3>A</h3>\n<h4>B</h4>\n<h6>C</h6>"),
            ("```rust\nlet x;\n```", "<pre><code>let x;\n</code></pre>"),
        ] {
            assert_eq!(shown(markdown), html);
        }
    }

    #[test]
    fn links_go_to_https_and_mailto_only_and_are_marked() {
        let rel = "rel=\"nofollow noopener ugc\"";
        assert_eq!(
            shown("[a](https://example.com/x \"t\")"),
            format!("<p><a href=\"https://example.com/x\" {rel}>a</a></p>")
        );
        assert_eq!(
            shown("<mailto:a@example.com>"),
            format!("<p><a href=\"mailto:a@example.com\" {rel}>mailto:a@example.com</a></p>")
        );
        for target in [
            "http://example.com",
            "javascript:alert(1)",
            "JaVaScRiPt:alert(1)",
            "data:text/html,x",
            "vbscript:x",
            "/admin",
            "//example.com",
            "#sign",
            "x",
            "&#106;avascript:alert(1)",
            "java&#10;script:alert(1)",
            "javascript&colon;alert(1)",
            "%6aavascript:alert(1)",
            "\u{1}javascript:alert(1)",
            "file:///etc/passwd",
            "",
        ] {
            assert_eq!(shown(&format!("[*a*](<{target}>)")), "<p><em>a</em></p>", "{target}");
        }
    }

    #[test]
    fn markup_that_someone_typed_stays_words() {
        assert_eq!(shown("<script>alert(1)</script>"), "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>");
        assert_eq!(shown("a <b onclick=x>b</b>"), "<p>a &lt;b onclick=x&gt;b&lt;/b&gt;</p>");
    }

    #[test]
    fn no_input_makes_an_element_that_is_not_on_the_list() {
        let allowed = [
            "p",
            "br",
            "hr",
            "ul",
            "ol",
            "li",
            "blockquote",
            "pre",
            "code",
            "em",
            "strong",
            "a",
            "h3",
            "h4",
            "h5",
            "h6",
        ];
        for typed in [
            "<img src=x onerror=alert(1)>",
            "![a](https://example.com/x.png)",
            "![a](javascript:alert(1))",
            "[![a](https://example.com/x.png)](javascript:alert(1))",
            "<svg/onload=alert(1)>",
            "<iframe src=//example.com>",
            "<a href=\"javascript:alert(1)\">x</a>",
            "<style>*{display:none}</style>",
            "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
            "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
            "<!-- --><script>x</script>",
            "<form action=/sign-in><input name=passphrase>",
            "```\"><script>x</script>\ny\n```",
            "```x\" onmouseover=\"alert(1)\ny\n```",
            "# a {#id .class onclick=x}",
            "[a]: javascript:alert(1)\n\n[a]",
            "[a](https://example.com/\"onmouseover=\"alert(1))",
            "<https://example.com/\"><script>x</script>>",
            "| a | b |\n|---|---|\n| c | d |",
            "~~a~~ [^1]\n\n[^1]: b",
            "<plaintext>",
            "</main></body></html><h1>x</h1>",
            "<meta http-equiv=refresh content=0;url=//example.com>",
            "<base href=//example.com>",
        ] {
            let html = shown(typed);
            for piece in html.split('<').skip(1) {
                let tag = piece.split('>').next().unwrap();
                let mut words = tag.trim_start_matches('/').split_whitespace();
                assert!(allowed.contains(&words.next().unwrap()), "{typed}: {html}");
                let attributes: Vec<&str> = words.collect();
                let is_link = attributes.first().is_some_and(|first| first.starts_with("href=\"https:"));
                assert!(attributes.is_empty() || is_link, "{typed}: {html}");
            }
        }
    }

    #[test]
    fn an_image_leaves_its_description() {
        assert_eq!(shown("see ![the plan](https://example.com/x.png)"), "<p>see the plan</p>");
    }

    #[test]
    fn endless_nesting_ends() {
        for unit in ["> ", "- ", "1. ", "*", "[", "`", "<b>", "![", "**a "] {
            let html = shown(&format!("{}a", unit.repeat(5_000)));
            assert!(html.matches("<blockquote>").count() + html.matches("<ul>").count() <= 2 * MAX_NESTING);
        }
    }

    #[test]
    fn own_pages_link_within_the_site_and_leave_the_title_to_the_template() {
        let page = "# Privacy\n\nSee [safety](/your-safety), [x](http://example.com) and [y](//example.com).\n\n## More\n";
        assert_eq!(page_title(page), Some("Privacy"));
        assert_eq!(
            render_page(page).to_string().trim_end(),
            "<p>See <a href=\"/your-safety\" rel=\"noopener\">safety</a>, x and y.</p>\n<h2>More</h2>"
        );
        assert_eq!(page_title("No title"), None);
    }

    #[test]
    fn long_pages_name_the_operator_and_cannot_be_broken_by_the_name() {
        let t = Locale::english().unwrap();
        for name in ["privacy", "how-anonymity-works", "your-safety", "accessibility"] {
            for contact in [None, Some("help@example.org"), Some("https://example.org/?a=1&b=2"), Some("<b>")]
            {
                let page = long_page(&t, name, "Ada & <i>friends</i>", contact).unwrap();
                let html = page.html.as_str();
                assert!(!html.contains(['{', '}', '!']), "{name}: {html}");
                assert!(
                    !html.contains("<i>") && !html.contains("<b>") && !html.contains("<h1"),
                    "{name}: {html}"
                );
                assert!(!page.title.is_empty() && (contact.is_some() || html.contains("the operator")));
            }
        }
        let html = long_page(&t, "privacy", "Ada", Some("help@example.org")).unwrap().html.0;
        assert!(
            html.contains("run by Ada.")
                && html.contains("<a href=\"mailto:help@example.org\" rel=\"noopener\">")
        );
        assert!(html.contains("<td>"), "{html}");
        assert_eq!(long_page(&t, "nowhere", "Ada", None), None);
    }

    #[test]
    fn templates_print_it_unescaped() {
        #[derive(askama::Template)]
        #[template(source = "{{ html }}", ext = "html")]
        struct Shown {
            html: SafeHtml,
        }
        let html = render("*a* <i>");
        assert_eq!(askama::Template::render(&Shown { html }).unwrap(), "<p><em>a</em> &lt;i&gt;</p>\n");
    }

    proptest::proptest! {
        #[test]
        fn no_script_comes_through(typed in "[a-z<>/\"'`*_#\\[\\]()!&;:\\\\ \n=-]{0,200}") {
            let html = shown(&typed);
            assert!(!html.contains("<script") && !html.contains("<img") && !html.contains("javascript:\""));
        }
    }
}
