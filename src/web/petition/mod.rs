//! The public pages of a petition: list, petition, signers.

pub mod page;
pub mod sheet;

#[cfg(test)]
pub(crate) mod samples;
