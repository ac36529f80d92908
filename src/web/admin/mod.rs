//! The operator's pages: what waits for a decision, employers, taking down, hiding names, invalidating signatures.

pub mod deciding;
pub mod employers;
pub mod mail;
pub mod page;
pub mod queue;
pub mod voids;

#[cfg(test)]
pub(crate) mod samples;
