//! Writing, opening and watching a petition.

pub mod edit;
pub mod editing;
pub mod fields;
pub mod filling;
pub mod invitations;
pub mod page;
pub mod running;
pub mod unsealing;

#[cfg(test)]
pub(crate) mod samples;
