//! What no page of ours sends gets a clear answer, at every form there is, and the server lives on.

use std::fmt::Write as _;

use undersigned::{
    db,
    domain::ids::PetitionId,
    web::{
        routes::ROUTES,
        row::{Access, Row, Verb},
    },
};

use crate::support::{PASSPHRASE, Petition, TestApp, path_of};

const FORM: &str = "application/x-www-form-urlencoded";

/// Every form that anyone may send. Those of signed-in people share the same reader.
fn forms() -> impl Iterator<Item = &'static Row> {
    ROUTES.iter().filter(|row| row.verb == Verb::Post && row.access == Access::Anyone && !row.is_open())
}

/// A POST written by hand; returns the status and everything that came back.
fn post(app: &TestApp, row: &Row, headers: &[(&str, &str)], body: &[u8]) -> (u16, String) {
    let mut request = format!(
        "POST {} HTTP/1.1\r\nHost: {}\r\nOrigin: {}\r\nConnection: close\r\n",
        path_of(row),
        app.host(),
        app.base_url()
    );
    for (name, value) in headers {
        write!(request, "{name}: {value}\r\n").expect("text grows");
    }
    request.push_str("\r\n");
    let mut bytes = request.into_bytes();
    bytes.extend_from_slice(body);
    let answer = app.raw(&bytes);
    let status = answer.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
    (status, answer)
}

fn post_form(app: &TestApp, row: &Row, body: &[u8]) -> (u16, String) {
    let length = body.len().to_string();
    post(app, row, &[("Content-Type", FORM), ("Content-Length", &length)], body)
}

#[test]
fn a_field_of_a_mebibyte_is_refused_before_it_is_read() {
    let app = TestApp::start();
    let body = format!("name={}", "a".repeat(1024 * 1024));
    for row in forms() {
        let (status, answer) = post_form(&app, row, body.as_bytes());
        assert_eq!(status, 413, "{}: {answer}", row.pattern);
        assert!(answer.contains("Too much text"), "{}", row.pattern);
    }
    app.client().get("/healthz").expect(200);
}

#[test]
fn a_mebibyte_that_does_not_announce_its_size_is_refused_too() {
    let app = TestApp::start();
    let mut body = Vec::new();
    for _ in 0..64 {
        body.extend_from_slice(b"4000\r\n");
        body.extend_from_slice(&[b'a'; 0x4000]);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"0\r\n\r\n");
    for row in forms() {
        let (status, answer) =
            post(&app, row, &[("Content-Type", FORM), ("Transfer-Encoding", "chunked")], &body);
        assert_eq!(status, 413, "{}: {answer}", row.pattern);
    }
}

#[test]
fn text_that_is_no_text_is_refused() {
    let app = TestApp::start();
    for row in forms() {
        for (body, words) in [
            (&b"name=a%00b"[..], "NUL"),
            (b"name=a\x00b", "NUL"),
            (b"name=%ff%fe", "UTF-8"),
            (b"name=\xc3\x28", "UTF-8"),
            (b"name=%zz", "UTF-8"),
            (b"name=%4", "UTF-8"),
            (b"%00=a", "NUL"),
        ] {
            let (status, answer) = post_form(&app, row, body);
            assert_eq!(status, 400, "{}: {answer}", row.pattern);
            assert!(answer.contains(words), "{}: {answer}", row.pattern);
        }
    }
}

#[test]
fn a_field_the_form_does_not_have_is_named_and_nothing_is_done() {
    let app = TestApp::start();
    for row in forms() {
        let (status, answer) = post_form(&app, row, b"is_%3Cadmin%3E=1");
        assert_eq!(status, 400, "{}: {answer}", row.pattern);
        assert!(answer.contains("is_&lt;admin&gt;") || answer.contains("is_&#60;admin&#62;"), "{answer}");
    }
    assert!(!TestApp::log().contains("is_<admin>"));
}

#[test]
fn more_fields_than_any_form_has_are_refused() {
    let app = TestApp::start();
    for row in forms() {
        let (status, answer) = post_form(&app, row, "a=b&".repeat(5_000).as_bytes());
        assert_eq!(status, 400, "{}: {answer}", row.pattern);
    }
}

#[test]
fn what_is_no_form_is_refused() {
    let app = TestApp::start();
    for row in forms() {
        for kind in ["application/json", "text/plain", "multipart/form-data; boundary=x"] {
            let (status, answer) = post(&app, row, &[("Content-Type", kind), ("Content-Length", "2")], b"{}");
            assert_eq!(status, 415, "{}: {answer}", row.pattern);
        }
        let (status, answer) = post(&app, row, &[("Content-Length", "2")], b"{}");
        assert_eq!(status, 415, "{}: {answer}", row.pattern);
    }
}

#[test]
fn an_empty_form_is_answered_with_words_and_never_with_a_failure() {
    let app = TestApp::start();
    for row in forms() {
        let (status, answer) = post_form(&app, row, b"");
        assert!((200..500).contains(&status), "{}: {answer}", row.pattern);
    }
}

#[test]
fn paths_full_of_nonsense_find_nothing() {
    let app = TestApp::start();
    let long = "a".repeat(4_000);
    for path in [
        "/p/%00",
        "/p/%ff%fe",
        "/p/..%2f..%2fetc%2fpasswd",
        "/p/%3Cscript%3E",
        "/confirm/%00",
        "/p/%E2%80%AE",
    ]
    .into_iter()
    .map(String::from)
    .chain([format!("/p/{long}"), format!("/confirm/{long}"), format!("/pages/{long}")])
    {
        let mut reply = app.client().get(&path);
        if reply.status == 308 {
            reply = app.client().get(reply.location());
        }
        assert!([400, 404, 410].contains(&reply.status), "{path}: {}", reply.status);
        assert!(!reply.body.contains("<script>"), "{path}");
    }
    for query in
        ["/?page=-1", "/?page=99999999999999999999", "/?q=%00", "/?q=%ff", "/?state=sold", "/?employer=x"]
    {
        let reply = app.client().get(query);
        assert!(reply.status < 500, "{query}: {}", reply.status);
    }
}

/// `%` and `!` are source routes: a mail server that knows them passes the code on to somebody else's mailbox.
#[test]
fn an_address_that_mail_servers_would_route_elsewhere_proves_nothing_and_gets_no_mail() {
    let app = TestApp::start();
    let petition = app.petition();
    let id = petition_id(&app, &petition);
    for address in [
        "eve%mail.example.net@initech.example",
        "mail.example.net!eve@initech.example",
        "-oQ/tmp/eve@initech.example",
        "|eve@initech.example",
    ] {
        let form = app.client().ask(&petition, "work-mail", "Eve Example", address).expect(422);
        form.says("Some mail servers would send mail to this address elsewhere");
        let body = serde_json::json!({ "proof": "work-mail", "address": address }).to_string();
        let api = app.client().post_json(&format!("/api/v1/petitions/{id}/codes"), &body).expect(422);
        assert_eq!(api.json()["code"], "address", "{}", api.body);
        let fields = [("pseudonym", "Quiet Heron"), ("passphrase", PASSPHRASE), ("mail", address)];
        app.client().post("/sign-up", &fields).expect(422).says("Some mail servers");
    }
    assert_eq!(app.mails(), 0);
}

fn petition_id(app: &TestApp, petition: &Petition) -> PetitionId {
    let found = app.ctx.store.read(|db| db::petitions::by_slug(db, &petition.slug));
    found.expect("the database answers").expect("a petition").id
}
