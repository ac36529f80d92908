//! A petition as a reader sees it: the same sheet on its page, in its preview and in an admin's review.

use std::borrow::Cow;

use crate::{
    db::views::ContractView,
    domain::{
        demand::Demand,
        petition::{PetitionState, Standing, typed_until},
        proof::ProofKind,
        sealing::{Sealing, SealingStage, SealingTerms},
        time::{Day, Timestamp},
    },
    locale::{Locale, isolated},
    web::markdown::SafeHtml,
};

/// A petition's content and numbers.
#[derive(Clone)]
pub struct PetitionSheet {
    /// Its name in the address.
    pub slug: String,
    /// The ask.
    pub title: String,
    /// To whom.
    pub addressed_to: String,
    /// In a sentence or two.
    pub summary: String,
    /// Who started it, as they want to be called.
    pub started_by: String,
    /// Where it stands.
    pub state: PetitionState,
    /// What its address leads to.
    pub standing: Standing,
    /// The day it opened. `None` before.
    pub opened: Option<Day>,
    /// The end of the last day to sign.
    pub closes: Option<Timestamp>,
    /// When all traces of who asked for a code are gone at the latest.
    pub traces_until: Option<Timestamp>,
    /// Whose staff are asked to sign.
    pub employers: Vec<EmployerLine>,
    /// How one can sign, in genesis order.
    pub proofs: Vec<ProofKind>,
    /// How many invitations were made.
    pub invitations_made: u64,
    /// The trustee to whom names may be sealed.
    pub sealing: Option<Sealing>,
    /// The published numbers.
    pub count: Count,
    /// The text.
    pub body_html: SafeHtml,
    /// What is asked for, in order.
    pub demands: Vec<Demand>,
    /// The contracts it is about.
    pub contracts: Vec<ContractView>,
    /// Whether it is the demo's example.
    pub example: bool,
}

/// What is the case with sealed names, in a sentence or two.
#[must_use]
pub fn sealing_in_words(sealing: &Sealing, t: &Locale) -> String {
    let SealingTerms { trustee, reveal_at, .. } = &sealing.terms;
    match sealing.stage {
        SealingStage::Waiting => t.with2("sealing-waiting", "n", *reveal_at, "trustee", &**trustee),
        SealingStage::Notice { until } => {
            let shown = Day::from_days(until.days().saturating_add(1));
            t.with2("sealing-notice", "n", *reveal_at, "day", t.day(shown))
        }
        SealingStage::Due => t.with2("sealing-due", "n", *reveal_at, "trustee", &**trustee),
        SealingStage::Opened(day) => t.with2("sealing-opened", "n", *reveal_at, "day", t.day(day)),
        SealingStage::Deleted => t.with1("sealing-deleted", "n", *reveal_at),
    }
}

/// An employer whose staff are asked to sign.
#[derive(Clone)]
pub struct EmployerLine {
    /// Its name.
    pub name: String,
    /// The mail domains that prove a signature by its staff.
    pub domains: Vec<String>,
}

/// The published numbers of a petition. Kinds of proof stand side by side and are never added up.
#[derive(Clone)]
pub struct Count {
    /// `false` while a petition gathers quietly: then no number is shown at all.
    pub shown: bool,
    /// The number of each kind of proof that the petition takes, in genesis order.
    pub numbers: Vec<Part>,
    /// The day of the newest publication.
    pub as_of: Option<Day>,
    /// By employer, where employers are counted apart: name and number by work address, once there is one.
    pub per_employer: Vec<(String, Option<u64>)>,
    /// The share of a single employer's head count.
    pub share: Option<Share>,
    /// How far it is to the goal. `None` where there is none, or the petition has ended short of it.
    pub goal: Option<Goal>,
}

/// How many signatures are hoped for, by the first kind of proof for staff that the petition takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Goal {
    /// So many.
    pub wanted: u64,
    /// So many there are.
    pub has: u64,
    /// What counts towards it: this kind of proof alone.
    pub proof: ProofKind,
}

impl Goal {
    /// Whether there are as many as were hoped for.
    #[must_use]
    pub const fn is_reached(self) -> bool {
        self.has >= self.wanted
    }

    /// How far it is, in whole percent.
    #[must_use]
    pub fn percent(self) -> u64 {
        self.has.saturating_mul(100).checked_div(self.wanted).unwrap_or(0)
    }

    /// The goal in words.
    #[must_use]
    pub fn in_words(self, t: &Locale) -> String {
        let words = t.proof(self.proof);
        if self.is_reached() { words.goal_reached(self.wanted) } else { words.goal(self.wanted) }
    }

    /// "9 of 10".
    #[must_use]
    pub fn so_far(self, t: &Locale) -> String {
        t.with2("count-goal-of", "n", self.has, "goal", self.wanted)
    }
}

/// The share of the staff that signed, with its base and the base's source.
#[derive(Clone)]
pub struct Share {
    /// Whole percent, rounded down.
    pub percent: u64,
    /// How many people work there.
    pub head_count: u64,
    /// Whose head count it is.
    pub employer: String,
    /// Where the head count is published.
    pub source_url: String,
}

/// The number of one kind of proof.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// What was proved.
    pub proof: ProofKind,
    /// How many.
    pub number: u64,
    /// Whether a number was published, be it none by now.
    pub is_published: bool,
}

impl Count {
    /// Whether any number has been published, be it none by now.
    #[must_use]
    pub const fn has_number(&self) -> bool {
        self.shown && self.as_of.is_some()
    }

    /// The numbers that are not zero, in genesis order. They stand side by side and are never added up.
    #[must_use]
    pub fn parts(&self) -> Vec<Part> {
        self.numbers.iter().copied().filter(|part| part.number > 0).collect()
    }

    /// The kind of proof that the petition is measured by.
    #[must_use]
    pub fn leading(&self) -> Option<ProofKind> {
        let taken: Vec<ProofKind> = self.numbers.iter().map(|part| part.proof).collect();
        ProofKind::leading(&taken)
    }

    /// What is said where staff can sign as such and none has, beside other numbers.
    #[must_use]
    pub fn lacks(&self, t: &Locale) -> Option<String> {
        let part = self.numbers.iter().find(|part| part.proof.is_at_employer() && part.number == 0)?;
        let words = t.proof(part.proof);
        Some(if part.is_published { words.none_now() } else { words.none_yet() })
    }

    /// The share of the head count, once somebody has signed by work address.
    #[must_use]
    pub fn share_so_far(&self) -> Option<&Share> {
        let has_any = self.parts().iter().any(|part| part.proof == ProofKind::WorkMail);
        self.share.as_ref().filter(|_| has_any)
    }

    /// The number in one line with its date and its split.
    #[must_use]
    pub fn line(&self, t: &Locale) -> String {
        let parts = self.parts();
        let (Some(day), true) = (self.as_of, self.shown) else { return t.text("count-before-first") };
        let Some((first, more)) = parts.split_first() else {
            return t.with1("count-none", "day", t.day(day));
        };
        let what = t.proof(first.proof).counted(first.number);
        let mut words = vec![t.with2("count-first", "n", first.number, "what", what)];
        words.extend(more.iter().map(|part| t.proof(part.proof).counted_in_short(part.number)));
        words.extend(self.lacks(t));
        t.with2("count-line", "parts", words.join(&t.text("list-separator")), "day", t.day(day))
    }
}

impl PetitionSheet {
    /// Its path.
    #[must_use]
    pub fn path(&self) -> String {
        format!("/p/{}", self.slug)
    }

    /// The names of the employers, as a list in words.
    #[must_use]
    pub fn employer_names(&self, t: &Locale) -> String {
        let names: Vec<&str> = self.employers.iter().map(|employer| employer.name.as_str()).collect();
        in_words(t, &names)
    }

    /// All mail domains of all its employers.
    #[must_use]
    pub fn domains(&self) -> Vec<String> {
        self.employers.iter().flat_map(|employer| employer.domains.iter().cloned()).collect()
    }

    /// Whether people with an invitation can sign.
    #[must_use]
    pub fn takes_invitations(&self) -> bool {
        self.proofs.contains(&ProofKind::Invite)
    }

    /// How one can sign, as it is offered.
    #[must_use]
    pub fn offered(&self) -> Vec<ProofKind> {
        ProofKind::offered().into_iter().filter(|kind| self.proofs.contains(kind)).collect()
    }

    /// What keeps proofs from being used twice; what is the same for several kinds is said once.
    #[must_use]
    pub fn used_once(&self, t: &Locale) -> Vec<String> {
        let mut said: Vec<String> = Vec::new();
        for words in self.proofs.iter().map(|kind| t.proof(*kind).used_once()) {
            if !said.contains(&words) {
                said.push(words);
            }
        }
        said
    }

    /// Until when a code can be typed that was mailed before the last day to sign had ended, in words.
    #[must_use]
    pub fn typed_until_in_words(&self, t: &Locale) -> String {
        self.closes.map(|closes| t.deadline(typed_until(closes))).unwrap_or_default()
    }

    /// Whether signatures are taken now.
    #[must_use]
    pub const fn takes_signatures(&self) -> bool {
        self.state.takes_signatures()
    }
}

/// "A, B and C".
#[must_use]
pub fn in_words(t: &Locale, names: &[&str]) -> String {
    match names {
        [] => String::new(),
        [only] => String::from(*only),
        [most @ .., last] => {
            let most: Vec<Cow<'_, str>> = most.iter().map(|name| isolated(name)).collect();
            t.with2("list-and", "most", most.join(&t.text("list-separator")), "last", *last)
        }
    }
}

/// The same, of names as they are stored.
#[must_use]
pub fn list_in_words(t: &Locale, names: &[String]) -> String {
    in_words(t, &names.iter().map(String::as_str).collect::<Vec<_>>())
}

/// The name of a petition's state for readers.
#[must_use]
pub const fn state_message_id(state: PetitionState) -> &'static str {
    match state {
        PetitionState::Draft => "state-draft",
        PetitionState::InReview => "state-in-review",
        PetitionState::Gathering => "state-gathering",
        PetitionState::Open => "state-open",
        PetitionState::Closed => "state-closed",
        PetitionState::Delivered => "state-delivered",
        PetitionState::Answered => "state-answered",
        PetitionState::Rejected => "state-rejected",
        PetitionState::TakenDown => "state-taken-down",
    }
}

/// The title of a page about a petition, for tabs, histories and chat previews: nothing of one that only the secret link
/// leads to.
#[must_use]
pub fn tab_title(t: &Locale, title: &str, standing: Standing) -> String {
    if standing.is_secret() { t.text("petition-secret-title") } else { String::from(title) }
}
