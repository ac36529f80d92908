//! The public pages of a petition: list, petition, signers.

pub mod page;
pub mod read;
pub mod sheet;
pub mod show;
pub mod statement;
pub mod voids;

#[cfg(test)]
pub(crate) mod samples;
