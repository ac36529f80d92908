//! What admins do: review petitions, take them down, keep the list of employers, invalidate signatures.

pub mod employers;
mod review;
pub mod voids;

pub use review::{Decided, approve, reject, take_down};
