//! The one gate to blocking work. Actions are synchronous and may wait for the database; they run on the
//! blocking pool, bounded, so that a slow database makes people wait a little and then hear a clear 503,
//! instead of piling up without end.

use std::sync::Arc;

use actix_web::web::Data;
use tokio::sync::Semaphore;

use super::{App, Ctx, WebError};
use crate::memory::wipe_stack;

/// How many actions run at once. A little more than the connection pool holds.
const AT_ONCE: usize = 16;
/// How many may wait besides.
const WAITING: usize = 256;
/// How many passphrases are hashed at once: each takes 19 MiB and a core for some 27 ms.
const HEAVY_AT_ONCE: usize = 2;
/// How many may wait for that.
const HEAVY_WAITING: usize = 32;
/// How many petitions are started at once: the keys of each take a core for seconds. A gate of its own, so that nobody who
/// signs in waits behind them.
const STARTING_AT_ONCE: usize = 1;
/// How many may wait for that.
const STARTING_WAITING: usize = 16;

/// A bounded gate: so many run, so many wait, the rest are turned away.
#[derive(Debug, Clone)]
struct Gate {
    places: Arc<Semaphore>,
    running: Arc<Semaphore>,
}

impl Gate {
    fn new(at_once: usize, waiting: usize) -> Self {
        Self {
            places: Arc::new(Semaphore::new(at_once.saturating_add(waiting))),
            running: Arc::new(Semaphore::new(at_once)),
        }
    }

    async fn pass<R: Send + 'static>(
        &self,
        ctx: Ctx,
        job: impl FnOnce(&Ctx) -> R + Send + 'static,
    ) -> Result<R, WebError> {
        let place = Arc::clone(&self.places).try_acquire_owned().map_err(WebError::unavailable)?;
        let turn = Arc::clone(&self.running).acquire_owned().await.map_err(WebError::internal)?;
        #[expect(clippy::disallowed_methods, reason = "this is the one gate")]
        let done = actix_web::web::block(move || {
            let result = job(&ctx);
            wipe_stack();
            // Held by the work itself: a client that hangs up does not free a place that is still taken.
            drop((place, turn));
            result
        });
        done.await.map_err(WebError::internal)
    }
}

/// The gates of a process.
#[derive(Debug, Clone)]
pub struct Gates {
    ordinary: Gate,
    heavy: Gate,
    starting: Gate,
}

impl Default for Gates {
    fn default() -> Self {
        Self {
            ordinary: Gate::new(AT_ONCE, WAITING),
            heavy: Gate::new(HEAVY_AT_ONCE, HEAVY_WAITING),
            starting: Gate::new(STARTING_AT_ONCE, STARTING_WAITING),
        }
    }
}

/// Runs one action off the event loop and hands back whatever it returned.
///
/// # Errors
/// 503 when too many wait already, 500 when the action panicked.
pub async fn run<R: Send + 'static>(
    app: &Data<App>,
    job: impl FnOnce(&Ctx) -> R + Send + 'static,
) -> Result<R, WebError> {
    app.gates.ordinary.pass(app.ctx.clone(), job).await
}

/// Like [`run`], for actions that hash a passphrase.
///
/// # Errors
/// 503 when too many wait already, 500 when the action panicked.
pub async fn run_heavy<R: Send + 'static>(
    app: &Data<App>,
    job: impl FnOnce(&Ctx) -> R + Send + 'static,
) -> Result<R, WebError> {
    app.gates.heavy.pass(app.ctx.clone(), job).await
}

/// Like [`run`], for actions that start a petition and make its keys.
///
/// # Errors
/// 503 when too many wait already, 500 when the action panicked.
pub async fn run_starting<R: Send + 'static>(
    app: &Data<App>,
    job: impl FnOnce(&Ctx) -> R + Send + 'static,
) -> Result<R, WebError> {
    app.gates.starting.pass(app.ctx.clone(), job).await
}
