//! Calls to a PostgreSQL server that has gone silent are broken off.
//!
//! `libpq` waits for an answer without end. Where packets get lost, the kernel notices (`tcp_user_timeout`, keepalives:
//! see [`super::postgres_url`]); where the server's processes are stopped, its kernel goes on to acknowledge, and only a
//! deadline around the call helps. A call that is merely slow must go on, though: so where one waits too long, the server
//! at the other end of its socket is asked, over a connection of its own, the one question that it answers before any
//! login. Where no answer comes, all sockets to that server are shut down; each call then ends with an error, its thread
//! goes on, and its place in the pool is free.
//!
//! What was tried and dropped: a deadline for each statement, which would break off slow ones under load, such as
//! invalidating 20,000 signatures at once; a forwarder between `libpq` and the network, whose port every user of the
//! machine could reach.

use std::{
    collections::BTreeSet,
    fs,
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    os::{
        fd::RawFd,
        unix::net::{SocketAddr as UnixAddr, UnixStream},
    },
    path::PathBuf,
    sync::{
        Arc, Mutex, PoisonError, Weak,
        atomic::{AtomicU8, AtomicU64, Ordering},
    },
    thread,
    time::Duration,
};

use diesel::connection::{Instrumentation, InstrumentationEvent, get_default_instrumentation};
use nix::sys::socket::{Shutdown, SockaddrStorage, getpeername, shutdown};

use super::{Bounds, Cause, Error, postgres_url};
use crate::clock::{Clock, SystemClock};

/// Where the system lists the descriptors of this process.
const DESCRIPTORS: &str = "/proc/self/fd";
/// `SSLRequest`: length 8, code 80877103. Every server, also a pooler, answers it with one byte, before any login.
const DO_YOU_SPEAK_TLS: [u8; 8] = [0, 0, 0, 8, 4, 210, 22, 47];

/// What one connection waits for.
#[derive(Debug, Default)]
pub(super) struct Call {
    /// Zero while nothing is waited for; otherwise another number for each call.
    number: AtomicU64,
    kind: AtomicU8,
}

/// How long a call may wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Connecting: `libpq` itself goes from a host that does not answer to the next one, unless it is interrupted.
    Connecting,
    /// An ordinary statement.
    Statement,
    /// One that may take as long as it takes, while the server answers others.
    Patient,
}

impl Call {
    fn begins(&self) {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        self.number.store(NEXT.fetch_add(1, Ordering::Relaxed), Ordering::SeqCst);
    }

    /// The answer came, or nobody waits for it any more.
    pub(super) fn is_over(&self) {
        self.number.store(0, Ordering::SeqCst);
        self.be(Kind::Statement);
    }

    /// Until [`is_over`](Self::is_over) it may take as long as it takes, while the server answers others.
    pub(super) fn be_patient(&self) {
        self.be(Kind::Patient);
    }

    fn be(&self, kind: Kind) {
        self.kind.store(kind.as_u8(), Ordering::SeqCst);
    }

    fn kind(&self) -> Kind {
        let kind = self.kind.load(Ordering::SeqCst);
        [Kind::Statement, Kind::Patient]
            .into_iter()
            .find(|one| one.as_u8() == kind)
            .unwrap_or(Kind::Connecting)
    }
}

impl Kind {
    const fn as_u8(self) -> u8 {
        match self {
            Self::Connecting => 0,
            Self::Statement => 1,
            Self::Patient => 2,
        }
    }
}

/// Tells a [`Call`] of each statement's beginning and end, and then whoever listens to all connections of the process. It
/// looks at no statement.
pub(super) struct Statements {
    call: Arc<Call>,
    also: Option<Box<dyn Instrumentation>>,
}

impl Instrumentation for Statements {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        match event {
            InstrumentationEvent::StartQuery { .. } => self.call.begins(),
            InstrumentationEvent::FinishQuery { .. } => self.call.number.store(0, Ordering::SeqCst),
            _ => {}
        }
        if let Some(also) = &mut self.also {
            also.on_connection_event(event);
        }
    }
}

/// The calls of all connections of a pool.
#[derive(Debug, Clone, Default)]
pub(super) struct Calls(Arc<Mutex<Vec<Watched>>>);

#[derive(Debug)]
struct Watched {
    call: Weak<Call>,
    /// The call that was waited for at the last look, and since when.
    number: u64,
    since: Duration,
}

impl Calls {
    /// A call that begins now: connecting. [`Call::is_over`] ends it.
    pub(super) fn begin(&self) -> Arc<Call> {
        let call = Arc::new(Call::default());
        call.begins();
        let watched = Watched { call: Arc::downgrade(&call), number: 0, since: Duration::ZERO };
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(watched);
        call
    }

    /// What is to be told of each statement on a connection.
    pub(super) fn statements(call: &Arc<Call>) -> Statements {
        Statements { call: Arc::clone(call), also: get_default_instrumentation() }
    }

    /// How long the calls wait that wait now.
    fn waiting(&self, now: Duration) -> Vec<(Duration, Kind)> {
        let mut waiting = Vec::new();
        self.0.lock().unwrap_or_else(PoisonError::into_inner).retain_mut(|watched| {
            let Some(call) = watched.call.upgrade() else { return false };
            let number = call.number.load(Ordering::SeqCst);
            if number != watched.number {
                (watched.number, watched.since) = (number, now);
            }
            if number != 0 {
                let waited = now.saturating_sub(watched.since);
                waiting.push((waited, call.kind()));
            }
            true
        });
        waiting
    }
}

/// Watches `calls` to the servers that `url` names, in a thread of its own, until `tell` says that the pool is gone.
/// `tell` hears `Some` when a server has gone silent.
pub(super) fn start(
    calls: Calls,
    url: &str,
    bounds: Bounds,
    tell: impl Fn(Option<Error>) -> bool + Send + 'static,
) {
    let ports = postgres_url::ports(url);
    let connecting = postgres_url::longest_connecting(url);
    let watching = thread::Builder::new().name(String::from("silence")).spawn(move || {
        let between = bounds.answer / 5;
        let mut asked_at: Option<Duration> = None;
        while tell(None) {
            thread::sleep(between);
            let now = SystemClock.uptime();
            let waiting = calls.waiting(now);
            let is_late = waiting.iter().any(|(waited, kind)| match kind {
                Kind::Connecting => *waited >= connecting,
                Kind::Statement | Kind::Patient => *waited >= bounds.answer,
            });
            let is_answered = asked_at.is_some_and(|asked| now.saturating_sub(asked) < bounds.answer);
            if !is_late || is_answered {
                continue;
            }
            let is_past_all =
                waiting.iter().any(|(waited, kind)| *waited >= bounds.last && *kind != Kind::Patient);
            let silent = break_off_the_silent(&ports, bounds.probe, is_past_all);
            asked_at = Some(SystemClock.uptime());
            if silent > 0 {
                let waited = bounds.answer.saturating_add(bounds.probe);
                tracing::warn!(
                    connections = silent,
                    ?waited,
                    "the database server is silent; its connections are given up"
                );
                tell(Some(Error::Unavailable(Cause::Silent { waited })));
            }
        }
    });
    if watching.is_err() {
        tracing::warn!("the machine gives no thread to watch the database with");
    }
}

/// Shuts the sockets to each server that answers nothing, or to all of them. Says how many.
fn break_off_the_silent(ports: &[u16], probe: Duration, all: bool) -> usize {
    let sockets = sockets_to(ports);
    let servers: BTreeSet<&Peer> = sockets.iter().map(|(_, peer)| peer).collect();
    let silent: BTreeSet<&Peer> =
        servers.into_iter().filter(|server| all || !server.answers_within(probe)).collect();
    let is_silent = |(descriptor, peer): &&(RawFd, Peer)| {
        // Asked again: meanwhile the number may have become another connection's.
        silent.contains(peer) && Peer::of(*descriptor).as_ref() == Some(peer)
    };
    sockets
        .iter()
        .filter(is_silent)
        .filter(|(descriptor, _)| shutdown(*descriptor, Shutdown::Both).is_ok())
        .count()
}

/// The other end of a socket.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Peer {
    Tcp(SocketAddr),
    Unix(PathBuf),
}

impl Peer {
    fn of(descriptor: RawFd) -> Option<Self> {
        let address = getpeername::<SockaddrStorage>(descriptor).ok()?;
        if let Some(v4) = address.as_sockaddr_in() {
            return Some(Self::Tcp(SocketAddr::from((v4.ip(), v4.port()))));
        }
        if let Some(v6) = address.as_sockaddr_in6() {
            return Some(Self::Tcp(SocketAddr::from((v6.ip(), v6.port()))));
        }
        let path = address.as_unix_addr()?.path()?;
        Some(Self::Unix(path.to_path_buf()))
    }

    /// Whether this is a server at one of `ports`: PostgreSQL's sockets in the file system have the port in their name.
    fn is_at(&self, ports: &[u16]) -> bool {
        match self {
            Self::Tcp(address) => ports.contains(&address.port()),
            Self::Unix(path) => ports.iter().any(|port| {
                path.file_name().is_some_and(|name| name.to_str() == Some(&format!(".s.PGSQL.{port}")))
            }),
        }
    }

    fn answers_within(&self, bound: Duration) -> bool {
        let asked = match self {
            Self::Tcp(address) => TcpStream::connect_timeout(address, bound).and_then(|mut stream| {
                stream.set_read_timeout(Some(bound))?;
                ask(&mut stream)
            }),
            // The kernel takes connections to a socket in the file system for a server that is stopped.
            Self::Unix(path) => UnixAddr::from_pathname(path).and_then(|address| {
                let mut stream = UnixStream::connect_addr(&address)?;
                stream.set_read_timeout(Some(bound))?;
                ask(&mut stream)
            }),
        };
        asked.is_ok()
    }
}

fn ask(stream: &mut (impl Read + Write)) -> std::io::Result<()> {
    stream.write_all(&DO_YOU_SPEAK_TLS)?;
    stream.read_exact(&mut [0])
}

/// The sockets of this process to servers at these ports.
fn sockets_to(ports: &[u16]) -> Vec<(RawFd, Peer)> {
    let Ok(entries) = fs::read_dir(DESCRIPTORS) else { return Vec::new() };
    entries
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse::<RawFd>().ok())
        .filter_map(|descriptor| Some((descriptor, Peer::of(descriptor)?)))
        .filter(|(_, peer)| peer.is_at(ports))
        .collect()
}
