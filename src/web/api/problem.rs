//! What can go wrong for a client, as RFC 9457 problems with a stable `code` that programs can tell apart.

use crate::{
    domain::{eligibility::Refusal, email::AddressProblem},
    locale::Locale,
};

/// A refusal that a client understands by its code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ApiProblem {
    /// The body is not `application/json`.
    NotJson,
    /// The body is no JSON of the right shape, or bytes in it are not base64url.
    Malformed,
    /// The address is none, or cannot be read.
    Address(AddressProblem),
    /// The address cannot prove what was chosen.
    Refused(Refusal),
    /// Not the code that was mailed.
    WrongCode {
        /// Tries left at this ticket.
        tries_left: u32,
    },
    /// The code that was mailed, more than a day ago.
    CodeTooOld,
    /// Too many wrong codes at this ticket.
    TooManyTries,
    /// The ticket lives no more.
    Expired,
    /// This proof gave a token before, for another request.
    ProofUsed,
    /// No such invitation for this petition.
    UnknownInvitation,
    /// The token request is for another key, or holds no number that is ever signed.
    BadRequest,
    /// The petition takes none now.
    Closed,
    /// The petition was taken down.
    TakenDown,
    /// Another leaf was cast with this token.
    OtherLeaf,
    /// The leaf does not verify, or its extension does not open it.
    Invalid,
    /// The name or job title cannot be shown as it is written.
    Name,
    /// The cast still waits for its group.
    Waits,
    /// An admin has invalidated the signature.
    Voided,
    /// This very amendment was made before, and is not what is shown now.
    AmendedBefore,
    /// The petition named no trustee to whom a name could be sealed.
    NoTrustee,
    /// No cast by this key is known.
    UnknownCast,
}

impl ApiProblem {
    /// What programs tell it by.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotJson => "not-json",
            Self::Malformed => "malformed",
            Self::Address(_) => "address",
            Self::Refused(_) => "address-refused",
            Self::WrongCode { .. } => "wrong-code",
            Self::CodeTooOld => "code-too-old",
            Self::TooManyTries => "too-many-tries",
            Self::Expired => "expired",
            Self::ProofUsed => "proof-used",
            Self::UnknownInvitation => "unknown-invitation",
            Self::BadRequest => "bad-request",
            Self::Closed => "closed",
            Self::TakenDown => "taken-down",
            Self::OtherLeaf => "other-leaf",
            Self::Invalid => "invalid",
            Self::Name => "name",
            Self::Waits => "waits",
            Self::Voided => "voided",
            Self::AmendedBefore => "amended-before",
            Self::NoTrustee => "no-trustee",
            Self::UnknownCast => "unknown-cast",
        }
    }

    /// How often another code may be tried, where that is what it is about.
    #[must_use]
    pub const fn tries_left(&self) -> Option<u32> {
        match self {
            Self::WrongCode { tries_left } => Some(*tries_left),
            _ => None,
        }
    }

    /// What a person can do about it.
    #[must_use]
    pub fn words(&self, t: &Locale) -> String {
        match self {
            Self::Address(problem) => t.problem(problem),
            Self::Refused(refusal) => t.text(refusal.message_id()),
            Self::WrongCode { tries_left } => t.with1("code-wrong", "n", u64::from(*tries_left)),
            Self::CodeTooOld => t.text("code-too-old"),
            Self::TooManyTries => t.text("code-exhausted"),
            Self::NotJson => t.text("api-not-json"),
            Self::Malformed => t.text("api-malformed"),
            Self::Expired => t.text("api-expired"),
            Self::ProofUsed => t.text("api-proof-used"),
            Self::UnknownInvitation => t.text("api-unknown-invitation"),
            Self::BadRequest => t.text("api-bad-request"),
            Self::Closed => t.text("api-closed"),
            Self::TakenDown => t.text("api-taken-down"),
            Self::OtherLeaf => t.text("api-other-leaf"),
            Self::Invalid => t.text("api-invalid"),
            Self::Name => t.text("api-name"),
            Self::Waits => t.text("api-waits"),
            Self::Voided => t.text("api-voided"),
            Self::AmendedBefore => t.text("api-amended-before"),
            Self::NoTrustee => t.text("api-no-trustee"),
            Self::UnknownCast => t.text("api-unknown-cast"),
        }
    }
}
