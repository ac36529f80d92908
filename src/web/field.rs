//! A form field as it goes back to the person: what they typed, and what is wrong with it.

mod declared;
mod problem;

use std::fmt;

pub(in crate::web) use self::declared::form_fields;
pub use self::{
    declared::{Kind, Label, Named, Spec, sent},
    problem::{FieldProblem, StatementProblem},
};
use crate::domain::time::Day;

/// One input's value and problem. What was typed may name a person, so `Debug` does not show it.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Field {
    /// What was typed; shown again as it was.
    pub value: String,
    /// What is wrong with it; the template words it.
    pub problem: Option<FieldProblem>,
}

impl Field {
    /// A field that holds `value`.
    #[must_use]
    pub fn new(value: impl Into<String>) -> Self {
        Self { value: value.into(), problem: None }
    }

    /// The same field with a problem.
    #[must_use]
    pub fn with_problem(mut self, problem: impl Into<FieldProblem>) -> Self {
        self.problem = Some(problem.into());
        self
    }

    /// Whether nothing is wrong with it.
    #[must_use]
    pub fn is_fine(&self) -> bool {
        self.problem.is_none()
    }

    /// The attributes that tie an input to its hint and its problem. `id` is the input's id, never typed
    /// by a person.
    #[must_use]
    pub fn described(&self, id: &str, has_hint: bool) -> String {
        match (has_hint, self.is_fine()) {
            (true, true) => format!(" aria-describedby=\"{id}-hint\""),
            (true, false) => format!(" aria-describedby=\"{id}-hint {id}-problem\" aria-invalid=\"true\""),
            (false, false) => format!(" aria-describedby=\"{id}-problem\" aria-invalid=\"true\""),
            (false, true) => String::new(),
        }
    }

    /// Whether it is empty or a day that a date input can show.
    #[must_use]
    pub fn reads_as_day(&self) -> bool {
        self.value.is_empty() || Day::parse(&self.value).is_some_and(|day| day.to_string() == self.value)
    }

    /// Whether this is the value (for radio groups and selects).
    #[must_use]
    pub fn is(&self, value: &str) -> bool {
        self.value == value
    }
}

impl fmt::Debug for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Field(…)")
    }
}

/// A line of the summary "There is a problem": which input, and what is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProblemLink {
    /// The `id` of the input that the line links to.
    pub id: String,
    /// The problem.
    pub problem: FieldProblem,
}

/// The summary's lines for a form: give each field with the `id` of its input, in the order of the page.
#[must_use]
pub fn problems<'a>(fields: impl IntoIterator<Item = (&'a str, &'a Field)>) -> Vec<ProblemLink> {
    fields
        .into_iter()
        .filter_map(|(id, field)| {
            field
                .problem
                .as_ref()
                .map(|problem| ProblemLink { id: String::from(id), problem: problem.clone() })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_fields_with_problems_are_in_the_summary() {
        let name = Field::new("Robin");
        let address = Field::new("me.example.com").with_problem(FieldProblem::Choose);
        let links = problems([("name", &name), ("address", &address)]);
        assert_eq!(links.len(), 1);
        assert_eq!(links[0].id, "address");
    }

    #[test]
    fn an_input_is_tied_to_its_hint_and_its_problem() {
        let wrong = Field::new("x").with_problem(FieldProblem::Choose);
        assert_eq!(Field::new("x").described("a", false), "");
        assert_eq!(Field::new("x").described("a", true), " aria-describedby=\"a-hint\"");
        assert_eq!(
            wrong.described("a", true),
            " aria-describedby=\"a-hint a-problem\" aria-invalid=\"true\""
        );
    }

    #[test]
    fn what_was_typed_never_shows_in_debug_output() {
        assert!(!format!("{:?}", Field::new("Robin")).contains("Robin"));
    }
}
