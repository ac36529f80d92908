//! What holds for every answer, whatever the page.

use std::{io::Write as _, net::TcpStream, time::Duration};

use crate::support::TestApp;

#[test]
fn every_answer_carries_the_strict_headers() {
    let app = TestApp::start();
    for path in ["/healthz", "/robots.txt", "/no/such/page"] {
        let reply = app.client().get(path);
        assert_eq!(
            reply.header("content-security-policy"),
            Some(
                "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; \
                 base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"
            ),
            "{path}"
        );
        assert_eq!(reply.header("x-content-type-options"), Some("nosniff"));
        assert_eq!(reply.header("referrer-policy"), Some("same-origin"));
        assert_eq!(reply.header("cross-origin-opener-policy"), Some("same-origin"));
        assert_eq!(reply.header("cross-origin-resource-policy"), Some("same-origin"));
        assert!(reply.header("permissions-policy").is_some_and(|policy| policy.contains("camera=()")));
        for absent in ["server", "set-cookie", "strict-transport-security", "x-powered-by"] {
            assert_eq!(reply.header(absent), None, "{absent} on {path}");
        }
    }
}

#[test]
fn the_page_to_sign_on_runs_its_own_script_and_talks_to_this_site_alone() {
    let app = TestApp::start();
    let petition = app.petition();
    let policy = "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; \
                  base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; \
                  trusted-types 'none'; script-src 'self'; connect-src 'self'";
    let page = app.client().get(&petition.path()).expect(200);
    assert_eq!(page.header("content-security-policy"), Some(policy));
    // The headers of "not modified" replace those that the browser kept.
    let tag = page.header("etag").expect("a tag");
    let again = app.client().get_with(&petition.path(), &[("if-none-match", tag)]).expect(304);
    assert_eq!(again.header("content-security-policy"), Some(policy));
    let later = app.client().get(&format!("{}/cast", petition.path())).expect(200);
    assert_eq!(later.header("content-security-policy"), Some(policy));
    assert_eq!(later.header("cache-control"), Some("no-store"));
}

#[test]
fn casts_may_go_to_another_host_if_the_operator_says_so() {
    let app = TestApp::builder().cast_url("https://casts.example.org").start();
    let petition = app.petition();
    let page = app.client().get(&petition.path()).expect(200);
    let policy = page.header("content-security-policy").expect("a policy");
    assert!(policy.ends_with("connect-src 'self' https://casts.example.org"), "{policy}");
    assert!(page.body.contains("data-cast=\"https://casts.example.org/api/v1/petitions/"));
    assert!(page.body.contains("data-api=\"/api/v1/petitions/"));
}

#[test]
fn a_page_that_does_not_exist_says_so_to_people_and_to_programs() {
    let app = TestApp::start();
    let page = app.client().get("/no/such/page").expect(404);
    page.says("Page not found");
    assert_eq!(page.header("x-robots-tag"), Some("noindex"));
    assert_eq!(page.header("cache-control"), Some("no-store"));
    let problem = app.client().get_with("/no/such/page", &[("accept", "application/json")]).expect(404);
    assert_eq!(problem.header("content-type"), Some("application/problem+json"));
    assert!(problem.body.contains("\"status\":404"), "{}", problem.body);
}

#[test]
fn a_wrong_method_is_told_what_is_possible() {
    let app = TestApp::start();
    for method in ["PUT", "DELETE", "OPTIONS", "PATCH"] {
        let reply = app.client().call(method, "/healthz").expect(405);
        assert_eq!(reply.header("allow"), Some("GET, HEAD"), "{method}");
    }
    app.client().post("/healthz", &[]).expect(405);
}

#[test]
fn head_is_answered_like_get_without_the_body() {
    let app = TestApp::start();
    let answer = app.raw(
        format!("HEAD /robots.txt HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", app.host()).as_bytes(),
    );
    let (head, body) = answer.split_once("\r\n\r\n").expect("a head");
    assert!(head.starts_with("HTTP/1.1 200"), "{head}");
    assert!(!head.to_lowercase().contains("content-length: 0"), "{head}");
    assert_eq!(body, "");
}

#[test]
fn a_request_that_is_no_http_is_refused_and_the_server_lives_on() {
    let app = TestApp::start();
    for nonsense in [
        &b"\x00\x01\x02\x03\r\n\r\n"[..],
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET /\x00 HTTP/1.1\r\nHost: a\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    ] {
        let answer = app.raw(nonsense);
        assert!(!answer.starts_with("HTTP/1.1 2"), "{answer}");
    }
    app.client().get("/healthz").expect(200);
}

#[test]
fn the_access_log_knows_routes_and_nothing_of_who_asked_for_what() {
    let app = TestApp::start();
    app.client().get("/static/canary-file-name").expect(404);
    app.client().get("/canary-path?canary=query").expect(404);
    let log = TestApp::log();
    assert!(log.contains("/static/{file}"), "{log}");
    assert!(!log.contains("canary"), "{log}");
    assert!(!log.lines().any(|line| line.contains("access") && line.contains("127.0.0.1")), "{log}");
}

#[test]
fn the_style_sheet_may_be_kept_for_good_since_its_name_changes_with_it() {
    let app = TestApp::start();
    let icon = app.client().get("/favicon.ico").expect(302);
    let reply = app.client().get(icon.location()).expect(200);
    assert_eq!(reply.header("content-type"), Some("image/svg+xml"));
    assert_eq!(reply.header("cache-control"), Some("public, max-age=31536000, immutable"));
    app.client().get("/static/site.css").expect(404);
}

#[test]
fn over_tls_the_cookie_is_bound_to_this_host_and_browsers_stay_with_tls() {
    let app = TestApp::builder().behind_tls("https://petitions.example").start();
    let fields = [("pseudonym", "Heron"), ("passphrase", crate::support::PASSPHRASE), ("mail", "")];
    let ours = [("origin", "https://petitions.example")];
    let reply = app.client().post_with("/sign-up", &fields, &ours).expect(200);
    let cookie = reply.header("set-cookie").expect("a cookie");
    assert!(cookie.starts_with("__Host-session=") && cookie.contains("Secure"), "{cookie}");
    assert!(!cookie.contains("Domain"), "{cookie}");
    assert_eq!(reply.header("strict-transport-security"), Some("max-age=63072000"));
    // The plain address behind the proxy is not this site.
    let origin = app.base_url();
    app.client().post_with("/sign-in", &fields, &[("origin", &origin)]).expect(403);
}

#[test]
fn an_answer_that_went_wrong_is_not_kept_by_caches() {
    let app = TestApp::start();
    for path in ["/p/no-such-petition", "/pages/no-such-page", "/static/no-such-file.css"] {
        assert_eq!(app.client().get(path).expect(404).header("cache-control"), Some("no-store"), "{path}");
    }
}

/// Asks again and again and reads nothing, until the server hangs up; else the test never ends.
fn asks_and_never_reads(app: &TestApp, path: &str) {
    let mut stream = TcpStream::connect(app.host()).expect("the server listens");
    let request = format!("GET {path} HTTP/1.1\r\nHost: {}\r\n\r\n", app.host());
    while stream.write_all(request.as_bytes()).is_ok() {}
}

#[test]
fn whoever_asks_and_does_not_read_is_hung_up_on_and_others_are_served_on() {
    let app = TestApp::builder().write_patience(Duration::from_millis(200)).start();
    let petition = app.petition();
    asks_and_never_reads(&app, "/how-anonymity-works");
    asks_and_never_reads(&app, &petition.path());
    app.client().get("/how-anonymity-works").expect(200);
}
