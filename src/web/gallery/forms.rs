//! A form and its declaration agree: on the pages stands what is declared, and nothing else.

use std::collections::BTreeSet;

use askama::Template as _;

use super::frame;
use crate::{
    domain::proof::ProofKind,
    locale::Locale,
    web::{
        field::{Field, FieldProblem, Kind},
        petition::{page::PetitionPage, samples},
        sign::{
            form::{SignFields, SignForm},
            page::SignPage,
        },
    },
};

/// The sign form as it comes back, filled in by `fill`: with the code in it, and without.
fn pages(fill: impl Fn(&mut SignFields)) -> [String; 2] {
    [false, true].map(|takes_code| {
        let proofs = ProofKind::ALL.to_vec();
        let mut form = SignForm { proofs, takes_code, ..samples::form(true) };
        fill(&mut form.typed);
        let (_, page) = SignPage::samples(&frame(Locale::english().unwrap(), false)).swap_remove(0);
        SignPage { form, ..page }.render().unwrap()
    })
}

/// The names of inputs and buttons in the forms of a page that are sent to the site.
fn names(html: &str) -> BTreeSet<&str> {
    let forms = html.split("<form method=\"post\"").skip(1).filter_map(|rest| rest.split("</form>").next());
    forms.flat_map(|form| form.split(" name=\"").skip(1).filter_map(|rest| rest.split('"').next())).collect()
}

#[test]
fn the_sign_form_asks_for_what_is_declared_and_for_nothing_else() {
    let pages = pages(|_| ());
    let asked: BTreeSet<&str> = pages.iter().flat_map(|html| names(html)).collect();
    assert_eq!(asked, SignFields::NAMES.iter().copied().collect());
}

#[test]
fn every_problem_of_the_sign_form_leads_to_its_field() {
    let pages = pages(|typed| {
        for (_, field) in typed.each() {
            field.problem = Some(FieldProblem::Choose);
        }
    });
    for spec in SignFields::SPECS.iter().filter(|spec| spec.name != "ticket") {
        let [link, id, problem] =
            ["href=\"#{}\"", "id=\"{}\"", "id=\"{}-problem\""].map(|part| part.replace("{}", spec.name));
        let leads = |html: &String| html.contains(&link) && html.contains(&id) && html.contains(&problem);
        assert!(pages.iter().any(leads), "{}", spec.name);
    }
}

#[test]
fn a_sign_form_that_comes_back_holds_what_was_typed_into_each_field() {
    let mut typed: Vec<(&str, String)> = Vec::new();
    let choices = ["proof", "visibility"];
    for spec in SignFields::SPECS.iter().filter(|spec| !choices.contains(&spec.name)) {
        assert!(!matches!(spec.kind, Kind::Secret(_)), "nothing in this form is asked for again");
        typed.push((spec.name, format!("typed into {}", spec.name)));
    }
    let pages = pages(|fields| {
        for (spec, field) in fields.each() {
            if let Some((_, text)) = typed.iter().find(|(name, _)| *name == spec.name) {
                *field = Field::new(text.as_str());
            }
        }
    });
    for (_, text) in typed {
        assert!(pages.iter().any(|html| html.contains(&format!("value=\"{text}\""))), "{text} is lost");
    }
}

#[test]
fn the_scripts_form_has_each_field_to_which_a_problem_of_the_script_belongs() {
    let samples = PetitionPage::samples(&frame(Locale::english().unwrap(), false));
    let pages: Vec<String> = samples.into_iter().map(|(_, page)| page.render().unwrap()).collect();
    for spec in SignFields::SPECS.iter().filter(|spec| !spec.script_problems.is_empty()) {
        let named = format!(" id=\"s-{}\"", spec.name);
        let problems = format!("data-problems=\"{}\"", spec.script_problems);
        let is_marked =
            |html: &String| html.split('<').any(|tag| tag.contains(&named) && tag.contains(&problems));
        assert!(pages.iter().any(is_marked), "{}", spec.name);
    }
}
