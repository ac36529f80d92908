//! Signing: the form, the code, the withdrawal code.

mod answering;
mod confirmed;
pub mod form;
pub mod link;
pub mod page;
pub mod petition_ref;
pub mod post;
pub mod saved_page;
pub mod script_data;
pub mod with_code;

#[cfg(test)]
pub(crate) mod samples;
