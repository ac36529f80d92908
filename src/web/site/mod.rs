//! Pages about the site itself, and pages that say what went wrong.

pub mod operator_pages;
pub mod page;
#[cfg(test)]
pub(crate) mod samples;
pub mod show;
