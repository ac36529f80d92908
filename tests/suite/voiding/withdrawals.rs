//! Signers whose signature was voided, or waits for it: what they are told, and what withdrawing does.

use undersigned::protocol::extension::Extension;

use super::{
    MADE, audited, count, group, groups_of, lively, next_month, numbers, pages, place_of, reversal,
    sign_anonymously, signed_in_again, strike, take_back, voids_in, voids_of,
};
use crate::support::{Reader, TestApp};

#[test]
fn a_voided_signature_that_is_withdrawn_is_taken_off_once_and_never_counts_again() {
    let app = TestApp::start();
    let (petition, _, named) = lively(&app);
    let admin = app.admin().browser;
    let chosen = ["Kim Abara", "Noor Haddad"].map(|name| place_of(&app, &petition, name).to_string());
    strike(&admin, &petition, "names", &chosen, "false-name");
    let withdrawn = app.client().post("/receipt/withdrawal", &[("code", &named[1])]).expect(200);
    withdrawn.says("It had been invalidated, so the number does not change");
    assert_eq!(numbers(&app, &petition)[0], Some(11));
    let verdict = audited(&app, &petition);
    assert_eq!((verdict.crowds[0].taken_back, verdict.crowds[0].voided), (1, 1));
    let cells = [11, 13, 1, 1].map(|cell| format!("<td class=\"n\">{cell}</td>")).concat();
    assert!(app.client().get(&format!("{}/audit", petition.path())).expect(200).body.contains(&cells));
    let first = voids_of(&app, &petition)[0];
    admin.get(&reversal(&petition, first)).expect(200).says("1 of them was withdrawn by its signer since");
    take_back(&admin, &petition, first);
    assert_eq!((numbers(&app, &petition)[0], voids_in(&app, &petition)), (Some(12), (2, 1)));
    audited(&app, &petition);
    let list = app.client().get(&format!("{}/signers", petition.path())).expect(200);
    list.says("Noor Haddad").does_not_say("Kim Abara");
    // All of it withdrawn: there is nothing to let count again.
    strike(&admin, &petition, "names", &chosen[1..], "false-name");
    app.client().post("/receipt/withdrawal", &[("code", &named[2])]).expect(200);
    let first = voids_of(&app, &petition)[0];
    admin
        .get(&reversal(&petition, first))
        .expect(200)
        .says("All of them were withdrawn by their signers since");
    audited(&app, &petition);
}

#[test]
fn a_withdrawal_that_waits_meets_a_void_and_its_reversal_in_every_order() {
    let app = TestApp::start();
    let (petition, people, _) = lively(&app);
    let admin = app.admin().browser;
    let chosen = [group(groups_of(&app, &petition)[0].first, 0)];
    // Waits before the void, is published after it: counted off once.
    people[0].retract().expect(202);
    count(&admin, &petition, "groups", &chosen, MADE)
        .expect(200)
        .says("by work address: 0 with a name, 10 without. Counted before 13, after 3.");
    strike(&admin, &petition, "groups", &chosen, MADE);
    assert_eq!(numbers(&app, &petition)[0], Some(3));
    assert_eq!(next_month(&app).retractions, 1);
    assert_eq!(numbers(&app, &petition)[0], Some(3));
    audited(&app, &petition);
    // Withdrawn while voided, waits while it is reversed: counts again until its group comes out.
    people[1].retract().expect(202);
    let admin = signed_in_again(&app);
    let first = voids_of(&app, &petition)[0];
    take_back(&admin, &petition, first);
    assert_eq!((numbers(&app, &petition)[0], voids_in(&app, &petition)), (Some(12), (10, 9)));
    audited(&app, &petition);
    assert_eq!(next_month(&app).retractions, 1);
    assert_eq!(numbers(&app, &petition)[0], Some(11));
    let verdict = audited(&app, &petition);
    assert_eq!((verdict.crowds[0].taken_back, verdict.crowds[0].voided), (2, 0));
}

#[test]
fn what_an_admin_counts_tells_nothing_of_a_signature_or_withdrawal_that_waits() {
    let app = TestApp::start();
    let (petition, people, _) = lively(&app);
    let admin = app.admin().browser;
    let first = groups_of(&app, &petition)[0].first;
    let read = || {
        let mut all: Vec<String> = ["", "/names", "/groups", "/crowd"]
            .iter()
            .map(|rest| admin.get(&format!("{}{rest}", pages(&petition))).expect(200).body)
            .collect();
        all.push(count(&admin, &petition, "groups", &[group(first, 0)], MADE).expect(200).body);
        all.push(count(&admin, &petition, "crowd", &[String::from("0")], MADE).expect(200).body);
        all
    };
    let before = read();
    people[0].retract().expect(202);
    assert!(before == read(), "a withdrawal that waits shows");
    sign_anonymously(&app, &petition, "work-mail", 70..71);
    assert!(before == read(), "a signature that waits shows");
    app.sign(&petition, "work-mail", "Robin Okafor", "robin.okafor@initech.example");
    assert!(before != read(), "and the game can be lost");
}

#[test]
fn whoever_holds_the_code_reads_that_it_was_invalidated_why_and_what_to_do() {
    let app = TestApp::start();
    let (petition, people, named) = lively(&app);
    let admin = app.admin().browser;
    let kim = place_of(&app, &petition, "Kim Abara");
    strike(&admin, &petition, "names", &[kim.to_string()], "false-name");
    strike(&admin, &petition, "groups", &[group(groups_of(&app, &petition)[0].first, 0)], MADE);
    let look = |code: &str| app.client().post("/receipt", &[("code", code)]).expect(200);
    let page = look(&named[1]);
    page.says("The operator of this site has invalidated it. Reason given: the person named did not sign.");
    page.says("Not shown while it is invalidated: Kim Abara").says("nobody needs your withdrawal code");
    page.does_not_say("Correct my name");
    let nameless = look(&people[0].code.expose());
    nameless.says("Reason given: mailboxes were made to sign.").does_not_say("Show my name after all");
    look(&named[0]).does_not_say("invalidated");

    // It shows nothing, and nothing about that is changed; taking a name down is always possible.
    let size = Reader::of(&app, &petition).checkpoint().size;
    let name = [("code", named[1].as_str()), ("name", "Robin Okafor"), ("title", "")];
    app.client().post("/receipt/name", &name).expect(409).says("has invalidated it");
    let shown = Extension::Public { name: String::from("Robin Okafor"), title: None };
    let refused = people[0].amend(&shown).expect(409).json();
    assert_eq!(refused["code"], "voided");
    assert_eq!(Reader::of(&app, &petition).checkpoint().size, size);
    app.client().post("/receipt/name-removal", &[("code", &named[1])]).expect(200);
    let voids = voids_of(&app, &petition);
    take_back(&admin, &petition, voids[1]);
    take_back(&admin, &petition, voids[0]);
    let list = app.client().get(&format!("{}/signers", petition.path())).expect(200);
    list.says("Sasha Lind").does_not_say("Kim Abara");
    assert_eq!(numbers(&app, &petition)[0], Some(13));
    audited(&app, &petition);
    people[0].amend(&shown).expect(202);
    look(&people[0].code.expose()).says("Robin Okafor").does_not_say("invalidated");
    audited(&app, &petition);
}
