//! Web addresses that people give as a source, a link or a contact: read once, by the rules that browsers read them by
//! (the `url` crate, WHATWG), and kept in the one form that comes out.

use std::fmt;

use url::{Host, Url};

use super::{
    email::EmailAddress,
    text::{
        Spot, Worded,
        characters::{first_unseen, trim},
    },
};

/// The longest address that is taken, in characters as typed.
pub const WEB_ADDRESS_MAX_CHARS: usize = 2_000;
/// Letters beyond ASCII take up to nine characters each in the form that is kept.
const KEPT_MAX_BYTES: usize = 8_000;

/// An address of a page, `http` or `https`, on a host that has a name. In ASCII: a host that looks like another shows as
/// what it is (`xn--…`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebAddress(String);

/// Why a text is not taken for a web address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WebAddressProblem {
    /// Neither `http` nor `https`, or no address at all.
    #[error("not an http or https address")]
    Form,
    /// A space or a line break in it.
    #[error("holds a space")]
    Space,
    /// A character that nobody can see.
    #[error("holds an invisible character")]
    Invisible(Spot),
    /// No host, one without a dot, or an IP address: nobody can say whose it is.
    #[error("names no host that readers could know")]
    Host,
    /// A user name or a password before the host: made to be mistaken for the host, or a secret.
    #[error("holds a user name or a password")]
    UserInfo,
    /// Longer than any that is needed.
    #[error("too long")]
    TooLong,
}

impl Worded for WebAddressProblem {
    fn message_id(&self) -> &'static str {
        match self {
            Self::Form => "web-address-form",
            Self::Space => "web-address-space",
            Self::Invisible(spot) => spot.message_id(),
            Self::Host => "web-address-host",
            Self::UserInfo => "web-address-user",
            Self::TooLong => "text-too-long",
        }
    }

    fn limit(&self) -> Option<(&'static str, u64)> {
        let max = u64::try_from(WEB_ADDRESS_MAX_CHARS).unwrap_or(u64::MAX);
        matches!(self, Self::TooLong).then_some(("max", max))
    }

    fn spot(&self) -> Option<Spot> {
        match self {
            Self::Invisible(spot) => Some(*spot),
            _ => None,
        }
    }
}

impl WebAddress {
    /// Reads an address as it was typed or pasted: the scheme in any case, angle brackets or quotation marks around it
    /// taken off. What it gives reads back as the same address.
    ///
    /// # Errors
    /// [`WebAddressProblem`].
    pub fn parse(input: &str) -> Result<Self, WebAddressProblem> {
        let typed = unwrapped(trim(input));
        if typed.chars().count() > WEB_ADDRESS_MAX_CHARS {
            return Err(WebAddressProblem::TooLong);
        }
        let scheme = typed.split_once(':').map(|(scheme, _)| scheme.to_ascii_lowercase());
        if !matches!(scheme.as_deref(), Some("http" | "https")) {
            return Err(WebAddressProblem::Form);
        }
        if let Some(spot) = first_unseen(typed) {
            return Err(WebAddressProblem::Invisible(spot));
        }
        // The crate would take line breaks and tabs out without a word, as browsers do.
        if typed.contains(|c: char| c.is_whitespace() || c.is_control()) {
            return Err(WebAddressProblem::Space);
        }
        // With such a scheme, what cannot be read is the host or its port.
        let mut url = Url::parse(typed).or(Err(WebAddressProblem::Host))?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(WebAddressProblem::UserInfo);
        }
        let host = match url.host() {
            Some(Host::Domain(name)) => String::from(name.trim_end_matches('.')),
            _ => return Err(WebAddressProblem::Host),
        };
        if !is_known_kind(&host) {
            return Err(WebAddressProblem::Host);
        }
        url.set_host(Some(&host)).or(Err(WebAddressProblem::Host))?;
        if url.as_str().len() > KEPT_MAX_BYTES {
            return Err(WebAddressProblem::TooLong);
        }
        Ok(Self(url.into()))
    }

    /// The address, in ASCII.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Its host, for readers to see where a link leads before they follow it.
    #[must_use]
    pub fn host(&self) -> &str {
        let behind = self.0.split_once("://").map_or(self.0.as_str(), |(_, behind)| behind);
        behind.split(['/', '?', '#', ':']).next().unwrap_or_default()
    }

    /// Whether it is fetched over TLS.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.0.starts_with("https://")
    }
}

impl fmt::Display for WebAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Without the marks that mail and chat programs put around an address.
fn unwrapped(text: &str) -> &str {
    let pairs = [('<', '>'), ('"', '"'), ('“', '”'), ('«', '»'), ('(', ')'), ('`', '`')];
    let inner = |(before, after)| text.strip_prefix(before).and_then(|rest| rest.strip_suffix(after));
    pairs.into_iter().find_map(inner).map_or(text, trim)
}

/// Labels with a dot between, the last of which is no number; none empty or longer than DNS takes, none beginning or
/// ending in a hyphen. `localhost` and the like are on the reader's own machine.
fn is_known_kind(host: &str) -> bool {
    let is_label =
        |label: &str| (1..=63).contains(&label.len()) && !label.starts_with('-') && !label.ends_with('-');
    let top = host.rsplit('.').next().unwrap_or_default();
    let is_local = matches!(top, "localhost" | "local" | "internal" | "invalid");
    host.contains('.')
        && host.len() <= 253
        && host.split('.').all(is_label)
        && !top.bytes().all(|byte| byte.is_ascii_digit())
        && !is_local
}

/// How somebody can be reached: what an operator set as `OPERATOR_CONTACT`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Contact {
    /// A page.
    Page(WebAddress),
    /// A mailbox, with or without `mailto:` before it.
    Mail(EmailAddress),
    /// Anything else: words.
    Words,
}

impl Contact {
    /// Reads a contact. Never fails: what is neither a page nor a mailbox is words.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        if let Ok(page) = WebAddress::parse(text) {
            return Self::Page(page);
        }
        let typed = trim(text);
        let bare = typed.get(..7).filter(|start| start.eq_ignore_ascii_case("mailto:"));
        let bare = bare.and_then(|start| typed.get(start.len()..)).unwrap_or(typed);
        EmailAddress::parse(bare).map_or(Self::Words, Self::Mail)
    }

    /// Where a link to it leads. `None` for words.
    #[must_use]
    pub fn href(&self) -> Option<String> {
        match self {
            Self::Page(page) => Some(page.to_string()),
            Self::Mail(address) => Some(format!("mailto:{}", address.expose())),
            Self::Words => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_read_as_browsers_read_it_and_kept_in_one_form() {
        for (typed, kept) in [
            ("https://example.org/notice", "https://example.org/notice"),
            ("HTTPS://Example.ORG/Notice?a=B#page=2", "https://example.org/Notice?a=B#page=2"),
            ("Http://example.org", "http://example.org/"),
            (" <https://example.org/a>\n", "https://example.org/a"),
            ("“https://example.org/a”", "https://example.org/a"),
            ("\u{200e}https://example.org/a\u{200b}", "https://example.org/a"),
            ("https://example.org:443/a", "https://example.org/a"),
            ("https://example.org:8443/a", "https://example.org:8443/a"),
            ("https://example.org./a", "https://example.org/a"),
            ("https:/example.org/a", "https://example.org/a"),
            ("https:\\\\example.org\\a", "https://example.org/a"),
            ("https://bücher.example/ü?ü", "https://xn--bcher-kva.example/%C3%BC?%C3%BC"),
            ("https://www.ex\u{430}mple.org/", "https://www.xn--exmple-4nf.org/"),
            ("https://example.org/a\"b<c>", "https://example.org/a%22b%3Cc%3E"),
            ("https://例え。テスト/", "https://xn--r8jz45g.xn--zckzah/"),
            ("http://abcdefghij.onion/a", "http://abcdefghij.onion/a"),
            ("https://@example.org/", "https://example.org/"),
            ("https://example.org/\u{202f}".trim_end(), "https://example.org/"),
        ] {
            let parsed = WebAddress::parse(typed);
            assert_eq!(parsed.as_ref().map(WebAddress::as_str), Ok(kept), "{}", typed.escape_unicode());
            assert_eq!(WebAddress::parse(kept), parsed);
        }
        let shown = WebAddress::parse("HTTPS://Example.org:8443/a?b").unwrap();
        assert_eq!((shown.host(), shown.is_https()), ("example.org", true));
    }

    #[test]
    fn what_leads_nowhere_or_elsewhere_than_it_seems_is_refused_by_kind() {
        use WebAddressProblem as P;
        for (typed, problem) in [
            ("", P::Form),
            ("example.org", P::Form),
            ("www.example.org/a", P::Form),
            ("ftp://example.org/a", P::Form),
            ("javascript:alert(1)", P::Form),
            ("JavaScript://example.org/%0aalert(1)", P::Form),
            ("data:text/html,x", P::Form),
            ("file:///etc/passwd", P::Form),
            ("mailto:ada@example.org", P::Form),
            ("//example.org/a", P::Form),
            ("/a", P::Form),
            ("the annual report", P::Form),
            ("https://", P::Host),
            ("https:///", P::Host),
            ("http://?", P::Host),
            ("https://#a", P::Host),
            ("https://.", P::Host),
            ("https://..", P::Host),
            ("https://localhost/a", P::Host),
            ("https://intranet/a", P::Host),
            ("https://box.local/a", P::Host),
            ("https://127.0.0.1/a", P::Host),
            ("https://0x7f.1/a", P::Host),
            ("https://2130706433/a", P::Host),
            ("https://[::1]/a", P::Host),
            ("https://example..org/a", P::Host),
            ("https://-example.org/a", P::Host),
            ("https://exa<mple.org/a", P::Host),
            ("https://example.org:99999/", P::Host),
            ("https://user:pw@example.org/", P::UserInfo),
            ("https://example.com@example.org/", P::UserInfo),
            ("https://:pw@example.org/", P::UserInfo),
            ("https://example.org/a b", P::Space),
            ("https://example.org/a\nb", P::Space),
            ("https://exam\tple.org/", P::Space),
            ("https://example.org/\u{7}", P::Space),
            ("https://exam\u{ad}ple.org/", P::Invisible(Spot::new('\u{ad}', "https://exam"))),
            ("https://example.org/\u{202e}gro", P::Invisible(Spot::new('\u{202e}', "https://example.org/"))),
        ] {
            assert_eq!(WebAddress::parse(typed), Err(problem), "{}", typed.escape_unicode());
        }
        let long = format!("https://example.org/{}", "a".repeat(WEB_ADDRESS_MAX_CHARS));
        assert_eq!(WebAddress::parse(&long), Err(P::TooLong));
        let wide = format!("https://example.org/{}", "字".repeat(1_000));
        assert_eq!(WebAddress::parse(&wide), Err(P::TooLong));
    }

    #[test]
    fn a_contact_is_a_page_a_mailbox_or_words() {
        let href = |text| Contact::parse(text).href();
        assert_eq!(href("HTTPS://example.org/help").as_deref(), Some("https://example.org/help"));
        assert_eq!(href(" help@example.org ").as_deref(), Some("mailto:help@example.org"));
        assert_eq!(href("MailTo:help@example.org").as_deref(), Some("mailto:help@example.org"));
        for words in [
            "Ask at the desk",
            "https://",
            "https://me:pw@example.org/",
            "a@b c@d",
            "javascript:x@example.org",
        ] {
            assert_eq!(href(words), None, "{words}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_input_breaks_the_parser_and_what_it_takes_is_stable(text in "(https?:)?/{0,3}\\PC{0,40}") {
            if let Ok(address) = WebAddress::parse(&text) {
                assert!(address.0.is_ascii() && !address.host().is_empty());
                assert_eq!(WebAddress::parse(address.as_str()), Ok(address.clone()));
            }
        }
    }
}
