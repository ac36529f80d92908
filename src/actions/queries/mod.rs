//! Reads for pages, commands and the API. Nothing here writes.

pub mod pages;
pub mod public_log;
pub mod statement;
