//! Handlers of what an admin decides: a petition read, approved, rejected, taken down; a name hidden.

use actix_web::{
    http::StatusCode,
    web::{Data, Path, Query},
};

use super::{
    page::{ReviewPage, TakedownPage},
    queue::proposal,
};
use crate::{
    actions::{
        moderation::Decided,
        petitions::{self, How},
        queries::pages::{self, ForAdmin},
    },
    domain::{petition::PetitionState, reason::Reason},
    web::{
        Answer, App, Form, LocalizedApp, MaybeSession, Session, WebError,
        field::{Field, FieldProblem},
        frame::Frame,
        page, page_with_status,
        petition::{
            read,
            show::{NamesFor, SignersParams, signers_page},
        },
        run, run_starting, see_other,
    },
};

/// 404 for what does not exist, and for drafts.
async fn find(app: &Data<App>, slug: &str) -> Result<ForAdmin, WebError> {
    let slug = String::from(slug);
    run(app, move |ctx| pages::for_admin(ctx, &slug)).await??.ok_or(WebError::NotFound)
}

/// `GET /admin/petitions/{slug}`
///
/// # Errors
/// 404 for what does not exist, and for drafts.
pub async fn show(app: LocalizedApp, slug: Path<String>, session: Session) -> Answer {
    let found = find(&app, &slug).await?;
    page(&review_page(&app, &session, found, Field::default()))
}

fn review_page(app: &LocalizedApp, session: &Session, found: ForAdmin, rejection: Field) -> ReviewPage {
    let sheet = read::sheet(&found.view);
    let proposed = found.view.employers.into_iter().filter(|employer| !employer.listed).map(|employer| {
        let listed_meanwhile = found.listed_meanwhile.contains(&employer.id);
        proposal(employer, listed_meanwhile)
    });
    ReviewPage {
        f: Frame { has_errors: !rejection.is_fine(), ..Frame::private(app, Some(session)) },
        written_by: found.written_by,
        reason: found.view.reason,
        proposed: proposed.collect(),
        quietly: found.starts == How::Quietly,
        names: if sheet.standing.is_public() { found.names } else { 0 },
        sheet,
        rejection,
    }
}

fn answer(decided: Decided, slug: &str) -> Answer {
    match decided {
        Decided::Done => Ok(see_other(&format!("/admin/petitions/{slug}"))),
        Decided::TooLate | Decided::LastDayPassed => Err(WebError::Conflict),
        Decided::NotFound => Err(WebError::NotFound),
    }
}

/// `POST /admin/petitions/{slug}/approval`
///
/// # Errors
/// 404 for what does not exist; 409 when it is not in review any more.
pub async fn approve(app: LocalizedApp, slug: Path<String>, session: Session, form: Form) -> Answer {
    form.fields(&[], &[])?;
    let name = slug.clone();
    // Approving starts it, which makes keys for every crowd.
    let decided = run_starting(&app, move |ctx| crate::actions::moderation::approve(ctx, &name)).await??;
    if decided != Decided::LastDayPassed {
        return answer(decided, &slug);
    }
    let found = find(&app, &slug).await?;
    let again =
        review_page(&app, &session, found, Field::default().with_problem(FieldProblem::LastDayPassed));
    page_with_status(StatusCode::CONFLICT, &again)
}

/// `POST /admin/petitions/{slug}/rejection`
///
/// # Errors
/// 404 for what does not exist; 409 when it is not in review any more.
pub async fn reject(app: LocalizedApp, slug: Path<String>, session: Session, form: Form) -> Answer {
    let fields = form.fields(&["reason"], &[])?;
    let typed = fields.get("reason");
    let reason = match Reason::parse(typed) {
        Ok(reason) => reason,
        Err(problem) => {
            let found = find(&app, &slug).await?;
            if found.view.state != PetitionState::InReview {
                return Err(WebError::Conflict);
            }
            let rejection = Field::new(typed).with_problem(problem);
            let again = review_page(&app, &session, found, rejection);
            return page_with_status(StatusCode::UNPROCESSABLE_ENTITY, &again);
        }
    };
    let name = slug.clone();
    answer(run(&app, move |ctx| crate::actions::moderation::reject(ctx, &name, &reason)).await??, &slug)
}

fn takedown_page(app: &LocalizedApp, session: &Session, found: ForAdmin, reason: Field) -> TakedownPage {
    TakedownPage {
        f: Frame { has_errors: !reason.is_fine(), ..Frame::private(app, Some(session)) },
        is_running: found.view.state.takes_signatures(),
        slug: found.view.slug,
        title: found.view.title,
        reason,
    }
}

/// `GET /admin/petitions/{slug}/takedown`
///
/// # Errors
/// 404 for what does not exist, and for drafts.
pub async fn takedown(app: LocalizedApp, slug: Path<String>, session: Session) -> Answer {
    let found = find(&app, &slug).await?;
    if !found.view.state.may_become(PetitionState::TakenDown) {
        return Ok(see_other(&format!("/admin/petitions/{slug}")));
    }
    page(&takedown_page(&app, &session, found, Field::default()))
}

/// `POST /admin/petitions/{slug}/takedown`
///
/// # Errors
/// 404 for what does not exist; 409 when there is nothing to take down (any more).
pub async fn take_down(app: LocalizedApp, slug: Path<String>, session: Session, form: Form) -> Answer {
    let fields = form.fields(&["reason"], &[])?;
    let typed = fields.get("reason");
    let reason = match Reason::parse(typed) {
        Ok(reason) => reason,
        Err(problem) => {
            let found = find(&app, &slug).await?;
            if !found.view.state.may_become(PetitionState::TakenDown) {
                return Err(WebError::Conflict);
            }
            let reason = Field::new(typed).with_problem(problem);
            let again = takedown_page(&app, &session, found, reason);
            return page_with_status(StatusCode::UNPROCESSABLE_ENTITY, &again);
        }
    };
    let name = slug.clone();
    answer(run(&app, move |ctx| crate::actions::moderation::take_down(ctx, &name, &reason)).await??, &slug)
}

/// `GET /admin/petitions/{slug}/signers`: the names that everyone may read, each with a button to hide it.
///
/// # Errors
/// 404 for what does not exist, and where names are not public: they were not given to admins before that.
pub async fn names(
    app: LocalizedApp,
    slug: Path<String>,
    params: Query<SignersParams>,
    session: Session,
) -> Answer {
    let found = find(&app, &slug).await?;
    if !found.view.standing().is_public() {
        return Err(WebError::NotFound);
    }
    let reader = MaybeSession(Some(session));
    page(&signers_page(&app, &reader, found.view, params.page(), NamesFor::Admin).await?)
}

/// `POST /admin/petitions/{slug}/signers/{index}/hiding`
///
/// # Errors
/// 404 for what does not exist, or where no name stands.
pub async fn hide(app: Data<App>, place: Path<(String, String)>, form: Form) -> Answer {
    form.fields(&[], &[])?;
    let (slug, index) = place.into_inner();
    let index: u64 = index.parse().or(Err(WebError::NotFound))?;
    let name = slug.clone();
    if run(&app, move |ctx| petitions::hide_name_as_admin(ctx, &name, index)).await?? {
        Ok(see_other(&format!("/admin/petitions/{slug}/signers")))
    } else {
        Err(WebError::NotFound)
    }
}
