//! What can come of asking a server.

use crate::protocol::{ballot::BallotError, client::ClientError, sealing::SealingError};

/// Something that was to be done with a server was not done, or it is not known whether it was.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The connection broke, or never was. What was sent may have arrived.
    #[error("the server could not be reached, or its answer was lost")]
    Lost(#[source] ureq::Error),
    /// The server asks to come later, or cannot do anything now.
    #[error("the server can do nothing now")]
    Busy {
        /// When to come again, if it says so.
        retry_after_secs: Option<u64>,
    },
    /// It refuses.
    #[error("the server refuses")]
    Refused(Refusal),
    /// It shows something that an honest server does not show. Nothing more is sent to it.
    #[error("the server shows what an honest server does not show")]
    Untrusted(Untrusted),
    /// No token came about on this machine.
    #[error("no token could be made")]
    Token(#[source] ClientError),
    /// The ballot is not one of this petition.
    #[error("the ballot is not one of this petition")]
    Ballot(#[source] BallotError),
    /// The name cannot be sealed.
    #[error("the name cannot be sealed")]
    Sealing(#[source] SealingError),
}

impl Failure {
    /// Whether the same may well succeed later.
    #[must_use]
    pub const fn is_passing(&self) -> bool {
        matches!(self, Self::Lost(_) | Self::Busy { .. })
    }

    /// The message that says it (`locale`). What comes after `client-` in it is stable, for programs.
    #[must_use]
    pub const fn message_id(&self) -> &'static str {
        match self {
            Self::Lost(_) => "client-lost",
            Self::Busy { .. } => "client-busy",
            Self::Refused(refusal) => refusal.message_id(),
            Self::Untrusted(untrusted) => untrusted.message_id(),
            Self::Token(_) => "client-token",
            Self::Ballot(BallotError::OtherPetition) => "client-ballot-other",
            Self::Ballot(_) => "client-ballot",
            Self::Sealing(SealingError::TooLong) => "sign-sealed-too-long",
            Self::Sealing(_) => "client-no-trustee",
        }
    }
}

/// Why a server refuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// No such petition, or one may not know; or no server of this kind.
    NotFound,
    /// The address is none, or cannot prove what was chosen.
    Address,
    /// Not the code that was mailed.
    WrongCode {
        /// Tries left.
        tries_left: Option<u64>,
    },
    /// The code was mailed more than a day ago.
    CodeTooOld,
    /// Too many wrong codes were typed.
    TooManyTries,
    /// The code was asked for too long ago.
    Expired,
    /// The proof gave a token before.
    ProofUsed,
    /// No invitation of this petition.
    UnknownInvitation,
    /// The petition takes none now.
    Closed,
    /// It was taken down.
    TakenDown,
    /// Another cast was made with the same token.
    OtherLeaf,
    /// The server says that what was sent does not verify.
    Invalid,
    /// The name or title cannot be shown.
    Name,
    /// Nothing was cast by this withdrawal code.
    UnknownCast,
    /// Its database lacks what was published from it, so that nothing is signed.
    Behind,
    /// Too many come from this network, and work was done in vain.
    TooMany,
    /// It sends elsewhere.
    Elsewhere,
    /// Anything else.
    Other,
}

impl Refusal {
    const fn message_id(self) -> &'static str {
        match self {
            Self::NotFound => "client-not-found",
            Self::Address => "client-address-refused",
            Self::WrongCode { .. } => "client-wrong-code",
            Self::CodeTooOld => "client-code-too-old",
            Self::TooManyTries => "client-too-many-tries",
            Self::Expired => "client-expired",
            Self::ProofUsed => "client-proof-used",
            Self::UnknownInvitation => "client-unknown-invitation",
            Self::Closed => "client-closed",
            Self::TakenDown => "client-taken-down",
            Self::OtherLeaf => "client-other-leaf",
            Self::Invalid => "client-invalid",
            Self::Name => "client-name-refused",
            Self::UnknownCast => "client-unknown-cast",
            Self::Behind => "client-behind",
            Self::TooMany => "client-too-many",
            Self::Elsewhere => "client-elsewhere",
            Self::Other => "client-refused",
        }
    }

    /// By the stable code of a problem.
    pub(super) fn of(code: &str, tries_left: Option<u64>) -> Self {
        match code {
            "address" | "address-refused" => Self::Address,
            "wrong-code" => Self::WrongCode { tries_left },
            "code-too-old" => Self::CodeTooOld,
            "too-many-tries" => Self::TooManyTries,
            "expired" => Self::Expired,
            "proof-used" => Self::ProofUsed,
            "unknown-invitation" => Self::UnknownInvitation,
            "closed" => Self::Closed,
            "taken-down" => Self::TakenDown,
            "other-leaf" => Self::OtherLeaf,
            "invalid" | "bad-request" => Self::Invalid,
            "name" => Self::Name,
            "behind" => Self::Behind,
            "unknown-cast" => Self::UnknownCast,
            "work" => Self::TooMany,
            _ => Self::Other,
        }
    }
}

/// What an honest server does not show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Untrusted {
    /// No verifier key.
    Key,
    /// A checkpoint that is none, or not signed by the log's key.
    Checkpoint,
    /// A log that does not begin with its genesis.
    Genesis,
    /// Tiles that are not those of the checkpoint.
    Root,
    /// Another key than before.
    OtherKey,
    /// Another genesis than before, or than the one that was asked for.
    OtherGenesis,
    /// A log that is shorter than before: an old checkpoint.
    Shorter,
    /// A log that is not the one seen before.
    Changed,
    /// An answer that is not what was asked for.
    Answer,
    /// An answer that is longer than it can be.
    TooMuch,
    /// A token that does not verify.
    Token,
    /// No promise for this cast, or one that the log's key has not signed.
    Promise,
    /// A promise of a smaller group than the genesis names.
    SmallerGroup,
}

impl Untrusted {
    const fn message_id(self) -> &'static str {
        match self {
            Self::Key => "client-key",
            Self::Checkpoint => "client-checkpoint",
            Self::Genesis => "client-genesis",
            Self::Root => "client-root",
            Self::OtherKey => "client-other-key",
            Self::OtherGenesis => "client-other-genesis",
            Self::Shorter => "client-shorter",
            Self::Changed => "client-changed",
            Self::Answer => "client-answer",
            Self::TooMuch => "client-too-much",
            Self::Token => "client-bad-token",
            Self::Promise => "client-promise",
            Self::SmallerGroup => "client-smaller-group",
        }
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<Untrusted> for Failure {
    fn from(untrusted: Untrusted) -> Self {
        Self::Untrusted(untrusted)
    }
}
