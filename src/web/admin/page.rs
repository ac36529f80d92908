//! The pages of this noun, as plain data: filled in by handlers, laid out by templates. The names under a
//! petition are [`crate::web::petition::page::SignersPage`].

use askama::Template;

use crate::{
    domain::{
        mail_health::MailHealth,
        petition::{PetitionState, Standing},
        time::Day,
    },
    locale::Locale,
    web::{
        field::{Field, ProblemLink, problems},
        frame::Frame,
        petition::{
            page::Pager,
            sheet::{PetitionSheet, state_message_id},
        },
    },
};

/// What waits for a decision, and what runs (`GET /admin`).
#[derive(Template, Clone)]
#[template(path = "admin/queue.html")]
pub struct QueuePage {
    /// Around it; `noindex` is set.
    pub f: Frame,
    /// In review, oldest first.
    pub waiting: Vec<WaitingRow>,
    /// How many wait in all.
    pub waiting_total: u64,
    /// All others that were sent in, newest first.
    pub decided: Vec<DecidedRow>,
    /// How many of those there are in all.
    pub decided_total: u64,
    /// Where in the list of those.
    pub pager: Pager,
    /// How mail goes.
    pub mail: MailHealth,
}

/// A petition that waits.
#[derive(Clone)]
pub struct WaitingRow {
    /// Its name in the address.
    pub slug: String,
    /// The ask.
    pub title: String,
    /// Its organizer's pseudonym. `None` once the account is gone.
    pub written_by: Option<String>,
    /// The employers it proposes.
    pub proposed: Vec<Proposal>,
}

/// An employer that is not listed yet.
#[derive(Clone)]
pub struct Proposal {
    /// Its name.
    pub name: String,
    /// Its mail domains.
    pub domains: Vec<String>,
    /// Whether an employer of that name was listed meanwhile: then this one cannot be.
    pub listed_meanwhile: bool,
}

/// A petition that runs.
#[derive(Clone)]
pub struct DecidedRow {
    /// Its name in the address.
    pub slug: String,
    /// The ask.
    pub title: String,
    /// Where it stands.
    pub state: PetitionState,
    /// The day signing began.
    pub opened: Option<Day>,
}

/// A petition with what an admin can decide (`GET /admin/petitions/{slug}`, 422 to its rejection).
#[derive(Template, Clone)]
#[template(path = "admin/petition.html")]
pub struct ReviewPage {
    /// Around it; `noindex` is set.
    pub f: Frame,
    /// What it says, as the public reads it.
    pub sheet: PetitionSheet,
    /// Its organizer's pseudonym. `None` once the account is gone.
    pub written_by: Option<String>,
    /// Why it was rejected or taken down.
    pub reason: Option<String>,
    /// The employers it proposes.
    pub proposed: Vec<Proposal>,
    /// Whether it starts by secret link once it is approved.
    pub quietly: bool,
    /// How many public names there are to read.
    pub names: u64,
    /// `reason`: why it is rejected.
    pub rejection: Field,
}

/// Asks for the reason before taking down (`GET /admin/petitions/{slug}/takedown`, 422 to its POST).
#[derive(Template, Clone)]
#[template(path = "admin/takedown.html")]
pub struct TakedownPage {
    /// Around it; `noindex` is set.
    pub f: Frame,
    /// The petition's name in the address.
    pub slug: String,
    /// Its title.
    pub title: String,
    /// Whether it takes signatures now.
    pub is_running: bool,
    /// `reason`: why.
    pub reason: Field,
}

/// The listed employers (`GET /admin/employers`).
#[derive(Template, Clone)]
#[template(path = "admin/employers.html")]
pub struct EmployersPage {
    /// Around it; `noindex` is set.
    pub f: Frame,
    /// The words searched for.
    pub q: String,
    /// The employers of this page.
    pub employers: Vec<EmployerRow>,
    /// How many were found in all.
    pub found: u64,
    /// Where in the list.
    pub pager: Pager,
}

/// A listed employer.
#[derive(Clone)]
pub struct EmployerRow {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its mail domains.
    pub domains: Vec<String>,
    /// How many people work there, and where that is published.
    pub head_count: Option<(u64, String)>,
}

/// An employer's form (`GET /admin/employers/new`, `GET /admin/employers/{id}`, 422 to their POSTs).
#[derive(Template, Clone)]
#[template(path = "admin/employer.html")]
pub struct EmployerPage {
    /// Around it; `noindex` is set.
    pub f: Frame,
    /// Its id and its name as listed. `None` for a new one.
    pub listed: Option<(String, String)>,
    /// Whether it was saved just now.
    pub saved: bool,
    /// `name`
    pub name: Field,
    /// `domains`
    pub domains: Field,
    /// `head_count`
    pub head_count: Field,
    /// `head_count_source`
    pub head_count_source: Field,
}

impl QueuePage {
    /// How many wait besides those shown.
    #[must_use]
    pub fn more_waiting(&self) -> u64 {
        let shown = u64::try_from(self.waiting.len()).unwrap_or(u64::MAX);
        self.waiting_total.saturating_sub(shown)
    }
}

impl DecidedRow {
    /// The id of its state's name.
    #[must_use]
    pub const fn state_id(&self) -> &'static str {
        state_message_id(self.state)
    }
}

impl Proposal {
    /// Its domains in a line.
    #[must_use]
    pub fn domain_line(&self) -> String {
        domain_line(&self.domains)
    }
}

impl EmployerRow {
    /// Its domains in a line.
    #[must_use]
    pub fn domain_line(&self) -> String {
        domain_line(&self.domains)
    }
}

fn domain_line(domains: &[String]) -> String {
    domains.iter().map(|domain| format!("@{domain}")).collect::<Vec<_>>().join(", ")
}

impl ReviewPage {
    /// What is wrong with it.
    #[must_use]
    pub fn problems(&self) -> Vec<ProblemLink> {
        problems([("reason", &self.rejection)])
    }

    /// Whether it waits for a decision.
    #[must_use]
    pub fn is_in_review(&self) -> bool {
        self.sheet.state == PetitionState::InReview
    }

    /// Whether it can be taken down.
    #[must_use]
    pub const fn may_be_taken_down(&self) -> bool {
        self.sheet.state.may_become(PetitionState::TakenDown)
    }

    /// Whether there are numbers, or will be.
    #[must_use]
    pub fn shows_count(&self) -> bool {
        let sheet = &self.sheet;
        sheet.takes_signatures() || sheet.standing.is_public() || sheet.count.has_number()
    }

    /// The first proposed employer whose name is taken: while there is one, approving is not possible.
    #[must_use]
    pub fn in_the_way(&self) -> Option<&Proposal> {
        self.proposed.iter().find(|proposal| proposal.listed_meanwhile)
    }

    /// What is said above it, depending on its state.
    #[must_use]
    pub const fn lead_message_id(&self) -> &'static str {
        match self.sheet.state {
            PetitionState::Closed if matches!(self.sheet.standing, Standing::EndedQuietly) => {
                "admin-lead-ended-quietly"
            }
            PetitionState::Draft | PetitionState::InReview => "admin-lead-in-review",
            PetitionState::Gathering => "admin-lead-gathering",
            PetitionState::Open
            | PetitionState::Closed
            | PetitionState::Delivered
            | PetitionState::Answered => "admin-lead-public",
            PetitionState::Rejected => "admin-lead-rejected",
            PetitionState::TakenDown => "admin-lead-taken-down",
        }
    }

    /// That paragraph.
    #[must_use]
    pub fn lead(&self, t: &Locale) -> String {
        t.text(self.lead_message_id())
    }
}

impl TakedownPage {
    /// What is wrong with it.
    #[must_use]
    pub fn problems(&self) -> Vec<ProblemLink> {
        problems([("reason", &self.reason)])
    }
}

impl EmployersPage {
    /// Whether the list was narrowed.
    #[must_use]
    pub fn searched(&self) -> bool {
        !self.q.is_empty()
    }
}

impl EmployerPage {
    /// What is wrong with it.
    #[must_use]
    pub fn problems(&self) -> Vec<ProblemLink> {
        problems([
            ("name", &self.name),
            ("domains", &self.domains),
            ("head_count", &self.head_count),
            ("head_count_source", &self.head_count_source),
        ])
    }

    /// Where its form goes.
    #[must_use]
    pub fn action(&self) -> String {
        let place = self.listed.as_ref().map_or("new", |(id, _)| id.as_str());
        format!("/admin/employers/{place}")
    }
}
