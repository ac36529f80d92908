//! Samples of the organizer's pages.

use super::{edit::*, invitations::*, page::*};
use crate::{
    actions::scheduled::sealed_names::ShownNames,
    db::views::DayNumber,
    domain::{
        draft::{ContractDraft, Draft, SourceDraft, Step, last_second},
        petition::{Listing, PetitionState, Standing},
        proof::ProofKind,
        sealing::SealingStage,
        text::TextProblem,
        time::{Day, Timestamp},
    },
    web::{
        field::{Field, FieldProblem, Kind},
        frame::Frame,
        labels,
        petition::samples,
    },
};

const SLUG: &str = "do-not-renew-the-river-contract";
const TITLE: &str = "Do not renew the River contract";

fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

fn draft() -> Draft {
    let source = SourceDraft {
        url: String::from("https://example.org/award"),
        publisher: String::from("Example Times"),
        published: String::from("2026-01-20"),
        shows: String::from("The parties and the value."),
    };
    let contract = ContractDraft {
        customer: String::from("Department of Example"),
        title: String::from("Cloud services, 47QTCA"),
        status: String::from("active"),
        value: String::from("21,000,000"),
        currency: String::from("US"),
        sources: vec![source.clone(), SourceDraft::default()],
        ..ContractDraft::default()
    };
    Draft {
        title: String::from(TITLE),
        body: String::from("We built it.\n\n</textarea><b>Bobby</b>"),
        employers: vec![String::from("e1")],
        proposed_name: String::from("Sample Industries"),
        contracts: vec![contract.clone(), contract],
        goal: String::from("many"),
        ..Draft::default()
    }
}

impl MyPetitionsPage {
    /// Some, and none.
    pub(crate) fn samples(f: &Frame) -> Vec<(&'static str, Self)> {
        let petition = |title: &str, state: PetitionState, shown| {
            let mut count = samples::count(1284, Some(212));
            count.shown = shown;
            MyPetition {
                slug: String::from(SLUG),
                title: String::from(title),
                state,
                count,
                deleted_on: None,
            }
        };
        let mut idle = petition("Name the buyers", PetitionState::Draft, false);
        idle.deleted_on = Some(day("2026-09-01"));
        let some = Self {
            f: f.clone(),
            full: Some(20),
            petitions: vec![
                idle,
                petition("", PetitionState::Draft, false),
                petition(TITLE, PetitionState::Open, true),
                petition("Publish the audit", PetitionState::InReview, false),
                petition("Name the customers", PetitionState::Rejected, false),
            ],
        };
        vec![("mine", some), ("mine-empty", Self { f: f.clone(), petitions: Vec::new(), full: None })]
    }
}

impl EditPage {
    /// Each step as new, and with problems.
    pub(crate) fn samples(f: &Frame) -> Vec<(&'static str, Self)> {
        let listed = [
            (String::from("e1"), String::from("Example Corp"), vec![String::from("example.com")]),
            (String::from("e2"), String::from("Third Company"), vec![String::from("third.example")]),
        ];
        let (_, problems) = draft().check(Timestamp::from_secs(1_790_000_000));
        let page = |step, draft: &Draft, problems: &[_], f: &Frame| Self {
            f: f.clone(),
            slug: String::from(SLUG),
            title: draft.title.clone(),
            state: PetitionState::Draft,
            reason: None,
            saved: false,
            steps: StepLine::all(problems),
            step,
            version: String::from("0011223344556677"),
            meanwhile: None,
            form: EditForm::from_draft(step, draft, problems, &listed),
        };
        let bad = Frame { has_errors: true, ..f.clone() };
        let names = [
            ("edit-basics", "edit-basics-problems"),
            ("edit-text", "edit-text-problems"),
            ("edit-contracts", "edit-contracts-problems"),
            ("edit-signers", "edit-signers-problems"),
            ("edit-schedule", "edit-schedule-problems"),
        ];
        let mut pages = Vec::new();
        for (step, (fresh, wrong)) in Step::ALL.into_iter().zip(names) {
            pages.push((fresh, page(step, &Draft::default(), &[], f)));
            pages.push((wrong, page(step, &draft(), &problems, &bad)));
        }
        let mut rejected = page(Step::Basics, &draft(), &[], f);
        rejected.state = PetitionState::Rejected;
        rejected.reason = Some(String::from("The second source cannot be opened."));
        rejected.saved = true;
        pages.push(("edit-rejected", rejected));
        let mut changed = page(Step::Contracts, &draft(), &[], &bad);
        let told = |name: &str, text: &str| match labels::kind_of("/organize", name) {
            Kind::Line(label) | Kind::Block(label) => Some((label, String::from(text))),
            Kind::Secret(_) | Kind::Hidden => None,
        };
        changed.meanwhile = ["c0_title", "c1_s0_shows"]
            .into_iter()
            .map(|name| told(name, "Written in another tab"))
            .collect();
        pages.push(("edit-changed-meanwhile", changed));
        pages
    }
}

impl OpenPage {
    /// Ready, not ready, for review, and from the quiet start.
    pub(crate) fn samples(f: &Frame) -> Vec<(&'static str, Self)> {
        let page = Self {
            f: f.clone(),
            slug: String::from(SLUG),
            title: String::from(TITLE),
            missing: Vec::new(),
            review: Review::NotNeeded,
            gathering: false,
            how: Field::default(),
        };
        let mut missing = page.clone();
        missing.missing = Step::ALL.map(|step| Missing { step, problem: TextProblem::Empty.into() }).to_vec();
        let mut review = page.clone();
        review.review = Review::Required;
        review.f.has_errors = true;
        review.how = Field::default().with_problem(FieldProblem::Choose);
        let mut employer = page.clone();
        employer.review = Review::ForEmployer;
        let mut gathering = page.clone();
        gathering.gathering = true;
        vec![
            ("opening", page),
            ("opening-missing", missing),
            ("opening-review", review),
            ("opening-employer", employer),
            ("opening-gathering", gathering),
        ]
    }
}

impl DashboardPage {
    /// In all states.
    pub(crate) fn samples(f: &Frame) -> Vec<(&'static str, Self)> {
        let days = (0..20)
            .map(|at: i32| DayNumber {
                day: Day::from_days(day("2026-06-03").days() + at),
                numbers: (1..)
                    .zip(ProofKind::ALL)
                    .map(|(nth, kind)| (*kind, u64::try_from((at * 37) % (310 / nth)).unwrap()))
                    .collect(),
            })
            .collect();
        let mut count = samples::count(1284, Some(212));
        count.set(ProofKind::Invite, 32);
        count.per_employer = vec![
            (String::from("Example Corp"), Some(1100)),
            (String::from("A company with a long name"), None),
        ];
        let page = Self {
            f: f.clone(),
            slug: String::from(SLUG),
            title: String::from(TITLE),
            state: PetitionState::Open,
            standing: Standing::Public,
            reason: None,
            count,
            days,
            closes: Some(last_second(day("2026-09-30"))),
            latest: Some(day("2026-10-30")),
            closes_early: false,
            secret_link: None,
            names: 1490,
            invitations: Some(120),
            sealing: Some(samples::sealing(SealingStage::Due)),
            extension: Field::new("2026-09-30"),
        };
        let mut quiet = page.clone();
        quiet.state = PetitionState::Gathering;
        quiet.standing = Standing::Quiet;
        quiet.closes_early = true;
        quiet.secret_link = Some(format!("https://petitions.example.org/p/{}", "k3v9w0q2".repeat(4)));
        quiet.count = samples::count(4, None);
        quiet.count.share =
            quiet.count.share.map(|share| crate::web::petition::sheet::Share { percent: 0, ..share });
        quiet.days.truncate(2);
        let mut fresh = page.clone();
        fresh.count = samples::count(0, Some(0));
        fresh.days.clear();
        fresh.invitations = None;
        fresh.names = 0;
        fresh.f.has_errors = true;
        fresh.extension = Field::new("2026-02-30").with_problem(FieldProblem::NotADay);
        let mut pages =
            vec![("dashboard", page.clone()), ("dashboard-quiet", quiet), ("dashboard-fresh", fresh)];
        for (name, state) in [
            ("dashboard-draft", PetitionState::Draft),
            ("dashboard-review", PetitionState::InReview),
            ("dashboard-closed", PetitionState::Closed),
            ("dashboard-rejected", PetitionState::Rejected),
            ("dashboard-taken-down", PetitionState::TakenDown),
        ] {
            let reason = matches!(state, PetitionState::Rejected | PetitionState::TakenDown)
                .then(|| String::from("It names a private person."));
            let standing = state.standing(Listing::Listed);
            pages.push((name, Self { state, standing, reason, ..page.clone() }));
        }
        pages
    }
}

impl CloseConfirmPage {
    /// Of a public petition, and of a quiet start.
    pub(crate) fn samples(f: &Frame) -> Vec<(&'static str, Self)> {
        let page = |standing| Self {
            f: f.clone(),
            slug: String::from(SLUG),
            title: String::from(TITLE),
            closes: last_second(day("2026-06-10")),
            standing,
        };
        vec![("closure", page(Standing::Public)), ("closure-quiet", page(Standing::Quiet))]
    }
}

impl MakeInvitationsPage {
    /// Fresh, and with a number that is none.
    pub(crate) fn samples(f: &Frame) -> Vec<(&'static str, Self)> {
        let (slug, title) = (String::from(SLUG), String::from(TITLE));
        let fresh = Self { f: f.clone(), slug, title, made: 0, size: Field::new("20") };
        let mut wrong = fresh.clone();
        wrong.f.has_errors = true;
        wrong.made = 120;
        wrong.size = Field::new("many").with_problem(FieldProblem::SheetSize { most: 500 });
        vec![("make-invitations", fresh), ("make-invitations-problems", wrong)]
    }
}

impl InvitationSheetPage {
    /// Many, and one.
    pub(crate) fn samples(f: &Frame) -> Vec<(&'static str, Self)> {
        let page = |count| Self {
            f: f.clone(),
            slug: String::from(SLUG),
            title: String::from(TITLE),
            address: format!("https://petitions.example.org/p/{SLUG}"),
            codes: vec![String::from("7K3M-9QXT-02ZB-HHWE"); count],
        };
        vec![("invitation-sheet", page(24)), ("invitation-sheet-one", page(1))]
    }
}

impl UnsealingPage {
    /// At each stage, with a problem, and done.
    pub(crate) fn samples(f: &Frame) -> Vec<(&'static str, Self)> {
        let page = |stage| Self {
            f: f.clone(),
            slug: String::from(SLUG),
            title: String::from(TITLE),
            sealing: samples::sealing(stage),
            names: 212,
            shown: None,
            openings: Field::default(),
        };
        let mut wrong = page(SealingStage::Due);
        wrong.f.has_errors = true;
        wrong.openings = Field::default().with_problem(FieldProblem::OpeningsEmpty);
        let mut shown = page(SealingStage::Opened(day("2026-07-03")));
        shown.shown = Some(ShownNames { now: 210, before: 3, left_out: 2 });
        vec![
            ("unsealing-waiting", page(SealingStage::Waiting)),
            ("unsealing-notice", page(SealingStage::Notice { until: day("2026-07-02") })),
            ("unsealing-due", page(SealingStage::Due)),
            ("unsealing-wrong", wrong),
            ("unsealing-shown", shown),
            ("unsealing-deleted", page(SealingStage::Deleted)),
        ]
    }
}
