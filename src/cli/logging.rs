//! The log: one line per event on standard error, with its time in whole seconds. What a line says owes nothing to when a
//! person did something; a finer time would only make two machines' logs easier to lay side by side.

use std::{fmt, io::IsTerminal};

use tracing_subscriber::{
    EnvFilter,
    fmt::{format::Writer, time::FormatTime},
};

use crate::clock::{Clock as _, SystemClock};

/// What the web framework says about its own threads is noise, unless the filter asks for it.
const QUIET: &str = "actix_server=warn";

/// `2026-06-03T12:00:00Z`
struct WholeSeconds;

impl FormatTime for WholeSeconds {
    fn format_time(&self, w: &mut Writer<'_>) -> fmt::Result {
        w.write_str(&SystemClock.now().to_rfc3339())
    }
}

/// Starts the log with `filter`, which the settings have checked.
pub fn start(filter: &str) {
    let started = tracing_subscriber::fmt()
        .compact()
        .with_timer(WholeSeconds)
        .with_env_filter(EnvFilter::new(format!("{QUIET},{filter}")))
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .try_init();
    if started.is_err() {
        // Somebody, a test perhaps, listens already.
        tracing::debug!("the log was started before");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_line_is_timed_finer_than_a_second() {
        let mut said = String::new();
        WholeSeconds.format_time(&mut Writer::new(&mut said)).unwrap();
        assert!(said.len() == "2026-06-03T12:00:00Z".len() && said.ends_with('Z'), "{said}");
    }
}
