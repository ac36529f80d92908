//! A PostgreSQL cluster of the test's own, whose processes can be stopped, killed and started again; and a way to it over
//! which nothing comes back.

use std::{
    fs,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    path::Path,
    process::{Child, ChildStdin, Command, Stdio},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};

use super::python;

/// `scripts/postgres-cluster` starts it, tells its address and the number of its first process, and removes it when its
/// own input ends.
const SCRIPT: &str = "set -euo pipefail; stop() { echo \"$1\" >&2; exit 1; }; source scripts/postgres-cluster; \
     start_postgres; echo \"$SUITE_POSTGRES_URL\"; head -n 1 \"$cluster/data/postmaster.pid\"; read -r _ || true";

/// A running cluster.
pub struct Cluster {
    script: Child,
    input: Option<ChildStdin>,
    url: String,
    first: u32,
}

impl Cluster {
    /// Starts one.
    pub fn start() -> Self {
        let mut script = Command::new("bash")
            .args(["-c", SCRIPT])
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .env("SUITE_PYTHON", python())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("there is a bash");
        let input = script.stdin.take();
        let mut lines = BufReader::new(script.stdout.take().expect("its output")).lines();
        let mut line = || lines.next().expect("the cluster starts").expect("text");
        let (url, first) = (line(), line().trim().parse().expect("a number"));
        Self { script, input, url, first }
    }

    /// `postgres://…`
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Stops all its processes where they are. The kernel goes on to take connections and bytes for them.
    pub fn freeze(&self) {
        self.signal("-STOP");
    }

    /// Lets them go on.
    pub fn thaw(&self) {
        self.signal("-CONT");
    }

    fn signal(&self, signal: &str) {
        let mut processes = vec![self.first.to_string()];
        processes.extend(children_of(self.first));
        let sent = Command::new("kill").arg(signal).args(&processes).stderr(Stdio::null()).status();
        // One may have ended meanwhile: then `kill` says 1, and has told the others.
        sent.expect("there is a kill");
    }
}

fn children_of(process: u32) -> Vec<String> {
    let parent = format!("PPid:\t{process}\n");
    let numbers = fs::read_dir("/proc").expect("a process table").filter_map(|entry| {
        let name = entry.ok()?.file_name().into_string().ok()?;
        name.parse::<u32>().ok()?;
        Some(name)
    });
    numbers
        .filter(|number| {
            let status = fs::read_to_string(Path::new("/proc").join(number).join("status"));
            status.is_ok_and(|status| status.contains(&parent))
        })
        .collect()
}

impl Drop for Cluster {
    fn drop(&mut self) {
        self.thaw();
        self.input = None;
        drop(self.script.wait());
    }
}

/// Stands between a program and a server. When told to fall silent it still takes every byte and every connection, and
/// nothing comes back; connections from before stay silent for good.
pub struct Silence {
    address: SocketAddr,
    is_silent: Arc<AtomicBool>,
    is_over: Arc<AtomicBool>,
}

impl Silence {
    /// Before `server`, and passing everything on.
    pub fn before(server: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("an address");
        let (is_silent, is_over) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicBool::new(false)));
        let (silent, over) = (Arc::clone(&is_silent), Arc::clone(&is_over));
        thread::spawn(move || {
            // Taken and never read again.
            let kept = Mutex::new(Vec::new());
            for client in listener.incoming().map_while(Result::ok) {
                if over.load(Ordering::SeqCst) {
                    return;
                }
                if silent.load(Ordering::SeqCst) {
                    kept.lock().expect("no panic").push(client);
                    continue;
                }
                let server = TcpStream::connect(server).expect("the server listens");
                pass_on(
                    client.try_clone().expect("a socket"),
                    server.try_clone().expect("a socket"),
                    &silent,
                );
                pass_on(server, client, &silent);
            }
        });
        Self { address, is_silent, is_over }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// From now on nothing comes back.
    pub fn fall_silent(&self) {
        self.is_silent.store(true, Ordering::SeqCst);
    }

    /// New connections are passed on again.
    pub fn speak(&self) {
        self.is_silent.store(false, Ordering::SeqCst);
    }
}

impl Drop for Silence {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::SeqCst);
        drop(TcpStream::connect(self.address));
    }
}

fn pass_on(mut from: TcpStream, mut to: TcpStream, is_silent: &Arc<AtomicBool>) {
    let is_silent = Arc::clone(is_silent);
    thread::spawn(move || {
        let (mut chunk, mut is_lost) = ([0; 8_192], false);
        while let Ok(count @ 1..) = from.read(&mut chunk) {
            is_lost |= is_silent.load(Ordering::SeqCst);
            if !is_lost && to.write_all(&chunk[..count]).is_err() {
                return;
            }
        }
        if !is_lost {
            // Whoever hung up is gone for the other side, too.
            drop(to.shutdown(std::net::Shutdown::Both));
        }
    });
}
