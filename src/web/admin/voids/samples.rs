//! Samples of the pages on which forged signatures are invalidated.

use super::page::*;
use crate::{
    domain::{
        proof::ProofKind,
        text::TextProblem,
        void::{ChosenBy, VoidReason},
    },
    web::{
        field::{Field, FieldProblem},
        frame::Frame,
        petition::{
            page::{Pager, SignerRow},
            samples,
            voids::CrowdPart,
        },
    },
};

const SLUG: &str = "do-not-renew-the-river-contract";
const TITLE: &str = "Do not renew the River contract";

fn part(number: u64, proof: ProofKind) -> CrowdPart {
    CrowdPart { number, proof, employer: None }
}

impl VoidsPage {
    /// With a past, and with none.
    pub(crate) fn samples(f: &Frame) -> Vec<(&'static str, Self)> {
        let by = |name: &str| Some(String::from(name));
        let voids = samples::voids().into_iter().zip([(by("Heron"), None), (None, by("Heron"))]);
        let page = Self {
            f: f.clone(),
            slug: String::from(SLUG),
            title: String::from(TITLE),
            done: true,
            voids: voids
                .map(|(line, (done_by, reversed_by))| AdminVoid { line, done_by, reversed_by })
                .collect(),
        };
        let empty = Self { done: false, voids: Vec::new(), ..page.clone() };
        vec![("admin-voids", page), ("admin-voids-empty", empty)]
    }
}

impl ChooseVoidPage {
    /// Each way to choose, with nothing to choose from, and with everything forgotten.
    pub(crate) fn samples(f: &Frame) -> Vec<(&'static str, Self)> {
        let page = |offer| Self {
            f: f.clone(),
            slug: String::from(SLUG),
            title: String::from(TITLE),
            offer,
            pager: Pager { page: 1, last: 2, before: None, after: Some(String::from("?page=2")) },
            ticked: vec![String::from("120-0")],
            chosen: Field::default(),
            reason: Field::default(),
        };
        let signer = |index, name: Option<&str>| SignerRow {
            index,
            name: name.map(String::from),
            title: name.map(|_| String::from("Site Reliability Engineer, Wolkendienste")),
            proof: ProofKind::WorkMail,
            employer: None,
        };
        let names = Offer::Names(vec![
            signer(17, Some("Robin \"R\" <Okafor>")),
            signer(18, None),
            signer(1_290, Some("Somebody with quite a long name in three parts")),
        ]);
        let crowds = vec![
            (String::from("120-0"), part(31, ProofKind::WorkMail)),
            (String::from("120-1"), part(12, ProofKind::Invite)),
        ];
        let groups = Offer::Groups(
            vec![
                GroupRow { first: 120, last: 162, crowds },
                GroupRow { first: 12, last: 21, crowds: Vec::new() },
            ],
            10,
        );
        let all =
            Offer::Crowds(vec![(0, part(1_284, ProofKind::WorkMail)), (1, part(212, ProofKind::Invite))]);
        let mut wrong = page(all.clone());
        wrong.f.has_errors = true;
        wrong.chosen = Field::default().with_problem(FieldProblem::VoidChosenMissing);
        wrong.reason = Field::default().with_problem(FieldProblem::VoidReasonMissing);
        vec![
            ("admin-void-names", page(names)),
            ("admin-void-names-none", page(Offer::Names(Vec::new()))),
            ("admin-void-groups", page(groups)),
            ("admin-void-groups-none", page(Offer::Groups(Vec::new(), 10))),
            ("admin-void-crowd", page(all)),
            ("admin-void-crowd-none", page(Offer::Crowds(Vec::new()))),
            ("admin-void-wrong", wrong),
        ]
    }
}

impl CountVoidPage {
    /// Possible, changed meanwhile, of too few, and of nothing.
    pub(crate) fn samples(f: &Frame) -> Vec<(&'static str, Self)> {
        let row = |number, proof, named, unnamed, is_too_few| CountRow {
            before: part(number, proof),
            named,
            unnamed,
            after: number - named - unnamed,
            is_too_few,
        };
        let page = Self {
            f: f.clone(),
            slug: String::from(SLUG),
            title: String::from(TITLE),
            changed: false,
            by: ChosenBy::Names,
            chosen: vec![String::from("17"), String::from("18")],
            reason: VoidReason::FalseName,
            rows: vec![
                row(1_284, ProofKind::WorkMail, 1, 0, false),
                row(212, ProofKind::Invite, 1, 0, false),
            ],
            names: vec![(17, Some(String::from("Robin \"R\" <Okafor>"))), (18, None)],
            batch_min: 10,
            counted: Some(String::from("qZk-0sVJDs2qQm1Cq0C5v7K6tBf3Xy_JfCwQm1e1Tb0")),
        };
        let few = Self {
            by: ChosenBy::Groups,
            reason: VoidReason::MadeMailboxes,
            rows: vec![row(1_284, ProofKind::WorkMail, 0, 9, true)],
            names: Vec::new(),
            counted: None,
            ..page.clone()
        };
        let changed = Self { changed: true, ..page.clone() };
        let nothing =
            Self { changed: true, rows: Vec::new(), names: Vec::new(), counted: None, ..page.clone() };
        vec![
            ("admin-void-count", page),
            ("admin-void-count-changed", changed),
            ("admin-void-count-few", few),
            ("admin-void-count-nothing", nothing),
        ]
    }
}

impl ReverseVoidPage {
    /// Possible, over, and with nothing left.
    pub(crate) fn samples(f: &Frame) -> Vec<(&'static str, Self)> {
        let mut lines = samples::voids();
        let (reversed, line) = (lines.remove(1), lines.remove(0));
        let page = Self {
            f: f.clone(),
            slug: String::from(SLUG),
            title: String::from(TITLE),
            changed: true,
            line,
            rows: vec![(part(1_284, ProofKind::WorkMail), 10, 1_294)],
            withdrawn: 2,
            notice_again: true,
            counted: Some(String::from("qZk-0sVJDs2qQm1Cq0C5v7K6tBf3Xy_JfCwQm1e1Tb0")),
        };
        let over = Self { line: reversed, rows: Vec::new(), counted: None, changed: false, ..page.clone() };
        let nothing = Self { rows: Vec::new(), counted: None, changed: false, ..page.clone() };
        vec![
            ("admin-void-reversal", page),
            ("admin-void-reversal-over", over),
            ("admin-void-reversal-nothing", nothing),
        ]
    }
}

impl DisputePage {
    /// Fresh, and with everything wrong.
    pub(crate) fn samples(f: &Frame) -> Vec<(&'static str, Self)> {
        let page = Self {
            f: f.clone(),
            slug: String::from(SLUG),
            title: String::from(TITLE),
            last_entry: 1_507,
            form: DisputeFields::default(),
        };
        let form = DisputeFields {
            first: Field::new("seven").with_problem(FieldProblem::DisputeRange { last: 1_507 }),
            last: Field::new("9000").with_problem(FieldProblem::DisputeRange { last: 1_507 }),
            text: Field::new("</textarea><b>Bobby</b>").with_problem(TextProblem::TooLong { max: 2_000 }),
        };
        let mut wrong = Self { form, ..page.clone() };
        wrong.f.has_errors = true;
        vec![("admin-dispute", page), ("admin-dispute-wrong", wrong)]
    }
}
