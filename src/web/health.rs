//! For operators: is the process alive, and can it work.

use std::{
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use actix_web::{HttpResponse, web::Data};

use super::{App, WebError, error::Answer, run};
use crate::actions::readiness;

/// How long `/readyz` may take: balancers wait no longer, and what takes longer is not ready.
const WITHIN: Duration = Duration::from_secs(1);
/// Once it was found to work, it is not tried again for so long: everyone may ask, and trying writes.
const HOLDS: Duration = Duration::from_secs(1);

/// What `/readyz` remembers.
#[derive(Debug, Default)]
pub struct Readiness {
    is_leaving: AtomicBool,
    /// The process's uptime when all worked.
    worked: Mutex<Option<Duration>>,
}

impl Readiness {
    /// From now on it says that no new visitors should be sent here.
    pub fn leave(&self) {
        self.is_leaving.store(true, Ordering::SeqCst);
    }

    fn has_worked(&self, uptime: Duration) -> bool {
        let worked = *self.worked.lock().unwrap_or_else(PoisonError::into_inner);
        worked.is_some_and(|at| uptime.saturating_sub(at) < HOLDS)
    }

    fn works(&self, uptime: Duration) {
        *self.worked.lock().unwrap_or_else(PoisonError::into_inner) = Some(uptime);
    }
}

/// `GET /healthz`: the process answers.
///
/// # Errors
/// None.
pub async fn lives() -> Answer {
    Ok(plain("ok\n"))
}

/// `GET /readyz`: the database takes what is written, the keys are there, and nobody is stopping the process.
///
/// # Errors
/// 503 when it is otherwise, or takes more than a second.
pub async fn ready(app: Data<App>) -> Answer {
    if app.readiness.is_leaving.load(Ordering::SeqCst) {
        return Err(WebError::unavailable("the server is being stopped"));
    }
    let uptime = app.ctx.clock.uptime();
    if !app.readiness.has_worked(uptime) {
        let trying = tokio::time::timeout(WITHIN, run(&app, readiness::check)).await;
        // Whatever it is: no visitors should come here.
        trying.map_err(WebError::unavailable)??.map_err(WebError::unavailable)?;
        app.readiness.works(uptime);
    }
    Ok(plain("ok\n"))
}

fn plain(text: &'static str) -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain; charset=utf-8").body(text)
}
