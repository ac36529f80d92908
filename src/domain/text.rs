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
