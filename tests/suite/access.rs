//! Walks the route table: who gets in, who does not, and that nothing outside it answers.

use undersigned::web::routes::{Access, ROUTES, Row, Verb};

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
    for row in ROUTES.iter().filter(|row| row.verb == Verb::Post && row.access == Access::Anyone) {
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
        let reply = app.client().get(path);
        assert_eq!(reply.status, 404, "{path}");
    }
}
