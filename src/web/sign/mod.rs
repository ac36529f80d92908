//! Signing: the form, the code, the withdrawal code.

mod answering;
pub mod link;
pub mod page;
pub mod post;
pub mod saved_page;
pub mod script_data;
pub mod with_code;

#[cfg(test)]
pub(crate) mod samples;
