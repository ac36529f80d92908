//! Writing, opening and watching a petition.

pub mod page;
