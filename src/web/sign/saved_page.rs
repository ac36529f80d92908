//! The page that people save to disk and sign from: one file with style, script, words and facts, the same bytes for
//! everyone, so that its hash can stand in the petition's log.

use std::sync::Arc;

use actix_web::{
    HttpResponse,
    http::header::{self, HeaderValue},
    web::Path,
};
use askama::Template;
use base64::{Engine, engine::general_purpose::STANDARD};
use sha2::{Digest, Sha256};

use crate::{
    actions::{
        petitions::release_notice::ReleaseOf,
        queries::pages::{self, AtPublicPlace},
    },
    domain::{
        client_release::{ClientRelease, LanguageTag, SavedPages},
        lang::Lang,
        petition::Standing,
    },
    locale::{Locale, Locales},
    web::{
        Answer, LocalizedApp, Site, WebError,
        assets::{Assets, SCRIPT, STYLE},
        frame::Frame,
        petition, run,
        sign::{form::SignForm, petition_ref::PetitionRef, script_data::SigningClient},
    },
};

/// The page to keep on disk (`GET /p/{slug}/saved-page.html`).
#[derive(Template, Clone)]
#[template(path = "sign/saved.html")]
pub struct SavedPage {
    /// Its words and names. No session, and nothing of whoever asks.
    pub f: Frame,
    /// What is to be signed.
    pub petition: PetitionRef,
    /// To whom it goes.
    pub addressed_to: String,
    /// What the script needs, with whole addresses.
    pub client: SigningClient,
    /// How one can sign.
    pub form: SignForm,
    /// What the page lets a browser do: this script, this style, requests to the site.
    pub policy: String,
    /// The style sheet.
    pub style: &'static str,
    /// The script, as served.
    pub script: &'static str,
}

impl SavedPage {
    /// The petition's whole address.
    #[must_use]
    pub fn address(&self) -> String {
        format!("{}{}", self.client.site, self.client.path)
    }

    /// The end of casting, in words.
    #[must_use]
    pub fn cast_until_in_words(&self) -> String {
        self.f.t.deadline(self.client.cast_until)
    }
}

/// Where a petition's page offers this one, and what to compare it with.
#[derive(Clone)]
pub struct SavedOffer {
    /// Where it is.
    pub path: String,
    /// The beginning of its hash, in hexadecimal.
    pub page: String,
    /// The beginning of the script's hash.
    pub script: String,
}

impl SavedOffer {
    /// The offer on the page at `path`, with the hashes that the log holds. `None` where the log names no page in this language
    /// (yet): what nobody can compare is not offered.
    #[must_use]
    pub fn new(path: &str, release: &ClientRelease, lang: Lang) -> Option<Self> {
        Some(Self {
            path: format!("{path}/saved-page.html"),
            page: beginning(release.page(lang)?),
            script: beginning(&release.script),
        })
    }
}

/// Sixteen digits in groups of four: enough that nobody finds another file with the same.
fn beginning(hash: &[u8; 32]) -> String {
    let digits: Vec<String> = hash.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    let pairs: Vec<String> = digits.chunks(2).map(<[String]>::concat).collect();
    pairs.join(" ")
}

/// Says which script and which pages are given out at this site, for the log.
#[must_use]
pub fn release_of(locales: &Locales, site: &Site) -> ReleaseOf {
    let (locales, site, assets) = (locales.clone(), site.clone(), Assets::embedded());
    Arc::new(move |rules, found| {
        let page = |words: &Arc<Locale>| {
            let page = saved_page(words, &site, &assets, rules.batch_min, found)?.render().ok()?;
            Some((LanguageTag::from(words.lang()), Sha256::digest(page).into()))
        };
        let pages = locales.spoken().map(page).collect::<Option<_>>()?;
        let script = assets.text(SCRIPT)?;
        Some(ClientRelease { pages: SavedPages::ByLanguage(pages), script: Sha256::digest(script).into() })
    })
}

/// The page to keep on disk, the same bytes for every visitor of one language. `None` before the log has begun, and where
/// casting has ended.
fn saved_page(
    words: &Arc<Locale>,
    site: &Site,
    assets: &Assets,
    batch_min: u32,
    found: &AtPublicPlace,
) -> Option<SavedPage> {
    if !found.takes_casts {
        return None;
    }
    let (style, script) = (assets.text(STYLE)?, assets.text(SCRIPT)?);
    let client = SigningClient::from_elsewhere(site, found)?;
    Some(SavedPage {
        f: Frame { noindex: true, ..Frame::around(words, site, assets, batch_min) },
        petition: PetitionRef::of(&found.view),
        addressed_to: found.view.addressed_to.clone(),
        client,
        form: petition::read::sign_form(&found.view),
        policy: policy(site, style, script),
        style,
        script,
    })
}

fn policy(site: &Site, style: &str, script: &str) -> String {
    let hash = |text: &str| STANDARD.encode(Sha256::digest(text));
    let cast = site.cast_url.as_deref().map(|host| format!(" {host}")).unwrap_or_default();
    format!(
        "default-src 'none'; script-src 'sha256-{}'; style-src 'sha256-{}'; connect-src {}{cast}; form-action 'none'; \
         base-uri 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
        hash(script),
        hash(style),
        site.base_url,
    )
}

/// `GET /p/{slug}/saved-page.html`
///
/// # Errors
/// 404 where there is none, or one may not know, or casting has ended; 410 when the petition was taken down.
pub async fn download(app: LocalizedApp, slug: Path<String>) -> Answer {
    let asked = petition::show::find(&app, slug.into_inner()).await?;
    if matches!(asked.view.standing(), Standing::TakenDown | Standing::EndedQuietly) {
        return Err(WebError::Gone);
    }
    // By whichever address it was asked for, the page names one.
    let found = run(&app, move |ctx| pages::at_own_place(ctx, asked.view.id)).await??;
    let found = found.ok_or(WebError::NotFound)?;
    let quiet = found.view.standing().is_secret();
    let page = saved_page(app.words(), &app.site, &app.assets, app.ctx.rules.batch_min, &found);
    let page = page.ok_or(WebError::NotFound)?;
    let html = page.render().map_err(WebError::internal)?;
    let mut answer = HttpResponse::Ok();
    answer
        .content_type("text/html; charset=utf-8")
        .insert_header((header::CONTENT_DISPOSITION, "attachment; filename=\"saved-page.html\""));
    if quiet {
        answer.insert_header((header::CACHE_CONTROL, HeaderValue::from_static("no-store")));
    }
    Ok(answer.body(html))
}
