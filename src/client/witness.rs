//! Talking to witnesses, and reading what a witness needs from the instances that it watches. Short, unlike a signer's
//! connections: nobody waits before a screen, and whoever is away is asked again.

use std::time::Duration;

use super::{
    connection::{Connection, Route},
    failure::Failure,
};
use crate::entropy::Entropy;

/// Within what a server that is told to stop has left.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(4);
const WHOLE_TIMEOUT: Duration = Duration::from_secs(8);
/// More than twice a thousand keys; cosignatures are shorter.
const ANSWER_MAX_BYTES: u64 = 256 * 1024;

/// Connections to witnesses or instances.
#[derive(Debug)]
pub struct Messenger {
    connection: Connection,
}

/// What came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The body.
    pub body: Vec<u8>,
}

impl Messenger {
    /// With connections of its own, as this machine reaches others.
    ///
    /// # Errors
    /// [`Failure::Lost`] never happens: there is no proxy whose address could be wrong.
    pub fn open(entropy: &dyn Entropy) -> Result<Self, Failure> {
        let connection = Connection::open_within(&Route::Direct, entropy, CONNECT_TIMEOUT, WHOLE_TIMEOUT)?;
        Ok(Self { connection })
    }

    /// Posts a submission.
    ///
    /// # Errors
    /// [`Failure::Lost`] where there was no answer, or more than 256 KiB.
    pub fn submit(&self, url: &str, submission: &str) -> Result<Answer, Failure> {
        let reply = self.connection.post_text(url, submission, ANSWER_MAX_BYTES)?;
        Ok(Answer { status: reply.status, body: reply.body })
    }

    /// Fetches.
    ///
    /// # Errors
    /// [`Failure::Lost`] where there was no answer, or more than 256 KiB.
    pub fn fetch(&self, url: &str) -> Result<Answer, Failure> {
        let reply = self.connection.get_within(url, ANSWER_MAX_BYTES)?;
        Ok(Answer { status: reply.status, body: reply.body })
    }
}
