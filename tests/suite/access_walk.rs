//! Walks every route as nobody, another organizer, the owner and an admin, on real petitions in each state, and compares
//! the answers with `access_table.txt`: a check that is missing anywhere changes a line there.
//!
//! What is refused is tried first, and each role sends what the page of the route would: an empty form with its own token.

use std::{collections::BTreeMap, fmt::Write as _, fs, path::Path};

use undersigned::{
    actions::{
        accounts::sessions,
        moderation,
        petitions::{self, How},
    },
    db,
    domain::reason::Reason,
    web::{
        routes::ROUTES,
        row::{Row, Verb},
    },
};

use crate::support::{Client, Member, TestApp, draft, with_invitations};

/// What the parts of the paths are for one petition.
struct Places(BTreeMap<&'static str, String>);

impl Places {
    fn path(&self, row: &Row) -> String {
        let of_id = match row.pattern.split('/').nth(1) {
            Some("account") => "session",
            Some("admin") => "employer",
            _ => "petition",
        };
        let fixed = [("{step}", "text"), ("{index}", "2"), ("{kind}", "names"), ("{tile:.*}", "0/000.p/2")];
        let path =
            fixed.iter().fold(String::from(row.pattern), |path, (name, value)| path.replace(name, value));
        path.replace("{id}", &self.0[of_id])
            .replace("{slug}", &self.0[if row.pattern.starts_with("/p/") { "public" } else { "own" }])
            .replace("{token}", "no-such-token")
            .replace("{name}", "no-such-page")
            .replace("{file}", "no-such-file.css")
    }
}

/// What changes something for good comes last, so that everybody else was tried before.
fn turn(row: &Row) -> usize {
    let last = ["/closure", "/approval", "/voids", "/{id}/revocation", "/sessions/revocation", "/sign-out"];
    last.iter().position(|ending| row.pattern.ends_with(ending)).map_or(0, |place| place + 1)
}

fn call(browser: &Client<'_>, row: &Row, path: &str, token: Option<&str>) -> u16 {
    if row.verb == Verb::Get {
        return browser.get(path).status;
    }
    if row.is_open() {
        return browser.post_json(path, "{}").status;
    }
    let token = token.filter(|_| row.form_token).map(|token| ("form_token", token));
    browser.post(path, &token.into_iter().collect::<Vec<_>>()).status
}

/// The table of one petition: a line for each route with the status for each role.
fn walk(app: &TestApp, owner: &Member<'_>, slug: &str, public: &str, is_with_all: bool) -> String {
    let other = app.organizer("Somebody Else");
    let admin = app.admin();
    let nobody = app.client();
    let session = sessions::list(&app.ctx, owner.id).unwrap().remove(0).id.to_string();
    let petition = app.ctx.store.read(|db| db::petitions::by_slug(db, slug)).unwrap().unwrap();
    let places = Places(BTreeMap::from([
        ("public", String::from(public)),
        ("own", String::from(slug)),
        ("petition", petition.id.to_string()),
        ("session", session),
        ("employer", app.employer("Globex", "globex.example").to_string()),
    ]));
    let mut rows: Vec<&Row> = ROUTES.iter().collect();
    rows.retain(|row| is_with_all || row.pattern.contains("{slug}") || row.pattern.starts_with("/api"));
    rows.sort_by_key(|row| (row.verb == Verb::Post, turn(row)));
    let mut table: Vec<Vec<u16>> = vec![Vec::new(); rows.len()];
    let roles = [&nobody, &other.browser, &owner.browser, &admin.browser];
    let tokens = roles.map(|browser| browser.get("/account").hidden("form_token"));
    for verb in [Verb::Get, Verb::Post] {
        for (browser, token) in roles.iter().zip(&tokens) {
            for (place, row) in rows.iter().enumerate().filter(|(_, row)| row.verb == verb) {
                table[place].push(call(browser, row, &places.path(row), token.as_deref()));
            }
        }
    }
    let mut text = String::new();
    for (row, statuses) in rows.iter().zip(table) {
        let verb = if row.verb == Verb::Get { "GET " } else { "POST" };
        let statuses: Vec<String> = statuses.iter().map(u16::to_string).collect();
        writeln!(text, "{verb} {:<60} {}", row.pattern, statuses.join(" ")).unwrap();
    }
    text
}

/// Compares with the section of this name in the table.
fn assert_as_written(name: &str, walked: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/suite/access_table.txt");
    let table = fs::read_to_string(path).unwrap();
    let section = table.split("\n## ").find_map(|section| section.strip_prefix(&format!("{name}\n")));
    let section = section.unwrap_or_default().trim();
    if section != walked.trim() {
        let expected: Vec<&str> = section.lines().collect();
        for line in walked.lines().filter(|line| !expected.contains(line)) {
            println!("walked:   {line}");
        }
        for line in expected.iter().filter(|line| !walked.contains(*line)) {
            println!("expected: {line}");
        }
        panic!("the walk on “{name}” went otherwise than written:\n## {name}\n{walked}");
    }
}

fn reason() -> Reason {
    Reason::parse("A reason.").unwrap()
}

#[test]
fn everybody_finds_of_a_draft_what_is_theirs() {
    let app = TestApp::start();
    let owner = app.organizer("Heron");
    let slug = petitions::create(&app.ctx, owner.id).unwrap().unwrap();
    petitions::save(&app.ctx, &slug, owner.id, &draft(app.employer("Initech", "initech.example"))).unwrap();
    assert_as_written("draft", &walk(&app, &owner, &slug, &slug, false));
}

#[test]
fn everybody_finds_of_a_petition_in_review_what_is_theirs() {
    let app = TestApp::builder().review_required().start();
    let owner = app.organizer("Heron");
    let slug = app.petition_of(&owner, How::Open, with_invitations).slug;
    assert_as_written("in review", &walk(&app, &owner, &slug, &slug, false));
}

#[test]
fn everybody_finds_of_a_rejected_petition_what_is_theirs() {
    let app = TestApp::builder().review_required().start();
    let owner = app.organizer("Heron");
    let slug = app.petition_of(&owner, How::Open, with_invitations).slug;
    moderation::reject(&app.ctx, &slug, &reason()).unwrap();
    assert_as_written("rejected", &walk(&app, &owner, &slug, &slug, false));
}

#[test]
fn everybody_finds_of_an_open_petition_and_of_the_site_what_is_theirs() {
    let app = TestApp::start();
    let owner = app.organizer("Heron");
    let petition = app.petition_of(&owner, How::Open, with_invitations);
    app.sign(&petition, "work-mail", "Robin Okafor", "robin.okafor@initech.example");
    assert_as_written("open", &walk(&app, &owner, &petition.slug, &petition.slug, true));
}

#[test]
fn everybody_finds_of_a_quiet_start_what_is_theirs_with_its_link_and_without() {
    for (name, by_link) in [("quiet", false), ("quiet, by its link", true)] {
        let app = TestApp::start();
        let owner = app.organizer("Heron");
        let slug = app.petition_of(&owner, How::Quietly, with_invitations).slug;
        let found = app.ctx.store.read(|db| db::petitions::by_slug(db, &slug)).unwrap().unwrap();
        let public = if by_link { found.quiet_slug.unwrap() } else { slug.clone() };
        assert_as_written(name, &walk(&app, &owner, &slug, &public, false));
    }
}

#[test]
fn everybody_finds_of_a_closed_petition_what_is_theirs() {
    let app = TestApp::start();
    let owner = app.organizer("Heron");
    let petition = app.petition_of(&owner, How::Open, |draft| {
        with_invitations(draft);
        draft.closes = String::from("2026-06-06");
    });
    app.sign(&petition, "work-mail", "Robin Okafor", "robin.okafor@initech.example");
    app.clock.advance_secs(5 * 86_400);
    assert_as_written("closed", &walk(&app, &owner, &petition.slug, &petition.slug, false));
}

#[test]
fn everybody_finds_of_a_petition_that_was_taken_down_what_is_theirs() {
    let app = TestApp::start();
    let owner = app.organizer("Heron");
    let petition = app.petition_of(&owner, How::Open, with_invitations);
    app.sign(&petition, "work-mail", "Robin Okafor", "robin.okafor@initech.example");
    moderation::take_down(&app.ctx, &petition.slug, &reason()).unwrap();
    assert_as_written("taken down", &walk(&app, &owner, &petition.slug, &petition.slug, false));
}
