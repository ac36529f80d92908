//! The text files, embedded in the binary. A new language is a folder and a line in [`LANGUAGES`].

use super::numbers::Grouping;
use crate::domain::lang::Lang;

/// One language as embedded.
#[derive(Debug, Clone, Copy)]
pub struct Language {
    /// Which language it is.
    pub lang: Lang,
    /// Language tag, and name of its folder.
    pub tag: &'static str,
    /// How it groups digits.
    pub grouping: Grouping,
    /// File name and text of each Fluent file.
    pub files: &'static [(&'static str, &'static str)],
    /// Name and Markdown of each long page.
    pub pages: &'static [(&'static str, &'static str)],
}

macro_rules! language {
    ($lang:expr, $tag:literal, $grouping:expr) => {
        language!(
            $lang, $tag, $grouping,
            files: ["dates", "site", "petition", "proofs", "sign", "invitations", "receipt", "organize", "account", "admin", "voids", "errors", "problem", "mail", "pages", "client", "saved", "command-line", "audit", "check", "own"],
            pages: ["privacy", "how-anonymity-works", "your-safety", "accessibility"]
        )
    };
    ($lang:expr, $tag:literal, $grouping:expr, files: [$($file:literal),*], pages: [$($page:literal),*]) => {
        Language {
            lang: $lang,
            tag: $tag,
            grouping: $grouping,
            files: &[$((concat!($file, ".ftl"), include_str!(concat!($tag, "/", $file, ".ftl")))),*],
            pages: &[$(($page, include_str!(concat!($tag, "/pages/", $page, ".md")))),*],
        }
    };
}

/// Every language there is.
pub const LANGUAGES: &[Language] = &[language!(Lang::English, "en", Grouping::Comma)];
