//! Checking what somebody says to prove that they signed (`/p/{slug}/audit/statement`): for readers without script. With
//! it, the same page checks in the browser. No access-log line: nobody is to learn who checks whom.

use actix_web::{
    http::StatusCode,
    web::{Data, Path},
};
use askama::Template;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

use super::show;
use crate::{
    actions::queries::{
        pages::AtPublicPlace,
        public_log,
        statement::{self, Checked, Signed, StatementError},
    },
    domain::petition::Standing,
    locale::Locale,
    web::{
        Answer, App, Form, LocalizedApp, WebError,
        admission::nothing_tried,
        field::{Field, FieldProblem, ProblemLink, StatementProblem, problems},
        frame::Frame,
        page, page_with_status, run,
    },
};

/// Asks for a statement, and says what it comes to (`GET` and 200 to `POST /p/{slug}/audit/statement`; 422).
#[derive(Template, Clone)]
#[template(path = "petition/statement.html")]
pub struct StatementPage {
    /// Around it; `noindex` is set.
    pub f: Frame,
    /// The petition's id, for the script.
    pub petition: String,
    /// The path of the petition's page.
    pub root: String,
    /// Its title.
    pub title: String,
    /// The hash of its genesis leaf, base64url.
    pub fingerprint: String,
    /// The verifier key of its log.
    pub verifier_key: String,
    /// `statement`: as pasted.
    pub statement: Field,
    /// What it comes to. `None` before anything was pasted.
    pub signed: Option<Signed>,
}

/// What a good statement comes to, in words.
#[derive(Clone)]
pub struct StatementAnswer {
    /// Whether the signature counts.
    pub counts: bool,
    /// Whose code was used, and that the phrase was signed.
    pub head: String,
    /// The phrase.
    pub phrase: String,
    /// How the signature stands, a sentence or two each.
    pub standing: Vec<String>,
}

impl StatementPage {
    /// What the statement comes to, in words.
    #[must_use]
    pub fn answer(&self) -> Option<StatementAnswer> {
        self.signed.as_ref().map(|signed| answer(&self.f.t, signed))
    }

    /// What is wrong with it.
    #[must_use]
    pub fn problems(&self) -> Vec<ProblemLink> {
        problems([("statement", &self.statement)])
    }

    /// The petition's whole address, as the program wants it.
    #[must_use]
    pub fn address(&self) -> String {
        format!("{}{}", self.f.base_url, self.root)
    }
}

/// `GET /p/{slug}/audit/statement`
///
/// # Errors
/// 404 where there is none, one may not know, or nothing is shown yet; 410 when the petition was taken down.
pub async fn ask(app: LocalizedApp, slug: Path<String>) -> Answer {
    let slug = slug.into_inner();
    let found = find(&app, &slug).await?;
    page(&empty_page(&app, &slug, &found).await?)
}

/// `POST /p/{slug}/audit/statement`
///
/// # Errors
/// As [`ask`]; 503 when the database is away.
pub async fn check(app: LocalizedApp, slug: Path<String>, form: Form) -> Answer {
    let fields = form.fields(&["statement"], &[])?;
    let pasted = String::from(fields.get("statement"));
    let slug = slug.into_inner();
    let found = find(&app, &slug).await?;
    let mut shown = empty_page(&app, &slug, &found).await?;
    shown.statement = Field::new(pasted.clone());
    if pasted.trim().is_empty() {
        return again(shown, StatementProblem::Empty).map(nothing_tried);
    }
    let place = slug.clone();
    let checked = run(&app, move |ctx| statement::check(ctx, &place, &pasted)).await??;
    match checked.ok_or(WebError::NotFound)? {
        Checked::NoStatement(StatementError::TooLong) => {
            again(shown, StatementProblem::TooLong).map(nothing_tried)
        }
        Checked::NoStatement(StatementError::Form) => again(shown, StatementProblem::Form).map(nothing_tried),
        Checked::OtherPetition => again(shown, StatementProblem::OtherPetition),
        Checked::NotSigned => again(shown, StatementProblem::NotSigned),
        Checked::NotInLog { size } => again(shown, StatementProblem::NotInLog { size }),
        Checked::Signed(signed) => {
            shown.signed = Some(signed);
            page(&shown)
        }
    }
}

async fn find(app: &Data<App>, slug: &str) -> Result<AtPublicPlace, WebError> {
    let found = show::find(app, String::from(slug)).await?;
    match found.view.standing() {
        Standing::Public => Ok(found),
        Standing::TakenDown => Err(WebError::Gone),
        Standing::Private | Standing::Quiet | Standing::EndedQuietly => Err(WebError::NotFound),
    }
}

async fn empty_page(
    app: &LocalizedApp,
    slug: &str,
    found: &AtPublicPlace,
) -> Result<StatementPage, WebError> {
    let slug = String::from(slug);
    let key = run(app, move |ctx| public_log::verifier_key(ctx, &slug)).await??.ok_or(WebError::NotFound)?;
    let view = &found.view;
    Ok(StatementPage {
        f: Frame::private(app, None),
        petition: view.id.to_string(),
        root: format!("/p/{}", view.slug),
        title: view.title.clone(),
        fingerprint: URL_SAFE_NO_PAD.encode(view.genesis_hash.as_deref().unwrap_or_default()),
        verifier_key: key.content,
        statement: Field::default(),
        signed: None,
    })
}

fn again(mut shown: StatementPage, problem: StatementProblem) -> Answer {
    shown.f.has_errors = true;
    shown.statement.problem = Some(FieldProblem::Statement(problem));
    page_with_status(StatusCode::UNPROCESSABLE_ENTITY, &shown)
}

/// The words for a good statement.
fn answer(t: &Locale, signed: &Signed) -> StatementAnswer {
    let statement::Standing { entry, retracted, voided, .. } = signed.standing;
    let counts = signed.standing.counts();
    let proof = t.proof(signed.proof).by(signed.employer.as_deref());
    let mut standing = vec![t.with1("standing-crowd", "proof", proof)];
    if let Some(entry) = retracted {
        standing.push(t.with1("standing-retracted", "entry", entry));
    }
    if let Some(voided) = voided {
        let why = t.text(voided.reason.why_message_id());
        standing.push(t.with2("standing-voided", "entry", voided.at, "reason", why));
    }
    if counts {
        standing.push(t.text("standing-counts"));
    }
    let head = if counts { "statement-holds" } else { "statement-holds-no-more" };
    StatementAnswer {
        counts,
        head: t.with1(head, "entry", entry),
        phrase: String::from(signed.phrase.expose()),
        standing,
    }
}
