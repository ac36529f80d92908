//! What the settings of a PostgreSQL server give away or may lose: said by `check-config`, and in the log at each start.

use crate::db::ServerSetting;

/// A setting, and what it does to people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// `name = value`
    pub setting: String,
    /// What follows from it.
    pub what: &'static str,
}

/// When a value is one to tell of.
#[derive(Debug, Clone, Copy)]
enum When {
    Is(&'static [&'static str]),
    IsNot(&'static [&'static str]),
    Holds(&'static str),
}

const STATEMENTS: &str = "statements stand in the server's log with their time: who reads it knows when somebody signed, \
     and with values also public names";
const ERRORS: &str = "a proof that is used twice stands in the server's log with its time";
const TIMES: &str = "the server's log tells when this instance was at work, to the millisecond";
const WAL: &str = "the write-ahead log, which times each commit to the microsecond and holds every row, is kept elsewhere \
     for as long as that is kept";
const LOSS: &str = "after a power cut, signatures that people were told of may be gone";

/// What operations.md advises against, and why.
const ADVICE: &[(&str, When, &str)] = &[
    ("log_statement", When::Is(&["mod", "all"]), STATEMENTS),
    ("log_min_duration_statement", When::IsNot(&["-1"]), STATEMENTS),
    ("log_min_duration_sample", When::IsNot(&["-1"]), STATEMENTS),
    ("log_transaction_sample_rate", When::IsNot(&["0"]), STATEMENTS),
    ("log_min_error_statement", When::IsNot(&["fatal", "panic"]), ERRORS),
    ("log_min_messages", When::IsNot(&["fatal", "panic"]), ERRORS),
    (
        "log_error_verbosity",
        When::IsNot(&["terse"]),
        "an error in the server's log repeats the values that it was about",
    ),
    (
        "log_parameter_max_length",
        When::IsNot(&["0"]),
        "a statement that is logged is logged with its values: public names, tags, sealed rows",
    ),
    (
        "log_parameter_max_length_on_error",
        When::IsNot(&["0"]),
        "a statement that failed is logged with its values: public names, tags, sealed rows",
    ),
    ("log_duration", When::Is(&["on"]), TIMES),
    ("log_connections", When::Is(&["on"]), TIMES),
    ("log_disconnections", When::Is(&["on"]), TIMES),
    ("log_lock_waits", When::Is(&["on"]), TIMES),
    (
        "track_commit_timestamp",
        When::Is(&["on"]),
        "the server tells the time of every signature to the microsecond",
    ),
    ("archive_mode", When::IsNot(&["off"]), WAL),
    (
        "wal_recycle",
        When::Is(&["on"]),
        "old parts of the write-ahead log are kept for reuse, with what stood in them",
    ),
    (
        "wal_level",
        When::Is(&["logical"]),
        "the write-ahead log can be read as rows, each with the time of its commit",
    ),
    (
        "replication slots",
        When::IsNot(&["0"]),
        "the write-ahead log, with the time of each commit, is kept until whoever has the slot has read it",
    ),
    (
        "replicas",
        When::IsNot(&["0"]),
        "each replica holds the write-ahead log, with the time of each commit, and every row",
    ),
    ("shared_preload_libraries", When::Holds("auto_explain"), STATEMENTS),
    ("shared_preload_libraries", When::Holds("pgaudit"), STATEMENTS),
    (
        "autovacuum",
        When::Is(&["off"]),
        "what was deleted stays in the tables until the night, and in others for good",
    ),
    ("fsync", When::Is(&["off"]), LOSS),
    ("full_page_writes", When::Is(&["off"]), LOSS),
    ("synchronous_commit", When::Is(&["off"]), LOSS),
];

/// What the server's settings give away or may lose.
pub fn findings(settings: &[ServerSetting]) -> Vec<Finding> {
    let mut found = Vec::new();
    for (name, when, what) in ADVICE {
        for ServerSetting { value, .. } in settings.iter().filter(|setting| setting.name == *name) {
            let is_told = match when {
                When::Is(values) => values.contains(&value.as_str()),
                When::IsNot(values) => !values.contains(&value.as_str()),
                When::Holds(part) => value.contains(part),
            };
            if is_told {
                found.push(Finding { setting: format!("{name} = {value}"), what });
            }
        }
    }
    let value =
        |name: &str| settings.iter().find(|setting| setting.name == name).map(|one| one.value.as_str());
    let has_replicas = value("replicas").is_some_and(|count| count != "0");
    if has_replicas && value("synchronous_standby_names") == Some("") {
        found.push(Finding {
            setting: String::from("synchronous_standby_names = ''"),
            what: "a replica may lack what people were told of: after a failover to it, signatures are gone and logs are \
                   refused",
        });
    }
    found
}

/// Tells the log, at the start of a server.
pub fn warn(settings: &[ServerSetting]) {
    for Finding { setting, what } in findings(settings) {
        tracing::warn!(setting, what, "the database server is set up otherwise than docs/operations.md says");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn setting(name: &str, value: &str) -> ServerSetting {
        ServerSetting { name: String::from(name), value: String::from(value) }
    }

    #[test]
    fn what_is_as_advised_is_not_told_and_what_is_not_is_told_with_its_value() {
        let quiet =
            [setting("log_statement", "none"), setting("archive_mode", "off"), setting("replicas", "0")];
        assert_eq!(findings(&quiet), []);
        let told =
            findings(&[setting("log_statement", "all"), setting("shared_preload_libraries", "x,pgaudit")]);
        let told: Vec<&str> = told.iter().map(|finding| finding.setting.as_str()).collect();
        assert_eq!(told, ["log_statement = all", "shared_preload_libraries = x,pgaudit"]);
    }

    #[test]
    fn a_replica_that_is_not_waited_for_is_told_of() {
        let told = findings(&[setting("replicas", "1"), setting("synchronous_standby_names", "")]);
        assert!(told.iter().any(|finding| finding.what.contains("failover")));
    }
}
