//! What each field of a form is called, and whether it may be repeated. A test reads the pages' samples: no field in
//! which people type is missing here.

use super::{
    account::page::{RecoverFields, SignInFields, SignUpFields},
    admin::voids::page::DisputeFields,
    field::{Kind, Label, Spec},
    sign::form::SignFields,
};

/// The forms that are declared, by the beginning and the end of where they are sent.
const DECLARED: &[(&str, &str, &[Spec])] = &[
    ("/p/", "/signatures", SignFields::SPECS),
    ("/sign-up", "", SignUpFields::SPECS),
    ("/sign-in", "", SignInFields::SPECS),
    ("/recover", "", RecoverFields::SPECS),
    ("/admin/petitions/", "/dispute", DisputeFields::SPECS),
];

/// The kind of the field `name` in the forms of a route.
#[must_use]
pub fn kind_of(pattern: &str, name: &str) -> Kind {
    let is_at = |begin, end| pattern.starts_with(begin) && pattern.ends_with(end);
    if let Some((_, _, specs)) = DECLARED.iter().find(|(begin, end, _)| is_at(*begin, *end)) {
        return specs.iter().find(|spec| spec.name == name).map_or(Kind::Hidden, |spec| spec.kind);
    }
    if pattern.starts_with("/organize") {
        return of_organizers(name);
    }
    if pattern.starts_with("/admin") {
        return of_admins(pattern, name);
    }
    let line = |id| Kind::Line(Label::new(id));
    match name {
        "name" => line("sign-name"),
        "title" => line("sign-title"),
        "code" if pattern.starts_with("/receipt") => line("receipt-code"),
        "code" => line("inbox-code"),
        "phrase" => line("prove-phrase"),
        "statement" => Kind::Block(Label::new("statement-input")),
        "mail" => line("sign-up-mail"),
        "label" => line("account-session-label"),
        "current" => Kind::Secret(Label::new("account-current-passphrase")),
        "passphrase" => Kind::Secret(Label::new("account-new-passphrase")),
        _ => Kind::Hidden,
    }
}

fn of_organizers(name: &str) -> Kind {
    let line = |id| Kind::Line(Label::new(id));
    let block = |id| Kind::Block(Label::new(id));
    match name {
        "title" => line("basics-title"),
        "addressed_to" => line("basics-addressed-to"),
        "summary" => block("basics-summary"),
        "started_by" => line("basics-started-by"),
        "body" => block("text-body"),
        "demands" => block("text-demands"),
        "proposed_name" => line("signers-proposed-name"),
        "proposed_domains" => line("signers-proposed-domains"),
        "trustee" => line("signers-trustee"),
        "sealing_key" => line("signers-sealing-key"),
        "reveal_at" => line("signers-reveal-at"),
        "closes" => line("schedule-closes"),
        "extend_until" => line("schedule-extend-until"),
        "goal" => line("schedule-goal"),
        "openings" => block("unsealing-openings"),
        "size" => line("make-size"),
        _ => of_contracts(name).unwrap_or(Kind::Hidden),
    }
}

/// `c0_title`, `c0_s1_url` and so on.
fn of_contracts(name: &str) -> Option<Kind> {
    let (place, rest) = name.strip_prefix('c')?.split_once('_')?;
    let contract = place.parse().ok()?;
    let field = match rest.strip_prefix('s').and_then(|rest| rest.split_once('_')) {
        Some((number, field)) if number.parse::<usize>().is_ok() => field,
        _ => rest,
    };
    let label = |id| Label::of_contract(id, contract);
    Some(match field {
        "customer" => Kind::Line(label("contract-customer")),
        "title" => Kind::Line(label("contracts-title")),
        "provides" => Kind::Block(label("contract-provides")),
        "value" => Kind::Line(label("contracts-value")),
        "currency" => Kind::Line(label("contracts-currency")),
        "starts" => Kind::Line(label("contracts-starts")),
        "ends" => Kind::Line(label("contracts-ends")),
        "url" => Kind::Line(label("contracts-url")),
        "publisher" => Kind::Line(label("contracts-publisher")),
        "published" => Kind::Line(label("contracts-published")),
        "shows" => Kind::Block(label("contracts-shows")),
        _ => return None,
    })
}

fn of_admins(pattern: &str, name: &str) -> Kind {
    let line = |id| Kind::Line(Label::new(id));
    let block = |id| Kind::Block(Label::new(id));
    match name {
        "name" => line("admin-employer-name"),
        "domains" => block("admin-employer-domains"),
        "head_count" => line("admin-employer-count"),
        "head_count_source" => line("admin-employer-source"),
        "reason" if pattern.ends_with("/rejection") => block("admin-reject-reason"),
        "reason" if pattern.ends_with("/takedown") => block("admin-takedown-reason"),
        _ => Kind::Hidden,
    }
}
