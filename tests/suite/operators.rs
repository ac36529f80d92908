//! What operators and machines ask for.

use crate::support::TestApp;

#[test]
fn a_running_instance_says_that_it_lives_and_is_ready() {
    let app = TestApp::start();
    assert_eq!(app.client().get("/healthz").expect(200).body, "ok\n");
    assert_eq!(app.client().get("/readyz").expect(200).body, "ok\n");
}

#[test]
fn search_engines_are_kept_from_pages_that_ask_for_a_person() {
    let app = TestApp::start();
    let robots = app.client().get("/robots.txt").expect(200).body;
    for path in ["/receipt", "/confirm/", "/account", "/organize", "/admin"] {
        assert!(robots.contains(&format!("Disallow: {path}\n")), "{path}");
    }
}

#[test]
fn whoever_finds_a_hole_learns_whom_to_tell() {
    let app = TestApp::start();
    let text = app.client().get("/.well-known/security.txt").expect(200).body;
    assert!(text.starts_with("Contact: mailto:operator@example.org\n"), "{text}");
    assert!(text.contains("Expires: 2026-11-30T00:00:00Z\n"), "{text}");
    let silent = TestApp::builder().no_contact().start();
    silent.client().get("/.well-known/security.txt").expect(404);
}
