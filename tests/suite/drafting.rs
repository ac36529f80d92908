//! Writing a petition in steps, opening it, watching it, closing it.

use undersigned::{
    actions::{
        moderation,
        petitions::{self, How},
    },
    db,
    domain::{draft::last_second, petition::PetitionState, reason::Reason},
};

use crate::support::{TestApp, draft};

#[test]
fn an_organizer_writes_a_petition_in_steps_and_opens_it() {
    let app = TestApp::start();
    let heron = app.organizer("Heron");
    let employer = app.employer("Initech", "initech.example").to_string();
    let browser = &heron.browser;
    let first = browser.submit("/organize", "/organize", &[]).expect(303);
    let basics = String::from(first.location());
    let root = basics.trim_end_matches("/edit/basics");

    // A mistake: everything typed is kept, and said beside the field.
    let wrong = [
        ("title", "Stop selling the tracking service"),
        ("addressed_to", ""),
        ("summary", "The agency uses it."),
        ("started_by", "Heron"),
        ("then", "next"),
    ];
    let again = browser.submit(&basics, &basics, &wrong).expect(422);
    again.says("There is a problem").says("Fill this in");
    let kept = browser.get(&basics).expect(200);
    assert_eq!(kept.input_value("title").as_deref(), Some("Stop selling the tracking service"));

    let mut right = wrong;
    right[1].1 = "The board of Initech";
    let next = browser.submit(&basics, &basics, &right).expect(303);
    assert_eq!(next.location(), format!("{root}/edit/text"));
    let text = format!("{root}/edit/text");
    let typed =
        [("body", "We build this.\n\n## Why now\n\nIt is renewed."), ("demands", "End it"), ("then", "next")];
    browser.submit(&text, &text, &typed).expect(303);
    let contracts = format!("{root}/edit/contracts");
    let typed = [
        ("c0_supplier", employer.as_str()),
        ("c0_customer", "The Agency"),
        ("c0_title", "Tracking"),
        ("c0_provides", "Search"),
        ("c0_value", ""),
        ("c0_currency", ""),
        ("c0_status", "active"),
        ("c0_starts", ""),
        ("c0_ends", ""),
        ("c0_s0_url", "https://example.org/notice"),
        ("c0_s0_publisher", "The Gazette"),
        ("c0_s0_published", ""),
        ("c0_s0_shows", "The award"),
    ];
    let more: Vec<_> = typed.iter().copied().chain([("then", "add-source-0")]).collect();
    browser.submit(&contracts, &contracts, &more).expect(303);
    assert!(browser.get(&contracts).expect(200).body.contains("c0_s1_url"), "one source more");
    let done: Vec<_> = typed.iter().copied().chain([("then", "next")]).collect();
    browser.submit(&contracts, &contracts, &done).expect(303);
    let signers = format!("{root}/edit/signers");
    let typed = [
        ("employer", employer.as_str()),
        ("proposed_name", ""),
        ("proposed_domains", ""),
        ("counting", "together"),
        ("work_mail", "yes"),
        ("invite", "yes"),
        ("any_mail", "yes"),
        ("then", "next"),
    ];
    browser.submit(&signers, &signers, &typed).expect(303);

    // The schedule is still missing: opening says so and opens nothing.
    let opening = format!("{root}/opening");
    browser.get(&opening).expect(200).says("Choose a day");
    let schedule = format!("{root}/edit/schedule");
    let typed = [("goal", "100"), ("closes", "2026-08-31"), ("extend_until", ""), ("then", "next")];
    let next = browser.submit(&schedule, &schedule, &typed).expect(303);
    assert_eq!(next.location(), opening);

    let preview = browser.get(&format!("{root}/preview")).expect(200);
    preview.says("This is a preview").says("The board of Initech");
    let opened = browser.submit(&opening, &opening, &[("how", "open")]).expect(303);
    assert_eq!(opened.location(), "/organize/stop-selling-the-tracking-service");
    let public = app.client().get("/p/stop-selling-the-tracking-service").expect(200);
    let text_of = |page: &str| {
        let start = page.find("<h1").expect("a heading");
        let end = page.find("id=\"sign\"").expect("the form");
        String::from(&page[start..end])
    };
    assert_eq!(
        text_of(&public.body).matches("<h2").count(),
        text_of(&preview.body).matches("<h2").count(),
        "the preview has the parts of the public page"
    );
    browser.get("/organize/stop-selling-the-tracking-service").expect(200).says("Dashboard");
    browser.get("/organize").expect(200).says("Stop selling the tracking service");
}

#[test]
fn the_preview_of_an_unfinished_draft_says_what_is_not_written_yet() {
    let app = TestApp::start();
    let heron = app.organizer("Heron");
    let slug = petitions::create(&app.ctx, heron.id).unwrap().unwrap();
    let preview = format!("/organize/{slug}/preview");
    let page = heron.browser.get(&preview).expect(200);
    page.says("To: (not written yet)").says("@(not written yet)").does_not_say("Would close");
    assert!(page.body.contains("<h1 dir=\"auto\">(not written yet)</h1>"), "the title");
    // Employer and source of a contract that has nothing but a status.
    let mut typed = draft(app.employer("Initech", "initech.example"));
    let whole = typed.clone();
    typed.contracts[0].customer.clear();
    typed.contracts[0].sources[0].url.clear();
    typed.started_by.clear();
    petitions::save(&app.ctx, &slug, heron.id, &typed).unwrap();
    let page = heron.browser.get(&preview).expect(200);
    page.says("(not written yet)").says("The board of Initech");
    assert!(!page.body.contains("href=\"\""), "a link to nowhere");
    petitions::save(&app.ctx, &slug, heron.id, &whole).unwrap();
    heron.browser.get(&preview).expect(200).does_not_say("not written yet");
}

#[test]
fn another_organizer_finds_none_of_my_pages() {
    let app = TestApp::start();
    let heron = app.organizer("Heron");
    let slug = petitions::create(&app.ctx, heron.id).unwrap().unwrap();
    let other = app.organizer("Somebody Else");
    for rest in ["", "/edit/basics", "/preview", "/opening", "/closure", "/signers"] {
        other.browser.get(&format!("/organize/{slug}{rest}")).expect(404);
    }
    for rest in ["/edit/basics", "/opening", "/closure", "/extension", "/signers/0/hiding"] {
        let status = other.browser.submit("/organize", &format!("/organize/{slug}{rest}"), &[]).status;
        assert!(matches!(status, 404 | 422), "{rest}: {status}");
    }
    heron.browser.get(&format!("/organize/{slug}/edit/basics")).expect(200);
}

#[test]
fn closing_takes_seven_days_notice_and_a_petition_can_be_extended() {
    let app = TestApp::start();
    let heron = app.organizer("Heron");
    let petition = app.petition_of(&heron, How::Open, |_| ());
    let root = format!("/organize/{}", petition.slug);
    heron.browser.submit(&root, &format!("{root}/extension"), &[("closes", "2026-09-15")]).expect(303);
    heron.browser.submit(&root, &format!("{root}/extension"), &[("closes", "2026-07-01")]).expect(422);
    heron.browser.get(&format!("{root}/closure")).expect(200).says("10 June 2026 (23:59 UTC)");
    heron.browser.submit(&format!("{root}/closure"), &format!("{root}/closure"), &[]).expect(303);
    let found = app.ctx.store.read(|db| db::petitions::by_slug(db, &petition.slug)).unwrap().unwrap();
    let notice_ends = last_second(app.ctx.now().plus_days(7).day());
    assert_eq!(found.closes, Some(notice_ends));
    assert_eq!(found.state, PetitionState::Open, "it takes signatures until then");
}

#[test]
fn closing_early_and_then_extending_takes_no_day_from_ballots_that_people_saved() {
    let app = TestApp::start();
    let heron = app.organizer("Heron");
    let petition = app.petition_of(&heron, How::Open, |_| ());
    let root = format!("/organize/{}", petition.slug);
    let cast_until =
        || app.ctx.store.read(|db| db::petitions::by_slug(db, &petition.slug)).unwrap().unwrap().cast_until;
    let promised = cast_until();
    heron.browser.submit(&format!("{root}/closure"), &format!("{root}/closure"), &[]).expect(303);
    assert_eq!(cast_until(), promised, "closing early");
    let later = [("closes", "2026-06-12"), ("call_off", "yes")];
    heron.browser.submit(&root, &format!("{root}/extension"), &later).expect(303);
    assert_eq!(cast_until(), promised, "two days later than that");
}

#[test]
fn a_name_that_the_owner_hid_stays_hidden_and_still_counts() {
    let app = TestApp::start();
    let heron = app.organizer("Heron");
    let petition = app.petition_of(&heron, How::Open, |_| ());
    app.sign(&petition, "work-mail", "Robin Okafor", "robin.okafor@initech.example");
    let names = format!("/organize/{}/signers", petition.slug);
    let page = heron.browser.get(&names).expect(200);
    let hiding = page.body.split("action=\"").find_map(|rest| {
        let path = rest.split('"').next()?;
        path.ends_with("/hiding").then(|| String::from(path))
    });
    heron.browser.submit(&names, &hiding.expect("a button"), &[]).expect(303);
    app.client().get(&format!("{}/signers", petition.path())).expect(200).does_not_say("Robin Okafor");
    let found =
        undersigned::actions::queries::pages::at_public_place(&app.ctx, &petition.slug).unwrap().unwrap();
    assert_eq!(found.view.tally.crowds[0].number, 1);
}

#[test]
fn where_review_is_required_a_petition_waits_for_an_admin() {
    let app = TestApp::builder().review_required().start();
    let heron = app.organizer("Heron");
    let employer = app.employer("Globex", "globex.example");
    let slug = petitions::create(&app.ctx, heron.id).unwrap().unwrap();
    let mut typed = draft(employer);
    typed.proposed_name = String::from("Hooli");
    typed.proposed_domains = String::from("hooli.example");
    petitions::save(&app.ctx, &slug, heron.id, &typed).unwrap();
    let opening = format!("/organize/{slug}/opening");
    let sent = heron.browser.submit(&opening, &opening, &[("how", "open")]).expect(303);
    let slug = sent.location().rsplit('/').next().map(String::from).unwrap();
    app.client().get(&format!("/p/{slug}")).expect(404);
    let reason = Reason::parse("Name a public source for the value.").unwrap();
    moderation::reject(&app.ctx, &slug, &reason).unwrap();
    heron.browser.get(&format!("/organize/{slug}/edit/basics")).expect(200).says("Name a public source");
    let opening = format!("/organize/{slug}/opening");
    heron.browser.submit(&opening, &opening, &[("how", "open")]).expect(303);
    assert_eq!(moderation::approve(&app.ctx, &slug).unwrap(), moderation::Decided::Done);
    app.client().get(&format!("/p/{slug}")).expect(200).says("Hooli");
}

#[test]
fn a_source_is_read_as_browsers_read_it_and_says_where_it_leads() {
    let app = TestApp::start();
    let owner = app.organizer("Heron");
    let petition = app.petition_of(&owner, How::Open, |draft| {
        let sources = &mut draft.contracts[0].sources;
        sources[0].url = String::from(" HTTPS://Example.ORG/Notice ");
        let mut alike = sources[0].clone();
        // A Cyrillic letter in the name of the host.
        alike.url = String::from("https://www.ex\u{430}mple.org/notice");
        sources.push(alike);
    });
    let page = app.client().get(&petition.path()).expect(200);
    assert!(page.body.contains("href=\"https://example.org/Notice\""), "{}", page.body);
    page.says("(example.org)").says("(www.xn--exmple-4nf.org)");
}

#[test]
fn a_source_that_leads_nowhere_or_holds_a_password_is_sent_back_with_what_to_do() {
    let app = TestApp::start();
    let heron = app.organizer("Heron");
    let employer = app.employer("Initech", "initech.example").to_string();
    let basics = heron.browser.submit("/organize", "/organize", &[]).expect(303);
    let contracts = basics.location().replace("basics", "contracts");
    for (url, words) in [
        ("https://", "names no site that readers can open"),
        ("https://localhost/notice", "names no site that readers can open"),
        ("https://user:pw@example.org/", "Leave that part out"),
        ("https://example.org/a b", "in one piece"),
        ("example.org", "begins with https:// or http://"),
        ("https://exam\u{200b}ple.org/", "(U+200B) after “https://exam”"),
    ] {
        let typed = [
            ("c0_supplier", employer.as_str()),
            ("c0_customer", "The Agency"),
            ("c0_title", "Tracking"),
            ("c0_provides", "Search"),
            ("c0_value", ""),
            ("c0_currency", ""),
            ("c0_status", "active"),
            ("c0_starts", ""),
            ("c0_ends", ""),
            ("c0_s0_url", url),
            ("c0_s0_publisher", "The Gazette"),
            ("c0_s0_published", ""),
            ("c0_s0_shows", "The award"),
            ("then", "next"),
        ];
        heron.browser.submit(&contracts, &contracts, &typed).expect(422).says(words);
    }
}
