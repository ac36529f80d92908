//! What the tests share: the app under test, its database, a browser without script, the captured log.

mod app;
pub mod ballot;
mod client;
pub mod cluster;
pub mod database;
mod foreign_tool;
pub mod interceptor;
mod log;
mod mail;
pub mod node;
mod onion;
mod people;
mod raw;
mod reader;
pub mod search;
mod signing;
mod smtp;
pub mod statements;
pub mod terminal;
mod voter;
mod witness;

pub use app::{START, TestApp, environment};
pub use ballot::{Ballot, CrowdKey, anonymous_body, encode};
pub use client::{Client, Reply};
pub use cluster::{Cluster, Silence};
pub use foreign_tool::{ForeignTool, hex};
pub use interceptor::{Instead, Interceptor};
pub use node::{Caller, Node};
pub use onion::Onion;
pub use people::{Member, PASSPHRASE, Petition, ROBIN, draft, with_invitations};
pub use reader::{Reader, grow, id_of, root_of};
pub use signing::withdrawal_code;
pub use smtp::{ServerCertificate, ServerTls, SmtpServer, python};
pub use voter::{Voter, ticket};
pub use witness::{Rounds, TestWitness};

/// A day, in seconds.
pub const DAY: i64 = 24 * 3_600;

/// A route's path with its names filled in, so that it leads to nothing.
pub fn path_of(row: &undersigned::web::row::Row) -> String {
    row.pattern
        .replace("{slug}", "no-such-petition")
        .replace("{step}", "basics")
        .replace("{id}", "00000000-0000-4000-8000-000000000000")
        .replace("{index}", "0")
        .replace("{kind}", "names")
        .replace("{tile:.*}", "0/000")
        .replace("{token}", "no-such-token")
        .replace("{name}", "no-such-page")
        .replace("{file}", "no-such-file.css")
}
