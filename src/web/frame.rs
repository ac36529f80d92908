//! What every page has around its content: header, banner, footer, and the language it speaks.

use std::sync::Arc;

use super::{LocalizedApp, Session, Site, assets::Assets};
use crate::{domain::web_address::Contact, locale::Locale};

/// What stands in the header of every page.
const SITE_NAME: &str = "Undersigned";

/// The frame of a page. Every page has one as its field `f`.
#[derive(Clone)]
pub struct Frame {
    /// Every word on the page.
    pub t: Arc<Locale>,
    /// The name in the header.
    pub site_name: String,
    /// Where this site is, without a slash at its end.
    pub base_url: String,
    /// Who runs this site.
    pub operator_name: String,
    /// How to reach them: a mail address or a web address.
    pub operator_contact: Option<String>,
    /// The operator's own pages: (name in the address, title).
    pub extra_pages: Vec<(String, String)>,
    /// The path of the style sheet, with its hash.
    pub css_path: String,
    /// The path of the icon, with its hash.
    pub icon_path: String,
    /// The path of the script, with its hash.
    pub script_path: String,
    /// B: how many signatures without a name are published together at least.
    pub batch_min: u32,
    /// Whether this is the demo: mails are shown at `/dev/mail` instead of being sent.
    pub demo: bool,
    /// Set when an organizer is signed in.
    pub session: Option<FrameSession>,
    /// Whether a form on the page came back with problems: the title then begins with "Error:".
    pub has_errors: bool,
    /// Whether search engines are asked to stay away.
    pub noindex: bool,
}

/// The signed-in organizer, as far as every page shows them.
#[derive(Clone)]
pub struct FrameSession {
    /// Their pseudonym.
    pub pseudonym: String,
    /// Goes into every form as `form_token`.
    pub form_token: String,
    /// Whether they run this site.
    pub is_admin: bool,
}

impl Frame {
    /// The token of the session's forms; empty without a session.
    #[must_use]
    pub fn form_token(&self) -> &str {
        self.session.as_ref().map_or("", |session| &session.form_token)
    }

    /// The contact as a link target: `mailto:` before a mail address, web addresses as they are.
    #[must_use]
    pub fn contact_href(&self) -> Option<String> {
        Contact::parse(self.operator_contact.as_deref()?).href()
    }
}

impl Frame {
    /// The frame for whoever asks: with their session, if they have one.
    #[must_use]
    pub fn of(app: &LocalizedApp, session: Option<&Session>) -> Self {
        Self {
            session: session.map(|session| FrameSession {
                pseudonym: session.pseudonym.clone(),
                form_token: session.form_token.clone(),
                is_admin: session.is_admin,
            }),
            extra_pages: app.pages.links(),
            ..Self::around(app.words(), &app.site, &app.assets, app.ctx.rules.batch_min)
        }
    }

    /// The frame for everyone alike.
    #[must_use]
    pub fn around(locale: &Arc<Locale>, site: &Site, assets: &Assets, batch_min: u32) -> Self {
        Self {
            t: Arc::clone(locale),
            site_name: String::from(SITE_NAME),
            base_url: site.base_url.clone(),
            operator_name: site.operator_name.clone(),
            operator_contact: site.operator_contact.clone(),
            extra_pages: site.extra_pages.clone(),
            css_path: String::from(assets.path("site.css")),
            icon_path: String::from(assets.path("favicon.svg")),
            script_path: String::from(assets.path("signing.js")),
            batch_min,
            demo: site.demo,
            session: None,
            has_errors: false,
            noindex: false,
        }
    }

    /// The same, for a page that shows or asks for a person: search engines stay away.
    #[must_use]
    pub fn private(app: &LocalizedApp, session: Option<&Session>) -> Self {
        Self { noindex: true, ..Self::of(app, session) }
    }
}
