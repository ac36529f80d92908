//! web

pub mod account;
pub mod admin;
pub mod field;
pub mod organize;
pub mod petition;
pub mod receipt;
pub mod sign;
pub mod site;
