//! What the withdrawal code is good for: withdraw, take the name down, prove that one signed.

pub mod page;
pub mod post;
pub mod statement;

#[cfg(test)]
pub(crate) mod samples;
