//! The built program at somebody's terminal: what they type, and what it says.

use std::{
    io::Write as _,
    path::Path,
    process::{Child, Command, Output, Stdio},
};

/// Starts a command in `folder`, with no settings. It is typed to by its standard input.
pub fn begin(folder: &Path, arguments: &[&str]) -> Child {
    Command::new(env!("CARGO_BIN_EXE_undersigned"))
        .args(arguments)
        .current_dir(folder)
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts")
}

/// Runs a command to its end, with all of `typed` typed.
pub fn run(folder: &Path, arguments: &[&str], typed: &str) -> Output {
    let mut child = begin(folder, arguments);
    // It may have ended before it has read all.
    drop(child.stdin.take().expect("its input").write_all(typed.as_bytes()));
    child.wait_with_output().expect("its output")
}

/// Everything that it printed, on both streams.
pub fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}
