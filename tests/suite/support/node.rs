//! The built program as a process of its own, beside a [`TestApp`] that shares its database and secrets: for
//! killing it.

use std::{
    fs,
    io::{BufRead as _, BufReader},
    net::TcpListener,
    path::PathBuf,
    process::{Child, Command, Stdio},
    thread,
};

use undersigned::faults::CrashPoint;

use super::{Reply, TestApp, client::agent};

/// A running process of the program.
pub struct Node {
    child: Child,
    base_url: String,
    agent: ureq::Agent,
    mail: PathBuf,
    said: String,
}

impl Node {
    /// Starts the program on the database and secrets of `app`, armed to die at a crash point if one is given.
    pub fn start(app: &TestApp, crash_at: Option<CrashPoint>) -> Self {
        let armed = crash_at.map(|point| ("CRASH_AT", point.name()));
        Self::start_with(app, armed.as_slice())
    }

    /// Starts the program on the database and secrets of `app`, with more settings.
    pub fn start_with(app: &TestApp, settings: &[(&str, &str)]) -> Self {
        Self::start_program(PROGRAM, app, settings)
    }

    /// Starts another build of the program.
    pub fn start_program(program: &str, app: &TestApp, settings: &[(&str, &str)]) -> Self {
        forget_the_killed(app);
        Self::spawn(program, app, settings)
    }

    /// Starts the program on what a killed one has left.
    pub fn start_after_a_kill(app: &TestApp) -> Self {
        Self::spawn(PROGRAM, app, &[])
    }

    fn spawn(program: &str, app: &TestApp, settings: &[(&str, &str)]) -> Self {
        let (mut command, base_url, mail) = command(program, app, &["serve"]);
        command.envs(settings.iter().copied());
        let mut child = command.spawn().expect("the program starts");
        let mut lines = BufReader::new(child.stderr.take().expect("its log")).lines();
        let mut said = String::new();
        let started = lines.by_ref().map(|line| line.expect("a readable log")).any(|line| {
            said.extend([line.as_str(), "\n"]);
            line.contains("started")
        });
        assert!(started, "the program ended before it had started: {said}");
        // What it says from now on is read, so that it never waits for us; nobody looks at it.
        thread::spawn(move || lines.count());
        Self { child, base_url, agent: agent(), mail, said }
    }

    /// All that it said until it had started.
    pub fn said_at_the_start(&self) -> &str {
        &self.said
    }

    /// POST of a form from a page of this site. `None` when the process died over it.
    pub fn post(&self, path: &str, fields: &[(&str, &str)], cookie: Option<&str>) -> Option<Reply> {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let mut request = self
            .agent
            .post(format!("{}{path}", self.base_url))
            .header("content-type", "application/x-www-form-urlencoded")
            .header("origin", &self.base_url)
            .header("sec-fetch-site", "same-origin");
        if let Some(cookie) = cookie {
            request = request.header("cookie", cookie);
        }
        read(request.send(body).ok()?)
    }

    /// GET. `None` when the process died over it.
    pub fn get(&self, path: &str) -> Option<Reply> {
        read(self.agent.get(format!("{}{path}", self.base_url)).call().ok()?)
    }

    /// Runs a command on the database and secrets of `app` to its end: its exit code, and what it said.
    pub fn run(app: &TestApp, arguments: &[&str]) -> (Option<i32>, String) {
        Self::run_with(app, arguments, &[])
    }

    /// The same, with more settings.
    pub fn run_with(app: &TestApp, arguments: &[&str], settings: &[(&str, &str)]) -> (Option<i32>, String) {
        let (mut command, _, _) = command(PROGRAM, app, arguments);
        command.envs(settings.iter().copied());
        let output = command.stdout(Stdio::piped()).output().expect("the program runs");
        let said = [output.stdout, output.stderr].concat();
        (output.status.code(), String::from_utf8_lossy(&said).into_owned())
    }

    /// POST of JSON, as a client that makes its own tokens does it. `None` when the process died over it.
    pub fn post_json(&self, path: &str, body: &serde_json::Value) -> Option<Reply> {
        let request =
            self.agent.post(format!("{}{path}", self.base_url)).header("content-type", "application/json");
        read(request.send(body.to_string()).ok()?)
    }

    /// Kills it, wherever it is, while others still talk to it.
    pub fn kill_now(&self) {
        self.signal("-KILL");
    }

    /// Sends it a signal.
    pub fn signal(&self, signal: &str) {
        // By the `kill` command: the handle is not ours alone.
        let sent = Command::new("kill").args([signal, &self.child.id().to_string()]).status();
        assert!(sent.expect("there is a kill").success(), "it was running");
    }

    /// Waits until the process has died at its crash point.
    pub fn died(&mut self) {
        let status = self.child.wait().expect("it can be waited for");
        assert_eq!(
            std::os::unix::process::ExitStatusExt::signal(&status),
            Some(9),
            "killed, not ended: {status}"
        );
    }

    /// The number by which the system knows it.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// POST of a form by somebody behind a proxy that says who they are, on a connection of their own.
    pub fn post_as(&self, caller: &Caller, path: &str, fields: &[(&str, &str)]) -> Reply {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = caller.sends(agent().post(format!("{}{path}", self.base_url)));
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        read(request.header("origin", &self.base_url).send(&body).expect("an answer")).expect("a whole one")
    }

    /// The same with JSON.
    pub fn post_json_as(&self, caller: &Caller, path: &str, body: &serde_json::Value) -> Reply {
        let request = caller.sends(agent().post(format!("{}{path}", self.base_url)));
        let request = request.header("content-type", "application/json");
        read(request.send(body.to_string()).expect("an answer")).expect("a whole one")
    }

    /// The same for a page.
    pub fn get_as(&self, caller: &Caller, path: &str) -> Reply {
        let request = caller.sends(agent().get(format!("{}{path}", self.base_url)));
        read(request.call().expect("an answer")).expect("a whole one")
    }

    /// The texts of all mails written so far, waiting until there are `count`.
    pub fn mails(&self, count: usize) -> Vec<String> {
        loop {
            let texts: Vec<String> = fs::read_dir(&self.mail)
                .expect("the mail folder")
                .map(|entry| entry.expect("an entry").path())
                .filter(|path| path.extension().is_some_and(|kind| kind == "eml"))
                .filter_map(|path| fs::read_to_string(path).ok())
                .filter(|text| text.contains("\r\n\r\n") || text.contains("\n\n"))
                .collect();
            if texts.len() >= count {
                return texts;
            }
            thread::yield_now();
        }
    }
}

/// Somebody who comes through a proxy.
pub struct Caller {
    /// Where they come from, as the proxy says.
    pub ip: String,
    /// What their browser says that it is.
    pub agent: String,
}

impl Caller {
    fn sends<Any>(&self, request: ureq::RequestBuilder<Any>) -> ureq::RequestBuilder<Any> {
        request.header("x-forwarded-for", &self.ip).header("user-agent", &self.agent)
    }
}

fn read(mut answer: ureq::http::Response<ureq::Body>) -> Option<Reply> {
    let bytes = answer.body_mut().read_to_vec().ok()?;
    Some(Reply {
        status: answer.status().as_u16(),
        headers: answer.headers().clone(),
        body: String::from_utf8_lossy(&bytes).into_owned(),
        bytes,
    })
}

/// The program with its settings; its address; where its mails go.
/// The build that the suite was made with.
const PROGRAM: &str = env!("CARGO_BIN_EXE_undersigned");

fn command(program: &str, app: &TestApp, arguments: &[&str]) -> (Command, String, PathBuf) {
    let port =
        TcpListener::bind("127.0.0.1:0").expect("a free port").local_addr().expect("an address").port();
    let base_url = format!("http://127.0.0.1:{port}");
    let mail = app.folder().join("mail");
    fs::create_dir_all(&mail).expect("a folder for mail");
    let mut command = Command::new(program);
    command
        .args(arguments)
        .env_clear()
        .env("PATH", super::app::environment("PATH").unwrap_or_default())
        .env("BIND", format!("127.0.0.1:{port}"))
        .env("BASE_URL", &base_url)
        .env("DATABASE_URL", app.database().url())
        .env("DATA_DIR", app.folder().join("data"))
        .env("SECRETS_DIR", app.folder().join("secrets"))
        .env("SMTP_URL", format!("file:{}", mail.display()))
        .env("MAIL_FROM", "Mailer <post@example.org>")
        .env("OPERATOR_NAME", "The Test House")
        .env("OPERATOR_CONTACT", "operator@example.org")
        .env("REVIEW_REQUIRED", "no")
        .env("BATCH_EVERY", "5s")
        .env("BATCH_EVERY_BUSY", "5s")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped());
    (command, base_url, mail)
}

/// On PostgreSQL a process that was killed is waited for, some seconds, by the machine's own clock. Here nobody waits: one
/// test does (`leases.rs`). On SQLite the lock of the folder says at once that it is gone.
fn forget_the_killed(app: &TestApp) {
    if app.database().is_postgres() {
        app.database().run("DELETE FROM lease");
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        // Its own child, by its own handle; it may be dead already.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
