//! Whether an address can prove what a petition asks for, and in which crowd it then counts. Told at once,
//! on the form: it says nothing about whether the address signed.

use super::{
    email::EmailAddress,
    ids::EmployerId,
    proof::{Crowd, CrowdIndex, Mailboxes, ProofKind},
};

/// Why an address cannot be used for a proof.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// Work mail was chosen, and the address is at none of the employers' domains.
    OutsideDomains,
    /// A mailbox that several people read (info@, all@ …) proves nobody's employment.
    RoleMailbox,
    /// A personal address was asked for, and this is one at an employer's domain.
    WorkAddress,
    /// The petition does not take this proof.
    ProofNotTaken,
}

impl Refusal {
    /// The message that says it (`locale`).
    #[must_use]
    pub const fn message_id(self) -> &'static str {
        match self {
            Self::OutsideDomains => "address-outside-domains",
            Self::RoleMailbox => "address-role-mailbox",
            Self::WorkAddress => "address-work-address",
            Self::ProofNotTaken => "proof-not-taken",
        }
    }
}

/// Whether a mailbox proves this, given the employer at whose domains it is, if it is at any.
///
/// # Errors
/// [`Refusal`], in the order in which it helps most.
pub fn check_mailbox<E>(
    proof: ProofKind,
    address: &EmailAddress,
    employer: Option<&E>,
) -> Result<(), Refusal> {
    let Some(mailboxes) = proof.mailboxes() else { return Err(Refusal::ProofNotTaken) };
    if address.is_role_mailbox() {
        return Err(Refusal::RoleMailbox);
    }
    match (mailboxes, employer) {
        (Mailboxes::AtEmployers, None) => Err(Refusal::OutsideDomains),
        (Mailboxes::Elsewhere, Some(_)) => Err(Refusal::WorkAddress),
        (Mailboxes::AtEmployers, Some(_)) | (Mailboxes::Elsewhere, None) => Ok(()),
    }
}

/// The crowd in which a signature by `proof` from `address` counts.
///
/// # Errors
/// [`Refusal`], in the order in which it helps most.
pub fn crowd_for(
    proof: ProofKind,
    address: &EmailAddress,
    crowds: &[Crowd],
    domains: &[(String, EmployerId)],
) -> Result<CrowdIndex, Refusal> {
    if !crowds.iter().any(|crowd| crowd.proof == proof) {
        return Err(Refusal::ProofNotTaken);
    }
    let domain = address.domain();
    let employer =
        domains.iter().find(|(listed, _)| listed == domain.as_str()).map(|(_, employer)| *employer);
    check_mailbox(proof, address, employer.as_ref())?;
    crowds
        .iter()
        .find(|crowd| crowd.proof == proof && (crowd.employer.is_none() || crowd.employer == employer))
        .map(|crowd| crowd.index)
        .ok_or(Refusal::OutsideDomains)
}
