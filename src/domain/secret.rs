//! Text that must never be seen by accident.

use std::fmt;

use zeroize::Zeroize;

/// Text that logs, errors and debug output never show: a code, a link token, a passphrase. Reading it is
/// spelled [`expose`](Self::expose), so that `grep expose` finds every place; it is overwritten when dropped.
#[derive(Clone, PartialEq, Eq)]
pub struct SecretText(String);

impl SecretText {
    /// Takes `text` into custody.
    #[must_use]
    pub const fn new(text: String) -> Self {
        Self(text)
    }

    /// The text itself.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for SecretText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretText(…)")
    }
}

impl Drop for SecretText {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}
