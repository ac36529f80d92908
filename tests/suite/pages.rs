//! Public pages: small, cacheable, without cookie or stranger, and with no script but the one to sign with.

use crate::support::{Member, TestApp};
use undersigned::actions::petitions::How;

#[test]
fn a_petition_with_a_long_text_stays_under_fifty_kilobytes() {
    let app = TestApp::start();
    let owner = app.organizer("Heron");
    let petition = app.petition_of(&owner, How::Open, |draft| {
        draft.body = "We know *what* it does, and [who](https://example.org) pays.\n\n"
            .repeat(90)
            .chars()
            .take(5_000)
            .collect();
    });
    let page = app.client().get(&petition.path()).expect(200);
    assert!(page.body.len() < 50_000, "{} bytes", page.body.len());
    page.says("Stop selling the tracking service").says("The board of Initech").says("End the contract");
}

#[test]
fn a_page_that_has_not_changed_is_not_sent_again() {
    let app = TestApp::start();
    let petition = app.petition();
    let first = app.client().get(&petition.path()).expect(200);
    let tag = first.header("etag").expect("a tag");
    assert_eq!(first.header("cache-control"), Some("no-cache"));
    let again = app.client().get_with(&petition.path(), &[("if-none-match", tag)]).expect(304);
    assert_eq!((again.body.as_str(), again.header("etag")), ("", Some(tag)));
    app.sign(&petition, "work-mail", "Ada Lovelace", "ada@initech.example");
    let changed = app.client().get_with(&petition.path(), &[("if-none-match", tag)]).expect(200);
    assert_ne!(changed.header("etag"), Some(tag));
}

#[test]
fn pages_for_readers_may_be_compressed_and_personal_ones_never_are() {
    let app = TestApp::start();
    let petition = app.petition();
    let zipped = [("accept-encoding", "gzip")];
    let encoding = |path: &str| {
        let request = format!(
            "HEAD {path} HTTP/1.1\r\nHost: {}\r\nAccept-Encoding: {}\r\nConnection: close\r\n\r\n",
            app.host(),
            zipped[0].1
        );
        app.raw(request.as_bytes()).to_lowercase().contains("content-encoding: gzip")
    };
    assert!(encoding(&petition.path()));
    assert!(!encoding("/receipt"));
}

#[test]
fn search_engines_may_list_a_petition_and_no_page_with_people_on_it() {
    let app = TestApp::start();
    let petition = app.petition();
    assert_eq!(app.client().get(&petition.path()).header("x-robots-tag"), None);
    for path in [format!("{}/signers", petition.path()), String::from("/receipt")] {
        assert_eq!(app.client().get(&path).expect(200).header("x-robots-tag"), Some("noindex"), "{path}");
    }
}

#[test]
fn no_page_has_inline_script_or_style_or_anything_from_another_site() {
    let app = TestApp::start();
    let petition = app.petition();
    for path in [String::from("/"), petition.path(), String::from("/receipt"), String::from("/no-such-page")]
    {
        let page = app.client().get(&path);
        let mut body = page.body.to_lowercase();
        // Where people sign stands the one script of this site, and nowhere else.
        if path == petition.path() {
            let script =
                body.split("<script type=\"module\" src=\"/static/signing-").nth(1).expect("the script");
            let name = format!("/static/signing-{}", script.split('"').next().expect("its name"));
            app.client().get(&name).expect(200);
            body = body.replacen("<script type=\"module\"", "<", 1);
        }
        for forbidden in ["<script", "<style", " style=", " onclick", "<iframe", "javascript:"] {
            assert!(!body.contains(forbidden), "{forbidden} on {path}");
        }
        for source in body.split("src=\"").skip(1).chain(body.split("<link ").skip(1)) {
            let quoted = source.split('>').next().unwrap_or_default();
            let foreign = quoted.replace(&app.base_url(), "");
            assert!(!foreign.contains("//"), "{quoted} on {path}");
        }
    }
}

#[test]
fn tor_users_are_told_of_the_onion_address() {
    let app = TestApp::builder().onion_location("http://undersignedexample.onion").start();
    let petition = app.petition();
    assert_eq!(
        app.client().get(&petition.path()).header("onion-location"),
        Some(format!("http://undersignedexample.onion{}", petition.path()).as_str())
    );
}

#[test]
fn a_draft_is_nobodys_business() {
    let app = TestApp::builder().review_required().start();
    let owner: Member<'_> = app.organizer("Heron");
    let petition = app.petition_of(&owner, How::Open, |_| ());
    app.client().get(&petition.path()).expect(404);
    app.client().ask(&petition, "any-mail", "Ada Lovelace", "ada@home.example").expect(404);
}

#[test]
fn the_long_pages_say_who_runs_this_site_and_how_to_reach_them() {
    let app = TestApp::start();
    for path in ["/privacy", "/how-anonymity-works", "/your-safety", "/accessibility"] {
        let page = app.client().get(path).expect(200);
        page.says("The Test House");
        assert!(!page.body.contains("{operator}") && !page.body.contains("{contact}"), "{path}");
        assert!(page.header("etag").is_some(), "{path}");
    }
    app.client().get("/privacy").says("operator@example.org");
    app.client().get("/pages/imprint").expect(404);
}

#[test]
fn the_demos_mails_can_be_read_in_the_demo_and_nowhere_else() {
    let demo = TestApp::builder().demo().start();
    let petition = demo.petition();
    demo.client().get("/dev/mail").expect(200).says("No mail yet");
    demo.client().ask(&petition, "any-mail", "Ada Lovelace", "ada@home.example").expect(200);
    let link = demo.link_for("ada@home.example");
    let page = demo.client().get("/dev/mail").expect(200);
    page.says("ada@home.example").says("Verification code");
    assert!(page.body.contains(&format!("href=\"{link}\"")), "{}", page.body);
    assert_eq!(page.header("cache-control"), Some("no-store"));
    TestApp::start().client().get("/dev/mail").expect(404);
}
