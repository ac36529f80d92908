//! What text is acceptable.
