//! Handlers of the public pages: list, petition, names.

use actix_web::{
    HttpResponse,
    http::{
        StatusCode,
        header::{CACHE_CONTROL, HeaderName, HeaderValue},
    },
    web::{Data, Path, Query},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::Deserialize;

use super::{
    page::{
        AuditPage, AuditRow, Gone, ListPage, Pager, PetitionGonePage, PetitionPage, SignerRow, SignersPage,
        WitnessRow,
    },
    read,
    voids::VoidLine,
};
use crate::{
    actions::queries::{
        pages::{self, AtPublicPlace, ShownSigner},
        public_log::{self, Account, CrowdAccount, WitnessAccount},
    },
    db::views::{PetitionView, list, signers},
    domain::{
        ids::EmployerId,
        petition::{PetitionState, Standing},
        proof::ProofKind,
    },
    web::{
        Answer, App, LocalizedApp, MaybeSession, WebError,
        frame::Frame,
        page, page_with_status, run,
        sign::{saved_page::SavedOffer, script_data::SigningClient},
    },
};

/// The query of the list. What cannot be read is left out: a link with a typo still shows petitions.
#[derive(Debug, Default, Deserialize)]
pub struct ListParams {
    #[serde(default)]
    q: String,
    #[serde(default)]
    employer: String,
    #[serde(default)]
    state: String,
    #[serde(default)]
    page: String,
}

/// The most characters searched for.
const QUERY_MAX_CHARS: usize = 200;

/// `GET /`
///
/// # Errors
/// When the database is away.
pub async fn front(app: LocalizedApp, params: Query<ListParams>, session: MaybeSession) -> Answer {
    show_list(&app, params.into_inner(), &session, true).await
}

/// `GET /petitions`
///
/// # Errors
/// When the database is away.
pub async fn petitions(app: LocalizedApp, params: Query<ListParams>, session: MaybeSession) -> Answer {
    show_list(&app, params.into_inner(), &session, false).await
}

async fn show_list(app: &LocalizedApp, params: ListParams, session: &MaybeSession, front: bool) -> Answer {
    let words: String = params.q.trim().chars().take(QUERY_MAX_CHARS).collect();
    let employer = EmployerId::parse(&params.employer).ok();
    let state = PetitionState::public().find(|state| state.as_str() == params.state);
    let number = Pager::number(&params.page);
    let query = list::ListQuery { words: words.clone(), employer, state, page: number };
    let (cards, found, employers) = run(app, move |ctx| {
        let (cards, found) = pages::list(ctx, &query)?;
        Ok::<_, crate::actions::Error>((cards, found, pages::employers(ctx)?))
    })
    .await??;
    let address = |number: u64| {
        let pairs = [("q", words.as_str()), ("employer", &params.employer), ("state", &params.state)];
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(pairs.into_iter().filter(|(_, value)| !value.is_empty()));
        query.append_pair("page", &number.to_string());
        format!("/petitions?{}", query.finish())
    };
    page(&ListPage {
        f: Frame::of(app, session.0.as_ref()),
        front,
        q: words.clone(),
        employer: employer.map(|id| id.to_string()).unwrap_or_default(),
        state: state.map(|state| String::from(state.as_str())).unwrap_or_default(),
        employers: employers
            .into_iter()
            .filter(|employer| employer.listed)
            .map(|employer| (employer.id.to_string(), employer.name))
            .collect(),
        cards,
        found,
        pager: pager(u64::from(number), found, list::PAGE, address),
    })
}

/// Links to the pages before and after page `number`.
pub fn pager(number: u64, found: u64, per_page: i64, address: impl Fn(u64) -> String) -> Pager {
    let per_page = u64::try_from(per_page).unwrap_or(1).max(1);
    let last = found.div_ceil(per_page).max(1);
    let before = (number > 1).then(|| address(number.saturating_sub(1).min(last)));
    let after = (number < last).then(|| address(number.saturating_add(1)));
    Pager { page: number, last, before, after }
}

/// `GET /p/{slug}`
///
/// # Errors
/// 404 where there is none, or one may not know.
pub async fn petition(app: LocalizedApp, slug: Path<String>, session: MaybeSession) -> Answer {
    let found = find(&app, slug.into_inner()).await?;
    let answer = match gone(&app, &session, &found.view) {
        Some(answer) => answer?,
        None => page(&petition_page(&app, &session, &found))?,
    };
    Ok(if found.view.standing().is_secret() { keep_secret(answer) } else { answer })
}

/// The page of a petition that takes no signatures, for whoever just tried to sign.
#[must_use]
pub fn closed_page(app: &LocalizedApp, view: PetitionView) -> PetitionPage {
    let found = AtPublicPlace {
        view,
        takes_signatures: false,
        takes_casts: false,
        log_key: None,
        names: 0,
        disputes: 0,
        release: None,
    };
    petition_page(app, &MaybeSession(None), &found)
}

fn petition_page(app: &LocalizedApp, session: &MaybeSession, found: &AtPublicPlace) -> PetitionPage {
    let client = found.takes_signatures.then(|| SigningClient::of(app, found)).flatten();
    let offer = client.as_ref().zip(found.release.as_ref());
    PetitionPage {
        f: Frame::of(app, session.0.as_ref()),
        sheet: read::sheet(&found.view),
        offer: offer.and_then(|(client, release)| SavedOffer::new(&client.path, release, app.lang())),
        client,
        form: found.takes_signatures.then(|| read::sign_form(&found.view)),
        preview_back: None,
        takes_typed_codes: takes_typed_codes(app, &found.view),
        names: found.names,
        disputes: found.disputes,
    }
}

/// Whether a code that was mailed in time can still be typed.
pub fn takes_typed_codes(app: &App, view: &PetitionView) -> bool {
    view.closes.is_some_and(|closes| view.standing().takes_typed_codes(closes, app.ctx.now()))
}

/// A secret link stays out of caches and search engines.
fn keep_secret(mut answer: HttpResponse) -> HttpResponse {
    let headers = answer.headers_mut();
    headers.insert(HeaderName::from_static("x-robots-tag"), HeaderValue::from_static("noindex"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    answer
}

/// The answer where a petition can no longer be read: an admin took it down, or it ended without having been opened to the
/// public. `None`: it can be read.
#[must_use]
pub fn gone(app: &LocalizedApp, session: &MaybeSession, view: &PetitionView) -> Option<Answer> {
    let why = match view.standing() {
        Standing::TakenDown => Gone::TakenDown,
        Standing::EndedQuietly => Gone::EndedQuietly,
        Standing::Private | Standing::Quiet | Standing::Public => return None,
    };
    let reason = view.reason.clone().unwrap_or_default();
    let shown = PetitionGonePage { f: Frame::private(app, session.0.as_ref()), why, reason };
    Some(page_with_status(StatusCode::GONE, &shown))
}

/// What is shown to everyone only: names, numbers, the audit. The answer where there is none of it: 404 where only the
/// secret link leads, 410 where the petition was taken down. `None`: it can be shown.
fn not_public(app: &LocalizedApp, session: &MaybeSession, view: &PetitionView) -> Option<Answer> {
    match view.standing() {
        Standing::Public => None,
        Standing::TakenDown => gone(app, session, view),
        Standing::Private | Standing::Quiet | Standing::EndedQuietly => Some(Err(WebError::NotFound)),
    }
}

/// The petition at its public place.
///
/// # Errors
/// 404 where there is none, or one may not know.
pub async fn find(app: &Data<App>, slug: String) -> Result<AtPublicPlace, WebError> {
    run(app, move |ctx| pages::at_public_place(ctx, &slug)).await??.ok_or(WebError::NotFound)
}

/// The query of the list of names.
#[derive(Debug, Default, Deserialize)]
pub struct SignersParams {
    #[serde(default)]
    page: String,
}

impl SignersParams {
    /// The page asked for, as typed.
    #[must_use]
    pub fn page(&self) -> &str {
        &self.page
    }
}

/// `GET /p/{slug}/signers`
///
/// # Errors
/// 404 where there is none, or one may not know; nothing is shown while it gathers quietly.
pub async fn names(
    app: LocalizedApp,
    slug: Path<String>,
    params: Query<SignersParams>,
    session: MaybeSession,
) -> Answer {
    let found = find(&app, slug.into_inner()).await?;
    if let Some(answer) = not_public(&app, &session, &found.view) {
        return answer;
    }
    page(&signers_page(&app, &session, found.view, &params.page, NamesFor::Cors).await?)
}

/// `GET /p/{slug}/audit`
///
/// # Errors
/// 404 where there is none, or one may not know; nothing is shown while it gathers quietly.
pub async fn audit(app: LocalizedApp, slug: Path<String>, session: MaybeSession) -> Answer {
    let slug = slug.into_inner();
    let found = find(&app, slug.clone()).await?;
    if let Some(answer) = not_public(&app, &session, &found.view) {
        return answer;
    }
    let account = run(&app, move |ctx| public_log::account(ctx, &slug)).await??.ok_or(WebError::NotFound)?;
    page(&audit_page(&app, &session, &found.view, account.content))
}

fn audit_page(
    app: &LocalizedApp,
    session: &MaybeSession,
    view: &PetitionView,
    account: Account,
) -> AuditPage {
    let name_of =
        |id| view.employers.iter().find(|employer| employer.id == id).map(|employer| employer.name.clone());
    let row = |crowd: CrowdAccount| AuditRow {
        proof: crowd.number.proof,
        employer: crowd.number.employer.and_then(name_of),
        issued: crowd.issued,
        cast: crowd.cast,
        voided: crowd.voided,
        withdrawn: crowd.cast.saturating_sub(crowd.voided).saturating_sub(crowd.number.number),
        counted: crowd.number.as_of.map(|_| crowd.number.number),
    };
    AuditPage {
        f: Frame::of(app, session.0.as_ref()),
        petition: view.id.to_string(),
        root: format!("/p/{}", view.slug),
        title: view.title.clone(),
        count: read::count(view),
        voids: account.voids.into_iter().map(|void| VoidLine::of(view, void)).collect(),
        disputes: account.disputes,
        rows: account.crowds.into_iter().map(row).collect(),
        fingerprint: URL_SAFE_NO_PAD.encode(view.genesis_hash.as_deref().unwrap_or_default()),
        checkpoint: account.checkpoint,
        verifier_key: account.verifier_key,
        witnesses: account.witnesses.into_iter().map(witness).collect(),
    }
}

fn witness(account: WitnessAccount) -> WitnessRow {
    let seen = account.seen.map(|(size, time)| (size, time.day()));
    WitnessRow { name: account.name, key: account.key, seen }
}

/// Who reads the names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NamesFor {
    /// Whoever comes.
    Cors,
    /// The organizer whose petition it is; she may hide names.
    Owner,
    /// An admin; may hide names.
    Admin,
}

impl NamesFor {
    /// The petition's page above the list.
    fn root(self, slug: &str) -> String {
        match self {
            Self::Cors => format!("/p/{slug}"),
            Self::Owner => format!("/organize/{slug}"),
            Self::Admin => format!("/admin/petitions/{slug}"),
        }
    }
}

/// The page of names, for readers or for who may hide them.
///
/// # Errors
/// When the database is away.
pub async fn signers_page(
    app: &LocalizedApp,
    session: &MaybeSession,
    view: PetitionView,
    number: &str,
    whom: NamesFor,
) -> Result<SignersPage, WebError> {
    let number = Pager::number(number);
    let id = view.id;
    let (rows, total) = run(app, move |ctx| pages::signers(ctx, id, number)).await??;
    let root = whom.root(&view.slug);
    let address = |number: u64| format!("{root}/signers?page={number}");
    let pager = pager(u64::from(number), total, signers::PAGE, address);
    Ok(SignersPage {
        f: Frame::private(app, session.0.as_ref()),
        root,
        title: view.title.clone(),
        count: read::count(&view),
        rows: rows.into_iter().map(|row| signer_row(&view, row)).collect(),
        pager,
        may_hide: whom != NamesFor::Cors,
    })
}

/// A public signature, as a list shows it.
pub(in crate::web) fn signer_row(view: &PetitionView, row: ShownSigner) -> SignerRow {
    let employer = row.crowd.as_ref().and_then(|crowd| crowd.employer);
    let employer = employer.and_then(|id| view.employers.iter().find(|employer| employer.id == id));
    let (name, title) = row.shown.map_or((None, None), |(name, title)| (Some(name), title));
    SignerRow {
        index: row.index,
        name,
        title,
        proof: row.crowd.map_or(ProofKind::AnyMail, |crowd| crowd.proof),
        employer: employer.map(|employer| employer.name.clone()),
    }
}
