//! Filling the forms of a petition's steps from its draft: what was typed, and what is wrong with it.

use super::edit::{
    BasicsForm, ContractForm, ContractsForm, EditForm, EmployerChoice, ScheduleForm, SignersForm, SourceForm,
    TextForm,
};
use crate::{
    domain::draft::{ContractDraft, Draft, DraftProblem, PROPOSED, SourceDraft, Step},
    web::field::Field,
};

/// An employer that can be chosen: id, name, mail domains.
pub type Listed = (String, String, Vec<String>);

/// Makes fields from a draft: value, name in the form, and what is wrong with it.
struct Filler<'a> {
    problems: &'a [DraftProblem],
}

impl Filler<'_> {
    fn field(&self, name: &str, value: &str) -> Field {
        let field = Field::new(value);
        match self.problems.iter().find(|problem| problem.field == name) {
            Some(problem) => field.with_problem(problem.problem.clone()),
            None => field,
        }
    }

    fn contract(&self, place: usize, draft: &ContractDraft) -> ContractForm {
        let field = |name: &str, value: &str| self.field(&format!("c{place}_{name}"), value);
        let empty = [SourceDraft::default()];
        let sources = if draft.sources.is_empty() { &empty[..] } else { &draft.sources };
        ContractForm {
            place,
            supplier: field("supplier", &draft.supplier),
            customer: field("customer", &draft.customer),
            title: field("title", &draft.title),
            provides: field("provides", &draft.provides),
            value: field("value", &draft.value),
            currency: field("currency", &draft.currency),
            status: field("status", &draft.status),
            starts: field("starts", &draft.starts),
            ends: field("ends", &draft.ends),
            sources: sources
                .iter()
                .enumerate()
                .map(|(number, source)| self.source(place, number, source))
                .collect(),
        }
    }

    fn source(&self, contract: usize, place: usize, draft: &SourceDraft) -> SourceForm {
        let prefix = format!("c{contract}_s{place}");
        let field = |name: &str, value: &str| self.field(&format!("{prefix}_{name}"), value);
        SourceForm {
            place,
            url: field("url", &draft.url),
            publisher: field("publisher", &draft.publisher),
            published: field("published", &draft.published),
            shows: field("shows", &draft.shows),
            prefix,
        }
    }
}

impl EditForm {
    /// The form of `step` as `draft` holds it, with those of `problems` that belong to it.
    #[must_use]
    pub fn from_draft(step: Step, draft: &Draft, problems: &[DraftProblem], listed: &[Listed]) -> Self {
        let fill = Filler { problems };
        match step {
            Step::Basics => Self::Basics(BasicsForm {
                title: fill.field("title", &draft.title),
                addressed_to: fill.field("addressed_to", &draft.addressed_to),
                summary: fill.field("summary", &draft.summary),
                started_by: fill.field("started_by", &draft.started_by),
            }),
            Step::Text => Self::Text(TextForm {
                body: fill.field("body", &draft.body),
                demands: fill.field("demands", &draft.demands),
            }),
            Step::Contracts => Self::Contracts(contracts(&fill, draft, listed)),
            Step::Signers => Self::Signers(Box::new(signers(&fill, draft, listed))),
            Step::Schedule => Self::Schedule(ScheduleForm {
                goal: fill.field("goal", &draft.goal),
                closes: fill.field("closes", &draft.closes),
                extend_until: fill.field("extend_until", &draft.extend_until),
            }),
        }
    }
}

fn contracts(fill: &Filler<'_>, draft: &Draft, listed: &[Listed]) -> ContractsForm {
    let empty = [ContractDraft::default()];
    let typed = if draft.contracts.is_empty() { &empty[..] } else { &draft.contracts };
    let mut suppliers: Vec<(String, String)> =
        listed.iter().map(|(id, name, _)| (id.clone(), name.clone())).collect();
    if !draft.proposed_name.trim().is_empty() {
        suppliers.push((String::from(PROPOSED), draft.proposed_name.clone()));
    }
    ContractsForm {
        contracts: typed.iter().enumerate().map(|(place, contract)| fill.contract(place, contract)).collect(),
        suppliers,
    }
}

fn signers(fill: &Filler<'_>, draft: &Draft, listed: &[Listed]) -> SignersForm {
    let employers = listed
        .iter()
        .map(|(id, name, domains)| EmployerChoice {
            id: id.clone(),
            name: name.clone(),
            domains: domains.join(", "),
            chosen: draft.employers.contains(id),
        })
        .collect();
    SignersForm {
        employers,
        employer: fill.field("employer", ""),
        proposed_name: fill.field("proposed_name", &draft.proposed_name),
        proposed_domains: fill.field("proposed_domains", &draft.proposed_domains),
        counting: fill
            .field("counting", if draft.counting.is_empty() { "together" } else { &draft.counting }),
        proofs: draft.proofs.clone(),
        how: fill.field("proofs", ""),
        trustee: fill.field("trustee", &draft.trustee),
        sealing_key: fill.field("sealing_key", &draft.sealing_key),
        reveal_at: fill.field("reveal_at", &draft.reveal_at),
    }
}
