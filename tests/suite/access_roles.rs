//! Walks every route of a petition's organizers in each role, on real petitions, and compares with what the role may: what the
//! rows of the route table say they need, and what the table of roles gives. Only owners are made today; the others are
//! written into the database here.

use std::collections::BTreeSet;

use undersigned::{
    actions::petitions::{self, How},
    db,
    domain::organizer::{Capability, Role},
    web::{
        routes::ROUTES,
        row::{Row, Verb},
    },
};

use crate::support::{Client, Member, TestApp, draft, with_invitations};

fn rows() -> impl Iterator<Item = &'static Row> {
    ROUTES.iter().filter(|row| row.pattern.starts_with("/organize/{slug}") && row.leads_to.is_none())
}

/// Makes somebody a member of the petition.
fn join(app: &TestApp, slug: &str, who: &Member<'_>, role: Role) {
    let petition = app.ctx.store.read(|db| db::petitions::by_slug(db, slug)).unwrap().unwrap();
    app.database().run(&format!(
        "INSERT INTO petition_member (petition_id, organizer_id, role) VALUES ('{}', '{}', '{}')",
        petition.id,
        who.id,
        role.as_str()
    ));
}

fn call(browser: &Client<'_>, row: &Row, slug: &str) -> u16 {
    let step = if row.verb == Verb::Get { "text" } else { "basics" };
    let path = row.pattern.replace("{slug}", slug).replace("{step}", step).replace("{index}", "2");
    if row.verb == Verb::Get {
        return browser.get(&path).status;
    }
    let token = browser.get("/account").hidden("form_token").expect("a form token");
    browser.post(&path, &[("form_token", token.as_str())]).status
}

/// Walks as a member in this role, then as the owner: where the role may not, the petition does not exist; where it may, it
/// meets what the owner meets. Says which capabilities were seen to make a difference.
fn walk(app: &TestApp, owner: &Member<'_>, slug: &str, role: Role) -> BTreeSet<String> {
    let member = app.organizer(match role {
        Role::Owner => "Second Owner",
        Role::Editor => "Editor",
        Role::Viewer => "Viewer",
    });
    join(app, slug, &member, role);
    let mut met = BTreeSet::new();
    for row in rows() {
        let needs = row.needs.expect("it says what it needs");
        let place = format!("{:?} {} as {role:?}", row.verb, row.pattern);
        let theirs = call(&member.browser, row, slug);
        if role.may(needs) {
            if row.verb == Verb::Get {
                assert_eq!(theirs, call(&owner.browser, row, slug), "{place}");
            }
            if theirs != 404 {
                met.insert(format!("{needs:?}"));
            }
        } else {
            assert_eq!(theirs, 404, "{place}");
        }
    }
    met
}

fn names(capabilities: &[Capability]) -> BTreeSet<String> {
    capabilities.iter().map(|capability| format!("{capability:?}")).collect()
}

#[test]
fn each_route_of_an_organizer_names_what_it_needs() {
    for row in ROUTES {
        let is_of_a_petition = row.pattern.starts_with("/organize/{slug}") && row.leads_to.is_none();
        assert_eq!(row.needs.is_some(), is_of_a_petition, "{:?} {}", row.verb, row.pattern);
    }
    let named: BTreeSet<String> = rows().filter_map(|row| row.needs).map(|one| format!("{one:?}")).collect();
    assert_eq!(named, names(&Capability::ALL), "each is needed somewhere");
}

#[test]
fn members_of_a_draft_find_what_their_role_may() {
    for role in Role::ALL {
        let app = TestApp::start();
        let owner = app.organizer("Heron");
        let slug = petitions::create(&app.ctx, owner.id).unwrap().unwrap();
        let content = draft(app.employer("Initech", "initech.example"));
        petitions::save(&app.ctx, &slug, owner.id, &content).unwrap();
        let met = walk(&app, &owner, &slug, role);
        let can = [Capability::View, Capability::Write, Capability::Launch];
        let may: Vec<Capability> = can.into_iter().filter(|one| role.may(*one)).collect();
        assert!(met.is_superset(&names(&may)), "{role:?} met {met:?}");
    }
}

#[test]
fn members_of_an_open_petition_find_what_their_role_may() {
    for role in Role::ALL {
        let app = TestApp::start();
        let owner = app.organizer("Heron");
        let petition = app.petition_of(&owner, How::Open, with_invitations);
        app.sign(&petition, "work-mail", "Robin Okafor", "robin.okafor@initech.example");
        let met = walk(&app, &owner, &petition.slug, role);
        // There is nothing to open where nobody may seal a name: the game of sealing has its own tests.
        let can = [Capability::View, Capability::MoveClosing, Capability::Invite, Capability::HideNames];
        let may: Vec<Capability> = can.into_iter().filter(|one| role.may(*one)).collect();
        assert!(met.is_superset(&names(&may)), "{role:?} met {met:?}");
    }
}

#[test]
fn a_member_in_a_role_that_this_program_does_not_know_is_let_in_nowhere() {
    let app = TestApp::start();
    let owner = app.organizer("Heron");
    let petition = app.petition_of(&owner, How::Open, |_| {});
    let member = app.organizer("Somebody");
    join(&app, &petition.slug, &member, Role::Viewer);
    app.database().run("UPDATE petition_member SET role = 'boss' WHERE role = 'viewer'");
    for row in rows() {
        let status = call(&member.browser, row, &petition.slug);
        assert!(status >= 400, "{:?} {}: {status}", row.verb, row.pattern);
    }
}
