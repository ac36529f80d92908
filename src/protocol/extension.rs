//! What a signature carries beside the token: how it wants to be shown. The log holds only a salted commitment
//! to it; the opening (salt and extension) lives outside the log and can be erased.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::hash::sha256;

/// How a signature wants to be shown, and what it shows.
#[derive(Clone, PartialEq, Eq)]
pub enum Extension {
    /// The name stands on the page.
    Public {
        /// The name, as given.
        name: String,
        /// Job title or the like, as given.
        title: Option<String>,
    },
    /// The name is sealed to a trustee until enough have signed.
    Sealed {
        /// The name, as given.
        name: String,
        /// Job title or the like, as given.
        title: Option<String>,
    },
    /// Counted only.
    Anonymous,
}

/// The bytes are no extension in canonical form. Never carries what they held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an extension in canonical form")]
pub struct NotAnExtension;

#[derive(Serialize, Deserialize, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
enum Mode {
    Public,
    Sealed,
    Anonymous,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wire {
    mode: Mode,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    title: Option<String>,
}

impl Extension {
    /// The canonical JSON (RFC 8785).
    #[must_use]
    #[expect(clippy::missing_panics_doc, reason = "text and an enum always serialize")]
    pub fn to_jcs(&self) -> Vec<u8> {
        let wire = match self.clone() {
            Self::Public { name, title } => Wire { mode: Mode::Public, name: Some(name), title },
            Self::Sealed { name, title } => Wire { mode: Mode::Sealed, name: Some(name), title },
            Self::Anonymous => Wire { mode: Mode::Anonymous, name: None, title: None },
        };
        #[expect(clippy::expect_used, reason = "text and an enum always serialize")]
        serde_json_canonicalizer::to_vec(&wire).expect("strings serialize")
    }

    /// Reads the canonical form, and no other.
    ///
    /// # Errors
    /// [`NotAnExtension`]: unknown mode or field, a named mode without its name, a nameless one with a name,
    /// or JSON in another than the canonical form.
    pub fn parse(bytes: &[u8]) -> Result<Self, NotAnExtension> {
        // serde's message would repeat what was read.
        let wire: Wire = serde_json::from_slice(bytes).or(Err(NotAnExtension))?;
        let read = match wire {
            Wire { mode: Mode::Public, name: Some(name), title } => Self::Public { name, title },
            Wire { mode: Mode::Sealed, name: Some(name), title } => Self::Sealed { name, title },
            Wire { mode: Mode::Anonymous, name: None, title: None } => Self::Anonymous,
            _ => return Err(NotAnExtension),
        };
        if read.to_jcs() == bytes { Ok(read) } else { Err(NotAnExtension) }
    }
}

/// The commitment that stands in the cast leaf. Without the salt it says nothing, even to someone who guesses
/// the name.
#[must_use]
pub fn commit(salt: &[u8; 32], extension: &[u8]) -> [u8; 32] {
    sha256(&[b"ext/v1\0", salt, extension])
}

impl fmt::Debug for Extension {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Public { .. } => "Public(redacted)",
            Self::Sealed { .. } => "Sealed(redacted)",
            Self::Anonymous => "Anonymous",
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_extension_is_canonical_json() {
        let public =
            Extension::Public { name: "Ada \"\u{e9}\u{1f600}".into(), title: Some("Engineer\n".into()) };
        let bytes = public.to_jcs();
        assert_eq!(
            String::from_utf8(bytes.clone()).unwrap(),
            "{\"mode\":\"public\",\"name\":\"Ada \\\"\u{e9}\u{1f600}\",\"title\":\"Engineer\\n\"}"
        );
        assert_eq!(Extension::parse(&bytes), Ok(public));
        assert_eq!(Extension::Anonymous.to_jcs(), b"{\"mode\":\"anonymous\"}");
        assert_eq!(Extension::parse(b"{\"mode\":\"anonymous\"}"), Ok(Extension::Anonymous));
    }

    #[test]
    fn another_spelling_of_the_same_extension_is_refused() {
        for text in [
            "",
            "{}",
            "null",
            "{\"mode\":\"public\"}",
            "{\"mode\":\"secret\",\"name\":\"A\"}",
            "{\"mode\":\"anonymous\",\"name\":\"A\"}",
            "{\"mode\":\"public\",\"name\":\"A\",\"more\":1}",
            "{\"name\":\"A\",\"mode\":\"public\"}",
            "{\"mode\":\"public\",\"name\":\"\\u0041\"}",
            "{\"mode\":\"public\",\"name\":\"A\",\"name\":\"B\"}",
            "{\"mode\":\"public\",\"name\":\"A\",\"title\":null}",
            "{\"mode\":\"public\", \"name\":\"A\"}",
            "{\"mode\":\"public\",\"name\":\"\\ud800\"}",
        ] {
            assert_eq!(Extension::parse(text.as_bytes()), Err(NotAnExtension), "{text}");
        }
    }

    #[test]
    fn a_name_never_shows_in_debug_output() {
        let public = Extension::Public { name: "Ada".into(), title: None };
        assert_eq!(format!("{public:?}"), "Public(redacted)");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        #[test]
        fn every_name_reads_back(name in ".{1,40}", title in proptest::option::of(".{0,20}")) {
            let public = Extension::Public { name, title };
            prop_assert_eq!(Extension::parse(&public.to_jcs()), Ok(public));
        }

        #[test]
        fn another_salt_or_name_gives_another_commitment(salt: [u8; 32], name in "[a-z]{1,9}") {
            let extension = Extension::Sealed { name, title: None }.to_jcs();
            let mut other = salt;
            other[0] ^= 1;
            prop_assert_ne!(commit(&salt, &extension), commit(&other, &extension));
        }
    }
}
