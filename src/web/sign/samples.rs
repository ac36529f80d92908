//! Samples of the pages of signing.

use crate::{
    actions::signing::status::Status,
    domain::{
        client_release::{ClientRelease, SavedPages},
        lang::Lang,
        petition::Standing,
        proof::ProofKind,
    },
    web::{
        field::{Field, FieldProblem},
        frame::Frame,
        petition::samples,
        sign::{
            form::{SignFields, SignForm},
            page::*,
            petition_ref::PetitionRef,
            saved_page::{SavedOffer, SavedPage},
            script_data::{CastPage, SigningClient},
        },
    },
};

fn petition() -> PetitionRef {
    PetitionRef {
        title: String::from("Do not renew the River contract"),
        path: String::from("/p/do-not-renew-the-river-contract"),
        standing: Standing::Public,
    }
}

impl SignPage {
    /// With problems.
    pub(crate) fn samples(f: &Frame) -> Vec<(&'static str, Self)> {
        let f = Frame { has_errors: true, ..f.clone() };
        let proofs = vec![ProofKind::AnyMail];
        let mut any_only = SignForm { proofs, ..samples::bad_form() };
        any_only.typed.proof = Field::default();
        let mut invited = samples::form(true);
        invited.typed.invitation = Field::new("7K3M-9QXT").with_problem(FieldProblem::InvitationShape);
        vec![
            ("sign-problems", Self { f: f.clone(), petition: petition(), form: samples::bad_form() }),
            ("sign-any-only", Self { f: f.clone(), petition: petition(), form: any_only }),
            ("sign-invitation", Self { f, petition: petition(), form: invited }),
        ]
    }
}

impl CheckInboxPage {
    /// Fresh, and after a wrong code.
    pub(crate) fn samples(f: &Frame) -> Vec<(&'static str, Self)> {
        let fresh = Self {
            f: f.clone(),
            petition: petition(),
            ticket: String::from("t1ck3t"),
            code: Field::default(),
            mailed_link: false,
            dev_mail: false,
            mail_is_late: false,
        };
        let mut wrong = fresh.clone();
        wrong.f.has_errors = true;
        wrong.code = Field::new("ABCD-EFG").with_problem(FieldProblem::CodeWrong { tries_left: 3 });
        wrong.mailed_link = true;
        wrong.dev_mail = true;
        wrong.mail_is_late = true;
        vec![("inbox", fresh), ("inbox-wrong", wrong)]
    }
}

impl WithCodePage {
    /// Fresh, with script, and with a wrong code, without.
    pub(crate) fn samples(f: &Frame) -> Vec<(&'static str, Self)> {
        let with_code = |form: SignForm, code| {
            let typed = SignFields { code, ticket: Field::new("t1ck3t"), ..form.typed };
            SignForm { typed, takes_code: true, ..form }
        };
        let fresh = Self {
            f: f.clone(),
            petition: petition(),
            form: with_code(samples::form(true), Field::default()),
            client: Some(SigningClient::sample()),
        };
        let wrong = Field::new("ABCD-EFG").with_problem(FieldProblem::CodeShape);
        let problems = Self {
            f: Frame { has_errors: true, ..f.clone() },
            form: with_code(samples::bad_form(), wrong),
            client: None,
            ..fresh.clone()
        };
        vec![("with-code", fresh), ("with-code-problems", problems)]
    }
}

impl InvitedPage {
    /// With a name, and without.
    pub(crate) fn samples(f: &Frame) -> Vec<(&'static str, Self)> {
        let page = |shows_name| Self {
            f: f.clone(),
            petition: petition(),
            form: samples::bad_form(),
            ticket: String::from("t1ck3t"),
            shows_name,
        };
        vec![("invited", page(true)), ("invited-nameless", page(false))]
    }
}

impl InvitationUsedPage {
    /// One.
    pub(crate) fn samples(f: &Frame) -> Vec<(&'static str, Self)> {
        vec![("invitation-used", Self { f: f.clone(), petition: petition() })]
    }
}

impl ConfirmLinkPage {
    /// Before its button was pressed, and after.
    pub(crate) fn samples(f: &Frame) -> Vec<(&'static str, Self)> {
        let page = |stands| Self {
            f: f.clone(),
            petition: petition(),
            action_path: String::from("/confirm/abc"),
            stands,
        };
        let waiting = LinkStands::Waiting {
            name: String::from("Robin \"R\" <Okafor>"),
            title: Some(String::from("Software engineer")),
        };
        vec![
            ("confirm", page(waiting)),
            ("confirm-done", page(LinkStands::Done(Status::NameShown))),
            ("confirm-withdrawn", page(LinkStands::Done(Status::Withdrawn))),
        ]
    }
}

impl LinkExpiredPage {
    /// With and without a way back.
    pub(crate) fn samples(f: &Frame) -> Vec<(&'static str, Self)> {
        let page = |petition| Self { f: f.clone(), petition };
        vec![("expired", page(Some(petition()))), ("expired-unknown", page(None))]
    }
}

impl DonePage {
    /// For everything that may be true of the signature.
    pub(crate) fn samples(f: &Frame) -> Vec<(&'static str, Self)> {
        let page = |(name, status)| {
            let page = Self {
                f: f.clone(),
                petition: petition(),
                withdrawal_code: String::from("7Q2K-M4XB-0ZT9-HHWE-P3RA-6VND-C81F"),
                status,
            };
            (name, page)
        };
        [
            ("done", Status::NameShown),
            ("done-quiet", Status::NameShownLater),
            ("done-name-down", Status::NameNotShown),
            ("done-nameless", Status::Nameless),
            ("done-withdrawn", Status::Withdrawn),
            ("done-voided", Status::Voided),
            ("done-ended", Status::EndedQuietly),
            ("done-taken-down", Status::TakenDown),
            ("done-not-held", Status::NotHeld),
        ]
        .map(page)
        .to_vec()
    }
}

impl CastPage {
    /// While casts are taken, and after.
    pub(crate) fn samples(f: &Frame) -> Vec<(&'static str, Self)> {
        let page = |client| Self { f: f.clone(), petition: petition(), client };
        vec![("cast", page(Some(SigningClient::sample()))), ("cast-ended", page(None))]
    }
}

impl SavedPage {
    /// Outside the demo, and in it.
    pub(crate) fn samples(f: &Frame) -> Vec<(&'static str, Self)> {
        let client = SigningClient { site: f.base_url.clone(), ..SigningClient::sample() };
        let page = Self {
            f: f.clone(),
            petition: petition(),
            addressed_to: String::from("The board of Example Corp"),
            form: samples::form(true),
            policy: String::from("default-src 'none'"),
            client,
            style: "main { margin: 0 }",
            script: "export const here = 1;",
        };
        let demo = Self { f: Frame { demo: true, ..f.clone() }, ..page.clone() };
        vec![("saved-page", page), ("saved-page-demo", demo)]
    }
}

impl SavedOffer {
    /// One made up for tests of the pages.
    pub(crate) fn sample() -> Self {
        let release = ClientRelease { pages: SavedPages::One([0x1f; 32]), script: [0xe0; 32] };
        Self::new("/p/x", &release, Lang::English).unwrap()
    }
}

impl ProofUsedPage {
    /// One.
    pub(crate) fn samples(f: &Frame) -> Vec<(&'static str, Self)> {
        vec![("used", Self { f: f.clone(), petition: petition() })]
    }
}
