//! Samples of the admin's pages.

use super::page::*;
use crate::{
    domain::{
        draft::Problem,
        email::DomainProblem,
        mail_health::{MailHealth, MailState},
        petition::{Listing, PetitionState, Standing},
        sending::SendFailure,
        text::TextProblem,
        time::{Day, Timestamp},
    },
    web::{
        field::Field,
        frame::Frame,
        petition::{page::Pager, samples},
    },
};

const SLUG: &str = "do-not-renew-the-river-contract";
const TITLE: &str = "Do not renew the River contract";

fn failing() -> MailHealth {
    let samples = SendFailure::samples();
    let why = samples.first().copied().unwrap_or(SendFailure::HostNotFound);
    let since = Timestamp::from_secs(1_780_488_000);
    MailHealth {
        state: MailState::Failing { since, why },
        refused_at: Some((String::from("a-rather-long-subdomain.sample.example"), why)),
    }
}

fn pager() -> Pager {
    Pager { page: 1, last: 2, before: None, after: Some(String::from("?page=2")) }
}

fn proposal(listed_meanwhile: bool) -> Proposal {
    Proposal {
        name: String::from("Sample Industries"),
        domains: vec![String::from("sample.example"), String::from("a-rather-long-subdomain.sample.example")],
        listed_meanwhile,
    }
}

impl QueuePage {
    /// Full, and with nothing to do.
    pub(crate) fn samples(f: &Frame) -> Vec<(&'static str, Self)> {
        let waiting = |title: &str, written_by: Option<&str>, proposed| WaitingRow {
            slug: String::from(SLUG),
            title: String::from(title),
            written_by: written_by.map(String::from),
            proposed,
        };
        let decided = |title: &str, state| DecidedRow {
            slug: String::from(SLUG),
            title: String::from(title),
            state,
            opened: Day::parse("2026-06-03"),
        };
        let full = Self {
            f: f.clone(),
            waiting: vec![
                waiting("Publish the audit", Some("Platform team members"), vec![proposal(false)]),
                waiting("<b>Bobby</b> asks", None, Vec::new()),
            ],
            waiting_total: 3,
            decided: vec![
                decided(TITLE, PetitionState::Open),
                decided("End the pilot at the border", PetitionState::Gathering),
                decided("Name the customers", PetitionState::Answered),
            ],
            decided_total: 23,
            pager: pager(),
            mail: failing(),
        };
        let empty = Self {
            waiting: Vec::new(),
            waiting_total: 0,
            decided: Vec::new(),
            decided_total: 0,
            pager: Pager { page: 1, last: 1, before: None, after: None },
            mail: MailHealth { state: MailState::Well, refused_at: None },
            ..full.clone()
        };
        vec![("admin", full), ("admin-empty", empty)]
    }
}

impl ReviewPage {
    /// In each state that an admin sees, and with a mistake.
    pub(crate) fn samples(f: &Frame) -> Vec<(&'static str, Self)> {
        let mut page = Self {
            f: f.clone(),
            sheet: samples::sheet(),
            written_by: Some(String::from("Heron")),
            reason: None,
            proposed: vec![proposal(false)],
            quietly: false,
            names: 0,
            rejection: Field::default(),
        };
        page.sheet.state = PetitionState::InReview;
        page.sheet.standing = Standing::Private;
        page.sheet.opened = None;
        page.sheet.example = false;
        let mut wrong = page.clone();
        wrong.f.has_errors = true;
        wrong.quietly = true;
        wrong.proposed.clear();
        wrong.rejection =
            Field::new("</textarea><b>Bobby</b>").with_problem(TextProblem::TooLong { max: 2_000 });
        let mut taken = page.clone();
        taken.proposed = vec![proposal(true)];
        let mut pages =
            vec![("admin-petition", page), ("admin-petition-wrong", wrong), ("admin-petition-taken", taken)];
        for (name, state) in [
            ("admin-petition-gathering", PetitionState::Gathering),
            ("admin-petition-open", PetitionState::Open),
            ("admin-petition-rejected", PetitionState::Rejected),
            ("admin-petition-taken-down", PetitionState::TakenDown),
        ] {
            let mut sheet = samples::sheet();
            sheet.state = state;
            sheet.standing = state.standing(Listing::Listed);
            sheet.count.shown = state != PetitionState::Gathering;
            if state == PetitionState::Rejected {
                sheet.opened = None;
            }
            let refused = matches!(state, PetitionState::Rejected | PetitionState::TakenDown);
            let page = Self {
                f: f.clone(),
                sheet,
                written_by: None,
                reason: refused
                    .then(|| String::from("It names a private person.\n\nLeave the second paragraph out.")),
                proposed: Vec::new(),
                quietly: false,
                names: if state.standing(Listing::Listed).is_public() { 1490 } else { 0 },
                rejection: Field::default(),
            };
            pages.push((name, page));
        }
        pages
    }
}

impl TakedownPage {
    /// Fresh, and with a mistake.
    pub(crate) fn samples(f: &Frame) -> Vec<(&'static str, Self)> {
        let page = Self {
            f: f.clone(),
            slug: String::from(SLUG),
            title: String::from(TITLE),
            is_running: true,
            reason: Field::default(),
        };
        let mut wrong = Self { is_running: false, ..page.clone() };
        wrong.f.has_errors = true;
        wrong.reason = Field::new("").with_problem(TextProblem::Empty);
        vec![("admin-takedown", page), ("admin-takedown-wrong", wrong)]
    }
}

impl EmployersPage {
    /// Full, searched in vain, and empty.
    pub(crate) fn samples(f: &Frame) -> Vec<(&'static str, Self)> {
        let row = |name: &str, domains: &[&str], head_count| EmployerRow {
            id: String::from("e1"),
            name: String::from(name),
            domains: domains.iter().copied().map(String::from).collect(),
            head_count,
        };
        let full = Self {
            f: f.clone(),
            q: String::new(),
            employers: vec![
                row(
                    "Example Corp",
                    &["example.com", "corp.example.com"],
                    Some((10_400, String::from("https://example.org/annual-report"))),
                ),
                row("A company with a rather long name", &["a-rather-long-domain-name.example"], None),
            ],
            found: 52,
            pager: pager(),
        };
        let alone = Pager { page: 1, last: 1, before: None, after: None };
        let mut found = Self { q: String::from("corp"), found: 2, pager: alone, ..full.clone() };
        let searched = found.clone();
        found.q = String::from("<b>Bobby</b>");
        found.employers.clear();
        found.found = 0;
        let empty = Self { q: String::new(), ..found.clone() };
        vec![
            ("admin-employers", full),
            ("admin-employers-found", searched),
            ("admin-employers-none-found", found),
            ("admin-employers-empty", empty),
        ]
    }
}

impl EmployerPage {
    /// New, listed, and with everything wrong.
    pub(crate) fn samples(f: &Frame) -> Vec<(&'static str, Self)> {
        let new = Self {
            f: f.clone(),
            listed: None,
            saved: false,
            name: Field::default(),
            domains: Field::default(),
            head_count: Field::default(),
            head_count_source: Field::default(),
        };
        let listed = Self {
            listed: Some((String::from("e1"), String::from("Example Corp"))),
            saved: true,
            name: Field::new("Example Corp"),
            domains: Field::new("corp.example.com\nexample.com"),
            head_count: Field::new("10400"),
            head_count_source: Field::new("https://example.org/annual-report"),
            ..new.clone()
        };
        let mut wrong = Self {
            name: Field::new("").with_problem(TextProblem::Empty),
            domains: Field::new("gmail.com").with_problem(DomainProblem::PublicProvider),
            head_count: Field::new("many").with_problem(Problem::NotANumber),
            head_count_source: Field::new("").with_problem(Problem::HeadCountAlone),
            ..new.clone()
        };
        wrong.f.has_errors = true;
        vec![("admin-employer-new", new), ("admin-employer", listed), ("admin-employer-wrong", wrong)]
    }
}
