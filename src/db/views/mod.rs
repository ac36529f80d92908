//! Read models for pages. None of these structs has a field for an address, and none is computed from rows
//! that stand for a person but the public names in [`signers`].

pub mod dashboard;
pub mod employers;
pub mod list;
pub mod moderation;
pub mod petition;
pub mod signers;

pub use dashboard::{DayNumber, MyPetition};
pub use employers::ListedEmployer;
pub use list::{Card, ListQuery};
pub use moderation::{Decided, Waiting};
pub use petition::{Asked, ContractView, PetitionView};
pub use signers::{Signer, SignersPart};
