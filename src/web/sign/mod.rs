//! Signing: the form, the code, the withdrawal code.

pub mod page;

#[cfg(test)]
pub(crate) mod samples;
