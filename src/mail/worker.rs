//! The worker that drains the outbox: one thread of its own, with a small runtime for the conversations with the
//! mail server.
//!
//! It alternates between the database (plain blocking calls, no conversation under way in them) and the mail
//! server (no transaction open). A mail leaves the outbox only after it was accepted: a crash in between sends it
//! a second time, never loses it. When to try again is decided by the outbox. Nothing is logged when something happens
//! to a mail, since that is the moment of somebody's request: it is counted in the [`Tally`].

use std::{error::Error, io, sync::Arc, thread::JoinHandle, time::Duration};

use tokio::{
    runtime::Runtime,
    sync::{Notify, watch},
    task::JoinSet,
};

use super::{
    MailIdentity, Tally, Transport,
    causes::causes,
    render,
    tally::Trouble,
    watch::{self as watching, paced},
};
use crate::{
    clock::Clock,
    domain::{
        mail_health::Found,
        message::Outgoing,
        sending::{Later, SendFailure},
    },
    entropy::Entropy,
    faults::{CrashPoint, reach},
    locale::Locales,
    memory::wipe_stack,
};

/// How many conversations with the mail server go on at once.
const CONVERSATIONS: usize = 4;
/// How many mails are taken from the outbox at once: so few that the slowest server is done with them before
/// another node may take them.
const BATCH: usize = 8;
/// How long to wait without being woken: other nodes' mails and second tries come without a call.
const IDLE: Duration = Duration::from_secs(5);
/// How long conversations may go on once the worker is told to stop.
const LAST_WORDS: Duration = Duration::from_secs(5);

/// A mail whose time has come.
#[derive(Debug)]
pub struct DueMail {
    /// The row's random id.
    pub id: Vec<u8>,
    /// The mail. `None` for a decoy: queued like a mail, so that asking for a code costs the same whether or not
    /// one goes out; nothing is sent.
    pub outgoing: Option<Outgoing>,
}

/// The outbox could not be read or written; the mails are still in it.
#[derive(Debug, thiserror::Error)]
#[error("the outbox cannot be reached")]
pub struct OutboxError(#[source] pub Box<dyn Error + Send + Sync>);

/// Where mails wait. Calls block: the worker has a thread for them.
pub trait Outbox: Clone + Send + 'static {
    /// At most `limit` mails whose time has come, taken so that no other worker gets them for a while.
    ///
    /// # Errors
    ///
    /// [`OutboxError`] if the database is away.
    fn due(&self, limit: usize) -> Result<Vec<DueMail>, OutboxError>;

    /// A mail server has accepted the mail, or it was a decoy: it leaves the outbox.
    ///
    /// # Errors
    ///
    /// [`OutboxError`] if the database is away.
    fn accepted(&self, id: &[u8]) -> Result<(), OutboxError>;

    /// The mail was not accepted. Whether and when it is tried again is decided here.
    ///
    /// # Errors
    ///
    /// [`OutboxError`] if the database is away.
    fn failed(&self, id: &[u8], why: SendFailure) -> Result<Later, OutboxError>;

    /// Whether this process is the one that delivers mail now.
    ///
    /// # Errors
    ///
    /// [`OutboxError`] if the database is away.
    fn is_ours(&self) -> Result<bool, OutboxError>;

    /// How mail goes, as found at a turn of the clock, for pages to tell. Returns the domain that may be named.
    ///
    /// # Errors
    ///
    /// [`OutboxError`] if the database is away.
    fn looked(&self, found: &Found) -> Result<Option<String>, OutboxError>;
}

/// All that writing and handing over a mail takes.
pub struct Post {
    /// Where mails go.
    pub transport: Transport,
    /// Who they come from.
    pub identity: MailIdentity,
    /// Their words, in the language of each.
    pub locales: Locales,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Chance.
    pub entropy: Arc<dyn Entropy>,
}

/// The running worker. Dropping it stops it as [`stop`](Self::stop) does.
pub struct MailWorker {
    stop: watch::Sender<bool>,
    threads: Vec<JoinHandle<()>>,
    tally: Arc<Tally>,
}

impl MailWorker {
    /// What became of mails lately.
    #[must_use]
    pub fn tally(&self) -> &Tally {
        &self.tally
    }

    /// Tells the worker to stop, and returns at once: other things can end at the same time.
    pub fn begin_to_stop(&self) {
        self.stop.send_replace(true);
    }

    /// Takes no further mail, lets the conversations under way finish for at most five seconds, and returns.
    /// What was not accepted stays in the outbox.
    pub fn stop(self) {
        drop(self);
    }
}

impl Drop for MailWorker {
    fn drop(&mut self) {
        self.stop.send_replace(true);
        for thread in self.threads.drain(..) {
            if thread.join().is_err() {
                tracing::error!("the mail worker ended in a panic");
            }
        }
    }
}

/// Starts the worker. It looks into the outbox at once, then whenever `wake` is notified, and every five seconds. Beside it
/// runs the thread that tells how mail goes.
///
/// # Errors
///
/// [`io::Error`] if the machine gives no thread.
pub fn start(outbox: impl Outbox, post: Post, wake: Arc<Notify>) -> io::Result<MailWorker> {
    let (stop, stopped) = watch::channel(false);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let tally = Arc::new(Tally::new(Arc::clone(&post.entropy), post.clock.now()));
    let post = Arc::new(post);
    let watching = watching::start(outbox.clone(), Arc::clone(&post), Arc::clone(&tally), stopped.clone())?;
    let mut worker = MailWorker { stop, threads: vec![watching], tally: Arc::clone(&tally) };
    let thread = std::thread::Builder::new().name(String::from("mail")).spawn(move || {
        Worker { outbox, post, tally, runtime, wake, stopped, unwritten: Vec::new() }.work();
    })?;
    worker.threads.push(thread);
    Ok(worker)
}

struct Worker<O> {
    outbox: O,
    post: Arc<Post>,
    tally: Arc<Tally>,
    runtime: Runtime,
    wake: Arc<Notify>,
    stopped: watch::Receiver<bool>,
    /// What became of mails and could not be written down yet. While there is any, no further mail is sent: with a
    /// full disk the same one would go out again and again.
    unwritten: Vec<Outcome>,
}

type Outcome = (Vec<u8>, Result<(), SendFailure>);

impl<O: Outbox> Worker<O> {
    fn work(mut self) {
        while !*self.stopped.borrow() {
            for outcome in std::mem::take(&mut self.unwritten) {
                self.record(outcome);
            }
            if !self.unwritten.is_empty() {
                self.wait();
                continue;
            }
            match self.outbox.due(BATCH) {
                Ok(mails) if mails.is_empty() => self.wait(),
                Ok(mails) => {
                    self.send_all(mails);
                    wipe_stack();
                }
                Err(error) => {
                    self.tally.trouble(Trouble::OutboxUnreadable, causes(&error));
                    self.wait();
                }
            }
        }
        // A name server that does not answer holds a thread of the runtime: nobody waits for it.
        self.runtime.shutdown_background();
    }

    fn wait(&mut self) {
        let (wake, stopped) = (Arc::clone(&self.wake), &mut self.stopped);
        self.runtime.block_on(async {
            // Whichever comes first; a sender that is gone counts as a stop.
            tokio::select! {
                () = wake.notified() => {}
                _ = stopped.wait_for(|stop| *stop) => {}
                () = tokio::time::sleep(IDLE) => {}
            }
        });
    }

    fn send_all(&mut self, mails: Vec<DueMail>) {
        let mut waiting = mails.into_iter();
        let mut under_way: JoinSet<Outcome> = JoinSet::new();
        loop {
            while under_way.len() < CONVERSATIONS && !*self.stopped.borrow() {
                let Some(mail) = waiting.next() else { break };
                let DueMail { id, outgoing } = mail;
                let (post, tally) = (Arc::clone(&self.post), Arc::clone(&self.tally));
                // A decoy takes the same way through the worker, up to the mail server's door.
                let task = async move { (id, hand_over(&post, &tally, outgoing.as_ref()).await) };
                under_way.spawn_on(task, self.runtime.handle());
            }
            let Some(outcome) = self.next_outcome(&mut under_way) else { return };
            self.record(outcome);
        }
    }

    /// The next conversation to end. `None` when there is none left, or none that ends soon enough after a stop.
    fn next_outcome(&mut self, under_way: &mut JoinSet<Outcome>) -> Option<Outcome> {
        let stopped = &mut self.stopped;
        self.runtime.block_on(async {
            let patience = async {
                // A sender that is gone counts as a stop.
                if stopped.wait_for(|stop| *stop).await.is_err() {
                    tracing::debug!("the mail worker's owner is gone");
                }
                tokio::time::sleep(LAST_WORDS).await;
            };
            tokio::select! {
                biased;
                ended = under_way.join_next() => ended?.ok(),
                () = patience => None,
            }
        })
    }

    fn record(&mut self, (id, result): Outcome) {
        let recorded = match result {
            Ok(()) => {
                reach(CrashPoint::MailAcceptedBeforeRowDeleted);
                self.outbox.accepted(&id)
            }
            Err(why) => match self.outbox.failed(&id, why) {
                Ok(Later::Again) => Ok(()),
                Ok(Later::GivenUp) => {
                    self.tally.given_up();
                    Ok(())
                }
                Err(error) => Err(error),
            },
        };
        if let Err(error) = recorded {
            self.tally.trouble(Trouble::OutcomeUnwritten, causes(&error));
            self.unwritten.push((id, result));
        }
    }
}

async fn hand_over(post: &Post, tally: &Tally, outgoing: Option<&Outgoing>) -> Result<(), SendFailure> {
    let Some(outgoing) = outgoing else { return Ok(()) };
    let words = post.locales.words(outgoing.lang);
    let rendered = render(outgoing, words, &post.identity, &*post.entropy, post.clock.now());
    let sent = match rendered {
        Ok(mail) => {
            reach(CrashPoint::MailBeforeSend);
            let (sent, pace) = paced(post.transport.send(&mail)).await;
            sent.map(|()| pace)
        }
        Err(error) => {
            tally.trouble(Trouble::MailUnwritable, causes(&error));
            Err(SendFailure::Unwritable)
        }
    };
    match sent {
        Ok(pace) => tally.accepted(&outgoing.to, pace),
        Err(why) => tally.failed(&outgoing.to, why),
    }
    sent.map(drop)
}
