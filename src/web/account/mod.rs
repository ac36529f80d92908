//! Organizers' accounts: sign-up, sign-in, sessions, recovery.
//!
//! Whoever guesses learns nothing from answers: an unknown name and a wrong passphrase get the same page after
//! the same work, and both are slowed down alike ([`crate::web::guessing`]).

use super::{App, guessing::Attempt};

pub mod changes;
pub mod overview;
pub mod page;
pub mod recover;
pub mod sessions;
pub mod sign_in;
pub mod sign_up;

#[cfg(test)]
pub(crate) mod samples;

/// Counts an attempt at the account called `name`, and waits as long as the ones before it ask for.
async fn slowed_down(app: &App, name: &str) -> Attempt {
    let attempt = app.guessing.begin(name, app.ctx.clock.uptime());
    if !attempt.delay.is_zero() {
        (app.pace)(attempt.delay).await;
    }
    attempt
}
