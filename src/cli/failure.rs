//! What can go wrong in a command, as an operator reads it.

use std::{error::Error, fmt};

use crate::{config::Mistakes, db};

/// A command did not do what it was asked to.
#[derive(Debug)]
pub struct Failure {
    kind: Kind,
    cause: Box<dyn Error + Send + Sync>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Exit code 1.
    Failed,
    /// Exit code 2.
    Usage,
    /// An exit code of the command's own.
    Own(u8),
}

impl Failure {
    /// The command failed because of `cause`.
    pub fn because(cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self { kind: Kind::Failed, cause: cause.into() }
    }

    /// The settings or arguments are wrong.
    pub fn usage(cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self { kind: Kind::Usage, cause: cause.into() }
    }

    /// The same, with an exit code that tells programs what happened.
    pub const fn with_exit_code(mut self, code: u8) -> Self {
        self.kind = Kind::Own(code);
        self
    }

    /// What the process returns.
    pub const fn exit_code(&self) -> u8 {
        match self.kind {
            Kind::Failed => 1,
            Kind::Usage => 2,
            Kind::Own(code) => code,
        }
    }

    /// The failure and its causes, within a sentence.
    pub fn in_one_line(&self) -> String {
        self.report().trim_start_matches("undersigned: ").replace("\n  because ", ", because ")
    }

    /// The failure and its causes, for the terminal.
    pub fn report(&self) -> String {
        let mut lines = format!("undersigned: {}", self.cause);
        let mut cause = self.cause.source();
        while let Some(inner) = cause {
            lines = format!("{lines}\n  because {inner}");
            cause = inner.source();
        }
        lines
    }
}

/// Something failed while doing what `what` says.
#[derive(Debug)]
pub struct While<E> {
    what: String,
    source: E,
}

impl<E> While<E> {
    /// Puts words before `source`.
    pub fn doing(what: impl Into<String>) -> impl FnOnce(E) -> Self {
        let what = what.into();
        move |source| Self { what, source }
    }
}

impl<E> fmt::Display for While<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)
    }
}

impl<E: Error + 'static> Error for While<E> {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&self.source)
    }
}

impl<E: Error + Send + Sync + 'static> From<While<E>> for Failure {
    fn from(failed: While<E>) -> Self {
        Self::because(failed)
    }
}

impl From<Mistakes> for Failure {
    fn from(mistakes: Mistakes) -> Self {
        Self::usage(mistakes)
    }
}

impl From<db::Error> for Failure {
    fn from(error: db::Error) -> Self {
        Self::because(error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_is_reported_with_its_causes() {
        let inner = std::io::Error::other("the disk is full");
        let failure = Failure::from(While::doing("the folder cannot be made")(inner));
        assert_eq!(failure.report(), "undersigned: the folder cannot be made\n  because the disk is full");
        assert_eq!(failure.exit_code(), 1);
    }

    #[test]
    fn wrong_settings_are_wrong_usage() {
        assert_eq!(Failure::from(Mistakes::default()).exit_code(), 2);
    }
}
