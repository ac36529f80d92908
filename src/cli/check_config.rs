//! `undersigned check-config`: the settings as they were understood, and what no program can check.

use super::failure::Failure;
use crate::{
    config::{Encryption, MailTarget, Settings},
    db::DatabaseUrl,
    mail::{MailIdentity, Transport},
};

/// Checks what can be checked without touching anything, and prints what was understood.
pub fn run(settings: &Settings) -> Result<(), Failure> {
    DatabaseUrl::parse(settings.database_url.expose()).map_err(Failure::usage)?;
    MailIdentity::new(&settings.mail.from, &settings.base_url).map_err(Failure::usage)?;
    // A folder for mails would be made by opening it: that is for `serve` to do.
    if matches!(settings.mail.target, MailTarget::Smtp(_)) {
        Transport::open(&settings.mail).map_err(Failure::usage)?;
    }
    println!("The settings fit together.\n");
    for (what, value) in understood(settings) {
        println!("{what:<22} {value}");
    }
    println!("\n{ADVICE}");
    Ok(())
}

const ADVICE: &str = "\
What no program can check:
- Keys that are destroyed are gone from the file, not always from the disk: on journaling file systems and flash
  storage keep the secrets folder on an encrypted volume, without snapshots.
- Never back up the folder `ephemeral` in the secrets folder, and keep `durable` apart from database backups.
- Keep backups of the database for at most 7 days.
- No mail server was asked: `undersigned mail-test ADDRESS` sends a mail and says what happened.";

fn understood(settings: &Settings) -> Vec<(&'static str, String)> {
    let or_none = |value: &Option<String>| value.clone().unwrap_or_else(|| String::from("not stated"));
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
        ("operator", or_none(&settings.operator_name)),
        ("operator's contact", or_none(&settings.operator_contact)),
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
