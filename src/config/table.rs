//! Every setting once: its name, its default, what it is. docs/configuration.md, `--help` and the parser all read this table.

/// One setting as people read of it.
#[derive(Debug, Clone, Copy)]
pub struct Setting {
    /// The name in the environment; in the TOML file the same in lower case.
    pub name: &'static str,
    /// What holds when it is not set, in words.
    pub default: &'static str,
    /// What it is, in a sentence or two.
    pub what: &'static str,
    /// Whether the value may also come from a file named by `NAME_FILE`.
    pub secret: Secret,
}

/// Whether a setting may hold a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Secret {
    /// It may: `NAME_FILE` names a file that holds it instead.
    Yes,
    /// It never does.
    No,
}

const fn plain(name: &'static str, default: &'static str, what: &'static str) -> Setting {
    Setting { name, default, what, secret: Secret::No }
}

const fn secret(name: &'static str, default: &'static str, what: &'static str) -> Setting {
    Setting { name, default, what, secret: Secret::Yes }
}

/// The settings in the order in which people should read of them.
pub const SETTINGS: &[Setting] = &[
    plain(
        "BASE_URL",
        "`http://localhost:8080`",
        "The address people open, without a path. `https://`, except for this machine itself and `.onion` hosts.",
    ),
    plain("BIND", "`127.0.0.1:8080`", "Where the server listens. Put a proxy with TLS in front."),
    plain("DATA_DIR", "`data`", "The folder for the database and what else the server keeps."),
    secret(
        "DATABASE_URL",
        "`sqlite:DATA_DIR/undersigned.db`",
        "`sqlite:PATH` or `postgres://user:password@host/name`. A PostgreSQL on another host needs `?sslmode=verify-full`. In user name and password write `@` as `%40`, `:` as `%3A`, `/` as `%2F`, `?` as `%3F`, `#` as `%23` and `%` as `%25`.",
    ),
    plain(
        "DATABASE_UNVERIFIED",
        "`no`",
        "`yes` allows a PostgreSQL on another host whose certificate is not checked against its name (`sslmode=require` or `verify-ca`). What is lost: whoever can answer in the database's place gets its password and reads and changes everything.",
    ),
    plain(
        "DATABASE_PLAINTEXT",
        "`no`",
        "`yes` allows a PostgreSQL on another host without TLS: only inside a network that nobody else can listen to. What is lost: whoever can listen there reads everything, the password too.",
    ),
    plain(
        "SECRETS_DIR",
        "`DATA_DIR/secrets`",
        "The folder for keys, made with mode 0700 at first start and refused if others can read it. Never back it up together with the database.",
    ),
    secret(
        "SMTP_URL",
        "none, must be set",
        "The mail server: `smtps://user:password@host`, `smtp://user:password@host?tls=required` (STARTTLS), `smtp://localhost` (a server on this machine), or `file:DIR` (writes mails into a folder, to try things out). In user name and password, characters such as `/` are percent-encoded (`%2F`).",
    ),
    plain(
        "SMTP_CA_FILE",
        "the built-in authorities",
        "A PEM file with the certificate authority of the mail server, where it has one of its own.",
    ),
    plain(
        "SMTP_HELO",
        "the domain of `MAIL_FROM`",
        "The name that this server gives itself towards the mail server (EHLO): a full host name, or an address such as `[192.0.2.1]`. Relays write it into every mail.",
    ),
    plain(
        "MAIL_FROM",
        "none, must be set",
        "Who mails come from, neutral in name and domain: `Verification <code@example.org>`.",
    ),
    plain(
        "MAILED_LINKS",
        "`yes`",
        "`yes` puts a link beside the code in mails to personal addresses, where a name will be shown. Work addresses never get one.",
    ),
    plain(
        "OPERATOR_NAME",
        "none, must be set",
        "Who runs this instance, said on every page. `serve` and `check-config` ask for it.",
    ),
    plain(
        "OPERATOR_CONTACT",
        "none, must be set",
        "How to reach whoever runs this instance: a mail address, a web address or words. `serve` and `check-config` ask for it.",
    ),
    plain(
        "PAGES_DIR",
        "none",
        "A folder with pages of your own (imprint, privacy notice, rights per country) as Markdown files.",
    ),
    plain("REVIEW_REQUIRED", "`yes`", "`yes`: an admin approves a petition before it is listed."),
    plain("BATCH_MIN", "`10`", "How many unnamed signatures are published together at least. Never under 5."),
    plain(
        "BATCH_EVERY",
        "`24h`",
        "How often waiting unnamed signatures are looked at, and published if enough of one kind wait.",
    ),
    plain("BATCH_EVERY_BUSY", "`1h`", "The same while five times as many wait as `BATCH_MIN` says."),
    plain("MIN_CELL", "`10`", "The smallest number that a breakdown may show. Never under 5."),
    plain(
        "TRUSTED_PROXIES",
        "none",
        "The addresses of your proxies, such as `127.0.0.1, 10.0.0.0/8`: only from these is `X-Forwarded-For` believed.",
    ),
    plain(
        "CAST_URL",
        "`BASE_URL`",
        "Another address of this same server, to which browsers send signatures that nobody may tell apart, so that they never share a connection with the request for the code. Without a path, like `BASE_URL`.",
    ),
    plain(
        "WITNESSES",
        "none",
        "Witnesses that are asked to cosign the logs of public petitions, at each turn of `BATCH_EVERY`: verifier key, a space and URL of each, with commas between, such as `witness.example/w1+0f3c…+BA… https://witness.example`.",
    ),
    plain("ONION_LOCATION", "none", "The address of this instance in the Tor network, `http://….onion`."),
    plain(
        "SHUTDOWN_DELAY",
        "`0s`",
        "For how long the server goes on after it was told to stop, while `/readyz` says 503: so that a balancer sends nobody here any more. A little longer than its checks take to notice.",
    ),
    plain(
        "LOG",
        "`info`",
        "What is logged to standard error: `error`, `warn`, `info`, `debug`, or a filter such as `info,undersigned::jobs=debug`.",
    ),
    plain(
        "CONFIG_FILE",
        "none",
        "A TOML file with the same settings in lower case. The environment goes before it.",
    ),
];

/// A setting for tests alone, so not in the table that people read: see [`crate::faults`].
pub const CRASH_AT: &str = "CRASH_AT";

/// The setting called `name` in the environment.
#[must_use]
pub fn find(name: &str) -> Option<&'static Setting> {
    SETTINGS.iter().find(|setting| setting.name == name)
}

/// The table of all settings in Markdown, as it stands in docs/configuration.md.
#[must_use]
pub fn markdown() -> String {
    let rows = SETTINGS.iter().map(|setting| {
        let Setting { name, default, what, .. } = setting;
        format!("| `{name}` | {default} | {what}{} |\n", also(setting, "`"))
    });
    format!("| setting | default | what it is |\n|---|---|---|\n{}", rows.collect::<Vec<_>>().concat())
}

/// The same table for a terminal.
#[must_use]
pub fn plain_text() -> String {
    let entries = SETTINGS.iter().map(|setting| {
        let Setting { name, default, what, .. } = setting;
        let default = default.replace('`', "");
        let what = what.replace('`', "");
        format!("\n  {name}  [default: {default}]\n      {what}{}\n", also(setting, ""))
    });
    format!(
        "Settings (environment, or CONFIG_FILE in TOML with names in lower case):\n{}",
        entries.collect::<Vec<_>>().concat()
    )
}

fn also(setting: &Setting, quote: &str) -> String {
    match setting.secret {
        Secret::Yes => format!(" Or {quote}{}_FILE{quote}: a file that holds it.", setting.name),
        Secret::No => String::new(),
    }
}
