//! The operator's pages: what waits for a decision, employers, taking down, hiding names.

pub mod deciding;
pub mod employers;
pub mod page;
pub mod queue;

#[cfg(test)]
pub(crate) mod samples;
