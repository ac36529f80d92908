//! The log: one line per event on standard error, with its time in whole seconds. What a line says owes nothing to when a
//! person did something; a finer time would only make two machines' logs easier to lay side by side.

use std::{fmt, io::IsTerminal, sync::OnceLock};

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
/// Puts another filter in the place of the one that the log was started with.
type SetFilter = Box<dyn Fn(EnvFilter) -> bool + Send + Sync>;

static SET_FILTER: OnceLock<SetFilter> = OnceLock::new();

/// Starts the log with `filter`, which the settings have checked.
pub fn start(filter: &str) {
    let builder = tracing_subscriber::fmt()
        .compact()
        .with_timer(WholeSeconds)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        // It would say on standard error that standard error is closed, and panic: in the middle of a request, for good.
        .log_internal_errors(false)
        .with_env_filter(with_quiet(filter))
        .with_filter_reloading();
    let handle = builder.reload_handle();
    let set: SetFilter = Box::new(move |filter| handle.reload(filter).is_ok());
    if builder.try_init().is_err() || SET_FILTER.set(set).is_err() {
        // Somebody, a test perhaps, listens already.
        tracing::debug!("the log was started before");
    }
}

/// From now on logs what `filter` asks for. `false`: the log was not started by [`start`].
pub fn set_filter(filter: &str) -> bool {
    SET_FILTER.get().is_some_and(|set| set(with_quiet(filter)))
}

fn with_quiet(filter: &str) -> EnvFilter {
    EnvFilter::new(format!("{QUIET},{filter}"))
}
