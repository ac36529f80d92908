//! Proof kinds and crowds: what was proved, and which signatures are counted, issued and (later) batched
//! together.

use super::ids::EmployerId;

/// What a signer proved. The numbers of different kinds are never mixed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ProofKind {
    /// A code read from a mailbox at one of the employer's domains.
    WorkMail,
    /// A single-use invitation that an organizer made and handed over: no mail at all.
    Invite,
    /// A code read from any mailbox: former staff and supporters, where the petition allows them.
    AnyMail,
}

impl ProofKind {
    /// The name used in the log, the database and forms.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::WorkMail => "work-mail",
            Self::Invite => "invite",
            Self::AnyMail => "any-mail",
        }
    }

    /// Reads [`Self::as_str`]. `None` for an unknown kind.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "work-mail" => Some(Self::WorkMail),
            "invite" => Some(Self::Invite),
            "any-mail" => Some(Self::AnyMail),
            _ => None,
        }
    }
}

/// The place of a crowd in the genesis leaf, one byte in the token challenge (protocol, section 2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CrowdIndex(u8);

impl CrowdIndex {
    /// The crowd at place `index` of the genesis leaf.
    #[must_use]
    pub const fn new(index: u8) -> Self {
        Self(index)
    }

    /// The byte that stands in the token challenge.
    #[must_use]
    pub const fn get(self) -> u8 {
        self.0
    }
}

/// A crowd: a proof kind, or a proof kind at one employer, with a key and a number of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Crowd {
    /// Its place in genesis.
    pub index: CrowdIndex,
    /// What its members proved.
    pub proof: ProofKind,
    /// Set only where the organizer chose to count several employers apart.
    pub employer: Option<EmployerId>,
}

/// How the staff of several employers are counted; chosen before signing begins, fixed in genesis.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CrowdPlan {
    /// All employers together: the largest crowd to stand in.
    Together,
    /// One crowd per employer, each with its own number.
    PerEmployer,
}

impl CrowdPlan {
    /// The name used in the database and forms.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Together => "together",
            Self::PerEmployer => "per-employer",
        }
    }

    /// Reads [`Self::as_str`]. `None` for an unknown plan.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "together" => Some(Self::Together),
            "per-employer" => Some(Self::PerEmployer),
            _ => None,
        }
    }
}

/// The crowds of a petition in genesis order: work mail first, employers in their order, then
/// invitations (one crowd, whoever they were handed to), then any mail.
#[must_use]
pub fn crowds(plan: CrowdPlan, employers: &[EmployerId], proofs: &[ProofKind]) -> Vec<Crowd> {
    let mut list: Vec<(ProofKind, Option<EmployerId>)> = Vec::new();
    if proofs.contains(&ProofKind::WorkMail) {
        match plan {
            CrowdPlan::PerEmployer if employers.len() > 1 => {
                list.extend(employers.iter().map(|employer| (ProofKind::WorkMail, Some(*employer))));
            }
            CrowdPlan::PerEmployer | CrowdPlan::Together => list.push((ProofKind::WorkMail, None)),
        }
    }
    for proof in [ProofKind::Invite, ProofKind::AnyMail] {
        if proofs.contains(&proof) {
            list.push((proof, None));
        }
    }
    (0u8..)
        .zip(list)
        .map(|(index, (proof, employer))| Crowd { index: CrowdIndex(index), proof, employer })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_invited_are_a_crowd_of_their_own_however_employers_are_counted() {
        let employers =
            [EmployerId::new(uuid::Uuid::from_u128(1)), EmployerId::new(uuid::Uuid::from_u128(2))];
        let all = [ProofKind::AnyMail, ProofKind::Invite, ProofKind::WorkMail];
        let kinds = |plan, proofs: &[ProofKind]| {
            crowds(plan, &employers, proofs).iter().map(|crowd| crowd.proof).collect::<Vec<_>>()
        };
        assert_eq!(
            kinds(CrowdPlan::Together, &all),
            [ProofKind::WorkMail, ProofKind::Invite, ProofKind::AnyMail]
        );
        assert_eq!(kinds(CrowdPlan::PerEmployer, &all[1..2]), [ProofKind::Invite]);
        for proof in all {
            assert_eq!(ProofKind::parse(proof.as_str()), Some(proof));
        }
    }

    #[test]
    fn employers_counted_apart_each_get_a_crowd_and_supporters_get_one() {
        let employers =
            [EmployerId::new(uuid::Uuid::from_u128(1)), EmployerId::new(uuid::Uuid::from_u128(2))];
        let both = [ProofKind::WorkMail, ProofKind::AnyMail];
        let apart = crowds(CrowdPlan::PerEmployer, &employers, &both);
        assert_eq!(
            apart.iter().map(|crowd| (crowd.index.get(), crowd.proof, crowd.employer)).collect::<Vec<_>>(),
            [
                (0, ProofKind::WorkMail, Some(employers[0])),
                (1, ProofKind::WorkMail, Some(employers[1])),
                (2, ProofKind::AnyMail, None),
            ]
        );
        assert_eq!(crowds(CrowdPlan::Together, &employers, &both).len(), 2);
        assert_eq!(crowds(CrowdPlan::PerEmployer, &employers[..1], &both[..1]).len(), 1);
    }
}
