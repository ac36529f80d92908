//! Settings: every one is in [`table()`], read once at start, checked together, and handed around typed.
//!
//! This is the only module that reads the environment. All mistakes are reported at once, each with the
//! setting's name, what is wrong and how to mend it; values are never repeated, since some hold passwords.

mod credentials;
mod helo;
mod mail_server;
mod mistakes;
mod parse;
mod sources;
pub mod table;
#[cfg(test)]
mod tests;
mod urls;
mod witnesses;

use std::{collections::BTreeMap, net::SocketAddr, path::PathBuf, time::Duration};

pub use helo::HeloName;
pub use mail_server::{Encryption, Login, MailTarget, Sender, SmtpServer};
pub use mistakes::{Mistake, Mistakes};
pub use network::{Network, NotANetwork, is_loopback};
pub use urls::{BaseUrl, DatabaseLocation};
pub use witnesses::Witness;

use crate::{domain::network, faults::CrashPoint};
use mistakes::{Refusal, refusal};
use parse::{
    bind, contact, crash_point, delay, duration, filter, folder, minimum, networks, one_line, readable_file,
    yes_or_no,
};
use sources::Values;
use table::CRASH_AT;
use urls::Risk;

/// All settings, checked. `Debug` shows no password.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where the server listens.
    pub bind: SocketAddr,
    /// Under which address people open it.
    pub base_url: BaseUrl,
    /// The database.
    pub database_url: DatabaseLocation,
    /// The folder for the database and what else the server keeps.
    pub data_dir: PathBuf,
    /// The folder for keys.
    pub secrets_dir: PathBuf,
    /// How mails are sent.
    pub mail: MailSettings,
    /// The least number of unnamed signatures published together.
    pub batch_min: u32,
    /// Seconds between two looks at what waits for its batch.
    pub batch_every_secs: i64,
    /// The same while much waits.
    pub batch_every_busy_secs: i64,
    /// The smallest number that a breakdown may show.
    pub min_cell: u32,
    /// From which addresses `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<Network>,
    /// Whether an admin approves petitions before they are listed.
    pub review_required: bool,
    /// Where browsers send casts, if not to the base URL.
    pub cast_url: Option<BaseUrl>,
    /// Who is asked to cosign the logs of public petitions.
    pub witnesses: Vec<Witness>,
    /// This instance's address in the Tor network.
    pub onion_location: Option<BaseUrl>,
    /// Who runs this instance.
    pub operator_name: Option<String>,
    /// How to reach them.
    pub operator_contact: Option<String>,
    /// The folder with the operator's own pages.
    pub pages_dir: Option<PathBuf>,
    /// For how long `/readyz` says 503 before the server stops.
    pub shutdown_delay: Duration,
    /// What is logged: a filter of `tracing-subscriber`.
    pub log: String,
    /// Where a test wants the process to die: see [`crate::faults`].
    pub crash_at: Option<CrashPoint>,
}

/// How mails are sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailSettings {
    /// Where they go.
    pub target: MailTarget,
    /// A certificate authority of the mail server's own, in PEM.
    pub ca_file: Option<PathBuf>,
    /// Who they come from.
    pub from: Sender,
    /// The name that this server gives itself towards the mail server.
    pub helo: HeloName,
    /// Whether mails to personal addresses carry a link beside the code.
    pub mailed_links: bool,
}

/// The table of all settings in Markdown, as it stands in docs/configuration.md.
#[must_use]
pub fn table() -> String {
    table::markdown()
}

/// The process's environment. A value that is not UTF-8 comes with replacement characters, which no setting
/// accepts where it would matter.
#[must_use]
pub fn environment() -> BTreeMap<String, String> {
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
    let variables = std::env::vars_os();
    variables
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.to_string_lossy().into_owned())))
        .collect()
}

/// Where programs keep what they need not lose, for this user (XDG Base Directory): no setting, and of no server.
#[must_use]
pub fn state_home() -> Option<PathBuf> {
    let environment = environment();
    let own = environment.get("XDG_STATE_HOME").map(PathBuf::from).filter(|folder| folder.is_absolute());
    own.or_else(|| environment.get("HOME").map(|home| PathBuf::from(home).join(".local/state")))
}

/// Where a test wants a process without settings to die: see [`crate::faults`].
#[must_use]
pub fn crash_point_of(environment: &BTreeMap<String, String>) -> Option<CrashPoint> {
    environment.get(CRASH_AT).and_then(|text| crash_point(text).ok())
}

impl Settings {
    /// Reads the settings from `environment`, and from the files that it names.
    ///
    /// # Errors
    ///
    /// All mistakes together.
    pub fn parse(environment: &BTreeMap<String, String>) -> Result<Self, Mistakes> {
        let mut mistakes = Mistakes::default();
        let values = sources::gather(environment, &mut mistakes);
        let parsed = Self::from_values(&values, &mut mistakes);
        match parsed {
            Some(settings) if mistakes.is_empty() => Ok(settings),
            _ => Err(mistakes),
        }
    }

    /// Who runs this instance and how to reach them: each page says so, and whoever signs goes by it.
    ///
    /// # Errors
    ///
    /// What is missing of the two. Commands that show no pages do not ask.
    pub fn operator(&self) -> Result<(&str, &str), Mistakes> {
        let mut mistakes = Mistakes::default();
        let mut said = |name: &str, value: &Option<String>, fix: &str| {
            if value.is_none() {
                mistakes.add(Mistake::new(name, "is not set", fix));
            }
        };
        said(
            "OPERATOR_NAME",
            &self.operator_name,
            "say who runs this instance, such as “Example Union”: it stands on every page",
        );
        said(
            "OPERATOR_CONTACT",
            &self.operator_contact,
            "say how to reach them, such as petitions@example.org: it stands on every page",
        );
        match (&self.operator_name, &self.operator_contact) {
            (Some(name), Some(contact)) => Ok((name, contact)),
            _ => Err(mistakes),
        }
    }

    fn from_values(values: &Values, mistakes: &mut Mistakes) -> Option<Self> {
        let text = |name: &str, default: &str| values.get(name).unwrap_or(default).to_owned();
        let data_dir = PathBuf::from(text("DATA_DIR", "data"));
        let secrets_dir = values.get("SECRETS_DIR").map_or_else(|| data_dir.join("secrets"), PathBuf::from);
        // Each is read before any `?`, so that all mistakes are found.
        let bind = mistakes.value("BIND", bind(&text("BIND", "127.0.0.1:8080")));
        let base_url = mistakes.value("BASE_URL", BaseUrl::parse(&text("BASE_URL", "http://localhost:8080")));
        let database_url = database(values, &data_dir, mistakes);
        let mail = mail(values, mistakes);
        let batch_min = mistakes.value("BATCH_MIN", minimum(&text("BATCH_MIN", "10")));
        let batch_every = mistakes.value("BATCH_EVERY", duration(&text("BATCH_EVERY", "24h")));
        let batch_every_busy = mistakes.value("BATCH_EVERY_BUSY", duration(&text("BATCH_EVERY_BUSY", "1h")));
        let min_cell = mistakes.value("MIN_CELL", minimum(&text("MIN_CELL", "10")));
        let trusted_proxies = mistakes.value("TRUSTED_PROXIES", networks(&text("TRUSTED_PROXIES", "")));
        let review_required = mistakes.value("REVIEW_REQUIRED", yes_or_no(&text("REVIEW_REQUIRED", "yes")));
        let cast_url = optional(values, mistakes, "CAST_URL", BaseUrl::parse);
        let witnesses = mistakes.value("WITNESSES", witnesses::parse(&text("WITNESSES", "")));
        let onion_location = optional(values, mistakes, "ONION_LOCATION", BaseUrl::parse_onion);
        let operator_name = optional(values, mistakes, "OPERATOR_NAME", one_line);
        let operator_contact = optional(values, mistakes, "OPERATOR_CONTACT", contact);
        let pages_dir = optional(values, mistakes, "PAGES_DIR", folder);
        let shutdown_delay = mistakes.value("SHUTDOWN_DELAY", delay(&text("SHUTDOWN_DELAY", "0s")));
        let log = mistakes.value("LOG", filter(&text("LOG", "info")));
        let crash_at = optional(values, mistakes, CRASH_AT, crash_point);
        Some(Self {
            bind: bind?,
            base_url: base_url?,
            database_url: database_url?,
            data_dir,
            secrets_dir,
            mail: mail?,
            batch_min: batch_min?,
            batch_every_secs: batch_every?,
            batch_every_busy_secs: batch_every_busy?,
            min_cell: min_cell?,
            trusted_proxies: trusted_proxies?,
            review_required: review_required?,
            cast_url: cast_url.ok()?,
            witnesses: witnesses?,
            onion_location: onion_location.ok()?,
            operator_name: operator_name.ok()?,
            operator_contact: operator_contact.ok()?,
            pages_dir: pages_dir.ok()?,
            shutdown_delay: shutdown_delay?,
            log: log?,
            crash_at: crash_at.ok()?,
        })
    }
}

/// A value is missing because of a mistake that is noted already.
struct Noted;

/// A setting that may be left out.
fn optional<T>(
    values: &Values,
    mistakes: &mut Mistakes,
    name: &str,
    parse: impl FnOnce(&str) -> Result<T, Refusal>,
) -> Result<Option<T>, Noted> {
    match values.get(name) {
        None => Ok(None),
        Some(text) => mistakes.value(name, parse(text)).map(Some).ok_or(Noted),
    }
}

fn required<T>(
    values: &Values,
    mistakes: &mut Mistakes,
    name: &str,
    fix: &str,
    parse: impl FnOnce(&str) -> Result<T, Refusal>,
) -> Option<T> {
    let result = values.get(name).ok_or_else(|| refusal("is not set", fix)).and_then(parse);
    mistakes.value(name, result)
}

fn database(
    values: &Values,
    data_dir: &std::path::Path,
    mistakes: &mut Mistakes,
) -> Option<DatabaseLocation> {
    let mut allows = |name: &str| {
        let allowed = yes_or_no(values.get(name).unwrap_or("no"));
        mistakes.value(name, allowed).unwrap_or(false)
    };
    let risk = match (allows("DATABASE_PLAINTEXT"), allows("DATABASE_UNVERIFIED")) {
        (true, _) => Risk::Plaintext,
        (false, true) => Risk::Unverified,
        (false, false) => Risk::None,
    };
    match values.get("DATABASE_URL") {
        None => Some(DatabaseLocation::sqlite_in(data_dir)),
        Some(url) => mistakes.value("DATABASE_URL", DatabaseLocation::parse(url, risk)),
    }
}

fn mail(values: &Values, mistakes: &mut Mistakes) -> Option<MailSettings> {
    let target = required(
        values,
        mistakes,
        "SMTP_URL",
        "name the mail server, such as smtps://user:password@mail.example.org; or write file:data/mail to try things out",
        MailTarget::parse,
    );
    let from = required(
        values,
        mistakes,
        "MAIL_FROM",
        "write who mails come from, neutral in name and domain, such as `Verification <code@example.org>`",
        Sender::parse,
    );
    let ca_file = optional(values, mistakes, "SMTP_CA_FILE", readable_file);
    let helo = optional(values, mistakes, "SMTP_HELO", HeloName::parse);
    let mailed_links = yes_or_no(values.get("MAILED_LINKS").unwrap_or("yes"));
    let mailed_links = mistakes.value("MAILED_LINKS", mailed_links);
    let from = from?;
    let helo = helo.ok()?.unwrap_or_else(|| HeloName::of_sender(from.domain()));
    Some(MailSettings { target: target?, ca_file: ca_file.ok()?, from, helo, mailed_links: mailed_links? })
}
