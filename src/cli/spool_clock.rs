//! The clock that renews the keys of all spools, in a thread of its own: a long job must not hold it up.

use std::{
    error::Error,
    io,
    sync::mpsc::{self, RecvTimeoutError},
    thread::JoinHandle,
    time::Duration,
};

use crate::actions::{Ctx, collector};

/// Between two renewals. Whoever seizes the server can tell of casts that came since the last one which entry of a spool each
/// was; a shorter time costs the disk more.
const BETWEEN_RENEWALS: Duration = Duration::from_secs(5);

/// What the start of the server has done for the spools.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SpoolsAtStart {
    /// They are ready.
    Ready,
    /// The disk took nothing: the clock makes them ready as soon as it can.
    NotReady,
}

/// The thread. Dropping it renews the keys a last time and stops it.
pub struct SpoolClock {
    stop: Option<mpsc::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl SpoolClock {
    /// Starts it.
    ///
    /// # Errors
    ///
    /// [`io::Error`] if the machine gives no thread.
    pub fn start(ctx: Ctx, mut spools: SpoolsAtStart) -> io::Result<Self> {
        let (stop, stopped) = mpsc::channel::<()>();
        let thread = std::thread::Builder::new().name(String::from("spool-clock")).spawn(move || {
            let mut failing = false;
            loop {
                let is_last = stopped.recv_timeout(BETWEEN_RENEWALS) != Err(RecvTimeoutError::Timeout);
                let renewed = match spools {
                    SpoolsAtStart::Ready => collector::renew_keys(&ctx),
                    SpoolsAtStart::NotReady => collector::begin_spools(&ctx),
                };
                if renewed.is_ok() {
                    spools = SpoolsAtStart::Ready;
                }
                // Said once, not each time.
                match &renewed {
                    Ok(()) if failing => tracing::info!("the keys of the spools are renewed again"),
                    Err(error) if !failing => {
                        let cause: &dyn Error = error;
                        tracing::warn!(
                            cause,
                            "the keys of the spools could not be renewed; it is tried again"
                        );
                    }
                    Ok(()) | Err(_) => {}
                }
                failing = renewed.is_err();
                if is_last {
                    return;
                }
            }
        })?;
        Ok(Self { stop: Some(stop), thread: Some(thread) })
    }
}

impl Drop for SpoolClock {
    fn drop(&mut self) {
        self.stop = None;
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the clock of the spools ended in a panic");
        }
    }
}
