//! What an error says, with what caused it.

use std::{error::Error, fmt::Write};

/// An error with its causes, in one line.
pub(super) fn causes(error: &dyn Error) -> String {
    let mut said = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        // Writing into text does not fail.
        write!(said, ": {inner}").unwrap_or_default();
        cause = inner.source();
    }
    said.replace(['\n', '\r'], " ")
}
