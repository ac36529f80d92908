//! `undersigned check-config`: the settings as they were understood, and what no program can check.

use std::{
    fs::File,
    io::{ErrorKind, Read},
    path::Path,
};

use super::{database_report, failure::Failure, output, prepare};
use crate::{
    config::{Encryption, MailTarget, Settings},
    db::{self, DatabaseUrl, Schema, Store},
    mail::{MailIdentity, Transport},
};

/// How every SQLite file begins.
const SQLITE_MAGIC: &[u8; 16] = b"SQLite format 3\0";

/// Checks what can be checked without changing anything, and prints what was understood. A PostgreSQL server is asked how
/// it is set up; a SQLite file is looked at.
pub fn run(settings: &Settings) -> Result<(), Failure> {
    let (operator, contact) = settings.operator()?;
    let url = DatabaseUrl::parse(settings.database_url.expose()).map_err(Failure::usage)?;
    MailIdentity::new(&settings.mail.from, &settings.base_url).map_err(Failure::usage)?;
    // A folder for mails would be made by opening it: that is for `serve` to do.
    if matches!(settings.mail.target, MailTarget::Smtp(_)) {
        Transport::open(&settings.mail).map_err(Failure::usage)?;
    }
    output::line("The settings fit together.\n");
    for (what, value) in understood(settings, operator, contact) {
        output::line(format_args!("{what:<22} {value}"));
    }
    output::line("\nThe database now, which nothing was written to:");
    for line in the_database(url) {
        output::line(format_args!("- {line}"));
    }
    output::line(format_args!("\n{ADVICE}"));
    Ok(())
}

fn the_database(url: DatabaseUrl) -> Vec<String> {
    match &url {
        DatabaseUrl::Sqlite(file) => vec![the_file(file)],
        DatabaseUrl::Postgres(_) => {
            let store = Store::open(url, 1);
            the_server(&store).unwrap_or_else(|error| vec![Failure::because(error).in_one_line()])
        }
    }
}

/// SQLite makes files beside a database that it opens, even to read: so only the file itself is looked at.
fn the_file(file: &Path) -> String {
    let mut beginning = Vec::new();
    let read = File::open(file).and_then(|opened| opened.take(16).read_to_end(&mut beginning));
    match read {
        Err(error) if error.kind() == ErrorKind::NotFound => {
            format!("{} is not there yet; the first start makes it", file.display())
        }
        Err(error) => format!("{} cannot be read: {error}", file.display()),
        // SQLite writes its first page when the first table is made.
        Ok(0) => format!("{} is empty; the first start fills it", file.display()),
        Ok(_) if beginning != SQLITE_MAGIC => format!("{} is no SQLite database", file.display()),
        Ok(_) => match prepare::check_private(file) {
            Ok(()) => format!("{} is a SQLite database, and this user's alone", file.display()),
            Err(failure) => failure.in_one_line(),
        },
    }
}

fn the_server(store: &Store) -> Result<Vec<String>, db::Error> {
    let schema = match store.schema()? {
        Schema::Current => String::from("it answers, and its tables are those of this version"),
        Schema::Behind => String::from("it answers; the next start brings its tables up to date"),
        Schema::Newer { migration } => return Err(db::Error::Newer { migration }),
    };
    let findings = database_report::findings(&store.server_settings()?);
    let told = findings.iter().map(|finding| format!("{}: {}", finding.setting, finding.what));
    Ok(std::iter::once(schema).chain(told).collect())
}

const ADVICE: &str = "\
What no program can check:
- Keys that are destroyed are gone from the file, not always from the disk: on journaling file systems and flash
  storage keep the secrets folder on an encrypted volume, without snapshots.
- Never back up the folder `ephemeral` in the secrets folder, and keep `durable` apart from database backups.
- Keep backups of the database for at most 7 days.
- No mail server was asked: `undersigned mail-test ADDRESS` sends a mail and says what happened.";

fn understood(settings: &Settings, operator: &str, contact: &str) -> Vec<(&'static str, String)> {
    let yes_no = |value: bool| String::from(if value { "yes" } else { "no" });
    vec![
        ("people open", settings.base_url.origin().to_owned()),
        ("listens on", settings.bind.to_string()),
        ("database", database(settings)),
        ("data folder", settings.data_dir.display().to_string()),
        ("secrets folder", settings.secrets_dir.display().to_string()),
        ("mail goes", mail(&settings.mail.target)),
        ("mail comes from", settings.mail.from.address.clone()),
        ("named in EHLO", settings.mail.helo.as_str().to_owned()),
        ("links in mail", yes_no(settings.mail.mailed_links)),
        ("review required", yes_no(settings.review_required)),
        ("smallest batch, cell", format!("{}, {}", settings.batch_min, settings.min_cell)),
        ("witnesses", settings.witnesses.len().to_string()),
        ("trusted proxies", settings.trusted_proxies.len().to_string()),
        ("operator", String::from(operator)),
        ("operator's contact", String::from(contact)),
    ]
}

fn database(settings: &Settings) -> String {
    let url = settings.database_url.expose();
    // A PostgreSQL address may hold a password anywhere, its parameters included.
    if url.starts_with("sqlite:") { url.to_owned() } else { String::from("PostgreSQL") }
}

/// Where mails go, in words.
pub(super) fn mail(target: &MailTarget) -> String {
    match target {
        MailTarget::Folder(folder) => format!("into the folder {} (nobody gets it)", folder.display()),
        MailTarget::Smtp(server) => {
            let how = match server.encryption {
                Encryption::Implicit => "TLS",
                Encryption::StartTls => "STARTTLS, required",
                Encryption::None => "not encrypted",
            };
            format!("to {}, port {} ({how})", server.host, server.port)
        }
    }
}
