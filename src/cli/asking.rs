//! The thread that asks witnesses to cosign: apart from the other jobs, since it waits for others.

use std::{error::Error, io};

use super::{worker::Worker, workers::between_rounds};
use crate::{
    actions::Ctx,
    client::witness::Messenger,
    jobs::{
        Node,
        ask_witnesses::{self, Backoff, Reply, Unreachable, WitnessClient},
    },
};

/// The one way from a server to others, besides mail.
struct Post(Messenger);

impl WitnessClient for Post {
    fn submit(&self, url: &str, submission: &str) -> Result<Reply, Unreachable> {
        let answer = self.0.submit(url, submission).map_err(|error| Unreachable(Box::new(error)))?;
        Ok(Reply { status: answer.status, body: answer.body })
    }
}

/// Asks witnesses, and stops after the question under way.
///
/// # Errors
/// [`io::Error`] if the machine gives no thread.
pub fn start_asking(ctx: Ctx, node: Node) -> io::Result<Worker> {
    let post = Post(Messenger::open(ctx.entropy.as_ref()).map_err(io::Error::other)?);
    let mut backoff = Backoff::default();
    Worker::start("witnesses", move |goes_on| {
        match ask_witnesses::ask(&ctx, &node, &post, &mut backoff, goes_on) {
            Ok(Some(asked)) => tracing::debug!(?asked, "witnesses were asked"),
            Ok(None) => tracing::debug!("another node asks the witnesses"),
            Err(error) => {
                let cause: &dyn Error = &error;
                tracing::warn!(cause, "witnesses cannot be asked now; the next round tries again");
            }
        }
        between_rounds(&ctx)
    })
}
