//! Who is let through where a limit is used up: whoever brings a proof of work (programs, in a header), or a ticket whose wait
//! is over (forms, in a hidden field). And what did not count after all: a typing error tries nothing.
//!
//! A form that has to wait comes back with everything that was typed.

use std::net::IpAddr;

use actix_web::{
    HttpMessage, HttpRequest, HttpResponse,
    dev::{ServiceRequest, ServiceResponse},
    web::Data,
};

use super::{
    App, Fields, WebError,
    api::ApiProblem,
    guessing::Attempt,
    limits::{Charge, Lane, UsedUp, pass::Shown},
    row::{self, Row},
    session::Session,
    waiting::{Because, Waiting},
};
use crate::{
    actions::signing::tokens::work,
    domain::{email::MailDomain, ids::PetitionId},
};

/// How a request stands to its limits.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Admission {
    /// It was counted.
    Counted(Charge),
    /// It came by the reserve.
    Reserve,
    /// It is a form, and its limit is used up: whether it has a ticket stands in its body.
    Open,
}

/// Kept beside the request.
#[derive(Debug, Clone)]
struct Limited {
    lane: Lane,
    admission: Admission,
    client: IpAddr,
    /// The ticket that stood in the form, as long as it is not used.
    ticket: Option<String>,
}

/// Marks an answer: nothing was tried, so the request does not count.
struct NothingTried;

/// Says of an answer that nothing was tried: what was typed could not be anything.
#[must_use]
pub fn nothing_tried(mut answer: HttpResponse) -> HttpResponse {
    answer.extensions_mut().insert(NothingTried);
    answer
}

/// Counts a request, or takes its proof of work.
///
/// # Errors
/// [`WebError::Work`] for programs. Forms are let through as far as their body.
pub fn admit(app: &App, req: &ServiceRequest, row: &Row, client: IpAddr) -> Result<(), WebError> {
    let Some(purpose) = row.limit else { return Ok(()) };
    let uptime = app.ctx.clock.uptime();
    let path = req.match_info();
    let petition = path.get("slug").or_else(|| path.get("id")).unwrap_or_default();
    let lane = app.limits.lane(purpose, petition, client);
    let header = req.headers().get(work::HEADER).and_then(|header| header.to_str().ok());
    let paid = header.is_some_and(|header| app.limits.take_work(lane, header, uptime) == Shown::Good);
    let admission = if paid {
        Admission::Reserve
    } else {
        match app.limits.check(purpose, petition, client, uptime) {
            Ok(charge) => Admission::Counted(charge),
            Err(used_up) if row.is_open() => return Err(work_for(app, lane, used_up)),
            Err(_) => Admission::Open,
        }
    };
    req.extensions_mut().insert(Limited { lane, admission, client, ticket: None });
    Ok(())
}

/// Lets a form through that may go on, with the `ticket` that stood in it.
///
/// # Errors
/// [`WebError::Wait`] with everything that was typed.
pub fn settle(req: &HttpRequest, ticket: Option<&str>, pairs: &[(String, String)]) -> Result<(), WebError> {
    let Some(limited) = limited(req) else { return Ok(()) };
    // Taken also where there is room again: the mail domain's limit may be used up.
    let Some(app) = req.app_data::<Data<App>>() else { return Ok(()) };
    let shown = ticket.map(|ticket| {
        let shown = app.limits.take_ticket(limited.lane, ticket, app.ctx.clock.uptime());
        (ticket, shown)
    });
    if let Some(limited) = req.extensions_mut().get_mut::<Limited>() {
        limited.ticket = ticket.map(String::from);
    }
    match shown {
        Some((_, Shown::Good)) => {
            if let Admission::Counted(charge) = &limited.admission {
                app.limits.refund(charge);
            }
            set(req, Admission::Reserve);
            Ok(())
        }
        Some((ticket, Shown::Early { secs })) if limited.admission == Admission::Open => {
            Err(wait(req, secs, String::from(ticket), pairs.to_vec(), Because::Network))
        }
        _ if limited.admission == Admission::Open => Err(wait_for(app, req, limited.lane, pairs.to_vec())),
        _ => Ok(()),
    }
}

/// Whether a request for a code is counted by the domain of its address too. Known before it is known for which petition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ByDomain {
    /// It is.
    Counted,
    /// It brought a proof of work, or a ticket whose wait is over.
    LetThrough,
}

impl ByDomain {
    /// How it is with this request.
    #[must_use]
    pub fn of(req: &HttpRequest) -> Self {
        match limited(req) {
            Some(Limited { admission: Admission::Counted(_), .. }) => Self::Counted,
            _ => Self::LetThrough,
        }
    }

    /// Counts a request for a code to an address at `domain`, by whichever door it comes. [`add_domain`] keeps the charge.
    ///
    /// # Errors
    /// [`UsedUp`], and then nothing is counted.
    pub fn check(self, app: &App, petition: PetitionId, domain: &MailDomain) -> Result<Charge, UsedUp> {
        match self {
            Self::Counted => app.limits.check_domain(&petition.to_string(), domain, app.ctx.clock.uptime()),
            Self::LetThrough => Ok(Charge::default()),
        }
    }
}

/// Keeps what [`ByDomain::check`] counted beside the request, so that it is given back with the rest.
pub fn add_domain(req: &HttpRequest, more: Charge) {
    if let Some(Limited { admission: Admission::Counted(mut charge), .. }) = limited(req) {
        charge.add(more);
        set(req, Admission::Counted(charge));
    }
}

/// The answer to a request for a code to a domain whose limit is used up. `fields`: of the form, if it is one.
#[must_use]
pub fn domain_used_up(
    app: &App,
    req: &HttpRequest,
    used_up: UsedUp,
    fields: Option<Vec<(String, String)>>,
) -> WebError {
    match (limited(req), fields) {
        (Some(limited), Some(fields)) => wait_for(app, req, limited.lane, fields),
        (Some(limited), None) => work_for(app, limited.lane, used_up),
        (None, _) => WebError::internal("a mail domain's limit on a route without one"),
    }
}

/// Counts a passphrase or recovery code that is tried for the account called `name`.
///
/// # Errors
/// [`WebError::Wait`] with everything that was typed but secrets.
pub fn guess(app: &App, req: &HttpRequest, name: &str, fields: &Fields) -> Result<Attempt, WebError> {
    let limited = limited(req).ok_or_else(|| WebError::internal("a guess on a route without a limit"))?;
    let uptime = app.ctx.clock.uptime();
    let begun = app.guessing.begin(name, limited.client, limited.ticket.as_deref(), uptime);
    begun.map_err(|ticket| wait(req, ticket.secs, ticket.text, fields.to_pairs(), Because::Account))
}

/// Gives a request back that tried nothing.
pub fn give_back(app: &App, answer: &ServiceResponse<impl actix_web::body::MessageBody>) {
    let Some(Limited { admission: Admission::Counted(charge), .. }) = limited(answer.request()) else {
        return;
    };
    let marked = answer.response().extensions().get::<NothingTried>().is_some();
    let failed = answer.response().error().and_then(|error| error.as_error::<WebError>());
    if marked || failed.is_some_and(tried_nothing) {
        app.limits.refund(&charge);
    }
}

/// Whether nothing was tried where this came of it: what came was malformed, had to wait, or met a failure of ours.
const fn tried_nothing(error: &WebError) -> bool {
    match error {
        WebError::Api(problem) => match problem {
            ApiProblem::NotJson
            | ApiProblem::Malformed
            | ApiProblem::Address(_)
            | ApiProblem::Refused(_)
            | ApiProblem::BadRequest
            | ApiProblem::Closed
            | ApiProblem::TakenDown
            | ApiProblem::Name
            | ApiProblem::NoTrustee => true,
            ApiProblem::WrongCode { .. }
            | ApiProblem::CodeTooOld
            | ApiProblem::TooManyTries
            | ApiProblem::Expired
            | ApiProblem::ProofUsed
            | ApiProblem::UnknownInvitation
            | ApiProblem::OtherLeaf
            | ApiProblem::Invalid
            | ApiProblem::Waits
            | ApiProblem::Voided
            | ApiProblem::AmendedBefore
            | ApiProblem::UnknownCast => false,
        },
        WebError::PayloadTooLarge
        | WebError::UnsupportedMediaType
        | WebError::BadRequest(_)
        | WebError::Forbidden(_)
        | WebError::Unavailable(_)
        | WebError::Behind(_)
        | WebError::Internal(_)
        | WebError::Panicked
        | WebError::TooMany { .. }
        | WebError::Wait(_)
        | WebError::Work { .. } => true,
        WebError::NotFound | WebError::MethodNotAllowed { .. } | WebError::Gone | WebError::Conflict => false,
    }
}

fn limited(req: &HttpRequest) -> Option<Limited> {
    req.extensions().get::<Limited>().cloned()
}

fn set(req: &HttpRequest, admission: Admission) {
    if let Some(limited) = req.extensions_mut().get_mut::<Limited>() {
        limited.admission = admission;
    }
}

fn work_for(app: &App, lane: Lane, used_up: UsedUp) -> WebError {
    let challenge = app.limits.challenge(lane, app.ctx.clock.uptime());
    WebError::Work { challenge, retry_after_secs: used_up.retry_after_secs }
}

fn wait_for(app: &App, req: &HttpRequest, lane: Lane, fields: Vec<(String, String)>) -> WebError {
    let ticket = app.limits.ticket(lane, app.ctx.clock.uptime());
    wait(req, ticket.secs, ticket.text, fields, Because::Network)
}

fn wait(
    req: &HttpRequest,
    secs: u64,
    ticket: String,
    fields: Vec<(String, String)>,
    because: Because,
) -> WebError {
    let row = row::of(req);
    let session = req.extensions().get::<Session>().cloned();
    let form_token =
        session.filter(|_| row.is_some_and(|row| row.form_token)).map(|session| session.form_token);
    let path = String::from(req.path());
    WebError::Wait(Waiting { secs, ticket, path, fields, form_token, because })
}
