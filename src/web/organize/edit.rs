//! A petition being written, in steps. Each step is a form that keeps what was typed, wrong or not.

use std::collections::BTreeSet;

use askama::Template;

use crate::{
    domain::{
        contract::ContractStatus,
        draft::{DraftProblem, Step},
        petition::PetitionState,
        proof::{ProofKind, Signers},
    },
    web::{
        field::{Field, Label, ProblemLink, problems},
        frame::Frame,
    },
};

/// One step (`GET /organize/{slug}/edit/{step}`, 422 to its POST).
#[derive(Template, Clone)]
#[template(path = "organize/edit.html")]
pub struct EditPage {
    /// Around it; `noindex` is set.
    pub f: Frame,
    /// The petition's name in the address.
    pub slug: String,
    /// Its title so far; may be empty.
    pub title: String,
    /// Draft, or rejected.
    pub state: PetitionState,
    /// Why it was rejected, if it was.
    pub reason: Option<String>,
    /// Whether the last save went through.
    pub saved: bool,
    /// All steps, with what is missing in each.
    pub steps: Vec<StepLine>,
    /// This step.
    pub step: Step,
    /// The version of this step that the form goes with.
    pub version: String,
    /// Set when the step was saved meanwhile, in another tab: what stands there where the form says something else, label
    /// and text.
    pub meanwhile: Option<Vec<(Label, String)>>,
    /// This step's form.
    pub form: EditForm,
}

/// A step in the list of steps.
#[derive(Clone)]
pub struct StepLine {
    /// Which.
    pub step: Step,
    /// How many things are still missing or wrong in it.
    pub missing: usize,
}

/// The form of a step.
#[derive(Clone)]
pub enum EditForm {
    /// Title, addressee, summary, who starts it.
    Basics(BasicsForm),
    /// The text and the demands.
    Text(TextForm),
    /// The contracts.
    Contracts(ContractsForm),
    /// Who is asked to sign.
    Signers(Box<SignersForm>),
    /// Goal and times.
    Schedule(ScheduleForm),
}

/// Step basics.
#[derive(Clone)]
pub struct BasicsForm {
    /// `title`
    pub title: Field,
    /// `addressed_to`
    pub addressed_to: Field,
    /// `summary`
    pub summary: Field,
    /// `started_by`
    pub started_by: Field,
}

/// Step text.
#[derive(Clone)]
pub struct TextForm {
    /// `body`: Markdown.
    pub body: Field,
    /// `demands`: one per line.
    pub demands: Field,
}

/// Step contracts.
#[derive(Clone)]
pub struct ContractsForm {
    /// One to five.
    pub contracts: Vec<ContractForm>,
    /// The suppliers to choose from: value and name.
    pub suppliers: Vec<(String, String)>,
}

/// One contract; its fields are named `c0_title` and so on.
#[derive(Clone)]
pub struct ContractForm {
    /// Its place, counted from 0.
    pub place: usize,
    /// `c0_supplier`
    pub supplier: Field,
    /// `c0_customer`
    pub customer: Field,
    /// `c0_title`
    pub title: Field,
    /// `c0_provides`
    pub provides: Field,
    /// `c0_value`
    pub value: Field,
    /// `c0_currency`
    pub currency: Field,
    /// `c0_status`
    pub status: Field,
    /// `c0_starts`
    pub starts: Field,
    /// `c0_ends`
    pub ends: Field,
    /// Its sources.
    pub sources: Vec<SourceForm>,
}

/// One source; its fields are named `c0_s0_url` and so on.
#[derive(Clone)]
pub struct SourceForm {
    /// `c0_s0`
    pub prefix: String,
    /// Its place, counted from 0.
    pub place: usize,
    /// `c0_s0_url`
    pub url: Field,
    /// `c0_s0_publisher`
    pub publisher: Field,
    /// `c0_s0_published`
    pub published: Field,
    /// `c0_s0_shows`
    pub shows: Field,
}

/// Step signers.
#[derive(Clone)]
pub struct SignersForm {
    /// Listed employers: `employer` once for each that is chosen.
    pub employers: Vec<EmployerChoice>,
    /// What is wrong with the choice.
    pub employer: Field,
    /// `proposed_name`
    pub proposed_name: Field,
    /// `proposed_domains`
    pub proposed_domains: Field,
    /// `counting`: `together` or `per-employer`.
    pub counting: Field,
    /// The kinds of proof that are taken: for each a box of its own name that says `yes`.
    pub proofs: BTreeSet<ProofKind>,
    /// What is wrong with the ways to sign.
    pub how: Field,
    /// `trustee`
    pub trustee: Field,
    /// `sealing_key`
    pub sealing_key: Field,
    /// `reveal_at`
    pub reveal_at: Field,
}

/// An employer to choose.
#[derive(Clone)]
pub struct EmployerChoice {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its mail domains, in a line.
    pub domains: String,
    /// Whether it is chosen.
    pub chosen: bool,
}

/// Step schedule.
#[derive(Clone)]
pub struct ScheduleForm {
    /// `goal`
    pub goal: Field,
    /// `closes`
    pub closes: Field,
    /// `extend_until`
    pub extend_until: Field,
}

impl EditForm {
    /// What is wrong with it, in the order of the page.
    #[must_use]
    pub fn problems(&self) -> Vec<ProblemLink> {
        match self {
            Self::Basics(form) => problems([
                ("title", &form.title),
                ("addressed_to", &form.addressed_to),
                ("summary", &form.summary),
                ("started_by", &form.started_by),
            ]),
            Self::Text(form) => problems([("body", &form.body), ("demands", &form.demands)]),
            Self::Contracts(form) => form.contracts.iter().flat_map(ContractForm::problems).collect(),
            Self::Signers(form) => problems([
                ("employer", &form.employer),
                ("proposed_name", &form.proposed_name),
                ("proposed_domains", &form.proposed_domains),
                (form.first_way(), &form.how),
                ("counting", &form.counting),
                ("trustee", &form.trustee),
                ("sealing_key", &form.sealing_key),
                ("reveal_at", &form.reveal_at),
            ]),
            Self::Schedule(form) => problems([
                ("goal", &form.goal),
                ("closes", &form.closes),
                ("extend_until", &form.extend_until),
            ]),
        }
    }
}

impl SignersForm {
    /// The kinds of proof for these people, as they are offered.
    fn kinds_for(signers: Signers) -> Vec<ProofKind> {
        ProofKind::offered().into_iter().filter(|kind| kind.signers() == signers).collect()
    }

    /// How staff can sign.
    #[must_use]
    pub fn for_staff(&self) -> Vec<ProofKind> {
        Self::kinds_for(Signers::Staff)
    }

    /// How others can sign.
    #[must_use]
    pub fn for_others(&self) -> Vec<ProofKind> {
        Self::kinds_for(Signers::Others)
    }

    /// The box to which the list of problems leads.
    fn first_way(&self) -> &'static str {
        self.for_staff().first().map_or("", |kind| kind.field())
    }
}

impl ContractForm {
    /// The name and id of one of its fields.
    #[must_use]
    pub fn id(&self, name: &str) -> String {
        format!("c{}_{name}", self.place)
    }

    /// How people count it.
    #[must_use]
    pub const fn number(&self) -> usize {
        self.place.saturating_add(1)
    }

    fn problems(&self) -> Vec<ProblemLink> {
        let own = [
            ("supplier", &self.supplier),
            ("customer", &self.customer),
            ("title", &self.title),
            ("provides", &self.provides),
            ("value", &self.value),
            ("currency", &self.currency),
            ("status", &self.status),
            ("starts", &self.starts),
            ("ends", &self.ends),
        ]
        .map(|(name, field)| (self.id(name), field));
        let sources = self.sources.iter().flat_map(|source| {
            [
                (source.id("url"), &source.url),
                (source.id("publisher"), &source.publisher),
                (source.id("published"), &source.published),
                (source.id("shows"), &source.shows),
            ]
        });
        let all: Vec<(String, &Field)> = own.into_iter().chain(sources).collect();
        problems(all.iter().map(|(id, field)| (id.as_str(), *field)))
    }
}

impl SourceForm {
    /// The name and id of one of its fields.
    #[must_use]
    pub fn id(&self, name: &str) -> String {
        format!("{}_{name}", self.prefix)
    }

    /// How people count it.
    #[must_use]
    pub const fn number(&self) -> usize {
        self.place.saturating_add(1)
    }
}

impl EmployerChoice {
    /// The id of its input.
    #[must_use]
    pub fn input_id(&self) -> String {
        format!("employer-{}", self.id)
    }
}

impl EditPage {
    /// What is wrong with this step.
    #[must_use]
    pub fn problems(&self) -> Vec<ProblemLink> {
        self.form.problems()
    }

    /// The states that a contract can have: value and name.
    #[must_use]
    pub fn statuses(&self) -> Vec<(String, String)> {
        ContractStatus::ALL
            .into_iter()
            .map(|status| (String::from(status.as_str()), self.f.t.text(status.message_id())))
            .collect()
    }
}

impl StepLine {
    /// All steps with how many of `problems` lie in each.
    #[must_use]
    pub fn all(problems: &[DraftProblem]) -> Vec<Self> {
        Step::ALL
            .into_iter()
            .map(|step| Self {
                step,
                missing: problems.iter().filter(|problem| problem.step == step).count(),
            })
            .collect()
    }
}

/// The name of a step.
#[must_use]
pub const fn step_message_id(step: Step) -> &'static str {
    match step {
        Step::Basics => "step-basics",
        Step::Text => "step-text",
        Step::Contracts => "step-contracts",
        Step::Signers => "step-signers",
        Step::Schedule => "step-schedule",
    }
}
