//! The language that something is said in. A request has one, and so has every mail.

/// A language that this program speaks. Small and `Copy`: it is handed down with requests and mails, and `locale` has its
/// words.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Lang {
    /// English. Also the language of rows written before mails had one.
    #[default]
    English,
    /// English with every letter accented, for tests: what is not accented was not worded by `locale`. No request is
    /// answered in it unless a test has made it the instance's language.
    Pseudo,
}

impl Lang {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::English, Self::Pseudo];

    /// The language tag (BCP 47), for the `lang` attribute and for rows: `en`. `en-XA` is the tag that Unicode's CLDR has
    /// for accented English.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Pseudo => "en-XA",
        }
    }

    /// The language with this tag.
    #[must_use]
    pub fn parse(tag: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|lang| lang.tag() == tag)
    }

    /// The direction it is read in, for the `dir` attribute.
    #[must_use]
    pub const fn direction(self) -> &'static str {
        match self {
            Self::English | Self::Pseudo => "ltr",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_names_one_language() {
        for lang in Lang::ALL {
            assert_eq!(Lang::parse(lang.tag()), Some(lang));
        }
        assert_eq!(Lang::parse("tlh"), None);
    }
}
