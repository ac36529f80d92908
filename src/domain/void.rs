//! Why a signature counts no longer: one of a few codes, public in the log for good.

/// The reason of a void.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VoidReason {
    /// Mailboxes that were made to sign.
    MadeMailboxes,
    /// Invitations that were used by others than those they were for.
    MisusedInvitations,
    /// A name whose bearer did not sign.
    FalseName,
    /// A defect of this program.
    Defect,
}

impl VoidReason {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::MadeMailboxes, Self::MisusedInvitations, Self::FalseName, Self::Defect];

    /// As leaves and forms write it.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::MadeMailboxes => "made-mailboxes",
            Self::MisusedInvitations => "misused-invitations",
            Self::FalseName => "false-name",
            Self::Defect => "defect",
        }
    }

    /// Reads [`Self::code`]. `None` for anything else.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.code() == code)
    }
}
