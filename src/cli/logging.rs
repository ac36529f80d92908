//! The log: one line per event on standard error.

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;

/// What the web framework says about its own threads is noise, unless the filter asks for it.
const QUIET: &str = "actix_server=warn";

/// Starts the log with `filter`, which the settings have checked.
pub fn start(filter: &str) {
    let started = tracing_subscriber::fmt()
        .compact()
        .with_env_filter(EnvFilter::new(format!("{QUIET},{filter}")))
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .try_init();
    if started.is_err() {
        // Somebody, a test perhaps, listens already.
        tracing::debug!("the log was started before");
    }
}
