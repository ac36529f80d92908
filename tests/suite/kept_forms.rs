//! A form that is refused, for whatever reason, comes back with everything that was typed into it.

use std::time::Duration;

use undersigned::{
    actions::{
        Error,
        accounts::sessions,
        petitions::{self, How},
    },
    db::{Bounds, Db},
    domain::organizer::Capability,
    web::{
        routes::ROUTES,
        row::{Access, Row, Verb},
    },
};

use crate::support::{Client, Member, PASSPHRASE, Reply, TestApp, draft};

/// What people type into the forms of a route; passphrases apart.
fn typed(pattern: &str) -> &'static [(&'static str, &'static str)] {
    match pattern {
        "/p/{slug}/audit/statement" => &[("statement", "A statement, pasted <here>")],
        "/p/{slug}/signatures" => &[
            ("visibility", "public"),
            ("proof", "any-mail"),
            ("name", "Robin \"Rob\" Okafor"),
            ("title", "Engineer & welder"),
            ("address", "robin.okafor@home.example"),
        ],
        "/p/{slug}/confirmations" => &[("ticket", "not-a-ticket"), ("code", "ABCD-EFGH")],
        "/receipt" | "/receipt/withdrawal" | "/receipt/name-removal" => {
            &[("code", "BW73-N4E4-TAVR-0VGZ-58XM-RQBE-DB9K")]
        }
        "/receipt/name" => {
            &[("code", "BW73-N4E4-TAVR-0VGZ-58XM-RQBE-DB9K"), ("name", "Robin <O>"), ("title", "Welder")]
        }
        "/receipt/statement" => &[("code", "BW73-N4E4-TAVR-0VGZ-58XM-RQBE-DB9K"), ("phrase", "gray <heron>")],
        "/sign-up" => &[("pseudonym", "Gray Heron"), ("mail", "heron@home.example")],
        "/sign-in" => &[("pseudonym", "Gray Heron"), ("next", "/organize/a")],
        "/recover" => &[("pseudonym", "Gray Heron"), ("recovery_code", "AAAAA-BBBBB-CCCCC-DDDDD")],
        "/account/mail" => &[("mail", "heron@home.example")],
        "/account/sessions/{id}/label" => &[("label", "The <old> laptop")],
        "/organize/{slug}/edit/{step}" => &[
            ("title", "Stop \"it\" <now>"),
            ("addressed_to", "The board & its chair"),
            ("summary", "\nOne\r\nTwo"),
            ("started_by", "Heron"),
            ("then", "next"),
        ],
        "/organize/{slug}/opening" => &[("how", "quietly")],
        "/organize/{slug}/extension" => &[("closes", "2026-09-15")],
        "/organize/{slug}/invitations" => &[("size", "120")],
        "/organize/{slug}/unsealing" => &[("openings", "[{\"index\": 4}]")],
        "/admin/petitions/{slug}/rejection" | "/admin/petitions/{slug}/takedown" => {
            &[("reason", "A reason\r\nof two <lines>")]
        }
        "/admin/petitions/{slug}/voids" => {
            &[("by", "names"), ("reason", "duplicate"), ("counted", "2"), ("chosen", "3"), ("chosen", "4")]
        }
        "/admin/petitions/{slug}/voids/{kind}" => {
            &[("reason", "duplicate"), ("page", "1"), ("chosen", "3"), ("chosen", "4")]
        }
        "/admin/petitions/{slug}/voids/{index}/reversal" => &[("counted", "2")],
        "/admin/petitions/{slug}/dispute" => &[("first", "3"), ("last", "9"), ("text", "What <is> said")],
        "/admin/employers/new" | "/admin/employers/{id}" => &[
            ("name", "Initech & daughters"),
            ("domains", "initech.example\r\ninitech.test"),
            ("head_count", "1200"),
            ("head_count_source", "https://example.org/report"),
        ],
        "/confirm/{token}"
        | "/sign-out"
        | "/account/passphrase"
        | "/account/recovery-codes"
        | "/account/sessions/revocation"
        | "/account/sessions/{id}/revocation"
        | "/organize"
        | "/organize/{slug}/closure"
        | "/organize/{slug}/signers/{index}/hiding"
        | "/admin/petitions/{slug}/approval"
        | "/admin/petitions/{slug}/signers/{index}/hiding" => &[],
        other => panic!("say what people type into the form at {other}"),
    }
}

/// The secret fields of a route's form.
fn secrets(pattern: &str) -> &'static [&'static str] {
    match pattern {
        "/sign-up" | "/sign-in" | "/recover" => &["passphrase"],
        "/account/passphrase" => &["current", "passphrase"],
        "/account/recovery-codes" => &["current"],
        _ => &[],
    }
}

const SECRET: &str = "the secret of seven quiet herons";

fn forms() -> impl Iterator<Item = &'static Row> {
    ROUTES.iter().filter(|row| row.verb == Verb::Post && !row.is_open())
}

fn send(browser: &Client<'_>, row: &Row, token: &str) -> Reply {
    let mut fields: Vec<(&str, &str)> = typed(row.pattern).to_vec();
    fields.extend(secrets(row.pattern).iter().map(|name| (*name, SECRET)));
    if row.form_token {
        fields.push(("form_token", token));
    }
    browser.post(&crate::support::path_of(row), &fields)
}

/// The fields of the form that goes to `path`, as a browser would send them again.
fn again(page: &Reply, path: &str) -> Vec<(String, String)> {
    let start = page.body.find(&format!("action=\"{path}\"")).unwrap_or_else(|| {
        panic!("no form to {path} on: {}", page.words());
    });
    let form = page.body[start..].split("</form>").next().unwrap();
    let mut fields = Vec::new();
    for tag in form.split('<').skip(1) {
        let attribute = |name: &str| {
            let value = tag.split('>').next()?.split_once(&format!(" {name}=\""))?.1.split('"').next()?;
            Some(unescaped(value))
        };
        let Some(name) = attribute("name") else { continue };
        if tag.starts_with("textarea") {
            let text = tag.split_once('>').unwrap().1;
            let text = unescaped(text.strip_prefix('\n').unwrap_or(text));
            fields.push((name, text.replace("\r\n", "\n").replace('\n', "\r\n")));
        } else if tag.starts_with("input") {
            let is_choice = tag.contains("type=\"radio\"") || tag.contains("type=\"checkbox\"");
            if is_choice && !tag.contains(" checked") {
                continue;
            }
            fields.push((name, attribute("value").unwrap_or_default()));
        }
    }
    fields
}

fn unescaped(text: &str) -> String {
    let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"");
    text.replace("&#60;", "<")
        .replace("&#62;", ">")
        .replace("&#34;", "\"")
        .replace("&#39;", "'")
        .replace("&#38;", "&")
        .replace("&amp;", "&")
}

#[track_caller]
fn assert_given_back(row: &Row, page: &Reply) {
    assert!(page.status >= 400, "{}: {}", row.pattern, page.status);
    assert!(!page.body.contains(SECRET), "{} repeats a passphrase", row.pattern);
    if typed(row.pattern).is_empty() && secrets(row.pattern).is_empty() {
        return;
    }
    let path = crate::support::path_of(row);
    let fields = again(page, &path);
    for (name, value) in typed(row.pattern) {
        let value = value.trim_start_matches('\n').to_owned();
        let has =
            |(one, kept): &(String, String)| one == name && kept.trim_start_matches(['\r', '\n']) == value;
        assert!(fields.iter().any(has), "{} lost “{name}”: {fields:?}", row.pattern);
    }
    for name in secrets(row.pattern) {
        assert!(fields.contains(&(String::from(*name), String::new())), "{}: {fields:?}", row.pattern);
    }
}

fn signed_in_only(row: &Row) -> bool {
    matches!(row.access, Access::Organizer | Access::Admin)
}

#[test]
fn whoever_was_signed_out_meanwhile_gets_every_form_back() {
    let app = TestApp::start();
    let browser = app.client();
    browser.set_cookie("session", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
    for row in forms().filter(|row| signed_in_only(row)) {
        let page = send(&browser, row, "the token of a session that ended");
        assert_given_back(row, &page);
        assert!(
            typed(row.pattern).is_empty() || page.words().contains("Sign in in another tab"),
            "{}",
            row.pattern
        );
    }
}

#[test]
fn whoever_signed_in_again_meanwhile_gets_every_form_back_with_a_fresh_token() {
    let app = TestApp::start();
    let admin = app.admin();
    let token = admin.browser.get("/account").hidden("form_token").unwrap();
    for row in forms().filter(|row| row.form_token) {
        let page = send(&admin.browser, row, "the token of another session").expect(403);
        assert_given_back(row, &page);
        let fields = again(&page, &crate::support::path_of(row));
        assert!(fields.contains(&(String::from("form_token"), token.clone())), "{}", row.pattern);
    }
}

#[test]
fn while_the_database_is_away_every_form_comes_back() {
    let soon = Bounds { connection: Duration::from_millis(20), ..Bounds::DEFAULT };
    let app = TestApp::builder().connections(1).bounds(soon).start();
    // The only connection is made in the background; each of these waits for it as long as the bound says.
    while app.ctx.store.read(|_: &mut Db| Ok::<_, Error>(())).is_err() {}
    let admin = app.admin();
    let token = admin.browser.get("/account").hidden("form_token").unwrap();
    let put_off = app.ctx.store.read(|_held: &mut Db| {
        let mut put_off = 0;
        for row in forms() {
            let page = send(&admin.browser, row, &token);
            assert_given_back(row, &page);
            if row.form_token {
                let fields = again(&page, &crate::support::path_of(row));
                // Nobody could look the session up: the token that came is good for the next try.
                assert!(fields.contains(&(String::from("form_token"), token.clone())), "{}", row.pattern);
            }
            put_off += usize::from(page.status == 503);
        }
        Ok::<_, Error>(put_off)
    });
    assert!(put_off.unwrap() > forms().count() * 2 / 3, "most never asked the database");
}

#[test]
fn a_field_that_this_site_does_not_know_does_not_cost_the_others() {
    let app = TestApp::start();
    let petition = app.petition();
    let mut fields = typed("/p/{slug}/signatures").to_vec();
    fields.push(("added_by_a_toolbar", "something"));
    let page = app.client().post(&petition.signatures(), &fields).expect(400);
    let kept = again(&page, &petition.signatures());
    assert!(kept.iter().all(|(name, _)| name != "added_by_a_toolbar"), "{kept:?}");
    page.says("something");
    let kept: Vec<(&str, &str)> = kept.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    app.client().post(&petition.signatures(), &kept).expect(200);
    app.deliver_mail();
}

fn as_sent(fields: &[(String, String)]) -> Vec<(&str, &str)> {
    fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
}

fn body_of(app: &TestApp, member: &Member<'_>, slug: &str) -> String {
    petitions::load(&app.ctx, slug, member.id, Capability::Write).unwrap().unwrap().draft.body
}

#[test]
fn the_session_ends_while_somebody_writes_20_000_characters_and_no_letter_is_lost() {
    let app = TestApp::start();
    let heron = app.organizer("Heron");
    let slug = petitions::create(&app.ctx, heron.id).unwrap().unwrap();
    let path = format!("/organize/{slug}/edit/text");
    let old = heron.browser.get(&path).expect(200);
    let (token, version) = (old.hidden("form_token").unwrap(), old.hidden("version").unwrap());
    // The longest that a text can be on the way.
    let text = "𐍈".repeat(20_000);
    sessions::end_everywhere(&app.ctx, heron.id).unwrap();
    let fields = [
        ("form_token", token.as_str()),
        ("version", &version),
        ("body", &text),
        ("demands", "End it"),
        ("then", "save"),
    ];
    let refused = heron.browser.post(&path, &fields).expect(403);
    refused.says("You are signed out");
    let kept = again(&refused, &path);
    assert!(kept.contains(&(String::from("body"), text.clone())));

    // In another tab of the same browser.
    let sign_in = [("pseudonym", "Heron"), ("passphrase", PASSPHRASE), ("next", "")];
    heron.browser.post("/sign-in", &sign_in).expect(303);
    let older = heron.browser.post(&path, &as_sent(&kept)).expect(403);
    let kept = again(&older, &path);
    heron.browser.post(&path, &as_sent(&kept)).expect(303);
    assert_eq!(body_of(&app, &heron, &slug), text);
}

#[test]
fn a_text_that_is_too_long_is_not_stored_and_comes_back_whole_with_its_field_named() {
    let app = TestApp::start();
    let heron = app.organizer("Heron");
    let slug = petitions::create(&app.ctx, heron.id).unwrap().unwrap();
    let path = format!("/organize/{slug}/edit/text");
    let long = "𐍈".repeat(20_001);
    let longer = "字".repeat(150_000);
    for text in [long.as_str(), longer.as_str()] {
        let fields = [("body", text), ("demands", "End it"), ("then", "save")];
        let page = heron.browser.submit(&path, &path, &fields).expect(422);
        page.says("Use 20,000 characters at most");
        assert!(page.body.contains("href=\"#body\""));
        let kept = again(&page, &path);
        assert!(kept.contains(&(String::from("body"), String::from(text))));
        assert_eq!(body_of(&app, &heron, &slug), "");
    }
}

#[test]
fn no_field_of_a_draft_can_be_used_to_fill_the_disk() {
    let app = TestApp::start();
    let heron = app.organizer("Heron");
    let employer = app.employer("Initech", "initech.example");
    let slug = petitions::create(&app.ctx, heron.id).unwrap().unwrap();
    petitions::save(&app.ctx, &slug, heron.id, &draft(employer)).unwrap();
    let before = petitions::load(&app.ctx, &slug, heron.id, Capability::Write).unwrap().unwrap().draft;
    // More than any field takes, in each way in which a text can be long.
    let long = "x".repeat(60_000);
    let many = "x\r\n".repeat(15_000);
    let blank = " \r\n".repeat(15_000);
    let mut tried = 0;
    for step in ["basics", "text", "contracts", "signers", "schedule"] {
        let path = format!("/organize/{slug}/edit/{step}");
        let form = again(&heron.browser.get(&path).expect(200), &path);
        let fixed = ["form_token", "version", "then", "work_mail", "invite", "any_mail"];
        let mut names: Vec<&str> = form.iter().map(|(name, _)| name.as_str()).collect();
        names.extend(["c0_supplier", "c0_status"].iter().filter(|_| step == "contracts"));
        for text in [&long, &many, &blank] {
            let fields: Vec<(&str, &str)> = names
                .iter()
                .map(|name| match form.iter().find(|(one, _)| one == name && fixed.contains(name)) {
                    Some((_, value)) => (*name, value.as_str()),
                    None => (*name, text.as_str()),
                })
                .collect();
            let page = heron.browser.post(&path, &fields).expect(422);
            for name in names.iter().filter(|name| !fixed.contains(name)) {
                assert!(page.body.contains(&format!("href=\"#{name}\"")), "{name} is not named");
                tried += 1;
            }
        }
    }
    assert!(tried > 80, "{tried}");
    assert!(
        petitions::load(&app.ctx, &slug, heron.id, Capability::Write).unwrap().unwrap().draft == before,
        "something was stored"
    );
}

#[test]
fn the_second_of_two_tabs_is_told_of_the_first_and_both_texts_are_there() {
    let app = TestApp::start();
    let heron = app.organizer("Heron");
    let slug = petitions::create(&app.ctx, heron.id).unwrap().unwrap();
    let path = format!("/organize/{slug}/edit/text");
    let tab = || {
        let page = heron.browser.get(&path).expect(200);
        (page.hidden("form_token").unwrap(), page.hidden("version").unwrap())
    };
    let ((token, first), (_, second)) = (tab(), tab());
    let with = |version: &str, body: &str| {
        let fields = [
            ("form_token", token.as_str()),
            ("version", version),
            ("body", body),
            ("demands", ""),
            ("then", "save"),
        ];
        heron.browser.post(&path, &fields)
    };
    with(&first, "Written in the first tab.").expect(303);
    let told = with(&second, "Written in the second tab.").expect(409);
    told.says("saved in another tab").says("Written in the first tab.").says("Written in the second tab.");
    assert_eq!(body_of(&app, &heron, &slug), "Written in the first tab.", "nothing is overwritten unasked");

    // On purpose, from the page that showed both.
    let kept = again(&told, &path);
    heron.browser.post(&path, &as_sent(&kept)).expect(303);
    assert_eq!(body_of(&app, &heron, &slug), "Written in the second tab.");
    // The same form sent twice is no conflict, and neither is another step.
    with(&first, "Written in the second tab.").expect(303);
    let basics = format!("/organize/{slug}/edit/basics");
    let old = heron.browser.get(&basics).expect(200);
    let (_, version) = tab();
    with(&version, "Written later.").expect(303);
    let form = again(&old, &basics);
    heron.browser.post(&basics, &as_sent(&form)).expect(303);
}

#[test]
fn a_petition_that_was_sent_in_meanwhile_keeps_what_is_still_being_written() {
    let app = TestApp::builder().review_required().start();
    let heron = app.organizer("Heron");
    let employer = app.employer("Initech", "initech.example");
    let slug = petitions::create(&app.ctx, heron.id).unwrap().unwrap();
    petitions::save(&app.ctx, &slug, heron.id, &draft(employer)).unwrap();
    let path = format!("/organize/{slug}/edit/text");
    let token = heron.browser.get(&path).expect(200).hidden("form_token").unwrap();
    petitions::send_in(&app.ctx, &slug, heron.id, How::Open).unwrap();
    let fields = [("form_token", token.as_str()), ("body", "Still being written."), ("demands", "")];
    let page = heron.browser.post(&path, &fields);
    assert!(matches!(page.status, 404 | 409), "{}", page.status);
    page.says("Still being written.");
}

#[test]
fn what_a_page_of_another_site_sent_is_shown_nowhere() {
    let app = TestApp::start();
    let admin = app.admin();
    let strangers = [
        &[("origin", "https://evil.example")][..],
        &[("sec-fetch-site", "cross-site")],
        &[("sec-fetch-site", "same-site"), ("origin", "https://evil.example")],
    ];
    let nobody = app.client();
    for row in forms() {
        for provenance in strangers {
            for browser in [&admin.browser, &nobody] {
                let path = crate::support::path_of(row);
                let page =
                    browser.post_with(&path, &[("name", "Pay here"), ("reason", "Pay here")], provenance);
                assert!(page.status >= 400, "{}", row.pattern);
                assert!(!page.body.contains("Pay here"), "{} {provenance:?}", row.pattern);
            }
        }
    }
    // Where the browser hides which page it was, it may have been theirs: a text to copy, and nothing to press.
    let path = "/organize/a-petition/edit/text";
    let page = admin.browser.post_with(path, &[("body", "A long text")], &[("origin", "null")]).expect(403);
    page.says("A long text");
    assert!(!page.body.contains(&format!("action=\"{path}\"")), "it can be sent");
}
