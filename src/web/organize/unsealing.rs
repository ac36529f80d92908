//! Handlers of sealed names: what is to be opened, and the trustee's openings.

use actix_web::{
    http::StatusCode,
    web::{Data, Path},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::Deserialize;

use super::page::UnsealingPage;
use crate::{
    actions::scheduled::sealed_names::{self, Bringer, NameOpening, Opened, Rest, Unsealing},
    web::{
        Answer, App, Form, LocalizedApp, Session, WebError,
        field::{Field, FieldProblem},
        frame::Frame,
        page, page_with_status, run,
    },
};

/// An opening as `undersigned unseal` writes it, and as `openings.json` has it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    index: u64,
    salt: String,
    extension: String,
}

const fn bringer(session: &Session) -> Bringer {
    if session.is_admin { Bringer::Admin } else { Bringer::Organizer(session.organizer) }
}

async fn look(app: &Data<App>, slug: &str, session: &Session) -> Result<Unsealing, WebError> {
    let (slug, bringer) = (String::from(slug), bringer(session));
    run(app, move |ctx| sealed_names::look(ctx, &slug, bringer)).await??.ok_or(WebError::NotFound)
}

fn page_of(app: &LocalizedApp, session: &Session, slug: &str, found: Unsealing) -> UnsealingPage {
    UnsealingPage {
        f: Frame::private(app, Some(session)),
        slug: String::from(slug),
        title: found.title,
        sealing: found.sealing,
        names: found.names,
        shown: None,
        openings: Field::default(),
    }
}

/// `GET /organize/{slug}/unsealing`
///
/// # Errors
/// 404 for what is not hers, or takes no sealed names.
pub async fn show(app: LocalizedApp, slug: Path<String>, session: Session) -> Answer {
    let found = look(&app, &slug, &session).await?;
    page(&page_of(&app, &session, &slug, found))
}

/// `POST /organize/{slug}/unsealing`
///
/// # Errors
/// 404 for what is not hers; 409 when nothing is to be opened now.
pub async fn open(app: LocalizedApp, slug: Path<String>, session: Session, form: Form) -> Answer {
    let fields = form.fields(&["openings", "rest"], &[])?;
    let rest = if fields.get("rest") == "delete" { Rest::Delete } else { Rest::Keep };
    let Some(openings) = parse(fields.get("openings")) else {
        return again(&app, &slug, &session, FieldProblem::OpeningsUnreadable).await;
    };
    let (name, bringer) = (slug.clone(), bringer(&session));
    match run(&app, move |ctx| sealed_names::open(ctx, &name, bringer, &openings, rest)).await?? {
        Opened::Shown(shown) => {
            let found = look(&app, &slug, &session).await?;
            page(&UnsealingPage { shown: Some(shown), ..page_of(&app, &session, &slug, found) })
        }
        Opened::DoesNotFit { index } => {
            let problem = FieldProblem::OpeningDoesNotFit { index };
            again(&app, &slug, &session, problem).await
        }
        Opened::Empty => again(&app, &slug, &session, FieldProblem::OpeningsEmpty).await,
        Opened::NotDue => Err(WebError::Conflict),
        Opened::NotFound => Err(WebError::NotFound),
    }
}

async fn again(app: &LocalizedApp, slug: &str, session: &Session, problem: FieldProblem) -> Answer {
    let found = look(app, slug, session).await?;
    let mut page = page_of(app, session, slug, found);
    page.f.has_errors = true;
    page.openings = Field::default().with_problem(problem);
    page_with_status(StatusCode::UNPROCESSABLE_ENTITY, &page)
}

fn parse(text: &str) -> Option<Vec<NameOpening>> {
    let lines: Vec<Line> = serde_json::from_str(text).ok()?;
    let opening = |line: &Line| {
        Some(NameOpening {
            index: line.index,
            salt: URL_SAFE_NO_PAD.decode(&line.salt).ok()?.try_into().ok()?,
            extension: URL_SAFE_NO_PAD.decode(&line.extension).ok()?,
        })
    };
    lines.iter().map(opening).collect()
}
