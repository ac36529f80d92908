//! The page that people save to disk and sign from: the same for everyone, whole in itself, and named in the log.

use std::{collections::BTreeMap, fs, path::Path, process::Command, sync::Arc};

use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use sha2::{Digest, Sha256};
use undersigned::{
    actions::petitions::{self, How},
    domain::{
        client_release::{ClientRelease, Hash, LanguageTag, SavedPages},
        lang::Lang,
    },
    jobs::{self, Node},
    protocol::leaf::{Leaf, Notice, leaf_hash},
};

use crate::support::{Petition, Reader, Reply, TestApp};

fn script() -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/web/static/signing");
    let parts = fs::read_dir(folder).expect("the script's parts");
    let mut parts: Vec<_> = parts.map(|part| part.expect("a part").path()).collect();
    parts.sort();
    parts.iter().map(|part| fs::read_to_string(part).expect("a part")).collect()
}

fn saved(app: &TestApp, place: &str) -> Reply {
    app.client().get(&format!("{place}/saved-page.html"))
}

/// What the log names, oldest first.
fn named(app: &TestApp, petition: &Petition) -> Vec<ClientRelease> {
    let reader = Reader::of(app, petition);
    let entries = reader.entries(reader.checkpoint().size);
    let notices = entries.iter().filter_map(|entry| match Leaf::parse(entry) {
        Ok(Leaf::Notice(_, Notice::ClientRelease(release))) => Some(release),
        _ => None,
    });
    notices.collect()
}

/// Of these pages, and the script as it is served.
fn release_of(pages: &[(Lang, &[u8])]) -> ClientRelease {
    let pages = pages.iter().map(|(lang, page)| (LanguageTag::from(*lang), Sha256::digest(page).into()));
    ClientRelease { pages: SavedPages::ByLanguage(pages.collect()), script: Sha256::digest(script()).into() }
}

fn jobs(app: &TestApp) {
    jobs::round(&app.ctx, &Node::new(&app.ctx), &mut None)
        .expect("the jobs run")
        .expect("nobody else is at it");
}

fn attribute<'a>(page: &'a str, name: &str) -> &'a str {
    let rest = page.split_once(&format!(" {name}=\"")).expect("the attribute").1;
    rest.split_once('"').expect("its end").0
}

#[test]
fn what_is_saved_is_what_the_log_names_and_the_same_for_whoever_asks() {
    let app = TestApp::builder().names_releases().start();
    let petition = app.petition();
    let page = saved(&app, &petition.path()).expect(200);
    let organizer = app.organizer("Second Heron");
    let other = organizer.browser.get_with(
        &format!("{}/saved-page.html?from=elsewhere", petition.path()),
        &[("user-agent", "another"), ("accept-language", "de"), ("referer", "https://elsewhere.example/")],
    );
    assert!(page.bytes == other.expect(200).bytes, "whoever asks");
    // The very minute does not matter either, nor a signature.
    app.clock.advance_secs(86_400);
    app.sign(&petition, "work-mail", "Robin Okafor", "robin.okafor@initech.example");
    assert!(page.bytes == saved(&app, &petition.path()).expect(200).bytes, "whenever");
    assert_eq!(named(&app, &petition), [release_of(&[(Lang::English, &page.bytes)])]);
}

#[test]
fn it_is_whole_in_itself_and_runs_the_served_script_and_nothing_else() {
    let app = TestApp::builder().names_releases().cast_url("https://casts.example.org").start();
    let petition = app.petition();
    let page = saved(&app, &petition.path()).expect(200);
    assert_eq!(page.header("content-disposition"), Some("attachment; filename=\"saved-page.html\""));
    assert_eq!(page.header("x-robots-tag"), Some("noindex"));
    let html = &page.body;
    let between = |begin: &str, end: &str| {
        let rest = html.split_once(begin).expect("its begin").1;
        String::from(rest.split_once(end).expect("its end").0)
    };
    let served = between("<script type=\"module\">", "</script>");
    assert!(served == script(), "byte for byte");
    let public = app.client().get(&petition.path()).expect(200).body;
    let address = public.split("src=\"").nth(1).expect("a script").split('"').next().expect("its address");
    assert!(app.client().get(address).expect(200).body == served, "the same as at the site");

    let hash = |text: &str| STANDARD.encode(Sha256::digest(text));
    let policy =
        between("<meta http-equiv=\"Content-Security-Policy\" content=\"", "\"").replace("&#39;", "'");
    let expected = format!(
        "default-src 'none'; script-src 'sha256-{}'; style-src 'sha256-{}'; connect-src {} https://casts.example.org; \
         form-action 'none'; base-uri 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
        hash(&served),
        hash(&between("<style>", "</style>")),
        app.base_url(),
    );
    assert_eq!(policy, expected);
    assert_eq!(html.matches("<script").count(), 1);
    assert_eq!(html.matches("<style").count(), 1);
    let markup = html.replace(&served, "");
    for loaded in ["src=", "<link", "<img", "<iframe", "/dev/mail", "href=\"/", " style=", "form_token"] {
        assert!(!markup.contains(loaded), "{loaded}");
    }
    // The facts, with whole addresses.
    let reader = Reader::of(&app, &petition);
    let genesis = leaf_hash(&reader.entries(1)[0]);
    let base = app.base_url();
    assert_eq!(attribute(html, "data-genesis"), URL_SAFE_NO_PAD.encode(genesis));
    assert_eq!(
        attribute(html, "data-log-key").replace("&#43;", "+"),
        reader.get("log/vkey").expect(200).body.trim()
    );
    assert_eq!(attribute(html, "data-path"), format!("{base}{}", petition.path()));
    let api = format!("/api/v1/petitions/{}", attribute(html, "data-petition"));
    assert_eq!(attribute(html, "data-api"), format!("{base}{api}"));
    assert_eq!(attribute(html, "data-cast"), format!("https://casts.example.org{api}"));
}

#[test]
fn the_log_names_the_page_in_each_language_and_people_are_given_the_one_in_theirs() {
    let app = TestApp::builder().speaking(Lang::Pseudo).names_releases().start();
    let petition = app.petition();
    let page = saved(&app, &petition.path()).expect(200);
    let hash: Hash = Sha256::digest(&page.bytes).into();
    let release = named(&app, &petition).remove(0);
    assert_eq!(release.page(Lang::Pseudo), Some(&hash));
    assert!(release.page(Lang::English).is_some_and(|english| *english != hash), "{release:?}");
    let offer = app.client().get(&petition.path()).expect(200);
    offer.says(&format!("{:02x}{:02x} {:02x}{:02x}", hash[0], hash[1], hash[2], hash[3]));
}

#[test]
fn after_an_update_a_log_that_named_one_page_names_one_for_each_language_and_still_audits() {
    let mut app = TestApp::builder().names_releases().start();
    let earlier = ClientRelease { pages: SavedPages::One([1; 32]), script: [2; 32] };
    let given = earlier.clone();
    let own = app.ctx.release_of.replace(Arc::new(move |_, _| Some(given.clone())));
    let petition = app.petition();
    assert_eq!(named(&app, &petition), std::slice::from_ref(&earlier));
    app.client().get(&petition.path()).expect(200).says("0101 0101");
    app.ctx.release_of = own;
    app.clock.advance_secs(3_600);
    jobs(&app);
    let page = saved(&app, &petition.path()).expect(200);
    assert_eq!(named(&app, &petition), [earlier, release_of(&[(Lang::English, &page.bytes)])]);
    let address = format!("{}{}", app.base_url(), petition.path());
    let audit =
        Command::new(env!("CARGO_BIN_EXE_undersigned")).args(["audit", &address]).env_clear().output();
    let said = String::from_utf8(audit.expect("the program runs").stdout).expect("UTF-8");
    assert!(said.contains("All is well"), "{said}");
}

#[test]
fn where_the_log_names_no_page_in_their_language_people_are_offered_none() {
    let mut app = TestApp::builder().names_releases().start();
    let german = BTreeMap::from([(LanguageTag::parse("de").expect("a tag"), [1; 32])]);
    let release = ClientRelease { pages: SavedPages::ByLanguage(german), script: [2; 32] };
    app.ctx.release_of = Some(Arc::new(move |_, _| Some(release.clone())));
    let petition = app.petition();
    app.client().get(&petition.path()).expect(200).does_not_say("saved-page.html").does_not_say("0202 0202");
}

#[test]
fn another_script_is_named_once_and_a_restart_without_a_change_names_nothing() {
    let mut app = TestApp::builder().names_releases().start();
    let petition = app.petition();
    jobs(&app);
    let first = named(&app, &petition);
    assert_eq!(first.len(), 1, "a round of jobs adds nothing");
    app.crash_and_restart();
    app.clock.advance_secs(3_600);
    jobs(&app);
    assert_eq!(named(&app, &petition), first, "a restart adds nothing");

    // An update of the program brings another script.
    let update = ClientRelease { script: [2; 32], ..first[0].clone() };
    let given = update.clone();
    let own = app.ctx.release_of.replace(Arc::new(move |_, _| Some(given.clone())));
    app.clock.advance_secs(3_600);
    jobs(&app);
    app.clock.advance_secs(3_600);
    jobs(&app);
    assert_eq!(named(&app, &petition), [first[0].clone(), update.clone()]);

    // And is taken back: what was named before is named again.
    app.ctx.release_of = own;
    app.clock.advance_secs(3_600);
    jobs(&app);
    assert_eq!(named(&app, &petition), [first[0].clone(), update, first[0].clone()]);
    let page = saved(&app, &petition.path()).expect(200);
    assert_eq!(first[0], release_of(&[(Lang::English, &page.bytes)]));
}

#[test]
fn the_petitions_page_offers_it_and_shows_the_hashes_to_compare() {
    let app = TestApp::builder().names_releases().start();
    let petition = app.petition();
    let release = named(&app, &petition).remove(0);
    let page = app.client().get(&petition.path()).expect(200);
    for hash in [release.page(Lang::English).expect("an English page"), &release.script] {
        let beginning = hash[..8].chunks(2).map(|pair| format!("{:02x}{:02x}", pair[0], pair[1]));
        page.says(&beginning.collect::<Vec<_>>().join(" "));
    }
    assert!(page.body.contains(&format!("href=\"{}/saved-page.html\" download", petition.path())));
}

#[test]
fn while_it_gathers_under_a_secret_link_no_cache_keeps_it_and_opening_names_the_new_one() {
    let app = TestApp::builder().names_releases().start();
    let heron = app.organizer("Heron");
    let petition = app.petition_of(&heron, How::Quietly, |_| ());
    saved(&app, &petition.path()).expect(404);
    let place = heron.browser.get(&format!("/organize/{}", petition.slug)).expect(200);
    let quiet = place.body.split("/p/quiet-").nth(1).expect("a secret link");
    let quiet: String = quiet.chars().take_while(char::is_ascii_alphanumeric).collect();
    let page = saved(&app, &format!("/p/quiet-{quiet}")).expect(200);
    assert_eq!(page.header("cache-control"), Some("no-store"));

    assert!(petitions::open_gathering(&app.ctx, &petition.slug, heron.id).expect("the database answers"));
    jobs(&app);
    let opened = saved(&app, &petition.path()).expect(200);
    assert!(!opened.body.contains("/p/quiet-"), "the secret link is not in the page of an open petition");
    let releases = [page, opened].map(|page| release_of(&[(Lang::English, &page.bytes)]));
    assert_eq!(named(&app, &petition), releases);
}

#[test]
fn it_is_given_as_long_as_casts_are_taken() {
    let app = TestApp::builder().names_releases().start();
    let petition = app.petition();
    saved(&app, "/p/no-such-petition").expect(404);
    app.clock.advance_secs(400 * 86_400);
    jobs(&app);
    saved(&app, &petition.path()).expect(404);
    assert_eq!(named(&app, &petition).len(), 1, "nothing is said of a petition that is over");
}
