//! The words of the kinds of proof, found by the name of the kind: `proof-<kind>-…` in `proofs.ftl`. A new kind has its words
//! there and nowhere else; a test holds every language to it.

use std::borrow::Borrow;

use super::{Arg, Locale};
use crate::domain::proof::{ProofKind, ProofName};

/// What is said of one kind of proof, in one language.
#[derive(Debug, Clone, Copy)]
pub struct ProofWords<'a> {
    t: &'a Locale,
    kind: ProofKind,
}

impl Locale {
    /// The words of a kind of proof (loops in templates hand over references).
    #[must_use]
    pub fn proof(&self, kind: impl Borrow<ProofKind>) -> ProofWords<'_> {
        ProofWords { t: self, kind: *kind.borrow() }
    }

    /// The name of a kind of proof in a log: "work address". Of a kind that this program does not know, that.
    #[must_use]
    pub fn proof_name(&self, name: &ProofName) -> String {
        match name.kind() {
            Some(kind) => self.proof(kind).named(),
            None => self.with1("proof-unknown-name", "name", name.as_str()),
        }
    }

    /// How a signature in a log was proved: "by work address at Example". Of a kind that this program does not know, that.
    #[must_use]
    pub fn proof_by_name(&self, name: &ProofName, employer: Option<&str>) -> String {
        match name.kind() {
            Some(kind) => self.proof(kind).by(employer),
            None => self.with1("proof-unknown-by", "name", name.as_str()),
        }
    }
}

impl ProofWords<'_> {
    fn say<'a, const N: usize>(&self, what: &str, pairs: [(&'a str, Arg<'a>); N]) -> String {
        self.t.with(&format!("proof-{}-{what}", self.kind.as_str()), pairs)
    }

    /// "By work address", and at which employer where employers are counted apart.
    #[must_use]
    pub fn by(&self, employer: Option<&str>) -> String {
        match employer {
            Some(employer) if self.kind.is_at_employer() => {
                self.say("by-at", [("employer", employer.into())])
            }
            _ => self.say("by", []),
        }
    }

    /// The kind alone, in a line of numbers: "work address".
    #[must_use]
    pub fn named(&self) -> String {
        self.say("name", [])
    }

    /// What `n` signatures are, without the number: "signatures by work address".
    #[must_use]
    pub fn counted(&self, n: u64) -> String {
        self.say("count", [("n", n.into())])
    }

    /// The number in short, where another stands before it: "32 by invitation".
    #[must_use]
    pub fn counted_in_short(&self, n: u64) -> String {
        self.say("and-count", [("n", n.into())])
    }

    /// What `n` signatures are, among an organizer's figures.
    #[must_use]
    pub fn figure(&self, n: u64) -> String {
        self.say("figure", [("n", n.into())])
    }

    /// The head of its column in the table of days.
    #[must_use]
    pub fn column(&self) -> String {
        self.say("day", [])
    }

    /// A goal of `goal` signatures that is not reached yet. Of kinds for staff.
    #[must_use]
    pub fn goal(&self, goal: u64) -> String {
        self.say("goal", [("goal", goal.into())])
    }

    /// A goal of `goal` signatures that is reached. Of kinds for staff.
    #[must_use]
    pub fn goal_reached(&self, goal: u64) -> String {
        self.say("goal-reached", [("goal", goal.into())])
    }

    /// That none was published yet, where employees could sign so. Of kinds that are proved at an employer.
    #[must_use]
    pub fn none_yet(&self) -> String {
        self.say("none-yet", [])
    }

    /// That none is left. Of kinds that are proved at an employer.
    #[must_use]
    pub fn none_now(&self) -> String {
        self.say("none-now", [])
    }

    /// The box with which an organizer takes this kind.
    #[must_use]
    pub fn taken(&self) -> String {
        self.say("take", [])
    }

    /// What an organizer should know of it.
    #[must_use]
    pub fn taken_hint(&self) -> String {
        self.say("take-hint", [])
    }

    /// That such people can sign, too. Of kinds that are not proved at an employer: whose staff are asked is said always.
    #[must_use]
    pub fn taken_too(&self) -> String {
        self.say("too", [])
    }

    /// How it is verified, for readers.
    #[must_use]
    pub fn verified<'t>(&self, employers: impl Into<Arg<'t>>, made: u64) -> String {
        self.say("verified", [("employers", employers.into()), ("made", made.into())])
    }

    /// What keeps it from being used twice.
    #[must_use]
    pub fn used_once(&self) -> String {
        self.say("once", [])
    }

    /// As a way to sign among others, on the form. Of kinds that ask for an address.
    #[must_use]
    pub fn choice(&self) -> String {
        self.say("choice", [])
    }

    /// What a signer should know of it. Of kinds that ask for an address.
    #[must_use]
    pub fn choice_hint<'t>(&self, domains: impl Into<Arg<'t>>) -> String {
        self.say("choice-hint", [("domains", domains.into())])
    }

    /// The label of the field for the address, where there is no choice.
    #[must_use]
    pub fn address(&self) -> String {
        self.say("mailbox", [])
    }

    /// What a signer should know of that field.
    #[must_use]
    pub fn address_hint<'t>(&self, domains: impl Into<Arg<'t>>) -> String {
        self.say("mailbox-hint", [("domains", domains.into())])
    }

    /// As a way to sign among others, on the command line.
    #[must_use]
    pub fn offer(&self) -> String {
        self.say("offer", [])
    }
}

/// Whether a kind has such a text.
#[cfg(test)]
type IsFor = fn(ProofKind) -> bool;

/// The texts of each kind, by the end of their ids, and which kinds have such a text.
#[cfg(test)]
const TEXTS: &[(&str, IsFor)] = &[
    ("by", |_| true),
    ("by-at", ProofKind::is_at_employer),
    ("name", |_| true),
    ("count", |_| true),
    ("and-count", |_| true),
    ("figure", |_| true),
    ("day", |_| true),
    ("goal", ProofKind::is_for_staff),
    ("goal-reached", ProofKind::is_for_staff),
    ("none-yet", ProofKind::is_at_employer),
    ("none-now", ProofKind::is_at_employer),
    ("take", |_| true),
    ("take-hint", |_| true),
    ("too", |kind| !kind.is_at_employer()),
    ("verified", |_| true),
    ("once", |_| true),
    ("choice", ProofKind::asks_address),
    ("choice-hint", ProofKind::asks_address),
    ("mailbox", ProofKind::asks_address),
    ("mailbox-hint", ProofKind::asks_address),
    ("offer", |_| true),
];

/// The ids that are put together here.
#[cfg(test)]
pub(super) fn ids() -> impl Iterator<Item = String> {
    TEXTS.iter().flat_map(|(what, is_for)| {
        let kinds = ProofKind::ALL.iter().filter(|kind| is_for(**kind));
        kinds.map(move |kind| format!("proof-{}-{what}", kind.as_str()))
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_text_that_is_asked_for_here_is_in_the_list() {
        let source = include_str!("proofs.rs");
        let asked: BTreeSet<&str> =
            source.split("self.say(\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        let listed: BTreeSet<&str> = TEXTS.iter().map(|(what, _)| *what).collect();
        assert_eq!(asked, listed);
    }

    #[test]
    fn of_a_kind_that_came_later_its_name_is_told() {
        let t = Locale::english().unwrap();
        let said = t.proof_by_name(&ProofName::parse("later-kind").unwrap(), Some("Example"));
        assert!(said.contains("later-kind"), "{said}");
        let known = t.proof_by_name(&ProofKind::WorkMail.into(), Some("Example"));
        assert_eq!(known, "by work address at Example");
    }
}
