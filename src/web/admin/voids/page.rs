//! The pages on which forged signatures are invalidated, as plain data.

use askama::Template;

use crate::{
    domain::void::{ChosenBy, VoidReason},
    web::{
        field::{Field, Kind, Label, ProblemLink, form_fields, problems},
        frame::Frame,
        petition::{
            page::{Pager, SignerRow},
            voids::{CrowdPart, VoidLine},
        },
    },
};

/// What was invalidated, and the ways to do so (`GET /admin/petitions/{slug}/voids`).
#[derive(Template, Clone)]
#[template(path = "admin/voids.html")]
pub struct VoidsPage {
    /// Around it; `noindex` is set.
    pub f: Frame,
    /// The petition's name in the address.
    pub slug: String,
    /// Its title.
    pub title: String,
    /// Whether something was done just now.
    pub done: bool,
    /// What was done, newest first.
    pub voids: Vec<AdminVoid>,
}

/// What an admin did, for other admins.
#[derive(Clone)]
pub struct AdminVoid {
    /// What everyone reads of it.
    pub line: VoidLine,
    /// Who did it. `None` once the account is gone.
    pub done_by: Option<String>,
    /// Who reversed it. `None` once the account is gone, or where it is not reversed.
    pub reversed_by: Option<String>,
}

/// Chooses what to invalidate (`GET /admin/petitions/{slug}/voids/{kind}`, 422 to its POST).
#[derive(Template, Clone)]
#[template(path = "admin/void-choose.html")]
pub struct ChooseVoidPage {
    /// Around it; `noindex` is set.
    pub f: Frame,
    /// The petition's name in the address.
    pub slug: String,
    /// Its title.
    pub title: String,
    /// What there is to choose from.
    pub offer: Offer,
    /// Where in the list.
    pub pager: Pager,
    /// What was ticked.
    pub ticked: Vec<String>,
    /// What is wrong with what was ticked.
    pub chosen: Field,
    /// `reason`
    pub reason: Field,
}

/// What there is to choose from.
#[derive(Clone)]
pub enum Offer {
    /// Names on the public list.
    Names(Vec<SignerRow>),
    /// Groups without names, and how many are enough to be invalidated together.
    Groups(Vec<GroupRow>, u64),
    /// Crowds: their places in genesis, and how many count.
    Crowds(Vec<(u8, CrowdPart)>),
}

/// A group in which signatures without a name came out.
#[derive(Clone)]
pub struct GroupRow {
    /// Its first entry.
    pub first: u64,
    /// Its last entry.
    pub last: u64,
    /// How many of which crowd still count, each with what names it in the form.
    pub crowds: Vec<(String, CrowdPart)>,
}

/// What was chosen, counted, before anything is done (200 to `POST /admin/petitions/{slug}/voids/{kind}`, 409 to `POST
/// /admin/petitions/{slug}/voids`).
#[derive(Template, Clone)]
#[template(path = "admin/void-count.html")]
pub struct CountVoidPage {
    /// Around it; `noindex` is set.
    pub f: Frame,
    /// The petition's name in the address.
    pub slug: String,
    /// Its title.
    pub title: String,
    /// Whether something else was counted before.
    pub changed: bool,
    /// By what it was chosen.
    pub by: ChosenBy,
    /// What was chosen, as the form says it.
    pub chosen: Vec<String>,
    /// Why.
    pub reason: VoidReason,
    /// By crowd.
    pub rows: Vec<CountRow>,
    /// The names that were chosen, by their entries. `None`: hidden.
    pub names: Vec<(u64, Option<String>)>,
    /// How many without a name are enough to be invalidated together.
    pub batch_min: u64,
    /// Exactly what was counted, base64url. `None`: it cannot be done.
    pub counted: Option<String>,
}

/// A crowd, counted.
#[derive(Clone)]
pub struct CountRow {
    /// Which crowd, and how many are counted before.
    pub before: CrowdPart,
    /// Of the chosen, with a name on the public list.
    pub named: u64,
    /// Of the chosen, without.
    pub unnamed: u64,
    /// What is counted after.
    pub after: u64,
    /// Whether those without a name are too few.
    pub is_too_few: bool,
}

/// What would count again (`GET /admin/petitions/{slug}/voids/{index}/reversal`, 409 to its POST).
#[derive(Template, Clone)]
#[template(path = "admin/void-reversal.html")]
pub struct ReverseVoidPage {
    /// Around it; `noindex` is set.
    pub f: Frame,
    /// The petition's name in the address.
    pub slug: String,
    /// Its title.
    pub title: String,
    /// Whether something else was counted before.
    pub changed: bool,
    /// What was invalidated.
    pub line: VoidLine,
    /// By crowd: counted before, counted again, counted after.
    pub rows: Vec<(CrowdPart, u64, u64)>,
    /// How many were withdrawn since.
    pub withdrawn: u64,
    /// Whether a notice that sealed names will be shown begins again with it.
    pub notice_again: bool,
    /// Exactly what was counted, base64url. `None`: it cannot be done.
    pub counted: Option<String>,
}

form_fields! {
    /// What is typed for a note of dispute.
    pub struct DisputeFields {
        /// The number of the first entry that it is about.
        first: Kind::Line(Label::new("admin-dispute-first"));
        /// The number of the last one.
        last: Kind::Line(Label::new("admin-dispute-last"));
        /// What it says, public and for good.
        text: Kind::Block(Label::new("admin-dispute-text"));
    }
}

/// Asks for a note of dispute (`GET /admin/petitions/{slug}/dispute`, 422 to its POST).
#[derive(Template, Clone)]
#[template(path = "admin/dispute.html")]
pub struct DisputePage {
    /// Around it; `noindex` is set.
    pub f: Frame,
    /// The petition's name in the address.
    pub slug: String,
    /// Its title.
    pub title: String,
    /// The last entry of its log.
    pub last_entry: u64,
    /// What was typed.
    pub form: DisputeFields,
}

impl ChooseVoidPage {
    /// What is wrong with it.
    #[must_use]
    pub fn problems(&self) -> Vec<ProblemLink> {
        problems([("chosen", &self.chosen), ("reason", &self.reason)])
    }

    /// By what is chosen here.
    #[must_use]
    pub const fn by(&self) -> ChosenBy {
        match self.offer {
            Offer::Names(_) => ChosenBy::Names,
            Offer::Groups(..) => ChosenBy::Groups,
            Offer::Crowds(_) => ChosenBy::Crowd,
        }
    }

    /// The id of its title.
    #[must_use]
    pub const fn title_message_id(&self) -> &'static str {
        match self.offer {
            Offer::Names(_) => "admin-voids-names",
            Offer::Groups(..) => "admin-voids-groups",
            Offer::Crowds(_) => "admin-voids-crowd",
        }
    }

    /// Whether there is something to choose.
    #[must_use]
    pub fn offers_something(&self) -> bool {
        match &self.offer {
            Offer::Names(rows) => !rows.is_empty(),
            Offer::Groups(rows, _) => !rows.is_empty(),
            Offer::Crowds(rows) => !rows.is_empty(),
        }
    }

    /// Where its form goes.
    #[must_use]
    pub fn action(&self) -> String {
        format!("/admin/petitions/{}/voids/{}", self.slug, self.by().as_str())
    }

    /// Whether this was ticked.
    #[must_use]
    pub fn is_ticked(&self, value: impl AsRef<str>) -> bool {
        self.ticked.iter().any(|ticked| ticked == value.as_ref())
    }

    /// The reasons to choose from.
    #[must_use]
    pub const fn reasons(&self) -> [VoidReason; 4] {
        VoidReason::ALL
    }
}

impl CountVoidPage {
    /// Whether of some crowd too few are among it.
    #[must_use]
    pub fn has_too_few(&self) -> bool {
        self.rows.iter().any(|row| row.is_too_few)
    }
}
