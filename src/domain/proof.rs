//! Proof kinds and crowds: what was proved, and which signatures are counted, issued and (later) batched
//! together.
//!
//! A kind of proof is described once, in the table below. Other code asks the description, and matches on the kind only
//! where it does something of its own. A new kind is a line of the table, its words (`locale/en/proofs.ftl`), its
//! name in the browser's module (`30-leaves.js`), and, where it is shown by new [`Evidence`], the way to show it.

use std::collections::BTreeSet;

use serde::Deserialize;

use super::ids::EmployerId;

/// What is known of a kind of proof.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Description {
    /// Its name in the log, the database, the API, and in the ids of its words.
    key: &'static str,
    /// The name of its box in the organizer's form.
    field: &'static str,
    /// What is shown to prove it.
    evidence: Evidence,
    /// Whom it is for.
    signers: Signers,
    /// Its place among the ways to sign that people are offered: the one that leaves the fewest traces comes first.
    offered: u8,
    /// What it is, for the help of the command line.
    about: &'static str,
}

/// What somebody shows to prove that they may sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Evidence {
    /// A code that was mailed to an address.
    MailedCode(Mailboxes),
    /// A single-use invitation that an organizer made and handed over.
    Invitation,
}

/// Which mailboxes prove something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mailboxes {
    /// Those at the domains of the employers.
    AtEmployers,
    /// All others.
    Elsewhere,
}

/// Whom a kind of proof is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signers {
    /// Staff. A petition takes at least one such kind, and its goal counts the first of them.
    Staff,
    /// Others, whom a petition may take besides.
    Others,
}

macro_rules! proof_kinds {
    ($($(#[$doc:meta])* $kind:ident => $description:expr;)*) => {
        /// What a signer proved, in the order of genesis. The numbers of different kinds are never mixed.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
        #[serde(try_from = "String")]
        pub enum ProofKind {
            $($(#[$doc])* $kind,)*
        }

        impl ProofKind {
            /// All of them, in the order of genesis.
            pub const ALL: &[Self] = &[$(Self::$kind),*];

            const fn describe(self) -> Description {
                match self {
                    $(Self::$kind => $description,)*
                }
            }
        }
    };
}

proof_kinds! {
    /// A code read from a mailbox at one of the employer's domains.
    WorkMail => Description {
        key: "work-mail",
        field: "work_mail",
        evidence: Evidence::MailedCode(Mailboxes::AtEmployers),
        signers: Signers::Staff,
        offered: 1,
        about: "A code mailed to an address at one of the employers",
    };
    /// A single-use invitation that an organizer made and handed over: no mail at all.
    Invite => Description {
        key: "invite",
        field: "invite",
        evidence: Evidence::Invitation,
        signers: Signers::Staff,
        offered: 0,
        about: "An invitation from an organizer; no mail at all",
    };
    /// A code read from any mailbox: former staff and supporters, where the petition allows them.
    AnyMail => Description {
        key: "any-mail",
        field: "any_mail",
        evidence: Evidence::MailedCode(Mailboxes::Elsewhere),
        signers: Signers::Others,
        offered: 2,
        about: "A code mailed to any other address",
    };
}

impl ProofKind {
    /// The name used in the log, the database and forms.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        self.describe().key
    }

    /// Reads [`Self::as_str`]. `None` for an unknown kind.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.as_str() == text)
    }

    /// The name of its box in the organizer's form.
    #[must_use]
    pub const fn field(self) -> &'static str {
        self.describe().field
    }

    /// What is shown to prove it.
    #[must_use]
    pub const fn evidence(self) -> Evidence {
        self.describe().evidence
    }

    /// Whom it is for.
    #[must_use]
    pub const fn signers(self) -> Signers {
        self.describe().signers
    }

    /// What it is, for the help of the command line.
    #[must_use]
    pub const fn about(self) -> &'static str {
        self.describe().about
    }

    /// The mailboxes that prove it. `None` where no address is asked for.
    #[must_use]
    pub const fn mailboxes(self) -> Option<Mailboxes> {
        match self.evidence() {
            Evidence::MailedCode(mailboxes) => Some(mailboxes),
            Evidence::Invitation => None,
        }
    }

    /// Whether an address is asked for.
    #[must_use]
    pub const fn asks_address(self) -> bool {
        self.mailboxes().is_some()
    }

    /// Whether it is proved at one of the employers, by its list of domains: so it can be counted for each apart.
    #[must_use]
    pub const fn is_at_employer(self) -> bool {
        matches!(self.mailboxes(), Some(Mailboxes::AtEmployers))
    }

    /// Whether it is for staff.
    #[must_use]
    pub const fn is_for_staff(self) -> bool {
        matches!(self.signers(), Signers::Staff)
    }

    /// All of them, as people are offered them: the one that leaves the fewest traces first.
    #[must_use]
    pub fn offered() -> Vec<Self> {
        let mut kinds = Self::ALL.to_vec();
        kinds.sort_by_key(|kind| kind.describe().offered);
        kinds
    }

    /// What a petition that takes these is measured by: the first kind for staff.
    #[must_use]
    pub fn leading(taken: &[Self]) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.is_for_staff() && taken.contains(kind))
    }
}

/// No kind of proof has this name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an unknown kind of proof")]
pub struct UnknownProof;

impl TryFrom<String> for ProofKind {
    type Error = UnknownProof;

    fn try_from(name: String) -> Result<Self, UnknownProof> {
        Self::parse(&name).ok_or(UnknownProof)
    }
}

/// What a draft says where nobody has chosen yet: staff sign by work address.
#[must_use]
pub fn default_proofs() -> BTreeSet<ProofKind> {
    BTreeSet::from([ProofKind::WorkMail])
}

/// The longest name of a kind of proof, in bytes.
const NAME_MAX: usize = 32;

/// A kind of proof by the name that a log gives it. It may be one that is newer than this program: the log can be audited
/// all the same, and the crowd counted, but how it was proved is not known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProofName(String);

impl ProofName {
    /// Reads a name: 1 to 32 of a to z, 0 to 9 and dashes, beginning with a letter. `None` for anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let is_name = text.len() <= NAME_MAX
            && text.starts_with(|first: char| first.is_ascii_lowercase())
            && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
        is_name.then(|| Self(text.to_owned()))
    }

    /// As the log spells it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The kind of this name. `None`: this program does not know it.
    #[must_use]
    pub fn kind(&self) -> Option<ProofKind> {
        ProofKind::parse(&self.0)
    }
}

impl From<ProofKind> for ProofName {
    fn from(kind: ProofKind) -> Self {
        Self(kind.as_str().to_owned())
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

/// The crowds of a petition in genesis order: kinds of proof in theirs; a kind that is proved at an employer has a crowd for
/// each employer where they are counted apart, all others have one.
#[must_use]
pub fn crowds(plan: CrowdPlan, employers: &[EmployerId], proofs: &[ProofKind]) -> Vec<Crowd> {
    let is_apart = plan == CrowdPlan::PerEmployer && employers.len() > 1;
    let taken = ProofKind::ALL.iter().copied().filter(|kind| proofs.contains(kind));
    let list = taken.flat_map(|proof| {
        let apart = if is_apart && proof.is_at_employer() { employers } else { &[] };
        let together = apart.is_empty().then_some((proof, None));
        apart.iter().map(move |employer| (proof, Some(*employer))).chain(together)
    });
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
