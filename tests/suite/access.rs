//! Walks the route table: who gets in, who does not, and that nothing outside it answers.

use undersigned::web::{
    routes::ROUTES,
    row::{Access, Row, Verb},
};

use crate::support::{Client, Reply, TestApp, path_of};

fn call(client: &Client<'_>, row: &Row) -> Reply {
    match row.verb {
        Verb::Get => client.get(&path_of(row)),
        Verb::Post => client.post(&path_of(row), &[]),
    }
}

#[test]
fn nobody_gets_past_the_door_of_what_is_not_for_everyone() {
    let app = TestApp::start();
    let nobody = app.client();
    for row in ROUTES {
        let reply = call(&nobody, row);
        let place = format!("{:?} {}: {}", row.verb, row.pattern, reply.status);
        match (row.access, row.verb) {
            (Access::Anyone, _) => assert!(reply.status < 500, "{place}"),
            (Access::Organizer, Verb::Get) => {
                assert_eq!(reply.status, 303, "{place}");
                assert!(reply.location().starts_with("/sign-in?next=%2F"), "{place}");
            }
            (Access::Organizer, Verb::Post) => assert_eq!(reply.status, 403, "{place}"),
            (Access::Admin | Access::Demo, _) => assert_eq!(reply.status, 404, "{place}"),
        }
        if row.access != Access::Anyone {
            assert!(nobody.cookies().is_empty(), "{place}");
        }
    }
}

#[test]
fn no_get_or_head_of_any_route_sets_a_cookie_for_readers() {
    let app = TestApp::start();
    for row in ROUTES.iter().filter(|row| row.verb == Verb::Get) {
        let reader = app.client();
        reader.get(&path_of(row));
        let head = reader.head(&path_of(row));
        assert_eq!(head.body, "", "{}", row.pattern);
        assert!(reader.cookies().is_empty(), "{}", row.pattern);
    }
}

#[test]
fn a_post_from_a_strangers_page_gets_nowhere() {
    let app = TestApp::start();
    let client = app.client();
    // What clients of any origin may call has no cookie to borrow, and is tried in its own file.
    let ours = |row: &&Row| row.verb == Verb::Post && row.access == Access::Anyone && !row.is_open();
    for row in ROUTES.iter().filter(ours) {
        for provenance in [
            &[("origin", "https://evil.example")][..],
            &[("origin", "null")],
            &[("sec-fetch-site", "cross-site")],
            &[("sec-fetch-site", "same-site"), ("origin", "https://evil.example")],
        ] {
            let reply = client.post_with(&path_of(row), &[], provenance);
            assert_eq!(reply.status, 403, "{} {provenance:?}", row.pattern);
        }
    }
}

#[test]
fn a_path_in_another_spelling_is_not_another_way_in() {
    let app = TestApp::start();
    for path in ["/%61dmin", "//admin", "/admin/", "/./admin", "/ADMIN", "/static/../admin", "/admin%00"] {
        let mut reply = app.client().get(path);
        if reply.status == 308 {
            // Led to the right spelling, and no further.
            assert_eq!(reply.location(), "/admin", "{path}");
            reply = app.client().get("/admin");
        }
        assert_eq!(reply.status, 404, "{path}");
    }
}

#[test]
fn an_organizer_finds_no_admins_page() {
    let app = TestApp::start();
    let organizer = app.organizer("Heron");
    for row in ROUTES.iter().filter(|row| row.access == Access::Admin) {
        let reply = call(&organizer.browser, row);
        assert_eq!(reply.status, 404, "{:?} {}", row.verb, row.pattern);
        for method in ["PUT", "DELETE"] {
            assert_eq!(organizer.browser.call(method, &path_of(row)).status, 404, "{method} {}", row.pattern);
        }
    }
}

#[test]
fn a_petition_that_does_not_exist_is_not_found_by_whoever_is_signed_in() {
    let app = TestApp::start();
    let people = [app.organizer("Heron"), app.admin()];
    let reads = ROUTES.iter().filter(|row| row.pattern.contains("{slug}") && row.verb == Verb::Get);
    // The address of a form leads to its page, and that is looked up there.
    for row in reads.filter(|row| row.leads_to.is_none()) {
        for person in &people {
            let reply = call(&person.browser, row);
            assert_eq!(reply.status, 404, "{} for {}", row.pattern, person.pseudonym);
        }
    }
}

#[test]
fn a_form_of_a_signed_in_person_without_their_token_does_nothing() {
    let app = TestApp::start();
    let admin = app.admin();
    for row in ROUTES.iter().filter(|row| row.form_token && row.verb == Verb::Post) {
        for token in [&[][..], &[("form_token", "")], &[("form_token", "made-up")]] {
            let reply = admin.browser.post(&path_of(row), token);
            assert_eq!(reply.status, 403, "{}: {}", row.pattern, reply.body);
        }
    }
}

#[test]
fn a_made_up_or_ended_session_is_nobodys() {
    let app = TestApp::start();
    for cookie in
        ["made-up", "", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "../../x", &"a".repeat(3_000)]
    {
        let browser = app.client();
        browser.set_cookie("session", cookie);
        browser.get("/").expect(200);
        for row in ROUTES.iter().filter(|row| row.access == Access::Organizer && row.verb == Verb::Get) {
            assert_eq!(call(&browser, row).status, 303, "{}", row.pattern);
        }
    }
}
