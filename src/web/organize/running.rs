//! Handlers of a petition's life: opening, dashboard, closing, extending, names.

use actix_web::{
    http::StatusCode,
    web::{Data, Path, Query},
};

use super::{
    editing::to,
    page::{CloseConfirmPage, DashboardPage, Missing, OpenPage, Review},
};
use crate::{
    actions::{
        petitions::{self, Closed, EarlyClosing, Extended, How, Mine, Sent},
        queries::pages::{self, Dashboard},
    },
    domain::{
        draft::DraftProblem,
        organizer::Capability,
        petition::{PetitionState, latest_closing},
        proof::ProofKind,
        time::Day,
    },
    web::{
        Answer, App, Form, LocalizedApp, MaybeSession, Session, WebError,
        field::{Field, FieldProblem},
        frame::Frame,
        page, page_with_status,
        petition::{
            read,
            show::{NamesFor, SignersParams, signers_page},
        },
        run, run_starting,
    },
};

async fn mine(app: &Data<App>, slug: &str, session: &Session) -> Result<Mine, WebError> {
    let (slug, organizer) = (String::from(slug), session.organizer);
    run(app, move |ctx| petitions::load(ctx, &slug, organizer, Capability::Launch))
        .await??
        .ok_or(WebError::NotFound)
}

/// `GET /organize/{slug}/opening`
///
/// # Errors
/// 404 for what is not hers.
pub async fn opening(app: LocalizedApp, slug: Path<String>, session: Session) -> Answer {
    let mine = mine(&app, &slug, &session).await?;
    if !mine.state.is_editable() && mine.state != PetitionState::Gathering {
        return Ok(to(&slug, ""));
    }
    let problems = if mine.state.is_editable() { mine.problems.clone() } else { Vec::new() };
    page(&open_page(&app, &session, &slug, &mine, &problems, Field::default()))
}

fn open_page(
    app: &LocalizedApp,
    session: &Session,
    slug: &str,
    mine: &Mine,
    problems: &[DraftProblem],
    how: Field,
) -> OpenPage {
    let proposes = !mine.draft.proposed_name.trim().is_empty();
    let missing = problems
        .iter()
        .map(|problem| Missing { step: problem.step, problem: problem.problem.clone().into() })
        .collect();
    OpenPage {
        f: Frame { has_errors: !how.is_fine(), ..Frame::private(app, Some(session)) },
        slug: String::from(slug),
        title: mine.draft.title.trim().to_owned(),
        missing,
        review: match (mine.needs_review, proposes) {
            (true, true) if !app.ctx.rules.review_required => Review::ForEmployer,
            (true, _) => Review::Required,
            (false, _) => Review::NotNeeded,
        },
        gathering: mine.state == PetitionState::Gathering,
        how,
    }
}

/// `POST /organize/{slug}/opening`
///
/// # Errors
/// 404 for what is not hers; 409 when it is not a draft any more.
pub async fn open(app: LocalizedApp, slug: Path<String>, session: Session, form: Form) -> Answer {
    let fields = form.fields(&["how"], &[])?;
    let mine = mine(&app, &slug, &session).await?;
    let (name, organizer) = (slug.clone(), session.organizer);
    let Some(how) = How::parse(fields.get("how")) else {
        let how = Field::new(fields.get("how")).with_problem(FieldProblem::Choose);
        let again = open_page(&app, &session, &slug, &mine, &[], how);
        return page_with_status(StatusCode::UNPROCESSABLE_ENTITY, &again);
    };
    if mine.state == PetitionState::Gathering {
        run(&app, move |ctx| petitions::open_gathering(ctx, &name, organizer)).await??;
        return Ok(to(&slug, ""));
    }
    // Starting makes keys for every crowd: seconds of work, which must not stand in the way of pages.
    match run_starting(&app, move |ctx| petitions::send_in(ctx, &name, organizer, how)).await?? {
        Sent::Started { slug } | Sent::InReview { slug } => Ok(to(&slug, "")),
        Sent::Incomplete(problems) => {
            let again = open_page(&app, &session, &slug, &mine, &problems, Field::new(how.as_str()));
            page_with_status(StatusCode::UNPROCESSABLE_ENTITY, &again)
        }
        Sent::TooMany { max } => {
            let how = Field::new(how.as_str()).with_problem(FieldProblem::TooManyOpen { max });
            let again = open_page(&app, &session, &slug, &mine, &[], how);
            page_with_status(StatusCode::CONFLICT, &again)
        }
        Sent::NotADraft => Err(WebError::Conflict),
        Sent::NotFound => Err(WebError::NotFound),
    }
}

/// `GET /organize/{slug}`
///
/// # Errors
/// 404 for what is not hers.
pub async fn dashboard(app: LocalizedApp, slug: Path<String>, session: Session) -> Answer {
    let found = find(&app, &slug, &session, Capability::View).await?;
    if found.view.state == PetitionState::Draft {
        return Ok(to(&slug, "/edit/basics"));
    }
    page(&dashboard_page(&app, &session, &slug, found, Field::default()))
}

async fn find(
    app: &Data<App>,
    slug: &str,
    session: &Session,
    capability: Capability,
) -> Result<Dashboard, WebError> {
    let (slug, organizer) = (String::from(slug), session.organizer);
    run(app, move |ctx| pages::dashboard(ctx, &slug, organizer, capability)).await??.ok_or(WebError::NotFound)
}

fn dashboard_page(
    app: &LocalizedApp,
    session: &Session,
    slug: &str,
    found: Dashboard,
    extension: Field,
) -> DashboardPage {
    let Dashboard { view, days, quiet_slug, names, closes_early } = found;
    let standing = view.standing();
    let mut count = read::count(&view);
    // The organizer sees it also while it gathers: it is no number of people that she could not see otherwise.
    count.shown = true;
    DashboardPage {
        f: Frame { has_errors: !extension.is_fine(), ..Frame::private(app, Some(session)) },
        slug: String::from(slug),
        title: view.title,
        state: view.state,
        standing,
        reason: view.reason,
        count,
        days,
        closes: view.closes,
        latest: view.traces_until.map(|until| latest_closing(until).day()),
        closes_early,
        secret_link: quiet_slug
            .filter(|_| view.state == PetitionState::Gathering)
            .map(|quiet| format!("{}/p/{quiet}", app.site.base_url)),
        names,
        invitations: view.proofs.contains(&ProofKind::Invite).then_some(view.invitations_made),
        sealing: view.sealing,
        extension,
    }
}

/// `GET /organize/{slug}/closure`
///
/// # Errors
/// 404 for what is not hers.
pub async fn closure(app: LocalizedApp, slug: Path<String>, session: Session) -> Answer {
    let found = find(&app, &slug, &session, Capability::MoveClosing).await?;
    let notice = petitions::early_closing(app.ctx.now());
    if !found.view.state.takes_signatures() || found.view.closes.is_none_or(|closes| closes <= notice) {
        return Ok(to(&slug, ""));
    }
    page(&CloseConfirmPage {
        f: Frame::private(&app, Some(&session)),
        standing: found.view.standing(),
        slug: slug.clone(),
        title: found.view.title,
        closes: notice,
    })
}

/// `POST /organize/{slug}/closure`
///
/// # Errors
/// 404 for what is not hers; 409 when there is nothing to close.
pub async fn close(app: Data<App>, slug: Path<String>, session: Session, form: Form) -> Answer {
    form.fields(&[], &[])?;
    let (name, organizer) = (slug.clone(), session.organizer);
    match run(&app, move |ctx| petitions::close(ctx, &name, organizer)).await?? {
        Closed::At(_) => Ok(to(&slug, "")),
        Closed::NothingToDo => Err(WebError::Conflict),
        Closed::NotFound => Err(WebError::NotFound),
    }
}

/// `POST /organize/{slug}/extension`
///
/// # Errors
/// 404 for what is not hers; 409 when it takes no signatures any more.
pub async fn extend(app: LocalizedApp, slug: Path<String>, session: Session, form: Form) -> Answer {
    let fields = form.fields(&["closes", "call_off"], &[])?;
    let typed = String::from(fields.get("closes"));
    let Some(day) = Day::parse(&typed) else {
        let empty = typed.trim().is_empty();
        let problem = if empty { FieldProblem::NoDay } else { FieldProblem::NotADay };
        return extension_again(&app, &slug, &session, typed, problem).await;
    };
    let early = if fields.has("call_off") { EarlyClosing::CallOff } else { EarlyClosing::Keep };
    let (name, organizer) = (slug.clone(), session.organizer);
    let problem = match run(&app, move |ctx| petitions::extend(ctx, &name, organizer, day, early)).await?? {
        Extended::Until(_) => return Ok(to(&slug, "")),
        Extended::NotLater => FieldProblem::ExtensionNotLater,
        Extended::TooFar { latest } => FieldProblem::ExtensionTooFar { latest },
        Extended::ClosingAnnounced => FieldProblem::ExtensionCallsOff,
        Extended::NotOpen => return Err(WebError::Conflict),
        Extended::NotFound => return Err(WebError::NotFound),
    };
    extension_again(&app, &slug, &session, typed, problem).await
}

async fn extension_again(
    app: &LocalizedApp,
    slug: &str,
    session: &Session,
    typed: String,
    problem: FieldProblem,
) -> Answer {
    let found = find(app, slug, session, Capability::MoveClosing).await?;
    let extension = Field::new(typed).with_problem(problem);
    let again = dashboard_page(app, session, slug, found, extension);
    page_with_status(StatusCode::UNPROCESSABLE_ENTITY, &again)
}

/// `GET /organize/{slug}/signers`
///
/// # Errors
/// 404 for what is not hers.
pub async fn names(
    app: LocalizedApp,
    slug: Path<String>,
    params: Query<SignersParams>,
    session: Session,
) -> Answer {
    let found = find(&app, &slug, &session, Capability::View).await?;
    // Names given to a quiet start are shown to nobody before it is opened: it may end unseen.
    if !found.view.standing().is_public() {
        return Err(WebError::NotFound);
    }
    let reader = MaybeSession(Some(session));
    page(&signers_page(&app, &reader, found.view, params.page(), NamesFor::Owner).await?)
}

/// `POST /organize/{slug}/signers/{index}/hiding`
///
/// # Errors
/// 404 for what is not hers, or where no name stands.
pub async fn hide(app: Data<App>, place: Path<(String, String)>, session: Session, form: Form) -> Answer {
    form.fields(&[], &[])?;
    let (slug, index) = place.into_inner();
    let index: u64 = index.parse().or(Err(WebError::NotFound))?;
    let (name, organizer) = (slug.clone(), session.organizer);
    if run(&app, move |ctx| petitions::hide_name(ctx, &name, organizer, index)).await?? {
        Ok(to(&slug, "/signers"))
    } else {
        Err(WebError::NotFound)
    }
}
