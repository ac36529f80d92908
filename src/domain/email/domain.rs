//! Mail domains, and which of them can stand for an employer.

use std::{fmt, net::IpAddr};

use idna::uts46::{AsciiDenyList, DnsLength, Hyphens, Uts46};

use crate::domain::text::{Worded, machine_readable};

/// Public mail providers, one to a line; `name.*` stands for the name under every public suffix.
const PUBLIC_PROVIDERS: &str = include_str!("public_providers.txt");

/// Why a domain cannot stand for an employer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DomainProblem {
    /// Nothing but white space.
    #[error("empty")]
    Empty,
    /// No domain name with a dot.
    #[error("not a domain name")]
    NotADomain,
    /// An IP address.
    #[error("an IP address")]
    IpAddress,
    /// An ending under which anyone can register: `com`, `co.uk`, `github.io`.
    #[error("a public suffix")]
    PublicSuffix,
    /// A provider where anyone can get an address.
    #[error("a public mail provider")]
    PublicProvider,
}

impl Worded for DomainProblem {
    fn message_id(&self) -> &'static str {
        match self {
            Self::Empty => "domain-empty",
            Self::NotADomain => "domain-shape",
            Self::IpAddress => "domain-ip",
            Self::PublicSuffix => "domain-public-suffix",
            Self::PublicProvider => "domain-public-provider",
        }
    }
}

/// A mail domain, in lower case and ASCII. It matches exactly: its subdomains only if listed themselves.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MailDomain(String);

impl MailDomain {
    /// Reads a domain that may stand for an employer: `example.com`, `@example.com`, `bücher.example`.
    ///
    /// # Errors
    /// [`DomainProblem`].
    pub fn parse(input: &str) -> Result<Self, DomainProblem> {
        let typed = machine_readable(input);
        let typed = typed.strip_prefix('@').unwrap_or(&typed);
        if typed.is_empty() {
            return Err(DomainProblem::Empty);
        }
        if typed.trim_matches(['[', ']']).parse::<IpAddr>().is_ok() {
            return Err(DomainProblem::IpAddress);
        }
        // A suffix of one label, such as `com`, deserves its own answer.
        if psl::suffix_str(&typed.to_lowercase())
            .is_some_and(|suffix| suffix == typed.to_lowercase() && is_listed(suffix))
        {
            return Err(DomainProblem::PublicSuffix);
        }
        let domain = to_ascii(typed).ok_or(DomainProblem::NotADomain)?;
        if psl::domain_str(&domain).is_none() {
            return Err(DomainProblem::PublicSuffix);
        }
        if is_public_provider(&domain) {
            return Err(DomainProblem::PublicProvider);
        }
        Ok(Self(domain))
    }

    /// The domain of an address that was parsed: whatever it is.
    pub(super) fn of_address(domain: &str) -> Self {
        Self(String::from(domain))
    }

    /// Whether this is the domain of a public provider itself: at a subdomain of one, all mailboxes can be one person's.
    #[must_use]
    pub fn is_provider(&self) -> bool {
        providers().any(|line| match line.strip_suffix(".*") {
            Some(wild) => psl::domain_str(&self.0) == Some(&self.0) && self.0.split('.').next() == Some(wild),
            None => self.0 == line,
        })
    }

    /// The domain in its ASCII form.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for MailDomain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Lower case and ASCII (UTS 46) by the rules for host names, with at least two labels, the last of which is no
/// number. `None` for anything else. A final dot is taken off.
pub(super) fn to_ascii(domain: &str) -> Option<String> {
    let ascii = Uts46::new()
        .to_ascii(
            domain.as_bytes(),
            AsciiDenyList::STD3,
            Hyphens::CheckFirstLast,
            DnsLength::VerifyAllowRootDot,
        )
        .ok()?;
    let name = ascii.trim_end_matches('.');
    let (_, top) = name.rsplit_once('.')?;
    let is_number = top.bytes().all(|byte| byte.is_ascii_digit());
    (!is_number).then(|| name.to_ascii_lowercase())
}

/// A domain as people write it, for being searched by; never for being compared or shown, since it may look like another.
#[must_use]
pub fn in_unicode(domain: &str) -> String {
    Uts46::new().to_unicode(domain.as_bytes(), AsciiDenyList::STD3, Hyphens::Allow).0.into_owned()
}

/// The name that a provider's mailbox has besides its others. Services that give the same local part to
/// different people under different names (outlook.com, hotmail.com, live.com) are left apart.
pub(super) fn main_name(domain: &str) -> &str {
    match domain {
        "googlemail.com" => "gmail.com",
        "protonmail.com" | "protonmail.ch" | "pm.me" => "proton.me",
        "me.com" | "mac.com" => "icloud.com",
        "ya.ru" | "yandex.com" | "yandex.by" | "yandex.kz" | "yandex.ua" => "yandex.ru",
        other => other,
    }
}

/// Whether the provider delivers to the same mailbox with and without dots (by their own help pages).
pub(super) fn ignores_dots(main_name: &str) -> bool {
    matches!(main_name, "gmail.com" | "proton.me")
}

fn is_listed(name: &str) -> bool {
    psl::suffix(name.as_bytes()).is_some_and(|suffix| suffix.is_known())
}

fn is_public_provider(domain: &str) -> bool {
    let registrable = psl::domain_str(domain).unwrap_or(domain);
    let name = registrable.split('.').next().unwrap_or_default();
    providers().any(|line| {
        line.strip_suffix(".*").map_or_else(
            || domain == line || domain.strip_suffix(line).is_some_and(|rest| rest.ends_with('.')),
            |wild| wild == name,
        )
    })
}

fn providers() -> impl Iterator<Item = &'static str> {
    PUBLIC_PROVIDERS.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn domains_of_employers_are_read_in_every_spelling() {
        for (typed, domain) in [
            ("example.com", "example.com"),
            (" @Example.COM ", "example.com"),
            ("\u{200e}example\u{200b}.com\u{feff}", "example.com"),
            ("mail.example.co.uk", "mail.example.co.uk"),
            ("Bücher.example", "xn--bcher-kva.example"),
            ("xn--bcher-kva.example", "xn--bcher-kva.example"),
            ("microsoft.com", "microsoft.com"),
            ("google.com", "google.com"),
            ("yahooinc.com", "yahooinc.com"),
            ("notgmail.com", "notgmail.com"),
            ("someone.github.io", "someone.github.io"),
        ] {
            assert_eq!(
                MailDomain::parse(typed).map(|domain| domain.to_string()),
                Ok(domain.into()),
                "{typed}"
            );
        }
    }

    #[test]
    fn domains_where_anyone_gets_an_address_are_refused() {
        use DomainProblem as P;
        for (typed, problem) in [
            ("", P::Empty),
            ("@", P::Empty),
            ("localhost", P::NotADomain),
            ("exa mple.com", P::NotADomain),
            ("ada@example.com", P::NotADomain),
            ("https://example.com/", P::NotADomain),
            ("*.example.com", P::NotADomain),
            ("example..com", P::NotADomain),
            ("example.com\0", P::NotADomain),
            ("127.0.0.1", P::IpAddress),
            ("[::1]", P::IpAddress),
            ("com", P::PublicSuffix),
            ("CO.UK", P::PublicSuffix),
            ("@co.uk", P::PublicSuffix),
            ("github.io", P::PublicSuffix),
            ("gmail.com", P::PublicProvider),
            ("mail.gmail.com", P::PublicProvider),
            ("Outlook.com", P::PublicProvider),
            ("yahoo.co.jp", P::PublicProvider),
            ("yahoo.fr", P::PublicProvider),
            ("icloud.com", P::PublicProvider),
            ("proton.me", P::PublicProvider),
            ("gmx.net", P::PublicProvider),
            ("web.de", P::PublicProvider),
            ("mail.ru", P::PublicProvider),
            ("qq.com", P::PublicProvider),
            ("163.com", P::PublicProvider),
        ] {
            assert_eq!(MailDomain::parse(typed), Err(problem), "{typed}");
        }
    }

    #[test]
    fn a_subdomain_of_a_provider_may_be_one_persons_own() {
        let is_provider = |domain: &str| MailDomain::of_address(domain).is_provider();
        for domain in ["gmail.com", "fastmail.com", "gmx.net", "yahoo.co.jp"] {
            assert!(is_provider(domain), "{domain}");
        }
        for domain in ["ada.gmail.com", "ada.fastmail.com", "ada.yahoo.co.jp", "example.com", "com"] {
            assert!(!is_provider(domain), "{domain}");
        }
    }

    #[test]
    fn the_list_of_providers_is_in_the_form_that_is_compared() {
        let lines: Vec<&str> =
            PUBLIC_PROVIDERS.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).collect();
        assert!(lines.len() >= 150, "{}", lines.len());
        for (place, line) in lines.iter().enumerate() {
            assert!(!lines[..place].contains(line), "{line} stands twice");
            let name =
                line.strip_suffix(".*").map_or_else(|| (*line).to_owned(), |name| format!("{name}.com"));
            assert_eq!(to_ascii(&name).as_deref(), Some(name.as_str()));
            assert_eq!(MailDomain::parse(&name), Err(DomainProblem::PublicProvider), "{line}");
        }
    }
}
