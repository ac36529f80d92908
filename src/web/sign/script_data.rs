//! What the page tells the script with which people sign anonymously, and the page where a saved ballot is cast.
//! The script asks the server for nothing but log, codes, tokens and casts; every word it shows stands in the page.

use actix_web::web::Path;
use askama::Template;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use crate::{
    actions::queries::pages::AtPublicPlace,
    domain::{
        sealing::{SEALED_KEPT_DAYS, Sealing},
        time::{Day, Timestamp},
    },
    web::{
        Answer, App, LocalizedApp, MaybeSession, Site, frame::Frame, page, petition,
        sign::petition_ref::PetitionRef,
    },
};

/// Facts for the script: public ones, the same for everyone who opens the page.
#[derive(Clone)]
pub struct SigningClient {
    /// The petition's id.
    pub petition: String,
    /// What stands before the paths: nothing on the site itself, its address in a page that was saved to disk.
    pub site: String,
    /// The path of its page.
    pub path: String,
    /// G, the hash of its genesis leaf, in base64url.
    pub genesis: String,
    /// The verifier key of its log.
    pub log_key: String,
    /// Where codes and tokens are asked for.
    pub api_path: String,
    /// Where casts go: the same, or the same on another host.
    pub cast_url: String,
    /// Until when casts are taken.
    pub cast_until: Timestamp,
    /// The trustee to whom a name can be sealed.
    pub sealing: Option<SealingOffer>,
    /// Whether the petition is public: then there is a list of names, and a page on which one's own signature can be looked
    /// up.
    pub is_auditable: bool,
}

/// To whom a name can be sealed, as the page tells it. What is sealed goes to the key in the log, and only if it is
/// this one.
#[derive(Clone)]
pub struct SealingOffer {
    /// Who holds the key.
    pub trustee: String,
    /// The trustee's public key.
    pub key: String,
    /// How many must have agreed to be named.
    pub reveal_at: u64,
    /// The day after which names that were not opened are deleted.
    pub kept_until: Day,
}

impl SealingOffer {
    fn of(view: &Sealing, cast_until: Timestamp) -> Self {
        Self {
            trustee: view.terms.trustee.clone(),
            key: view.terms.key.clone(),
            reveal_at: view.terms.reveal_at,
            kept_until: cast_until.plus_days(SEALED_KEPT_DAYS).day(),
        }
    }
}

impl SigningClient {
    /// The facts of a petition. `None` before its log has begun.
    #[must_use]
    pub fn of(app: &App, found: &AtPublicPlace) -> Option<Self> {
        Self::from_place(&app.site, "", found)
    }

    /// The same facts for a page that is not opened at the site: every address is whole.
    #[must_use]
    pub fn from_elsewhere(site: &Site, found: &AtPublicPlace) -> Option<Self> {
        Self::from_place(site, &site.base_url, found)
    }

    fn from_place(site: &Site, before: &str, found: &AtPublicPlace) -> Option<Self> {
        let view = &found.view;
        let api_path = format!("/api/v1/petitions/{}", view.id);
        let cast_host = site.cast_url.as_deref().unwrap_or(before);
        let cast_url = format!("{cast_host}{api_path}");
        let cast_until = view.cast_until?;
        Some(Self {
            petition: view.id.to_string(),
            site: String::from(before),
            path: format!("/p/{}", view.slug),
            genesis: URL_SAFE_NO_PAD.encode(view.genesis_hash.as_ref()?),
            log_key: found.log_key.clone()?,
            api_path,
            cast_url,
            cast_until,
            sealing: view.sealing.as_ref().map(|sealing| SealingOffer::of(sealing, cast_until)),
            is_auditable: view.standing().is_public(),
        })
    }

    /// Whether it stands in a page that was saved to disk.
    #[must_use]
    pub fn is_saved(&self) -> bool {
        !self.site.is_empty()
    }

    /// Where a saved ballot is cast.
    #[must_use]
    pub fn cast_later_path(&self) -> String {
        format!("{}/cast", self.path)
    }

    /// One made up for tests of the pages.
    #[cfg(test)]
    pub(crate) fn sample() -> Self {
        let api_path = String::from("/api/v1/petitions/7d4b0a52-0d1c-4f3e-9a55-0b7a3f1c2d4e");
        Self {
            site: String::new(),
            petition: String::from("7d4b0a52-0d1c-4f3e-9a55-0b7a3f1c2d4e"),
            path: String::from("/p/do-not-renew-the-river-contract"),
            genesis: String::from("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"),
            log_key: String::from("petition.undersigned/ljnfuws2ljnfuws2ljnfuws2li+00000000+AAAA"),
            cast_url: api_path.clone(),
            api_path,
            cast_until: Day::parse("2026-10-07").unwrap().start().plus_secs(86_399),
            sealing: Some(SealingOffer {
                trustee: String::from("Kim Ade, lawyer"),
                key: String::from("WyEBYEUArmXjIOLTWtgn75ii-JBvqoo4nxj3k21y7QA"),
                reveal_at: 500,
                kept_until: Day::parse("2026-11-06").unwrap(),
            }),
            is_auditable: true,
        }
    }
}

/// Casting a saved ballot (`GET /p/{slug}/cast`).
#[derive(Template, Clone)]
#[template(path = "sign/cast.html")]
pub struct CastPage {
    /// Around it; `noindex` is set.
    pub f: Frame,
    /// What is to be signed.
    pub petition: PetitionRef,
    /// What the script needs. `None` when casting has ended.
    pub client: Option<SigningClient>,
}

/// `GET /p/{slug}/cast`
///
/// # Errors
/// 404 where there is none, or one may not know; 503 when the database is away.
pub async fn cast_later(app: LocalizedApp, slug: Path<String>) -> Answer {
    let found = petition::show::find(&app, slug.into_inner()).await?;
    if let Some(answer) = petition::show::gone(&app, &MaybeSession(None), &found.view) {
        return answer;
    }
    page(&CastPage {
        f: Frame::private(&app, None),
        petition: PetitionRef::of(&found.view),
        client: found.takes_casts.then(|| SigningClient::of(&app, &found)).flatten(),
    })
}
