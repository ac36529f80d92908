//! A quiet start is seen by nobody but the people with its secret link, and only its organizer's own opening changes that.

use undersigned::{
    actions::{
        moderation,
        petitions::{self, How},
        queries::pages,
    },
    db,
    domain::reason::Reason,
};

use crate::{
    leaks::one_round_of_jobs,
    support::DAY,
    support::{Client, Member, Petition, TestApp},
};

const NAME: &str = "Zerlina Quantick";
const ADDRESS: &str = "zerlina.quantick@initech.example";
const TITLE: &str = "Stop selling the tracking service";

/// A quiet start: the petition at its public place, and at its secret one.
struct Quiet {
    public: Petition,
    secret: Petition,
}

fn quiet_start(app: &TestApp, owner: &Member<'_>) -> Quiet {
    let public = app.petition_of(owner, How::Quietly, |draft| draft.closes = String::from("2026-06-20"));
    let id = app.id_of(&public);
    let (place, _) = pages::place_and_title(&app.ctx, id).unwrap().unwrap();
    assert_ne!(place, public.slug);
    Quiet { public, secret: Petition { slug: place, employers: Vec::new() } }
}

/// What people read of a petition, without the page itself.
const PARTS: [&str; 3] = ["/signers", "/audit", "/audit/statement"];
/// What programs read of it. The secret link leads to it while it gathers: signers compare the petition with it.
const LOG: [&str; 5] =
    ["/numbers.json", "/openings.json", "/log/checkpoint", "/log/vkey", "/log/tile/entries/000.p/1"];

/// Nobody finds anything of it: not at its public place, not in a list, not beside its secret link.
fn nobody_finds_it(app: &TestApp, quiet: &Quiet) {
    let reader: Client<'_> = app.client();
    reader.get(&quiet.public.path()).expect(404).does_not_say(TITLE);
    for part in PARTS.iter().chain(&LOG) {
        reader.get(&format!("{}{part}", quiet.public.path())).expect(404);
    }
    for part in PARTS {
        reader.get(&format!("{}{part}", quiet.secret.path())).expect(404);
    }
    for part in LOG {
        let answer = reader.get(&format!("{}{part}", quiet.secret.path()));
        assert!(!answer.body.contains(NAME), "{part} holds a name");
    }
    for list in ["/", "/petitions", "/petitions?q=tracking", "/petitions?state=closed", "/logs/v0"] {
        let page = reader.get(list);
        assert!(!page.body.contains(TITLE) && !page.body.contains(NAME), "{list} shows it");
        assert!(!page.body.contains(&quiet.public.slug), "{list} leads to it");
    }
}

/// It has ended: the secret link says so, the name is in no row and no file, and the withdrawal code still works.
fn it_ended_unseen(app: &TestApp, quiet: &Quiet, code: &str) {
    nobody_finds_it(app, quiet);
    let gone = app.client().get(&quiet.secret.path()).expect(410);
    gone.says("This petition has ended").says("never opened to the public").does_not_say(TITLE);
    assert_eq!(gone.header("x-robots-tag"), Some("noindex"));
    assert_eq!(gone.header("cache-control"), Some("no-store"));
    app.client().get(&format!("{}/openings.json", quiet.secret.path())).expect(200).says("[]");
    assert_eq!(app.places_of(NAME), Vec::<String>::new(), "the name is erased");
    let found = app.client().post("/receipt", &[("code", code)]).expect(200);
    found.says("ended without having been opened").does_not_say(NAME).does_not_say("public list");
    let renamed = [("code", code), ("name", "Zerlina Again"), ("title", "")];
    app.client().post("/receipt/name", &renamed).expect(409).says("ended without having been opened");
    app.client().post("/receipt/withdrawal", &[("code", code)]).expect(200).says("is withdrawn");
    app.client().post("/receipt", &[("code", code)]).expect(200).says("is withdrawn");
}

#[test]
fn a_quiet_start_whose_last_day_passes_is_never_seen_and_forgets_its_names() {
    let app = TestApp::start();
    let owner = app.organizer("Heron");
    let quiet = quiet_start(&app, &owner);
    let code = app.sign(&quiet.secret, "work-mail", NAME, ADDRESS);
    nobody_finds_it(&app, &quiet);
    owner.browser.get("/account").expect(200);
    app.clock.advance_secs(18 * DAY);
    // Before the job that closes it has run.
    nobody_finds_it(&app, &quiet);
    app.client().get(&quiet.secret.path()).expect(410);
    one_round_of_jobs(&app);
    it_ended_unseen(&app, &quiet, &code);
    owner.browser.get(&format!("/organize/{}/signers", quiet.public.slug)).expect(404);
    let dashboard = owner.browser.get(&format!("/organize/{}", quiet.public.slug)).expect(200);
    dashboard.says("ended without having been opened");
    assert!(!petitions::open_gathering(&app.ctx, &quiet.public.slug, owner.id).unwrap(), "it stays so");
    nobody_finds_it(&app, &quiet);
}

#[test]
fn a_quiet_start_that_its_organizer_closes_is_never_seen() {
    let app = TestApp::start();
    let owner = app.organizer("Heron");
    let quiet = quiet_start(&app, &owner);
    let code = app.sign(&quiet.secret, "work-mail", NAME, ADDRESS);
    let closure = format!("/organize/{}/closure", quiet.public.slug);
    owner.browser.get(&closure).expect(200).does_not_say("stay public");
    owner.browser.submit(&closure, &closure, &[]).expect(303);
    nobody_finds_it(&app, &quiet);
    app.clock.advance_secs(8 * DAY);
    nobody_finds_it(&app, &quiet);
    one_round_of_jobs(&app);
    it_ended_unseen(&app, &quiet, &code);
}

#[test]
fn a_quiet_start_that_is_taken_down_is_never_seen() {
    let app = TestApp::start();
    let owner = app.organizer("Heron");
    let quiet = quiet_start(&app, &owner);
    let code = app.sign(&quiet.secret, "work-mail", NAME, ADDRESS);
    let reason = Reason::parse("It names a private person").unwrap();
    moderation::take_down(&app.ctx, &quiet.public.slug, &reason).unwrap();
    nobody_finds_it(&app, &quiet);
    one_round_of_jobs(&app);
    it_ended_unseen(&app, &quiet, &code);
}

#[test]
fn nobody_reads_the_names_of_a_quiet_start_before_it_is_opened_the_organizer_included() {
    let app = TestApp::start();
    let owner = app.organizer("Heron");
    let admin = app.admin();
    let quiet = quiet_start(&app, &owner);
    app.sign(&quiet.secret, "work-mail", NAME, ADDRESS);
    for (browser, root) in [(&owner.browser, "/organize"), (&admin.browser, "/admin/petitions")] {
        let page = browser.get(&format!("{root}/{}", quiet.public.slug)).expect(200);
        page.does_not_say(NAME);
        assert!(!page.body.contains("/signers"), "{root} offers the names");
        browser.get(&format!("{root}/{}/signers", quiet.public.slug)).expect(404);
    }
    assert!(petitions::open_gathering(&app.ctx, &quiet.public.slug, owner.id).unwrap());
    app.client().get(&format!("{}/signers", quiet.public.path())).expect(200).says(NAME);
    app.client().get(&quiet.secret.path()).expect(200).says(TITLE);
}

#[test]
fn signers_of_a_quiet_start_are_not_told_that_their_name_is_public() {
    let app = TestApp::start();
    let owner = app.organizer("Heron");
    let quiet = quiet_start(&app, &owner);
    let inbox = app.client().ask(&quiet.secret, "work-mail", NAME, ADDRESS).expect(200);
    let ticket = inbox.hidden("ticket").unwrap();
    let code = app.code_for(ADDRESS);
    for _ in ["when it counts", "when it is sent again"] {
        let done = app.client().confirm(&quiet.secret, &ticket, &code).expect(200);
        done.says("shown to nobody now").does_not_say("public list");
        assert!(!done.body.contains("/signers"), "there is no list to see");
    }
    let page = app.client().get(&quiet.secret.path()).expect(200);
    assert!(!page.body.contains("on the public list. <a"), "the script says neither");
    let done = app.client().confirm(&quiet.secret, &ticket, &code).expect(200);
    let code = crate::support::withdrawal_code(&done);
    let found = app.client().post("/receipt", &[("code", code.as_str())]).expect(200);
    found.says("not open to the public").says(NAME).does_not_say("public list");
    let renamed = [("code", code.as_str()), ("name", "Zerlina Q."), ("title", "")];
    app.client().post("/receipt/name", &renamed).expect(200).does_not_say("public list");
}

#[test]
fn tabs_histories_and_chat_previews_show_a_neutral_line_for_a_quiet_start() {
    let app = TestApp::start();
    let owner = app.organizer("Heron");
    let quiet = quiet_start(&app, &owner);
    let client = app.client();
    let wrong = [("visibility", "public"), ("proof", ""), ("name", ""), ("title", ""), ("address", "")];
    let pages = [
        client.get(&quiet.secret.path()).expect(200),
        client.get(&format!("{}/cast", quiet.secret.path())).expect(200),
        client.post(&quiet.secret.signatures(), &wrong).expect(422),
        client.ask(&quiet.secret, "work-mail", NAME, ADDRESS).expect(200),
    ];
    app.deliver_mail();
    for page in pages {
        let head = page.body.split("</head>").next().unwrap();
        assert!(!head.contains("tracking"), "the head tells what it is about: {head}");
        assert!(!head.contains("og:") && !head.contains("description"), "nothing for previews: {head}");
    }
    assert!(petitions::open_gathering(&app.ctx, &quiet.public.slug, owner.id).unwrap());
    let head = app.client().get(&quiet.public.path()).expect(200);
    assert!(head.body.split("</head>").next().unwrap().contains(TITLE), "a public one has its title");
}

#[test]
fn anonymous_signatures_that_waited_in_a_quiet_start_count_for_nothing_once_it_ended() {
    let app = TestApp::start();
    let owner = app.organizer("Heron");
    let quiet = quiet_start(&app, &owner);
    for number in 0..12 {
        app.sign_nameless(&quiet.secret, "work-mail", &format!("person{number}@initech.example"));
    }
    app.clock.advance_secs(18 * DAY);
    one_round_of_jobs(&app);
    app.clock.advance_secs(10 * DAY);
    one_round_of_jobs(&app);
    nobody_finds_it(&app, &quiet);
    let found = app.ctx.store.read(|db| db::petitions::by_slug(db, &quiet.public.slug)).unwrap().unwrap();
    assert!(!found.takes_casts(app.ctx.now()));
}
