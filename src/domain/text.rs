//! What text is acceptable.

/// Something wrong with an input that a person can mend: which text of `locale` says what to do.
pub trait Worded {
    /// The id of the text.
    fn message_id(&self) -> &'static str;

    /// The number that the text mentions, under its name there: `("max", 80)`.
    fn limit(&self) -> Option<(&'static str, u64)> {
        None
    }
}
/// What is wrong with a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextProblem {
    /// Nothing was typed.
    Empty,
}

impl TextProblem {
    /// The message that says it.
    #[must_use]
    pub fn message_id(&self) -> &'static str {
        "text-empty"
    }
}

/// Reads one line.
///
/// # Errors
/// What is wrong with it.
pub fn parse_line(input: &str, _max_chars: usize) -> Result<String, TextProblem> {
    if input.trim().is_empty() { Err(TextProblem::Empty) } else { Ok(String::from(input.trim())) }
}

/// Reads several lines.
///
/// # Errors
/// What is wrong with them.
pub fn parse_block(input: &str, max_chars: usize) -> Result<String, TextProblem> {
    parse_line(input, max_chars)
}
