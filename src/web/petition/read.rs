//! From the read models to what the pages show.

use super::sheet::{Count, EmployerLine, Goal, Part, PetitionSheet, Share};
use crate::{
    db::views::{Card, PetitionView},
    domain::{
        petition::PetitionState,
        proof::{CrowdPlan, ProofKind},
        tally::Tally,
        time::Timestamp,
    },
    web::{markdown, sign::form::SignForm},
};

/// A petition as its page shows it.
#[must_use]
pub fn sheet(view: &PetitionView) -> PetitionSheet {
    PetitionSheet {
        slug: view.slug.clone(),
        title: view.title.clone(),
        addressed_to: view.addressed_to.clone(),
        summary: view.summary.clone(),
        started_by: view.started_by.clone(),
        state: view.state,
        standing: view.standing(),
        opened: view.opens.map(Timestamp::day),
        closes: view.closes,
        traces_until: view.traces_until,
        employers: view
            .employers
            .iter()
            .map(|employer| EmployerLine { name: employer.name.clone(), domains: employer.domains.clone() })
            .collect(),
        proofs: view.proofs.clone(),
        invitations_made: view.invitations_made,
        sealing: view.sealing.clone(),
        count: count(view),
        body_html: markdown::render(&view.body),
        demands: view.demands.clone(),
        contracts: view.contracts.clone(),
        example: view.example,
    }
}

/// The numbers of a petition, with the share of a single employer's head count.
#[must_use]
pub fn count(view: &PetitionView) -> Count {
    let share = match view.employers.as_slice() {
        [employer] => employer.head_count.as_ref().and_then(|head_count| {
            let percent = view.tally.share_percent(Some(head_count.people))?;
            Some(Share {
                percent,
                head_count: head_count.people,
                employer: employer.name.clone(),
                source_url: head_count.source.to_string(),
            })
        }),
        _ => None,
    };
    let per_employer = view
        .tally
        .crowds
        .iter()
        .filter_map(|crowd| {
            let id = crowd.employer?;
            let employer = view.employers.iter().find(|employer| employer.id == id)?;
            Some((employer.name.clone(), crowd.as_of.map(|_| crowd.number)))
        })
        .collect();
    let apart = view.counting == CrowdPlan::PerEmployer;
    Count {
        share,
        per_employer: if apart { per_employer } else { Vec::new() },
        goal: goal(view),
        ..plain_count(&view.tally, view.state, &view.proofs)
    }
}

fn goal(view: &PetitionView) -> Option<Goal> {
    let proof = ProofKind::leading(&view.proofs)?;
    let goal = Goal { wanted: view.goal?, has: view.tally.by_proof(proof), proof };
    (goal.is_reached() || view.state.takes_signatures()).then_some(goal)
}

fn plain_count(tally: &Tally, state: PetitionState, proofs: &[ProofKind]) -> Count {
    let part = |proof: ProofKind| Part {
        proof,
        number: tally.by_proof(proof),
        is_published: tally.is_published(proof),
    };
    let taken = ProofKind::ALL.iter().copied().filter(|proof| proofs.contains(proof));
    Count {
        shown: state != PetitionState::Gathering,
        numbers: taken.map(part).collect(),
        as_of: tally.as_of(),
        per_employer: Vec::new(),
        share: None,
        goal: None,
    }
}

/// The numbers in an organizer's own list.
#[must_use]
pub fn own_count(tally: &Tally, state: PetitionState) -> Count {
    Count { shown: true, ..plain_count(tally, state, &proofs(tally)) }
}

/// What may be proved, where only the numbers are known: each crowd has one.
fn proofs(tally: &Tally) -> Vec<ProofKind> {
    tally.crowds.iter().map(|crowd| crowd.proof).collect()
}

/// The numbers of a petition in a list.
#[must_use]
pub fn card_count(card: &Card) -> Count {
    plain_count(&card.tally, card.state, &proofs(&card.tally))
}

/// The empty form of a petition.
#[must_use]
pub fn sign_form(view: &PetitionView) -> SignForm {
    SignForm::empty(view)
}
