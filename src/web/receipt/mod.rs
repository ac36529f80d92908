//! What the withdrawal code is good for: withdraw, take the name down.

pub mod page;
pub mod post;

#[cfg(test)]
pub(crate) mod samples;
