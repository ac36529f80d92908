//! The thread that looks after the mail server and tells the log how mail goes, at turns of the clock and at no other time.

use std::{io, pin::pin, sync::Arc, thread::JoinHandle, time::Duration};

use tokio::{runtime::Runtime, sync::watch, time::timeout};

use crate::{
    domain::{
        mail_health::turn,
        sending::{Pace, SendFailure},
        time::Timestamp,
    },
    mail::{
        Outbox, Post, Tally,
        causes::causes,
        tally::{Line, Trouble},
    },
};

/// What takes longer than this is slow.
const SLOW_AFTER: Duration = Duration::from_secs(10);
const MINUTE_SECS: i64 = 60;

/// Starts it.
pub(super) fn start(
    outbox: impl Outbox,
    post: Arc<Post>,
    tally: Arc<Tally>,
    stopped: watch::Receiver<bool>,
) -> io::Result<JoinHandle<()>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    std::thread::Builder::new()
        .name(String::from("mail watch"))
        .spawn(move || Watch { outbox, post, tally, stopped, runtime }.work())
}

/// Whether `work` was slow, beside what it gives.
pub(super) async fn paced<T>(work: impl Future<Output = T>) -> (T, Pace) {
    let mut work = pin!(work);
    match timeout(SLOW_AFTER, &mut work).await {
        Ok(done) => (done, Pace::Prompt),
        Err(_) => (work.await, Pace::Slow),
    }
}

/// Looks at the mail server once. What it finds owes nothing to anybody's mail.
async fn look(post: &Post) -> Result<Pace, SendFailure> {
    let (taken, pace) = paced(post.transport.probe()).await;
    taken.map(|()| pace)
}

struct Watch<O> {
    outbox: O,
    post: Arc<Post>,
    tally: Arc<Tally>,
    stopped: watch::Receiver<bool>,
    runtime: Runtime,
}

impl<O: Outbox> Watch<O> {
    /// Once at the start, or when this node takes over, then each ten minutes.
    fn work(mut self) {
        let mut looked = None;
        loop {
            let now = self.post.clock.now();
            if looked != Some(turn(now)) && self.look_if_ours() {
                looked = Some(turn(now));
            }
            if !self.wait_for_the_minute(self.post.clock.now()) {
                break;
            }
            for line in self.tally.minute() {
                tell(line);
            }
        }
        // A name server that does not answer holds a thread of the runtime: nobody waits for it.
        self.runtime.shutdown_background();
    }

    /// Looks at the mail server, if it is this node that delivers mail. `false`: it is not, or nobody knows.
    fn look_if_ours(&mut self) -> bool {
        match self.outbox.is_ours() {
            Ok(true) => {}
            Ok(false) => {
                self.tally.forget(self.post.clock.now());
                return false;
            }
            Err(error) => {
                self.tally.trouble(Trouble::OutboxUnreadable, causes(&error));
                return false;
            }
        }
        let (post, stopped) = (Arc::clone(&self.post), &mut self.stopped);
        let looked = self.runtime.block_on(async {
            tokio::select! {
                looked = look(&post) => Some(looked),
                _ = stopped.wait_for(|stop| *stop) => None,
            }
        });
        let Some(looked) = looked else { return false };
        let found = self.tally.turn(self.post.clock.now(), looked);
        match self.outbox.looked(&found) {
            Ok(named) => self.tally.name(named),
            Err(error) => self.tally.trouble(Trouble::HealthUnwritten, causes(&error)),
        }
        true
    }

    /// Waits until the next minute begins. `false`: it is to stop.
    fn wait_for_the_minute(&mut self, now: Timestamp) -> bool {
        let left = MINUTE_SECS.saturating_sub(now.secs().rem_euclid(MINUTE_SECS));
        let left = Duration::from_secs(u64::try_from(left).unwrap_or(1));
        let stopped = &mut self.stopped;
        // A sender that is gone counts as a stop.
        self.runtime.block_on(async { timeout(left, stopped.wait_for(|stop| *stop)).await.is_err() })
    }
}

fn tell(line: Line) {
    match line {
        Line::Failing { why, tries, given_up, domain } => {
            let domain = domain.unwrap_or_else(|| String::from("-"));
            tracing::warn!(reason = %why, %tries, %given_up, %domain, "mail fails");
        }
        Line::Mended => tracing::info!("mail goes again"),
        Line::Refused { why, mailboxes, given_up } => {
            let reason = why.map_or_else(|| String::from("-"), |why| why.to_string());
            tracing::warn!(reason, %mailboxes, %given_up, "mailboxes refused mail in the last hour");
        }
        Line::Trouble(Trouble::OutboxUnreadable, cause) => tracing::warn!(cause, "the outbox cannot be read"),
        Line::Trouble(Trouble::OutcomeUnwritten, cause) => {
            tracing::error!(cause, "what became of a mail cannot be written down yet");
        }
        Line::Trouble(Trouble::MailUnwritable, cause) => tracing::error!(cause, "a mail cannot be written"),
        Line::Trouble(Trouble::HealthUnwritten, cause) => {
            tracing::warn!(cause, "how mail goes cannot be written down");
        }
    }
}
