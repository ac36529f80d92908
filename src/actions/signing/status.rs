//! What is true of a signature at the moment of the answer.

use crate::{actions::collector::Signed, domain::petition::Standing};

/// What is true of a signature now, for the person who made it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// It counts, and its name is shown to everyone.
    NameShown,
    /// It counts, and its name will be shown once the organizers open the petition to the public.
    NameShownLater,
    /// It counts. A name was given and is not shown: its signer took it down, or it was hidden.
    NameNotShown,
    /// It shows no name: it is counted, now or later, in a group.
    Nameless,
    /// It was withdrawn.
    Withdrawn,
    /// An admin has invalidated it.
    Voided,
    /// The petition ended without having been opened to the public: nothing is shown.
    EndedQuietly,
    /// The petition was taken down.
    TakenDown,
    /// Nothing is held of it any more: too few others came to be published with it.
    NotHeld,
}

impl Status {
    /// Of a signature that was made just now.
    #[must_use]
    pub const fn of_new(shows_name: bool, standing: Standing) -> Self {
        match (shows_name, standing) {
            (true, Standing::Public) => Self::NameShown,
            (true, _) => Self::NameShownLater,
            (false, _) => Self::Nameless,
        }
    }

    /// Whether the withdrawal code is of any use.
    #[must_use]
    pub const fn has_use_for_code(self) -> bool {
        !matches!(self, Self::Withdrawn | Self::NotHeld)
    }

    /// Of a signature that was made before. `signed`: what is held of it.
    #[must_use]
    pub fn of(signed: Option<&Signed>, standing: Standing) -> Self {
        let withdrawn = signed.is_some_and(|signed| signed.withdrawn);
        match (standing, signed) {
            _ if withdrawn => Self::Withdrawn,
            (Standing::TakenDown, _) => Self::TakenDown,
            (Standing::EndedQuietly, _) => Self::EndedQuietly,
            (_, None) => Self::NotHeld,
            (_, Some(signed)) if signed.voided.is_some() => Self::Voided,
            (_, Some(signed)) if signed.nameless && signed.shown.is_none() => Self::Nameless,
            (_, Some(signed)) if signed.shown.is_none() => Self::NameNotShown,
            (Standing::Public, Some(_)) => Self::NameShown,
            (Standing::Private | Standing::Quiet, Some(_)) => Self::NameShownLater,
        }
    }
}
