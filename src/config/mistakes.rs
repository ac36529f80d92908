//! What is wrong with the settings, in words that name the setting and the way to mend it.

use std::fmt;

/// What is wrong with a value, and how to mend it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) wrong: String,
    pub(super) fix: String,
}

pub(super) fn refusal(wrong: impl Into<String>, fix: impl Into<String>) -> Refusal {
    Refusal { wrong: wrong.into(), fix: fix.into() }
}

/// Something wrong with one setting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    setting: String,
    wrong: String,
    fix: String,
}

impl Mistake {
    pub(super) fn new(setting: impl Into<String>, wrong: impl Into<String>, fix: impl Into<String>) -> Self {
        Self { setting: setting.into(), wrong: wrong.into(), fix: fix.into() }
    }

    /// The setting's name.
    #[must_use]
    pub fn setting(&self) -> &str {
        &self.setting
    }
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: {}", self.setting, self.wrong, self.fix)
    }
}

/// All that is wrong with the settings.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mistakes(Vec<Mistake>);

impl Mistakes {
    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Each mistake.
    pub fn iter(&self) -> std::slice::Iter<'_, Mistake> {
        self.0.iter()
    }

    pub(super) fn add(&mut self, mistake: Mistake) {
        self.0.push(mistake);
    }

    /// Takes the value out of `result`, or notes what is wrong with the setting called `name`.
    pub(super) fn value<T>(&mut self, name: &str, result: Result<T, Refusal>) -> Option<T> {
        match result {
            Ok(value) => Some(value),
            Err(Refusal { wrong, fix }) => {
                self.add(Mistake::new(name, wrong, fix));
                None
            }
        }
    }
}

impl<'a> IntoIterator for &'a Mistakes {
    type Item = &'a Mistake;
    type IntoIter = std::slice::Iter<'a, Mistake>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl fmt::Display for Mistakes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the settings do not fit together yet:")?;
        self.0.iter().try_for_each(|mistake| write!(f, "\n- {mistake}"))
    }
}

impl std::error::Error for Mistakes {}
