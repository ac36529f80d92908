//! What admins decide, through their pages: petitions approved, rejected, taken down; employers; names hidden.
//! For anyone else these pages do not exist.

use undersigned::{
    actions::petitions::{self, How},
    domain::draft::Draft,
};

use crate::support::{Client, Petition, Reply, TestApp, draft};

/// Fills in and sends the form on the page at `from` whose action ends in `ending`.
#[track_caller]
fn send(browser: &Client<'_>, from: &str, ending: &str, fields: &[(&str, &str)]) -> Reply {
    let page = browser.get(from).expect(200);
    let action = action(&page, ending).unwrap_or_else(|| panic!("no form to {ending} on {from}"));
    browser.submit(from, &action, fields)
}

/// Where a form on the page goes.
fn action(page: &Reply, ending: &str) -> Option<String> {
    let actions = page.body.split("action=\"").skip(1).filter_map(|rest| rest.split('"').next());
    actions.filter(|action| action.ends_with(ending)).map(String::from).next()
}

/// What stands in a text area of the page.
fn text_area(page: &Reply, name: &str) -> Option<String> {
    let rest = page.body.split_once(&format!("name=\"{name}\""))?.1.split_once(">\n")?.1;
    rest.split("</textarea>").next().map(String::from)
}

fn links_to(page: &Reply, path: &str) -> bool {
    page.body.contains(&format!("href=\"{path}\""))
}

fn review(petition: &Petition) -> String {
    format!("/admin/petitions/{}", petition.slug)
}

fn propose_hooli(draft: &mut Draft) {
    draft.proposed_name = String::from("Hooli");
    draft.proposed_domains = String::from("hooli.example mail.hooli.example");
}

#[test]
fn an_admin_approves_a_proposed_employer_and_its_petition_in_one_step() {
    let app = TestApp::start();
    let heron = app.organizer("Heron");
    let petition = app.petition_of(&heron, How::Open, propose_hooli);
    let admin = app.admin().browser;
    let queue = admin.get("/admin").expect(200);
    queue.says("Stop selling the tracking service").says("Written by Heron");
    queue.says("Proposes the employer Hooli with @hooli.example, @mail.hooli.example");
    assert!(links_to(&queue, &review(&petition)));

    let page = admin.get(&review(&petition)).expect(200);
    page.says("The board of Initech").says("Publish what was delivered").says("Why now").says("The Gazette");
    page.says("Approving lists an employer").says("can ask the staff of Hooli");
    let done = send(&admin, &review(&petition), "/approval", &[]).expect(303);
    assert_eq!(done.location(), review(&petition));
    admin.get(done.location()).expect(200).says("Open for signatures");

    app.client().get(&petition.path()).expect(200).says("Hooli");
    admin.get("/admin/employers").expect(200).says("Hooli").says("@hooli.example, @mail.hooli.example");
    app.sign(&petition, "work-mail", "Robin Okafor", "robin@hooli.example");
    let queue = admin.get("/admin").expect(200);
    queue.says("No petition waits for a decision").says("Started 3 June 2026");
    admin.submit("/admin", &format!("{}/approval", review(&petition)), &[]).expect(409);
}

#[test]
fn a_petition_that_was_to_start_quietly_does_so_once_it_is_approved() {
    let app = TestApp::builder().review_required().start();
    let heron = app.organizer("Heron");
    let petition = app.petition_of(&heron, How::Quietly, |_| ());
    let admin = app.admin().browser;
    admin.get(&review(&petition)).expect(200).says("wants to start quietly").does_not_say("Approving lists");
    send(&admin, &review(&petition), "/approval", &[]).expect(303);
    app.client().get(&petition.path()).expect(404);
    let dashboard = heron.browser.get(&format!("/organize/{}", petition.slug)).expect(200);
    dashboard.says("Your secret link").says("/p/quiet-");
    let page = admin.get(&review(&petition)).expect(200);
    page.says("Gathering quietly");
    assert!(!page.body.contains("/p/quiet-"), "the secret link is the organizer's");
    admin.get(&format!("{}/signers", review(&petition))).expect(404);
}

#[test]
fn an_organizer_reads_why_her_petition_was_rejected() {
    let app = TestApp::builder().review_required().start();
    let heron = app.organizer("Heron");
    let petition = app.petition_of(&heron, How::Open, |_| ());
    let admin = app.admin().browser;
    let reason = [("reason", "Name a public source.\r\n\r\nAnd leave out the <private> person.")];
    let done = send(&admin, &review(&petition), "/rejection", &reason).expect(303);
    admin.get(done.location()).expect(200).says("Rejected").says("Name a public source.");
    app.client().get(&petition.path()).expect(404);
    let list = admin.get("/admin").expect(200);
    assert!(links_to(list.says("Decided petitions").says("Rejected"), &review(&petition)), "it can be found");

    let home = format!("/organize/{}", petition.slug);
    heron.browser.get(&home).expect(200).says("And leave out the <private> person.");
    heron.browser.get(&format!("{home}/edit/basics")).expect(200).says("Name a public source.");
    let again = [("reason", "Once more.")];
    admin.submit("/admin", &format!("{}/rejection", review(&petition)), &again).expect(409);

    send(&heron.browser, &format!("{home}/opening"), "/opening", &[("how", "open")]).expect(303);
    admin.get("/admin").expect(200).says("Written by Heron");
    admin.get(&review(&petition)).expect(200).does_not_say("Name a public source.");
    send(&admin, &review(&petition), "/approval", &[]).expect(303);
    app.client().get(&petition.path()).expect(200);
}

#[test]
fn a_petition_taken_down_says_why_and_takes_no_signatures() {
    let app = TestApp::start();
    let heron = app.organizer("Heron");
    let petition = app.petition_of(&heron, How::Open, |_| ());
    app.sign(&petition, "work-mail", "Robin Okafor", "robin.okafor@initech.example");
    let admin = app.admin().browser;
    let queue = admin.get("/admin").expect(200);
    assert!(links_to(&queue, &review(&petition)));

    // The first page holds no form that takes down: it leads to one that asks.
    let page = admin.get(&review(&petition)).expect(200);
    let asks = format!("{}/takedown", review(&petition));
    assert!(links_to(&page, &asks) && action(&page, "/takedown").is_none());
    admin.get(&asks).expect(200).says("Take it down for good").says("it never comes back");
    app.client().get(&petition.path()).expect(200);
    let done = send(&admin, &asks, "/takedown", &[("reason", "A court ordered it.\nCase 4/26.")]).expect(303);
    admin.get(done.location()).expect(200).says("Taken down").says("A court ordered it. Case 4/26.");
    let list = admin.get("/admin").expect(200);
    assert!(links_to(list.says("Taken down"), &review(&petition)), "it can still be found");

    let gone = app.client().get(&petition.path()).expect(410);
    gone.says("A court ordered it. Case 4/26.").does_not_say("We know what it does");
    app.client().get(&format!("{}/signers", petition.path())).expect(410).does_not_say("Robin Okafor");
    let asked = app.client().ask(&petition, "work-mail", "Ada Lovelace", "ada@initech.example");
    asked.expect(410).says("A court ordered it.");
    assert_eq!(app.mails_to("ada@initech.example"), 0);
    app.client().get("/petitions").expect(200).does_not_say("Stop selling");
    heron.browser.get(&format!("/organize/{}", petition.slug)).expect(200).says("A court ordered it.");

    assert_eq!(admin.get(&asks).expect(303).location(), review(&petition));
    admin.submit("/admin", &asks, &[("reason", "Again.")]).expect(409);
    admin.submit("/admin", &asks, &[("reason", "")]).expect(409);
    admin.get(&format!("{}/signers", review(&petition))).expect(404);
}

#[test]
fn nobody_but_an_admin_learns_that_the_admin_pages_exist() {
    let app = TestApp::start();
    let heron = app.organizer("Heron");
    let petition = app.petition_of(&heron, How::Open, |_| ());
    let (root, nobody) = (review(&petition), app.client());
    let employer = format!("/admin/employers/{}", petition.employers[0]);
    let pages = ["/admin", "/admin/employers", "/admin/employers/new", &employer, &root];
    let pages: Vec<String> = pages
        .into_iter()
        .map(String::from)
        .chain([format!("{root}/takedown"), format!("{root}/signers")])
        .collect();
    let admin = app.admin().browser;
    for browser in [&nobody, &heron.browser] {
        let unknown = browser.get("/no-such-page").expect(404);
        for path in &pages {
            admin.get(path).expect(200);
            assert_eq!(browser.get(path).expect(404).words(), unknown.words(), "{path}");
        }
        for path in ["approval", "rejection", "takedown", "signers/0/hiding"] {
            browser.post(&format!("{root}/{path}"), &[("reason", "Because.")]).expect(404);
        }
        browser.post(&employer, &[("name", "Mine")]).expect(404);
        assert!(!links_to(&browser.get("/"), "/admin"));
    }
    let token = heron.browser.get("/organize").hidden("form_token").expect("a token");
    let reason = [("form_token", token.as_str()), ("reason", "I want it gone.")];
    heron.browser.post(&format!("{root}/takedown"), &reason).expect(404);
    app.client().get(&petition.path()).expect(200);
    assert!(links_to(&admin.get("/"), "/admin"));
}

#[test]
fn a_draft_that_was_never_sent_in_is_not_for_admins() {
    let app = TestApp::builder().review_required().start();
    let heron = app.organizer("Heron");
    let employer = app.employer("Initech", "initech.example");
    let slug = petitions::create(&app.ctx, heron.id).unwrap().unwrap();
    petitions::save(&app.ctx, &slug, heron.id, &draft(employer)).unwrap();
    let admin = app.admin().browser;
    let root = format!("/admin/petitions/{slug}");
    admin.get("/admin").expect(200).does_not_say("Stop selling");
    for rest in ["", "/takedown", "/signers"] {
        admin.get(&format!("{root}{rest}")).expect(404);
    }
    for rest in ["/approval", "/rejection", "/takedown"] {
        let fields: &[(&str, &str)] = if rest == "/approval" { &[] } else { &[("reason", "No.")] };
        admin.submit("/admin", &format!("{root}{rest}"), fields).expect(404);
    }
}

#[test]
fn what_is_rewritten_after_a_rejection_is_not_for_admins_until_it_is_sent_in_again() {
    let app = TestApp::builder().review_required().start();
    let heron = app.organizer("Heron");
    let petition = app.petition_of(&heron, How::Open, |_| ());
    let admin = app.admin().browser;
    send(&admin, &review(&petition), "/rejection", &[("reason", "Shorter, please.")]).expect(303);
    let basics = format!("/organize/{}/edit/basics", petition.slug);
    let typed = [
        ("title", "Stop it at once"),
        ("addressed_to", "The board of Initech"),
        ("summary", "We ask again."),
        ("started_by", "Heron"),
        ("then", "save"),
    ];
    heron.browser.submit(&basics, &basics, &typed).expect(303);
    let page = admin.get(&review(&petition)).expect(200);
    page.says("Stop selling the tracking service").does_not_say("Stop it at once");
}

#[test]
fn an_admin_hides_a_name_and_the_count_stays() {
    let app = TestApp::start();
    let petition = app.petition();
    app.sign(&petition, "work-mail", "Robin Okafor", "robin.okafor@initech.example");
    app.sign(&petition, "work-mail", "Ada Lovelace", "ada@initech.example");
    let admin = app.admin().browser;
    let names = format!("{}/signers", review(&petition));
    assert!(links_to(&admin.get(&review(&petition)).expect(200), &names));
    let page = admin.get(&names).expect(200);
    page.says("Robin Okafor").says("2 signatures by work address");
    let before_robin = page.body.find("Robin Okafor").expect("her name");
    let hiding = page.body[before_robin..].split("action=\"").nth(1).expect("a button");
    let hiding = hiding.split('"').next().expect("a path");
    assert_eq!(admin.submit(&names, hiding, &[]).expect(303).location(), names);

    let public = app.client().get(&format!("{}/signers", petition.path())).expect(200);
    public.does_not_say("Robin Okafor").says("Ada Lovelace").says("2 signatures by work address");
    let page = admin.get(&names).expect(200);
    page.does_not_say("Robin Okafor").says("Name hidden");
    assert_eq!(page.body.matches("/hiding\"").count(), 1, "what is hidden has no button, and none to reveal");
    admin.submit(&names, &format!("{names}/999/hiding"), &[]).expect(404);
}

#[test]
fn a_public_mail_provider_is_never_an_employers_domain() {
    let app = TestApp::start();
    let admin = app.admin().browser;
    let fields =
        |domains| [("name", "Hooli"), ("domains", domains), ("head_count", ""), ("head_count_source", "")];
    let refused = send(&admin, "/admin/employers/new", "/new", &fields("hooli.example gmail.com"));
    let refused = refused.expect(422);
    refused.says("There is a problem").says("Anyone can get an address from this mail provider.");
    admin.get("/admin/employers").expect(200).does_not_say("Hooli");

    let added = send(&admin, "/admin/employers/new", "/new", &fields("hooli.example")).expect(303);
    let page = String::from(added.location());
    admin.get(&page).expect(200).says("Saved.");
    let id = page.trim_end_matches("?saved=yes").rsplit('/').next().expect("an id");
    send(&admin, &page, id, &fields("proton.me")).expect(422).says("Anyone can get an address");
    admin.get("/admin/employers").expect(200).says("@hooli.example").does_not_say("proton.me");
}

#[test]
fn what_an_admin_typed_is_kept_when_something_is_wrong() {
    let app = TestApp::start();
    let heron = app.organizer("Heron");
    let waiting = app.petition_of(&heron, How::Open, propose_hooli);
    let admin = app.admin().browser;
    let typed = [
        ("name", "Massive & \"Dynamic\""),
        ("domains", "massive.example\r\nnot a domain"),
        ("head_count", "many"),
        ("head_count_source", "the annual report"),
    ];
    let again = send(&admin, "/admin/employers/new", "/new", &typed).expect(422);
    for (name, value) in [typed[0], typed[2], typed[3]] {
        assert_eq!(again.input_value(name).as_deref(), Some(value), "{name}");
    }
    assert_eq!(text_area(&again, "domains").as_deref(), Some("massive.example\r\nnot a domain"));
    again.says("This is not a mail domain").says("Enter a whole number").says("Enter a web address");
    for source in ["https://", "https://user:pw@hooli.example/report"] {
        let fields = [
            ("name", "Hooli"),
            ("domains", "a.example"),
            ("head_count", "12"),
            ("head_count_source", source),
        ];
        let again = send(&admin, "/admin/employers/new", "/new", &fields).expect(422);
        again.says("This web address");
    }
    let alone = [("name", ""), ("domains", ""), ("head_count", "1200"), ("head_count_source", "")];
    let again = send(&admin, "/admin/employers/new", "/new", &alone).expect(422);
    again.says("Fill this in").says("Give at least one mail domain").says("together with its public source");

    let long = "Too long. ".repeat(250);
    let again = send(&admin, &review(&waiting), "/rejection", &[("reason", &long)]).expect(422);
    assert_eq!(text_area(&again, "reason").as_deref(), Some(long.as_str()));
    again.says("Use 2,000 characters at most");
    send(&admin, &review(&waiting), "/rejection", &[("reason", " \n")]).expect(422).says("Fill this in");
    admin.get(&review(&waiting)).expect(200).says("In review");

    send(&admin, &review(&waiting), "/approval", &[]).expect(303);
    let asks = format!("{}/takedown", review(&waiting));
    let odd = "Rea\u{202e}son";
    let again = send(&admin, &asks, "/takedown", &[("reason", odd)]).expect(422);
    assert_eq!(text_area(&again, "reason").as_deref(), Some(odd));
    send(&admin, &asks, "/takedown", &[("reason", "")]).expect(422).says("Fill this in");
    app.client().get(&waiting.path()).expect(200);
}

#[test]
fn an_employers_new_domains_count_for_new_petitions_only() {
    let app = TestApp::start();
    let petition = app.petition();
    let admin = app.admin().browser;
    let list = admin.get("/admin/employers?q=INITECH.ex").expect(200);
    let page = format!("/admin/employers/{}", petition.employers[0]);
    assert!(links_to(&list, &page));
    let form = admin.get(&page).expect(200);
    form.says("keep the domains they opened with");
    assert_eq!(form.input_value("name").as_deref(), Some("Initech"));
    assert_eq!(form.input_value("head_count").as_deref(), Some("1000"));
    assert_eq!(text_area(&form, "domains").as_deref(), Some("initech.example"));
    let typed = [
        ("name", "Initech"),
        ("domains", "initech-new.example"),
        ("head_count", "1,200"),
        ("head_count_source", "HTTPS://Example.org/report-2026"),
    ];
    send(&admin, &page, &page, &typed).expect(303);
    let list = admin.get("/admin/employers").expect(200);
    list.says("@initech-new.example").says("About 1,200 people");

    let public = app.client().get(&petition.path()).expect(200);
    public.says("@initech.example").does_not_say("initech-new");
    app.sign(&petition, "work-mail", "Robin Okafor", "robin.okafor@initech.example");
    let outside = app.client().ask(&petition, "work-mail", "Ada Lovelace", "ada@initech-new.example");
    outside.expect(422).says("not at one of the employer’s mail domains");
    app.client().get(&petition.path()).expect(200).says("of about 1,200 people at Initech");
}

#[test]
fn no_two_employers_go_by_one_name_even_when_two_petitions_propose_it() {
    let app = TestApp::start();
    let heron = app.organizer("Heron");
    let first = app.petition_of(&heron, How::Open, propose_hooli);
    let admin = app.admin().browser;
    let egret = app.organizer("Egret");
    let slug = petitions::create(&app.ctx, egret.id).unwrap().unwrap();
    let mut typed = draft(first.employers[0]);
    typed.title = String::from("Publish the audit");
    typed.proposed_name = String::from("HOOLI");
    typed.proposed_domains = String::from("hooli-staff.example");
    petitions::save(&app.ctx, &slug, egret.id, &typed).unwrap();
    petitions::send_in(&app.ctx, &slug, egret.id, How::Open).unwrap();
    send(&admin, &review(&first), "/approval", &[]).expect(303);

    let second = "/admin/petitions/publish-the-audit";
    let page = admin.get(second).expect(200);
    page.says("An employer named HOOLI is listed already");
    assert!(action(&page, "/approval").is_none() && action(&page, "/rejection").is_some());
    admin.submit(second, &format!("{second}/approval"), &[]).expect(409);
    admin.get(second).expect(200).says("In review");
    admin.get("/admin/employers?q=hooli").expect(200).says("1 employer found").does_not_say("hooli-staff");

    let taken = [("name", "hooli"), ("domains", "h.example"), ("head_count", ""), ("head_count_source", "")];
    let again = send(&admin, "/admin/employers/new", "/new", &taken).expect(422);
    again.says("An employer with this name is listed already.");
}

#[test]
fn a_domain_that_two_employers_share_stops_no_petition() {
    let app = TestApp::start();
    let heron = app.organizer("Heron");
    let petition = app.petition_of(&heron, How::Open, |draft| {
        draft.proposed_name = String::from("Initrode");
        draft.proposed_domains = String::from("initech.example initrode.example");
    });
    let admin = app.admin().browser;
    send(&admin, &review(&petition), "/approval", &[]).expect(303);
    app.sign(&petition, "work-mail", "Robin Okafor", "robin.okafor@initech.example");
    app.sign(&petition, "work-mail", "Ada Lovelace", "ada@initrode.example");
}

#[test]
fn an_admin_finds_an_employer_in_a_long_list() {
    let app = TestApp::start();
    for number in 1..=51 {
        app.employer(&format!("Works {number:02}"), &format!("works-{number:02}.example"));
    }
    let admin = app.admin().browser;
    let first = admin.get("/admin/employers").expect(200);
    first.says("Works 50").does_not_say("Works 51").says("Page 1 of 2");
    assert!(links_to(&first, "/admin/employers?page=2"));
    admin.get("/admin/employers?page=2").expect(200).says("Works 51").does_not_say("Works 50");
    let found = admin.get("/admin/employers?q=works-17").expect(200);
    found.says("1 employer found").says("Works 17").does_not_say("Works 18");
    admin.get("/admin/employers?q=nobody%25").expect(200).says("No listed employer matches");
}
