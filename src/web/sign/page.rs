//! The pages of this noun, as plain data: filled in by handlers, laid out by templates.

use askama::Template;

use crate::{
    actions::{facts::PetitionFacts, signing::status::Status},
    db::views::PetitionView,
    domain::{petition::Standing, proof::ProofKind, time::Timestamp},
    locale::Locale,
    web::{
        field::{Field, ProblemLink, problems},
        frame::Frame,
        petition::{page::tab_title, sheet::in_words},
        sign::script_data::SigningClient,
    },
};

/// The code where none is asked for.
static NO_CODE: Field = Field { value: String::new(), problem: None };

/// The form to sign with, on the petition's page and alone when it came back with problems.
#[derive(Clone, Default)]
pub struct SignForm {
    /// Where it is posted: `/p/{slug}/signatures`.
    pub action_path: String,
    /// How one can sign, in genesis order.
    pub proofs: Vec<ProofKind>,
    /// `invitation`: with it, nothing else is asked to prove anything.
    pub invitation: Field,
    /// `proof`: the name of a kind; only asked where several ask for an address.
    pub proof: Field,
    /// `visibility`: the button that was pressed.
    pub visibility: Field,
    /// `name`: as given, public.
    pub name: Field,
    /// `title`: job title, optional, public.
    pub title: Field,
    /// `address`: where the code goes, never public.
    pub address: Field,
    /// The domains that prove a signature by staff.
    pub employer_domains: Vec<String>,
    /// The end of the last day to sign.
    pub closes: Option<Timestamp>,
    /// When all traces of who asked for a code are gone at the latest.
    pub traces_until: Option<Timestamp>,
    /// Shown in a preview: with everything but its button.
    pub preview: bool,
    /// The code that was mailed before, where the form takes it at once.
    pub with_code: Option<WithCode>,
}

/// The part of the form for people who have a code.
#[derive(Clone)]
pub struct WithCode {
    /// `code`: as typed.
    pub code: Field,
    /// `ticket`: names this attempt; hidden.
    pub ticket: String,
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

    /// An empty form at the place by which the petition was asked for, to be filled with what was sent.
    #[must_use]
    pub fn at(here: &PetitionRef, facts: &PetitionFacts) -> Self {
        let launched = facts.launched();
        Self {
            action_path: format!("{}/signatures", here.path),
            proofs: facts.proofs(),
            closes: facts.progress().closes,
            traces_until: launched.traces_until,
            employer_domains: launched.domains.iter().map(|(domain, _)| domain.clone()).collect(),
            ..Self::default()
        }
    }

    /// What is wrong with it, in the order of the page.
    #[must_use]
    pub fn problems(&self) -> Vec<ProblemLink> {
        problems([
            ("invitation", &self.invitation),
            ("proof", &self.proof),
            ("address", &self.address),
            ("code", self.with_code.as_ref().map_or(&NO_CODE, |with_code| &with_code.code)),
            ("name", &self.name),
            ("title", &self.title),
            ("visibility", &self.visibility),
        ])
    }
}

/// A petition, as named on the pages of signing.
#[derive(Clone)]
pub struct PetitionRef {
    /// Its title.
    pub title: String,
    /// Its path: `/p/{slug}`.
    pub path: String,
    /// What its address leads to.
    pub standing: Standing,
}

impl PetitionRef {
    /// The petition at the place by which it was asked for.
    #[must_use]
    pub fn of(view: &PetitionView) -> Self {
        Self { title: view.title.clone(), path: format!("/p/{}", view.slug), standing: view.standing() }
    }

    /// The petition of these facts at `/p/{place}`.
    #[must_use]
    pub fn at(place: &str, facts: &PetitionFacts, now: Timestamp) -> Self {
        Self {
            title: facts.launched().title.clone(),
            path: format!("/p/{place}"),
            standing: facts.standing_at(now),
        }
    }

    /// Its title for tabs, histories and previews.
    #[must_use]
    pub fn tab_title(&self, t: &Locale) -> String {
        tab_title(t, &self.title, self.standing)
    }

    /// Whether anyone may read it.
    #[must_use]
    pub const fn is_public(&self) -> bool {
        self.standing.is_public()
    }
}

/// The form alone, with its problems (422 to `POST /p/{slug}/signatures`).
#[derive(Template, Clone)]
#[template(path = "sign/sign.html")]
pub struct SignPage {
    /// Around it; `has_errors` is set.
    pub f: Frame,
    /// What is to be signed.
    pub petition: PetitionRef,
    /// The form, as it was filled in.
    pub form: SignForm,
}

/// "Check your inbox" (200 to `POST /p/{slug}/signatures`, 422 to `POST /p/{slug}/confirmations`).
#[derive(Template, Clone)]
#[template(path = "sign/inbox.html")]
pub struct CheckInboxPage {
    /// Around it.
    pub f: Frame,
    /// What is to be signed.
    pub petition: PetitionRef,
    /// `ticket`: names this attempt; hidden.
    pub ticket: String,
    /// `code`: as typed.
    pub code: Field,
    /// Whether the mail also has a link (personal addresses).
    pub mailed_link: bool,
    /// The link to the demo's mails.
    pub dev_mail: bool,
    /// Whether all mail of this site is late at the moment: the same for every address and every visitor.
    pub mail_is_late: bool,
}

impl CheckInboxPage {
    /// What is wrong with it.
    #[must_use]
    pub fn problems(&self) -> Vec<ProblemLink> {
        problems([("code", &self.code)])
    }
}

/// The invitation is known; nothing happens before the button is pressed (200 to `POST /p/{slug}/signatures`). The
/// button sends the same form again, now with a ticket that only this page has.
#[derive(Template, Clone)]
#[template(path = "sign/invited.html")]
pub struct InvitedPage {
    /// Around it.
    pub f: Frame,
    /// What is to be signed.
    pub petition: PetitionRef,
    /// The form as it was filled in; hidden.
    pub form: SignForm,
    /// `ticket`: names this attempt; hidden.
    pub ticket: String,
    /// Whether the name will be shown.
    pub shows_name: bool,
}

/// This invitation has been used up (409).
#[derive(Template, Clone)]
#[template(path = "sign/invitation-used.html")]
pub struct InvitationUsedPage {
    /// Around it.
    pub f: Frame,
    /// What was to be signed.
    pub petition: PetitionRef,
}

/// The form for people who have a code, and whose page of that time is gone (`GET /p/{slug}/signatures`; 422 and 410 to a POST
/// with a code).
#[derive(Template, Clone)]
#[template(path = "sign/with-code.html")]
pub struct WithCodePage {
    /// Around it.
    pub f: Frame,
    /// What is to be signed.
    pub petition: PetitionRef,
    /// The form, with its part for the code.
    pub form: SignForm,
    /// What the script needs. `None` where the form came back with problems: then there was none.
    pub client: Option<SigningClient>,
}

impl WithCodePage {
    /// The end of casting, in words.
    #[must_use]
    pub fn cast_until_in_words(&self) -> String {
        let until = self.client.as_ref().map(|client| client.cast_until);
        until.map(|until| self.f.t.deadline(until)).unwrap_or_default()
    }
}

/// The mailed link's page: nothing happens before its button is pressed (`GET /confirm/{token}`).
#[derive(Template, Clone)]
#[template(path = "sign/confirm.html")]
pub struct ConfirmLinkPage {
    /// Around it; `noindex` is set.
    pub f: Frame,
    /// What is to be signed.
    pub petition: PetitionRef,
    /// Where its button posts: the same path.
    pub action_path: String,
    /// What the link stands for.
    pub stands: LinkStands,
}

/// What a mailed link stands for.
#[derive(Clone)]
pub enum LinkStands {
    /// A signature that its button makes, under a name that whoever sent the form chose.
    Waiting {
        /// The name that everyone would see.
        name: String,
        /// The job title beside it.
        title: Option<String>,
    },
    /// A signature that was made, and what is true of it now.
    Done(Status),
}

/// The mailed link, or the ticket, is too old or unknown (410).
#[derive(Template, Clone)]
#[template(path = "sign/expired.html")]
pub struct LinkExpiredPage {
    /// Around it.
    pub f: Frame,
    /// Where to ask again, if that is known.
    pub petition: Option<PetitionRef>,
}

/// Signed: the withdrawal code (200 to a confirmation, and again on reload).
#[derive(Template, Clone)]
#[template(path = "sign/done.html")]
pub struct DonePage {
    /// Around it; `noindex` is set.
    pub f: Frame,
    /// What was signed.
    pub petition: PetitionRef,
    /// Seven groups of four characters, with spaces or dashes as it is to be shown.
    pub withdrawal_code: String,
    /// What is true of the signature now.
    pub status: Status,
}

/// This proof has been used up (409).
#[derive(Template, Clone)]
#[template(path = "sign/used.html")]
pub struct ProofUsedPage {
    /// Around it.
    pub f: Frame,
    /// What was to be signed.
    pub petition: PetitionRef,
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
        !self.asks_address() || !self.invitation.value.is_empty() || !self.invitation.is_fine()
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

/// The id of the heading that says what is true of a signature.
const fn status_title_id(status: Status) -> &'static str {
    match status {
        Status::NameShown | Status::NameShownLater | Status::NameNotShown => "done-title",
        Status::Nameless => "done-nameless-title",
        Status::Withdrawn => "withdrawn-title",
        Status::Voided => "done-voided-title",
        Status::EndedQuietly => "gone-ended-quietly",
        Status::TakenDown => "gone-taken-down",
        Status::NotHeld => "done-not-held-title",
    }
}

/// What is true of a signature, in a sentence or two.
fn status_lead(status: Status, f: &Frame) -> String {
    let t = &f.t;
    match status {
        Status::NameShown => t.text("done-lead"),
        Status::NameShownLater => t.text("done-quiet-lead"),
        Status::NameNotShown => t.text("done-name-down-lead"),
        Status::Nameless => t.with1("done-nameless-lead", "n", f.batch_min),
        Status::Withdrawn => t.text("done-withdrawn-lead"),
        Status::Voided => t.text("done-voided-lead"),
        Status::EndedQuietly => t.text("done-ended-lead"),
        Status::TakenDown => t.text("done-taken-down-lead"),
        Status::NotHeld => t.text("done-not-held-lead"),
    }
}

impl ConfirmLinkPage {
    /// The id of its heading.
    #[must_use]
    pub const fn title_message_id(&self) -> &'static str {
        match self.stands {
            LinkStands::Waiting { .. } => "confirm-title",
            LinkStands::Done(status) => status_title_id(status),
        }
    }

    /// What pressing the button would do, or what is true of the signature.
    #[must_use]
    pub fn lead(&self) -> String {
        match self.stands {
            LinkStands::Waiting { .. } => self.f.t.text("confirm-nothing-yet"),
            LinkStands::Done(status) => status_lead(status, &self.f),
        }
    }
}

impl DonePage {
    /// The id of its heading.
    #[must_use]
    pub const fn title_message_id(&self) -> &'static str {
        status_title_id(self.status)
    }

    /// What is true of the signature, in a sentence or two.
    #[must_use]
    pub fn lead(&self) -> String {
        status_lead(self.status, &self.f)
    }

    /// Whether the withdrawal code is of any use.
    #[must_use]
    pub const fn has_use_for_code(&self) -> bool {
        self.status.has_use_for_code()
    }

    /// Whether the petition can be shown to others.
    #[must_use]
    pub const fn can_share(&self) -> bool {
        matches!(
            self.status,
            Status::NameShown | Status::NameShownLater | Status::NameNotShown | Status::Nameless
        )
    }

    /// Whether the signature shows no name and never did.
    #[must_use]
    pub fn is_nameless(&self) -> bool {
        self.status == Status::Nameless
    }

    /// Whether its name stands on the public list now.
    #[must_use]
    pub fn is_on_public_list(&self) -> bool {
        self.status == Status::NameShown
    }

    /// The groups of the withdrawal code: in the page they can break between lines, never within.
    #[must_use]
    pub fn groups(&self) -> Vec<&str> {
        self.withdrawal_code.split([' ', '-']).filter(|group| !group.is_empty()).collect()
    }
}
