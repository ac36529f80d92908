//! Addresses that are nearly right lead to the right one.

use undersigned::{actions::petitions::How, db};

use crate::support::{Client, Reply, TestApp};

/// Opens an address and follows where it leads, as browsers do.
#[track_caller]
fn open(browser: &Client<'_>, address: &str) -> (String, Reply) {
    let mut here = String::from(address);
    for _ in 0..3 {
        let reply = browser.get(&here);
        if reply.status != 308 {
            return (here, reply);
        }
        assert!(reply.location().starts_with('/'), "{here} leads away: {}", reply.location());
        assert_eq!(reply.header("cache-control"), Some("no-store"), "{here}");
        assert!(reply.header("set-cookie").is_none());
        here = String::from(reply.location());
    }
    panic!("{address} leads on and on");
}

/// What chat programs, other sites and people make of an address.
fn nearly(address: &str) -> Vec<String> {
    let endings =
        ["/", ".", ",", ")", ").", "%29", "%E2%80%9D", "%20", "/?utm_source=chat", "?fbclid=a%2Bb&gclid=c"];
    endings.map(|ending| format!("{address}{ending}")).to_vec()
}

#[test]
fn a_petitions_address_with_what_a_chat_program_took_along_leads_to_it() {
    let app = TestApp::start();
    let petition = app.petition();
    for root in [petition.path(), petition.signatures(), format!("{}/audit", petition.path())] {
        let mut tried = nearly(&root);
        tried.push(root.to_uppercase());
        for address in tried {
            let (here, page) = open(&app.client(), &address);
            assert_eq!((here.as_str(), page.status), (root.as_str(), 200), "{address}");
        }
    }
}

#[test]
fn secret_links_are_found_with_a_full_stop_behind_them_and_keep_their_letters() {
    let app = TestApp::start();
    let owner = app.organizer("Heron");
    let slug = app.petition_of(&owner, How::Quietly, |_| ()).slug;
    let found = app.ctx.store.read(|db| db::petitions::by_slug(db, &slug)).unwrap().unwrap();
    let secret = format!("/p/{}", found.quiet_slug.unwrap());
    let petition = app.petition_to(&owner, app.employer("Globex", "globex.example"), How::Open, |draft| {
        draft.title = String::from("Another one");
    });
    app.client().ask(&petition, "any-mail", "Ada Lovelace", "ada@home.example").expect(200);
    let link = app.link_for("ada@home.example");
    for root in [secret, link] {
        for address in nearly(&root) {
            let (here, page) = open(&app.client(), &address);
            assert_eq!((here.as_str(), page.status), (root.as_str(), 200), "{address}");
        }
        assert!(!TestApp::log().contains(root.rsplit('/').next().unwrap()), "the log knows a secret");
    }
}

#[test]
fn a_parameter_given_twice_or_made_up_breaks_no_page() {
    let app = TestApp::start();
    let petition = app.petition();
    let owner = app.admin();
    for address in [
        String::from("/petitions?page=1&page=1"),
        String::from("/?q=a&q=b&state=open"),
        format!("{}/signers?page=1&page=2", petition.path()),
        format!("{}?what=%ff&ever", petition.path()),
        String::from("/sign-in?next=%2Forganize&next=%2F&x=y"),
        String::from("/admin?page=1&page=1"),
        String::from("/admin/employers?q=a&q=a&utm_id=7"),
        String::from("/account?done=mail&done=mail"),
    ] {
        let (_, page) = open(&owner.browser, &address);
        assert_eq!(page.status, 200, "{address}");
    }
}

#[test]
fn a_page_that_there_is_not_says_which_there_are() {
    let app = TestApp::start();
    let petition = app.petition();
    let admin = app.admin();
    for root in [
        String::from("/petitions"),
        format!("{}/signers", petition.path()),
        String::from("/admin"),
        String::from("/admin/employers"),
        format!("/admin/petitions/{}/voids/names", petition.slug),
    ] {
        for number in ["999", "99999999999999999999"] {
            let page = admin.browser.get(&format!("{root}?page={number}")).expect(200);
            page.says("There is no page").says("There is one page");
            assert!(page.body.contains("page=1\""), "no way back on {root}");
        }
        admin.browser.get(&format!("{root}?page=1).")).expect(200).does_not_say("There is no page");
    }
}

#[test]
fn a_form_is_never_sent_on_to_another_address() {
    let app = TestApp::start();
    let petition = app.petition();
    app.client().post(&format!("{}/", petition.signatures()), &[]).expect(404);
}
