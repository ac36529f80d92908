//! The pages of this noun, as plain data: filled in by handlers, laid out by templates. Writing stands in
//! [`super::edit`]; the preview is [`crate::web::petition::page::PetitionPage`] with `preview_back` set.

use askama::Template;

use crate::{
    actions::scheduled::sealed_names::ShownNames,
    db::views::DayNumber,
    domain::{
        draft::Step,
        petition::{PetitionState, Standing},
        proof::ProofKind,
        sealing::{Sealing, SealingStage},
        time::{Day, Timestamp},
    },
    web::{
        field::{Field, FieldProblem, ProblemLink, problems},
        frame::Frame,
        petition::sheet::{Count, state_message_id},
    },
};

/// An organizer's petitions (`GET /organize`).
#[derive(Template, Clone)]
#[template(path = "organize/mine.html")]
pub struct MyPetitionsPage {
    /// Around it; `noindex` is set.
    pub f: Frame,
    /// Newest first.
    pub petitions: Vec<MyPetition>,
    /// Set when there are as many drafts as an account can have: how many.
    pub full: Option<u64>,
}

/// A petition in its organizer's list.
#[derive(Clone)]
pub struct MyPetition {
    /// Its name in the address.
    pub slug: String,
    /// Its title so far; may be empty.
    pub title: String,
    /// Where it stands.
    pub state: PetitionState,
    /// Its numbers.
    pub count: Count,
    /// The day on which it is deleted if nobody saves it, once that is near.
    pub deleted_on: Option<Day>,
}

/// What is missing before a petition can open.
#[derive(Clone)]
pub struct Missing {
    /// The step to go to.
    pub step: Step,
    /// What.
    pub problem: FieldProblem,
}

/// Opens a petition, or sends it to review (`GET /organize/{slug}/opening`, 422 to its POST).
#[derive(Template, Clone)]
#[template(path = "organize/opening.html")]
pub struct OpenPage {
    /// Around it; `noindex` is set.
    pub f: Frame,
    /// The petition's name in the address.
    pub slug: String,
    /// Its title so far.
    pub title: String,
    /// What has to be mended first. Empty: it can open.
    pub missing: Vec<Missing>,
    /// Whether an admin looks at it first: the operator's rule, or because it proposes an employer.
    pub review: Review,
    /// Whether it gathers already: then only `open` is left, and nothing can be changed any more.
    pub gathering: bool,
    /// `how`: `open` or `quietly`.
    pub how: Field,
}

/// Who has to look at a petition before it opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Review {
    /// Nobody.
    NotNeeded,
    /// An admin, always on this site.
    Required,
    /// An admin, because it proposes an employer.
    ForEmployer,
}

/// Numbers and what can be done (`GET /organize/{slug}`, 422 to `POST /organize/{slug}/extension`).
#[derive(Template, Clone)]
#[template(path = "organize/dashboard.html")]
pub struct DashboardPage {
    /// Around it; `noindex` is set.
    pub f: Frame,
    /// The petition's name in the address.
    pub slug: String,
    /// Its title so far.
    pub title: String,
    /// Where it stands.
    pub state: PetitionState,
    /// What its address leads to.
    pub standing: Standing,
    /// Why it was rejected or taken down.
    pub reason: Option<String>,
    /// Its numbers, shown to the organizer also while it gathers.
    pub count: Count,
    /// Published per day, oldest first; days without any are left out.
    pub days: Vec<DayNumber>,
    /// The end of the last day to sign.
    pub closes: Option<Timestamp>,
    /// The latest day to which it can be extended.
    pub latest: Option<Day>,
    /// Whether an early closing was announced: extending calls it off.
    pub closes_early: bool,
    /// The secret link, in full, while it gathers.
    pub secret_link: Option<String>,
    /// How many public names there are.
    pub names: u64,
    /// How many invitations were made. `None` where the petition takes none.
    pub invitations: Option<u64>,
    /// The trustee to whom names may be sealed.
    pub sealing: Option<Sealing>,
    /// `closes`: the new last day.
    pub extension: Field,
}

/// Takes the trustee's openings (`GET /organize/{slug}/unsealing`, 422 to its POST, 200 once names are shown).
#[derive(Template, Clone)]
#[template(path = "organize/unsealing.html")]
pub struct UnsealingPage {
    /// Around it; `noindex` is set.
    pub f: Frame,
    /// The petition's name in the address.
    pub slug: String,
    /// Its title.
    pub title: String,
    /// Trustee, N, and where it stands.
    pub sealing: Sealing,
    /// How many names are sealed.
    pub names: u64,
    /// What became of the openings that were just brought.
    pub shown: Option<ShownNames>,
    /// `openings`: comes back empty, since it holds names.
    pub openings: Field,
}

impl UnsealingPage {
    /// What is wrong with it.
    #[must_use]
    pub fn problems(&self) -> Vec<ProblemLink> {
        problems([("openings", &self.openings)])
    }

    /// Where the trustee finds the sealed names.
    #[must_use]
    pub fn file_url(&self) -> String {
        format!("{}/p/{}/sealed.json", self.f.base_url, self.slug)
    }

    /// Whether openings are taken now.
    #[must_use]
    pub fn is_due(&self) -> bool {
        self.sealing.stage == SealingStage::Due
    }
}

/// A row of the table of days: with the length of its bar, in percent of the longest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DayBar {
    /// The day's numbers.
    pub row: DayNumber,
    /// 0 to 100, of the numbers of the kind of proof that the goal counts.
    pub percent: u64,
}

impl DayBar {
    /// How many were published by this kind of proof.
    #[must_use]
    pub fn number(&self, proof: ProofKind) -> u64 {
        self.row.numbers.get(&proof).copied().unwrap_or(0)
    }
}

/// Asks before closing (`GET /organize/{slug}/closure`).
#[derive(Template, Clone)]
#[template(path = "organize/closure.html")]
pub struct CloseConfirmPage {
    /// Around it; `noindex` is set.
    pub f: Frame,
    /// The petition's name in the address.
    pub slug: String,
    /// Its title.
    pub title: String,
    /// When it would close: after the notice.
    pub closes: Timestamp,
    /// What its address leads to now.
    pub standing: Standing,
}

impl CloseConfirmPage {
    /// What closing does: the id of the words.
    #[must_use]
    pub const fn after_message_id(&self) -> &'static str {
        if self.standing.is_public() { "closure-after" } else { "closure-after-quiet" }
    }
}

impl MyPetition {
    /// Where its row leads: to writing while it can be written, else to its numbers.
    #[must_use]
    pub fn path(&self) -> String {
        if self.state.is_editable() {
            format!("/organize/{}/edit/basics", self.slug)
        } else {
            format!("/organize/{}", self.slug)
        }
    }

    /// The id of its state's name.
    #[must_use]
    pub const fn state_id(&self) -> &'static str {
        state_message_id(self.state)
    }
}

impl OpenPage {
    /// What is wrong with it.
    #[must_use]
    pub fn problems(&self) -> Vec<ProblemLink> {
        problems([("how", &self.how)])
    }

    /// Whether an admin looks at it first.
    #[must_use]
    pub fn needs_review(&self) -> bool {
        self.review != Review::NotNeeded
    }
}

impl DashboardPage {
    /// What is wrong with it.
    #[must_use]
    pub fn problems(&self) -> Vec<ProblemLink> {
        problems([("closes", &self.extension)])
    }

    /// The id of its state's name.
    #[must_use]
    pub const fn state_id(&self) -> &'static str {
        state_message_id(self.state)
    }

    /// The days, newest first, with bars.
    #[must_use]
    pub fn bars(&self) -> Vec<DayBar> {
        let leading = self.count.leading();
        let number = |row: &DayNumber| leading.and_then(|kind| row.numbers.get(&kind)).copied().unwrap_or(0);
        let longest = self.days.iter().map(number).max().unwrap_or(0);
        let percent = |row| number(row).saturating_mul(100).checked_div(longest).unwrap_or(0);
        self.days.iter().rev().map(|row| DayBar { row: row.clone(), percent: percent(row) }).collect()
    }

    /// The newest days, and the earlier ones.
    #[must_use]
    pub fn newest_and_earlier(&self) -> (Vec<DayBar>, Vec<DayBar>) {
        const NEWEST: usize = 14;
        let mut newest = self.bars();
        let earlier = newest.split_off(newest.len().min(NEWEST));
        (newest, earlier)
    }

    /// Whether it takes signatures.
    #[must_use]
    pub const fn is_running(&self) -> bool {
        self.state.takes_signatures()
    }

    /// Whether it was open to the public and has ended.
    #[must_use]
    pub const fn has_ended(&self) -> bool {
        self.standing.is_public() && !self.is_running()
    }

    /// Whether it ended without having been opened to the public.
    #[must_use]
    pub const fn ended_quietly(&self) -> bool {
        matches!(self.standing, Standing::EndedQuietly)
    }

    /// The latest day to which it can be extended. `None` where its last day is that day already.
    #[must_use]
    pub fn can_extend_until(&self) -> Option<Day> {
        let last = self.closes?.day();
        self.latest.filter(|latest| *latest > last)
    }

    /// Whether it can be closed earlier than it closes anyway.
    #[must_use]
    pub fn can_close_early(&self) -> bool {
        self.is_running() && !self.closes_early
    }

    /// Whether it gathers quietly.
    #[must_use]
    pub fn is_gathering(&self) -> bool {
        self.state == PetitionState::Gathering
    }

    /// Whether it waits for an admin.
    #[must_use]
    pub fn is_in_review(&self) -> bool {
        self.state == PetitionState::InReview
    }
}
