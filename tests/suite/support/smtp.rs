//! A real mail server in a process of its own: `tests/smtp/server.py`.

use std::{
    fs,
    io::{BufRead, BufReader, Lines, Write},
    path::{Path, PathBuf},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    sync::atomic::{AtomicU32, Ordering},
};

use super::app::environment;

/// How connections to the server are encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ServerTls {
    /// Not at all.
    None,
    /// By STARTTLS, without which no mail is taken.
    StartTls,
    /// From the first byte.
    Implicit,
}

/// What is wrong with its certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ServerCertificate {
    /// Nothing.
    Good,
    /// It has run out.
    Expired,
    /// Its time has not come.
    Early,
    /// It is for another host.
    OtherName,
}

/// A running mail server. It ends with its test.
pub struct SmtpServer {
    process: Child,
    commands: Option<ChildStdin>,
    says: Lines<BufReader<ChildStdout>>,
    folder: PathBuf,
    port: u16,
}

/// A mail as the server took it.
#[derive(Debug)]
pub struct TakenMail(serde_json::Value);

impl TakenMail {
    /// The recipient in the envelope.
    pub fn to(&self) -> &str {
        self.0["to"][0].as_str().expect("a recipient")
    }

    /// The whole mail.
    pub fn data(&self) -> &str {
        self.0["data"].as_str().expect("a mail")
    }

    /// Whether it came encrypted.
    pub fn encrypted(&self) -> bool {
        self.0["tls"].as_bool().expect("a yes or no")
    }

    /// Who signed in.
    pub fn user(&self) -> Option<&str> {
        self.0["user"].as_str()
    }

    /// The name that the client gave itself.
    pub fn ehlo(&self) -> &str {
        self.0["ehlo"].as_str().expect("a name")
    }
}

/// A Python with the packages of `tests/smtp/requirements.txt`.
pub fn python() -> PathBuf {
    let made_by_script = Path::new(env!("CARGO_TARGET_TMPDIR")).join("../tools/python/bin/python");
    let python = environment("SUITE_PYTHON").map_or(made_by_script, PathBuf::from);
    assert!(python.exists(), "there is no Python for the suite: run scripts/test, which makes one");
    python
}

impl SmtpServer {
    /// A server on a free port.
    pub fn start(tls: ServerTls, login: Option<&str>) -> Self {
        Self::start_at(0, tls, login)
    }

    /// A server on `port`.
    pub fn start_at(port: u16, tls: ServerTls, login: Option<&str>) -> Self {
        Self::launch(port, tls, login, ServerCertificate::Good)
    }

    /// A server with a certificate that is no good.
    pub fn with_certificate(tls: ServerTls, certificate: ServerCertificate) -> Self {
        Self::launch(0, tls, None, certificate)
    }

    fn launch(port: u16, tls: ServerTls, login: Option<&str>, certificate: ServerCertificate) -> Self {
        static COUNTER: AtomicU32 = AtomicU32::new(0);
        let number = COUNTER.fetch_add(1, Ordering::SeqCst);
        let folder =
            Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("smtp-{}-{number}", std::process::id()));
        fs::create_dir_all(&folder).expect("a folder");
        let mut command = Command::new(python());
        command
            .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/smtp/server.py"))
            .arg("--folder")
            .arg(&folder)
            .args(["--port", &port.to_string()])
            .args([
                "--tls",
                match tls {
                    ServerTls::None => "none",
                    ServerTls::StartTls => "starttls",
                    ServerTls::Implicit => "implicit",
                },
            ])
            .args([
                "--certificate",
                match certificate {
                    ServerCertificate::Good => "good",
                    ServerCertificate::Expired => "expired",
                    ServerCertificate::Early => "early",
                    ServerCertificate::OtherName => "other-name",
                },
            ]);
        if let Some(login) = login {
            command.args(["--login", login]);
        }
        let mut process =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("Python starts");
        let commands = process.stdin.take();
        let says = BufReader::new(process.stdout.take().expect("its output")).lines();
        let mut server = Self { process, commands, says, folder, port: 0 };
        let ready = server.expect("ready");
        server.port = u16::try_from(ready["port"].as_u64().expect("a port")).expect("a port");
        server
    }

    /// Where it listens.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The authority that its certificate comes from.
    pub fn authority(&self) -> String {
        self.folder.join("ca.pem").display().to_string()
    }

    /// Gives it a command (see the script) and waits until that is carried out.
    pub fn tell(&mut self, command: &str) {
        let pipe = self.commands.as_mut().expect("it runs");
        writeln!(pipe, "{command}").expect("it listens");
        pipe.flush().expect("it listens");
        self.expect("done");
    }

    /// Waits until it has taken a mail.
    pub fn next_mail(&mut self) -> TakenMail {
        TakenMail(self.expect("mail"))
    }

    /// Waits until it has answered a mail as it was told to.
    pub fn wait_until_refused(&mut self) {
        self.expect("refused");
    }

    /// Waits until it holds a mail without answering.
    pub fn wait_until_held(&mut self) {
        self.expect("held");
    }

    /// Stops it. Whoever knocks from now on finds nobody.
    pub fn stop(mut self) -> u16 {
        self.end();
        self.port
    }

    fn expect(&mut self, event: &str) -> serde_json::Value {
        let line = self.says.next().expect("the mail server runs").expect("its output");
        let said: serde_json::Value = serde_json::from_str(&line).expect("JSON");
        assert_eq!(said["event"], event, "the mail server said something else");
        said
    }

    fn end(&mut self) {
        // It ends when its input does.
        self.commands = None;
        self.process.wait().expect("it ends");
    }
}

impl Drop for SmtpServer {
    fn drop(&mut self) {
        if self.commands.is_some() {
            self.end();
        }
        drop(fs::remove_dir_all(&self.folder));
    }
}
