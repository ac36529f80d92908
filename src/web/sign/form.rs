//! The form to sign with: its fields, what they are read as, and what may be wrong with them.

use crate::{
    actions::{
        facts::PetitionFacts,
        signing::{
            invitations::InvitationCode,
            plain_form::{ShownName, SignInput},
        },
    },
    db::views::PetitionView,
    domain::{
        email::EmailAddress,
        lang::Lang,
        proof::ProofKind,
        text::{DisplayName, JobTitle},
        time::Timestamp,
    },
    locale::Locale,
    web::{
        field::{Field, FieldProblem, Kind, Label, form_fields},
        petition::sheet::in_words,
        sign::petition_ref::PetitionRef,
    },
};

form_fields! {
    /// What is typed to sign.
    pub struct SignFields {
        /// The code that was mailed before, where the form takes it at once.
        code: Kind::Line(Label::new("inbox-code")), problems: "code-empty code-shape wrong-code code-too-old";
        /// With it, nothing else is asked to prove anything.
        invitation: Kind::Line(Label::new("sign-invitation")), problems: "typed-invitation";
        /// The name of a kind of proof; only asked where several ask for an address.
        proof: Kind::Hidden, problems: "proof-empty crowd";
        /// Where the code goes, never public.
        address: Kind::Line(Label::new("sign-address")), problems: "address-empty address address-refused";
        /// As given, public.
        name: Kind::Line(Label::new("sign-name")), problems: "name-empty name-form sealed-too-long";
        /// Job title, optional, public.
        title: Kind::Line(Label::new("sign-title"));
        /// The button that was pressed.
        visibility: Kind::Hidden;
        /// Names an attempt; a number of the page's own.
        ticket: Kind::Hidden;
    }
}

/// The form to sign with, on the petition's page and alone when it came back with problems.
#[derive(Clone, Default)]
pub struct SignForm {
    /// Where it is posted: `/p/{slug}/signatures`.
    pub action_path: String,
    /// How one can sign, in genesis order.
    pub proofs: Vec<ProofKind>,
    /// What was typed.
    pub typed: SignFields,
    /// The domains that prove a signature by staff.
    pub employer_domains: Vec<String>,
    /// The end of the last day to sign.
    pub closes: Option<Timestamp>,
    /// When all traces of who asked for a code are gone at the latest.
    pub traces_until: Option<Timestamp>,
    /// Shown in a preview: with everything but its button.
    pub preview: bool,
    /// Whether it takes the code that was mailed before, with the ticket that names the attempt.
    pub takes_code: bool,
}

impl SignForm {
    /// An empty form, on a page that shows the petition.
    #[must_use]
    pub fn empty(view: &PetitionView) -> Self {
        Self {
            action_path: format!("/p/{}/signatures", view.slug),
            proofs: view.proofs.clone(),
            closes: view.closes,
            traces_until: view.traces_until,
            employer_domains: view
                .employers
                .iter()
                .flat_map(|employer| employer.domains.iter().cloned())
                .collect(),
            ..Self::default()
        }
    }

    /// The form as it was sent, at the place by which the petition was asked for.
    #[must_use]
    pub fn at(here: &PetitionRef, facts: &PetitionFacts, typed: SignFields) -> Self {
        let launched = facts.launched();
        Self {
            action_path: format!("{}/signatures", here.path),
            proofs: facts.proofs(),
            closes: facts.progress().closes,
            traces_until: launched.traces_until,
            typed,
            employer_domains: launched.domains.iter().map(|(domain, _)| domain.clone()).collect(),
            ..Self::default()
        }
    }
}

impl SignForm {
    /// Whether the kind of proof has to be asked.
    #[must_use]
    pub fn asks_proof(&self) -> bool {
        self.by_mail().len() > 1
    }

    /// The ways to sign that begin with an address, in genesis order.
    #[must_use]
    pub fn by_mail(&self) -> Vec<ProofKind> {
        self.proofs.iter().copied().filter(|kind| kind.asks_address()).collect()
    }

    /// The one way to sign that begins with an address, where there is no choice among several.
    #[must_use]
    pub fn only_by_mail(&self) -> Option<ProofKind> {
        self.by_mail().first().copied()
    }

    /// The id of a way to sign on the form: the first has that of the question, to which the list of problems leads.
    #[must_use]
    pub fn way_id(&self, kind: ProofKind) -> String {
        if self.by_mail().first() == Some(&kind) {
            String::from("proof")
        } else {
            format!("proof-{}", kind.as_str())
        }
    }

    /// What the script's form begins with: the first way is chosen.
    #[must_use]
    pub fn first_way(&self) -> Field {
        self.by_mail().first().map_or_else(Field::default, |kind| Field::new(kind.as_str()))
    }

    /// Whether an address at an employer can be asked for, whose mail system then sees the mail.
    #[must_use]
    pub fn asks_work_address(&self) -> bool {
        self.proofs.iter().any(|kind| kind.is_at_employer())
    }

    /// Whether people with an invitation can sign.
    #[must_use]
    pub fn takes_invitations(&self) -> bool {
        self.proofs.contains(&ProofKind::Invite)
    }

    /// Whether an address is asked for at all.
    #[must_use]
    pub fn asks_address(&self) -> bool {
        !self.by_mail().is_empty()
    }

    /// Whether the field for the invitation is to be seen at once.
    #[must_use]
    pub fn shows_invitation(&self) -> bool {
        !self.asks_address() || !self.typed.invitation.value.is_empty() || !self.typed.invitation.is_fine()
    }

    /// The domains of work addresses, as a list in words; a long one is cut.
    #[must_use]
    pub fn domains_in_words(&self, t: &Locale) -> String {
        const SHOWN: usize = 6;
        let shown: Vec<String> =
            self.employer_domains.iter().take(SHOWN).map(|domain| format!("@{domain}")).collect();
        let names: Vec<&str> = shown.iter().map(String::as_str).collect();
        match self.employer_domains.len().checked_sub(SHOWN) {
            Some(more) if more > 0 => {
                t.with2("list-and-more", "most", names.join(&t.text("list-separator")), "more", more)
            }
            _ => in_words(t, &names),
        }
    }
}

impl SignForm {
    /// Until when one can sign.
    #[must_use]
    pub fn closes_in_words(&self, t: &Locale) -> String {
        self.closes.map(|closes| t.with1("sign-by", "until", t.deadline(closes))).unwrap_or_default()
    }

    /// What erases the traces of who asked for a code, and when at the latest.
    #[must_use]
    pub fn traces_in_words(&self, t: &Locale) -> String {
        self.traces_until
            .map(|until| t.with1("sign-traces-until", "until", t.deadline(until)))
            .unwrap_or_default()
    }
}

pub(super) fn invitation(form: &mut SignForm) -> Option<InvitationCode> {
    let problem = match InvitationCode::parse(&form.typed.invitation.value) {
        Ok(code) => return Some(code),
        Err(_) if form.typed.invitation.value.trim().is_empty() => FieldProblem::InvitationMissing,
        Err(_) => FieldProblem::InvitationShape,
    };
    mark(&mut form.typed.invitation, problem);
    None
}

pub(super) fn mark(field: &mut Field, problem: impl Into<FieldProblem>) {
    *field = std::mem::take(field).with_problem(problem);
}

/// `visibility`: a name for everyone.
pub(super) const PUBLIC: &str = "public";
/// `visibility`: counted, and the name not shown.
const NOT_SHOWN: &str = "not-shown";

/// What was typed, read. `None`, with the problems beside the fields, when something is to be mended.
pub(super) fn parse(lang: Lang, form: &mut SignForm) -> Option<SignInput> {
    let proof = ProofKind::parse(&form.typed.proof.value).filter(|proof| proof.asks_address());
    if proof.is_none() && (form.asks_proof() || !form.typed.proof.value.is_empty()) {
        mark(&mut form.typed.proof, FieldProblem::Choose);
    }
    let address = EmailAddress::parse(&form.typed.address.value);
    let shown = shown(form);
    address.as_ref().err().into_iter().for_each(|problem| mark(&mut form.typed.address, *problem));
    match (shown, address) {
        (Some(shown), Ok(address)) if form.typed.proof.is_fine() => {
            Some(SignInput { proof, shown, address, lang })
        }
        _ => None,
    }
}

/// What everyone is to see. `None`, with the problems beside the fields, when something is to be mended.
pub(super) fn shown(form: &mut SignForm) -> Option<ShownName> {
    match form.typed.visibility.value.as_str() {
        PUBLIC => {
            let name = DisplayName::parse(&form.typed.name.value);
            let title = JobTitle::parse(&form.typed.title.value);
            match (name, title) {
                (Ok(name), Ok(title)) => Some(ShownName::Public { name, title }),
                (name, title) => {
                    name.err().into_iter().for_each(|problem| mark(&mut form.typed.name, problem));
                    title.err().into_iter().for_each(|problem| mark(&mut form.typed.title, problem));
                    None
                }
            }
        }
        // A name that was typed (or filled in by the browser) is not even kept.
        NOT_SHOWN => Some(ShownName::Nothing),
        // What only the page's script can do is never done by the server in its place.
        _ => {
            mark(&mut form.typed.visibility, FieldProblem::ChooseVisibility);
            None
        }
    }
}
