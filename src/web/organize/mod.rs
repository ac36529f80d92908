//! Writing, opening and watching a petition.

pub mod edit;
pub mod page;

#[cfg(test)]
pub(crate) mod samples;
