//! The running server: web, mail worker, jobs; and its end, in order, within ten seconds.

use std::{
    error::Error,
    io::{self, ErrorKind},
    net::{SocketAddr, TcpListener},
    sync::Arc,
    time::Duration,
};

use actix_web::dev::Server;
use tokio::{
    signal::unix::{Signal, SignalKind, signal},
    sync::Notify,
};

use super::{
    asking::start_asking,
    failure::{Failure, While},
    folder_lock::FolderLock,
    reload::{MailService, Reloader},
    spool_clock::{SpoolClock, SpoolsAtStart},
    workers::{DatabaseOutbox, start_heartbeat, start_jobs},
};
use crate::{
    actions::Ctx,
    clock::SystemClock,
    config::{MailSettings, Settings},
    entropy::SystemEntropy,
    jobs::{self, Node},
    locale::Locales,
    mail::{self, MailIdentity, MailWorker, Post, Transport},
    web::{self, App, DevMailSource, Site, site::operator_pages},
};

/// When the process ends whatever is still going on: whoever stops us waits ten seconds, then kills.
const LAST_MOMENT: Duration = Duration::from_millis(9_500);

/// The signals that come for this process. Heard from the beginning: before, each ends it at once.
pub struct Signals {
    system: actix_web::rt::SystemRunner,
    terminate: Signal,
    interrupt: Signal,
    hang_up: Signal,
}

impl Signals {
    /// Begins to hear them, and makes the runtime that a server then runs in.
    ///
    /// # Errors
    /// Where the machine does not let it.
    pub fn hear() -> Result<Self, Failure> {
        let system = actix_web::rt::System::new();
        let heard = system.block_on(async {
            Ok::<_, io::Error>((
                signal(SignalKind::terminate())?,
                signal(SignalKind::interrupt())?,
                signal(SignalKind::hangup())?,
            ))
        });
        let (terminate, interrupt, hang_up) = heard.map_err(While::doing("signals cannot be heard"))?;
        Ok(Self { system, terminate, interrupt, hang_up })
    }
}

/// What a server is made of.
pub struct Parts {
    /// Who tells it to stop.
    pub signals: Signals,
    /// What actions need.
    pub ctx: Ctx,
    /// What the start has done for the spools.
    pub spools: SpoolsAtStart,
    /// Where the database is a file: nobody else is at it.
    pub lock: Option<FolderLock>,
    /// Where people connect, bound already.
    pub listener: TcpListener,
    /// Where mails go.
    pub transport: Transport,
    /// Where mails can be read, in the demo.
    pub dev_mail: Option<DevMailSource>,
}

/// Takes the address that the settings name. Done before anything is changed on disk, so that a second server
/// started by mistake touches nothing.
///
/// # Errors
/// Why it cannot be had, and what to set instead. `setting` is its name for whoever types it.
pub fn listen(bind: SocketAddr, setting: &str) -> Result<TcpListener, Failure> {
    Ok(TcpListener::bind(bind).map_err(|error| {
        let advice = match error.kind() {
            ErrorKind::AddrInUse => format!(
                ": something listens there already. Stop that, or set {setting} to another port, such as {}",
                SocketAddr::new(bind.ip(), bind.port().checked_add(1).unwrap_or(8_081))
            ),
            ErrorKind::PermissionDenied => {
                format!(": ports below 1024 are the system's. Set {setting} to a port above, and put a proxy in front")
            }
            ErrorKind::AddrNotAvailable => {
                format!(": this machine has no such address. Set {setting} to one of its own, such as 127.0.0.1:8080")
            }
            _ => String::new(),
        };
        While::doing(format!("cannot listen on {bind}{advice}"))(error)
    })?)
}

/// Serves until SIGTERM or SIGINT.
pub fn run(settings: &Settings, parts: Parts) -> Result<(), Failure> {
    let Parts { signals, ctx, spools, lock, listener, transport, dev_mail } = parts;
    if lock.is_some() {
        ctx.leases.be_alone();
    }
    let is_demo = dev_mail.is_some();
    let locales = Locales::load().map_err(Failure::because)?;
    let wake = Arc::new(Notify::new());
    let mut app = App::new(ctx, locales.clone(), site(settings, is_demo)).with_mail_wake(Arc::clone(&wake));
    if let Some(folder) = &settings.pages_dir {
        app = app.with_pages(operator_pages::load(folder).map_err(Failure::usage)?);
    }
    if let Some(source) = dev_mail {
        app = app.with_dev_mail(source);
    }

    // From here on with what the pages are made of: the jobs tell the logs.
    let ctx = app.ctx.clone();
    let node = Node::new(&ctx);
    let no_thread = || While::doing("the machine gives no thread");
    let outbox = DatabaseOutbox { ctx: ctx.clone(), node: node.clone() };
    let base_url = settings.base_url.clone();
    let mail_wake = Arc::clone(&wake);
    let start_mail =
        move |settings: &MailSettings, transport| -> Result<MailWorker, Box<dyn Error + Send + Sync>> {
            let post = Post {
                transport,
                identity: MailIdentity::new(&settings.from, &base_url)?,
                locales: locales.clone(),
                clock: Arc::new(SystemClock),
                entropy: Arc::new(SystemEntropy),
            };
            Ok(mail::start(outbox.clone(), post, Arc::clone(&mail_wake))?)
        };
    let worker = start_mail(&settings.mail, transport).map_err(Failure::because)?;
    let mail = Arc::new(MailService::new(worker, Box::new(start_mail)));
    let jobs = start_jobs(ctx.clone(), node.clone()).map_err(no_thread())?;
    let witnesses = start_asking(ctx.clone(), node.clone()).map_err(no_thread())?;
    let spools = SpoolClock::start(ctx.clone(), spools).map_err(no_thread())?;
    let (wake_jobs, wake_witnesses) = (jobs.wake(), witnesses.wake());
    let wake_all = move || {
        wake_jobs.wake();
        wake_witnesses.wake();
        wake.notify_one();
    };
    let heartbeat = if ctx.leases.is_alone() {
        None
    } else {
        Some(start_heartbeat(ctx.clone(), node.clone(), wake_all).map_err(no_thread())?)
    };

    let reloader = Arc::new(Reloader::new(settings, app.pages.clone(), Arc::clone(&mail)));
    let readiness = Arc::clone(&app.readiness);
    let orders = Orders {
        // Whoever closes the terminal of a demo wants it to end.
        hang_up: if is_demo { HangUp::Stops } else { HangUp::Calls(Box::new(move || reloader.begin())) },
        leave: Box::new(move || {
            readiness.leave();
            settings.shutdown_delay
        }),
        stop: Box::new(|| {
            mail.begin_to_stop();
            jobs.begin_to_stop();
            witnesses.begin_to_stop();
        }),
    };
    let served = until_stopped(signals, || web::serve(app, listener), orders);
    mail.stop();
    drop(jobs);
    drop(witnesses);
    drop(heartbeat);
    drop(spools);
    if let Err(error) = jobs::leave(&ctx, &node) {
        let cause: &dyn Error = &error;
        tracing::warn!(cause, "the leases stay until they run out");
    }
    tracing::info!("stopped");
    served
}

/// What happens when a signal comes.
pub struct Orders<'a> {
    /// SIGHUP.
    pub hang_up: HangUp<'a>,
    /// SIGTERM and SIGINT, first: says for how long connections are still taken.
    pub leave: Box<dyn FnOnce() -> Duration + 'a>,
    /// Then, before the last requests are waited for.
    pub stop: Box<dyn FnOnce() + 'a>,
}

/// What SIGHUP does.
pub enum HangUp<'a> {
    /// The same as SIGTERM.
    Stops,
    /// This, and nothing else.
    Calls(Box<dyn FnMut() + 'a>),
}

/// Runs what `serve` starts until a signal comes.
pub fn until_stopped(
    signals: Signals,
    serve: impl FnOnce() -> io::Result<Server>,
    orders: Orders<'_>,
) -> Result<(), Failure> {
    let Signals { system, mut terminate, mut interrupt, hang_up: mut hung_up } = signals;
    let Orders { mut hang_up, leave, stop } = orders;
    system.block_on(async move {
        let server = serve().map_err(While::doing("the web server cannot start"))?;
        let handle = server.handle();
        let mut running = actix_web::rt::spawn(server);
        let is_told_to = loop {
            tokio::select! {
                _ = terminate.recv() => break true,
                _ = interrupt.recv() => break true,
                _ = hung_up.recv() => match &mut hang_up {
                    HangUp::Stops => break true,
                    HangUp::Calls(call) => call(),
                },
                ended = &mut running => {
                    let is_clean = ended.is_ok_and(|ended| ended.is_ok());
                    tracing::error!(clean = is_clean, "the web server ended by itself");
                    break false;
                }
            }
        };
        if is_told_to {
            let delay = leave();
            if !delay.is_zero() {
                tracing::info!(?delay, "stopping: /readyz says so, and connections are still taken");
                // A second signal means: now.
                tokio::select! {
                    () = tokio::time::sleep(delay) => {}
                    _ = terminate.recv() => {}
                    _ = interrupt.recv() => {}
                }
            }
        }
        stop();
        if !is_told_to {
            return Err(Failure::because("the web server ended by itself"));
        }
        tracing::info!("stopping: requests under way are finished");
        end_at_the_last_moment();
        handle.stop(true).await;
        Ok(())
    })
}

/// Whatever hangs (a database that does not answer, a mail server that trickles) must not hold the process
/// longer than the ones who wait for it are willing to.
fn end_at_the_last_moment() {
    std::thread::spawn(|| {
        std::thread::sleep(LAST_MOMENT);
        tracing::warn!("something was still going on after {LAST_MOMENT:?}; it is broken off");
        std::process::exit(0);
    });
}

fn site(settings: &Settings, demo: bool) -> Site {
    Site {
        base_url: settings.base_url.origin().to_owned(),
        cast_url: settings.cast_url.as_ref().map(|cast| cast.origin().to_owned()),
        onion_location: settings.onion_location.as_ref().map(|onion| onion.origin().to_owned()),
        operator_name: settings.operator_name.clone().unwrap_or_default(),
        operator_contact: settings.operator_contact.clone(),
        trusted_proxies: settings.trusted_proxies.clone(),
        extra_pages: Vec::new(),
        demo,
    }
}
