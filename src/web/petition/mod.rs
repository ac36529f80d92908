//! The public pages of a petition: list, petition, signers.

pub mod page;
