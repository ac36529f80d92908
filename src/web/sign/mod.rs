//! Signing: the form, the code, the withdrawal code.

pub mod client;
pub mod page;
pub mod post;

#[cfg(test)]
pub(crate) mod samples;
