//! Mending a name, or showing one after all: said anew by whoever holds the withdrawal code.

use undersigned::{
    actions::scheduled::batches,
    protocol::{
        client,
        extension::Extension,
        leaf::{AmendLeaf, Leaf},
    },
};

use crate::support::{Petition, ROBIN, Reader, TestApp, Voter};

fn public(name: &str) -> Extension {
    Extension::Public { name: String::from(name), title: None }
}

fn signers(app: &TestApp, petition: &Petition) -> String {
    app.client().get(&format!("{}/signers", petition.path())).expect(200).words()
}

fn amendments(app: &TestApp, petition: &Petition) -> Vec<AmendLeaf> {
    let reader = Reader::of(app, petition);
    let size = reader.checkpoint().size;
    let leaves = reader.entries(size).into_iter();
    leaves
        .filter_map(|leaf| match Leaf::parse(&leaf).expect("a leaf") {
            Leaf::Amend(amend) => Some(amend),
            _ => None,
        })
        .collect()
}

#[test]
fn a_person_corrects_her_name_on_the_page_of_the_withdrawal_code() {
    let app = TestApp::start();
    let petition = app.petition();
    let code = app.sign(&petition, "work-mail", "Robin Okafro", ROBIN);
    let found = app.client().post("/receipt", &[("code", &code)]).expect(200);
    assert_eq!(found.input_value("name").as_deref(), Some("Robin Okafro"));
    let wrong = [("code", code.as_str()), ("name", ""), ("title", "Engineer")];
    let again = app.client().post("/receipt/name", &wrong).expect(422);
    assert_eq!(again.input_value("title").as_deref(), Some("Engineer"), "what was typed is still there");
    let right = [("code", code.as_str()), ("name", "Robin Okafor"), ("title", "Engineer")];
    app.client().post("/receipt/name", &right).expect(200).says("Robin Okafor");
    app.client().post("/receipt/name", &right).expect(200).says("Robin Okafor");
    let shown = signers(&app, &petition);
    assert!(shown.contains("Robin Okafor") && !shown.contains("Okafro"), "{shown}");
    assert_eq!(amendments(&app, &petition).len(), 1, "sent twice, said once");
    // What the page shows is what the newest amendment commits to.
    let opening = &Reader::of(&app, &petition).openings()[0];
    let bytes = |name: &str| {
        use base64::Engine as _;
        base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(opening[name].as_str().unwrap()).unwrap()
    };
    let salt = bytes("salt").try_into().unwrap();
    amendments(&app, &petition)[0].verify_opening(&salt, &bytes("extension")).expect("it opens");
}

#[test]
fn an_anonymous_signer_shows_her_name_after_all_once_her_group_is_out_and_the_number_stays() {
    let app = TestApp::start();
    let petition = app.petition();
    let robin = Voter::new(&app, &petition, "work-mail", 1);
    robin.sign(ROBIN);
    assert_eq!(robin.amend(&public("Robin Okafor")).expect(409).json()["code"], "waits");
    for seed in 10..19 {
        Voter::new(&app, &petition, "work-mail", seed).sign(&format!("p{seed}@initech.example"));
    }
    app.clock.advance_secs(24 * 3_600);
    batches::take_turns(&app.ctx).unwrap();
    robin.amend(&public("Robin Okafor")).expect(202);
    assert!(signers(&app, &petition).contains("Robin Okafor"));
    app.client().get(&petition.path()).expect(200).says("10 signatures by work address");
    // And takes it down again.
    let code = robin.code.expose();
    app.client().post("/receipt/name-removal", &[("code", &code)]).expect(200);
    assert!(!signers(&app, &petition).contains("Robin Okafor"));
    // And shows it again, and withdraws: the name goes at once, and not with a group of withdrawals.
    robin.amend(&public("Robin Okafor")).expect(202);
    app.client().post("/receipt/withdrawal", &[("code", &code)]).expect(200);
    assert!(!signers(&app, &petition).contains("Robin Okafor"));
    assert_eq!(Reader::of(&app, &petition).openings().len(), 0);
    app.client().get(&petition.path()).expect(200).says("9 signatures by work address");
}

#[test]
fn a_name_that_was_taken_down_is_not_brought_back_by_whoever_kept_the_log() {
    let app = TestApp::start();
    let petition = app.petition();
    let robin = Voter::new(&app, &petition, "work-mail", 1);
    let token = robin.token(ROBIN);
    robin.cast_public(&robin.made(&token, &public("Robin Okafro"))).expect(202);
    let amend = |name: &str| {
        let made = client::amend(robin.id, &robin.code, &public(name), app.ctx.entropy.as_ref()).unwrap();
        robin.amend_with(&made).expect(202);
        made
    };
    let older = amend("Robin Okafor-Lind");
    let kept = amend("Robin Okafor");
    // The mended name stays mended, and the same once more is success.
    assert_eq!(robin.amend_with(&older).expect(409).json()["code"], "amended-before");
    robin.amend_with(&kept).expect(202);
    app.client().post("/receipt/name-removal", &[("code", &robin.code.expose())]).expect(200);
    for made in [&older, &kept] {
        assert_eq!(robin.amend_with(made).expect(409).json()["code"], "amended-before");
    }
    assert!(!signers(&app, &petition).contains("Robin"));
    assert_eq!(amendments(&app, &petition).len(), 2);
    // She herself can, with the code.
    robin.amend(&public("Robin Okafor")).expect(202);
    assert!(signers(&app, &petition).contains("Robin Okafor"));
}

#[test]
fn nobody_else_can_put_a_name_to_a_signature() {
    let app = TestApp::start();
    let petition = app.petition();
    let robin = Voter::new(&app, &petition, "work-mail", 1);
    let token = robin.token(ROBIN);
    robin.cast_public(&robin.made(&token, &public("Robin Okafor"))).expect(202);
    let eve = Voter::new(&app, &petition, "work-mail", 2);
    assert_eq!(eve.amend(&public("Eve")).expect(404).json()["code"], "unknown-cast");
    // Robin's leaf with a bit flipped, with another opening, for another mode.
    let made = |extension: &Extension| {
        client::amend(robin.id, &robin.code, extension, app.ctx.entropy.as_ref()).unwrap()
    };
    for at in [2, 40, 90, 150] {
        let mut flipped = made(&public("Eve"));
        flipped.leaf[at] ^= 1;
        assert_eq!(robin.amend_with(&flipped).status, 422);
    }
    let other = client::Cast { extension: public("Eve").to_jcs(), ..made(&public("Robin")) };
    assert_eq!(robin.amend_with(&other).status, 422);
    assert_eq!(robin.amend_with(&made(&Extension::Anonymous)).status, 422);
    assert_eq!(robin.amend_with(&made(&public("Robin\u{202e}rekcah"))).expect(422).json()["code"], "name");
    assert!(signers(&app, &petition).contains("Robin Okafor"));
    assert_eq!(amendments(&app, &petition).len(), 0);
}

#[test]
fn a_name_that_was_hidden_stays_hidden_and_whoever_mends_it_is_told_so() {
    let app = TestApp::start();
    let heron = app.organizer("Heron");
    let petition = app.petition_of(&heron, undersigned::actions::petitions::How::Open, |_| ());
    let code = app.sign(&petition, "work-mail", "Rude Words", ROBIN);
    let names = format!("/organize/{}/signers", petition.slug);
    let index = Reader::of(&app, &petition).openings()[0]["index"].as_u64().unwrap();
    heron.browser.submit(&names, &format!("{names}/{index}/hiding"), &[]).expect(303);
    let mended = [("code", code.as_str()), ("name", "Ruder Words"), ("title", "")];
    let page = app.client().post("/receipt", &[("code", &code)]).expect(200);
    page.says("it stays hidden also when changed");
    assert_eq!(page.input_value("name"), None, "nothing is offered that changes nothing");
    let page = app.client().post("/receipt/name", &mended).expect(409);
    page.says("it stays hidden also when changed").does_not_say("now shows");
    assert_eq!(amendments(&app, &petition).len(), 0);
    let shown = signers(&app, &petition);
    assert!(!shown.contains("Rude"), "{shown}");
}

#[test]
fn a_withdrawn_signature_shows_nothing_any_more() {
    let app = TestApp::start();
    let petition = app.petition();
    let code = app.sign(&petition, "work-mail", "Robin Okafor", ROBIN);
    app.client().post("/receipt/withdrawal", &[("code", &code)]).expect(200);
    let again = [("code", code.as_str()), ("name", "Robin Okafor"), ("title", "")];
    app.client().post("/receipt/name", &again).expect(404);
    assert!(!signers(&app, &petition).contains("Robin"));
}
