//! Everything the process logs, kept for looking through. Each test runs in a process of its own.

use std::{
    io::{self, Write},
    sync::{Mutex, OnceLock, PoisonError},
};

use tracing_subscriber::fmt::MakeWriter;

static LOG: OnceLock<Buffer> = OnceLock::new();

#[derive(Default)]
struct Buffer(Mutex<Vec<u8>>);

struct Writer(&'static Buffer);

impl Write for Writer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

struct ToBuffer(&'static Buffer);

impl<'a> MakeWriter<'a> for ToBuffer {
    type Writer = Writer;

    fn make_writer(&'a self) -> Writer {
        Writer(self.0)
    }
}

/// Begins to capture, everything down to the finest level of every crate: an operator may turn that on.
pub fn capture() {
    let buffer = LOG.get_or_init(Buffer::default);
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_ansi(false)
        .with_writer(ToBuffer(buffer))
        .finish();
    // A second app in the same process writes into the same log.
    drop(tracing::subscriber::set_global_default(subscriber));
}

/// All that was logged so far.
pub fn text() -> String {
    let bytes = LOG.get().map(|buffer| buffer.0.lock().unwrap_or_else(PoisonError::into_inner).clone());
    String::from_utf8_lossy(&bytes.unwrap_or_default()).into_owned()
}
