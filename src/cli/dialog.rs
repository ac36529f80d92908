//! Talking with a signer at a terminal, or with a script: the same questions in the same order, each answered by one
//! line of standard input. Secrets come in this way only, never as an argument, which others on the machine can read
//! and which the shell remembers.
//!
//! For scripts (`--json`) each event is one JSON object in a line.

use std::{
    cell::RefCell,
    io::{self, BufRead, Read as _},
    sync::Arc,
    thread,
    time::Duration,
};

use serde_json::{Value, json};

use super::{failure::Failure, output};
use crate::{
    client::{
        failure::{self as client, Refusal},
        server::{Because, Waiter},
    },
    domain::{secret::SecretText, text::Worded},
    locale::Locale,
};

/// The longest line that is read: a ballot file is one.
const LINE_MAX_BYTES: u64 = 8_192;

/// Who is talked with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Listener {
    Person,
    Script,
}

/// A conversation over standard input and output.
pub struct Dialog {
    /// The words.
    pub words: Arc<Locale>,
    listener: Listener,
    input: RefCell<Box<dyn BufRead>>,
}

impl Dialog {
    /// Begins one.
    pub fn begin(is_json: bool) -> Result<Self, Failure> {
        let words = Locale::english().map_err(Failure::because)?;
        let listener = if is_json { Listener::Script } else { Listener::Person };
        Ok(Self { words, listener, input: RefCell::new(Box::new(io::BufReader::new(io::stdin()))) })
    }

    /// Says something to a person.
    pub fn say(&self, text: &str) {
        if self.listener == Listener::Person {
            output::line(text);
        }
    }

    /// Tells a script what happened.
    pub fn event(&self, event: &Value) {
        if self.listener == Listener::Script {
            output::line(event);
        }
    }

    /// Asks for a line.
    pub fn ask(&self, what: &str, prompt: &str) -> Result<SecretText, Failure> {
        if self.listener == Listener::Person {
            output::prompt(prompt);
        }
        self.event(&json!({ "event": "asks", "for": what }));
        self.line()
    }

    /// The next line of the input.
    pub fn line(&self) -> Result<SecretText, Failure> {
        let ended = || Failure::because(self.words.text("client-input-ended"));
        let mut input = self.input.borrow_mut();
        let mut line = String::new();
        let read = input.by_ref().take(LINE_MAX_BYTES).read_line(&mut line).map_err(Failure::because)?;
        let line = SecretText::new(line);
        if read == 0 { Err(ended()) } else { Ok(SecretText::new(line.expose().trim().to_owned())) }
    }

    /// Asks until the answer can be read; `read` gives the words for one that cannot.
    pub fn ask_until<T>(
        &self,
        what: &str,
        prompt: &str,
        read: impl Fn(&str) -> Result<T, String>,
    ) -> Result<T, Failure> {
        loop {
            match read(self.ask(what, prompt)?.expose()) {
                Ok(answer) => return Ok(answer),
                Err(text) => self.mistake(what, &text),
            }
        }
    }

    /// Yes or no; `otherwise` is what an empty line means.
    pub fn ask_yes(&self, what: &str, prompt: &str, otherwise: bool) -> Result<bool, Failure> {
        self.ask_until(what, prompt, |typed| match typed.to_lowercase().as_str() {
            "" => Ok(otherwise),
            "yes" | "y" => Ok(true),
            "no" | "n" => Ok(false),
            _ => Err(self.words.text("client-yes-or-no")),
        })
    }

    /// An answer was not taken, and is asked for again.
    pub fn mistake(&self, what: &str, text: &str) {
        self.say(text);
        self.event(&json!({ "event": "mistake", "for": what, "text": text }));
    }

    /// The words for a problem with an input.
    pub fn problem(&self, problem: &impl Worded) -> String {
        self.words.problem(problem)
    }

    /// The words for what a server did.
    pub fn words_for(&self, failure: &client::Failure) -> String {
        let text = self.words.text(failure.message_id());
        match failure {
            client::Failure::Refused(Refusal::WrongCode { tries_left: Some(n) }) => {
                format!("{text} {}", self.words.with1("client-tries-left", "n", *n))
            }
            _ => text,
        }
    }

    /// Ends the conversation with what a server did.
    pub fn failed(&self, failure: &client::Failure) -> Failure {
        self.failed_as(failure, self.words_for(failure))
    }

    /// The same, in other words than usual.
    pub fn failed_as(&self, failure: &client::Failure, text: String) -> Failure {
        let code = failure.message_id().trim_start_matches("client-");
        self.event(&json!({ "event": "failed", "code": code, "text": text }));
        match failure {
            client::Failure::Lost(cause) => Failure::because(format!("{text}\n  because {cause}")),
            _ => Failure::because(text),
        }
    }

    /// Tries something until it succeeds, or whoever is asked gives up.
    pub fn insist<T>(
        &self,
        mut attempt: impl FnMut() -> Result<T, client::Failure>,
    ) -> Result<T, client::Failure> {
        loop {
            match attempt() {
                Err(failure) if failure.is_passing() => {
                    self.mistake("again", &self.words_for(&failure));
                    let prompt = self.words.text("client-again-prompt");
                    if !self.ask_yes("again", &prompt, true).unwrap_or(false) {
                        return Err(failure);
                    }
                }
                done => return done,
            }
        }
    }
}

impl Waiter for Dialog {
    fn wait(&self, because: Because, secs: u64) {
        let (name, text) = match because {
            Because::Lost => ("lost", self.words.with1("client-waits-lost", "secs", secs)),
            Because::Busy => ("busy", self.words.with1("client-waits-busy", "secs", secs)),
        };
        self.say(&text);
        self.event(&json!({ "event": "waits", "because": name, "seconds": secs }));
        thread::sleep(Duration::from_secs(secs));
    }
}

/// Text of a server, for a terminal: characters that a terminal obeys, or that turn a line around, are replaced.
pub fn harmless(text: &str) -> String {
    let is_bad = |c: char| {
        c.is_control()
            || matches!(c, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    text.chars().map(|c| if is_bad(c) { '\u{fffd}' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_cannot_write_to_the_terminal_as_it_likes() {
        assert_eq!(harmless("Stop\u{1b}[2J\u{202e}it\r\n"), "Stop\u{fffd}[2J\u{fffd}it\u{fffd}\u{fffd}");
    }
}
