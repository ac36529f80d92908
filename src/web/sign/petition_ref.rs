//! A petition, as named on the pages of signing.

use crate::{
    actions::facts::PetitionFacts,
    db::views::PetitionView,
    domain::{petition::Standing, time::Timestamp},
    locale::Locale,
    web::petition::sheet::tab_title,
};

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
