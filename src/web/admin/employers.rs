//! Handlers of employers: the list, a new one, one changed.

use actix_web::{
    HttpResponse,
    http::StatusCode,
    web::{Data, Path, Query},
};
use serde::Deserialize;

use super::page::{EmployerPage, EmployerRow, EmployersPage};
use crate::{
    actions::{
        moderation::employers::{self, EmployerForm, Listed},
        queries::pages,
    },
    db::views::{ListedEmployer, employers::PAGE},
    domain::{draft::Problem, ids::EmployerId},
    web::{
        Answer, App, Fields, Form, LocalizedApp, Session, WebError, field::Field, frame::Frame, page,
        page_with_status, petition::show::pager, run, see_other,
    },
};

/// The most characters searched for.
const QUERY_MAX_CHARS: usize = 200;
const FIELDS: [&str; 4] = ["name", "domains", "head_count", "head_count_source"];

/// The query of the list.
#[derive(Debug, Default, Deserialize)]
pub struct EmployersParams {
    #[serde(default)]
    q: String,
    #[serde(default)]
    page: String,
}

/// `GET /admin/employers`
///
/// # Errors
/// 404 for all but admins.
pub async fn list(app: LocalizedApp, params: Query<EmployersParams>, session: Session) -> Answer {
    let q: String = params.q.trim().chars().take(QUERY_MAX_CHARS).collect();
    let number = crate::web::petition::page::Pager::number(&params.page);
    let words = q.clone();
    let (rows, found) = run(&app, move |ctx| pages::listed_employers(ctx, &words, number)).await??;
    let address = |number: u64| {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs([("q", q.as_str())].into_iter().filter(|(_, value)| !value.is_empty()));
        query.append_pair("page", &number.to_string());
        format!("/admin/employers?{}", query.finish())
    };
    page(&EmployersPage {
        f: Frame::private(&app, Some(&session)),
        pager: pager(u64::from(number), found, PAGE, address),
        employers: rows.into_iter().map(row).collect(),
        found,
        q,
    })
}

fn row(employer: ListedEmployer) -> EmployerRow {
    EmployerRow {
        id: employer.id.to_string(),
        name: employer.name,
        domains: employer.domains,
        head_count: employer.head_count.map(|count| (count.people, count.source.to_string())),
    }
}

/// An employer's page with what was typed, or with what is listed.
fn employer_page(
    app: &LocalizedApp,
    session: &Session,
    listed: Option<(String, String)>,
    form: EmployerForm,
    problems: &[(&'static str, Problem)],
) -> EmployerPage {
    let field = |name: &str, value: String| {
        let field = Field::new(value);
        match problems.iter().find(|(place, _)| *place == name) {
            Some((_, problem)) => field.with_problem(problem.clone()),
            None => field,
        }
    };
    EmployerPage {
        f: Frame { has_errors: !problems.is_empty(), ..Frame::private(app, Some(session)) },
        listed,
        saved: false,
        name: field("name", form.name),
        domains: field("domains", form.domains),
        head_count: field("head_count", form.head_count),
        head_count_source: field("head_count_source", form.head_count_source),
    }
}

fn typed(fields: &Fields) -> EmployerForm {
    let get = |name: &str| String::from(fields.get(name));
    EmployerForm {
        name: get("name"),
        domains: get("domains"),
        head_count: get("head_count"),
        head_count_source: get("head_count_source"),
    }
}

fn as_listed(employer: ListedEmployer) -> EmployerForm {
    let (head_count, head_count_source) = employer
        .head_count
        .map(|count| (count.people.to_string(), count.source.to_string()))
        .unwrap_or_default();
    EmployerForm { name: employer.name, domains: employer.domains.join("\n"), head_count, head_count_source }
}

fn to(id: EmployerId) -> HttpResponse {
    see_other(&format!("/admin/employers/{id}?saved=yes"))
}

/// `GET /admin/employers/new`
///
/// # Errors
/// 404 for all but admins.
pub async fn new(app: LocalizedApp, session: Session) -> Answer {
    page(&employer_page(&app, &session, None, EmployerForm::default(), &[]))
}

/// `POST /admin/employers/new`
///
/// # Errors
/// 404 for all but admins.
pub async fn add(app: LocalizedApp, session: Session, form: Form) -> Answer {
    let form = typed(&form.fields(&FIELDS, &[])?);
    let again = form.clone();
    match run(&app, move |ctx| employers::add(ctx, &form)).await?? {
        Listed::Done(id) => Ok(to(id)),
        Listed::Problems(problems) => page_with_status(
            StatusCode::UNPROCESSABLE_ENTITY,
            &employer_page(&app, &session, None, again, &problems),
        ),
        Listed::NotFound => Err(WebError::NotFound),
    }
}

/// The query of an employer's page.
#[derive(Debug, Default, Deserialize)]
pub struct EmployerParams {
    #[serde(default)]
    saved: String,
}

/// 404 for what is no employer, and for what was merely proposed.
async fn find(app: &Data<App>, id: &str) -> Result<ListedEmployer, WebError> {
    let id = EmployerId::parse(id).or(Err(WebError::NotFound))?;
    let found = run(app, move |ctx| pages::employer(ctx, id)).await??;
    found.filter(|employer| employer.listed).ok_or(WebError::NotFound)
}

/// `GET /admin/employers/{id}`
///
/// # Errors
/// 404 for what is not listed.
pub async fn show(
    app: LocalizedApp,
    id: Path<String>,
    params: Query<EmployerParams>,
    session: Session,
) -> Answer {
    let employer = find(&app, &id).await?;
    let listed = Some((employer.id.to_string(), employer.name.clone()));
    let shown = employer_page(&app, &session, listed, as_listed(employer), &[]);
    page(&EmployerPage { saved: !params.saved.is_empty(), ..shown })
}

/// `POST /admin/employers/{id}`
///
/// # Errors
/// 404 for what is not listed.
pub async fn change(app: LocalizedApp, id: Path<String>, session: Session, form: Form) -> Answer {
    let form = typed(&form.fields(&FIELDS, &[])?);
    let employer = find(&app, &id).await?;
    let (id, again) = (employer.id, form.clone());
    match run(&app, move |ctx| employers::change(ctx, id, &form)).await?? {
        Listed::Done(id) => Ok(to(id)),
        Listed::Problems(problems) => {
            let listed = Some((id.to_string(), employer.name));
            let again = employer_page(&app, &session, listed, again, &problems);
            page_with_status(StatusCode::UNPROCESSABLE_ENTITY, &again)
        }
        Listed::NotFound => Err(WebError::NotFound),
    }
}
