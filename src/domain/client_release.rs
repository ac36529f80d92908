//! The program that people sign with, as the log names it: which script, and which pages to keep on disk.

use std::collections::BTreeMap;

use super::lang::Lang;

/// SHA-256 of something as it is served.
pub type Hash = [u8; 32];

/// The most languages that a release names pages in (protocol, kind 08).
pub const LANGUAGES_MAX: usize = 64;

/// The longest language tag, in characters (RFC 5646, section 4.4.1).
const TAG_MAX: usize = 35;

/// Hashes of what everyone is given. They stand in the petition's log, so that people can compare.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientRelease {
    /// The pages that can be saved to disk.
    pub pages: SavedPages,
    /// Of the script.
    pub script: Hash,
}

/// The hashes of the pages that can be saved to disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SavedPages {
    /// One page, as earlier releases named it: without its language, which was English.
    One(Hash),
    /// One for each language, 1 to [`LANGUAGES_MAX`] of them.
    ByLanguage(BTreeMap<LanguageTag, Hash>),
}

impl ClientRelease {
    /// The page in this language. `None` where the release names none.
    #[must_use]
    pub fn page(&self, lang: Lang) -> Option<&Hash> {
        match &self.pages {
            SavedPages::One(page) => (lang == Lang::English).then_some(page),
            SavedPages::ByLanguage(pages) => pages.get(&LanguageTag::from(lang)),
        }
    }
}

/// A language tag of the log (RFC 5646): letters in lower case, then parts of letters and digits after dashes. It may be a
/// language that this program does not speak.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct LanguageTag(String);

impl LanguageTag {
    /// Reads a tag: 2 or 3 of a to z, then any number of parts of 1 to 8 letters and digits, each after a dash; 35 characters
    /// at most. `None` for anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (first, parts) = text.split_once('-').unwrap_or((text, "x"));
        let is_language = matches!(first.len(), 2..=3) && first.bytes().all(|byte| byte.is_ascii_lowercase());
        let is_part =
            |part: &str| matches!(part.len(), 1..=8) && part.bytes().all(|byte| byte.is_ascii_alphanumeric());
        let is_tag = is_language && parts.split('-').all(is_part) && text.len() <= TAG_MAX;
        is_tag.then(|| Self(text.to_owned()))
    }

    /// As the log spells it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<Lang> for LanguageTag {
    fn from(lang: Lang) -> Self {
        Self(lang.tag().to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_spelled_as_browsers_spell_it() {
        for tag in ["en", "de", "pt-BR", "zh-Hant-TW", "yue", "en-XA", "sl-rozaj-biske-1994"] {
            assert_eq!(LanguageTag::parse(tag).unwrap().as_str(), tag);
        }
        let long = format!("en{}", "-abcdefgh".repeat(4));
        for tag in
            ["", "e", "EN", "engl", "en-", "-en", "en--US", "en_US", "e1", "en-abcdefghi", "de-ä", &long]
        {
            assert_eq!(LanguageTag::parse(tag), None, "{tag}");
        }
        for lang in Lang::ALL {
            assert_eq!(LanguageTag::parse(lang.tag()), Some(LanguageTag::from(lang)));
        }
    }

    #[test]
    fn an_earlier_release_names_the_english_page_alone() {
        let earlier = ClientRelease { pages: SavedPages::One([1; 32]), script: [2; 32] };
        assert_eq!(earlier.page(Lang::English), Some(&[1; 32]));
        assert_eq!(earlier.page(Lang::Pseudo), None);
        let pages = BTreeMap::from([(LanguageTag::from(Lang::Pseudo), [3; 32])]);
        let release = ClientRelease { pages: SavedPages::ByLanguage(pages), script: [2; 32] };
        assert_eq!((release.page(Lang::Pseudo), release.page(Lang::English)), (Some(&[3; 32]), None));
    }
}
