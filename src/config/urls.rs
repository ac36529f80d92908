//! Addresses of this instance and of the database. What is unsafe is refused here.

use std::fmt;

use url::Url;

use super::{
    credentials::{PostgresParts, split_postgres},
    mistakes::{Refusal, refusal},
    network::is_loopback,
};

/// The address under which people open this instance: scheme, host, perhaps a port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BaseUrl {
    origin: String,
    host: String,
    https: bool,
}

impl BaseUrl {
    /// `https://example.org`, without a slash at the end. Also what browsers send as `Origin`.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// `example.org`, without the port.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Whether people reach it by TLS.
    #[must_use]
    pub const fn is_https(&self) -> bool {
        self.https
    }

    /// The whole address of `path`, which starts with a slash.
    #[must_use]
    pub fn join(&self, path: &str) -> String {
        format!("{}{path}", self.origin)
    }

    pub(super) fn parse(text: &str) -> Result<Self, Refusal> {
        let fix = "write the scheme and host alone, such as https://petitions.example.org";
        let url = Url::parse(text).ok().ok_or_else(|| refusal("is not a web address", fix))?;
        let https = match url.scheme() {
            "https" => true,
            "http" => false,
            _ => return Err(refusal("is neither http nor https", fix)),
        };
        if !url.username().is_empty() || url.password().is_some() {
            return Err(refusal("holds a user name or password", fix));
        }
        if url.path() != "/" || url.query().is_some() || url.fragment().is_some() {
            return Err(refusal("has a path, query or fragment", fix));
        }
        let host =
            url.host_str().filter(|host| !host.is_empty()).ok_or_else(|| refusal("names no host", fix))?;
        if !https && !is_onion(host) && !is_loopback(host) {
            return Err(refusal(
                "is plain http: whoever is between a signer and this server, an employer's network say, could read and change everything",
                "write https:// and put a proxy with a certificate in front; http is for this machine itself and for .onion hosts",
            ));
        }
        Ok(Self { origin: url.origin().ascii_serialization(), host: host.to_owned(), https })
    }

    /// The `Onion-Location` of this instance: an origin whose host ends in `.onion`.
    pub(super) fn parse_onion(text: &str) -> Result<Self, Refusal> {
        let fix = "write the scheme and host alone, http://….onion";
        let url = Self::parse(text).map_err(|found| refusal(found.wrong, fix))?;
        if is_onion(&url.host) { Ok(url) } else { Err(refusal("is no .onion host", fix)) }
    }
}

fn is_onion(host: &str) -> bool {
    host.rsplit_once('.').is_some_and(|(_, last)| last.eq_ignore_ascii_case("onion"))
}

/// What the operator accepts between this server and a PostgreSQL on another host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Risk {
    /// Nothing: the certificate is checked against the host's name.
    None,
    /// Somebody who answers in the database's place.
    Unverified,
    /// Somebody who listens.
    Plaintext,
}

/// The database's address. Its `Debug` shows no password.
#[derive(Clone, PartialEq, Eq)]
pub struct DatabaseLocation(String);

impl DatabaseLocation {
    /// The whole address, password and all.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    pub(super) fn sqlite_in(folder: &std::path::Path) -> Self {
        Self(format!("sqlite:{}", folder.join("undersigned.db").display()))
    }

    pub(super) fn parse(text: &str, risk: Risk) -> Result<Self, Refusal> {
        if let Some(path) = text.strip_prefix("sqlite:") {
            if path.is_empty() {
                return Err(refusal(
                    "names no file",
                    "write sqlite:PATH, such as sqlite:data/undersigned.db",
                ));
            }
            return Ok(Self(text.to_owned()));
        }
        let rest = text.strip_prefix("postgres://").or_else(|| text.strip_prefix("postgresql://"));
        let rest = rest.ok_or_else(|| {
            refusal(
                "is neither sqlite: nor postgres://",
                "write sqlite:PATH or postgres://user:password@host/name",
            )
        })?;
        let PostgresParts { hosts, query } = split_postgres(rest)?;
        let parameters: Vec<(String, String)> =
            form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        let local = postgres_hosts(hosts, &parameters).iter().all(|host| is_local_postgres(host));
        if !local {
            check_postgres_tls(&parameters, risk)?;
        }
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Debug for DatabaseLocation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = self.0.split(':').next().unwrap_or_default();
        if scheme == "sqlite" {
            write!(f, "DatabaseLocation({})", self.0)
        } else {
            write!(f, "DatabaseLocation({scheme}:…)")
        }
    }
}

/// All hosts that libpq might connect to: those of the address and those of its parameters.
fn postgres_hosts(hosts: &str, parameters: &[(String, String)]) -> Vec<String> {
    let named = parameters
        .iter()
        .filter(|(key, _)| key == "host" || key == "hostaddr")
        .map(|(_, value)| value.as_str());
    std::iter::once(hosts)
        .chain(named)
        .flat_map(|list| list.split(','))
        .map(|host| {
            let decoded = percent_encoding::percent_decode_str(host).decode_utf8_lossy().into_owned();
            without_port(&decoded).to_owned()
        })
        .collect()
}

fn without_port(host: &str) -> &str {
    if host.starts_with('[') {
        return host.split_once(']').map_or(host, |(inside, _)| inside.trim_start_matches('['));
    }
    // More than one colon: an IPv6 address without a port, as `hostaddr` has it.
    if host.matches(':').count() == 1 { host.split(':').next().unwrap_or_default() } else { host }
}

/// An empty host and a path both mean a socket on this machine.
fn is_local_postgres(host: &str) -> bool {
    host.is_empty() || host.starts_with('/') || host.starts_with('@') || is_loopback(host)
}

fn check_postgres_tls(parameters: &[(String, String)], risk: Risk) -> Result<(), Refusal> {
    let mut modes =
        parameters.iter().filter(|(key, _)| key == "sslmode").map(|(_, value)| value.as_str()).peekable();
    let is_set = modes.peek().is_some();
    let modes: Vec<&str> = modes.collect();
    let all = |good: &[&str]| is_set && modes.iter().all(|mode| good.contains(mode));
    let (is_encrypted, is_verified) = (all(&["require", "verify-ca", "verify-full"]), all(&["verify-full"]));
    match risk {
        Risk::None if is_encrypted && !is_verified => {
            return Err(refusal(
                "is a PostgreSQL on another host whose certificate is not checked against its name",
                "write ?sslmode=verify-full&sslrootcert=FILE; or set DATABASE_UNVERIFIED=yes if nobody on the way could answer in its place",
            ));
        }
        Risk::None | Risk::Unverified if !is_encrypted => {
            return Err(refusal(
                "is a PostgreSQL on another host without TLS",
                "add ?sslmode=verify-full&sslrootcert=FILE to it; or set DATABASE_PLAINTEXT=yes if nobody else can listen to that network",
            ));
        }
        Risk::None | Risk::Unverified | Risk::Plaintext => {}
    }
    if is_encrypted && !cfg!(feature = "pq-tls") {
        return Err(refusal(
            "asks for TLS, which this binary was built without",
            "build it with `cargo build --release --features pq-tls` (this compiles OpenSSL from source)",
        ));
    }
    Ok(())
}
