//! The operator's pages: review queue, employers, take-downs.

pub mod page;
