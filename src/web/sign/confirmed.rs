//! The pages that answer a code, a button or a link.

use actix_web::http::StatusCode;

use super::{
    page::{DonePage, LinkExpiredPage, ProofUsedPage},
    petition_ref::PetitionRef,
};
use crate::{
    actions::signing::confirming::Confirmed,
    db::views::PetitionView,
    domain::petition::{NotTaking, PetitionState},
    web::{Answer, LocalizedApp, MaybeSession, WebError, frame::Frame, page, page_with_status, petition},
};

/// The answer to a code or a button.
pub(super) fn confirmed(
    app: &LocalizedApp,
    here: PetitionRef,
    outcome: Confirmed,
    view: Option<PetitionView>,
) -> Answer {
    let f = Frame::private(app, None);
    match outcome {
        Confirmed::Done { withdrawal_code, status, .. } => {
            // The same each time, as long as the signature is what it was: no reload loses the code.
            let withdrawal_code = withdrawal_code.expose();
            page(&DonePage { f, petition: here, withdrawal_code, status })
        }
        Confirmed::ProofUsed => page_with_status(StatusCode::CONFLICT, &ProofUsedPage { f, petition: here }),
        Confirmed::NotTaking(why) => not_taking(app, why, view),
        Confirmed::NotFound => Err(WebError::NotFound),
        Confirmed::Expired
        | Confirmed::TooManyTries
        | Confirmed::CodeTooOld
        | Confirmed::WrongCode { .. } => expired(app, Some(here)),
    }
}

pub(super) fn expired(app: &LocalizedApp, petition: Option<PetitionRef>) -> Answer {
    let shown = LinkExpiredPage { f: Frame::private(app, None), petition };
    page_with_status(StatusCode::GONE, &shown)
}

/// Closed: the petition's page says so. Gone: with the reason.
pub(super) fn not_taking(app: &LocalizedApp, why: NotTaking, view: Option<PetitionView>) -> Answer {
    let mut view = view.ok_or(WebError::NotFound)?;
    match why {
        NotTaking::TakenDown => view.state = PetitionState::TakenDown,
        NotTaking::EndedQuietly | NotTaking::Closed => view.state = PetitionState::Closed,
    }
    match petition::show::gone(app, &MaybeSession(None), &view) {
        Some(answer) => answer,
        None => page_with_status(StatusCode::CONFLICT, &petition::show::closed_page(app, view)),
    }
}
