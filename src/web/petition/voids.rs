//! What admins have invalidated, and notes of dispute, as readers are told of them.

use super::sheet::in_words;
use crate::{
    db::views::PetitionView,
    domain::{
        proof::{CrowdIndex, ProofKind},
        void::{Dispute, Void},
    },
    locale::Locale,
};

/// What an admin has invalidated at once, with its crowds as readers know them.
#[derive(Clone)]
pub struct VoidLine {
    /// What was invalidated.
    pub void: Void,
    /// How many of which crowd.
    pub crowds: Vec<CrowdPart>,
}

/// So many of a crowd.
#[derive(Clone)]
pub struct CrowdPart {
    /// How many.
    pub number: u64,
    /// What its members proved.
    pub proof: ProofKind,
    /// The employer, where employers are counted apart.
    pub employer: Option<String>,
}

impl CrowdPart {
    /// "by work address".
    #[must_use]
    pub fn proof_in_words(&self, t: &Locale) -> String {
        t.proof(self.proof).by(self.employer.as_deref())
    }

    /// "12 by work address".
    #[must_use]
    pub fn words(&self, t: &Locale) -> String {
        t.with2("void-of-crowd", "n", self.number, "proof", self.proof_in_words(t))
    }
}

impl VoidLine {
    /// The line of a petition's page.
    #[must_use]
    pub fn of(view: &PetitionView, void: Void) -> Self {
        Self { crowds: crowd_parts(view, &void.crowds), void }
    }

    /// How many of which crowd, in words.
    #[must_use]
    pub fn crowds_in_words(&self, t: &Locale) -> String {
        crowds_in_words(&self.crowds, t)
    }
}

/// "12 by work address and 3 by invitation".
#[must_use]
pub fn crowds_in_words(crowds: &[CrowdPart], t: &Locale) -> String {
    let parts: Vec<String> = crowds.iter().map(|part| part.words(t)).collect();
    in_words(t, &parts.iter().map(String::as_str).collect::<Vec<_>>())
}

/// Which entries a note of dispute is about, in words.
#[must_use]
pub fn range_in_words(dispute: &Dispute, t: &Locale) -> String {
    if dispute.first == dispute.last {
        t.with1("dispute-entry", "n", dispute.first)
    } else {
        t.with2("dispute-entries", "first", dispute.first, "last", dispute.last)
    }
}

/// How many of which crowd, with the crowds as readers know them.
#[must_use]
pub fn crowd_parts(view: &PetitionView, crowds: &[(CrowdIndex, u64)]) -> Vec<CrowdPart> {
    let part = |(index, number): &(CrowdIndex, u64)| {
        let crowd = view.tally.crowds.iter().find(|crowd| crowd.crowd == *index)?;
        let employer = crowd.employer.and_then(|id| view.employers.iter().find(|employer| employer.id == id));
        let employer = employer.map(|employer| employer.name.clone());
        Some(CrowdPart { number: *number, proof: crowd.proof, employer })
    };
    crowds.iter().filter_map(part).collect()
}
