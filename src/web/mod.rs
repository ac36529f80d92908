//! The HTTP rim: routes, forms, pages, errors. Handlers extract, call one action and choose the answer.
//!
//! It knows HTTP and nothing of tables or mail servers. It must never log an address, a name, a client's
//! address or a body. Read next: [`routes`] (every path and who may), [`error`] (every status code),
//! [`run`](mod@run) (the one gate to blocking work).

use std::{
    io,
    net::{IpAddr, TcpListener},
    num::NonZero,
    sync::Arc,
    thread,
    time::Duration,
};

use actix_http::HttpService;
use actix_service::{IntoServiceFactory, ServiceFactoryExt, fn_service, map_config};
use actix_web::{
    HttpResponse,
    dev::{AppConfig, Server},
    http::header::HeaderValue,
    middleware::{Compress, from_fn},
    rt::net::TcpStream,
    web::Data,
};
use tokio::sync::{Notify, Semaphore};

pub mod access;
pub mod access_log;
pub mod account;
pub mod admin;
pub mod admission;
pub mod api;
pub mod assets;
pub mod client_ip;
pub mod conditional;
mod connection;
pub mod csrf;
pub mod error;
pub mod field;
mod forget;
pub mod form;
pub mod frame;
#[cfg(test)]
mod gallery;
pub mod guessing;
pub mod headers;
pub mod health;
pub mod kept;
pub mod labels;
pub mod lang;
pub mod limits;
pub mod markdown;
mod nearly;
pub mod organize;
pub mod petition;
pub mod problem;
pub mod receipt;
pub mod routes;
pub mod row;
pub mod run;
pub mod session;
pub mod sign;
pub mod site;
pub mod waiting;
pub mod well_known;

pub use error::{Answer, WebError};
pub use form::{Fields, Form};
pub use lang::LocalizedApp;
pub use run::{run, run_heavy, run_starting};
pub use session::{MaybeSession, Session};

use crate::{actions::Ctx, domain::network::Network, locale::Locales};
use assets::Assets;
use connection::VisitorStream;
use guessing::Guessing;
use health::Readiness;
use limits::Limits;

use run::Gates;
use site::operator_pages::{OperatorPage, ShownPages};

/// How long a graceful shutdown waits for requests under way. The process as a whole has ten seconds.
const SHUTDOWN_SECS: u64 = 8;
/// How long a client may take to send the head of a request.
const HEAD_TIMEOUT: Duration = Duration::from_secs(10);
/// How long an idle connection is kept.
const KEEP_ALIVE: Duration = Duration::from_secs(30);

/// Who runs this site and where it is reached; said on every page.
#[derive(Debug, Clone)]
pub struct Site {
    /// Scheme and host without a trailing slash: `https://petitions.example.org`.
    pub base_url: String,
    /// Scheme and host to which browsers send casts, where it is another than `base_url`.
    pub cast_url: Option<String>,
    /// Scheme and host of the onion service, without a trailing slash.
    pub onion_location: Option<String>,
    /// Who runs this instance.
    pub operator_name: String,
    /// How to reach them: an address or a URL.
    pub operator_contact: Option<String>,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<Network>,
    /// The operator's own pages: (name in the address, title).
    pub extra_pages: Vec<(String, String)>,
    /// The demo: mail is shown at `/dev/mail` instead of being sent.
    pub demo: bool,
}

impl Site {
    /// Whether people reach this site over TLS; then cookies are `__Host-` ones and HSTS is sent.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.base_url.starts_with("https://")
    }
}

/// A mail as shown at `/dev/mail`.
#[derive(Debug, Clone)]
pub struct DevMail {
    /// Who it was for.
    pub to: String,
    /// Its subject.
    pub subject: String,
    /// Its text.
    pub text: String,
}

/// Where the demo's mails are read from, oldest first.
pub type DevMailSource = Arc<dyn Fn() -> Vec<DevMail> + Send + Sync>;

/// What every handler can reach. One per process, shared by all workers.
pub struct App {
    /// What actions need.
    pub ctx: Ctx,
    /// Every word, in every language. Handlers take those of their request: [`LocalizedApp::words`].
    pub locales: Locales,
    /// Who runs this site.
    pub site: Site,
    /// Limits per client and purpose.
    pub limits: Limits,
    /// Who is being guessed at.
    pub guessing: Arc<Guessing>,
    /// Style sheet and icon, under names that carry their hash.
    pub assets: Assets,
    /// Set in the demo only.
    pub dev_mail: Option<DevMailSource>,
    /// How long a visitor may leave an answer unread.
    pub write_patience: Duration,
    /// Tells the mail worker that there is something to send.
    pub mail_wake: Arc<Notify>,
    /// The operator's own pages.
    pub pages: ShownPages,
    /// What `/readyz` says.
    pub readiness: Arc<Readiness>,
    /// The policy of pages with script: see [`headers`].
    scripted_policy: HeaderValue,
    gates: Gates,
    /// Places for large forms that were refused before they were read.
    kept_places: Arc<Semaphore>,
}

impl App {
    /// An app with default limits.
    #[must_use]
    pub fn new(mut ctx: Ctx, locales: Locales, site: Site) -> Self {
        ctx.release_of = Some(sign::saved_page::release_of(&locales, &site));
        let limits = Limits::new(Arc::clone(&ctx.entropy));
        let guessing = Arc::new(Guessing::new(Arc::clone(&ctx.entropy)));
        let scripted_policy = headers::scripted_policy(site.cast_url.as_deref());
        Self {
            ctx,
            locales,
            scripted_policy,
            site,
            limits,
            guessing,
            assets: Assets::embedded(),
            dev_mail: None,
            write_patience: connection::PATIENCE,
            mail_wake: Arc::new(Notify::new()),
            pages: ShownPages::default(),
            readiness: Arc::default(),
            gates: Gates::default(),
            kept_places: Arc::new(Semaphore::new(kept::LARGE_AT_ONCE)),
        }
    }

    /// With mails to show at `/dev/mail`.
    #[must_use]
    pub fn with_dev_mail(mut self, source: DevMailSource) -> Self {
        self.dev_mail = Some(source);
        self
    }

    /// With the bell that wakes the mail worker.
    #[must_use]
    pub fn with_mail_wake(mut self, wake: Arc<Notify>) -> Self {
        self.mail_wake = wake;
        self
    }

    /// With pages of the operator's own.
    #[must_use]
    pub fn with_pages(self, pages: Vec<OperatorPage>) -> Self {
        self.pages.show(pages);
        self
    }

    /// With another patience with visitors who do not read.
    #[must_use]
    pub fn with_write_patience(mut self, patience: Duration) -> Self {
        self.write_patience = patience;
        self
    }

    /// The client behind `peer`, seen through trusted proxies only.
    #[must_use]
    pub fn client(&self, peer: IpAddr, forwarded_for: &[&str]) -> IpAddr {
        client_ip::client(peer, forwarded_for, &self.site.trusted_proxies)
    }
}

/// Serves `app` on `listener` until the returned server is stopped. Signals are left to the caller.
///
/// Put together by hand as `actix_web::HttpServer` does it, which knows no time limit for writing.
///
/// # Errors
/// When the listener cannot be used.
pub fn serve(app: App, listener: TcpListener) -> io::Result<Server> {
    let patience = app.write_patience;
    let app = Data::new(app);
    let workers = thread::available_parallelism().map_or(2, NonZero::get).clamp(2, 8);
    let address = listener.local_addr()?;
    let server = Server::build();
    let leaving = server.graceful_shutdown_signal();
    let server = server
        .workers(workers)
        .shutdown_timeout(SHUTDOWN_SECS)
        .disable_signals()
        .listen("web", listener, move || {
            let pages = actix_web::App::new()
                .app_data(app.clone())
                // The last one wrapped sees a request first and its answer last.
                .wrap(from_fn(nearly::lead))
                .wrap(from_fn(conditional::conditional))
                .wrap(Compress::default())
                .wrap(from_fn(problem::render))
                .wrap(from_fn(headers::strict))
                .wrap(from_fn(access_log::record))
                .wrap(from_fn(forget::forget))
                .configure(routes::configure);
            let pages = pages.into_factory().map_err(|error: actix_web::Error| error.error_response());
            let leaving = leaving.clone();
            let http = HttpService::build()
                .graceful_shutdown_signal(move || {
                    let leaving = leaving.clone();
                    async move { leaving.notified().await }
                })
                .keep_alive(KEEP_ALIVE)
                .client_request_timeout(HEAD_TIMEOUT)
                .client_disconnect_timeout(Duration::from_secs(2))
                .local_addr(address)
                .h1(map_config(pages, |()| AppConfig::default()));
            fn_service(move |stream: TcpStream| async move {
                let peer = stream.peer_addr().ok();
                Ok((VisitorStream::new(stream, patience), peer))
            })
            .and_then(http)
        })?
        .run();
    Ok(server)
}

/// A 200 page.
///
/// # Errors
/// When the template fails, which a test of all samples rules out.
pub fn page<T: askama::Template>(page: &T) -> Answer {
    page_with_status(actix_web::http::StatusCode::OK, page)
}

/// A page under another status: 422 for a form with mistakes, 410 for what is gone.
///
/// # Errors
/// When the template fails, which a test of all samples rules out.
pub fn page_with_status<T: askama::Template>(status: actix_web::http::StatusCode, page: &T) -> Answer {
    let html = page.render().map_err(WebError::internal)?;
    Ok(HttpResponse::build(status).content_type("text/html; charset=utf-8").body(html))
}

/// 303: the answer to every POST that changed something, so that a reload repeats nothing.
#[must_use]
pub fn see_other(path: &str) -> HttpResponse {
    HttpResponse::SeeOther().insert_header((actix_web::http::header::LOCATION, path)).finish()
}
