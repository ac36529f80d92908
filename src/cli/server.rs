//! The running server: web, mail worker, jobs; and its end, in order, within ten seconds.

use std::{
    error::Error,
    io,
    net::{SocketAddr, TcpListener},
    sync::Arc,
    time::Duration,
};

use actix_web::dev::Server;
use tokio::{
    signal::unix::{SignalKind, signal},
    sync::Notify,
};

use super::{
    asking::WitnessesThread,
    failure::{Failure, While},
    spool_clock::SpoolClock,
    workers::{DatabaseOutbox, JobsThread},
};
use crate::{
    actions::Ctx,
    clock::SystemClock,
    config::Settings,
    entropy::SystemEntropy,
    jobs::{self, Node},
    locale::Locale,
    mail::{self, MailIdentity, Post, Transport},
    web::{self, App, DevMailSource, Site, site::operator_pages},
};

/// When the process ends whatever is still going on: whoever stops us waits ten seconds, then kills.
const LAST_MOMENT: Duration = Duration::from_millis(9_500);

/// What a server is made of.
pub struct Parts {
    /// What actions need.
    pub ctx: Ctx,
    /// Where people connect, bound already.
    pub listener: TcpListener,
    /// Where mails go.
    pub transport: Transport,
    /// Where mails can be read, in the demo.
    pub dev_mail: Option<DevMailSource>,
}

/// Takes the address that the settings name. Done before anything is changed on disk, so that a second server
/// started by mistake touches nothing.
pub fn listen(bind: SocketAddr) -> Result<TcpListener, Failure> {
    Ok(TcpListener::bind(bind).map_err(While::doing(format!("cannot listen on {bind}")))?)
}

/// Serves until SIGTERM or SIGINT.
pub fn run(settings: &Settings, parts: Parts) -> Result<(), Failure> {
    let Parts { ctx, listener, transport, dev_mail } = parts;
    let locale = Locale::english().map_err(Failure::because)?;
    let post = Post {
        transport,
        identity: MailIdentity::new(&settings.mail.from, &settings.base_url).map_err(Failure::usage)?,
        locale: Arc::clone(&locale),
        clock: Arc::new(SystemClock),
        entropy: Arc::new(SystemEntropy),
    };
    let wake = Arc::new(Notify::new());
    let mut app = App::new(ctx, locale, site(settings, dev_mail.is_some())).with_mail_wake(Arc::clone(&wake));
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
    let mail = mail::start(outbox, post, wake).map_err(no_thread())?;
    let mut jobs = JobsThread::start(ctx.clone(), node.clone()).map_err(no_thread())?;
    let mut witnesses = WitnessesThread::start(ctx.clone(), node.clone()).map_err(no_thread())?;
    let spools = SpoolClock::start(ctx.clone()).map_err(no_thread())?;
    let served = until_stopped(
        || web::serve(app, listener),
        || {
            mail.begin_to_stop();
            jobs.begin_to_stop();
            witnesses.begin_to_stop();
        },
    );
    mail.stop();
    drop(jobs);
    drop(witnesses);
    drop(spools);
    if let Err(error) = jobs::leave(&ctx, &node) {
        let cause: &dyn Error = &error;
        tracing::warn!(cause, "the leases stay until they run out");
    }
    tracing::info!("stopped");
    served
}

/// Runs what `serve` starts until a signal comes; `stopping` is called before the last requests are waited for.
pub fn until_stopped(
    serve: impl FnOnce() -> io::Result<Server>,
    stopping: impl FnOnce(),
) -> Result<(), Failure> {
    actix_web::rt::System::new().block_on(async move {
        let mut term = signal(SignalKind::terminate()).map_err(While::doing("signals cannot be heard"))?;
        let mut int = signal(SignalKind::interrupt()).map_err(While::doing("signals cannot be heard"))?;
        let server = serve().map_err(While::doing("the web server cannot start"))?;
        let handle = server.handle();
        let mut running = actix_web::rt::spawn(server);
        let signalled = tokio::select! {
            _ = term.recv() => true,
            _ = int.recv() => true,
            ended = &mut running => {
                tracing::error!(clean = ended.is_ok_and(|ended| ended.is_ok()), "the web server ended by itself");
                false
            }
        };
        stopping();
        if !signalled {
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
