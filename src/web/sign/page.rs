//! The pages of this noun, as plain data: filled in by handlers, laid out by templates.

use askama::Template;

use super::{form::SignForm, petition_ref::PetitionRef, script_data::SigningClient};
use crate::{
    actions::signing::status::Status,
    web::{
        field::{Field, ProblemLink, problems},
        frame::Frame,
    },
};

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
