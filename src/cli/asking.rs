//! The thread that asks witnesses to cosign: apart from the other jobs, since it waits for others.

use std::{
    error::Error,
    io,
    sync::mpsc::{self, RecvTimeoutError, TryRecvError},
    thread::JoinHandle,
};

use super::workers::between_rounds;
use crate::{
    actions::Ctx,
    client::witness::Messenger,
    jobs::{
        Node,
        ask_witnesses::{self, Courier, Patience, Reply, Unreachable},
    },
};

/// The one way from a server to others, besides mail.
struct Post(Messenger);

impl Courier for Post {
    fn carry(&self, url: &str, submission: &str) -> Result<Reply, Unreachable> {
        let answer = self.0.submit(url, submission).map_err(|error| Unreachable(Box::new(error)))?;
        Ok(Reply { status: answer.status, body: answer.body })
    }
}

/// Dropping it stops the thread after the question under way.
pub struct WitnessesThread {
    stop: Option<mpsc::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl WitnessesThread {
    /// Starts it; the first round is at once.
    ///
    /// # Errors
    /// [`io::Error`] if the machine gives no thread.
    pub fn start(ctx: Ctx, node: Node) -> io::Result<Self> {
        let (stop, stopped) = mpsc::channel::<()>();
        let messenger = Messenger::open(ctx.entropy.as_ref()).map_err(io::Error::other)?;
        let thread = std::thread::Builder::new().name(String::from("witnesses")).spawn(move || {
            let (post, mut patience) = (Post(messenger), Patience::default());
            let goes_on = || stopped.try_recv() == Err(TryRecvError::Empty);
            loop {
                match ask_witnesses::ask(&ctx, &node, &post, &mut patience, &goes_on) {
                    Ok(Some(asked)) => tracing::debug!(?asked, "witnesses were asked"),
                    Ok(None) => tracing::debug!("another node asks the witnesses"),
                    Err(error) => {
                        let cause: &dyn Error = &error;
                        tracing::warn!(cause, "witnesses cannot be asked now; the next round tries again");
                    }
                }
                match stopped.recv_timeout(between_rounds(&ctx)) {
                    Err(RecvTimeoutError::Timeout) => {}
                    Ok(()) | Err(RecvTimeoutError::Disconnected) => return,
                }
            }
        })?;
        Ok(Self { stop: Some(stop), thread: Some(thread) })
    }

    /// Tells the thread to end after the question under way, and returns at once.
    pub fn begin_to_stop(&mut self) {
        self.stop = None;
    }
}

impl Drop for WitnessesThread {
    fn drop(&mut self) {
        self.begin_to_stop();
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("asking witnesses ended in a panic");
        }
    }
}
