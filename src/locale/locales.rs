//! Every language that is loaded, and which one visitors get who have not chosen.

use std::sync::Arc;

use super::{Locale, LocaleError, embedded::LANGUAGES};
use crate::domain::lang::Lang;

/// The words of every language, and the language of visitors who have not chosen one.
#[derive(Debug, Clone)]
pub struct Locales {
    default: Arc<Locale>,
    all: Vec<Arc<Locale>>,
}

impl Locales {
    /// Reads every embedded language.
    ///
    /// # Errors
    /// [`LocaleError`] if an embedded file is broken.
    pub fn load() -> Result<Self, LocaleError> {
        let all = LANGUAGES
            .iter()
            .map(|language| Locale::load(language).map(Arc::new))
            .collect::<Result<Vec<_>, _>>()?;
        let default = all.iter().find(|locale| locale.lang == Lang::default()).cloned();
        Ok(Self { default: default.ok_or(LocaleError::Missing(Lang::default()))?, all })
    }

    /// For tests: everybody is answered in [`Lang::Pseudo`]. No setting and no address leads here.
    ///
    /// # Errors
    /// [`LocaleError`] if an embedded file is broken.
    pub fn pseudo() -> Result<Self, LocaleError> {
        let english = LANGUAGES.iter().find(|language| language.lang == Lang::English);
        let english = Locale::load(english.ok_or(LocaleError::Missing(Lang::English))?)?;
        let default = Arc::new(english.into_pseudo());
        Ok(Self { default, ..Self::load()? })
    }

    /// The language of visitors who have not chosen one.
    #[must_use]
    pub fn default_lang(&self) -> Lang {
        self.default.lang
    }

    /// The words of visitors who have not chosen a language.
    #[must_use]
    pub fn default(&self) -> Arc<Locale> {
        Arc::clone(&self.default)
    }

    /// The words of `lang`; where they are not loaded (a mail that an instance under test has queued), the default ones.
    #[must_use]
    pub fn words(&self, lang: Lang) -> &Arc<Locale> {
        self.all.iter().find(|locale| locale.lang == lang).unwrap_or(&self.default)
    }

    /// The languages in which visitors can be answered, the default one first.
    pub fn spoken(&self) -> impl Iterator<Item = &Arc<Locale>> {
        std::iter::once(&self.default)
            .chain(self.all.iter().filter(|locale| locale.lang != self.default.lang))
    }

    /// Every language there is.
    #[must_use]
    pub fn all(&self) -> &[Arc<Locale>] {
        &self.all
    }
}
