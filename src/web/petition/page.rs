//! The pages of this noun, as plain data: filled in by handlers, laid out by templates.

use askama::Template;

use super::{
    sheet::{Count, PetitionSheet, state_message_id, tab_title},
    voids::VoidLine,
};
use crate::{
    db::views::Card,
    domain::{petition::PetitionState, proof::ProofKind, time::Day, void::Dispute},
    locale::Locale,
    web::{
        frame::Frame,
        sign::{form::SignForm, saved_page::SavedOffer, script_data::SigningClient},
    },
};

/// All petitions, searched and in pages (`GET /`, `GET /petitions`).
#[derive(Template, Clone)]
#[template(path = "petition/list.html")]
pub struct ListPage {
    /// Around it.
    pub f: Frame,
    /// Whether this is the front page, which says what the site is.
    pub front: bool,
    /// The words searched for.
    pub q: String,
    /// The chosen employer's id, or empty.
    pub employer: String,
    /// The chosen state by name, or empty.
    pub state: String,
    /// Employers to choose from: id and name.
    pub employers: Vec<(String, String)>,
    /// The petitions of this page.
    pub cards: Vec<Card>,
    /// How many petitions were found in all.
    pub found: u64,
    /// This and the last page.
    pub pager: Pager,
}

/// Links to the pages before and after.
#[derive(Clone)]
pub struct Pager {
    /// This page, counted from 1.
    pub page: u64,
    /// The last page.
    pub last: u64,
    /// The page before, if there is one.
    pub before: Option<String>,
    /// The page after, if there is one.
    pub after: Option<String>,
}

impl Pager {
    /// The page that an address asks for; the first where it asks for none.
    #[must_use]
    pub fn number(typed: &str) -> u32 {
        let digits = typed.trim().split(|one: char| !one.is_ascii_digit()).next().unwrap_or_default();
        if digits.is_empty() {
            return 1;
        }
        // More than can be counted is a page that there is not.
        digits.parse().unwrap_or(u32::MAX).max(1)
    }

    /// Whether it asks for a page behind the last one.
    #[must_use]
    pub const fn is_beyond(&self) -> bool {
        self.page > self.last
    }
}

/// A petition (`GET /p/{slug}`).
#[derive(Template, Clone)]
#[template(path = "petition/petition.html")]
pub struct PetitionPage {
    /// Around it.
    pub f: Frame,
    /// What it says.
    pub sheet: PetitionSheet,
    /// The form. `None` where no signatures are taken.
    pub form: Option<SignForm>,
    /// What the script needs. `None` where it is not to sign.
    pub client: Option<SigningClient>,
    /// The same page as a file to keep. `None` where it cannot be had.
    pub offer: Option<SavedOffer>,
    /// Whether the organizer sees it before anyone else does: the path of what they came from.
    pub preview_back: Option<String>,
    /// Whether a code that was mailed in time can still be typed.
    pub takes_typed_codes: bool,
    /// How many public names there are to read.
    pub names: u64,
    /// How many notes of dispute there are about its number.
    pub disputes: u64,
}

/// The public names under a petition (`GET /p/{slug}/signers`).
#[derive(Template, Clone)]
#[template(path = "petition/signers.html")]
pub struct SignersPage {
    /// Around it.
    pub f: Frame,
    /// The path of the petition's page above: the public one, the organizer's or the admin's.
    pub root: String,
    /// Its title.
    pub title: String,
    /// Its numbers.
    pub count: Count,
    /// The names of this page.
    pub rows: Vec<SignerRow>,
    /// Where in the list.
    pub pager: Pager,
    /// Whether the reader may hide names (owner or admin).
    pub may_hide: bool,
}

/// One public signature.
#[derive(Clone)]
pub struct SignerRow {
    /// Its place in the log; names the row in the path that hides it.
    pub index: u64,
    /// The name as given. `None` if the organizer hid it.
    pub name: Option<String>,
    /// The job title as given.
    pub title: Option<String>,
    /// What was proved.
    pub proof: ProofKind,
    /// The employer, where employers are counted apart.
    pub employer: Option<String>,
}

/// How the number of a petition can be checked (`GET /p/{slug}/audit`).
#[derive(Template, Clone)]
#[template(path = "petition/audit.html")]
pub struct AuditPage {
    /// Around it.
    pub f: Frame,
    /// The petition's id, for the script.
    pub petition: String,
    /// The path of the petition's page.
    pub root: String,
    /// Its title.
    pub title: String,
    /// Its numbers.
    pub count: Count,
    /// By crowd.
    pub rows: Vec<AuditRow>,
    /// What was invalidated, newest first.
    pub voids: Vec<VoidLine>,
    /// Notes of dispute, newest first.
    pub disputes: Vec<Dispute>,
    /// The hash of its genesis leaf, base64url.
    pub fingerprint: String,
    /// The newest checkpoint, as signed.
    pub checkpoint: String,
    /// What it is checked with.
    pub verifier_key: String,
    /// The witnesses that this site asks to cosign.
    pub witnesses: Vec<WitnessRow>,
}

/// A witness, and how far it has seen a petition's log.
#[derive(Clone)]
pub struct WitnessRow {
    /// Its name.
    pub name: String,
    /// Its verifier key.
    pub key: String,
    /// How many entries it has seen, and on which day. `None`: it has not cosigned yet.
    pub seen: Option<(u64, Day)>,
}

/// A crowd in the account of a petition.
#[derive(Clone)]
pub struct AuditRow {
    /// What its members proved.
    pub proof: ProofKind,
    /// The employer, where employers are counted apart.
    pub employer: Option<String>,
    /// Tokens issued, rounded down to B.
    pub issued: u64,
    /// Signatures in the log.
    pub cast: u64,
    /// Of these, withdrawn.
    pub withdrawn: u64,
    /// Of these, invalidated, and not withdrawn.
    pub voided: u64,
    /// What is left. `None` before its first publication.
    pub counted: Option<u64>,
}

impl AuditPage {
    /// Whether any witness has cosigned.
    #[must_use]
    pub fn is_witnessed(&self) -> bool {
        self.witnesses.iter().any(|witness| witness.seen.is_some())
    }

    /// The petition's whole address, as the program wants it.
    #[must_use]
    pub fn address(&self) -> String {
        format!("{}{}", self.f.base_url, self.root)
    }

    /// How many entries the log has, in words: the second line of the checkpoint.
    #[must_use]
    pub fn entries(&self) -> String {
        let size = self.checkpoint.lines().nth(1).and_then(|line| line.parse().ok());
        size.map(|size| self.f.t.number(size)).unwrap_or_default()
    }
}

impl AuditRow {
    /// Which crowd it is, for readers.
    #[must_use]
    pub fn proof_in_words(&self, t: &Locale) -> String {
        t.proof(self.proof).by(self.employer.as_deref())
    }
}

/// A petition that can no longer be read (410).
#[derive(Template, Clone)]
#[template(path = "petition/gone.html")]
pub struct PetitionGonePage {
    /// Around it.
    pub f: Frame,
    /// Why it is gone.
    pub why: Gone,
    /// The reason in the admin's words; empty where there is none.
    pub reason: String,
}

/// Why a petition can no longer be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gone {
    /// An admin took it down after it had been public.
    TakenDown,
    /// It ended without having been opened to the public.
    EndedQuietly,
}

impl SignerRow {
    /// What was proved, for readers.
    #[must_use]
    pub fn proof_in_words(&self, t: &Locale) -> String {
        t.proof(self.proof).by(self.employer.as_deref())
    }
}

impl ListPage {
    /// Whether the list was narrowed.
    #[must_use]
    pub fn searched(&self) -> bool {
        !(self.q.is_empty() && self.employer.is_empty() && self.state.is_empty())
    }

    /// The states to choose from: name and message id.
    #[must_use]
    pub fn states(&self) -> Vec<(&'static str, &'static str)> {
        PetitionState::public().map(|state| (state.as_str(), state_message_id(state))).collect()
    }
}

impl PetitionPage {
    /// The end of casting, in words.
    #[must_use]
    pub fn cast_until_in_words(&self) -> String {
        let until = self.client.as_ref().map(|client| client.cast_until);
        until.map(|until| self.f.t.deadline(until)).unwrap_or_default()
    }

    /// The title for tabs, histories and previews: nothing of a petition that only the secret link leads to.
    #[must_use]
    pub fn tab_title(&self) -> String {
        tab_title(&self.f.t, &self.sheet.title, self.sheet.standing)
    }
}

impl PetitionGonePage {
    /// The heading's id.
    #[must_use]
    pub const fn heading_message_id(&self) -> &'static str {
        match self.why {
            Gone::TakenDown => "gone-taken-down",
            Gone::EndedQuietly => "gone-ended-quietly",
        }
    }
}
