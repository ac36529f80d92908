//! The language of a request. `chosen` is the one place where it is decided: a setting of the visitor's, or
//! `Accept-Language`, would be read there.
//!
//! Answers carry no `Vary: Accept-Language` and addresses no language, since an instance speaks one language to everybody.
//! With a second one, `chosen` and that header (or a language in the address) have to come together: otherwise a cache
//! would hand one visitor's language to the next.

use std::{
    future::{Ready, ready},
    ops::Deref,
    sync::Arc,
};

use actix_web::{FromRequest, HttpRequest, dev::Payload, web::Data};

use super::{App, WebError};
use crate::{
    domain::lang::Lang,
    locale::{Locale, Locales},
};

/// The language in which `request` is answered.
fn chosen(locales: &Locales, _request: &HttpRequest) -> Lang {
    locales.default_lang()
}

/// The app, with the language of one request. Handlers that show a page take this instead of `Data<App>`, and hand it down.
#[derive(Clone)]
pub struct LocalizedApp {
    app: Data<App>,
    lang: Lang,
}

impl LocalizedApp {
    /// The app as `request` gets it.
    #[must_use]
    pub fn new(app: Data<App>, request: &HttpRequest) -> Self {
        let lang = chosen(&app.locales, request);
        Self { app, lang }
    }

    /// The language of this request.
    #[must_use]
    pub const fn lang(&self) -> Lang {
        self.lang
    }

    /// The words of that language.
    #[must_use]
    pub fn words(&self) -> &Arc<Locale> {
        self.app.locales.words(self.lang)
    }
}

impl Deref for LocalizedApp {
    type Target = Data<App>;

    fn deref(&self) -> &Data<App> {
        &self.app
    }
}

impl FromRequest for LocalizedApp {
    type Error = WebError;
    type Future = Ready<Result<Self, WebError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let app = request.app_data::<Data<App>>().cloned();
        let app = app.ok_or_else(|| WebError::internal("no app"));
        ready(app.map(|app| Self::new(app, request)))
    }
}
