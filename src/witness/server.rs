//! Answering logs that want a checkpoint cosigned, and whoever wants to know what this witness has seen. No visit is logged.

use std::{io, net::TcpListener, sync::Arc, time::Duration};

use actix_web::{
    HttpResponse, HttpServer,
    dev::Server,
    http::{StatusCode, header},
    web::{self, Data, Payload},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};

use super::logs::{Logs, LogsError};
use crate::{
    clock::Clock,
    log::{
        cosignature::Cosigner,
        witness::{Decision, SIZE_TYPE, SUBMISSION_MAX_BYTES, Submission},
    },
};

const TEXT: &str = "text/plain; charset=utf-8";
/// A request is small, and whoever sends it has it at hand.
const HEAD_TIMEOUT: Duration = Duration::from_secs(10);
/// The same for its body.
pub const BODY_TIMEOUT: Duration = Duration::from_secs(10);
/// Each decision takes the disk; more at once would only wait for each other.
const WORKERS: usize = 2;
const SHUTDOWN_SECS: u64 = 5;

/// A witness, ready to answer.
pub struct Witness {
    /// Its key.
    pub cosigner: Cosigner,
    /// What it knows.
    pub logs: Logs,
    /// Time.
    pub clock: Arc<dyn Clock>,
}

/// What a submission is answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// Of which type the body is.
    pub content_type: &'static str,
    /// The body.
    pub body: String,
}

impl Answer {
    const fn bare(status: u16) -> Self {
        Self { status, content_type: TEXT, body: String::new() }
    }
}

impl Witness {
    /// Answers `add-checkpoint`.
    ///
    /// # Errors
    /// [`LogsError`] where nothing can be written down: then nothing is signed.
    pub fn answer(&self, body: &[u8]) -> Result<Answer, LogsError> {
        let Some(submission) = Submission::parse(body) else { return Ok(Answer::bare(400)) };
        let cosign = |checkpoint: &crate::log::checkpoint::Checkpoint| {
            self.cosigner.cosign(&checkpoint.body(), self.clock.now())
        };
        Ok(match self.logs.decide(&submission, cosign)? {
            None => Answer::bare(404),
            Some(Ok(line)) => Answer { status: 200, content_type: TEXT, body: line },
            Some(Err(Decision::Unsigned)) => Answer::bare(403),
            Some(Err(Decision::Seen(size))) => {
                Answer { status: 409, content_type: SIZE_TYPE, body: format!("{size}\n") }
            }
            Some(Err(Decision::Unproven)) => Answer::bare(422),
            Some(Err(Decision::Malformed | Decision::Cosign(_))) => Answer::bare(400),
        })
    }

    /// What it knows: its verifier key; then for each log, by name, a line with size and root of what it has seen.
    #[must_use]
    pub fn account(&self) -> String {
        let mut text = format!("{}\n\n", self.cosigner.verifier());
        for log in self.logs.all() {
            let seen = log.seen.map(|seen| format!("{} {}", seen.size, STANDARD.encode(seen.root)));
            let seen = seen.unwrap_or_else(|| String::from("0"));
            text.extend([log.key.origin().as_str(), " ", &seen, "\n"]);
        }
        text
    }
}

/// How long a body may take.
#[derive(Clone, Copy)]
struct BodyTimeout(Duration);

/// The disk and the lock are waited for elsewhere: here others are answered meanwhile.
#[expect(clippy::disallowed_methods, reason = "a witness has no web layer, whose gate `web::run` is")]
async fn add_checkpoint(
    witness: Data<Witness>,
    body_timeout: Data<BodyTimeout>,
    body: Payload,
) -> HttpResponse {
    let body = match tokio::time::timeout(body_timeout.0, body.to_bytes_limited(SUBMISSION_MAX_BYTES)).await {
        Ok(Ok(Ok(body))) => body,
        Ok(Ok(Err(_))) => return HttpResponse::BadRequest().force_close().finish(),
        Ok(Err(_)) => return HttpResponse::PayloadTooLarge().force_close().finish(),
        Err(_) => return HttpResponse::RequestTimeout().force_close().finish(),
    };
    let Ok(answer) = web::block(move || witness.answer(&body)).await else {
        return HttpResponse::InternalServerError().finish();
    };
    match answer {
        Ok(answer) => {
            let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            HttpResponse::build(status).content_type(answer.content_type).body(answer.body)
        }
        Err(error) => {
            let cause: &dyn std::error::Error = &error;
            tracing::error!(cause, "what was seen of a log cannot be written down; nothing is signed");
            HttpResponse::InternalServerError().finish()
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "a witness has no web layer, whose gate `web::run` is")]
async fn account(witness: Data<Witness>) -> HttpResponse {
    let Ok(account) = web::block(move || witness.account()).await else {
        return HttpResponse::InternalServerError().finish();
    };
    HttpResponse::Ok()
        .content_type(TEXT)
        .insert_header((header::CACHE_CONTROL, "no-cache"))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .body(account)
}

/// Serves on `listener` until it is stopped. Who takes longer than `body_timeout` to send a submission is sent away.
///
/// # Errors
/// [`io::Error`] where the machine does not let it.
pub fn serve(witness: Data<Witness>, listener: TcpListener, body_timeout: Duration) -> io::Result<Server> {
    let body_timeout = Data::new(BodyTimeout(body_timeout));
    let server = HttpServer::new(move || {
        actix_web::App::new()
            .app_data(witness.clone())
            .app_data(body_timeout.clone())
            .route("/add-checkpoint", web::post().to(add_checkpoint))
            .route("/", web::get().to(account))
    })
    .workers(WORKERS)
    .client_request_timeout(HEAD_TIMEOUT)
    .shutdown_timeout(SHUTDOWN_SECS)
    .disable_signals()
    .listen(listener)?
    .run();
    Ok(server)
}
