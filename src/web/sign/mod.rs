//! Signing: the form, the code, the withdrawal code.

pub mod client;
pub mod page;
pub mod post;
pub mod saved;

#[cfg(test)]
pub(crate) mod samples;
