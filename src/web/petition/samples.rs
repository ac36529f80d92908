//! Petitions made up for tests of the pages.

mod numbers;

use super::{
    page::*,
    sheet::*,
    statement::StatementPage,
    voids::{CrowdPart, VoidLine},
};
use crate::{
    actions::queries::statement::{self, Signed, Voided},
    db::views::{Card, ContractView},
    domain::{
        contract::{ContractStatus, ContractValue, Source},
        demand::{Demand, DemandState},
        draft::last_second,
        email::AddressProblem,
        petition::{PetitionState, Standing, traces_until},
        proof::{CrowdIndex, ProofKind},
        sealing::{Sealing, SealingStage, SealingTerms},
        tally::{CrowdNumber, Tally},
        text::Phrase,
        time::{Day, Timestamp},
        void::{Dispute, Void, VoidReason},
        web_address::WebAddress,
    },
    web::{
        field::{Field, FieldProblem, StatementProblem},
        frame::Frame,
        markdown::{SafeHtml, render},
        sign::{
            form::{SignFields, SignForm},
            saved_page::SavedOffer,
            script_data::SigningClient,
        },
    },
};

pub(crate) use numbers::count;

fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

/// The last second of this day.
fn end_of(text: &str) -> Timestamp {
    last_second(day(text))
}

/// A petition in full.
pub(crate) fn sheet() -> PetitionSheet {
    PetitionSheet {
        slug: String::from("do-not-renew-the-river-contract"),
        title: String::from("Do not renew the River contract"),
        addressed_to: String::from("Dana Lee, Chief Executive, Example Corp"),
        summary: String::from(
            "We are employees of Example Corp. We ask the company not to renew contract 47QTCA with the \
             Department of Example when it ends on 31 December 2026.",
        ),
        started_by: String::from("Platform team members"),
        state: PetitionState::Open,
        standing: Standing::Public,
        opened: Some(day("2026-06-03")),
        closes: Some(end_of("2026-09-30")),
        traces_until: Some(traces_until(end_of("2026-10-30"))),
        employers: vec![EmployerLine {
            name: String::from("Example Corp"),
            domains: vec![String::from("example.com"), String::from("corp.example.com")],
        }],
        proofs: ProofKind::ALL.to_vec(),
        invitations_made: 120,
        sealing: Some(sealing(SealingStage::Waiting)),
        count: count(1284, Some(212)),
        body_html: body(),
        demands: vec![
            Demand {
                text: String::from("Let the contract end on its current date."),
                state: DemandState::Open,
            },
            Demand {
                text: String::from("Publish the review that approved it."),
                state: DemandState::PartlyMet,
            },
        ],
        contracts: vec![contract()],
        example: true,
    }
}

/// Sealed names, at this stage.
pub(crate) fn sealing(stage: SealingStage) -> Sealing {
    let terms = SealingTerms {
        trustee: String::from("Kim Ade, lawyer"),
        key: String::from("WyEBYEUArmUyDi010v-Yovi5Bvqoo4nxjxjxk23lU0"),
        reveal_at: 500,
    };
    Sealing { terms, stage }
}

fn body() -> SafeHtml {
    render(
        "The service finds, sorts and ranks people by records that were never made for it. We built parts of \
         it, and we were not asked. <script>no</script>\n\n# Why now\n\nThe contract ends this year. A \
         renewal is being prepared & no public review is planned.\n\n> Tools should answer to the people \
         they touch.\n\n1. First, a review.\n2. Then, *in public*, its result ([an \
         example](https://example.org)).",
    )
}

fn contract() -> ContractView {
    ContractView {
        supplier: String::from("Example Corp"),
        customer: String::from("Department of Example"),
        title: String::from("Cloud and search services, 47QTCA"),
        provides: String::from("Storage, search and ranking of case records."),
        value: Some(ContractValue { amount: 21_000_000, currency: String::from("USD") }),
        status: ContractStatus::Renewal,
        starts: Some(day("2024-01-01")),
        ends: Some(day("2026-12-31")),
        sources: vec![
            Source {
                url: WebAddress::parse("https://example.org/award-notice-47QTCA").ok(),
                publisher: String::from("Award notice 47QTCA"),
                published: Some(day("2023-12-11")),
                shows: String::from("The parties, the value and the dates."),
            },
            Source {
                url: WebAddress::parse("https://example.org/report").ok(),
                publisher: String::from("The Example Times"),
                published: None,
                shows: String::from("What the service is used for."),
            },
        ],
    }
}

/// A form that was not filled in yet.
pub(crate) fn form(any_mail: bool) -> SignForm {
    let domains = ["example.com", "corp.example.com"].map(String::from).to_vec();
    let proofs = if any_mail { ProofKind::ALL } else { &[ProofKind::WorkMail] };
    SignForm {
        action_path: String::from("/p/do-not-renew-the-river-contract/signatures"),
        proofs: proofs.to_vec(),
        employer_domains: domains,
        closes: sheet().closes,
        traces_until: sheet().traces_until,
        ..SignForm::default()
    }
}

impl PetitionPage {
    /// In all states.
    pub(crate) fn samples(f: &Frame) -> Vec<(&'static str, Self)> {
        let page = |sheet: PetitionSheet, form: Option<SignForm>| Self {
            f: f.clone(),
            sheet,
            client: form.is_some().then(SigningClient::sample),
            offer: form.is_some().then(SavedOffer::sample),
            form,
            preview_back: None,
            takes_typed_codes: true,
            names: 1490,
            disputes: 1,
        };
        let open = page(sheet(), Some(form(true)));
        let mut first = page(sheet(), Some(form(false)));
        first.sheet.count = count(0, None);
        first.sheet.proofs = vec![ProofKind::WorkMail];
        first.sheet.example = false;
        first.names = 0;
        let mut quiet = page(sheet(), Some(form(true)));
        quiet.sheet.state = PetitionState::Gathering;
        quiet.sheet.standing = Standing::Quiet;
        quiet.sheet.opened = None;
        quiet.sheet.count.shown = false;
        let mut apart = page(sheet(), Some(form(true)));
        apart.sheet.employers.push(EmployerLine {
            name: String::from("Sample Industries"),
            domains: vec![String::from("sample.example")],
        });
        apart.sheet.count.per_employer = vec![
            (String::from("Example Corp"), Some(1100)),
            (String::from("Sample Industries"), Some(184)),
            (String::from("Third Company with a rather long name"), None),
        ];
        apart.sheet.count.share = None;
        let mut supporters = page(sheet(), Some(form(true)));
        supporters.sheet.count = count(0, Some(3));
        supporters.sheet.count.as_of = Some(day("2026-07-14"));
        let mut all = page(sheet(), Some(form(true)));
        for kind in ProofKind::ALL {
            all.sheet.count.set(*kind, 32);
        }
        let mut invited = page(sheet(), Some(SignForm { proofs: vec![ProofKind::Invite], ..form(true) }));
        invited.sheet.proofs = vec![ProofKind::Invite];
        invited.sheet.count = Count { numbers: Vec::new(), ..count(0, None) };
        invited.sheet.count.set(ProofKind::Invite, 32);
        invited.sheet.count.as_of = Some(day("2026-07-14"));
        let mut notice = page(sheet(), Some(form(true)));
        notice.sheet.sealing = Some(sealing(SealingStage::Notice { until: day("2026-07-28") }));
        let mut shown = page(sheet(), Some(form(true)));
        shown.sheet.sealing = Some(sealing(SealingStage::Opened(day("2026-07-30"))));
        let mut deleted = page(sheet(), None);
        deleted.sheet.state = PetitionState::Closed;
        deleted.sheet.sealing = Some(sealing(SealingStage::Deleted));
        let mut preview = page(sheet(), Some(SignForm { preview: true, ..form(true) }));
        preview.sheet.state = PetitionState::Draft;
        preview.sheet.standing = Standing::Private;
        preview.sheet.traces_until = None;
        preview.sheet.opened = None;
        preview.sheet.count = count(0, Some(0));
        preview.client = None;
        preview.preview_back = Some(String::from("/organize/x/edit/basics"));
        let mut pages = vec![
            ("petition", open),
            ("petition-before-first", first),
            ("petition-quiet", quiet),
            ("petition-apart", apart),
            ("petition-supporters", supporters),
            ("petition-all-kinds", all),
            ("petition-invited", invited),
            ("petition-names-notice", notice),
            ("petition-names-shown", shown),
            ("petition-names-deleted", deleted),
            ("petition-preview", preview),
        ];
        for (name, state) in [
            ("petition-closed", PetitionState::Closed),
            ("petition-delivered", PetitionState::Delivered),
            ("petition-answered", PetitionState::Answered),
        ] {
            let mut closed = page(sheet(), None);
            closed.sheet.state = state;
            closed.sheet.count.share = Some(Share { percent: 0, ..closed.sheet.count.share.unwrap() });
            pages.push((name, closed));
        }
        pages
    }
}

impl ListPage {
    /// Full, searched in vain, and on an empty site.
    pub(crate) fn samples(f: &Frame) -> Vec<(&'static str, Self)> {
        let number = |crowd, proof, number| CrowdNumber {
            crowd: CrowdIndex::new(crowd),
            proof,
            employer: None,
            number,
            as_of: Some(day("2026-07-14")).filter(|_| number > 0),
        };
        let card = |title: &str, state: PetitionState, (work, any): (u64, Option<u64>)| Card {
            slug: String::from("x"),
            title: String::from(title),
            addressed_to: sheet().addressed_to,
            summary: sheet().summary,
            employers: vec![String::from("Example Corp"), String::from("Sample Industries")],
            state,
            closes: Some(end_of("2026-09-30")),
            tally: Tally {
                crowds: [number(0, ProofKind::WorkMail, work)]
                    .into_iter()
                    .chain(any.map(|any| number(1, ProofKind::AnyMail, any)))
                    .collect(),
            },
            example: state == PetitionState::Open,
        };
        let full = Self {
            f: f.clone(),
            front: true,
            q: String::new(),
            employer: String::new(),
            state: String::new(),
            employers: vec![(String::from("1"), String::from("Example Corp"))],
            cards: vec![
                card("Do not renew the River contract", PetitionState::Open, (1284, Some(212))),
                card("Publish the audit of the Harbor system", PetitionState::Open, (0, None)),
                card("End the pilot at the border", PetitionState::Closed, (1, None)),
            ],
            found: 43,
            pager: Pager {
                page: 2,
                last: 3,
                before: Some(String::from("/?page=1")),
                after: Some(String::from("/?page=3")),
            },
        };
        let mut none = full.clone();
        none.front = false;
        none.q = String::from("<river>");
        none.state = String::from("open");
        none.cards.clear();
        let mut found = full.clone();
        found.front = false;
        found.employer = String::from("1");
        let mut empty = full.clone();
        empty.cards.clear();
        vec![("list", full), ("list-none-found", none), ("list-found", found), ("list-empty", empty)]
    }
}

impl SignersPage {
    /// For readers, for the organizer, and empty.
    pub(crate) fn samples(f: &Frame) -> Vec<(&'static str, Self)> {
        let row = |index, name: Option<&str>, title: Option<&str>, proof| SignerRow {
            index,
            name: name.map(String::from),
            title: title.map(String::from),
            proof,
            employer: (index == 3).then(|| String::from("Example Corp")),
        };
        let page = Self {
            f: f.clone(),
            root: sheet().path(),
            title: sheet().title,
            count: count(1284, Some(212)),
            rows: vec![
                row(1, Some("Robin Okafor"), Some("Software engineer, storage"), ProofKind::WorkMail),
                row(2, Some("Kim 김"), None, ProofKind::Invite),
                row(3, Some("محمد علي"), Some("Site reliability"), ProofKind::WorkMail),
                row(4, None, None, ProofKind::WorkMail),
                row(5, Some("<b>Bobby</b> & Co"), None, ProofKind::AnyMail),
            ],
            pager: Pager { page: 1, last: 2, before: None, after: Some(String::from("?page=2")) },
            may_hide: false,
        };
        let mut hide = page.clone();
        hide.may_hide = true;
        hide.root = String::from("/organize/do-not-renew-the-river-contract");
        let mut empty = page.clone();
        empty.rows.clear();
        vec![("signers", page), ("signers-organizer", hide), ("signers-empty", empty)]
    }
}

impl AuditPage {
    /// With signatures of all kinds, employers apart, and before a crowd's first group.
    pub(crate) fn samples(f: &Frame) -> Vec<(&'static str, Self)> {
        let row = |proof, employer: Option<&str>, issued, cast, (withdrawn, voided), counted| AuditRow {
            proof,
            employer: employer.map(String::from),
            issued,
            cast,
            withdrawn,
            voided,
            counted,
        };
        let page = Self {
            f: f.clone(),
            petition: String::from("7d4b0a52-0d1c-4f3e-9a55-0b7a3f1c2d4e"),
            root: sheet().path(),
            title: sheet().title,
            count: count(1284, Some(212)),
            rows: vec![
                row(ProofKind::WorkMail, Some("Example Corp"), 1_310, 1_303, (7, 12), Some(1_284)),
                row(ProofKind::WorkMail, Some("Initech Wolkendienste GmbH"), 0, 4, (0, 0), Some(4)),
                row(ProofKind::Invite, None, 220, 212, (0, 0), Some(212)),
                row(ProofKind::AnyMail, None, 0, 0, (0, 0), None),
            ],
            voids: Vec::new(),
            disputes: Vec::new(),
            fingerprint: String::from("qZk-0sVJDs2qQm1Cq0C5v7K6tBf3Xy_JfCwQm1e1Tb0"),
            checkpoint: String::from(
                "petition.undersigned/ljnfuws2ljnfuws2ljnfuws2li\n1508\n\
                 aGVsbG8gd29ybGQgaGVsbG8gd29ybGQgaGVsbG8gd28=\n\n\
                 \u{2014} petition.undersigned/ljnfuws2ljnfuws2ljnfuws2li \
                 QqsdJ04oFDq0+hjdMU2g4h4a3yYr2eCVNljhnm8sy30OadDh35G4Mm/Ap34RvsoA1hBrlVLatsPvHC7dm/BzdeXhwwU=\n",
            ),
            verifier_key: String::from(
                "petition.undersigned/ljnfuws2ljnfuws2ljnfuws2li+42ab1d27+AepKbGPinFIKvvVQexMuxfmVR3auvr57kkIe6mkURtIs",
            ),
            witnesses: Vec::new(),
        };
        let voids = voids();
        let disputes = vec![dispute(12, 12, day_of_disputes()), dispute(40, 1_507, None)];
        let voided = Self { voids, disputes, ..page.clone() };
        let witness = |name: &str, seen: Option<(u64, &str)>| WitnessRow {
            name: String::from(name),
            key: format!("{name}+0e6d1c5a+BAPvVQexMuxfmVR3auvr57kkIe6mkURtIsAepKbGPinFIK"),
            seen: seen.map(|(size, on)| (size, day(on))),
        };
        let witnesses = vec![
            witness("witness.union.example/undersigned", Some((1_508, "2026-06-19"))),
            witness("newsroom.example/w1", None),
        ];
        let silent = vec![witness("newsroom.example/w1", None)];
        vec![
            ("audit", page.clone()),
            ("audit-voided", voided),
            ("audit-witnessed", Self { witnesses, ..page.clone() }),
            ("audit-not-yet-witnessed", Self { witnesses: silent, ..page }),
        ]
    }
}

/// What was invalidated: of several crowds, and reversed.
pub(crate) fn voids() -> Vec<VoidLine> {
    let part = |number, proof, employer: Option<&str>| CrowdPart {
        number,
        proof,
        employer: employer.map(String::from),
    };
    let void = |first, reason, reversed, crowds| VoidLine {
        void: Void { first, reason, day: day("2026-07-02"), reversed, crowds: Vec::new() },
        crowds,
    };
    vec![
        void(
            1_290,
            VoidReason::MadeMailboxes,
            None,
            vec![part(12, ProofKind::WorkMail, Some("Example Corp")), part(1_014, ProofKind::Invite, None)],
        ),
        void(611, VoidReason::FalseName, Some(day("2026-07-03")), vec![part(1, ProofKind::AnyMail, None)]),
    ]
}

fn day_of_disputes() -> Option<Day> {
    Day::parse("2026-07-04")
}

fn dispute(first: u64, last: u64, day: Option<Day>) -> Dispute {
    let text = String::from("Three of these came from one <b>Bobby</b> mailbox.\n\nWe do not know which.");
    Dispute { index: last + 4, first, last, text, day }
}

impl StatementPage {
    /// Empty, wrong, and with statements of signatures that count and do not.
    pub(crate) fn samples(f: &Frame) -> Vec<(&'static str, Self)> {
        let (_, audit) = AuditPage::samples(f).swap_remove(0);
        let page = Self {
            f: Frame { noindex: true, ..f.clone() },
            petition: audit.petition,
            root: audit.root,
            title: audit.title,
            fingerprint: audit.fingerprint,
            verifier_key: audit.verifier_key,
            statement: Field::default(),
            signed: None,
        };
        let mut wrong = page.clone();
        wrong.f.has_errors = true;
        wrong.statement =
            Field::new("<b>Bobby</b> {").with_problem(FieldProblem::Statement(StatementProblem::Form));
        let answered = |retracted, voided| {
            let signed = Signed {
                phrase: Phrase::parse("For <b>Bobby</b>, Example Times, 3 June").unwrap(),
                standing: statement::Standing { entry: 1_204, crowd: CrowdIndex::new(0), retracted, voided },
                proof: ProofKind::WorkMail,
                employer: Some(String::from("Example Corp")),
            };
            Self { signed: Some(signed), ..page.clone() }
        };
        let voided = Voided { at: 1_500, reason: VoidReason::MisusedInvitations };
        vec![
            ("statement-wrong", wrong),
            ("statement-holds", answered(None, None)),
            ("statement-withdrawn", answered(Some(1_310), None)),
            ("statement-voided", answered(None, Some(voided))),
            ("statement", page),
        ]
    }
}

impl PetitionGonePage {
    /// Taken down, and ended without having been public.
    pub(crate) fn samples(f: &Frame) -> Vec<(&'static str, Self)> {
        let reason = String::from("It names a private person who has no part in the contract.");
        let page = |why, reason| Self { f: f.clone(), why, reason };
        vec![
            ("gone-taken-down", page(Gone::TakenDown, reason)),
            ("gone-ended-quietly", page(Gone::EndedQuietly, String::new())),
        ]
    }
}

/// A form that came back.
pub(crate) fn bad_form() -> SignForm {
    let typed = SignFields {
        proof: Field::default().with_problem(FieldProblem::Choose),
        name: Field::new("Robin \"R\" <Okafor>"),
        address: Field::new("me.example.com").with_problem(AddressProblem::NotAnAddress),
        ..SignFields::default()
    };
    SignForm { typed, ..form(true) }
}
