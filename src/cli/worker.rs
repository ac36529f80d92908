//! A thread beside the web server that does something again and again, until it is told to stop.

use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc::{self, RecvTimeoutError},
    },
    thread::JoinHandle,
    time::Duration,
};

enum Call {
    Now,
    Stop,
}

/// The thread. Dropping it stops it after the turn under way.
pub struct Worker {
    name: &'static str,
    calls: mpsc::Sender<Call>,
    is_stopping: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

/// Lets a worker's next turn begin now.
#[derive(Clone)]
pub struct Wake(mpsc::Sender<Call>);

impl Wake {
    /// Does so.
    pub fn wake(&self) {
        // One that has stopped needs no waking.
        self.0.send(Call::Now).unwrap_or_default();
    }
}

impl Worker {
    /// Starts it; the first turn is at once. `turn` is given a way to ask whether to go on, and says how long to wait
    /// for the next one.
    ///
    /// # Errors
    /// [`io::Error`] if the machine gives no thread.
    pub fn start(
        name: &'static str,
        mut turn: impl FnMut(&dyn Fn() -> bool) -> Duration + Send + 'static,
    ) -> io::Result<Self> {
        let (calls, called) = mpsc::channel();
        let is_stopping = Arc::new(AtomicBool::new(false));
        let stopping = Arc::clone(&is_stopping);
        let thread = std::thread::Builder::new().name(String::from(name)).spawn(move || {
            loop {
                let wait = turn(&|| !stopping.load(Ordering::SeqCst));
                match called.recv_timeout(wait) {
                    Ok(Call::Now) | Err(RecvTimeoutError::Timeout) => {}
                    Ok(Call::Stop) | Err(RecvTimeoutError::Disconnected) => return,
                }
                if stopping.load(Ordering::SeqCst) {
                    return;
                }
            }
        })?;
        Ok(Self { name, calls, is_stopping, thread: Some(thread) })
    }

    /// The way to wake it.
    pub fn wake(&self) -> Wake {
        Wake(self.calls.clone())
    }

    /// Tells the thread to end after the turn under way, and returns at once.
    pub fn begin_to_stop(&self) {
        self.is_stopping.store(true, Ordering::SeqCst);
        self.calls.send(Call::Stop).unwrap_or_default();
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.begin_to_stop();
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!(worker = self.name, "a worker ended in a panic");
        }
    }
}
