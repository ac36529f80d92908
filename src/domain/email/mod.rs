//! Mail addresses and mail domains.
//!
//! An address is kept as typed (mail goes there) and compared in its normalized form (one mailbox, one proof):
//! letter case, plus-tags, dots and second names that the provider ignores, and the two spellings of an
//! international domain make no difference. Stricter than the standard where the standard is of no use here:
//! no quoted local parts, no IP addresses, no names without a dot, and no signs by which mail programs route,
//! run or read options ([`AddressProblem::Sign`]).
//!
//! Domains that may stand for an employer: [`MailDomain::parse`]. Mailboxes that stand for a function: `roles.rs`.

mod domain;
mod roles;

use std::fmt;

pub use self::domain::{DomainProblem, MailDomain, in_unicode as domain_in_unicode};
use super::text::{
    Spot, Worded,
    characters::{first_unseen, trim},
};

/// RFC 5321, 4.5.3.1.3: a path of 256 bytes less its angle brackets.
const MAX_ADDRESS_BYTES: usize = 254;
/// RFC 5321, 4.5.3.1.1.
const MAX_LOCAL_BYTES: usize = 64;

/// Why something is not taken for a mail address. Never holds it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AddressProblem {
    /// Nothing but white space.
    #[error("empty")]
    Empty,
    /// More than 254 bytes, or more than 64 before the @.
    #[error("too long")]
    TooLong,
    /// No @, a space, a quotation mark, dots at the wrong place, a control character …
    #[error("not a mail address")]
    NotAnAddress,
    /// More than one.
    #[error("more than one address")]
    Several,
    /// A character that nobody can see.
    #[error("holds an invisible character")]
    Invisible(Spot),
    /// A sign before the @ that some mail program takes for more than a part of a name.
    #[error("a sign before the @ that mail programs do not take for part of a name")]
    Sign,
    /// Letters beyond ASCII before the @: mail servers that take them (RFC 6531) are too few to rely on.
    #[error("letters beyond ASCII before the @")]
    LocalLetters,
    /// What follows the @ is no domain with a dot.
    #[error("not a mail domain")]
    Domain,
}

impl Worded for AddressProblem {
    fn message_id(&self) -> &'static str {
        match self {
            Self::Empty => "address-empty",
            Self::TooLong => "address-too-long",
            Self::NotAnAddress => "address-shape",
            Self::Several => "address-several",
            Self::Invisible(spot) => spot.message_id(),
            Self::Sign => "address-sign",
            Self::LocalLetters => "address-letters",
            Self::Domain => "address-domain",
        }
    }

    fn spot(&self) -> Option<Spot> {
        match self {
            Self::Invisible(spot) => Some(*spot),
            _ => None,
        }
    }
}

/// A mail address as typed (trimmed; its domain in the ASCII form). Redacted in `Debug`, no `Display`, no
/// `Serialize`.
#[derive(Clone, PartialEq, Eq)]
pub struct EmailAddress(String);

impl EmailAddress {
    /// Reads an address. What it gives reads back as the same address.
    ///
    /// # Errors
    /// [`AddressProblem`].
    pub fn parse(input: &str) -> Result<Self, AddressProblem> {
        let typed = trim(input);
        if typed.is_empty() {
            return Err(AddressProblem::Empty);
        }
        // An international domain shrinks and grows in its ASCII form: this bound only spares the work.
        if typed.len() > 4 * MAX_ADDRESS_BYTES {
            return Err(AddressProblem::TooLong);
        }
        if let Some(spot) = first_unseen(typed) {
            return Err(AddressProblem::Invisible(spot));
        }
        if typed.contains([',', ';']) && typed.matches('@').count() > 1 {
            return Err(AddressProblem::Several);
        }
        let (local, domain) = typed.rsplit_once('@').ok_or(AddressProblem::NotAnAddress)?;
        check_local(local)?;
        if domain.chars().any(|c| c.is_whitespace() || c.is_control() || "[]<>()\"',;".contains(c)) {
            return Err(AddressProblem::NotAnAddress);
        }
        let domain = domain::to_ascii(domain).ok_or(AddressProblem::Domain)?;
        let address = format!("{local}@{domain}");
        if address.len() > MAX_ADDRESS_BYTES {
            return Err(AddressProblem::TooLong);
        }
        Ok(Self(address))
    }

    /// The address itself.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// What follows the @. It may be a public provider's: an employer's domains come from [`MailDomain::parse`].
    #[must_use]
    pub fn domain(&self) -> MailDomain {
        MailDomain::of_address(self.parts().1)
    }

    /// Whether the mailbox is at exactly this domain: a subdomain counts only where it is listed itself.
    #[must_use]
    pub fn is_at(&self, domain: &MailDomain) -> bool {
        self.parts().1 == domain.as_str()
    }

    /// The form in which two spellings of one mailbox are equal.
    #[must_use]
    pub fn normalized(&self) -> NormalizedAddress {
        let (_, domain) = self.parts();
        let base = self.base_local();
        let provider = domain::main_name(domain);
        let local = if domain::ignores_dots(provider) { base.replace('.', "") } else { base };
        NormalizedAddress(format!("{local}@{provider}"))
    }

    /// Where mail to this spelling goes: letter case leads nowhere else, nor do dots that the provider ignores. A tag may, and
    /// so may another name of the same provider: not every mailbox is reached by them.
    #[must_use]
    pub fn spelling(&self) -> Spelling {
        let (local, domain) = self.parts();
        let local = local.to_ascii_lowercase();
        let provider = domain::main_name(domain);
        let has_tag = local.split_once('+').is_some_and(|(base, _)| !base.is_empty());
        let local = if domain::ignores_dots(provider) { local.replace('.', "") } else { local };
        Spelling { text: format!("{local}@{domain}"), has_tag }
    }

    /// Whether the mailbox stands for a function (info@, hr@, all@) and so proves nothing about a person.
    #[must_use]
    pub fn is_role_mailbox(&self) -> bool {
        roles::is_role(&self.base_local())
    }

    /// The local part in lower case without its plus-tag. RFC 5321 lets a server tell letter case apart; none
    /// that matters does, and a second signature by capitals would be too easy.
    fn base_local(&self) -> String {
        let local = self.parts().0.to_ascii_lowercase();
        match local.split_once('+') {
            Some((base, _)) if !base.is_empty() => String::from(base),
            _ => local,
        }
    }

    fn parts(&self) -> (&str, &str) {
        self.0.rsplit_once('@').unwrap_or((&self.0, ""))
    }
}

impl fmt::Debug for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EmailAddress(…)")
    }
}

/// Where mail to an address goes, as far as its spelling tells. Redacted in `Debug`, no `Display`, no `Serialize`.
#[derive(Clone, PartialEq, Eq)]
pub struct Spelling {
    text: String,
    has_tag: bool,
}

impl Spelling {
    /// The spelling itself.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.text
    }

    /// Whether it has a tag (`name+tag@…`): anybody can make any number of those up for one mailbox.
    #[must_use]
    pub const fn has_tag(&self) -> bool {
        self.has_tag
    }
}

impl fmt::Debug for Spelling {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Spelling(…)")
    }
}

/// The form of an address that stands for its mailbox: what is keyed and compared, never where mail is sent.
/// Redacted in `Debug`, no `Display`, no `Serialize`.
#[derive(Clone, PartialEq, Eq)]
pub struct NormalizedAddress(String);

impl NormalizedAddress {
    /// The normalized address itself.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for NormalizedAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NormalizedAddress(…)")
    }
}

/// Signs that a dot-atom may hold and that some mail program does not take for part of a name. `%` and `!` are source
/// routes (RFC 1123, 5.2.16; UUCP): `eve%example.net@example.com` may be passed on to `eve@example.net`, so that an
/// outsider proves to be staff. `|` and `/` name programs and files to deliver to (Exim's default configuration denies
/// these four); backticks, `$` and braces are expanded where a configuration lets them be (CVE-2019-10149).
const ROUTING_SIGNS: &str = "%!|/`${}";

/// A dot-atom of RFC 5322: letters, digits and some signs; dots between, never at an end or doubled. A dash at the
/// beginning is read as an option by programs that pass addresses on as arguments.
fn check_local(local: &str) -> Result<(), AddressProblem> {
    if local.chars().any(|c| c.is_whitespace() || c.is_control()) || local.contains(['"', '@', '<', '>']) {
        return Err(AddressProblem::NotAnAddress);
    }
    if !local.is_ascii() {
        return Err(AddressProblem::LocalLetters);
    }
    if local.len() > MAX_LOCAL_BYTES {
        return Err(AddressProblem::TooLong);
    }
    let is_atom = |part: &str| {
        !part.is_empty()
            && part.chars().all(|c| c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(c))
    };
    if !local.split('.').all(is_atom) {
        return Err(AddressProblem::NotAnAddress);
    }
    if local.starts_with('-') || local.contains(|c| ROUTING_SIGNS.contains(c)) {
        return Err(AddressProblem::Sign);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<String, AddressProblem> {
        EmailAddress::parse(text).map(|address| address.0)
    }

    #[test]
    fn addresses_are_kept_as_typed_but_for_space_and_the_domain() {
        for (typed, kept) in [
            (" Ada.Lovelace+x@Example.COM \n", "Ada.Lovelace+x@example.com"),
            ("a@b.co", "a@b.co"),
            ("o'brien_1=2@mail.example.com", "o'brien_1=2@mail.example.com"),
            ("r&d-a~b#c*d?e^f@example.com", "r&d-a~b#c*d?e^f@example.com"),
            ("ada-@example.com", "ada-@example.com"),
            ("ada@bücher.example", "ada@xn--bcher-kva.example"),
            ("ada@XN--BCHER-KVA.example", "ada@xn--bcher-kva.example"),
            ("ada@BU\u{308}CHER.example", "ada@xn--bcher-kva.example"),
            ("ada@例え。テスト", "ada@xn--r8jz45g.xn--zckzah"),
            ("ada@example.com.", "ada@example.com"),
            ("\u{feff}\u{200e}ada@example.com\u{200b}\u{2069} ", "ada@example.com"),
        ] {
            assert_eq!(parse(typed), Ok(kept.into()));
            assert_eq!(parse(kept), Ok(kept.into()));
        }
    }

    #[test]
    fn what_is_no_address_is_refused_with_what_to_do() {
        use AddressProblem as P;
        for (typed, problem) in [
            ("", P::Empty),
            (" \t\n", P::Empty),
            ("ada", P::NotAnAddress),
            ("@example.com", P::NotAnAddress),
            ("a b@example.com", P::NotAnAddress),
            ("a@b@example.com", P::NotAnAddress),
            ("\"a b\"@example.com", P::NotAnAddress),
            ("Ada <ada@example.com>", P::NotAnAddress),
            (".a@example.com", P::NotAnAddress),
            ("a.@example.com", P::NotAnAddress),
            ("a..b@example.com", P::NotAnAddress),
            ("a(b)@example.com", P::NotAnAddress),
            ("a@[127.0.0.1]", P::NotAnAddress),
            ("a@[IPv6:::1]", P::NotAnAddress),
            ("a\0@example.com", P::NotAnAddress),
            ("a@exam\nple.com", P::NotAnAddress),
            ("a@example.com\r\nBcc: b@example.com", P::NotAnAddress),
            ("a@example.com,b@example.com", P::Several),
            ("a@example.com; b@example.com", P::Several),
            ("ada%example.net@example.com", P::Sign),
            ("example.net!ada@example.com", P::Sign),
            ("%@example.com", P::Sign),
            ("-ada@example.com", P::Sign),
            ("-oQ/tmp@example.com", P::Sign),
            ("|cat@example.com", P::Sign),
            ("/etc/passwd@example.com", P::Sign),
            ("`id`@example.com", P::Sign),
            ("${run{id}}@example.com", P::Sign),
            ("ada+x%y@example.com", P::Sign),
            ("@a.example,@b.example:ada@example.com", P::Several),
            ("@a.example:ada@example.com", P::NotAnAddress),
            ("ada:x@example.com", P::NotAnAddress),
            ("ada\\x@example.com", P::NotAnAddress),
            ("žofie@example.com", P::LocalLetters),
            ("аda@example.com", P::LocalLetters),
            ("a\u{200b}@example.com", P::Invisible(Spot::new('\u{200b}', "a"))),
            ("a@", P::Domain),
            ("a@localhost", P::Domain),
            ("a@127.0.0.1", P::Domain),
            ("a@example..com", P::Domain),
            ("a@.example.com", P::Domain),
            ("a@-example.com", P::Domain),
            ("a@exa_mple.com", P::Domain),
            ("a@example.com/x", P::Domain),
            ("a@example.123", P::Domain),
            ("a@\u{202e}example.com", P::Invisible(Spot::new('\u{202e}', "a@"))),
            ("a@exam\u{ad}ple.com", P::Invisible(Spot::new('\u{ad}', "a@exam"))),
        ] {
            assert_eq!(parse(typed), Err(problem), "{}", typed.escape_debug());
        }
        assert_eq!(parse(&format!("{}@example.com", "a".repeat(65))), Err(P::TooLong));
        assert!(parse(&format!("{}@example.com", "a".repeat(64))).is_ok());
        let long = format!("a@{}com", format!("{}.", "b".repeat(60)).repeat(4));
        assert_eq!((long.len(), parse(&long).is_ok()), (249, true));
        assert_eq!(parse(&format!("aaaaaa{long}")), Err(P::TooLong));
        assert_eq!(parse(&"a@b.".repeat(300_000)), Err(P::TooLong));
    }

    #[test]
    fn every_spelling_of_a_mailbox_is_the_same_mailbox() {
        let normalized = |text: &str| EmailAddress::parse(text).unwrap().normalized().0;
        for (mailbox, spellings) in [
            (
                "ada.l@example.com",
                ["ADA.L@EXAMPLE.COM", "ada.l+petition@example.com", "Ada.L+a+b@example.com"],
            ),
            ("adal@gmail.com", ["a.d.a.l@gmail.com", "AdaL+x@googlemail.com", "ada.l@GoogleMail.com"]),
            ("adal@proton.me", ["ada.l@protonmail.com", "adal+x@pm.me", "ADAL@proton.me"]),
            ("ada@icloud.com", ["ada@me.com", "ada@mac.com", "ada+x@icloud.com"]),
            (
                "ada@xn--bcher-kva.example",
                ["ada@bücher.example", "ada@BÜCHER.example", "ada@xn--bcher-kva.example"],
            ),
            ("ada-x@example.com", ["ada-x@example.com", "Ada-X@example.com", "ada-x+@example.com"]),
        ] {
            for spelling in spellings {
                assert_eq!(normalized(spelling), mailbox, "{spelling}");
            }
        }
        for (one, other) in [
            ("ada@example.com", "ada@mail.example.com"),
            ("ada.l@example.com", "adal@example.com"),
            ("ada@outlook.com", "ada@hotmail.com"),
            ("+a@example.com", "+b@example.com"),
        ] {
            assert_ne!(normalized(one), normalized(other));
        }
    }

    #[test]
    fn a_spelling_keeps_what_may_lead_elsewhere_and_drops_what_does_not() {
        let spelling = |text: &str| EmailAddress::parse(text).unwrap().spelling();
        for (one, other, is_same) in [
            ("Ada.L@example.com", "ada.l@EXAMPLE.com", true),
            ("a.da@gmail.com", "ada@gmail.com", true),
            ("ada.l@example.com", "adal@example.com", false),
            ("ada+x@example.com", "ada@example.com", false),
            ("ada+x@example.com", "ada+X@example.com", true),
            ("ada@me.com", "ada@icloud.com", false),
        ] {
            assert_eq!(spelling(one) == spelling(other), is_same, "{one} {other}");
        }
        assert!(spelling("ada+@example.com").has_tag() && spelling("ada+x+y@example.com").has_tag());
        assert!(!spelling("ada@example.com").has_tag() && !spelling("+ada@example.com").has_tag());
        assert_eq!(format!("{:?}", spelling("ada@example.com")), "Spelling(…)");
    }

    #[test]
    fn a_subdomain_is_another_domain() {
        let domain = MailDomain::parse("example.com").unwrap();
        let is_at = |text: &str| EmailAddress::parse(text).unwrap().is_at(&domain);
        assert!(is_at("ada@EXAMPLE.com"));
        assert!(!is_at("ada@mail.example.com"));
        assert!(!is_at("ada@notexample.com"));
        assert_eq!(EmailAddress::parse("ada@Gmail.com").unwrap().domain().as_str(), "gmail.com");
    }

    #[test]
    fn functions_are_told_from_people() {
        let is_role =
            |local: &str| EmailAddress::parse(&format!("{local}@example.com")).unwrap().is_role_mailbox();
        for local in [
            "info",
            "ALL",
            "no-reply",
            "NoReply+x",
            "hr",
            "all-staff",
            "all.employees",
            "it_support",
            "postmaster",
        ] {
            assert!(is_role(local), "{local}");
        }
        for local in ["ada", "hr.ada", "salesman", "allison", "infa"] {
            assert!(!is_role(local), "{local}");
        }
    }

    #[test]
    fn debug_output_shows_no_address() {
        let address = EmailAddress::parse("ada@example.com").unwrap();
        assert_eq!(format!("{address:?} {:?}", address.normalized()), "EmailAddress(…) NormalizedAddress(…)");
    }

    proptest::proptest! {
        #[test]
        fn no_input_breaks_the_parser_and_what_it_takes_is_stable(text in "\\PC{0,20}@?\\PC{0,20}(\\.com)?") {
            if let Ok(address) = EmailAddress::parse(&text) {
                assert!(address.0.is_ascii());
                assert_eq!(EmailAddress::parse(address.expose()), Ok(address.clone()));
                let normalized = EmailAddress::parse(address.normalized().expose()).unwrap().normalized();
                assert_eq!(normalized, address.normalized());
            }
        }
    }
}
