//! Published numbers. They are stored when published and never counted live; numbers of different proof
//! kinds stand side by side and are never added up across kinds.

use serde::Serialize;

use std::collections::BTreeMap;

use super::{
    ids::EmployerId,
    proof::{CrowdIndex, ProofKind},
    time::Day,
};

/// Numbers by kind of proof, in genesis order. They are never added up.
pub type ByProof = BTreeMap<ProofKind, u64>;

/// The published number of one crowd.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CrowdNumber {
    /// Which crowd.
    pub crowd: CrowdIndex,
    /// What its members proved.
    pub proof: ProofKind,
    /// Set only where employers are counted apart.
    pub employer: Option<EmployerId>,
    /// Published signatures less withdrawn ones.
    pub number: u64,
    /// The day of the last publication. `None` before the first.
    pub as_of: Option<Day>,
}

/// All published numbers of a petition, in genesis order.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Tally {
    /// One number per crowd.
    pub crowds: Vec<CrowdNumber>,
}

impl Tally {
    /// Signatures by one proof kind, over all its crowds.
    #[must_use]
    pub fn by_proof(&self, proof: ProofKind) -> u64 {
        self.crowds.iter().filter(|crowd| crowd.proof == proof).map(|crowd| crowd.number).sum()
    }

    /// Whether a number of one proof kind was ever published.
    #[must_use]
    pub fn is_published(&self, proof: ProofKind) -> bool {
        self.crowds.iter().any(|crowd| crowd.proof == proof && crowd.as_of.is_some())
    }

    /// The day of the newest publication in any crowd.
    #[must_use]
    pub fn as_of(&self) -> Option<Day> {
        self.crowds.iter().filter_map(|crowd| crowd.as_of).max()
    }

    /// The share of the head count, in whole percent rounded down: work mail alone, and only where the
    /// petition asks the staff of a single employer whose head count is known.
    #[must_use]
    pub fn share_percent(&self, head_count: Option<u64>) -> Option<u64> {
        let staff = head_count.filter(|count| *count > 0)?;
        self.by_proof(ProofKind::WorkMail).checked_mul(100)?.checked_div(staff).map(|share| share.min(100))
    }
}
