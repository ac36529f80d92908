//! Markdown to HTML that is safe to print: what organizers write, and our own long pages.
//!
//! Two fences, either of which would do: the parser's events are filtered (raw HTML becomes text, images their
//! description, links other than https and mailto their words), then ammonia lets nothing through but
//! the few elements that are left.

use std::{collections::HashSet, fmt, sync::LazyLock};

use ammonia::UrlRelative;
use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd, html};

use crate::{
    domain::web_address::{Contact, WebAddress},
    locale::Locale,
};

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

/// Renders what an organizer wrote. Headings begin at `h3`, since the page around has its own above, whatever
/// level was written first; links are marked `nofollow noopener ugc`.
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
pub fn long_page(t: &Locale, name: &str, instance: &Instance<'_>) -> Option<LongPage> {
    let markdown = t.page(name)?;
    let title = page_title(markdown).unwrap_or(name).to_owned();
    let contact = instance.contact.map_or_else(|| t.text("page-contact-missing"), contact_link);
    // Filled in after Markdown, so that a name cannot be taken for markup; ammonia sees the result.
    let markup = to_html(without_title(markdown), Source::Instance)
        .replace("{operator}", &escape(instance.operator))
        .replace("{contact}", &contact)
        .replace("{batch}", &t.number(u64::from(instance.batch)))
        .replace("{schedule}", &escape(&schedule(t, instance.quiet_secs, instance.busy_secs)));
    Some(LongPage { title, html: SafeHtml(OWN_PAGES.clean(&markup).to_string()) })
}

/// What the long pages say of this instance.
pub struct Instance<'a> {
    /// Who runs it.
    pub operator: &'a str,
    /// How to reach them.
    pub contact: Option<&'a str>,
    /// B: the least number of signatures without a name published together.
    pub batch: u32,
    /// Seconds between two looks at what waits.
    pub quiet_secs: i64,
    /// The same while many wait.
    pub busy_secs: i64,
}

/// How often groups are published, in words.
fn schedule(t: &Locale, quiet_secs: i64, busy_secs: i64) -> String {
    let often = if (quiet_secs, busy_secs) == (86_400, 3_600) { "day" } else { "other" };
    let (quiet, busy) = (span(t, quiet_secs), span(t, busy_secs));
    t.with3("schedule-lead", "often", often, "quiet", quiet, "busy", busy)
}

fn span(t: &Locale, secs: i64) -> String {
    let secs = u64::try_from(secs).unwrap_or(0);
    let units = [(86_400, "schedule-days"), (3_600, "schedule-hours"), (60, "schedule-minutes")];
    let whole = units.into_iter().find(|(unit, _)| secs > 0 && secs % unit == 0);
    let (unit, id) = whole.unwrap_or((1, "schedule-seconds"));
    t.with1(id, "n", secs / unit)
}

/// A link if `contact` is a web or mail address, else its words.
fn contact_link(contact: &str) -> String {
    match Contact::parse(contact).href() {
        Some(href) => {
            let words = escape(href.strip_prefix("mailto:").unwrap_or(&href));
            format!("<a href=\"{}\">{words}</a>", escape(&href))
        }
        None => escape(contact),
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
    /// What a heading becomes that stands within so many others. The page around has its own above.
    const fn heading(self, within: usize) -> HeadingLevel {
        match (self, within) {
            (Self::Instance, 0) => HeadingLevel::H2,
            (Self::Organizer, 0) | (Self::Instance, 1) => HeadingLevel::H3,
            (Self::Organizer, 1) | (Self::Instance, 2) => HeadingLevel::H4,
            (Self::Organizer, 2) | (Self::Instance, _) => HeadingLevel::H5,
            (Self::Organizer, _) => HeadingLevel::H6,
        }
    }

    /// Where a link may lead, in its one form; `None`: its words stay, and no link.
    fn target(self, written: &str) -> Option<String> {
        let scheme = written.split_once(':').map(|(scheme, _)| scheme.to_ascii_lowercase());
        match scheme.as_deref() {
            Some("mailto") => Some(String::from(written)),
            Some(_) => {
                WebAddress::parse(written).ok().filter(WebAddress::is_https).map(|page| page.to_string())
            }
            None => {
                let is_within = written.starts_with(['/', '#']) && !written.starts_with("//");
                (self == Self::Instance && is_within).then(|| String::from(written))
            }
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
    let mut filter = Filter { source, nesting: 0, headings: Vec::new(), links: Vec::new() };
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
    /// The last heading as it was written, after those that it stands within. Levels that were skipped are
    /// not skipped in the page: whoever hears it walks from heading to heading.
    headings: Vec<HeadingLevel>,
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

    fn heading(&self) -> HeadingLevel {
        self.source.heading(self.headings.len().saturating_sub(1))
    }

    fn open<'a>(&mut self, tag: Tag<'a>) -> Option<Tag<'a>> {
        match tag {
            Tag::HtmlBlock => Some(Tag::Paragraph),
            Tag::Heading { level, .. } => {
                self.headings.retain(|above| *above < level);
                self.headings.push(level);
                let (level, id) = (self.heading(), None);
                Some(Tag::Heading { level, id, classes: Vec::new(), attrs: Vec::new() })
            }
            Tag::Image { .. } => None,
            Tag::Link { link_type, dest_url, title, id } => {
                let target = self.source.target(&dest_url);
                self.links.push(target.is_some());
                target.map(|target| Tag::Link { link_type, dest_url: target.into(), title, id })
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
            TagEnd::Heading(_) => Some(TagEnd::Heading(self.heading())),
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
mod tests;
