//! The pages of this noun, as plain data: filled in by handlers, laid out by templates.

use askama::Template;

use crate::{
    domain::{petition::Standing, sealing::Sealing, void::VoidReason},
    web::{
        field::{Field, ProblemLink, problems},
        frame::Frame,
        sign::petition_ref::PetitionRef,
    },
};

/// Asks for the withdrawal code (`GET /receipt`; 422 and 404 to `POST /receipt`).
#[derive(Template, Clone)]
#[template(path = "receipt/receipt.html")]
pub struct ReceiptPage {
    /// Around it; `noindex` is set.
    pub f: Frame,
    /// `code`: as typed.
    pub code: Field,
}

impl ReceiptPage {
    /// What is wrong with it.
    #[must_use]
    pub fn problems(&self) -> Vec<ProblemLink> {
        problems([("code", &self.code)])
    }
}

/// The signature that the code belongs to, and what can be done with it (200 to `POST /receipt`, 409 and 422 to
/// `POST /receipt/name`).
#[derive(Template, Clone)]
#[template(path = "receipt/found.html")]
pub struct ReceiptFoundPage {
    /// Around it; `noindex` is set.
    pub f: Frame,
    /// What was signed.
    pub petition: PetitionRef,
    /// The name as shown. `None` if it was taken down or hidden.
    pub name: Option<String>,
    /// Whether the owner or an admin hid the name: it is not shown whatever it is.
    pub hidden: bool,
    /// `code`: goes on in a hidden field.
    pub code: String,
    /// Whether it never showed a name.
    pub nameless: bool,
    /// Whether it still waits for its group.
    pub waits: bool,
    /// The trustee to whom the name is sealed.
    pub sealing: Option<Sealing>,
    /// Why an admin has invalidated it, where one has.
    pub voided: Option<VoidReason>,
    /// `name`: another name to show.
    pub new_name: Field,
    /// `title`: another job title.
    pub new_title: Field,
    /// `phrase`: to be signed as proof.
    pub phrase: Field,
}

impl ReceiptFoundPage {
    /// What is wrong with it.
    #[must_use]
    pub fn problems(&self) -> Vec<ProblemLink> {
        problems([("name", &self.new_name), ("title", &self.new_title), ("phrase", &self.phrase)])
    }

    /// What the petition shows, where that is not everything to everyone: the id of the words.
    #[must_use]
    pub const fn standing_message_id(&self) -> Option<&'static str> {
        match self.petition.standing {
            Standing::Quiet => Some("found-quiet"),
            Standing::EndedQuietly => Some("found-ended-quietly"),
            Standing::TakenDown => Some("found-taken-down"),
            Standing::Private | Standing::Public => None,
        }
    }

    /// Whether anything of the petition is kept that is, or may be, shown.
    #[must_use]
    pub const fn has_content(&self) -> bool {
        !matches!(self.petition.standing, Standing::EndedQuietly)
    }

    /// Whether a name can be shown, now or once the petition is opened.
    #[must_use]
    pub fn takes_name(&self) -> bool {
        let shows = matches!(self.petition.standing, Standing::Quiet | Standing::Public);
        shows && !self.waits && !self.hidden && self.voided.is_none()
    }

    /// What taking the name down does.
    #[must_use]
    pub const fn name_down_message_id(&self) -> &'static str {
        if self.petition.is_public() { "found-name-down" } else { "found-name-down-kept" }
    }

    /// What another name does.
    #[must_use]
    pub const fn name_change_message_id(&self) -> &'static str {
        match (self.nameless && self.name.is_none(), self.petition.is_public()) {
            (true, _) => "found-name-show",
            (false, true) => "found-name-change",
            (false, false) => "found-name-change-kept",
        }
    }

    /// What withdrawing does.
    #[must_use]
    pub const fn withdraw_message_id(&self) -> &'static str {
        match (self.voided.is_some(), self.nameless, self.petition.is_public()) {
            (true, _, _) => "found-withdraw-voided",
            (false, _, false) => "found-withdraw-kept",
            (false, true, true) => "found-withdraw-nameless",
            (false, false, true) => "found-withdraw",
        }
    }
}

/// Another name is shown (200 to `POST /receipt/name`, and again on reload).
#[derive(Template, Clone)]
#[template(path = "receipt/name-changed.html")]
pub struct NameChangedPage {
    /// Around it; `noindex` is set.
    pub f: Frame,
    /// What was signed.
    pub petition: PetitionRef,
    /// The name as it is shown now.
    pub name: String,
}

/// Withdrawn (200 to `POST /receipt/withdrawal`, and again on reload).
#[derive(Template, Clone)]
#[template(path = "receipt/withdrawn.html")]
pub struct WithdrawnPage {
    /// Around it; `noindex` is set.
    pub f: Frame,
    /// What had been signed.
    pub petition: PetitionRef,
    /// Whether it showed no name: then the number follows with others.
    pub nameless: bool,
    /// Whether it had been invalidated: then the number does not change.
    pub voided: bool,
}

/// The name is down, the signature counts (200 to `POST /receipt/name-removal`, and again on reload).
#[derive(Template, Clone)]
#[template(path = "receipt/name-removed.html")]
pub struct NameRemovedPage {
    /// Around it; `noindex` is set.
    pub f: Frame,
    /// What was signed.
    pub petition: PetitionRef,
}

/// What the holder of a code has said, to hand over (200 to `POST /receipt/statement`).
#[derive(Template, Clone)]
#[template(path = "receipt/statement.html")]
pub struct StatementMadePage {
    /// Around it; `noindex` is set.
    pub f: Frame,
    /// What was signed.
    pub petition: PetitionRef,
    /// The phrase.
    pub phrase: String,
    /// The statement, one line.
    pub statement: String,
    /// Whether the signature still waits for its group.
    pub waits: bool,
}
