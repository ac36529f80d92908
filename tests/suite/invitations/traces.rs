//! How the invited are counted, and what is left of an invitation.

use undersigned::{actions::scheduled::batches, db, protocol::invitation_code::InvitationCode};

use super::{DAY, ask_token, asking, casts, found, invitations, invited, inviting, sign, type_in};
use crate::{leaks::one_round_of_jobs, support::TestApp};

#[test]
fn numbers_of_the_three_kinds_stand_side_by_side_and_the_share_comes_from_work_mail_alone() {
    let app = TestApp::start();
    let heron = app.organizer("Heron");
    let petition = inviting(&app, &heron);
    let codes = invitations(&app, &heron, &petition, 2);
    sign(&app, &petition, &codes[0], "Ada Lovelace");
    app.client()
        .get("/")
        .expect(200)
        .says("1 signature by invitation, the number by work address appears with its first group, as of");
    sign(&app, &petition, &codes[1], "Alan Turing");
    app.sign(&petition, "work-mail", "Robin Okafor", "robin.okafor@initech.example");
    app.sign(&petition, "any-mail", "Kim Sato", "kim.sato@mail.example.net");
    let line = "1 signature by work address, 2 by invitation, 1 by another address, as of 3 June 2026";
    app.client().get("/").expect(200).says(line);
    app.client().get(&format!("{}/signers", petition.path())).expect(200).says(line);
    let page = app.client().get(&petition.path()).expect(200);
    page.says("1 signature by work address, 2 by invitation , 1 by another address");
    // 1 of 1,000: were the kinds mixed, it would not be less.
    page.says("less than one percent of about 1,000 people").says("1 of 100");
    heron.browser.get("/organize").expect(200).says(line);
    let dashboard = heron.browser.get(&format!("/organize/{}", petition.slug)).expect(200);
    dashboard.says("2 signatures by invitation").says("Day Work Invited Others 3 June 2026 1 2 1");
    let issued = app.ctx.store.read(|db| db::issuer::issued(db, found(&app, &petition).id)).unwrap();
    assert_eq!(issued, [1, 2, 1]);
}

#[test]
fn the_invited_wait_for_ten_of_their_own_kind() {
    let app = TestApp::start();
    let heron = app.organizer("Heron");
    let petition = inviting(&app, &heron);
    let codes = invitations(&app, &heron, &petition, 10);
    for code in &codes[..9] {
        sign(&app, &petition, code, "");
    }
    app.sign_nameless(&petition, "work-mail", "robin.okafor@initech.example");
    app.clock.advance_secs(DAY);
    batches::take_turns(&app.ctx).unwrap();
    assert_eq!((invited(&app, &petition), casts(&app, &petition)), (0, 0), "nine are no group");
    sign(&app, &petition, &codes[9], "");
    app.clock.advance_secs(DAY);
    batches::take_turns(&app.ctx).unwrap();
    assert_eq!((invited(&app, &petition), casts(&app, &petition)), (10, 10));
}

#[test]
fn no_code_of_an_invitation_stands_in_any_file_or_log_used_or_not() {
    let app = TestApp::start();
    let heron = app.organizer("Heron");
    let petition = inviting(&app, &heron);
    let codes = invitations(&app, &heron, &petition, 4);
    sign(&app, &petition, &codes[0], "Robin Okafor");
    sign(&app, &petition, &codes[1], "");
    type_in(&app.client(), &petition, &codes[2], "").expect(200);
    ask_token(&app, &asking(&app, &petition, 21), &codes[3]).expect(200);
    for code in &codes {
        for spelling in [code.clone(), code.replace('-', ""), code.replace('-', " ")] {
            assert_eq!(app.places_of(&spelling), Vec::<String>::new());
            assert!(!TestApp::log().contains(&spelling));
        }
    }
    assert!(!TestApp::log().contains("/signatures"), "no line says that somebody signed");
    let used = app.ctx.store.read(|db| db::issuer::participations(db, found(&app, &petition).id)).unwrap();
    assert_eq!(used, 3);
}

#[test]
fn invitations_are_forgotten_when_issuing_ends() {
    let app = TestApp::start();
    let heron = app.organizer("Heron");
    let petition = inviting(&app, &heron);
    let codes = invitations(&app, &heron, &petition, 1);
    let found = found(&app, &petition);
    let hash = InvitationCode::parse(&codes[0]).unwrap().hash();
    let is_kept = || app.ctx.store.read(|db| db::issuer::invitation_exists(db, found.id, &hash)).unwrap();
    let last = found.closes.expect("a last day");
    app.clock.advance_secs(last.secs() - app.ctx.now().secs() + DAY + DAY / 2 - 60);
    one_round_of_jobs(&app);
    assert!(is_kept(), "not before its day has passed");
    type_in(&app.client(), &petition, &codes[0], "Robin Okafor").expect(409);
    app.clock.advance_secs(120);
    one_round_of_jobs(&app);
    assert!(!is_kept());
    let page = app.client().get(&petition.path()).expect(200);
    page.says("One has been made so far");
}
