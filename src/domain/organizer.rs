//! Organizers: accounts under a pseudonym, and what role a member has in a petition.

/// What a member may do in a petition. Owner now; helpers join with a later issue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Everything: edit, open, close, extend, hide a name.
    Owner,
}

impl Role {
    /// The name used in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Owner => "owner",
        }
    }

    /// Reads [`Self::as_str`]. `None` for an unknown role.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        (text == "owner").then_some(Self::Owner)
    }
}
