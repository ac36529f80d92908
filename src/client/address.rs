//! The address of a petition, as a person got it.

use std::fmt;

use url::{Host, Url};

use crate::domain::{ids::PetitionId, text::characters::trim};

/// Where a petition lies: a server, and a place below `/p/`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PetitionAddress {
    /// Scheme, host and port.
    server: String,
    slug: String,
}

/// Why a text is not taken for a petition's address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AddressMistake {
    /// Not `https://host/p/petition`.
    #[error("not the address of a petition")]
    Form,
    /// What follows `#` in an invitation's link is the invitation: a secret.
    #[error("the address holds a secret after the sign #")]
    Secret,
    /// `http://` to a host that is neither this machine nor an onion service.
    #[error("the way to this server is not encrypted")]
    Plaintext,
}

impl AddressMistake {
    /// The message that says it (`locale`).
    #[must_use]
    pub const fn message_id(self) -> &'static str {
        match self {
            Self::Form => "client-address-form",
            Self::Secret => "client-address-secret",
            Self::Plaintext => "client-address-plaintext",
        }
    }
}

/// Where an instance lies: a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InstanceAddress(String);

impl InstanceAddress {
    /// Reads `https://host`.
    ///
    /// # Errors
    /// [`AddressMistake`]; [`AddressMistake::Form`] also for a petition's.
    pub fn parse(text: &str) -> Result<Self, AddressMistake> {
        let url = Url::parse(trim(text)).or(Err(AddressMistake::Form))?;
        let is_bare = url.username().is_empty() && url.password().is_none();
        if url.path() != "/" || url.query().is_some() || url.fragment().is_some() || !is_bare {
            return Err(AddressMistake::Form);
        }
        check_way(&url)?;
        Ok(Self(url.origin().ascii_serialization()))
    }

    /// The list of its logs' verifier keys.
    #[must_use]
    pub fn verifier_keys(&self) -> String {
        format!("{}/logs", self.0)
    }
}

/// Whether the way to a server keeps secrets, and what is fetched unchanged.
fn check_way(url: &Url) -> Result<(), AddressMistake> {
    match (url.scheme(), url.host()) {
        ("https", Some(_)) => Ok(()),
        ("http", Some(host)) if needs_no_tls(&host) => Ok(()),
        ("http", Some(_)) => Err(AddressMistake::Plaintext),
        _ => Err(AddressMistake::Form),
    }
}

impl PetitionAddress {
    /// Reads `https://host/p/petition`, or that of its audit page, which people copy as well.
    ///
    /// # Errors
    /// [`AddressMistake`].
    pub fn parse(text: &str) -> Result<Self, AddressMistake> {
        let url = Url::parse(trim(text)).or(Err(AddressMistake::Form))?;
        if url.fragment().is_some() {
            return Err(AddressMistake::Secret);
        }
        let mut path = url.path_segments().ok_or(AddressMistake::Form)?;
        let (place, slug) = (path.next(), path.next().unwrap_or_default());
        let is_end = matches!(path.next(), None | Some("" | "audit")) && path.next().is_none();
        let is_bare = url.username().is_empty() && url.password().is_none() && url.query().is_none();
        let is_slug = !slug.is_empty()
            && slug.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
        if place != Some("p") || !is_slug || !is_end || !is_bare {
            return Err(AddressMistake::Form);
        }
        check_way(&url)?;
        Ok(Self { server: url.origin().ascii_serialization(), slug: slug.to_owned() })
    }

    /// Whether it lies in the Tor network, which knows names that nobody else must be asked for.
    #[must_use]
    pub fn is_onion(&self) -> bool {
        let host = Url::parse(&self.server).ok();
        host.as_ref().and_then(Url::host_str).is_some_and(is_onion_name)
    }

    /// Its log's verifier key.
    #[must_use]
    pub fn verifier_key(&self) -> String {
        self.log("vkey")
    }

    /// Below `…/log/`.
    pub(super) fn log(&self, path: &str) -> String {
        self.below(&format!("log/{path}"))
    }

    /// Below the petition's own address.
    pub(super) fn below(&self, path: &str) -> String {
        format!("{}/p/{}/{path}", self.server, self.slug)
    }

    /// One of the calls for clients.
    pub(super) fn call(&self, petition: PetitionId, call: &str) -> String {
        format!("{}/api/v1/petitions/{petition}/{call}", self.server)
    }
}

/// `https://host/p/petition`.
impl fmt::Display for PetitionAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/p/{}", self.server, self.slug)
    }
}

/// This machine itself; and onion services, whose address is their key.
fn needs_no_tls(host: &Host<&str>) -> bool {
    match host {
        Host::Domain(name) => *name == "localhost" || is_onion_name(name),
        Host::Ipv4(ip) => ip.is_loopback(),
        Host::Ipv6(ip) => ip.is_loopback(),
    }
}

/// Parsed hosts are in lower case.
fn is_onion_name(host: &str) -> bool {
    matches!(host.rsplit_once('.'), Some((_, "onion")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_read_as_it_was_passed_on() {
        for text in [
            "https://petitions.example/p/stop-it",
            " https://petitions.example:443/p/stop-it/\n",
            "https://petitions.example/p/stop-it/audit",
        ] {
            let address = PetitionAddress::parse(text).unwrap();
            assert_eq!(address.log("vkey"), "https://petitions.example/p/stop-it/log/vkey", "{text}");
        }
        for text in
            ["http://127.0.0.1:8080/p/a", "http://[::1]/p/a", "http://localhost/p/a", "http://x.onion/p/a"]
        {
            let address = PetitionAddress::parse(text).unwrap();
            assert_eq!(address.is_onion(), text.contains("onion"), "{text}");
        }
    }

    #[test]
    fn an_instance_is_told_from_a_petition() {
        for text in ["https://petitions.example", "https://petitions.example:443/"] {
            let instance = InstanceAddress::parse(text).unwrap();
            assert_eq!(instance.verifier_keys(), "https://petitions.example/logs");
        }
        assert!(InstanceAddress::parse("http://127.0.0.1:8080").is_ok());
        for text in
            ["https://petitions.example/p/a", "petitions.example", "https://a.example/?b", "ftp://a.example"]
        {
            assert_eq!(InstanceAddress::parse(text), Err(AddressMistake::Form), "{text}");
        }
        assert_eq!(InstanceAddress::parse("http://petitions.example"), Err(AddressMistake::Plaintext));
    }

    #[test]
    fn what_is_not_a_petition_is_told_from_what_is_not_safe() {
        for text in [
            "",
            "petitions.example/p/a",
            "https://petitions.example/",
            "https://petitions.example/p/",
            "https://petitions.example/p/a/signers",
            "https://petitions.example/p/a/audit/more",
            "https://petitions.example/p/a%2f",
            "https://petitions.example/p/a?b=c",
            "https://me:secret@petitions.example/p/a",
            "ftp://petitions.example/p/a",
            "file:///p/a",
        ] {
            assert_eq!(PetitionAddress::parse(text), Err(AddressMistake::Form), "{text}");
        }
        let plaintext = PetitionAddress::parse("http://petitions.example/p/a");
        assert_eq!(plaintext, Err(AddressMistake::Plaintext));
        let invitation = PetitionAddress::parse("https://petitions.example/p/a#i=ABCD-EFGH-JKMN-PQRS");
        assert_eq!(invitation, Err(AddressMistake::Secret));
    }
}
