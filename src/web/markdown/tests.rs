use super::*;

fn shown(markdown: &str) -> String {
    render(markdown).to_string().trim_end().to_owned()
}

#[test]
fn plain_writing_is_rendered() {
    for (markdown, html) in [
        ("One\n\nTwo *a* **b** `c`", "<p>One</p>\n<p>Two <em>a</em> <strong>b</strong> <code>c</code></p>"),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>"),
        ("3. a\n4. b", "<ol start=\"3\">\n<li>a</li>\n<li>b</li>\n</ol>"),
        ("> q", "<blockquote>\n<p>q</p>\n</blockquote>"),
        ("a  \nb", "<p>a<br>\nb</p>"),
        ("5 < 6 & 7", "<p>5 &lt; 6 &amp; 7</p>"),
        ("```rust\nlet x;\n```", "<pre><code>let x;\n</code></pre>"),
    ] {
        assert_eq!(shown(markdown), html);
    }
}

#[test]
fn no_level_is_skipped_between_headings() {
    for (markdown, html) in [
        ("# A\n## B\n##### C", "<h3>A</h3>\n<h4>B</h4>\n<h5>C</h5>"),
        ("## A\n## B\n# C\n## D", "<h3>A</h3>\n<h3>B</h3>\n<h3>C</h3>\n<h4>D</h4>"),
        ("### A\n###### B\n#### C", "<h3>A</h3>\n<h4>B</h4>\n<h4>C</h4>"),
        ("# A\n## B\n### C\n#### D\n##### E", "<h3>A</h3>\n<h4>B</h4>\n<h5>C</h5>\n<h6>D</h6>\n<h6>E</h6>"),
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
        shown("[a](HTTPS://B\u{fc}cher.example/X)"),
        format!("<p><a href=\"https://xn--bcher-kva.example/X\" {rel}>a</a></p>")
    );
    assert_eq!(
        shown("<mailto:a@example.com>"),
        format!("<p><a href=\"mailto:a@example.com\" {rel}>mailto:a@example.com</a></p>")
    );
    for target in [
        "http://example.com",
        "https://",
        "https://user:pw@example.com/",
        "https://127.0.0.1/",
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

fn instance<'a>(operator: &'a str, contact: Option<&'a str>) -> Instance<'a> {
    Instance { operator, contact, batch: 10, quiet_secs: 86_400, busy_secs: 3_600 }
}

#[test]
fn the_long_pages_say_how_large_groups_are_here_and_when_they_come_out() {
    let t = Locale::english().unwrap();
    let here = Instance { batch: 12, quiet_secs: 7_200, busy_secs: 20, ..instance("Ada", None) };
    let html = long_page(&t, "how-anonymity-works", &here).unwrap().html.0;
    assert!(html.contains("<strong>12 of the same kind</strong>"), "{html}");
    assert!(html.contains("every 2 hours, and every 20 seconds"), "{html}");
    let html = long_page(&t, "how-anonymity-works", &instance("Ada", None)).unwrap().html.0;
    assert!(html.contains("once a day, and every hour"), "{html}");
    assert!(!html.contains('{'), "nothing is left to fill in");
}

#[test]
fn long_pages_name_the_operator_and_cannot_be_broken_by_the_name() {
    let t = Locale::english().unwrap();
    for name in ["privacy", "how-anonymity-works", "your-safety", "accessibility"] {
        for contact in [None, Some("help@example.org"), Some("https://example.org/?a=1&b=2"), Some("<b>")] {
            let page = long_page(&t, name, &instance("Ada & <i>friends</i>", contact)).unwrap();
            let html = page.html.as_str();
            assert!(!html.contains(['{', '}', '!']), "{name}: {html}");
            assert!(
                !html.contains("<i>") && !html.contains("<b>") && !html.contains("<h1"),
                "{name}: {html}"
            );
            assert!(!page.title.is_empty() && (contact.is_some() || html.contains("the operator")));
        }
    }
    let html = long_page(&t, "privacy", &instance("Ada", Some("help@example.org"))).unwrap().html.0;
    assert!(
        html.contains("run by Ada.")
            && html.contains("<a href=\"mailto:help@example.org\" rel=\"noopener\">")
    );
    assert!(html.contains("<td>"), "{html}");
    assert_eq!(long_page(&t, "nowhere", &instance("Ada", None)), None);
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
