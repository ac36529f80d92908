//! What the withdrawal code is good for: withdraw, take the name down.

pub mod page;

#[cfg(test)]
pub(crate) mod samples;
