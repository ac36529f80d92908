//! The real server on a free port of this machine, with a clock that stands still, seeded chance, memory mail
//! and a fresh database. Dropping it checks that nothing personal was left behind.

use std::{
    fs,
    net::{SocketAddr, TcpListener},
    os::unix::fs::DirBuilderExt as _,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex,
        atomic::{AtomicU32, Ordering},
        mpsc,
    },
    thread::{self, JoinHandle},
    time::Duration,
};

use actix_web::dev::ServerHandle;
use aho_corasick::AhoCorasick;
use undersigned::{
    actions::{Ctx, Rules, collector::Schedule},
    clock::ManualClock,
    config::{BaseUrl, Settings, Witness},
    db::{self, Bounds},
    domain::{lang::Lang, time::Timestamp},
    entropy::SeededEntropy,
    keys::{FirstStart, Secrets},
    locale::Locales,
    web::{self, App, Site},
};

use super::{Client, database::TestDatabase, log, mail::PostOffice, raw};

/// 3 June 2026, 12:00 UTC.
pub const START: Timestamp = Timestamp::from_secs(1_780_488_000);

/// Reads one of the suite's own settings.
pub fn environment(name: &str) -> Option<String> {
    #[expect(clippy::disallowed_methods, reason = "the suite's own switches, set by scripts/test")]
    std::env::var(name).ok()
}

/// A running instance.
pub struct TestApp {
    /// Time stands still until it is advanced.
    pub clock: Arc<ManualClock>,
    /// What the server's actions get: for arranging and for looking.
    pub ctx: Ctx,
    address: SocketAddr,
    canaries: Mutex<Vec<String>>,
    leaves_mail: bool,
    pub(super) post_office: PostOffice,
    server: Option<(ServerHandle, JoinHandle<()>)>,
    database: Option<TestDatabase>,
    folder: PathBuf,
    setup: Builder,
}

/// How an instance is set up.
#[derive(Clone)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
pub struct Builder {
    demo: bool,
    trusted_proxies: Vec<&'static str>,
    onion_location: Option<&'static str>,
    cast_url: Option<&'static str>,
    operator_contact: Option<&'static str>,
    review_required: bool,
    leaves_mail: bool,
    connections: u32,
    public_url: Option<&'static str>,
    names_releases: bool,
    witnesses: Vec<Witness>,
    seed: u64,
    bounds: Bounds,
    write_patience: Option<Duration>,
    cluster: Option<String>,
    through: Option<SocketAddr>,
    lang: Lang,
}

impl Builder {
    /// On a PostgreSQL cluster of the test's own.
    pub fn on(mut self, cluster: &str) -> Self {
        self.cluster = Some(String::from(cluster));
        self
    }

    /// Reaching its PostgreSQL over this address.
    pub fn through(mut self, address: SocketAddr) -> Self {
        self.through = Some(address);
        self
    }

    /// Answering everybody in this language.
    pub fn speaking(mut self, lang: Lang) -> Self {
        self.lang = lang;
        self
    }

    /// With another patience with visitors who do not read.
    pub fn write_patience(mut self, patience: Duration) -> Self {
        self.write_patience = Some(patience);
        self
    }

    /// With other bounds than those that people's patience sets.
    pub fn bounds(mut self, bounds: Bounds) -> Self {
        self.bounds = bounds;
        self
    }

    /// With a pool of so many connections.
    pub fn connections(mut self, connections: u32) -> Self {
        self.connections = connections;
        self
    }

    /// An admin looks at each petition before signing begins.
    pub fn review_required(mut self) -> Self {
        self.review_required = true;
        self
    }

    /// The story ends before its mail was delivered.
    pub fn leaves_mail(mut self) -> Self {
        self.leaves_mail = true;
        self
    }

    /// With `/dev/mail`.
    pub fn demo(mut self) -> Self {
        self.demo = true;
        self
    }

    /// Behind these proxies.
    pub fn trusted_proxies(mut self, networks: &[&'static str]) -> Self {
        self.trusted_proxies = networks.to_vec();
        self
    }

    /// With an onion address.
    pub fn cast_url(mut self, cast: &'static str) -> Self {
        self.cast_url = Some(cast);
        self
    }

    /// With an address in the Tor network.
    pub fn onion_location(mut self, onion: &'static str) -> Self {
        self.onion_location = Some(onion);
        self
    }

    /// Reached over TLS under this address: a proxy in front ends it.
    pub fn behind_tls(mut self, base_url: &'static str) -> Self {
        self.public_url = Some(base_url);
        self
    }

    /// Chance of its own, so that no other instance that writes into the same cluster draws the same.
    #[must_use]
    pub fn with_chance(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Logs are told which script and page people are given, as `serve` and its jobs do; elsewhere tests count leaves.
    pub fn names_releases(mut self) -> Self {
        self.names_releases = true;
        self
    }

    /// With these witnesses, as the setting spells them.
    pub fn witnesses(mut self, text: &str) -> Self {
        self.witnesses = witnesses(text);
        self
    }

    /// Run by someone who cannot be reached.
    pub fn no_contact(mut self) -> Self {
        self.operator_contact = None;
        self
    }

    /// Starts it.
    pub fn start(self) -> TestApp {
        log::capture();
        let folder = fresh_folder();
        let mut database = match &self.cluster {
            Some(server) => TestDatabase::schema_on(server),
            None => TestDatabase::fresh(&folder),
        };
        if let Some(address) = self.through {
            database.reach_through(address);
        }
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("an address");
        let clock = Arc::new(ManualClock::at(START));
        let own_url = format!("http://{address}");
        let base_url = base_url(self.public_url.unwrap_or(&own_url));
        let mut ctx = self.ctx(&folder, &database, clock.clone(), &base_url);
        let post_office = PostOffice::new(&base_url);
        let server = self.serve(&mut ctx, &base_url, &post_office, listener);
        TestApp {
            clock,
            ctx,
            address,
            canaries: Mutex::default(),
            leaves_mail: self.leaves_mail,
            post_office,
            server: Some(server),
            database: Some(database),
            folder,
            setup: self,
        }
    }
}

impl Builder {
    fn locales(&self) -> Locales {
        let locales = match self.lang {
            Lang::English => Locales::load(),
            Lang::Pseudo => Locales::pseudo(),
        };
        locales.expect("the texts")
    }

    fn serve(
        &self,
        ctx: &mut Ctx,
        base_url: &BaseUrl,
        post_office: &PostOffice,
        listener: TcpListener,
    ) -> (ServerHandle, JoinHandle<()>) {
        let site = Site {
            base_url: String::from(base_url.origin()),
            cast_url: self.cast_url.map(String::from),
            onion_location: self.onion_location.map(String::from),
            operator_name: String::from("The Test House"),
            operator_contact: self.operator_contact.map(String::from),
            trusted_proxies: self
                .trusted_proxies
                .iter()
                .map(|text| text.parse().expect("a network"))
                .collect(),
            extra_pages: Vec::new(),
            demo: self.demo,
        };
        let mut app = App::new(ctx.clone(), self.locales(), site);
        if self.names_releases {
            ctx.release_of.clone_from(&app.ctx.release_of);
        }
        if let Some(patience) = self.write_patience {
            app = app.with_write_patience(patience);
        }
        if self.demo {
            app = app.with_dev_mail(post_office.as_dev_mail());
        }
        serve(app, listener)
    }

    fn ctx(
        &self,
        folder: &Path,
        database: &TestDatabase,
        clock: Arc<ManualClock>,
        base_url: &BaseUrl,
    ) -> Ctx {
        let entropy = SeededEntropy::new(self.seed);
        let keys =
            Secrets::open(&folder.join("secrets"), FirstStart::Yes, &entropy).expect("a secrets folder");
        Ctx {
            store: database.store_with(self.connections, self.bounds),
            keys: Arc::new(keys),
            clock,
            entropy: Arc::new(entropy),
            leases: Arc::default(),
            rules: Rules {
                base_url: String::from(base_url.origin()),
                batch_min: 10,
                schedule: Schedule::DEFAULT,
                witnesses: self.witnesses.clone(),
                min_cell: 10,
                review_required: self.review_required,
                mailed_links: true,
            },
            release_of: None,
        }
    }
}

fn base_url(text: &str) -> BaseUrl {
    settings("BASE_URL", text).base_url
}

fn witnesses(text: &str) -> Vec<Witness> {
    settings("WITNESSES", text).witnesses
}

fn settings(name: &str, value: &str) -> Settings {
    let settings = [(name, value), ("SMTP_URL", "file:unused"), ("MAIL_FROM", "post@example.org")];
    let settings = settings.map(|(name, value)| (String::from(name), String::from(value))).into();
    Settings::parse(&settings).expect("good settings")
}

impl TestApp {
    /// An instance with ordinary settings.
    pub fn start() -> Self {
        Self::builder().start()
    }

    /// An instance with settings of one's own.
    pub fn builder() -> Builder {
        Builder {
            demo: false,
            trusted_proxies: Vec::new(),
            onion_location: None,
            cast_url: None,
            operator_contact: Some("operator@example.org"),
            review_required: false,
            leaves_mail: false,
            connections: 4,
            public_url: None,
            names_releases: false,
            witnesses: Vec::new(),
            seed: 1,
            bounds: Bounds::DEFAULT,
            write_patience: None,
            cluster: None,
            through: None,
            lang: Lang::English,
        }
    }

    /// Scheme, host and port.
    pub fn base_url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Host and port.
    pub fn host(&self) -> String {
        self.address.to_string()
    }

    /// The folder with everything this instance writes.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Its database.
    pub fn database(&self) -> &TestDatabase {
        self.database.as_ref().expect("still there")
    }

    /// A browser of its own.
    pub fn client(&self) -> Client<'_> {
        Client::new(self)
    }

    /// Sends bytes as they are; returns everything that comes back.
    pub fn raw(&self, request: &[u8]) -> String {
        raw::exchange(self.address, request)
    }

    /// All that was logged so far.
    pub fn log() -> String {
        log::text()
    }

    /// From now on `value` must not be found in the log.
    pub fn remember_canary(&self, value: &str) {
        // Short ones occur in any text.
        if value.len() >= 6 {
            self.canaries.lock().expect("no test panicked").push(String::from(value));
        }
    }

    /// Ends as a killed process does and starts again on the same database and secrets: nothing is flushed, no
    /// connection is closed in good order. That the killed one is gone is known: by the folder's lock, or from waiting.
    pub fn crash_and_restart(&mut self) {
        std::mem::forget(self.ctx.store.clone());
        self.stop();
        self.database().run("DELETE FROM lease");
        self.setup.seed += 1_000;
        let listener = TcpListener::bind(self.address).expect("its port is free again");
        let base_url = base_url(self.setup.public_url.unwrap_or(&self.base_url()));
        self.ctx = self.setup.ctx(&self.folder, self.database(), Arc::clone(&self.clock), &base_url);
        let started = self.setup.serve(&mut self.ctx, &base_url, &self.post_office, listener);
        self.server = Some(started);
    }

    fn stop(&mut self) {
        if let Some((handle, thread)) = self.server.take() {
            drop(handle.stop(false));
            thread.join().expect("the server stops");
        }
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        if thread::panicking() {
            // The folder stays, to be looked into.
            return;
        }
        self.stop();
        if !self.leaves_mail {
            let left = self.ctx.store.read(db::outbox::count).expect("the database answers");
            assert_eq!(left, 0, "mail was left in the outbox");
        }
        let log = log::text();
        // All of them in one pass: a game may have thousands, and megabytes of log.
        let canaries = AhoCorasick::new(self.canaries.lock().expect("no test panicked").iter());
        let found = canaries.expect("patterns").find(&log);
        assert!(found.is_none(), "what was typed stands in the log");
        self.database = None;
        fs::remove_dir_all(&self.folder).expect("the folder goes away");
    }
}

fn serve(app: App, listener: TcpListener) -> (ServerHandle, JoinHandle<()>) {
    let (sender, receiver) = mpsc::channel();
    let thread = thread::spawn(move || {
        actix_web::rt::System::new().block_on(async move {
            let server = web::serve(app, listener).expect("the server starts");
            sender.send(server.handle()).expect("the test waits");
            server.await.expect("the server runs");
        });
    });
    (receiver.recv().expect("the server started"), thread)
}

fn fresh_folder() -> PathBuf {
    static COUNTER: AtomicU32 = AtomicU32::new(0);
    let number = COUNTER.fetch_add(1, Ordering::SeqCst);
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("app-{}-{number}", std::process::id()));
    drop(fs::remove_dir_all(&folder));
    // As private as a server wants it.
    fs::DirBuilder::new().recursive(true).mode(0o700).create(&folder).expect("a folder");
    folder
}
