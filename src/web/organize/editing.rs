//! Handlers of writing: my petitions, a new one, its steps, the preview.

use actix_web::{
    HttpResponse,
    http::StatusCode,
    web::{Data, Path, Query},
};
use serde::Deserialize;

use super::{
    edit::{EditForm, EditPage, StepLine},
    fields::{Then, is_known, named, typed},
    filling::Listed,
    page::{MyPetition, MyPetitionsPage},
};
use crate::{
    actions::{
        self,
        petitions::{self, Mine, Preview, SavedStep},
        queries::pages,
    },
    db::views::{self, Asked},
    domain::{
        demand::{Demand, DemandState},
        draft::{Draft, DraftProblem, Step},
        ids::EmployerId,
        organizer::Capability,
        petition::{DRAFT_IDLE_DAYS, DRAFT_WARNED_DAYS, DRAFTS_MAX, PetitionState},
        time::{Day, Timestamp},
    },
    web::{
        Answer, App, Form, LocalizedApp, Session, WebError,
        field::{Kind, Label},
        frame::Frame,
        labels, page, page_with_status,
        petition::{page::PetitionPage, read},
        run, see_other,
    },
};

/// `GET /organize`
///
/// # Errors
/// 503 when the database is away.
pub async fn mine(app: LocalizedApp, session: Session) -> Answer {
    page(&my_petitions(&app, &session).await?)
}

async fn my_petitions(app: &LocalizedApp, session: &Session) -> Result<MyPetitionsPage, WebError> {
    let organizer = session.organizer;
    let petitions = run(app, move |ctx| pages::my_petitions(ctx, organizer)).await??;
    let today = app.ctx.now();
    let petitions = petitions
        .into_iter()
        .map(|petition| MyPetition {
            count: read::own_count(&petition.tally, petition.state),
            deleted_on: deleted_on(&petition, today),
            slug: petition.slug,
            title: petition.title,
            state: petition.state,
        })
        .collect();
    Ok(MyPetitionsPage { f: Frame::private(app, Some(session)), petitions, full: None })
}

/// The day on which a draft is deleted, if that is near. The warning stands where its owner looks: there may be no mail
/// address.
fn deleted_on(petition: &views::dashboard::MyPetition, now: Timestamp) -> Option<Day> {
    let edited = petition.edited.filter(|_| petition.state == PetitionState::Draft)?;
    let on = edited.start().plus_days(DRAFT_IDLE_DAYS.saturating_add(1)).day();
    (on.start() <= now.plus_days(DRAFT_WARNED_DAYS)).then_some(on)
}

/// `POST /organize`: a new draft.
///
/// # Errors
/// 503 when the database is away.
pub async fn create(app: LocalizedApp, session: Session, form: Form) -> Answer {
    form.fields(&[], &[])?;
    let organizer = session.organizer;
    if let Some(slug) = run(&app, move |ctx| petitions::create(ctx, organizer)).await?? {
        return Ok(see_other(&format!("/organize/{slug}/edit/basics")));
    }
    let full = MyPetitionsPage { full: Some(DRAFTS_MAX), ..my_petitions(&app, &session).await? };
    page_with_status(StatusCode::CONFLICT, &full)
}

/// What a page of writing needs.
struct Writing {
    mine: Mine,
    listed: Vec<Listed>,
    reason: Option<String>,
}

/// 404 for what is not hers.
async fn load(app: &Data<App>, slug: &str, session: &Session) -> Result<Writing, WebError> {
    let (slug, organizer) = (String::from(slug), session.organizer);
    let loaded = run(app, move |ctx| {
        let Some(mine) = petitions::load(ctx, &slug, organizer, Capability::Write)? else { return Ok(None) };
        let reason = pages::petition(ctx, mine.id)?.and_then(|view| view.reason);
        let listed = pages::employers(ctx)?
            .into_iter()
            .filter(|employer| employer.listed)
            .map(|employer| (employer.id.to_string(), employer.name, employer.domains))
            .collect();
        Ok::<_, actions::Error>(Some(Writing { mine, listed, reason }))
    });
    loaded.await??.ok_or(WebError::NotFound)
}

/// The query of a step's page.
#[derive(Debug, Default, Deserialize)]
pub struct StepParams {
    #[serde(default)]
    saved: String,
}

/// `GET /organize/{slug}/edit/{step}`
///
/// # Errors
/// 404 for what is not hers.
pub async fn step(
    app: LocalizedApp,
    place: Path<(String, String)>,
    params: Query<StepParams>,
    session: Session,
) -> Answer {
    let (slug, step) = place.into_inner();
    let step = Step::parse(&step).ok_or(WebError::NotFound)?;
    let writing = load(&app, &slug, &session).await?;
    if !writing.mine.state.is_editable() {
        return Ok(see_other(&format!("/organize/{slug}")));
    }
    // A page that was not sent yet blames nobody.
    let saved = !params.saved.is_empty();
    page(&EditPage { saved, ..edit_page(&app, &session, slug, step, writing, &[]) })
}

fn edit_page(
    app: &LocalizedApp,
    session: &Session,
    slug: String,
    step: Step,
    writing: Writing,
    shown: &[DraftProblem],
) -> EditPage {
    let Writing { mine, listed, reason } = writing;
    let form = EditForm::from_draft(step, &mine.draft, shown, &listed);
    EditPage {
        f: Frame { has_errors: !shown.is_empty(), ..Frame::private(app, Some(session)) },
        slug,
        title: mine.draft.title.trim().to_owned(),
        state: mine.state,
        reason: reason.filter(|_| mine.state == PetitionState::Rejected),
        saved: false,
        steps: StepLine::all(&mine.problems),
        step,
        version: petitions::version(&mine.draft, step),
        meanwhile: None,
        form,
    }
}

/// `POST /organize/{slug}/edit/{step}`: everything typed is kept, complete or not, unless it is too long, or the step was
/// changed in another tab since.
///
/// # Errors
/// 404 for what is not hers; 409 once the text is fixed.
pub async fn save_step(
    app: LocalizedApp,
    place: Path<(String, String)>,
    session: Session,
    form: Form,
) -> Answer {
    let (slug, step) = place.into_inner();
    let step = Step::parse(&step).ok_or(WebError::NotFound)?;
    let fields = form.fields_where(|name| is_known(step, name), &["employer"])?;
    let then = Then::parse(fields.get("then"));
    let (name, organizer) = (slug.clone(), session.organizer);
    let saved = run(&app, move |ctx| {
        let seen = Some(fields.get("version")).filter(|seen| !seen.is_empty());
        petitions::save_step(ctx, &name, organizer, (step, seen), |draft| {
            let mut draft = typed(draft, step, &fields);
            then.change(&mut draft);
            draft
        })
    });
    let (typed, problems, now) = match saved.await?? {
        SavedStep::Kept => return go_on(&app, &session, slug, step, then).await,
        SavedStep::Fixed => return Err(WebError::Conflict),
        SavedStep::NotFound => return Err(WebError::NotFound),
        SavedStep::TooLong { typed, problems } => (typed, problems, None),
        SavedStep::Changed { now, typed } => (typed, Vec::new(), Some(now)),
    };
    let mut writing = load(&app, &slug, &session).await?;
    let version = petitions::version(now.as_deref().unwrap_or(&writing.mine.draft), step);
    writing.mine.draft = *typed;
    let meanwhile = now.map(|now| differences(&now, &writing.mine.draft, step));
    let status = if meanwhile.is_some() { StatusCode::CONFLICT } else { StatusCode::UNPROCESSABLE_ENTITY };
    let again = EditPage { version, meanwhile, ..edit_page(&app, &session, slug, step, writing, &problems) };
    page_with_status(status, &again)
}

/// The texts in `now` where `typed` says something else: label and text. Choices are left out: they are made anew at a
/// glance.
fn differences(now: &Draft, typed: &Draft, step: Step) -> Vec<(Label, String)> {
    let typed = named(typed, step);
    let told = |(name, value): (String, String)| match labels::kind_of("/organize", &name) {
        Kind::Line(label) | Kind::Block(label) => Some((label, value)),
        Kind::Secret(_) | Kind::Hidden => None,
    };
    named(now, step).into_iter().filter(|pair| !typed.contains(pair)).filter_map(told).collect()
}

async fn go_on(app: &LocalizedApp, session: &Session, slug: String, step: Step, then: Then) -> Answer {
    if then != Then::Next {
        let saved = if then == Then::Save { "?saved=yes" } else { "" };
        return Ok(see_other(&format!("/organize/{slug}/edit/{}{saved}", step.as_str())));
    }
    let writing = load(app, &slug, session).await?;
    let wrong: Vec<DraftProblem> =
        writing.mine.problems.iter().filter(|problem| problem.step == step).cloned().collect();
    if wrong.is_empty() {
        let next = step.next().map_or_else(
            || format!("/organize/{slug}/opening"),
            |next| format!("/organize/{slug}/edit/{}", next.as_str()),
        );
        return Ok(see_other(&next));
    }
    let again = edit_page(app, session, slug, step, writing, &wrong);
    page_with_status(StatusCode::UNPROCESSABLE_ENTITY, &again)
}

/// `GET /organize/{slug}/preview`: the page as it will be public.
///
/// # Errors
/// 404 for what is not hers.
pub async fn preview(app: LocalizedApp, slug: Path<String>, session: Session) -> Answer {
    let (name, organizer) = (slug.clone(), session.organizer);
    let preview = run(&app, move |ctx| petitions::preview(ctx, &name, organizer)).await??;
    let mut preview = preview.ok_or(WebError::NotFound)?;
    say_what_is_missing(&mut preview, &app.words().text("preview-not-written"));
    let mut form = read::sign_form(&preview.view);
    form.preview = true;
    page(&PetitionPage {
        client: None,
        offer: None,
        f: Frame::private(&app, Some(&session)),
        sheet: read::sheet(&preview.view),
        form: Some(form),
        preview_back: Some(back(&slug, preview.view.state)),
        takes_typed_codes: false,
        names: 0,
        disputes: 0,
    })
}

/// Puts `words` wherever nothing was written yet that can be read: a page with holes in its sentences shows nobody what
/// the petition will be.
fn say_what_is_missing(preview: &mut Preview, words: &str) {
    let view = &mut preview.view;
    let fill = |text: &mut String| {
        if text.is_empty() {
            text.push_str(words);
        }
    };
    for text in
        [&mut view.title, &mut view.addressed_to, &mut view.summary, &mut view.started_by, &mut view.body]
    {
        fill(text);
    }
    if view.demands.is_empty() {
        view.demands.push(Demand { text: String::from(words), state: DemandState::Open });
    }
    if view.employers.is_empty() {
        view.employers.push(Asked {
            id: EmployerId::new(uuid::Uuid::nil()),
            name: String::from(words),
            domains: vec![String::from(words)],
            head_count: None,
            listed: false,
        });
    }
    for contract in &mut view.contracts {
        for text in
            [&mut contract.supplier, &mut contract.customer, &mut contract.title, &mut contract.provides]
        {
            fill(text);
        }
        contract.sources.retain(|source| source.url.is_some());
        for source in &mut contract.sources {
            fill(&mut source.publisher);
            fill(&mut source.shows);
        }
    }
    if let Some(sealing) = &mut view.sealing {
        fill(&mut sealing.terms.trustee);
        fill(&mut sealing.terms.key);
    }
    // No last day was chosen: the latest that is possible would be taken for one.
    if preview.problems.iter().any(|problem| problem.field == "closes") {
        (view.closes, view.traces_until) = (None, None);
    }
}

fn back(slug: &str, state: PetitionState) -> String {
    if state.is_editable() { format!("/organize/{slug}/opening") } else { format!("/organize/{slug}") }
}

/// A redirect inside a petition's own pages.
pub(super) fn to(slug: &str, rest: &str) -> HttpResponse {
    see_other(&format!("/organize/{slug}{rest}"))
}
