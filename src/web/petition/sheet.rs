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
    /// Signatures by work address.
    pub work: u64,
    /// Whether it takes signatures by work address.
    pub takes_work: bool,
    /// Whether a number by work address was published, be it none by now.
    pub work_published: bool,
    /// Signatures by invitation. `None` where the petition does not take them.
    pub invited: Option<u64>,
    /// Signatures by any address. `None` where the petition does not take them.
    pub supporters: Option<u64>,
    /// The day of the newest publication.
    pub as_of: Option<Day>,
    /// By employer, where employers are counted apart: name and number by work address, once there is one.
    pub per_employer: Vec<(String, Option<u64>)>,
    /// The share of a single employer's head count.
    pub share: Option<Share>,
    /// How far it is to the goal. `None` where there is none, or the petition has ended short of it.
    pub goal: Option<Goal>,
}

/// How many signatures are hoped for: by work address, or by invitation where those are the staff's only way.
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
        let id = match (self.proof, self.is_reached()) {
            (ProofKind::Invite, false) => "count-goal-invited",
            (ProofKind::Invite, true) => "count-goal-reached-invited",
            (ProofKind::WorkMail | ProofKind::AnyMail, false) => "count-goal",
            (ProofKind::WorkMail | ProofKind::AnyMail, true) => "count-goal-reached",
        };
        t.with1(id, "goal", self.wanted)
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

/// A number of one kind of proof, where there is one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// How many.
    pub number: u64,
    /// What was proved.
    pub proof: ProofKind,
}

impl Part {
    /// What it counts, in full: "signatures by invitation".
    #[must_use]
    pub const fn message_id(self) -> &'static str {
        match self.proof {
            ProofKind::WorkMail => "count-by-work",
            ProofKind::Invite => "count-by-invitation",
            ProofKind::AnyMail => "count-by-any",
        }
    }

    /// The number in short, where another stands before it: "32 by invitation".
    #[must_use]
    pub fn in_short(self, t: &Locale) -> String {
        let id = match self.proof {
            ProofKind::WorkMail => "count-more-work",
            ProofKind::Invite => "count-more-invitation",
            ProofKind::AnyMail => "count-more-any",
        };
        t.with1(id, "n", self.number)
    }
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
        let all = [
            (Some(self.work), ProofKind::WorkMail),
            (self.invited, ProofKind::Invite),
            (self.supporters, ProofKind::AnyMail),
        ];
        all.into_iter()
            .filter_map(|(number, proof)| Some(Part { number: number.filter(|n| *n > 0)?, proof }))
            .collect()
    }

    /// What is said where staff can sign by work address and none has, beside other numbers.
    #[must_use]
    pub const fn lacks_work_id(&self) -> Option<&'static str> {
        match (self.takes_work && self.work == 0, self.work_published) {
            (false, _) => None,
            (true, false) => Some("count-no-work"),
            (true, true) => Some("count-no-work-now"),
        }
    }

    /// The number in one line with its date and its split.
    #[must_use]
    pub fn line(&self, t: &Locale) -> String {
        let parts = self.parts();
        let (Some(day), true) = (self.as_of, self.shown) else { return t.text("count-before-first") };
        let Some((first, more)) = parts.split_first() else {
            return t.with1("count-none", "day", t.day(day));
        };
        let what = t.with1(first.message_id(), "n", first.number);
        let mut words = vec![t.with2("count-first", "n", first.number, "what", what)];
        words.extend(more.iter().map(|part| part.in_short(t)));
        words.extend(self.lacks_work_id().map(|id| t.text(id)));
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

    /// Whether staff can sign by work address.
    #[must_use]
    pub fn work_mail(&self) -> bool {
        self.proofs.contains(&ProofKind::WorkMail)
    }

    /// Whether people with an invitation can sign.
    #[must_use]
    pub fn invite(&self) -> bool {
        self.proofs.contains(&ProofKind::Invite)
    }

    /// Whether former staff and supporters can sign.
    #[must_use]
    pub fn any_mail(&self) -> bool {
        self.proofs.contains(&ProofKind::AnyMail)
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
