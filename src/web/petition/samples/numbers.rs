//! Numbers of petitions made up for tests of the pages.

use super::day;
use crate::{
    domain::proof::ProofKind,
    web::petition::sheet::{Count, Goal, Part, Share},
};

/// A petition's numbers.
pub(crate) fn count(work: u64, supporters: Option<u64>) -> Count {
    let mut count = Count {
        shown: true,
        numbers: Vec::new(),
        as_of: (work > 0).then(|| day("2026-07-14")),
        per_employer: Vec::new(),
        share: Some(Share {
            percent: 12,
            head_count: 10_400,
            employer: String::from("Example Corp"),
            source_url: String::from("https://example.org/annual-report"),
        }),
        goal: Some(Goal { wanted: 1500, has: work, proof: ProofKind::WorkMail }),
    };
    count.set(ProofKind::WorkMail, work);
    if let Some(supporters) = supporters {
        count.set(ProofKind::AnyMail, supporters);
    }
    count
}

impl Count {
    /// With this number of this kind.
    pub(crate) fn set(&mut self, proof: ProofKind, number: u64) {
        self.numbers.retain(|part| part.proof != proof);
        self.numbers.push(Part { proof, number, is_published: number > 0 });
        self.numbers.sort_by_key(|part| part.proof);
    }
}
