//! For operators: is the process alive, and can it work.

use actix_web::{HttpResponse, web::Data};

use super::{App, error::Answer, run};
use crate::actions;

/// `GET /healthz`: the process answers.
///
/// # Errors
/// None.
pub async fn lives() -> Answer {
    Ok(plain("ok\n"))
}

/// `GET /readyz`: the database answers.
///
/// # Errors
/// 503 when it does not.
pub async fn ready(app: Data<App>) -> Answer {
    run(&app, |ctx| ctx.store.check().map_err(actions::Error::from)).await??;
    Ok(plain("ok\n"))
}

fn plain(text: &'static str) -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain; charset=utf-8").body(text)
}
