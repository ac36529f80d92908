//! What admins have invalidated, and notes of dispute, as readers are told of them.

use super::{page::proof_in_words, sheet::in_words};
use crate::{
    domain::{proof::ProofKind, time::Day, void::VoidReason},
    locale::Locale,
};

/// What an admin has invalidated at once.
#[derive(Clone)]
pub struct VoidLine {
    /// The place of its first entry in the log; names it in paths.
    pub first: u64,
    /// Why.
    pub reason: VoidReason,
    /// When.
    pub day: Day,
    /// When it was reversed, if it was.
    pub reversed: Option<Day>,
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

/// A note of dispute.
#[derive(Clone)]
pub struct DisputeLine {
    /// Its own place in the log.
    pub index: u64,
    /// The first entry that it is about.
    pub first: u64,
    /// The last one.
    pub last: u64,
    /// What it says.
    pub text: String,
    /// Since when, where that is known.
    pub day: Option<Day>,
}

impl CrowdPart {
    /// "by work address".
    #[must_use]
    pub fn proof_in_words(&self, t: &Locale) -> String {
        proof_in_words(self.proof, self.employer.as_deref(), t)
    }

    /// "12 by work address".
    #[must_use]
    pub fn words(&self, t: &Locale) -> String {
        t.with2("void-of-crowd", "n", self.number, "proof", self.proof_in_words(t))
    }
}

impl VoidLine {
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

impl DisputeLine {
    /// Which entries it is about, in words.
    #[must_use]
    pub fn range_in_words(&self, t: &Locale) -> String {
        if self.first == self.last {
            t.with1("dispute-entry", "n", self.first)
        } else {
            t.with2("dispute-entries", "first", self.first, "last", self.last)
        }
    }
}
