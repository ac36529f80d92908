//! Programs that read a log with code that is not ours: `tests/log/verify/main.go` with Go's own packages,
//! `tests/log/verify.py` with pymerkle. The first says what lines they take and give.

use std::{
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread,
};

use super::{Petition, app::environment, python};

/// Whose code reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ForeignTool {
    /// Packages `note` and `tlog`, which check Go's checksum database.
    Go,
    /// pymerkle.
    Pymerkle,
}

/// Bytes as the programs take them.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"))
}

fn verifier() -> PathBuf {
    let made_by_script = Path::new(env!("CARGO_TARGET_TMPDIR")).join("../tools/log-verifier");
    let program = environment("SUITE_LOG_VERIFIER").map_or(made_by_script, PathBuf::from);
    assert!(program.exists(), "tests/log/verify is not built: run scripts/test, which builds it");
    program
}

impl ForeignTool {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Go, Self::Pymerkle];

    /// What it says of the petition's log, served at `base_url`, and then of each line.
    pub fn judges(self, base_url: &str, petition: &Petition, lines: &[String]) -> Vec<String> {
        let mut command = match self {
            Self::Go => Command::new(verifier()),
            Self::Pymerkle => {
                let mut python = Command::new(python());
                python.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/log/verify.py"));
                python
            }
        };
        let mut child = command
            .arg(format!("{base_url}{}", petition.path()))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let mut input = child.stdin.take().expect("its input");
        let said = thread::scope(|scope| {
            // It does not listen any more once it has refused the log.
            scope.spawn(move || drop(lines.iter().try_for_each(|line| writeln!(input, "{line}"))));
            child.wait_with_output().expect("it ends")
        });
        let answers: Vec<String> =
            String::from_utf8(said.stdout).expect("text").lines().map(String::from).collect();
        assert!(!answers.is_empty(), "{self:?} says nothing of the log");
        answers
    }
}
