//! Every word that people read, in every language we have.
//!
//! A language is a folder: one Fluent file per subject (`en/sign.ftl` …) and the long pages as Markdown
//! (`en/pages/privacy.md` …). To add a language: copy the folder, translate it, add a variant to
//! [`Lang`] and a line in `embedded.rs`, then let `web/lang.rs` choose it.
//!
//! Knows words, plurals, dates and numbers; must never know addresses or names but as arguments that pass
//! through. Tests hold these promises: every id used in `src` or `templates` exists in every language
//! with the arguments it is given, every text is used, all languages have the same ids, no template holds a word of its
//! own, and no page or mail shows a word that did not come from here (`web/gallery/worded.rs`).
//!
//! Ids are literals where they are used: `t.text("sign-button")`, `t.with1("sign-sent", "hours", 24)`. An id
//! chosen at run time comes from a function whose name ends in `message_id`: every string in its body is
//! taken for an id by those tests. They take any other string for one that begins as an id does.

mod arg;
mod embedded;
mod locales;
mod numbers;
mod proofs;
mod pseudo;
#[cfg(test)]
mod scan;

use std::{borrow::Cow, fmt, sync::Arc};

use fluent_bundle::{FluentArgs, FluentResource, FluentValue, concurrent::FluentBundle};
use unic_langid::LanguageIdentifier;

pub use self::{arg::Arg, locales::Locales, proofs::ProofWords};
use self::{embedded::Language, numbers::Grouping};
use crate::domain::{
    lang::Lang,
    text::{Worded, characters::holds_right_to_left},
    time::{Day, Timestamp},
};

/// An embedded text file is broken. Found by the first test that touches a locale, never by a visitor.
#[derive(Debug, thiserror::Error)]
pub enum LocaleError {
    /// The folder's name is no language.
    #[error("{0} is not a language tag")]
    Tag(&'static str),
    /// The file cannot be read, or repeats an id that stands elsewhere.
    #[error("{lang}/{file}: {problem}")]
    File {
        /// The language's folder.
        lang: &'static str,
        /// The file in it.
        file: &'static str,
        /// What the parser says.
        problem: String,
    },
    /// No such language is embedded.
    #[error("no texts for the language {}", .0.tag())]
    Missing(Lang),
}

/// The texts of one language.
pub struct Locale {
    lang: Lang,
    grouping: Grouping,
    bundle: FluentBundle<FluentResource>,
    pages: Vec<(&'static str, Cow<'static, str>)>,
}

impl Locale {
    /// The English texts.
    ///
    /// # Errors
    /// [`LocaleError`] if an embedded file is broken.
    pub fn english() -> Result<Arc<Self>, LocaleError> {
        Ok(Locales::load()?.default())
    }

    fn load(language: &Language) -> Result<Self, LocaleError> {
        let tag: LanguageIdentifier = language.tag.parse().or(Err(LocaleError::Tag(language.tag)))?;
        let mut bundle = FluentBundle::new_concurrent(vec![tag]);
        // Isolating marks (U+2068 …) around arguments would be copied along with codes and addresses.
        bundle.set_use_isolating(false);
        numbers::register(&mut bundle, language.grouping);
        for (file, text) in language.files {
            let broken = |problem: String| LocaleError::File { lang: language.tag, file, problem };
            let resource = FluentResource::try_new(String::from(*text))
                .map_err(|(_, errors)| broken(format!("{errors:?}")))?;
            bundle.add_resource(resource).map_err(|errors| broken(format!("{errors:?}")))?;
        }
        let pages = language.pages.iter().map(|(name, text)| (*name, Cow::Borrowed(*text))).collect();
        Ok(Self { lang: language.lang, grouping: language.grouping, bundle, pages })
    }

    /// The same texts with every letter accented, and a mark at both ends of each.
    fn into_pseudo(mut self) -> Self {
        self.lang = Lang::Pseudo;
        self.bundle.set_transform(Some(pseudo::accented));
        for (_, text) in &mut self.pages {
            *text = Cow::Owned(pseudo::page(text));
        }
        self
    }

    /// Which language it is. Templates take its tag and its direction for the attributes `lang` and `dir`.
    #[must_use]
    pub const fn lang(&self) -> Lang {
        self.lang
    }

    /// A text without arguments. An unknown id comes back in guillemets, so that a page never breaks.
    #[must_use]
    pub fn text(&self, id: &str) -> String {
        self.format(id, None)
    }

    /// A text with one argument.
    #[must_use]
    pub fn with1<'a>(&self, id: &str, key: &'a str, value: impl Into<Arg<'a>>) -> String {
        self.with(id, [(key, value.into())])
    }

    /// A text with two arguments.
    #[must_use]
    pub fn with2<'a>(
        &self,
        id: &str,
        key1: &'a str,
        value1: impl Into<Arg<'a>>,
        key2: &'a str,
        value2: impl Into<Arg<'a>>,
    ) -> String {
        self.with(id, [(key1, value1.into()), (key2, value2.into())])
    }

    /// A text with three arguments.
    #[must_use]
    #[expect(clippy::too_many_arguments, reason = "pairs side by side read well in templates, tuples do not")]
    pub fn with3<'a>(
        &self,
        id: &str,
        key1: &'a str,
        value1: impl Into<Arg<'a>>,
        key2: &'a str,
        value2: impl Into<Arg<'a>>,
        key3: &'a str,
        value3: impl Into<Arg<'a>>,
    ) -> String {
        self.with(id, [(key1, value1.into()), (key2, value2.into()), (key3, value3.into())])
    }

    /// What is wrong with an input, and what to do about it.
    #[must_use]
    pub fn problem(&self, problem: &dyn Worded) -> String {
        match (problem.limit(), problem.spot()) {
            (Some((key, value)), _) => self.with1(problem.message_id(), key, value),
            (None, Some(spot)) => {
                self.with2(problem.message_id(), "code", spot.code(), "before", spot.expose_before())
            }
            (None, None) => self.text(problem.message_id()),
        }
    }

    /// `3 June 2026`.
    #[must_use]
    pub fn day(&self, day: Day) -> String {
        let Some(date) = day.date() else {
            return day.to_string();
        };
        // The year as text: it takes no thousands separator.
        self.with3(
            "date-day",
            "day",
            date.day(),
            "month",
            self.text(month_message_id(date.month())),
            "year",
            date.year().to_string(),
        )
    }

    /// `3 June 2026, 14:00 UTC`.
    #[must_use]
    pub fn instant(&self, time: Timestamp) -> String {
        self.with2("date-instant", "day", self.day(time.day()), "time", clock_of(time))
    }

    /// A deadline, with the zone that it is meant in: `30 December 2026 (23:59 UTC)`.
    #[must_use]
    pub fn deadline(&self, time: Timestamp) -> String {
        self.with2("date-deadline", "day", self.day(time.day()), "time", clock_of(time))
    }

    /// A day that people rely on, with the zone that it is meant in: `3 June 2026 (UTC)`.
    #[must_use]
    pub fn day_utc(&self, day: Day) -> String {
        self.with1("date-day-utc", "day", self.day(day))
    }

    /// `12,345`.
    #[must_use]
    pub fn number(&self, number: u64) -> String {
        numbers::grouped(&number.to_string(), self.grouping)
    }

    /// `12 %`, with a space that does not break.
    #[must_use]
    pub fn percent(&self, percent: u64) -> String {
        self.with1("number-percent", "number", percent)
    }

    /// A long page as Markdown, by name: `privacy`, `how-anonymity-works`, `your-safety`, `accessibility`.
    /// Holds placeholders such as `{operator}`.
    #[must_use]
    pub fn page(&self, name: &str) -> Option<&str> {
        self.pages.iter().find(|(page, _)| *page == name).map(|(_, text)| text.as_ref())
    }

    fn with<'a, const N: usize>(&self, id: &str, pairs: [(&'a str, Arg<'a>); N]) -> String {
        let mut args = FluentArgs::with_capacity(N);
        for (key, value) in pairs {
            args.set(key, isolated_value(value.into_value()));
        }
        self.format(id, Some(&args))
    }

    fn format(&self, id: &str, args: Option<&FluentArgs<'_>>) -> String {
        let Some(pattern) = self.bundle.get_message(id).and_then(|message| message.value()) else {
            return format!("«{id}»");
        };
        // What goes wrong here (an argument not given) shows in the text and fails the scan of all uses.
        let mut errors = Vec::new();
        let text = self.bundle.format_pattern(pattern, args, &mut errors);
        match self.lang {
            Lang::Pseudo => pseudo::marked(&text),
            Lang::English => text.into_owned(),
        }
    }
}

/// The words for a sentence. Words that are read from right to left are isolated (FSI … PDI), since they would turn the
/// words after them around. Other words are not: the two characters are copied with them.
#[must_use]
pub fn isolated(text: &str) -> Cow<'_, str> {
    if holds_right_to_left(text) {
        Cow::Owned(format!("\u{2068}{text}\u{2069}"))
    } else {
        Cow::Borrowed(text)
    }
}

fn isolated_value(value: FluentValue<'_>) -> FluentValue<'_> {
    match &value {
        FluentValue::String(text) if holds_right_to_left(text) => {
            FluentValue::String(Cow::Owned(isolated(text).into_owned()))
        }
        _ => value,
    }
}

impl fmt::Debug for Locale {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Locale").field(&self.lang).finish()
    }
}

/// `23:59`.
fn clock_of(time: Timestamp) -> String {
    let minutes = time.secs().rem_euclid(86_400).div_euclid(60);
    format!("{:02}:{:02}", minutes.div_euclid(60), minutes.rem_euclid(60))
}

const fn month_message_id(month: i8) -> &'static str {
    match month {
        1 => "month-january",
        2 => "month-february",
        3 => "month-march",
        4 => "month-april",
        5 => "month-may",
        6 => "month-june",
        7 => "month-july",
        8 => "month-august",
        9 => "month-september",
        10 => "month-october",
        11 => "month-november",
        _ => "month-december",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_locale_can_be_shared_between_threads() {
        fn shared<T: Send + Sync>(_: &T) {}
        shared(&Locales::load().unwrap());
    }

    #[test]
    fn every_language_that_can_be_chosen_has_words() {
        let locales = Locales::load().unwrap();
        for lang in Lang::ALL.into_iter().filter(|lang| *lang != Lang::Pseudo) {
            assert_eq!(locales.words(lang).lang(), lang);
        }
        assert_eq!(locales.words(Lang::Pseudo).lang(), Lang::English, "accented English is for tests");
    }

    #[test]
    fn dates_and_numbers_are_said_in_the_language_of_the_page() {
        let t = Locale::english().unwrap();
        assert_eq!(t.lang(), Lang::English);
        assert_eq!(t.day(Day::parse("2026-06-03").unwrap()), "3 June 2026");
        let noon = Day::parse("2026-06-03").unwrap().start().plus_secs(14 * 3600 + 59);
        assert_eq!(t.instant(noon), "3 June 2026, 14:00 UTC");
        assert_eq!(t.number(1_234_567), "1,234,567");
        assert_eq!(t.percent(12), "12\u{a0}%");
    }

    #[test]
    fn plurals_follow_the_number_and_large_numbers_are_grouped() {
        let source = "n = { $n ->\n    [0] nobody\n    [one] one\n   *[other] { $n } people\n}\n";
        let mut bundle = FluentBundle::new_concurrent(vec!["en".parse().unwrap()]);
        numbers::register(&mut bundle, numbers::Grouping::Comma);
        bundle.set_use_isolating(false);
        bundle.add_resource(FluentResource::try_new(source.into()).unwrap()).unwrap();
        let t = Locale { lang: Lang::English, grouping: Grouping::Comma, bundle, pages: Vec::new() };
        let said: Vec<String> = [0_u64, 1, 2, 21_000].into_iter().map(|n| t.with1("n", "n", n)).collect();
        assert_eq!(said, ["nobody", "one", "2 people", "21,000 people"]);
    }

    #[test]
    fn a_name_that_is_read_from_right_to_left_does_not_turn_the_sentence_around() {
        let t = Locale::english().unwrap();
        assert_eq!(t.with1("petition-to", "addressee", "דוד"), "To: \u{2068}דוד\u{2069}");
        assert_eq!(t.with1("petition-to", "addressee", "David"), "To: David");
    }

    #[test]
    fn an_unknown_id_shows_itself_and_breaks_nothing() {
        let t = Locale::english().unwrap();
        let id = String::from("no-such-text");
        assert_eq!(t.text(&id), "«no-such-text»");
    }
}
