//! The program as an operator meets it: commands, exit codes, a start that refuses what is unsafe, an orderly end.

use std::{
    fs,
    io::{BufRead as _, BufReader, Read, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    sync::{
        Arc, Mutex,
        atomic::{AtomicU32, Ordering},
        mpsc,
    },
};

use crate::support::environment;

/// A folder for one test, with the program run in it.
pub struct House(PathBuf);

impl House {
    pub fn new() -> Self {
        static COUNTER: AtomicU32 = AtomicU32::new(0);
        let number = COUNTER.fetch_add(1, Ordering::SeqCst);
        let path =
            Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("house-{}-{number}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub fn command(&self, arguments: &[&str], settings: &[(&str, &str)]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_undersigned"));
        command
            .args(arguments)
            .current_dir(&self.0)
            .env_clear()
            .env("PATH", environment("PATH").unwrap_or_default())
            .envs(settings.iter().copied())
            .stdin(Stdio::null());
        command
    }

    /// Runs a command to its end with settings that are good, and these besides.
    pub fn run(&self, arguments: &[&str], settings: &[(&str, &str)]) -> Output {
        let mut command = self.command(arguments, GOOD);
        command.envs(settings.iter().copied());
        command.output().unwrap()
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl House {
    /// A server that has started, with settings that are good, and these besides.
    pub fn serve(&self, settings: &[(&str, &str)]) -> Running {
        let port = free_port();
        let (bind, base_url) = bind(port);
        let mut command = self.command(&["serve"], GOOD);
        command.env("BIND", &bind).env("BASE_URL", &base_url).envs(settings.iter().copied());
        Running::start(command, port)
    }
}

impl Drop for House {
    fn drop(&mut self) {
        drop(fs::remove_dir_all(&self.0));
    }
}

pub const GOOD: &[(&str, &str)] = &[
    ("SMTP_URL", "file:mail"),
    ("MAIL_FROM", "Mailer <post@example.org>"),
    ("OPERATOR_NAME", "The Test House"),
    ("OPERATOR_CONTACT", "operator@example.org"),
];

pub fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// A server that is running. Killed, by its own handle, if the test does not end it.
pub struct Running {
    child: Child,
    address: SocketAddr,
    log: Arc<Mutex<String>>,
}

impl Running {
    /// Starts the program and waits until it says the word on the stream that is read.
    pub fn start(mut command: Command, port: u16) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let address = SocketAddr::from(([127, 0, 0, 1], port));
        let (sender, receiver) = mpsc::channel();
        let log: Arc<Mutex<String>> = Arc::default();
        watch(child.stdout.take().unwrap(), sender.clone(), &log);
        watch(child.stderr.take().unwrap(), sender, &log);
        assert!(receiver.recv().is_ok(), "it ended before it served: {}", log.lock().unwrap());
        Self { child, address, log }
    }

    pub fn get(&self, path: &str) -> String {
        let mut stream = TcpStream::connect(self.address).unwrap();
        write!(stream, "GET {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", self.address).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    /// All that it has said so far.
    pub fn log(&self) -> String {
        self.log.lock().unwrap().clone()
    }

    pub fn terminate(&self) {
        self.signal("-TERM");
    }

    pub fn signal(&self, signal: &str) {
        let sent = Command::new("kill").args([signal, &self.child.id().to_string()]).status().unwrap();
        assert!(sent.success());
    }

    pub fn ended(&mut self) -> Option<i32> {
        self.child.wait().unwrap().code()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// Reads to the end, so that the program never waits for us, and says when it has started.
fn watch(stream: impl Read + Send + 'static, started: mpsc::Sender<()>, log: &Arc<Mutex<String>>) {
    let log = Arc::clone(log);
    std::thread::spawn(move || {
        for line in BufReader::new(stream).lines().map_while(Result::ok) {
            log.lock().unwrap().extend([line.as_str(), "\n"]);
            if line.contains("started") || line.contains("Ctrl-C") {
                // Nobody waits any more once it has started: that is no failure.
                started.send(()).unwrap_or_default();
            }
        }
    });
}

pub fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

pub fn bind(port: u16) -> (String, String) {
    (format!("127.0.0.1:{port}"), format!("http://localhost:{port}"))
}

#[test]
fn wrong_settings_are_all_named_and_end_with_2() {
    let house = House::new();
    let settings = [("BIND", "here"), ("BATCH_MIN", "1"), ("BASE_URL", "http://example.org")];
    for command in ["serve", "migrate", "check-config"] {
        let output = house.command(&[command], &settings).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{command}");
        for name in ["BIND", "BATCH_MIN", "BASE_URL", "SMTP_URL", "MAIL_FROM"] {
            assert!(said(&output).contains(&format!("- {name} ")), "{command} does not name {name}");
        }
    }
    assert_eq!(fs::read_dir(&house.0).unwrap().count(), 0, "nothing was made");
}

#[test]
fn nobody_serves_pages_without_saying_who_runs_them() {
    let house = House::new();
    for command in ["serve", "check-config"] {
        for missing in ["OPERATOR_NAME", "OPERATOR_CONTACT"] {
            for nothing in [None, Some("  ")] {
                let mut program = house.command(&[command], GOOD);
                match nothing {
                    None => program.env_remove(missing),
                    Some(blank) => program.env(missing, blank),
                };
                let output = program.env("BIND", "127.0.0.1:0").output().unwrap();
                assert_eq!(output.status.code(), Some(2), "{command}: {}", said(&output));
                assert!(said(&output).contains(&format!("- {missing} ")), "{command}: {}", said(&output));
            }
        }
    }
    assert_eq!(fs::read_dir(&house.0).unwrap().count(), 0, "nothing was made");
}

#[test]
fn wrong_usage_ends_with_2_and_help_with_0() {
    let house = House::new();
    assert_eq!(house.run(&["nonsense"], &[]).status.code(), Some(2));
    let help = house.command(&["--help"], &[]).output().unwrap();
    assert_eq!(help.status.code(), Some(0));
    assert!(said(&help).contains("SECRETS_DIR"));
}

#[test]
fn check_config_shows_no_password_and_makes_nothing() {
    let house = House::new();
    let settings = [
        ("SMTP_URL", "smtps://clerk:hunter2@mail.example.org"),
        ("DATABASE_URL", "postgres://u:hunter3@localhost/n"),
    ];
    let output = house.run(&["check-config"], &settings);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    assert!(!said(&output).contains("hunter"));
    assert_eq!(fs::read_dir(&house.0).unwrap().count(), 0);
}

#[test]
fn an_admin_is_made_once_and_can_be_given_a_new_passphrase() {
    let house = House::new();
    let made = house.run(&["admin", "create", "The Keeper"], &[]);
    assert_eq!(made.status.code(), Some(0), "{}", said(&made));
    assert!(said(&made).contains("Passphrase:") && said(&made).contains("Recovery codes"));
    assert_eq!(house.run(&["admin", "create", "The Keeper"], &[]).status.code(), Some(1));
    assert_eq!(house.run(&["admin", "reset", "The Keeper"], &[]).status.code(), Some(0));
    assert_eq!(house.run(&["admin", "reset", "Somebody Else"], &[]).status.code(), Some(1));
    assert_eq!(house.run(&["admin", "create", "x"], &[]).status.code(), Some(2));
}

#[test]
fn a_backup_is_a_private_file_that_is_never_overwritten() {
    let house = House::new();
    assert_eq!(house.run(&["migrate"], &[]).status.code(), Some(0));
    assert_eq!(house.run(&["backup", "copy.db"], &[]).status.code(), Some(0));
    let copy = house.path("copy.db");
    assert_eq!(fs::metadata(&copy).unwrap().permissions().mode() & 0o777, 0o600);
    assert!(fs::read(&copy).unwrap().starts_with(b"SQLite format 3"));
    assert_eq!(house.run(&["backup", "copy.db"], &[]).status.code(), Some(1));
}

#[test]
fn a_backup_of_a_database_that_is_not_there_is_refused_and_leaves_no_file() {
    let house = House::new();
    assert_eq!(house.run(&["migrate"], &[]).status.code(), Some(0));
    let refused = house.run(&["backup", "copy.db"], &[("DATABASE_URL", "sqlite:data/undersinged.db")]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(said(&refused).contains("there is no database at data/undersinged.db"), "{}", said(&refused));
    assert!(!house.path("copy.db").exists() && !house.path("data/undersinged.db").exists());
    fs::write(house.path("data/empty.db"), b"").unwrap();
    let refused = house.run(&["backup", "copy.db"], &[("DATABASE_URL", "sqlite:data/empty.db")]);
    assert_eq!(refused.status.code(), Some(1), "a file without our tables is no database of ours");
    assert!(!house.path("copy.db").exists());
}

#[test]
fn a_secrets_folder_that_others_can_read_is_refused() {
    let house = House::new();
    assert_eq!(house.run(&["admin", "create", "The Keeper"], &[]).status.code(), Some(0));
    let secrets = house.path("data/secrets");
    assert_eq!(fs::metadata(&secrets).unwrap().permissions().mode() & 0o777, 0o700);
    fs::set_permissions(&secrets, fs::Permissions::from_mode(0o750)).unwrap();
    let refused = house.run(&["retention"], &[]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(said(&refused).contains("chmod"), "{}", said(&refused));
}

#[test]
fn a_lost_site_key_stops_the_start_and_is_not_made_anew() {
    let house = House::new();
    assert_eq!(house.run(&["admin", "create", "The Keeper"], &[]).status.code(), Some(0));
    fs::remove_dir_all(house.path("data/secrets")).unwrap();
    let refused = house.run(&["serve"], &[("BIND", "127.0.0.1:0")]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(said(&refused).contains("restore"), "{}", said(&refused));
    assert!(!house.path("data/secrets/durable/site.key").exists());
}

#[test]
fn a_server_that_is_told_to_stop_finishes_what_is_under_way_and_ends_with_0() {
    let house = House::new();
    let port = free_port();
    let (bind, base_url) = bind(port);
    let mut command = house.command(&["serve"], GOOD);
    command.env("BIND", &bind).env("BASE_URL", &base_url);
    let mut server = Running::start(command, port);
    assert!(server.get("/readyz").starts_with("HTTP/1.1 200"));

    // Half a request is under way when the signal comes; its other half follows.
    let mut stream = TcpStream::connect(server.address).unwrap();
    write!(stream, "POST /receipt HTTP/1.1\r\nHost: {bind}\r\nSec-Fetch-Site: same-origin\r\n").unwrap();
    write!(stream, "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 9\r\n").unwrap();
    write!(stream, "Expect: 100-continue\r\n\r\n").unwrap();
    let mut go_on = [0; 25];
    stream.read_exact(&mut go_on).unwrap();
    assert_eq!(&go_on, b"HTTP/1.1 100 Continue\r\n\r\n");
    server.terminate();
    write!(stream, "code=XYZW").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 422"), "{answer}");
    drop(stream);
    assert_eq!(server.ended(), Some(0));
}

#[test]
fn the_demo_shows_two_petitions_and_ends_with_0() {
    let house = House::new();
    let port = free_port();
    let mut command = house.command(&["demo"], &[]);
    command.env("BIND", format!("127.0.0.1:{port}"));
    let mut demo = Running::start(command, port);
    let list = demo.get("/");
    assert!(list.contains("Set binding rules for what Azure may do for ICE"));
    assert!(list.contains("Study what naming every tram passenger does"));
    let example = demo.get("/p/set-binding-rules-for-what-azure-may-do-for-ice");
    assert!(example.contains("3 have been made so far"), "invitations to try");
    assert!(demo.get("/dev/mail").starts_with("HTTP/1.1 200"));
    demo.terminate();
    assert_eq!(demo.ended(), Some(0));
    assert!(house.path("demo-data").is_dir() && !house.path("data").exists());
}

#[test]
fn the_demo_never_wipes_a_folder_that_it_has_not_made() {
    let house = House::new();
    fs::create_dir(house.path("data")).unwrap();
    fs::write(house.path("data/undersigned.db"), "real").unwrap();
    let refused =
        house.command(&["demo"], &[("DATA_DIR", "data"), ("BIND", "127.0.0.1:0")]).output().unwrap();
    assert_eq!(refused.status.code(), Some(2), "{}", said(&refused));
    assert_eq!(fs::read_to_string(house.path("data/undersigned.db")).unwrap(), "real");
}

#[test]
fn the_demo_listens_on_this_machine_alone() {
    let house = House::new();
    let refused = house.command(&["demo"], &[("BIND", "0.0.0.0:0")]).output().unwrap();
    assert_eq!(refused.status.code(), Some(2), "{}", said(&refused));
    assert!(!house.path("demo-data").exists());
}
