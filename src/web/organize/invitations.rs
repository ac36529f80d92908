//! Making invitations: the form, and the sheet that is shown once.

use actix_web::{
    http::StatusCode,
    web::{Data, Path},
};
use askama::Template;

use crate::{
    actions::{
        queries::pages,
        signing::invitations::{self, InvitationCode, MADE_MAX, Made, SHEET_MAX, SheetSize},
    },
    db::views::PetitionView,
    domain::{organizer::Capability, proof::ProofKind},
    web::{
        Answer, App, Form, LocalizedApp, Session, WebError,
        field::{Field, FieldProblem, ProblemLink, problems},
        frame::Frame,
        page, page_with_status, run,
    },
};

/// How many the form asks for at first.
const USUAL: &str = "20";

/// Asks how many (`GET /organize/{slug}/invitations`, 422 to its POST).
#[derive(Template, Clone)]
#[template(path = "organize/make-invitations.html")]
pub struct MakeInvitationsPage {
    /// Around it; `noindex` is set.
    pub f: Frame,
    /// The petition's name in the address.
    pub slug: String,
    /// Its title.
    pub title: String,
    /// How many were made so far.
    pub made: u64,
    /// `size`: how many more.
    pub size: Field,
}

impl MakeInvitationsPage {
    /// What is wrong with it.
    #[must_use]
    pub fn problems(&self) -> Vec<ProblemLink> {
        problems([("size", &self.size)])
    }

    /// The most on a sheet.
    #[must_use]
    pub const fn most(&self) -> u32 {
        SHEET_MAX
    }
}

/// The invitations, shown this once (200 to `POST /organize/{slug}/invitations`).
#[derive(Template, Clone)]
#[template(path = "organize/invitation-sheet.html")]
pub struct InvitationSheetPage {
    /// Around it; `noindex` is set.
    pub f: Frame,
    /// The petition's name in the address.
    pub slug: String,
    /// Its title.
    pub title: String,
    /// Where they are redeemed, in full.
    pub address: String,
    /// In no order.
    pub codes: Vec<String>,
}

impl InvitationSheetPage {
    /// The same as links: what stands behind `#` stays in the browser until it is used.
    #[must_use]
    pub fn links(&self) -> Vec<String> {
        self.codes.iter().map(|code| format!("{}#i={code}", self.address)).collect()
    }
}

/// `GET /organize/{slug}/invitations`
///
/// # Errors
/// 404 for what is not hers, and for what takes no invitations; 409 when it takes no signatures any more.
pub async fn ask(app: LocalizedApp, slug: Path<String>, session: Session) -> Answer {
    let view = find(&app, &slug, &session).await?;
    page(&make_page(&app, &session, &slug, view, Field::new(USUAL)))
}

/// `POST /organize/{slug}/invitations`: makes them and shows them, once.
///
/// # Errors
/// 404 for what is not hers, and for what takes no invitations; 409 when it takes no signatures any more.
pub async fn make(app: LocalizedApp, slug: Path<String>, session: Session, form: Form) -> Answer {
    let fields = form.fields(&["size"], &[])?;
    let view = find(&app, &slug, &session).await?;
    let typed = String::from(fields.get("size"));
    let again = |problem: FieldProblem, view| {
        let shown = make_page(&app, &session, &slug, view, Field::new(typed.clone()).with_problem(problem));
        page_with_status(StatusCode::UNPROCESSABLE_ENTITY, &shown)
    };
    let Some(size) = SheetSize::parse(&typed) else {
        return again(FieldProblem::SheetSize { most: SHEET_MAX }, view);
    };
    let (name, organizer) = (slug.clone(), session.organizer);
    match run(&app, move |ctx| invitations::make(ctx, &name, organizer, size)).await?? {
        Made::Sheet { codes, place } => page(&InvitationSheetPage {
            f: Frame::private(&app, Some(&session)),
            slug: slug.clone(),
            title: view.title,
            address: format!("{}/p/{place}", app.site.base_url),
            codes: codes.iter().map(InvitationCode::expose).collect(),
        }),
        Made::TooMany => again(FieldProblem::TooManyInvitations { most: MADE_MAX }, view),
        Made::NotTaking => Err(WebError::Conflict),
        Made::NotFound => Err(WebError::NotFound),
    }
}

async fn find(app: &Data<App>, slug: &str, session: &Session) -> Result<PetitionView, WebError> {
    let (slug, organizer) = (String::from(slug), session.organizer);
    let found = run(app, move |ctx| pages::dashboard(ctx, &slug, organizer, Capability::Invite)).await??;
    let view = found.ok_or(WebError::NotFound)?.view;
    if !view.proofs.contains(&ProofKind::Invite) {
        return Err(WebError::NotFound);
    }
    if view.state.takes_signatures() { Ok(view) } else { Err(WebError::Conflict) }
}

fn make_page(
    app: &LocalizedApp,
    session: &Session,
    slug: &str,
    view: PetitionView,
    size: Field,
) -> MakeInvitationsPage {
    MakeInvitationsPage {
        f: Frame { has_errors: !size.is_fine(), ..Frame::private(app, Some(session)) },
        slug: String::from(slug),
        title: view.title,
        made: view.invitations_made,
        size,
    }
}
