//! The mail server and the sender. A password never goes to another host in clear: refused here.

use std::path::PathBuf;

use url::Url;

use super::{
    credentials,
    mistakes::{Refusal, refusal},
    network::is_loopback,
};
use crate::domain::secret::SecretText;

/// Where mails go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MailTarget {
    /// To a mail server.
    Smtp(SmtpServer),
    /// Into a folder, one file each.
    Folder(PathBuf),
}

/// A mail server and how to speak with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SmtpServer {
    /// Its name or address.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection is encrypted.
    pub encryption: Encryption,
    /// User name and password, where it wants them.
    pub login: Option<Login>,
}

/// How the connection to a mail server is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encryption {
    /// TLS from the first byte (`smtps://`).
    Implicit,
    /// TLS by STARTTLS; without it no mail is sent.
    StartTls,
    /// None: a server on this machine, or one for which the operator said so.
    None,
}

/// A user name and password for the mail server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Login {
    /// The user name.
    pub user: SecretText,
    /// The password.
    pub password: SecretText,
}

const SMTP_FORMS: &str =
    "write smtps://user:password@host, smtp://user:password@host?tls=required, smtp://localhost or file:DIR";

impl MailTarget {
    pub(super) fn parse(text: &str) -> Result<Self, Refusal> {
        if let Some(folder) = text.strip_prefix("file:") {
            let folder = folder.strip_prefix("//").unwrap_or(folder);
            if folder.is_empty() {
                return Err(refusal("names no folder", "write file:DIR, such as file:data/mail"));
            }
            return Ok(Self::Folder(PathBuf::from(folder)));
        }
        if let Some((_, rest)) = text.split_once("://") {
            credentials::check_smtp(rest)?;
        }
        let url = Url::parse(text).ok().ok_or_else(|| refusal("is not an address", SMTP_FORMS))?;
        let host = url.host_str().filter(|host| !host.is_empty());
        let host = host.ok_or_else(|| refusal("names no host", SMTP_FORMS))?.to_owned();
        if !is_host(&host) {
            return Err(refusal(
                "names a host that is no host name",
                "write a name of letters, digits, dots and dashes (an international one in its xn-- form) or an address",
            ));
        }
        if !matches!(url.path(), "" | "/") || url.fragment().is_some() {
            return Err(refusal("has a path", SMTP_FORMS));
        }
        let login = login(&url)?;
        let local = is_loopback(&host);
        let tls = tls_parameter(&url)?;
        let encryption = match (url.scheme(), tls) {
            ("smtps", None | Some(Tls::Required)) => Encryption::Implicit,
            ("smtps", Some(Tls::None)) => return Err(refusal("says smtps and tls=none at once", SMTP_FORMS)),
            ("smtp", Some(Tls::None) | None) if login.is_some() && !local => {
                return Err(refusal(
                    "would give the password to another host without encryption",
                    "add ?tls=required (STARTTLS), or write smtps:// (TLS from the start)",
                ));
            }
            ("smtp", Some(Tls::None)) => Encryption::None,
            ("smtp", None) if local => Encryption::None,
            ("smtp", Some(Tls::Required) | None) => Encryption::StartTls,
            _ => return Err(refusal("is neither smtp://, smtps:// nor file:", SMTP_FORMS)),
        };
        let default_port = match encryption {
            Encryption::Implicit => 465,
            Encryption::StartTls => 587,
            Encryption::None => 25,
        };
        let port = url.port().unwrap_or(default_port);
        // A bracketed IPv6 address is looked up without its brackets.
        let host = host.trim_start_matches('[').trim_end_matches(']').to_owned();
        Ok(Self::Smtp(SmtpServer { host, port, encryption, login }))
    }
}

/// Underscores are no part of host names, but of names that container networks give.
fn is_host(host: &str) -> bool {
    host.starts_with('[') || host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-_".contains(&byte))
}

enum Tls {
    Required,
    None,
}

fn tls_parameter(url: &Url) -> Result<Option<Tls>, Refusal> {
    let mut found = None;
    for (key, value) in url.query_pairs() {
        found = match (&*key, &*value, found) {
            ("tls", "required", None) => Some(Tls::Required),
            ("tls", "none", None) => Some(Tls::None),
            _ => {
                return Err(refusal(
                    "has a parameter that means nothing here",
                    "keep ?tls=required or ?tls=none alone",
                ));
            }
        };
    }
    Ok(found)
}

fn login(url: &Url) -> Result<Option<Login>, Refusal> {
    let decode = |text: &str| {
        let decoded = percent_encoding::percent_decode_str(text).decode_utf8();
        let decoded =
            decoded.ok().ok_or_else(|| refusal("has a user name or password that is no text", SMTP_FORMS))?;
        Ok::<SecretText, Refusal>(SecretText::new(decoded.into_owned()))
    };
    match (url.username(), url.password()) {
        ("", None) => Ok(None),
        (user, Some(password)) if !user.is_empty() => {
            Ok(Some(Login { user: decode(user)?, password: decode(password)? }))
        }
        _ => {
            Err(refusal("has a user name without a password, or a password without a user name", SMTP_FORMS))
        }
    }
}

/// Who mails come from: the operator's own address, so nothing to hide.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sender {
    /// The name shown, if any.
    pub name: Option<String>,
    /// The address.
    pub address: String,
}

impl Sender {
    /// The part of the address behind the `@`.
    #[must_use]
    pub fn domain(&self) -> &str {
        self.address.rsplit_once('@').map_or("", |(_, domain)| domain)
    }

    pub(super) fn parse(text: &str) -> Result<Self, Refusal> {
        let wrong = || refusal("is no mail address", "write `Name <code@example.org>` or `code@example.org`");
        let (name, address) = match text.rsplit_once('<') {
            Some((name, rest)) => {
                let address = rest.strip_suffix('>').ok_or_else(wrong)?;
                (Some(name.trim().trim_matches('"').trim()).filter(|name| !name.is_empty()), address.trim())
            }
            None => (None, text),
        };
        let (local, domain) = address.rsplit_once('@').ok_or_else(wrong)?;
        let local_fits = !local.is_empty()
            && local.chars().all(|c| c.is_ascii_alphanumeric() || ".!#$%&'*+-/=?^_`{|}~".contains(c))
            && !local.starts_with('.')
            && !local.ends_with('.')
            && !local.contains("..");
        let domain_fits = domain.split('.').all(|label| {
            !label.is_empty()
                && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
                && !label.starts_with('-')
                && !label.ends_with('-')
        });
        if !local_fits || !domain_fits || name.is_some_and(|name| name.chars().any(char::is_control)) {
            return Err(wrong());
        }
        Ok(Self { name: name.map(str::to_owned), address: address.to_owned() })
    }
}
