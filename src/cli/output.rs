//! What commands print. A reader that went away (`| head`) is no reason to panic, nor to stop in the middle of what a
//! command does: what cannot be written is left out, and the exit code says what the command did. Where what was printed
//! is shown once and kept nowhere, its loss is a failure (`cli::main`).

use std::{
    fmt::Display,
    io::{self, Write as _},
    sync::atomic::{AtomicBool, Ordering},
};

static IS_LOST: AtomicBool = AtomicBool::new(false);

/// A line on standard output.
pub fn line(text: impl Display) {
    note(&writeln!(io::stdout().lock(), "{text}"));
}

/// A question on standard output: without an end of line, and at once, since someone waits for it.
pub fn prompt(text: &str) {
    let mut out = io::stdout().lock();
    note(&write!(out, "{text} ").and_then(|()| out.flush()));
}

/// A line on standard error. Where nobody reads that, there is nobody to tell.
pub fn error_line(text: impl Display) {
    writeln!(io::stderr().lock(), "{text}").unwrap_or_default();
}

/// Whether anything that was printed on standard output found no reader.
pub fn was_lost() -> bool {
    IS_LOST.load(Ordering::Relaxed)
}

fn note(written: &io::Result<()>) {
    if written.is_err() {
        IS_LOST.store(true, Ordering::Relaxed);
    }
}
