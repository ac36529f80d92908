//! Pure values and rules: what a petition is, who may do what, which text is acceptable. Knows nothing of
//! databases, HTTP, files, or the present time.

pub mod client_release;
pub mod contract;
pub mod demand;
pub mod draft;
pub mod eligibility;
pub mod email;
pub mod employer;
pub mod ids;
mod json;
pub mod lang;
pub mod mail_health;
pub mod message;
pub mod network;
pub mod organizer;
pub mod passphrase;
pub mod petition;
pub mod progress;
pub mod proof;
pub mod reason;
pub mod sealing;
pub mod secret;
pub mod sending;
pub mod tally;
pub mod text;
pub mod time;
pub mod void;
pub mod web_address;
