//! Why no connection to the database can be made, in the operator's words: what the driver says, in one line and without
//! a password, and in front of it what that means, where it is known. The driver gives no code for these, so its words are
//! read; nothing is decided by them.

use std::{io, path::Path};

use super::postgres_url;

/// What `libpq`, and a PostgreSQL server that speaks English, say of each fault, and what it means.
const MEANINGS: [(&str, &str); 24] = [
    ("password authentication failed", "the server does not take this user name and password"),
    ("no password supplied", "the server wants a password, and DATABASE_URL has none"),
    ("role \"", "the server has no such user"),
    ("database \"", "the server has no such database"),
    ("no pg_hba.conf entry", "the server's pg_hba.conf does not admit this user from here"),
    (
        "Peer authentication failed",
        "the server wants this system user to be the database user of the same name",
    ),
    ("root certificate file", "the authority to trust is missing: name it with sslrootcert"),
    ("Connection refused", "no server listens there: is it running, are host and port right"),
    ("No such file or directory", "no server listens there: is it running, are host and port right"),
    ("timeout expired", "the server does not answer"),
    ("could not translate host name", "the host's name is not known"),
    ("server does not support SSL", "the server offers no TLS"),
    ("SSL support is not compiled in", "this program was built without TLS: build it with --features pq-tls"),
    ("certificate verify failed", "the server's certificate is from no authority that sslrootcert names"),
    ("does not match host name", "the server's certificate is for another host"),
    ("SSL error", "TLS with the server failed"),
    ("too many clients", "the server has no connection left"),
    ("connection slots are reserved", "the server has no connection left"),
    ("is starting up", "the server is not ready yet"),
    ("is shutting down", "the server is stopping"),
    ("not yet accepting connections", "the server is not ready yet"),
    ("in recovery mode", "the server is recovering from a crash"),
    ("session is read-only", "none of the hosts takes writes"),
    ("in hot standby mode", "none of the hosts takes writes"),
];

/// Why `libpq` could not connect to `url`.
pub(super) fn of_postgres(said: &str, url: &str) -> String {
    let mut said = one_line(said);
    for password in postgres_url::passwords(url) {
        said = said.replace(&password, "…");
    }
    match MEANINGS.iter().find(|(words, _)| said.contains(words)) {
        Some((_, meaning)) => format!("{meaning} ({said})"),
        None => said,
    }
}

/// Why a file cannot be used as a database.
pub(super) fn of_file(path: &Path, error: &io::Error) -> String {
    format!("{}: {}", path.display(), one_line(&error.to_string()))
}

/// Why SQLite could not open a file.
pub(super) fn of_sqlite(path: &Path, said: &str) -> String {
    format!("{}: {}", path.display(), one_line(said))
}

/// `text` with its line breaks and tabs made single spaces: a line of the log is a line.
pub(super) fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_drivers_words_become_one_line_with_their_meaning_and_without_a_password() {
        let said = "connection to server at \"db.example\", port 5432 failed: Connection refused\n\tIs the server \
                    running on that host and accepting TCP/IP connections?\n";
        let reason = of_postgres(said, "postgres://u:p@db.example/x");
        assert!(reason.starts_with("no server listens there") && !reason.contains(['\n', '\t']), "{reason}");
        let reason = of_postgres("could not translate host name \"hunter2@db\"", "postgres://u:hunter2@db/x");
        assert!(!reason.contains("hunter2"), "{reason}");
        for (said, meaning) in [
            ("server does not support SSL, but SSL was required", "the server offers no TLS"),
            ("SSL error: certificate verify failed", "is from no authority that sslrootcert names"),
            ("server certificate for \"a\" does not match host name \"b\"", "is for another host"),
            ("root certificate file \"/x\" does not exist", "name it with sslrootcert"),
            (
                "could not read root certificate file \"/x\": No such file or directory",
                "name it with sslrootcert",
            ),
        ] {
            assert!(of_postgres(said, "postgres://u@db/x").contains(meaning), "{said}");
        }
        assert_eq!(of_postgres("FATAL:  etwas anderes\n", "postgres://u@db/x"), "FATAL: etwas anderes");
    }
}
