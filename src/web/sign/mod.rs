//! Signing: the form, the code, the withdrawal code.

pub mod client;
pub mod link;
pub mod page;
pub mod post;
pub mod saved;
pub mod with_code;

#[cfg(test)]
pub(crate) mod samples;
